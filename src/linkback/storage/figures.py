"""What was kept away of a site: spam that is still a row, spam that is only counted, and what else came meanwhile."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from linkback.core.model import Status
from linkback.core.urls import registrable_domain
from linkback.storage.junk import day_of, loudest
from linkback.storage.tables import IS_JUNK, LARGEST_ID, mentions, tallies, to_stored, to_time

BY_HAND = "by hand"  # what a person called spam, whatever the rules said
PORTION = 1_000  # rows in one read
EPOCH_DAY = date(1970, 1, 1)

_AT_SITE = mentions.c.site_id == bindparam("site")
JUNK = select(mentions.c.received_at, mentions.c.source_host, mentions.c.decided_by, mentions.c.reasons).where(
    IS_JUNK, _AT_SITE, mentions.c.received_at >= bindparam("since")
)
COUNTED = select(tallies.c.day, tallies.c.rule, tallies.c.count).where(
    tallies.c.site_id == bindparam("site"), tallies.c.day >= bindparam("day")
)
NEWEST = (
    select(mentions.c.id, mentions.c.received_at)
    .where(_AT_SITE, mentions.c.status == bindparam("status"), mentions.c.id < bindparam("before"))
    .order_by(mentions.c.id.desc())
    .limit(PORTION)
)


@dataclass(frozen=True, slots=True)
class Junk:
    """Spam of a site since a time, counted by rule, by day (UTC) and by registrable domain.

    Of what is a row no more only rule and day are known, of whole days.
    """

    by_rule: Counter[str]
    by_day: Counter[date]
    by_domain: Counter[str]


def junk(connection: Connection, site_id: int, since: datetime) -> Junk:
    """Count the spam that a site received since a time, with what was counted away."""
    by_rule, by_day, by_domain = Counter[str](), Counter[date](), Counter[str]()
    for received_at, host, decided_by, reasons in connection.execute(
        JUNK, {"site": site_id, "since": to_stored(since)}
    ):
        by_rule[BY_HAND if decided_by else loudest(reasons)] += 1
        by_day[to_time(received_at).date()] += 1
        by_domain[registrable_domain(host)] += 1
    for day, rule, count in connection.execute(COUNTED, {"site": site_id, "day": day_of(since)}):
        by_rule[rule] += count
        by_day[EPOCH_DAY + timedelta(days=day)] += count
    return Junk(by_rule, by_day, by_domain)


def count(connection: Connection, site_id: int, status: Status, since: datetime) -> int:
    """Return how many mentions that a site received since a time stand at a status.

    Read from the newest on, so that a long history costs nothing.
    """
    return sum(_since(connection, site_id, status, to_stored(since)))


def _since(connection: Connection, site_id: int, status: Status, since: int) -> Iterator[int]:
    """Yield how many are new enough of each portion; ids grow with time but for what was united, so one may be late."""
    before = LARGEST_ID
    while rows := connection.execute(NEWEST, {"site": site_id, "status": status.value, "before": before}).all():
        new = sum(row.received_at >= since for row in rows)
        yield new
        before = rows[-1].id
        if not new or len(rows) < PORTION:
            return
