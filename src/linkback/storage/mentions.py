"""Mentions: the pings we keep, each found by every pair that was claimed for it.

What a mention becomes is decided in settlement.py, and which rows are one in union.py; how a row is written stands
in mention_writes.py. Every change of a status moves the counters of its host in the same unit of work.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, literal_column, select, union, update

from linkback.core.errors import NotFound, StorageError
from linkback.core.model import Mention, Ping, Status
from linkback.storage import claims, placing, receipts
from linkback.storage.claims import targets_of
from linkback.storage.mention_rows import COLUMNS, page_of, to_mention
from linkback.storage.mention_writes import THIS, begin, insert, lock, note, write
from linkback.storage.prepared import Row, always
from linkback.storage.settlement import Settlement, first, is_spelled_alike, kept_first, reported
from linkback.storage.standing import Standing
from linkback.storage.tables import (
    DIGEST_BYTES,
    LARGEST_ID,
    WAITING,
    maybe_stored,
    mentions,
    pair_key,
    to_stored,
    to_time,
    url_key,
)
from linkback.storage.tables import claims as claims_table
from linkback.storage.tables import receipts as receipts_table
from linkback.storage.union import Row as LockedRow
from linkback.storage.union import Whole, kept_together, settled_together

__all__ = [
    "claim", "claimed", "count_all_waiting", "count_held", "count_held_of", "count_waiting", "decide", "find",
    "find_token", "get", "keep", "listing", "look_later", "look_soon", "next_due", "repeat", "settle", "sources_of",
    "targets_of",
]  # fmt: skip

MOST_COUNTED = 10_000  # limits are far below; counting on would only cost time
MOST_SOURCES = 10_000  # one answer's worth; the longest page of pingbacks seen anywhere has a few thousand
MOST_TRIES = 5  # each is lost only to somebody who wrote the same pair in that very moment
CROWDED = "Too many wrote the same mention at once; try again."
TOKEN = re.compile(rf"[0-9a-f]{{{2 * DIGEST_BYTES}}}", re.ASCII)
ZERO = literal_column("0", Integer)


STANDS = select(mentions.c.id).where(mentions.c.key == bindparam("key")).scalar_subquery()
LEADS = select(claims_table.c.mention_id).where(claims_table.c.key == bindparam("key")).scalar_subquery()
# One statement and one row: where the pair stands itself, and else where it leads.
FIND = always(select(*COLUMNS).where(mentions.c.id == func.coalesce(STANDS, LEADS)))
GET = always(select(*COLUMNS).where(THIS))
LOOK_LATER = always(
    update(mentions).where(THIS).values({name: bindparam(name) for name in ("next_look_at", "looks", "missed_at")})
)
LOOK_SOON = always(
    update(mentions)
    .where(THIS, mentions.c.next_look_at.is_(None) | (mentions.c.next_look_at > bindparam("at")))
    .values(next_look_at=bindparam("at"))
)
DUE = (
    select(*COLUMNS)
    .where(mentions.c.next_look_at <= bindparam("now"))
    .order_by(mentions.c.next_look_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = (
    update(mentions)
    .where(mentions.c.id.in_(bindparam("ids", expanding=True)))
    .values(next_look_at=bindparam("lease_until"))
)
NEXT_DUE = select(func.min(mentions.c.next_look_at)).where(mentions.c.next_look_at.is_not(None))
ONE_WAITS = select(literal_column("1", Integer)).where(WAITING)
COUNT_ALL_WAITING = select(func.count()).select_from(ONE_WAITS.limit(MOST_COUNTED).subquery())
COUNT_WAITING = select(func.count()).select_from(
    ONE_WAITS.where(mentions.c.source_host == bindparam("host")).limit(MOST_COUNTED).subquery()
)
HELD = mentions.c.status == literal_column(f"'{Status.HELD.value}'")
ONE_HELD = select(literal_column("1", Integer)).where(HELD).limit(bindparam("most"))
COUNT_HELD = select(func.count()).select_from(ONE_HELD.where(mentions.c.site_id == bindparam("site")).subquery())
AT_TARGET = mentions.c.target_key == bindparam("target_key")
COUNT_HELD_OF = select(func.count()).select_from(ONE_HELD.where(AT_TARGET).subquery())
OF_TARGET = mentions.c.id.in_(
    union(
        select(mentions.c.id).where(AT_TARGET),
        select(claims_table.c.mention_id).where(claims_table.c.target_key == bindparam("target_key")),
    )
)
# Almost no page is claimed under another address: then its mentions are read in order from one index.
ONE_CLAIMED = always(
    select(claims_table.c.mention_id).where(claims_table.c.target_key == bindparam("target_key")).limit(1)
)
SOURCES_OF = (
    select(mentions.c.source)
    .where(OF_TARGET, mentions.c.status == Status.APPROVED.value)
    .where(
        select(receipts_table.c.mention_id)
        .where(receipts_table.c.mention_id == mentions.c.id, receipts_table.c.protocol == "pingback")
        .exists()
    )
    .order_by(mentions.c.id)
    .limit(MOST_SOURCES)
)


@dataclass(frozen=True, slots=True)
class _Report:
    """A pair as it was claimed, the key of the pages it led to, and the ping by which it came, if by any."""

    source: str
    target: str
    wanted: bytes
    ping: Ping | None
    now: datetime


def find(connection: Connection, source: str, target: str) -> Mention | None:
    """Return the mention of target by source, whatever its status, however the two are spelled, wherever they led."""
    return _mention(connection, FIND.row(connection, {"key": pair_key(source, target)}))


def find_token(connection: Connection, token: str) -> Mention | None:
    """Return the mention for which a pair was claimed that has this token: pair_key() in hexadecimal digits."""
    key = bytes.fromhex(token) if TOKEN.fullmatch(token) else b""
    return _mention(connection, FIND.row(connection, {"key": key}))


def claimed(connection: Connection, token: str) -> tuple[str, str, Mention] | None:
    """Return source and target as they were claimed under a token, and the mention that they led to."""
    mention = find_token(connection, token)
    if mention is None:
        return None
    key = bytes.fromhex(token)
    if key == pair_key(mention.source, mention.target):
        return mention.source, mention.target, mention
    source, target = claims.claimed(connection, key) or page_of(mention)
    return source, target, mention


def get(connection: Connection, mention_id: int) -> Mention:
    """Return a mention by its id, or raise NotFound."""
    row = GET.row(connection, {"mention": mention_id}) if 0 < mention_id <= LARGEST_ID else None
    mention = _mention(connection, row)
    if mention is None:
        raise NotFound("mention", mention_id)
    return mention


def keep(
    connection: Connection, ping: Ping, *, site_id: int, now: datetime, look_at: datetime, target_page: str = ""
) -> Mention:
    """Keep a ping that nobody has looked at yet, to be looked at by `look_at`.

    One that is kept already gets a receipt; it waits again only when it was gone or never had the link.
    `target_page` is what the own site calls the target, where that is another page.
    """
    new = partial(kept_first, ping, site_id=site_id, now=now, look_at=look_at, target_page=target_page)
    claim = pair_key(ping.source, ping.target)
    wanted = pair_key(ping.source, target_page) if target_page else claim
    if claim == wanted and (kept := insert(connection, new)):
        return note(connection, None, kept, ping, now)
    decide = partial(kept_together, ping=ping, wanted=wanted, now=now, look_at=look_at, target_page=target_page)
    return _write(connection, _Report(ping.source, ping.target, wanted, ping, now), decide, new)


def settle(connection: Connection, settlement: Settlement) -> Mention:
    """Write what a look at the source made of a mention, and return it; raise NotFound when nothing was kept or sent.

    A person's decision stands unless the settlement is forced; citation and verdict are written all the same.
    Where source or target led to the page of another mention, the two become one, which is returned.
    """
    ping = settlement.ping
    new = partial(first, settlement) if ping else None
    if new and not settlement.leads_away and (settled := insert(connection, new)):
        return note(connection, None, settled, ping, settlement.now)
    report = _Report(settlement.source, settlement.target, settlement.page_key, ping, settlement.now)
    return _write(connection, report, partial(settled_together, settlement=settlement), new)


def repeat(connection: Connection, ping: Ping, now: datetime) -> Mention | None:
    """Note that a mention was reported again, and return it; None when it is not kept any more.

    A target that is spelled in another way than before is looked for too from now on.
    """
    key = pair_key(ping.source, ping.target)
    rows = lock(connection, key, key)
    if not rows:
        return None
    row = next((row for row in rows if row.owns(key)), rows[0])
    known = replace(row.mention, receipts=reported(row.mention.receipts, ping, now))
    receipts.add(connection, known.id, ping, now)
    if not is_spelled_alike(ping.source, ping.target, known):
        claims.remember(connection, known, row.key, [(ping.source, ping.target)])
    return known


def decide(
    connection: Connection, mention_id: int, status: Status, *, by: str, now: datetime, next_look_at: datetime | None
) -> Mention:
    """Set the status that a person chose; it stays until a person chooses again. Raise NotFound."""
    locked = placing.lock(connection, [mention_id])
    if not locked:
        raise NotFound("mention", mention_id)
    return placing.put(connection, locked[0], Standing(status, by, now, next_look_at), by=by, now=now)


def look_later(
    connection: Connection, mention_id: int, at: datetime | None, *, looks: int, missed_at: datetime | None = None
) -> None:
    """Put the next look off (None: for good) after one that told us nothing; `looks` counts those so far."""
    values = {"next_look_at": maybe_stored(at), "looks": looks, "missed_at": maybe_stored(missed_at)}
    LOOK_LATER.run(connection, {**values, "mention": mention_id})


def look_soon(connection: Connection, mention_id: int, at: datetime) -> None:
    """Bring the next look forward to `at`; one that is due earlier stays."""
    LOOK_SOON.run(connection, {"at": to_stored(at), "mention": mention_id})


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[Mention]:
    """Return mentions that are due, longest due first, and make them due again only when the lease is over.

    Two workers never get the same one; a worker that dies loses nothing.
    """
    rows = connection.execute(DUE, {"now": to_stored(now), "most": limit}).all()
    if not rows:
        return []
    connection.execute(LEASE, {"ids": [row.id for row in rows], "lease_until": to_stored(lease_until)})
    return [replace(mention, next_look_at=lease_until) for mention in _mentions(connection, rows)]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next look is due, None when none ever is."""
    stored = connection.execute(NEXT_DUE).scalar_one()
    return None if stored is None else to_time(stored)


def listing(
    connection: Connection,
    *,
    site_id: int | None = None,
    status: Status | None = None,
    target: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[Mention]:
    """Return mentions, newest first; the next page begins before the id of the last one."""
    page = None if target is None else url_key(target)
    claimed_too = page is not None and ONE_CLAIMED.row(connection, {"target_key": page}) is not None
    wanted = [*_wanted(site_id, status, None if page is None else OF_TARGET if claimed_too else AT_TARGET)]
    if before_id is not None:
        wanted.append(mentions.c.id < min(before_id, LARGEST_ID))
    statement = select(*COLUMNS).where(*wanted).order_by(mentions.c.id.desc()).limit(limit)
    found = connection.execute(statement, {} if page is None else {"target_key": page})
    return _mentions(connection, found.all())


def sources_of(connection: Connection, target: str) -> list[str]:
    """Return the sources of approved mentions of target that came by pingback, oldest first."""
    return list(connection.execute(SOURCES_OF, {"target_key": url_key(target)}).scalars())


def count_waiting(connection: Connection, host: str) -> int:
    """Return how many pings of a source's host wait for their first look, counted up to MOST_COUNTED."""
    return connection.execute(COUNT_WAITING, {"host": host}).scalar_one()


def count_all_waiting(connection: Connection) -> int:
    """Return how many pings wait for their first look, counted up to MOST_COUNTED."""
    return connection.execute(COUNT_ALL_WAITING).scalar_one()


def count_held(connection: Connection, site_id: int, most: int) -> int:
    """Return how many mentions are held at a site, counted up to `most`."""
    return connection.execute(COUNT_HELD, {"site": site_id, "most": most}).scalar_one()


def count_held_of(connection: Connection, target: str, most: int) -> int:
    """Return how many mentions of a page are held, counted up to `most`."""
    return connection.execute(COUNT_HELD_OF, {"target_key": url_key(target), "most": most}).scalar_one()


def _wanted(
    site_id: int | None, status: Status | None, target: ColumnElement[bool] | None
) -> Iterable[ColumnElement[bool]]:
    if status is not None:
        yield mentions.c.status == status.value
    if target is not None:
        yield target
    if site_id is not None:
        # A target has few mentions and a site many: the sum keeps a planner from walking the site's.
        yield (mentions.c.site_id if target is None else mentions.c.site_id + ZERO) == site_id


def _write(
    connection: Connection,
    report: _Report,
    decide: Callable[[Sequence[LockedRow]], Whole | None],
    new: Callable[[int], Mention] | None,
) -> Mention:
    """Write what is decided of the rows that answer to a report, or a new one; again when others came between."""
    pair = (report.source, report.target)
    for _ in range(MOST_TRIES):
        whole = decide(lock(connection, pair_key(*pair), report.wanted))
        if whole is not None:
            changed = write(connection, whole, pair)
            if changed is not None:
                former = whole.rows[0].mention
                return note(connection, former, whole.mention, report.ping, report.now, changed=changed)
        elif new is None:
            raise NotFound("mention", f"of {report.target} by {report.source}")
        elif (made := begin(connection, new, pair)) is not None:
            return note(connection, None, made, report.ping, report.now)
    raise StorageError(CROWDED)


def _mention(connection: Connection, row: Row | None) -> Mention | None:
    return None if row is None else to_mention(row, receipts.of(connection, row[0]))


def _mentions(connection: Connection, rows: Sequence[Row]) -> list[Mention]:
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    return [to_mention(row, found.get(row[0], ())) for row in rows]
