"""Actions: what a person decided in one go, of one mention or of thousands, with what stood there before.

Nothing is decided here. What is written is enough to take an action back: where it put each mention, and where that
stood before. To take back is an action too, which names the other; so it can be taken back itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from linkback.core.errors import NotFound
from linkback.core.model import Status
from linkback.storage.prepared import Row, always
from linkback.storage.standing import Locked, Standing
from linkback.storage.tables import (
    LARGEST_ID,
    actions,
    decisions,
    lessons,
    listings,
    maybe_stored,
    maybe_time,
    mentions,
    to_stored,
    to_time,
)


class What(StrEnum):
    """What a person does with mentions."""

    APPROVE = "approve"
    SPAM = "spam"
    REMOVE = "remove"
    HOLD = "hold"
    SPONSORED = "sponsored"
    UNSPONSORED = "not sponsored"
    TRUST = "trust"  # a host, with what waits of it
    BLOCK = "block"
    MUTE = "mute"


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody did in one go. `undoes` is the action that it takes back, `undone_by` the one that took it back.

    `count` is of the mentions that it put elsewhere and that are still kept. An action that takes another one back
    has the same `what` as that one.
    """

    id: int
    at: datetime
    by: str
    what: What
    count: int = 0
    undoes: int | None = None
    undone_at: datetime | None = None
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What an action did to one mention: where it put it, where that stood, and what had been taught of it before.

    `former_junk` is None where nothing had been taught. `sponsored` is not None where that was decided, and not the
    status: then both standings are the same.
    """

    mention_id: int
    put: Standing
    former: Standing
    former_junk: bool | None = None
    sponsored: bool | None = None

    def stands(self, locked: Locked) -> bool:
        """Tell whether a mention still is as this decision left it."""
        if self.sponsored is not None:
            return locked.mention.sponsored is self.sponsored
        now, then = locked.standing, self.put
        return (now.status, now.decided_by, now.decided_at) == (then.status, then.decided_by, then.decided_at)


ME = actions.alias()
COUNT = select(func.count()).where(decisions.c.action_id == actions.c.id).scalar_subquery()
UNDONE_BY = (
    select(func.max(ME.c.id))
    .where(ME.c.undoes == actions.c.id, ME.c.undone_at.is_(None), actions.c.undone_at.is_not(None))
    .scalar_subquery()
)
COLUMNS = (
    *(actions.c.id, actions.c.at, actions.c.by, actions.c.what, COUNT, actions.c.undoes, actions.c.undone_at),
    UNDONE_BY,
)
ACTIONS = select(*COLUMNS)
BY_ID = ACTIONS.where(actions.c.id == bindparam("action"))
LAST = ACTIONS.where(actions.c.undone_at.is_(None), actions.c.undoes.is_(None)).order_by(actions.c.id.desc()).limit(1)
LATEST = ACTIONS.order_by(actions.c.id.desc()).limit(bindparam("most"))
OURS = mentions.c.site_id.in_(bindparam("sites", expanding=True))
LISTED_HERE = listings.c.site_id.in_(bindparam("sites", expanding=True))
DECIDED = select(mentions.c.id).where(decisions.c.action_id == actions.c.id, decisions.c.mention_id == mentions.c.id)
LISTED = select(listings.c.id).where(listings.c.action_id == actions.c.id)
OF_SITES = (
    ACTIONS.where(or_(DECIDED.where(OURS).exists(), LISTED.where(LISTED_HERE).exists()))
    .where(actions.c.id < bindparam("before"))
    .order_by(actions.c.id.desc())
    .limit(bindparam("most"))
)
FOREIGN = select(actions.c.id).where(
    actions.c.id == bindparam("action"), or_(DECIDED.where(~OURS).exists(), LISTED.where(~LISTED_HERE).exists())
)
AT_HOME = select(actions.c.id).where(
    actions.c.id == bindparam("action"), or_(DECIDED.where(OURS).exists(), LISTED.where(LISTED_HERE).exists())
)
BEGIN = insert(actions).returning(actions.c.id)
UNDO = update(actions).where(actions.c.id == bindparam("action"), actions.c.undone_at.is_(None))
REDO = update(actions).where(actions.c.id == bindparam("action")).values(undone_at=None)
NAMES = (
    *("mention_id", "status", "decided_by", "decided_at", "former_status", "former_decided_by", "former_decided_at"),
    *("former_next_look_at", "former_junk", "sponsored"),
)
NOTE = insert(decisions)
DECISIONS = (
    select(*(decisions.c[name] for name in NAMES))
    .where(decisions.c.action_id == bindparam("action"), decisions.c.mention_id > bindparam("after"))
    .order_by(decisions.c.mention_id)
    .limit(bindparam("most"))
)
TAUGHT = select(lessons.c.mention_id, lessons.c.junk).where(lessons.c.mention_id.in_(bindparam("ids", expanding=True)))
KNOWN = decisions.alias()
# An action that decided on both keeps what it did to the heir: that is the row that stays.
HAND_OVER = always(
    update(decisions)
    .where(decisions.c.mention_id == bindparam("mention"))
    .where(decisions.c.action_id.not_in(select(KNOWN.c.action_id).where(KNOWN.c.mention_id == bindparam("heir_too"))))
    .values(mention_id=bindparam("heir"))
)


def begin(connection: Connection, what: What, *, by: str, now: datetime, undoes: int | None = None) -> int:
    """Write that somebody does something, and return the id of the action."""
    values = {"at": to_stored(now), "by": by, "what": what.value, "undone_at": None, "undoes": undoes}
    return int(connection.execute(BEGIN, values).scalar_one())


def note(connection: Connection, action_id: int, decided: Sequence[Decision]) -> None:
    """Write what an action did to mentions."""
    if decided:
        connection.execute(NOTE, [{"action_id": action_id, **_stored(decision)} for decision in decided])


def get(connection: Connection, action_id: int) -> Action:
    """Return an action, or raise NotFound."""
    row = connection.execute(BY_ID, {"action": action_id}).one_or_none() if 0 < action_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("action", action_id)
    return _to_action(row)


def last(connection: Connection) -> Action | None:
    """Return the latest action that was not taken back; what takes back is none of these."""
    row = connection.execute(LAST).one_or_none()
    return None if row is None else _to_action(row)


def latest(connection: Connection, limit: int = 20) -> list[Action]:
    """Return the latest actions, newest first."""
    return [_to_action(row) for row in connection.execute(LATEST, {"most": limit})]


def of_sites(
    connection: Connection, sites: Iterable[int], *, before: int = LARGEST_ID, limit: int = 20
) -> list[Action]:
    """Return the latest actions before one that did something at any of these sites, newest first."""
    values = {"sites": sorted(sites), "before": min(before, LARGEST_ID), "most": limit}
    return [_to_action(row) for row in connection.execute(OF_SITES, values)]


def is_within(connection: Connection, action_id: int, sites: Iterable[int], by: str | None = None) -> bool:
    """Tell whether an action did something at these sites, and at no others, as far as what it did is still kept.

    Where nothing of it is kept, it is within whatever sites only of who did it.
    """
    values = {"action": action_id, "sites": sorted(sites)}
    if connection.execute(FOREIGN, values).first() is not None:
        return False
    return connection.execute(AT_HOME, values).first() is not None or get(connection, action_id).by == by


def mark_undone(connection: Connection, action: Action, now: datetime) -> bool:
    """Mark an action as taken back; tell whether it was not before. What it took back itself stands again."""
    if not connection.execute(UNDO.values(undone_at=to_stored(now)), {"action": action.id}).rowcount:
        return False
    stands = True
    while action.undoes is not None:
        action = get(connection, action.undoes)
        if stands:
            connection.execute(REDO, {"action": action.id})
        else:
            connection.execute(UNDO.values(undone_at=to_stored(now)), {"action": action.id})
        stands = not stands
    return True


def decisions_of(connection: Connection, action_id: int, *, after: int, limit: int) -> list[Decision]:
    """Return what an action did, by mention, of those whose ids come after one."""
    rows = connection.execute(DECISIONS, {"action": action_id, "after": after, "most": limit})
    return [_to_decision(row) for row in rows]


def taught(connection: Connection, ids: Iterable[int]) -> dict[int, bool]:
    """Return of those mentions that taught something whether they were called junk."""
    wanted = list(ids)
    rows = connection.execute(TAUGHT, {"ids": wanted}) if wanted else ()
    return {mention_id: bool(junk) for mention_id, junk in rows}


def hand_over(connection: Connection, mention_id: int, heir: int) -> None:
    """Make what was decided of one mention part of the history of another."""
    HAND_OVER.run(connection, {"mention": mention_id, "heir": heir, "heir_too": heir})


def _stored(decision: Decision) -> dict[str, object]:
    put, former = decision.put, decision.former
    return {
        "mention_id": decision.mention_id,
        "status": put.status.value,
        "decided_by": put.decided_by,
        "decided_at": maybe_stored(put.decided_at),
        "former_status": former.status.value,
        "former_decided_by": former.decided_by,
        "former_decided_at": maybe_stored(former.decided_at),
        "former_next_look_at": maybe_stored(former.next_look_at),
        "former_junk": decision.former_junk,
        "sponsored": decision.sponsored,
    }


def _to_decision(row: Row) -> Decision:
    mention_id, status, by, at, former_status, former_by, former_at, former_look, junk, sponsored = row
    put = Standing(Status(status), by, maybe_time(at))
    former = Standing(Status(former_status), former_by, maybe_time(former_at), maybe_time(former_look))
    return Decision(mention_id, put, former, junk, sponsored)


def _to_action(row: Row) -> Action:
    action_id, at, by, what, count, undoes, undone_at, undone_by = row
    return Action(action_id, to_time(at), by, What(what), count, undoes, maybe_time(undone_at), undone_by)
