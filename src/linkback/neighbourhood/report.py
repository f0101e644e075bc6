"""The report: every domain that links to a site, from its mentions and from lists, and what is new since the last."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from linkback.core.model import Alert, AlertKind, Evidence, Site
from linkback.core.neighbours import BAD_FROM, Gathering, Neighbour, News, Sighting, Standing, is_bad, news, standing_of
from linkback.core.neighbours.backlink import Backlink, Found
from linkback.neighbourhood.listing import Taken, take
from linkback.storage import alerts, backlinks, reports, sightings
from linkback.storage.database import Database

PAGE = 500  # links read at once
# A report is compared with one that is older than this: whoever looks twice in a row sees the same news twice.
SETTLED_AFTER = timedelta(hours=1)
ALERTS_FOR = timedelta(days=7)  # a warning is shown with the reports
MOST_SHOWN = 10  # warnings
MOST_ALERTS = 3  # domains that are told of one by one; of more, all are told of at once
MOST_NAMED = 3  # of those


@dataclass(frozen=True, slots=True)
class Report:
    """The neighbourhood of a site: its domains, the worst first, and what is new.

    `previous` is when the report was made that it is compared with, None where it is the first. `links` is how many
    links were gathered, `overlooked` those for which there was no room, `unread` the listed ones that wait for a look.
    `alerts` are what the owner was warned of within a week, the latest first.
    """

    site: Site
    at: datetime
    neighbours: tuple[Neighbour, ...]
    news: tuple[News, ...]
    previous: datetime | None
    links: int
    overlooked: int = 0
    unread: int = 0
    alerts: tuple[Alert, ...] = ()

    @property
    def bad(self) -> int:
        """Return how many domains are worth a warning."""
        return sum(map(is_bad, self.neighbours))


@dataclass(frozen=True, slots=True)
class Extent:
    """How many links of a site are known: mentions, and pages of lists, of which so many wait for a look.

    `remembered` is when a report was remembered last, None where none is.
    """

    mentions: int
    listed: int
    waiting: int
    remembered: datetime | None

    @property
    def links(self) -> int:
        """Return how many links a report gathers."""
        return self.mentions + self.listed


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Tells an owner who links to a site, how good company that is, and what is new. Reaches no network."""

    database: Database
    now: Callable[[], datetime]
    _looks: dict[int, asyncio.Task[Report]] = field(default_factory=dict, repr=False, compare=False)

    async def look(self, site: Site) -> Report:
        """Report on all that links to a site and remember nothing; who looks meanwhile waits for the same report."""
        task = self._looks.get(site.id)
        if task is None:
            task = asyncio.create_task(self.report(site, remember=False))
            self._looks[site.id] = task
            task.add_done_callback(partial(self._looked, site.id))
        return await asyncio.shield(task)

    async def report(self, site: Site, since: datetime | None = None, *, remember: bool = True) -> Report:
        """Report on all that links to a site, remember it, and warn of bad domains that are new.

        `since` leaves out domains of which nothing was seen after it, and says what is new since then. Who only wants
        to look does not `remember`: nothing is written then.
        """
        now = self.now()
        gathering = Gathering(site.lists)
        links = await self._gather(site, gathering)
        neighbours = every = await asyncio.to_thread(gathering.neighbours)
        until = now - SETTLED_AFTER
        last = await self.database.read(reports.latest, site.id, until)
        found = await self.database.read(reports.latest, site.id, min(since, until)) if since else last
        told = news(neighbours, found[1] if found else {})
        if since:
            neighbours = [one for one in neighbours if one.last_seen >= since]
            told = [one for one in told if found or one.neighbour.first_seen >= since]
        if remember:
            await self.database.write(_remember, site, every, last, now)
        unread = await self.database.read(backlinks.count_due, site.id, now)
        previous = found[0] if found else None
        heard = tuple(told) if found or since else ()
        latest = partial(alerts.every, site_id=site.id, since=now - ALERTS_FOR, limit=MOST_SHOWN)
        warned = tuple(await self.database.read(latest))
        return Report(site, now, tuple(neighbours), heard, previous, links, gathering.overlooked, unread, warned)

    async def take(self, site: Site, content: bytes) -> Taken:
        """Keep the links of a list that somebody else made, to be looked at by the survey."""
        return await take(self.database, site, content, self.now())

    async def extent(self, site: Site) -> Extent:
        """Return how much there is to report on, without reading it all."""
        return await self.database.read(_extent, site, self.now())

    def _looked(self, site_id: int, task: asyncio.Task[Report]) -> None:
        del self._looks[site_id]
        if not task.cancelled():
            task.exception()  # is known to those who wait, and nobody does when all went away

    async def _gather(self, site: Site, gathering: Gathering) -> int:
        """Feed all links of a site to a gathering, in bounded batches, and return how many those are."""
        links = after_id = 0
        while True:
            seen, after_id = await self.database.read(sightings.page, site.id, after_id=after_id, limit=PAGE)
            if not seen:
                break
            await asyncio.to_thread(_add, gathering, seen)
            links += len(seen)
        after_id = 0
        while part := await self.database.read(backlinks.page, site.id, after_id=after_id, limit=PAGE):
            await asyncio.to_thread(_add, gathering, map(sighting_of, part))
            links, after_id = links + len(part), part[-1].id
        return links


def _add(gathering: Gathering, seen: Iterable[Sighting]) -> None:
    for one in seen:
        gathering.add(one)


def sighting_of(backlink: Backlink) -> Sighting:
    """Return a link that only a list knows of, as it was seen."""
    evidence, verdict, citation = backlink.evidence or Evidence(), backlink.verdict, backlink.citation
    listed, looked = backlink.seen_at or backlink.imported_at, backlink.fetched_at
    linked = backlink.state is Found.LINKED
    return Sighting(
        domain=backlink.domain,
        source=backlink.source,
        at=listed,
        last=max(listed, looked) if linked and looked else listed,
        read=linked,
        anchor=citation.anchor,
        rel=citation.rel,
        place=citation.place,
        language=citation.language,
        score=verdict.score if verdict else None,
        template=evidence.makeup.template,
        wording=evidence.makeup.wording,
    )


def _extent(connection: Connection, site: Site, now: datetime) -> Extent:
    last = reports.latest(connection, site.id, now)
    listed, waiting = backlinks.count(connection, site.id), backlinks.count_due(connection, site.id, now)
    return Extent(sightings.count(connection, site.id), listed, waiting, last[0] if last else None)


def _remember(
    connection: Connection,
    site: Site,
    neighbours: list[Neighbour],
    last: tuple[datetime, Mapping[str, Standing]] | None,
    now: datetime,
) -> None:
    """Keep how the domains stand, unless that was just done, and warn of those that are bad and were not before."""
    newest = reports.latest(connection, site.id, now)
    if newest is None or now - newest[0] >= SETTLED_AFTER:
        reports.save(connection, site.id, {one.domain: standing_of(one) for one in neighbours}, now)
    before = last[1] if last else {}
    turned = [one for one in neighbours if is_bad(one) and not one.blocked and not _was_bad(one, before)]
    for subject, words in _warnings(turned):
        alerts.raise_alert(connection, site.id, AlertKind.NEIGHBOUR, subject, words, now)


def _was_bad(one: Neighbour, before: Mapping[str, Standing]) -> bool:
    former = before.get(one.domain)
    return former is not None and former.score is not None and former.score >= BAD_FROM


def _warnings(turned: list[Neighbour]) -> list[tuple[str, str]]:
    """Return of whom to warn, and in which words."""
    if len(turned) > MOST_ALERTS:
        named = ", ".join(one.domain for one in turned[:MOST_NAMED])
        return [("", f"{len(turned)} domains with a bad score link to you that were not known as bad: {named}, …")]
    return [(one.domain, f"{one.domain} links to you and scores {one.score:.2f} of 1. {_why(one)}") for one in turned]


def _why(one: Neighbour) -> str:
    return next((reason.sentence for reason in one.reasons if reason.weight > 0), "")
