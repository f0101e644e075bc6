"""Junk: what machines called spam is kept for thirty days and within bounds, and then only counted.

A row that goes is counted in the tallies in the same unit of work, so that whoever is stopped in between goes on
where they were. The counter of its host stays: the next page of that host is judged by it. What a person called
spam keeps its row without its texts, since the decision is to outlive every re-send.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, func, or_, select, tuple_, update

from linkback.core.model import Status
from linkback.storage import hosts as host_counters
from linkback.storage.prepared import Insert, Prepared, insert_for
from linkback.storage.tables import IS_JUNK, events, hosts, mentions, receipts, tallies, to_stored, to_time

KEPT_FOR = timedelta(days=30)  # since it was reported last, as long as its sender may see what became of it
# Rows of one site that machines called spam, those to one page, and those of one host: about 2 kB each.
MOST_OF_SITE = 20_000
MOST_OF_TARGET = 2_000
MOST_OF_HOST = 500
# A host of which nothing but junk is known, and nothing was heard for so long, is a stranger again.
HOST_KNOWN_FOR = timedelta(days=365)
MOST_FOUND = 10_000  # rows that one question names
NO_RULE = "unknown"
A_DAY = timedelta(days=1) // timedelta(microseconds=1)

TEXTS = ("title", "author_name", "author_url", "author_photo", "anchor", "excerpt", "rel", "photo", "content")
UNKNOWN = ("evidence", "etag", "last_modified", "published_at")
STRIPPED = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(UNKNOWN), "reasons": "[]"}
HAS_TEXT = or_(*(mentions.c[name] != "" for name in ("title", "excerpt", "content", "author_name", "anchor")))
BY_MACHINE, BY_PERSON = mentions.c.decided_by.is_(None), mentions.c.decided_by.is_not(None)
# Its source never showed the link, and it is tried no more: it says nothing of anybody.
NEVER_LINKED = (
    mentions.c.status == Status.INVALID.value,
    mentions.c.verified_at.is_(None),
    mentions.c.next_look_at.is_(None),
    BY_MACHINE,
)
NAMED = mentions.c.id.in_(bindparam("ids", expanding=True))
REPORTED_SINCE = (
    select(receipts.c.mention_id)
    .where(receipts.c.mention_id == mentions.c.id, receipts.c.last_at >= bindparam("before"))
    .exists()
)
TOO_OLD = and_(mentions.c.received_at < bindparam("before"), ~REPORTED_SINCE)
NOTHING_BUT_JUNK = [hosts.c[one.value] == 0 for one in Status if one not in {Status.SPAM, Status.INVALID}]


@dataclass(frozen=True, slots=True)
class Surplus:
    """What is not to be kept any longer, by id: junk to count, empty claims to forget, decisions to strip of text.

    `strangers` are hosts, each with its site.
    """

    junk: Sequence[int] = ()
    claims: Sequence[int] = ()
    decisions: Sequence[int] = ()
    strangers: Sequence[tuple[int, str]] = ()


def _ids(*where: ColumnElement[bool]) -> Select[int]:
    return select(mentions.c.id).where(*where).order_by(mentions.c.id).limit(MOST_FOUND)


def _beyond(most: int, *of: ColumnElement[str] | ColumnElement[bytes]) -> Select[int]:
    """Return the ids of junk beyond the newest `most` of a site, or of each value of a column there."""
    newest_first = (mentions.c.received_at.desc(), mentions.c.id.desc())
    place = func.row_number().over(partition_by=[mentions.c.site_id, *of], order_by=newest_first).label("place")
    placed = select(mentions.c.id, place).where(IS_JUNK, BY_MACHINE).subquery()
    return select(placed.c.id).where(placed.c.place > most).order_by(placed.c.id).limit(MOST_FOUND)


OLD_JUNK = _ids(IS_JUNK, BY_MACHINE, TOO_OLD)
BEYOND = (
    _beyond(MOST_OF_HOST, mentions.c.source_host),
    _beyond(MOST_OF_TARGET, mentions.c.target_key),
    _beyond(MOST_OF_SITE),
)
OLD_CLAIMS = _ids(*NEVER_LINKED, TOO_OLD)
OLD_DECISIONS = _ids(IS_JUNK, BY_PERSON, HAS_TEXT, mentions.c.decided_at < bindparam("before"))
STRANGERS = select(hosts.c.site_id, hosts.c.host).where(hosts.c.last_seen_at < bindparam("before"), *NOTHING_BUT_JUNK)
# What a person decides meanwhile, or a second worker counts, is no longer there to be counted.
TO_COUNT = (
    select(mentions.c.id, mentions.c.site_id, mentions.c.received_at, mentions.c.reasons)
    .where(NAMED, IS_JUNK, BY_MACHINE)
    .order_by(mentions.c.id)
    .with_for_update()
)
TO_FORGET = (
    select(mentions.c.id, mentions.c.site_id, mentions.c.source_host)
    .where(NAMED, *NEVER_LINKED)
    .order_by(mentions.c.id)
    .with_for_update()
)
TO_STRIP = select(mentions.c.id).where(NAMED, IS_JUNK, BY_PERSON).order_by(mentions.c.id).with_for_update()
DROP = delete(mentions).where(NAMED)
STRIP = update(mentions).where(NAMED).values(STRIPPED)
FORGET_HISTORY = delete(events).where(events.c.mention_id.in_(bindparam("ids", expanding=True)))
HERE = tuple_(hosts.c.site_id, hosts.c.host).in_(bindparam("strangers", expanding=True))
FORGET_STRANGERS = delete(hosts).where(HERE, hosts.c.last_seen_at < bindparam("before"), *NOTHING_BUT_JUNK)


def _tally(dialect: str) -> Insert:
    names = ("site_id", "day", "rule", "count")
    statement = insert_for(dialect, tallies).values({name: bindparam(name) for name in names})
    more = {"count": tallies.c.count + statement.excluded.count}
    return statement.on_conflict_do_update(index_elements=["site_id", "day", "rule"], set_=more)


TALLY = Prepared(_tally)


def surplus(connection: Connection, now: datetime) -> Surplus:
    """Return what is not to be kept any longer, up to MOST_FOUND of each: ask again until there is nothing."""
    before = {"before": to_stored(now - KEPT_FOR)}
    junk = set(connection.execute(OLD_JUNK, before).scalars())
    for question in BEYOND:
        junk.update(connection.execute(question).scalars())
    strangers = connection.execute(STRANGERS.limit(MOST_FOUND), {"before": to_stored(now - HOST_KNOWN_FOR)})
    return Surplus(
        junk=tuple(sorted(junk)[:MOST_FOUND]),
        claims=tuple(connection.execute(OLD_CLAIMS, before).scalars()),
        decisions=tuple(connection.execute(OLD_DECISIONS, before).scalars()),
        strangers=tuple((site_id, host) for site_id, host in strangers),
    )


def count_away(connection: Connection, ids: Sequence[int]) -> int:
    """Count junk by day and loudest rule, delete its rows, and return how many that were; what is no junk stays."""
    rows = connection.execute(TO_COUNT, {"ids": ids}).all()
    counts = Counter((row.site_id, day_of(to_time(row.received_at)), loudest(row.reasons)) for row in rows)
    for (site_id, day, rule), count in sorted(counts.items()):
        TALLY.run(connection, {"site_id": site_id, "day": day, "rule": rule, "count": count})
    return _drop(connection, [row.id for row in rows])


def forget_claims(connection: Connection, ids: Sequence[int]) -> int:
    """Delete what never had its link, and return how many that were."""
    rows = connection.execute(TO_FORGET, {"ids": ids}).all()
    for row in rows:
        host_counters.leave(connection, row.site_id, row.source_host, Status.INVALID)
    return _drop(connection, [row.id for row in rows])


def strip(connection: Connection, ids: Sequence[int]) -> int:
    """Take the texts out of what a person called spam, and its history, and return of how many."""
    found = list(connection.execute(TO_STRIP, {"ids": ids}).scalars())
    if found:
        connection.execute(STRIP, {"ids": found})
        connection.execute(FORGET_HISTORY, {"ids": found})
    return len(found)


def forget_strangers(connection: Connection, strangers: Sequence[tuple[int, str]], now: datetime) -> int:
    """Forget hosts of which nothing but junk was known a year ago, and return how many that were."""
    about = {"strangers": list(strangers), "before": to_stored(now - HOST_KNOWN_FOR)}
    return int(connection.execute(FORGET_STRANGERS, about).rowcount) if strangers else 0


def day_of(moment: datetime) -> int:
    """Return the day of a moment, counted from 1970 UTC."""
    return to_stored(moment) // A_DAY


def loudest(reasons: str | None) -> str:
    """Return the rule that spoke the loudest for junk in the stored reasons of a verdict."""
    told = msgspec.json.decode(reasons, type=list[tuple[str, str, float]]) if reasons else []
    return max(told, key=_weight)[0] if told else NO_RULE


def _weight(reason: tuple[str, str, float]) -> float:
    return reason[2]


def _drop(connection: Connection, ids: Sequence[int]) -> int:
    if ids:
        connection.execute(DROP, {"ids": ids})
    return len(ids)
