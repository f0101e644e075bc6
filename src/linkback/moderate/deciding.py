"""What a decision does to a mention, and what the judge learns from it. Units of work over a connection.

What each decision teaches, and why: docs/decisions/what-decisions-teach.md
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from linkback.core import schedule
from linkback.core.model import Citation, Mention, Status
from linkback.storage import actions, lessons, placing
from linkback.storage.actions import Decision, What
from linkback.storage.standing import Locked, Standing

STATUS_OF: Mapping[What, Status] = {
    What.APPROVE: Status.APPROVED,
    What.SPAM: Status.SPAM,
    What.REMOVE: Status.REMOVED,
    What.HOLD: Status.HELD,
}
LOOKED_AFTER = frozenset({Status.HELD, Status.APPROVED})  # of these it is known whether the link still stands
LINK_WENT = frozenset({Status.GONE, Status.INVALID})
NOTHING_SAID = Citation()


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to be done, and since when. `action_id` is 0 until something was done by it."""

    what: What
    by: str
    now: datetime
    action_id: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one unit of work did: under which action, the mentions as they are now, and how many were so already."""

    action_id: int
    mentions: tuple[Mention, ...]
    already: int


def decide(connection: Connection, order: Order, ids: Sequence[int], only: Sequence[ColumnElement[bool]] = ()) -> Batch:
    """Do what was ordered to those mentions of some ids for which all of `only` holds.

    What the same person decided before is left alone. The action is written with the first mention.
    """
    locked = placing.lock(connection, ids, only)
    changed = [one for one in locked if not _is_so(order, one)]
    if not changed:
        return Batch(order.action_id, (), len(locked))
    action_id = order.action_id or actions.begin(connection, order.what, by=order.by, now=order.now)
    taught = actions.taught(connection, [one.mention.id for one in changed])
    put = _sponsor if order.what not in STATUS_OF else _place
    decided = [put(connection, order, one, taught.get(one.mention.id)) for one in changed]
    actions.note(connection, action_id, [decision for decision, _ in decided])
    teach(connection, order, changed)
    return Batch(action_id, tuple(mention for _, mention in decided), len(locked) - len(changed))


def teach(connection: Connection, order: Order, former: Sequence[Locked]) -> None:
    """Let the judge learn from decisions of mentions, as they were before."""
    told = [(one.mention, lesson_of(order.what, one.mention)) for one in former]
    lessons.teach_many(connection, [(mention, junk) for mention, junk in told if junk is not None], order.now)
    if order.what is What.HOLD:
        lessons.forget_many(connection, [mention.id for mention, _ in told])


def lesson_of(what: What, former: Mention) -> bool | None:
    """Return whether a decision of a mention, as it was before, teaches junk; None when it teaches nothing.

    To remove what a person had approved, or whose link is gone, says nothing against it.
    """
    if former.verified_at is None and former.citation == NOTHING_SAID:
        return None
    if what is What.REMOVE:
        approved = former.status is Status.APPROVED and former.decided_by is not None
        return None if approved or former.status in LINK_WENT else True
    return {What.APPROVE: False, What.SPAM: True}.get(what)


def next_look(status: Status, former: Mention, now: datetime) -> datetime | None:
    """Return when a mention is looked at again; what comes back to the owner or the world is looked at now.

    That is for what was not looked at lately: while it was away, its link may have gone.
    """
    if status in LOOKED_AFTER and (former.verified_at is None or former.status not in LOOKED_AFTER):
        return now
    return schedule.next_look(status, now - former.received_at, now)


def _is_so(order: Order, former: Locked) -> bool:
    mention = former.mention
    if order.what not in STATUS_OF:
        return mention.sponsored is (order.what is What.SPONSORED)
    return mention.status is STATUS_OF[order.what] and mention.decided_by == order.by


def _place(connection: Connection, order: Order, former: Locked, junk: bool | None) -> tuple[Decision, Mention]:
    status = STATUS_OF[order.what]
    put = Standing(status, order.by, order.now, next_look(status, former.mention, order.now))
    mention = placing.put(connection, former, put, by=order.by, now=order.now)
    return Decision(mention.id, put, former.standing, junk), mention


def _sponsor(connection: Connection, order: Order, former: Locked, junk: bool | None) -> tuple[Decision, Mention]:
    sponsored = order.what is What.SPONSORED
    mention = placing.sponsor(connection, former.mention, sponsored, by=order.by, now=order.now)
    return Decision(mention.id, former.standing, former.standing, junk, sponsored), mention
