"""How an action is taken back: each mention that still is as the action left it goes back to where it stood.

To take back is an action too, written with what it replaces: so it can be taken back itself.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from linkback.core.errors import AlreadyUndone, LinkbackError, NotFound
from linkback.core.model import Mention, Status
from linkback.moderate import listing
from linkback.storage import actions, lessons, placing
from linkback.storage.actions import Action, Decision
from linkback.storage.standing import Locked, Standing

NOTHING = "There is nothing to undo: no decision stands that was not taken back."


@dataclass(frozen=True, slots=True)
class Returned:
    """What one unit of work took back: the mentions as they are now, those that were left, and where it came to."""

    mentions: tuple[Mention, ...]
    left: tuple[int, ...]
    last_id: int | None


def begin(
    connection: Connection, action_id: int | None, *, by: str, now: datetime, within: Collection[int] | None = None
) -> tuple[Action, int]:
    """Mark an action (None: the last one that stands) as taken back; return it, and the id of the action that does so.

    What it put on lists is taken off again. Raises NotFound, also when it did something at other sites than those
    in `within`, or nothing is left of it and somebody else did it; AlreadyUndone, or LinkbackError when nothing is
    there to be taken back.
    """
    action = actions.last(connection) if action_id is None else actions.get(connection, action_id)
    if action is None:
        raise LinkbackError(NOTHING)
    if within is not None and not actions.is_within(connection, action.id, within, by):
        raise NotFound("action", action.id)
    if not actions.mark_undone(connection, action, now):
        raise AlreadyUndone(action.id, actions.get(connection, action.id).undone_by)
    undo_id = actions.begin(connection, action.what, by=by, now=now, undoes=action.id)
    listing.take_back(connection, action.id, undo_id, now)
    return action, undo_id


def take_back(
    connection: Connection, action: Action, undo_id: int, *, after: int, limit: int, by: str, now: datetime
) -> Returned:
    """Take back what an action did to the next `limit` mentions after an id."""
    decided = actions.decisions_of(connection, action.id, after=after, limit=limit)
    locked = {one.mention.id: one for one in placing.lock(connection, [one.mention_id for one in decided])}
    stands = [one for one in decided if one.mention_id in locked and one.stands(locked[one.mention_id])]
    taught = actions.taught(connection, [one.mention_id for one in stands])
    put = [_put_back(connection, one, locked[one.mention_id], by=by, now=now) for one in stands]
    actions.note(connection, undo_id, [_reverse(one, locked[one.mention_id], taught) for one in stands])
    _teach_again(connection, stands, put, taught, now)
    standing = {one.mention_id for one in stands}
    left = tuple(one.mention_id for one in decided if one.mention_id not in standing)
    return Returned(tuple(put), left, decided[-1].mention_id if len(decided) == limit else None)


def _put_back(connection: Connection, decision: Decision, locked: Locked, *, by: str, now: datetime) -> Mention:
    if decision.sponsored is not None:
        return placing.sponsor(connection, locked.mention, not decision.sponsored, by=by, now=now)
    return placing.put(connection, locked, _former(decision, now), by=by, now=now)


def _former(decision: Decision, now: datetime) -> Standing:
    """Return where a mention goes back to; what still waited for its first look is looked at now at the latest."""
    former = decision.former
    if former.status is Status.RECEIVED and former.next_look_at is None:
        return replace(former, next_look_at=now)
    return former


def _reverse(decision: Decision, locked: Locked, taught: dict[int, bool]) -> Decision:
    junk = taught.get(decision.mention_id)
    if decision.sponsored is not None:
        return Decision(decision.mention_id, locked.standing, locked.standing, junk, not decision.sponsored)
    return Decision(decision.mention_id, decision.former, locked.standing, junk)


def _teach_again(
    connection: Connection, stands: list[Decision], put: list[Mention], taught: dict[int, bool], now: datetime
) -> None:
    """Unlearn what was taught, and learn again what had been taught before."""
    told = [(mention, one.former_junk) for mention, one in zip(put, stands, strict=True) if one.sponsored is None]
    differ = [(mention, junk) for mention, junk in told if taught.get(mention.id) != junk]
    lessons.forget_many(connection, [mention.id for mention, junk in differ if junk is None])
    lessons.teach_many(connection, [(mention, junk) for mention, junk in differ if junk is not None], now)
