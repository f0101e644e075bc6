"""The verb overview: an owner sees what was kept away, what waits, and what they are warned of."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from linkback.core.model import Alert, Site, Status
from linkback.storage import alerts, figures, sites
from linkback.storage.alerts import OPEN_FOR
from linkback.storage.database import Database

BUSIEST = 10  # domains named


@dataclass(frozen=True, slots=True)
class KeptAway:
    """What became of the mentions that a site received since a time.

    `junk` counts all that is spam, `by_rule` with the rule that spoke the loudest, `by_day` the days (UTC) that had
    any. `domains` are the busiest ones of what is still kept. `held` (they wait for the owner) and `approved` are of
    the same time. `alerts` are those that stand open, latest first.
    """

    site: str
    since: datetime
    junk: int
    by_rule: tuple[tuple[str, int], ...]
    by_day: tuple[tuple[date, int], ...]
    domains: tuple[tuple[str, int], ...]
    held: int
    approved: int
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Reads figures; changes nothing."""

    database: Database
    now: Callable[[], datetime]

    async def sites(self) -> list[Site]:
        """Return the registered sites, by base URL."""
        return await self.database.read(sites.every)

    async def kept_away(self, site: Site, since: datetime) -> KeptAway:
        """Return what was kept away from a site since a time, and what came besides."""
        return await self.database.read(kept_away, site, since, self.now() - OPEN_FOR)

    async def alerts(self, site: Site | None = None, *, since: timedelta = OPEN_FOR) -> list[Alert]:
        """Return the alerts of a site, or of all, that were raised within this time, latest first."""
        site_id = None if site is None else site.id
        return await self.database.read(alerts.every, site_id=site_id, since=self.now() - since)


def kept_away(connection: Connection, site: Site, since: datetime, open_since: datetime) -> KeptAway:
    """Read all figures in one unit of work, so that they belong together."""
    junk = figures.junk(connection, site.id, since)
    return KeptAway(
        site=site.url,
        since=since,
        junk=junk.by_rule.total(),
        by_rule=_most_first(junk.by_rule),
        by_day=tuple(sorted(junk.by_day.items())),
        domains=_most_first(junk.by_domain)[:BUSIEST],
        held=figures.count(connection, site.id, Status.HELD, since),
        approved=figures.count(connection, site.id, Status.APPROVED, since),
        alerts=tuple(alerts.every(connection, site_id=site.id, since=open_since)),
    )


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
