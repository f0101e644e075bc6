"""What was kept away of a site, what waits, and what its owner is warned of."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from linkback.core.model import Alert, Site, Status
from linkback.storage import alerts, figures

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
