"""The look itself: own page, source, verdict, settled in one write.

Fetches stand outside of any transaction. What a look means is decided in aftermath.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from linkback.core import urls
from linkback.core.company import Arrival
from linkback.core.errors import FetchError, Problem
from linkback.core.model import AlertKind, Candidate, Evidence, HostHistory, Mention, Page, Ping, Site, Status, Verdict
from linkback.core.rules import judge
from linkback.fetch import Fetch, get
from linkback.receive import admission, aftermath
from linkback.receive.anew import Anew, evidence_of, is_worth_judging
from linkback.receive.keeping import settle_again, settle_first, settle_look
from linkback.receive.own_pages import Look, OwnPages
from linkback.receive.source import Finding, what_failed, what_it_says
from linkback.receive.turning import changed_words, turned_words
from linkback.storage import hosts, mentions, receipts
from linkback.storage.alerts import raise_alert
from linkback.storage.crowdbook import CrowdBook, arrival_of
from linkback.storage.database import Database
from linkback.storage.lorebook import LoreBook
from linkback.storage.mention_rows import host_judged
from linkback.storage.tables import url_key


@dataclass(frozen=True, slots=True)
class Verifier:
    """Looks at sources and settles what they are worth."""

    database: Database
    fetch: Fetch
    own_pages: OwnPages
    crowd: CrowdBook
    lore: LoreBook
    now: Callable[[], datetime]

    async def first(
        self,
        ping: Ping,
        site: Site,
        known: Mention | None,
        history: HostHistory,
        *,
        fresh: bool = True,
        counted: Callable[[], bool] = lambda: False,
    ) -> Finding | None:
        """Verify a ping that was never settled; None when the own page could not be looked at for now.

        A mention is written only when the link is there; what else to write is the caller's affair.
        `fresh` says that the ping came just now, and is noted as a receipt, unless it was
        kept and `counted` during the look.
        """
        began = self.now()
        own = await self.own_pages.look(ping.target, site.url)
        if own.problem:
            return Finding(own.problem, status=200)
        if not own.certain and not (known and known.looks):
            return None
        finding = await self._look(ping.source, ping.target, site, own, None if fresh else known)
        if finding.problem is None:
            history = await self._history_of(finding, history, site)
            candidate, verdict = await self._judge(ping, site, finding, history, own)
            facts = (ping, site, finding, verdict, self.now())
            seen = partial(aftermath.first_verified, *facts, page=own.page, evidence=candidate.evidence)
            if fresh or known is None:
                settled = await self.database.write(settle_look, seen(known), began, counted=counted())
            else:
                settled = await self.database.write(settle_first, known, seen, began)
            await self._note(settled, candidate, history, site)
        return finding

    async def _history_of(self, finding: Finding, history: HostHistory, site: Site) -> HostHistory:
        """Return the history of the host that was finally read: who redirects to it neither earns nor lends trust."""
        if finding.page and (host := urls.host_of(finding.page)) != history.host:
            return await self.database.read(hosts.decided, site.id, host)
        return history

    async def _judge(
        self, ping: Ping, site: Site, finding: Finding, history: HostHistory, own: Look
    ) -> tuple[Candidate, Verdict]:
        """Judge the page that was read, by the history of its host."""
        page = finding.page or ping.source
        new, domain = not history.count(Status.APPROVED), urls.registrable_domain(history.host)
        target, at = url_key(own.page or ping.target).hex(), self.now()
        arrival = Arrival(0, site.id, domain, target, at, new, finding.makeup.template, finding.makeup.wording)
        company = await self.crowd.company_of(arrival)
        evidence = Evidence(finding.makeup, finding.likeness, company, finding.via)
        candidate = Candidate(page, ping.target, finding.citation, evidence, site.lists, ping.sender, at)
        return candidate, judge(candidate, history, site.policy, await self.lore.of(site.id))

    async def _note(self, settled: Mention, candidate: Candidate, history: HostHistory, site: Site) -> None:
        """Count what was judged, and warn the owner of what it tells of the day and of its host."""
        self.crowd.note(arrival_of(settled, new=not history.count(Status.APPROVED)))
        if words := self.crowd.burst(site.id, candidate.evidence.company):
            await self.database.write(raise_alert, site.id, AlertKind.BURST, "", words, self.now())
        if settled.decided_by is None and (words := turned_words(settled, history)):
            await self.database.write(raise_alert, site.id, AlertKind.TURNED, history.host, words, self.now())

    async def again(self, mention: Mention, site: Site) -> Status:
        """Look once more at a mention that is due, and return where it stands then."""
        if mention.status in aftermath.NEVER_VERIFIED or aftermath.is_only_told(mention):
            return await self._first_from_row(mention, site)
        began = self.now()
        finding = await self._look(mention.source, mention.target, site, Look(page=mention.target_page), mention)
        anew = await self._anew(mention, site, finding) if is_worth_judging(mention, finding) else None
        settled = await self.database.write(settle_again, mention, finding, self.now(), began, anew)
        if words := changed_words(mention, settled):
            host = host_judged(mention)
            await self.database.write(raise_alert, site.id, AlertKind.TURNED, host, words, self.now())
        return settled.status

    async def _anew(self, mention: Mention, site: Site, finding: Finding) -> Anew:
        """Gather what a known page shows now, and ready the judge."""
        page, at = finding.page or mention.source, self.now()
        arrival = replace(arrival_of(mention, new=False), domain=urls.registrable_domain(urls.host_of(page)))
        arrival = replace(arrival, template=finding.makeup.template, wording=finding.makeup.wording)
        evidence = evidence_of(mention, finding, await self.crowd.company_of(arrival))
        sender = await self._sender_of(mention, site)
        candidate = Candidate(page, mention.target, finding.citation, evidence, site.lists, sender, at)
        lore = await self.lore.of(site.id)
        return Anew(evidence, site.policy, partial(judge, candidate, policy=site.policy, lore=lore))

    async def _first_from_row(self, mention: Mention, site: Site) -> Status:
        began = self.now()
        history = await self.database.read(hosts.decided, site.id, urls.host_of(mention.source))
        protocol = mention.protocols[0] if mention.protocols else "pingback"
        ping = Ping(mention.source, mention.target, protocol, await self._sender_of(mention, site))
        finding = await self.first(ping, site, mention, history, fresh=False)
        if finding is None:
            finding = Finding(Problem.TARGET_NOT_FOUND, passing=True)
        if finding.problem is None:
            found = await self.database.read(mentions.find, mention.source, mention.target)
            return found.status if found else mention.status
        in_vain = aftermath.never_verified(mention, finding, self.now())
        return (await self.database.write(settle_look, in_vain, began)).status

    async def _sender_of(self, mention: Mention, site: Site) -> str | None:
        """Return who reported a mention, as long as that is kept; only lists ask for it."""
        return await self.database.read(receipts.sender_of, mention.id) if site.lists else None

    async def _look(self, source: str, target: str, site: Site, own: Look, known: Mention | None) -> Finding:
        """Look at a source; at a known one only if it has changed, and for every target that was ever claimed."""
        validators = aftermath.validators_of(known) if known else (None, None)
        request = get(source, about=urls.host_of(target), etag=validators[0], last_modified=validators[1])
        try:
            page = await self.fetch(request)
        except FetchError as error:
            return what_failed(error)
        led = (page.redirects or own.page) and 200 <= page.status < 300
        if led and (problem := admission.after_redirects(source, page.url, site, target, own.page)):
            return Finding(problem, status=page.status)
        finding = what_it_says(page, (target,), conditional=any(validators), own=own.profile)
        if own.profile is None and known and known.verified_at and is_worth_judging(known, finding):
            own = await self.own_pages.look(target, site.url)  # what it said when it was judged is long forgotten
            finding = what_it_says(page, (target,), own=own.profile) if own.profile else finding
        if finding.problem is Problem.NO_LINK and known:
            return await self._look_for_others(page, known, finding)
        return finding

    async def _look_for_others(self, page: Page, known: Mention, finding: Finding) -> Finding:
        """Return what a page says of the other targets under which a mention is known; the finding if nothing.

        What the own site calls the target is no claim: until somebody linked to a claimed one, it does not count.
        """
        _, *others = await self.database.read(mentions.targets_of, known)
        if known.verified_at is None:
            others = [target for target in others if target != known.target_page]
        other = what_it_says(page, others) if others else finding
        return other if other.problem is None else finding
