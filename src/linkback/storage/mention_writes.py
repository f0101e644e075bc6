"""How the row of a mention is written: inserted, locked, rewritten, moved to another key, united with others.

What is written was decided elsewhere. Each of these keeps what goes with a mention right: receipts, the counters
of its host, the claims by which it is found, the events that tell what changed, and what is news of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Text,
    bindparam,
    case,
    delete,
    select,
    union_all,
    update,
)

from linkback.core import changes
from linkback.core.changes import Difference
from linkback.core.model import Change, Mention, Ping
from linkback.storage import actions, claims, events, hosts, lessons, news, notices, receipts
from linkback.storage.claims import Pair
from linkback.storage.mention_rows import COLUMNS, CONTENT, content, host_judged, identity, page_of, place, to_mention
from linkback.storage.prepared import Prepared, always, insert_for
from linkback.storage.settlement import is_spelled_alike
from linkback.storage.tables import claims as claims_table
from linkback.storage.tables import maybe_time, mentions, pair_key, to_stored
from linkback.storage.union import Row, Whole

KEYS = ("claimed", "wanted")
# What most pages say nothing of: leaving it out of the statement saves the commonest write of all some time.
SELDOM = ("rsvp", "photo", "content", "noindex", "source_page", "target_page", "trouble")
OFTEN = (
    *("site_id", "key", "source", "target", "target_key", "source_host", "received_at"),
    *(name for name in CONTENT if name not in SELDOM),
)


def _insert(names: Iterable[str]) -> Prepared:
    led = select(claims_table.c.mention_id).where(claims_table.c.key == bindparam("key")).scalar_subquery()

    def build(dialect: str) -> Executable:
        statement = insert_for(dialect, mentions).values({name: bindparam(name) for name in names})
        return statement.on_conflict_do_nothing(index_elements=["key"]).returning(mentions.c.id, led)

    return Prepared(build)


THIS = mentions.c.id == bindparam("mention")
INSERT_PLAIN = _insert(OFTEN)
INSERT_WHOLE = _insert((*OFTEN, *SELDOM))
ANSWERING = union_all(
    select(mentions.c.id).where(mentions.c.key.in_([bindparam(name) for name in KEYS])),
    select(claims_table.c.mention_id).where(claims_table.c.key.in_([bindparam(name) for name in KEYS])),
)
# Locked in the order of their ids, so that two who unite the same rows wait for each other and never cross.
LOCK = always(
    select(*COLUMNS, mentions.c.key, mentions.c.decided_at)
    .where(mentions.c.id.in_(ANSWERING))
    .order_by(mentions.c.id)
    .with_for_update()
)
DECIDED_STILL = case((bindparam("decided_by", type_=Text).is_not(None), mentions.c.decided_at))
REWRITE = always(
    update(mentions)
    .where(THIS)
    .values({name: bindparam(name) for name in ("source", "target", *CONTENT)})
    .values(decided_by=bindparam("decided_by"), decided_at=DECIDED_STILL)
)
# Apart from the rest, since each of these columns is in an index.
MOVE = always(
    update(mentions)
    .where(THIS)
    .values({name: bindparam(name) for name in ("key", "target_key", "source_host", "received_at")})
)
DELETE = always(delete(mentions).where(THIS))


def insert(connection: Connection, make: Callable[[int], Mention]) -> Mention | None:
    """Write a new mention and return it as `make` makes it once the id is known; None when its pair is kept.

    A pair that leads to a mention already makes no second one.
    """
    mention = make(0)
    row = _insert_row(connection, {**identity(mention), **content(mention)})
    if row is None:
        return None
    mention_id, led = row
    if led is None:
        return make(mention_id)
    DELETE.run(connection, {"mention": mention_id})
    return None


def lock(connection: Connection, claimed: bytes, wanted: bytes) -> list[Row]:
    """Return the mentions that answer to one of two keys, oldest first; nobody else changes them now.

    PostgreSQL shows what a row was united with, while this one waited for it, to the next statement only.
    """
    keys = {"claimed": claimed, "wanted": wanted}
    found = LOCK.rows(connection, keys) or LOCK.rows(connection, keys)
    return [_to_row(connection, row) for row in found]


def begin(connection: Connection, make: Callable[[int], Mention], pair: Pair) -> Mention | None:
    """Write a new mention of which `pair` was claimed; None when somebody else was first.

    What led to another mention so far and stands by itself now is taken from that one.
    """
    key = pair_key(*page_of(make(0)))
    for led in {key, pair_key(*pair)}:
        claims.free(connection, led)
    made = insert(connection, make)
    if made is not None:
        claims.remember(connection, made, key, [pair])
    return made


def write(connection: Connection, whole: Whole, pair: Pair) -> Sequence[Difference] | None:
    """Make one mention of rows and return what changed of it; None when somebody else came to its key first.

    `pair` is what was claimed just now.
    """
    stays, *goes = whole.rows
    if whole.leaves:
        for key in (pair_key(*pair), whole.key):
            claims.free(connection, key, heirs=_ids(whole))
    if all(row.key != whole.key for row in whole.rows) and not _take(connection, whole):
        return None
    for row in goes:
        _absorb(connection, stays, row)
    _rewrite(connection, stays, whole)
    _book(connection, whole, pair)
    return (*changes.between(stays.mention, whole.mention), *(_merged(row.mention, whole.mention) for row in goes))


def note(
    connection: Connection,
    former: Mention | None,
    mention: Mention,
    ping: Ping | None,
    now: datetime,
    *,
    changed: Sequence[Difference] = (),
    by: str | None = None,
) -> Mention:
    """Write the receipt, the counters, the events and the news that go with what was just written of a mention."""
    if ping is not None:
        receipts.add(connection, mention.id, ping, now)
    was, host = former, host_judged(mention)
    if former is not None and host_judged(former) != host:
        hosts.leave(connection, former.site_id, host_judged(former), former.status)
        was = None
    status = was.status if was else None
    hosts.move(connection, mention.site_id, host, former=status, status=mention.status, now=now)
    if changed:
        events.note(connection, mention.id, changed, at=now, by=by)
    for kind in news.of_change(former, mention, changed):
        news.note(connection, mention.site_id, kind, now, mention_id=mention.id)
    return mention


def _insert_row(connection: Connection, values: dict[str, object]) -> Sequence[Any] | None:
    """Write a row and return its id and the mention to which its pair led so far; None when there is such a row."""
    statement = INSERT_WHOLE if any(map(values.get, SELDOM)) else INSERT_PLAIN
    return statement.row(connection, values)


def _take(connection: Connection, whole: Whole) -> bool:
    """Make a free key ours until the end of this unit of work; tell whether it was free.

    A row that stands there for a moment makes others wait who would write one at the same time.
    """
    claims.free(connection, whole.key, heirs=_ids(whole))
    row = _insert_row(connection, {**identity(whole.mention), **content(whole.mention), "key": whole.key})
    if row is None:
        return False
    DELETE.run(connection, {"mention": row[0]})
    return True


def _ids(whole: Whole) -> set[int]:
    return {row.mention.id for row in whole.rows}


def _absorb(connection: Connection, stays: Row, goes: Row) -> None:
    """Give all that belongs to one row to another, and delete it."""
    gone, heir = goes.mention.id, stays.mention.id
    receipts.unite(connection, gone, heir)
    claims.hand_over(connection, gone, heir)
    events.hand_over(connection, gone, heir)
    actions.hand_over(connection, gone, heir)
    lessons.hand_over(connection, gone, heir)
    news.hand_over(connection, gone, heir)
    notices.hand_over(connection, gone, heir)
    hosts.leave(connection, goes.mention.site_id, host_judged(goes.mention), goes.mention.status)
    DELETE.run(connection, {"mention": gone})


def _rewrite(connection: Connection, former: Row, whole: Whole) -> None:
    mention = whole.mention
    if replace(mention, receipts=former.mention.receipts) != former.mention:
        names = {"source": mention.source, "target": mention.target, "decided_by": mention.decided_by}
        REWRITE.run(connection, {**names, **content(mention), "mention": mention.id})
    if len(whole.rows) > 1 or whole.key != former.key:
        values = {**place(mention), "key": whole.key, "received_at": to_stored(mention.received_at)}
        MOVE.run(connection, {**values, "mention": mention.id})


def _book(connection: Connection, whole: Whole, pair: Pair) -> None:
    """Make a mention be found by every pair that was claimed for one of its rows."""
    pairs = [pair, *((row.mention.source, row.mention.target) for row in whole.rows)]
    if len(whole.rows) > 1 or whole.key != whole.rows[0].key:
        claims.rebook(connection, whole.mention, whole.key, pairs)
    elif any(not is_spelled_alike(*pair, whole.mention) for pair in pairs):
        claims.remember(connection, whole.mention, whole.key, pairs)


def _merged(gone: Mention, heir: Mention) -> Difference:
    return Change.MERGED, f"{gone.id}: {' → '.join(page_of(gone))} ({gone.status.value})", " → ".join(page_of(heir))


def _to_row(connection: Connection, row: Sequence[Any]) -> Row:
    *told, key, decided_at = row
    return Row(to_mention(told, receipts.of(connection, told[0])), bytes(key), maybe_time(decided_at))
