"""Reads, tries and keeps the rules of a site."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from linkback.core.errors import NotFound
from linkback.core.learner import Lore
from linkback.core.model import Listed, Mention, Site
from linkback.rulebook.proposals import BadRule, Proposal
from linkback.rulebook.trial import Replay, Trial
from linkback.storage import archive, lessons, receipts, sites
from linkback.storage.database import Database

PAGE = 500  # mentions read at once
A_YEAR = timedelta(days=365)
SITE_NEEDED = "Say which site is meant, with --site URL: there are {}."


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Keeps the rules of sites. A running server sees a change within a second. NotFound for a site that is none."""

    database: Database
    now: Callable[[], datetime]

    async def site(self, url: str | None) -> Site:
        """Return a site; without an address the only one that there is. Raises NotFound, or BadRule for several."""
        if url is not None:
            return await self.database.read(sites.get, url)
        every = await self.database.read(sites.every)
        if len(every) != 1:
            raise BadRule(SITE_NEEDED.format(", ".join(site.url for site in every) or "none; linkback sites add URL"))
        return every[0]

    async def try_out(self, site: Site, proposal: Proposal, *, since: datetime | None = None) -> Trial:
        """Return what a change would have done to the mentions since then, by default in a year. Changes nothing."""
        replay = Replay(site, proposal.applied(site), await self.lore(site))
        read = partial(_page, site_id=site.id, since=since or self.now() - A_YEAR)
        after_id = 0
        while part := await self.database.read(read, after_id=after_id):
            await asyncio.to_thread(replay.judge_all, part)
            after_id = part[-1][0].id
        return replay.trial

    async def save(self, site: Site, proposal: Proposal) -> Site:
        """Keep a change of the rules, and return the site as it is then. Raises BadRule."""
        return await self.database.write(_change, site.url, proposal.applied, self.now())

    async def add(self, site: Site, listed: Listed) -> Site:
        """Put an entry on a site's lists; one that is there already gets the new note."""
        return await self.database.write(_change, site.url, partial(_with, listed=listed), self.now())

    async def remove(self, site: Site, listed: Listed) -> Site:
        """Take an entry from a site's lists; raises NotFound when it is not there."""
        return await self.database.write(_change, site.url, partial(_without, listed=listed), self.now())

    async def lore(self, site: Site) -> Lore:
        """Return what the owner of a site has taught."""
        return await self.database.read(lessons.of_site, site.id)


def with_entry(site: Site, listed: Listed) -> Proposal:
    """Return the proposal that puts an entry on a site's lists."""
    return Proposal(lists=(*_others(site, listed), listed))


def _page(connection: Connection, site_id: int, since: datetime, after_id: int) -> list[tuple[Mention, str | None]]:
    """Return mentions of a site, each with the address that reported it last, as long as that is kept."""
    found = archive.page(connection, site_id, since=since, after_id=after_id, limit=PAGE)
    senders = receipts.senders_of(connection, [mention.id for mention in found]) if found else {}
    return [(mention, senders.get(mention.id)) for mention in found]


def _change(connection: Connection, url: str, edit: Callable[[Site], Site], now: datetime) -> Site:
    edited = edit(sites.hold(connection, url))
    sites.save(connection, edited, now)
    return edited


def _with(site: Site, listed: Listed) -> Site:
    return with_entry(site, listed).applied(site)


def _without(site: Site, listed: Listed) -> Site:
    others = _others(site, listed)
    if len(others) == len(site.lists):
        raise NotFound("rule", f"{listed.action} {listed.kind} {listed.pattern}")
    return replace(site, lists=others)


def _others(site: Site, listed: Listed) -> tuple[Listed, ...]:
    """Return the entries of a site's lists that name something else, or do something else with it."""
    named = (listed.action, listed.kind, listed.pattern)
    return tuple(one for one in site.lists if (one.action, one.kind, one.pattern) != named)
