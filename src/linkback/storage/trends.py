"""How mentions and deliveries go over time: figures by day (UTC) of some sites, read from indexes and within bounds.

Days count from 1970. What may be much is counted over the newest only, and how many those were is said.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from linkback.core.model import Change, Status
from linkback.storage import deliveries as deliveries_of
from linkback.storage.figures import BY_HAND, EPOCH_DAY
from linkback.storage.junk import A_DAY, day_of, loudest
from linkback.storage.prepared import Row
from linkback.storage.tables import IS_JUNK, deliveries, events, hosts, mentions, receipts, sites, tallies, to_stored
from linkback.storage.tables import to_time as time_of

BUSIEST = 10  # named of each
MOST_RANKED = 5_000  # mentions over which hosts and pages are ranked: 30 ms
MOST_EXPLAINED = 1_000  # junk of which the rule is read: 10 ms
MOST_GONE = 10_000
MOST_SENT = 20_000  # deliveries: 20 ms
MOST_ARMS = 100  # hosts of sites that are asked for in one statement: SQLite takes 500

# Junk has figures of its own, and what never had its link says nothing of anybody.
LINKS = (Status.RECEIVED, Status.HELD, Status.APPROVED, Status.REMOVED, Status.GONE)
RANKED = (Status.HELD, Status.APPROVED, Status.GONE)

ZERO = literal_column("0", Integer)

ByDay = Counter[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What comes up most, the most first, with how often; `counted` is over how many mentions."""

    hosts: tuple[tuple[str, int], ...]
    pages: tuple[tuple[str, int], ...]
    counted: int


@dataclass(frozen=True, slots=True)
class NewHost:
    """A host that was never seen at a site before: when it came, and how many mentions of it there are by now."""

    host: str
    at: datetime
    mentions: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A mention whose page or link went away, and when that was seen."""

    id: int
    source: str
    host: str
    title: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rules spoke the loudest against junk, the most first; `counted` of it, the newest, were asked."""

    by_rule: tuple[tuple[str, int], ...]
    counted: int


def _day(moment: ColumnElement[int]) -> ColumnElement[int]:
    # Written out, since PostgreSQL groups by an expression only where it reads the same.
    return (moment // literal_column(str(A_DAY), BigInteger)).label("day")


AT_SITES = mentions.c.site_id.in_(bindparam("sites", expanding=True))
SINCE = mentions.c.received_at >= bindparam("since")


DAY = _day(mentions.c.received_at)
OF_LINKS = (AT_SITES, SINCE, mentions.c.status.in_([status.value for status in LINKS]))
OF_RANKED = (AT_SITES, SINCE, mentions.c.status.in_([status.value for status in RANKED]))
BY_STATUS = select(DAY, mentions.c.status, func.count()).where(*OF_LINKS).group_by(DAY, mentions.c.status)
BY_PROTOCOL = (
    select(DAY, receipts.c.protocol, func.count())
    .join_from(mentions, receipts, receipts.c.mention_id == mentions.c.id)
    .where(*OF_LINKS)
    .group_by(DAY, receipts.c.protocol)
)
JUNK = select(DAY, func.count()).where(IS_JUNK, AT_SITES, SINCE).group_by(DAY)
AT_SITES_TALLIED = (tallies.c.site_id.in_(bindparam("sites", expanding=True)), tallies.c.day >= bindparam("day"))
JUNK_TALLIED = select(tallies.c.day, func.sum(tallies.c.count)).where(*AT_SITES_TALLIED).group_by(tallies.c.day)
RULES_TALLIED = select(tallies.c.rule, func.sum(tallies.c.count)).where(*AT_SITES_TALLIED).group_by(tallies.c.rule)
NEWEST_JUNK = (
    select(mentions.c.id)
    .where(IS_JUNK, AT_SITES, SINCE)
    .order_by(mentions.c.received_at.desc())
    .limit(MOST_EXPLAINED)
    .scalar_subquery()
)
EXPLAINED = select(mentions.c.decided_by, mentions.c.reasons).where(mentions.c.id.in_(NEWEST_JUNK))
# The sum keeps SQLite from walking through the rows of a site just because they are in order.
NEWEST = (
    select(mentions.c.id).where(*OF_RANKED).order_by((mentions.c.id + ZERO).desc()).limit(MOST_RANKED).scalar_subquery()
)
TO_RANK = select(mentions.c.source_host, mentions.c.target_key, mentions.c.target).where(mentions.c.id.in_(NEWEST))
KNOWN_MENTIONS = sum((hosts.c[status.value] for status in LINKS), ZERO)
NEW_HOSTS = (
    select(hosts.c.host, func.min(hosts.c.first_seen_at).label("at"), func.sum(KNOWN_MENTIONS))
    .where(hosts.c.site_id.in_(bindparam("sites", expanding=True)), hosts.c.first_seen_at >= bindparam("since"))
    .where(KNOWN_MENTIONS > 0)
    .group_by(hosts.c.host)
)
LATEST_NEW = NEW_HOSTS.order_by(literal_column("at").desc(), hosts.c.host).limit(BUSIEST)
COUNT_NEW = select(func.count()).select_from(NEW_HOSTS.subquery())
STAYED_GONE = (
    select(mentions.c.id)
    .where(AT_SITES, mentions.c.status == Status.GONE.value)
    .order_by(mentions.c.id.desc())
    .limit(MOST_GONE)
    .subquery()
)
# Where a look took it away, its reason stands behind the status.
BECAME_GONE = or_(events.c.after == Status.GONE.value, events.c.after.startswith(f"{Status.GONE.value}:"))
WENT = (
    select(events.c.mention_id, func.max(events.c.at).label("at"))
    .where(events.c.mention_id == STAYED_GONE.c.id, events.c.change == Change.STATUS.value)
    .where(BECAME_GONE, events.c.at >= bindparam("since"))
    .group_by(events.c.mention_id)
)
WENT_LATELY = WENT.order_by(literal_column("at").desc(), events.c.mention_id.desc()).limit(BUSIEST).subquery()
COUNT_GONE = select(func.count()).select_from(WENT.subquery())
GONE = (
    select(
        *(mentions.c[name] for name in ("id", "source", "source_host", "title", "target")),
        WENT_LATELY.c.at,
    )
    .join_from(WENT_LATELY, mentions, mentions.c.id == WENT_LATELY.c.mention_id)
    .order_by(WENT_LATELY.c.at.desc(), mentions.c.id.desc())
)
COUNT_WAITING = select(func.count()).select_from(mentions).where(AT_SITES, mentions.c.status == Status.HELD.value)
ADDRESSES = select(sites.c.url).where(sites.c.id.in_(bindparam("sites", expanding=True)))


def by_status(connection: Connection, sites: frozenset[int], since: datetime) -> ByDay:
    """Count the mentions that sites received since a time by day and by where they stand now, junk left out."""
    rows = connection.execute(BY_STATUS, _about(sites, since))
    return Counter({(date_of(day), status): count for day, status, count in rows})


def by_protocol(connection: Connection, sites: frozenset[int], since: datetime) -> ByDay:
    """Count them by day and protocol; what was reported over two counts for both."""
    rows = connection.execute(BY_PROTOCOL, _about(sites, since))
    return Counter({(date_of(day), protocol): count for day, protocol, count in rows})


def junk(connection: Connection, sites: frozenset[int], since: datetime) -> Counter[date]:
    """Count the spam that sites received since a time by day, with what was counted away."""
    counts = Counter[date]()
    for day, count in connection.execute(JUNK, _about(sites, since)):
        counts[date_of(day)] += count
    for day, count in connection.execute(JUNK_TALLIED, {"sites": list(sites), "day": day_of(since)}):
        counts[date_of(day)] += int(count)
    return counts


def rules(connection: Connection, sites: frozenset[int], since: datetime) -> Rules:
    """Say which rules spoke the loudest against it: of what is counted away of all, else of the newest."""
    counts = Counter[str]()
    for decided_by, reasons in connection.execute(EXPLAINED, _about(sites, since)):
        counts[BY_HAND if decided_by else loudest(reasons)] += 1
    for rule, count in connection.execute(RULES_TALLIED, {"sites": list(sites), "day": day_of(since)}):
        counts[rule] += int(count)
    return Rules(_most_first(counts), counts.total())


def ranking(connection: Connection, sites: frozenset[int], since: datetime) -> Ranking:
    """Rank hosts and target pages by how many mentions came from or to them, junk left out: of the newest MOST_RANKED.

    Where there are many more since then, first finding those takes longest: name a later time.
    """
    rows = connection.execute(TO_RANK, _about(sites, since)).all()
    named = {key: target for _, key, target in rows}
    of_pages = Counter(key for _, key, _ in rows)
    pages = _most_first(Counter({named[key]: count for key, count in of_pages.most_common(BUSIEST)}))
    return Ranking(_most_first(Counter(row[0] for row in rows)), pages, len(rows))


def new_hosts(connection: Connection, sites: frozenset[int], since: datetime) -> tuple[int, tuple[NewHost, ...]]:
    """Return how many hosts were seen for the first time since then, and the latest; those of junk alone left out."""
    about = _about(sites, since)
    count = connection.execute(COUNT_NEW, about).scalar_one()
    rows = connection.execute(LATEST_NEW, about)
    return count, tuple(NewHost(host, time_of(at), int(known)) for host, at, known in rows)


def gone(connection: Connection, sites: frozenset[int], since: datetime) -> tuple[int, tuple[Gone, ...]]:
    """Return how many links went away since then and are away still, and the latest."""
    about = _about(sites, since)
    count = connection.execute(COUNT_GONE, about).scalar_one()
    return count, tuple(_to_gone(row) for row in connection.execute(GONE, about))


def sent(connection: Connection, sites: frozenset[int] | None, since: datetime) -> ByDay:
    """Count the newest deliveries since a time by day and by what became of them; of all posts, or those of sites."""
    if sites is None:
        places: list[ColumnElement[bool]] = [true()]
    else:
        addresses = connection.execute(ADDRESSES, {"sites": list(sites)}).scalars().all()
        places = deliveries_of.of_sites(addresses)
    counts = ByDay()
    for at in range(0, len(places), MOST_ARMS):
        rows = connection.execute(_sent(places[at : at + MOST_ARMS]), {"since": to_stored(since)})
        counts.update({(date_of(day), status): count for day, status, count in rows})
    return counts


def waiting(connection: Connection, sites: frozenset[int]) -> int:
    """Return how many mentions of sites wait for a decision, whenever they came."""
    return connection.execute(COUNT_WAITING, {"sites": list(sites)}).scalar_one()


def date_of(day: int) -> date:
    """Return the date of a day that is counted from 1970."""
    return EPOCH_DAY + timedelta(days=day)


def _about(sites: frozenset[int], since: datetime) -> dict[str, object]:
    return {"sites": list(sites), "since": to_stored(since)}


def _sent(places: Sequence[ColumnElement[bool]]) -> Select[int, str, int]:
    """Return the question for the newest deliveries of some places, each read in the order of an index."""
    arms = (
        select(deliveries.c.id, deliveries.c.status, deliveries.c.created_at)
        .where(place)
        .order_by(deliveries.c.id.desc())
        .limit(MOST_SENT)
        .subquery()
        for place in places
    )
    together = union_all(*map(select, arms)).subquery()
    newest = select(together).order_by(together.c.id.desc()).limit(MOST_SENT).subquery()
    day = _day(newest.c.created_at)
    counted = select(day, newest.c.status, func.count())
    return counted.where(newest.c.created_at >= bindparam("since")).group_by(day, newest.c.status)


def _to_gone(row: Row) -> Gone:
    id_, source, host, title, target, at = row
    return Gone(id_, source, host, title, target, time_of(at))


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:BUSIEST])
