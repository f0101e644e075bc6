"""Calls: what webhooks are told, and what became of each; the newest of a webhook are its log.

A call is claimed with a lease before it is made: a worker that dies repeats at most that one. Of each webhook that the
claimer does not name as busy one call is claimed at a time, so that its calls come in order and one that hangs holds up
no other. That holds in one process only: another one may claim the next call of the same webhook meanwhile.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from linkback.core.errors import NotFound
from linkback.core.model import Call, NewsKind
from linkback.storage.prepared import Row
from linkback.storage.tables import LARGEST_ID, calls, clean, maybe_stored, maybe_time, to_stored, to_time

KEPT = 200  # calls of a webhook that are done, about half a megabyte; older ones nobody looks at
TEST = "test"  # stands for the kind of a call that tells of nothing

NAMES = (*("id", "webhook_id", "kind", "body", "created_at", "next_try_at", "tries", "done_at", "status", "message"),)
COLUMNS = tuple(calls.c[name] for name in NAMES)
WHOLE: Select[tuple[object, ...]] = select(*COLUMNS)
THIS = calls.c.id == bindparam("call")
OF_WEBHOOK = calls.c.webhook_id == bindparam("webhook")
THESE = calls.c.id.in_(bindparam("ids", expanding=True))
BY_ID = WHOLE.where(THIS)
ADD = insert(calls).returning(calls.c.id)
# What is due is little, and the log long: the sum keeps a planner from walking the log.
OF_ITS_WEBHOOK = calls.c.webhook_id + literal_column("0", Integer)
FIRST_OF_EACH = (
    select(func.min(calls.c.id))
    .where(calls.c.next_try_at <= bindparam("now"))
    .where(OF_ITS_WEBHOOK.not_in(bindparam("busy", expanding=True)))
    .group_by(OF_ITS_WEBHOOK)
)
DUE = (
    WHOLE.where(calls.c.id.in_(FIRST_OF_EACH), calls.c.next_try_at <= bindparam("now"))
    .order_by(calls.c.next_try_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = update(calls).where(THESE).values(next_try_at=bindparam("lease_until"))
NOTE = update(calls).where(THIS)
GIVE_UP = update(calls).where(OF_WEBHOOK, calls.c.next_try_at.is_not(None)).values(next_try_at=None)
WAITING = select(calls.c.id).where(OF_WEBHOOK, calls.c.next_try_at.is_not(None)).limit(bindparam("most"))
NEXT_DUE = select(func.min(calls.c.next_try_at)).where(calls.c.next_try_at.is_not(None))
IS_DONE = and_(OF_WEBHOOK, calls.c.next_try_at.is_(None))
OLDEST_KEPT = select(calls.c.id).where(IS_DONE).order_by(calls.c.id.desc()).limit(1).offset(KEPT - 1).scalar_subquery()
TRIM = delete(calls).where(IS_DONE, calls.c.id < OLDEST_KEPT)
LOG = WHOLE.where(OF_WEBHOOK, calls.c.id < bindparam("before")).order_by(calls.c.id.desc()).limit(bindparam("most"))


def add(connection: Connection, call: Call) -> Call:
    """Owe a call, whatever its id, from the time that it names, and return it as it is kept."""
    values = {
        "webhook_id": call.webhook_id,
        "kind": call.kind.value if call.kind else TEST,
        "body": call.body,
        "created_at": to_stored(call.created_at),
        "next_try_at": maybe_stored(call.next_try_at),
    }
    return replace(call, id=connection.execute(ADD, values).scalar_one())


def get(connection: Connection, call_id: int) -> Call:
    """Return a call, or raise NotFound."""
    row = connection.execute(BY_ID, {"call": call_id}).one_or_none() if 0 < call_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("call", call_id)
    return to_call(row)


def claim(
    connection: Connection, now: datetime, lease_until: datetime, limit: int, busy: Collection[int] = ()
) -> list[Call]:
    """Return the first due call of each webhook that is not busy, made due again only when the lease is over.

    Two workers never get the same one; a worker that dies loses nothing.
    """
    rows = connection.execute(DUE, {"now": to_stored(now), "busy": list(busy), "most": limit}).all()
    if not rows:
        return []
    connection.execute(LEASE, {"ids": [row[0] for row in rows], "lease_until": to_stored(lease_until)})
    return [replace(to_call(row), next_try_at=lease_until) for row in rows]


def note(connection: Connection, call: Call) -> None:
    """Write how a call stands after a try, and forget the oldest of the log; a dropped one is no trouble."""
    values = {
        "next_try_at": maybe_stored(call.next_try_at),
        "tries": call.tries,
        "done_at": maybe_stored(call.done_at),
        "status": call.status,
        "message": clean(call.message),
    }
    connection.execute(NOTE.values(values), {"call": call.id})
    if call.next_try_at is None:
        connection.execute(TRIM, {"webhook": call.webhook_id})


def count_waiting(connection: Connection, webhook_id: int, most: int) -> int:
    """Return how many calls a webhook is still owed, counted up to `most`."""
    return len(connection.execute(WAITING, {"webhook": webhook_id, "most": most}).all())


def give_up(connection: Connection, webhook_id: int, message: str, now: datetime) -> None:
    """Let all that a webhook is still owed be done with, for a reason."""
    connection.execute(GIVE_UP.values(done_at=to_stored(now), message=message), {"webhook": webhook_id})
    connection.execute(TRIM, {"webhook": webhook_id})


def log(connection: Connection, webhook_id: int, *, before_id: int | None = None, limit: int = 50) -> list[Call]:
    """Return the calls of a webhook, newest first; the next page begins before the id of the last one."""
    before = LARGEST_ID if before_id is None else min(before_id, LARGEST_ID)
    return list(map(to_call, connection.execute(LOG, {"webhook": webhook_id, "before": before, "most": limit})))


def next_due(connection: Connection) -> datetime | None:
    """Return when the next call is due, None when none ever is."""
    return maybe_time(connection.execute(NEXT_DUE).scalar_one())


def to_call(row: Row) -> Call:
    """Return the call that stands in a row of COLUMNS."""
    call_id, webhook_id, kind, body, created_at, next_try_at, tries, done_at, status, message = row
    return Call(
        call_id,
        webhook_id,
        None if kind == TEST else NewsKind(kind),
        bytes(body),
        to_time(created_at),
        maybe_time(next_try_at),
        tries,
        maybe_time(done_at),
        status,
        message,
    )
