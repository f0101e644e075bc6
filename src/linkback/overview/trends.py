"""How mentions and deliveries go: the figures of some sites over a span of days that ends today, in UTC."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from linkback.storage import trends
from linkback.storage.database import Database
from linkback.storage.trends import ByDay, Gone, NewHost, Ranking, Rules

SPANS = (7, 30, 90, 365)  # days that are offered
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Links:
    """The mentions that came, junk left out, and those that wait whenever they came."""

    by_status: ByDay
    waiting: int
    ranking: Ranking

    @property
    def ranked_all(self) -> bool:
        """Tell whether all of them were ranked, and not the newest alone."""
        return self.ranking.counted >= sum(_to_rank(self.by_status).values())


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, what went away and what was sent: new hosts and gone links are the latest of so many."""

    by_protocol: ByDay
    new_host_count: int
    new_hosts: tuple[NewHost, ...]
    gone_count: int
    gone: tuple[Gone, ...]
    sent: ByDay

    @property
    def sent_more(self) -> bool:
        """Tell whether only the newest deliveries were counted."""
        return self.sent.total() >= trends.MOST_SENT


@dataclass(frozen=True, slots=True)
class JunkSeen:
    """The junk that was kept away by day, and which rules spoke the loudest against the newest of it."""

    by_day: Counter[date]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Trends:
    """What came, what became of it and what was sent, from the day `first` to the day `last`.

    Counts by day know only the days that had any.
    """

    first: date
    last: date
    links: Links
    junk: JunkSeen
    changes: Changes

    @property
    def days(self) -> tuple[date, ...]:
        """Return all days of the span."""
        return tuple(self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1))

    @property
    def quiet(self) -> bool:
        """Tell whether nothing came, nothing waits and nothing was sent."""
        return not (self.links.by_status or self.links.waiting or self.junk.by_day or self.changes.sent)


async def read(
    database: Database, sites: frozenset[int], now: datetime, days: int, posts_of: frozenset[int] | None
) -> Trends:
    """Read the figures of sites; deliveries of all posts where `posts_of` is None, else of those of these sites.

    In many short units of work, since others read meanwhile, and two at a time.
    """
    last = now.astimezone(UTC).date()
    first = last - timedelta(days=min(max(days, 1), LONGEST) - 1)
    since = datetime.combine(first, time(), UTC)
    (links, junk), changes = await asyncio.gather(
        _came(database, sites, since), _changed(database, sites, since, posts_of)
    )
    return Trends(first, last, links, junk, changes)


async def _came(database: Database, sites: frozenset[int], since: datetime) -> tuple[Links, JunkSeen]:
    by_status = await database.read(trends.by_status, sites, since)
    waiting = await database.read(trends.waiting, sites)
    newest = max(since, _enough_since(by_status))
    links = Links(by_status, waiting, await database.read(trends.ranking, sites, newest))
    junk = await database.read(trends.junk, sites, since)
    return links, JunkSeen(junk, await database.read(trends.rules, sites, since))


async def _changed(
    database: Database, sites: frozenset[int], since: datetime, posts_of: frozenset[int] | None
) -> Changes:
    by_protocol = await database.read(trends.by_protocol, sites, since)
    hosts = await database.read(trends.new_hosts, sites, since)
    gone = await database.read(trends.gone, sites, since)
    return Changes(by_protocol, *hosts, *gone, await database.read(trends.sent, posts_of, since))


def _to_rank(by_status: ByDay) -> Counter[date]:
    """Return how many mentions came each day that may be ranked."""
    counts = Counter[date]()
    for (day, status), count in by_status.items():
        if status in trends.RANKED:
            counts[day] += count
    return counts


def _enough_since(by_status: ByDay) -> datetime:
    """Return since when so many came as are ranked at most; long ago where there are not so many."""
    total = 0
    for day, count in sorted(_to_rank(by_status).items(), reverse=True):
        total += count
        if total >= trends.MOST_RANKED:
            return datetime.combine(day, time(), UTC)
    return datetime.min.replace(tzinfo=UTC)
