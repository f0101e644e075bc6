"""The look itself: own page, source, verdict, settled in one write.

Fetches stand outside of any transaction. What a look means is decided in aftermath.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from linkback.core import urls
from linkback.core.errors import FetchError, Problem
from linkback.core.model import Candidate, HostHistory, Mention, Ping, Site, Status
from linkback.core.rules import judge
from linkback.fetch import Fetch, get
from linkback.receive import aftermath
from linkback.receive.own_pages import OwnPages
from linkback.receive.source import Finding, what_failed, what_it_says
from linkback.storage import hosts, mentions
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Verifier:
    """Looks at sources and settles what they are worth."""

    database: Database
    fetch: Fetch
    own_pages: OwnPages
    now: Callable[[], datetime]

    async def first(
        self, ping: Ping, site: Site, known: Mention | None, history: HostHistory, *, fresh: bool = True
    ) -> Finding | None:
        """Verify a ping that was never settled; None when the own page could not be looked at for now.

        A mention is written only when the link is there; what else to write is the caller's affair.
        `fresh` says that the ping came just now, and is noted as a receipt.
        """
        own = await self.own_pages.look(ping.target)
        if own.problem:
            return Finding(own.problem, status=200)
        if not own.certain and not (known and known.looks):
            return None
        finding = await self._look(ping.source, ping.target)
        if finding.problem is None:
            verdict = judge(Candidate(ping.source, ping.target, finding.citation), history, site.moderation)
            settlement = aftermath.first_verified(ping, site, known, finding, verdict, self.now())
            await self.database.write(mentions.settle, settlement if fresh else replace(settlement, ping=None))
        return finding

    async def again(self, mention: Mention, site: Site) -> Status:
        """Look once more at a mention that is due, and return where it stands then."""
        if mention.status in aftermath.NEVER_VERIFIED:
            return await self._first_from_row(mention, site)
        finding = await self._look(mention.source, mention.target, mention)
        return await self._settle(aftermath.looked_again(mention, finding, self.now()))

    async def _first_from_row(self, mention: Mention, site: Site) -> Status:
        history = await self.database.read(hosts.history, site.id, urls.host_of(mention.source))
        ping = Ping(mention.source, mention.target, mention.protocols[0] if mention.protocols else "pingback")
        finding = await self.first(ping, site, mention, history, fresh=False)
        if finding is None:
            finding = Finding(Problem.TARGET_NOT_FOUND, passing=True)
        if finding.problem is None:
            return (await self.database.read(mentions.get, mention.id)).status
        return await self._settle(aftermath.never_verified(mention, finding, self.now()))

    async def _look(self, source: str, target: str, known: Mention | None = None) -> Finding:
        validators = (known.etag, known.last_modified) if known else (None, None)
        request = get(source, about=urls.host_of(target), etag=validators[0], last_modified=validators[1])
        try:
            page = await self.fetch(request)
        except FetchError as error:
            return what_failed(error)
        return what_it_says(page, target)

    async def _settle(self, settlement: Settlement) -> Status:
        settled = await self.database.write(mentions.settle, settlement)
        return settled.status
