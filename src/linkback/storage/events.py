"""Events: the history of a mention, newest MOST_KEPT. What counts as a change is decided in core/changes.py."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from linkback.core.changes import Difference
from linkback.core.model import Change, Event
from linkback.storage.prepared import Row, always
from linkback.storage.tables import clean, events, to_stored, to_time

MOST_KEPT = 200  # of one mention: years of changes, and no sender can fill the disk with them

HERE = events.c.mention_id == bindparam("mention")
NAMES = ("mention_id", "at", "change", "before", "after", "by")
NOTE = always(insert(events).values({name: bindparam(name) for name in NAMES}))
OF = (
    select(events.c.at, events.c.change, events.c.before, events.c.after, events.c.by).where(HERE).order_by(events.c.id)
)
OF_MANY = (
    select(events.c.mention_id, events.c.at, events.c.change, events.c.before, events.c.after, events.c.by)
    .where(events.c.mention_id.in_(bindparam("ids", expanding=True)))
    .order_by(events.c.id)
)
NEWEST_TOO_MANY = select(events.c.id).where(HERE).order_by(events.c.id.desc()).limit(1).offset(bindparam("most"))
TRIM = always(delete(events).where(HERE, events.c.id <= NEWEST_TOO_MANY.scalar_subquery()))
HAND_OVER = always(update(events).where(HERE).values(mention_id=bindparam("heir")))


def note(
    connection: Connection, mention_id: int, changes: Sequence[Difference], *, at: datetime, by: str | None = None
) -> None:
    """Write what changed of a mention, and forget what is older than its newest MOST_KEPT events."""
    for change, before, after in changes:
        told = {"change": change.value, "before": clean(before), "after": clean(after), "by": by}
        NOTE.run(connection, {"mention_id": mention_id, "at": to_stored(at), **told})
    if changes:
        TRIM.run(connection, {"mention": mention_id, "most": MOST_KEPT})


def of(connection: Connection, mention_id: int) -> tuple[Event, ...]:
    """Return what changed of a mention so far, oldest first."""
    return tuple(map(to_event, connection.execute(OF, {"mention": mention_id})))


def of_many(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Event, ...]]:
    """Return what changed of some mentions so far, oldest first; those of which nothing did are left out."""
    found: dict[int, list[Event]] = {}
    for mention_id, *told in connection.execute(OF_MANY, {"ids": ids}) if ids else ():
        found.setdefault(mention_id, []).append(to_event(told))
    return {mention_id: tuple(told) for mention_id, told in found.items()}


def hand_over(connection: Connection, mention_id: int, heir: int) -> None:
    """Make the history of one mention part of that of another."""
    HAND_OVER.run(connection, {"mention": mention_id, "heir": heir})


def to_event(row: Row) -> Event:
    """Return the event that stands in a row."""
    at, change, before, after, by = row
    return Event(to_time(at), Change(change), before, after, by)
