"""Mentions: the pings we keep. Every change of a status moves the counters of its host in the same unit of work.

What a mention becomes is decided in settlement.py; here it is found, locked and written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Integer,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    select,
    update,
)

from linkback.core.errors import NotFound
from linkback.core.model import Mention, Ping, Status
from linkback.core.urls import host_of
from linkback.storage import hosts, receipts
from linkback.storage.mention_rows import COLUMNS, CONTENT, content, identity, to_mention
from linkback.storage.prepared import Prepared, Row, always, insert_for
from linkback.storage.settlement import Settlement, after, first, kept_again, kept_first
from linkback.storage.tables import LARGEST_ID, WAITING, maybe_stored, mentions, pair_key, to_stored, to_time, url_key
from linkback.storage.tables import receipts as receipts_table

MOST_COUNTED = 10_000  # limits are far below; counting on would only cost time
MOST_SOURCES = 10_000  # one answer's worth; the longest page of pingbacks seen anywhere has a few thousand
ZERO = literal_column("0", Integer)


def _insert_new(dialect: str) -> Executable:
    names = ("site_id", "key", "source", "target", "target_key", "source_host", "received_at", *CONTENT)
    statement = insert_for(dialect, mentions).values({name: bindparam(name) for name in names})
    return statement.on_conflict_do_nothing(index_elements=["key"]).returning(mentions.c.id)


THIS = mentions.c.id == bindparam("mention")
INSERT_NEW = Prepared(_insert_new)
BY_KEY = select(*COLUMNS).where(mentions.c.key == bindparam("key"))
BY_ID = select(*COLUMNS).where(THIS)
FIND = always(BY_KEY)
FIND_AND_LOCK = always(BY_KEY.with_for_update())
GET = always(BY_ID)
GET_AND_LOCK = always(BY_ID.with_for_update())
DECIDED_STILL = case((bindparam("decided_by", type_=Text).is_not(None), mentions.c.decided_at))
REWRITE = always(
    update(mentions)
    .where(THIS)
    .values({name: bindparam(name) for name in CONTENT})
    .values(decided_by=bindparam("decided_by"), decided_at=DECIDED_STILL)
)
DECIDE = always(
    update(mentions)
    .where(THIS)
    .values({name: bindparam(name) for name in ("status", "decided_by", "decided_at", "next_look_at")})
)
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
SOURCES_OF = (
    select(mentions.c.source)
    .where(mentions.c.target_key == bindparam("target_key"), mentions.c.status == Status.APPROVED.value)
    .where(
        select(receipts_table.c.mention_id)
        .where(receipts_table.c.mention_id == mentions.c.id, receipts_table.c.protocol == "pingback")
        .exists()
    )
    .order_by(mentions.c.id)
    .limit(MOST_SOURCES)
)


def find(connection: Connection, source: str, target: str) -> Mention | None:
    """Return the mention of target by source, whatever its status and however the two are spelled."""
    return _mention(connection, FIND.row(connection, {"key": pair_key(source, target)}))


def get(connection: Connection, mention_id: int) -> Mention:
    """Return a mention by its id, or raise NotFound."""
    return _known(connection, GET, mention_id)


def keep(connection: Connection, ping: Ping, *, site_id: int, now: datetime, look_at: datetime) -> Mention:
    """Keep a ping that nobody has looked at yet, to be looked at by `look_at`.

    One that is kept already gets a receipt; it waits again only when it was gone or never had the link.
    """
    kept = _insert(connection, partial(kept_first, ping, site_id=site_id, now=now, look_at=look_at))
    if kept is not None:
        return _note(connection, None, kept, ping, now)
    former = _locked(connection, ping.source, ping.target)
    kept = kept_again(former, ping, now=now, look_at=look_at)
    if (kept.status, kept.next_look_at) != (former.status, former.next_look_at):
        _rewrite(connection, kept)
    return _note(connection, former, kept, ping, now)


def settle(connection: Connection, settlement: Settlement) -> Mention:
    """Write what a look at the source made of a mention, and return it; raise NotFound when nothing was kept or sent.

    A person's decision stands unless the settlement is forced; citation and verdict are written all the same.
    """
    ping, now = settlement.ping, settlement.now
    settled = _insert(connection, partial(first, settlement)) if ping else None
    if settled is not None:
        return _note(connection, None, settled, ping, now)
    former = _locked(connection, settlement.source, settlement.target)
    settled = after(former, settlement)
    _rewrite(connection, settled)
    return _note(connection, former, settled, ping, now)


def decide(
    connection: Connection, mention_id: int, status: Status, *, by: str, now: datetime, next_look_at: datetime | None
) -> Mention:
    """Set the status that a person chose; it stays until a person chooses again. Raise NotFound."""
    former = _known(connection, GET_AND_LOCK, mention_id)
    values = {"status": status.value, "decided_by": by, "decided_at": to_stored(now)}
    DECIDE.run(connection, {**values, "next_look_at": maybe_stored(next_look_at), "mention": mention_id})
    decided = replace(former, status=status, decided_by=by, next_look_at=next_look_at)
    return _note(connection, former, decided, None, now)


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
    wanted = [*_wanted(site_id, status, target)]
    if before_id is not None:
        wanted.append(mentions.c.id < min(before_id, LARGEST_ID))
    statement = select(*COLUMNS).where(*wanted).order_by(mentions.c.id.desc()).limit(limit)
    return _mentions(connection, connection.execute(statement).all())


def sources_of(connection: Connection, target: str) -> list[str]:
    """Return the sources of approved mentions of target that came by pingback, oldest first."""
    return list(connection.execute(SOURCES_OF, {"target_key": url_key(target)}).scalars())


def count_waiting(connection: Connection, host: str) -> int:
    """Return how many pings of a source's host wait for their first look, counted up to MOST_COUNTED."""
    return connection.execute(COUNT_WAITING, {"host": host}).scalar_one()


def count_all_waiting(connection: Connection) -> int:
    """Return how many pings wait for their first look, counted up to MOST_COUNTED."""
    return connection.execute(COUNT_ALL_WAITING).scalar_one()


def _wanted(site_id: int | None, status: Status | None, target: str | None) -> Iterable[ColumnElement[bool]]:
    if status is not None:
        yield mentions.c.status == status.value
    if target is not None:
        yield mentions.c.target_key == url_key(target)
    if site_id is not None:
        # A target has few mentions and a site many: the sum keeps a planner from walking the site's.
        yield (mentions.c.site_id if target is None else mentions.c.site_id + ZERO) == site_id


def _insert(connection: Connection, make: Callable[[int], Mention]) -> Mention | None:
    """Write a new mention and return it as `make` makes it once the id is known; None when its pair is kept."""
    mention = make(0)
    row = INSERT_NEW.row(connection, {**identity(mention), **content(mention)})
    return None if row is None else make(row[0])


def _locked(connection: Connection, source: str, target: str) -> Mention:
    former = _mention(connection, FIND_AND_LOCK.row(connection, {"key": pair_key(source, target)}))
    if former is None:
        raise NotFound("mention", f"of {target} by {source}")
    return former


def _rewrite(connection: Connection, mention: Mention) -> None:
    values = {**content(mention), "decided_by": mention.decided_by, "mention": mention.id}
    REWRITE.run(connection, values)


def _note(
    connection: Connection, former: Mention | None, mention: Mention, ping: Ping | None, now: datetime
) -> Mention:
    """Write the receipt and the counters that go with what was just written of a mention."""
    if ping is not None:
        receipts.add(connection, mention.id, ping, now)
    was = former.status if former else None
    hosts.move(connection, mention.site_id, host_of(mention.source), former=was, status=mention.status, now=now)
    return mention


def _known(connection: Connection, statement: Prepared, mention_id: int) -> Mention:
    row = statement.row(connection, {"mention": mention_id}) if 0 < mention_id <= LARGEST_ID else None
    mention = _mention(connection, row)
    if mention is None:
        raise NotFound("mention", mention_id)
    return mention


def _mention(connection: Connection, row: Row | None) -> Mention | None:
    return None if row is None else to_mention(row, receipts.of(connection, row[0]))


def _mentions(connection: Connection, rows: Sequence[Row]) -> list[Mention]:
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    return [to_mention(row, found.get(row[0], ())) for row in rows]
