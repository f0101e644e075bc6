"""What an owner does with mentions: look at them, decide of one or of thousands, take that back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection

from linkback.core.errors import NotFound
from linkback.core.model import Event, Mention, Site, Status
from linkback.moderate import deciding, listing, undoing
from linkback.moderate.deciding import Batch, Order
from linkback.moderate.listing import MEANS
from linkback.storage import actions, events, mentions, placing, selection, sites
from linkback.storage.actions import Action, What
from linkback.storage.database import Database
from linkback.storage.selection import Selection

PAGE = 500  # mentions read at once
BATCH = 100  # mentions decided in one unit of work: about 50 ms, and pings are written between two
WAITING = Selection(frozenset({Status.HELD}))
Told = Callable[[int], None]
Once = Callable[[Connection], None]  # what comes first, in the unit of work that begins an action; it may raise
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an order: the action by which it can be taken back (None: nothing was to do), and how many
    mentions it put elsewhere. `already` of them were so before, by the same person."""

    action_id: int | None
    count: int
    already: int = 0


@dataclass(frozen=True, slots=True)
class HostsDone:
    """Which hosts were put on the lists of which sites (by id), and what became of their mentions."""

    hosts: tuple[tuple[int, str], ...]
    done: Done


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: which action, by which one, and of how many mentions.

    `left` are the mentions that are no longer as the action left them, and so stay as they are.
    """

    action: Action
    action_id: int
    count: int
    left: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many mentions are meant, where they stand, and their ids, newest first."""

    by_status: dict[Status, int]
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moderator:
    """Writes people's decisions. Each raises NotFound for an id that does not exist, and does nothing then."""

    database: Database
    now: Callable[[], datetime]

    async def show(self, mention_id: int) -> Mention:
        """Return a mention."""
        return await self.database.read(mentions.get, mention_id)

    async def history(self, mention_id: int) -> tuple[Event, ...]:
        """Return what changed of a mention, oldest first."""
        return await self.database.read(events.of, mention_id)

    async def site_of(self, mention: Mention) -> Site:
        """Return the site to which a mention came; raises NotFound when it was removed meanwhile."""
        for site in await self.database.read(sites.every):
            if site.id == mention.site_id:
                return site
        raise NotFound("site", mention.site_id)

    async def listing(self, *, status: Status | None = None, target: str | None = None) -> list[Mention]:
        """Return all mentions of a status or a target page, newest first."""
        found: list[Mention] = []
        before = None
        while True:
            wanted = partial(mentions.listing, status=status, target=target, before_id=before, limit=PAGE)
            part = await self.database.read(wanted)
            found += part
            if len(part) < PAGE:
                return found
            before = part[-1].id

    async def page(self, wanted: Selection, *, before_id: int | None = None, limit: int = PAGE) -> list[Mention]:
        """Return mentions that are meant, newest first; the next page begins before the id of the last one."""
        return await self.database.read(partial(selection.page, before_id=before_id, limit=limit), wanted)

    async def count(self, wanted: Selection) -> dict[Status, int]:
        """Return how many mentions are meant, by status."""
        return await self.database.read(selection.count, wanted)

    async def meant(self, wanted: Selection) -> Counted:
        """Return which mentions are meant: what is decided of them later is decided of no others."""
        return await self.database.read(_meant, wanted)

    async def approve(self, mention_id: int, *, by: str) -> Mention:
        """Let the world see a mention; its link is looked at again from now on."""
        return await self._one(What.APPROVE, mention_id, by)

    async def spam(self, mention_id: int, *, by: str) -> Mention:
        """Mark a mention as junk."""
        return await self._one(What.SPAM, mention_id, by)

    async def remove(self, mention_id: int, *, by: str) -> Mention:
        """Take a mention away; it stays away when it is sent again."""
        return await self._one(What.REMOVE, mention_id, by)

    async def hold(self, mention_id: int, *, by: str) -> Mention:
        """Put a mention back into the queue; it stays there until a person decides."""
        return await self._one(What.HOLD, mention_id, by)

    async def decide(
        self,
        what: What,
        ids: Sequence[int],
        *,
        by: str,
        only: Selection | None = None,
        told: Told | None = None,
        once: Once | None = None,
    ) -> Done:
        """Do one thing to many mentions: one action, written in units that let pings come between.

        All ids must exist; with `only`, those are left out of which that no longer holds. `told` hears how many
        were dealt with after each unit.
        """
        wanted = list(dict.fromkeys(ids))
        if only is None:
            await self._hold_to_what_is(wanted)
        conditions = [] if only is None else selection.conditions(only)
        return await self._all(Order(what, by, self.now()), wanted, conditions, told, once)

    async def list_hosts(
        self, what: What, ids: Sequence[int], *, by: str, only: Selection | None = None, once: Once | None = None
    ) -> HostsDone:
        """Trust, block or mute the hosts of mentions at their sites, and decide of these mentions and all that wait.

        One action, which `undo` takes back with its entries on the lists. Mentions that are none are left out.
        Raises TooMuchListed, and does nothing then.
        """
        order, wanted = Order(what, by, self.now()), list(dict.fromkeys(ids))
        conditions = [] if only is None else selection.conditions(only)
        unit = partial(listing.begin, order=order, ids=wanted, only=conditions)
        begun = await self.database.write(_after, once, unit)
        if begun is None:
            return HostsDone((), Done(None, 0))
        order = replace(order, what=MEANS[what][1], action_id=begun.action_id)
        named = await self._all(order, wanted, conditions, None)
        others = await self._all(order, begun.waiting, selection.conditions(WAITING), None)
        count, already = named.count + others.count, named.already + others.already
        return HostsDone(begun.hosts, Done(begun.action_id, count, already))

    async def list_host(self, what: What, host: str, site_ids: Sequence[int], *, by: str) -> HostsDone:
        """Trust, block or mute a host at some sites, and decide of its mentions that wait there; else as `list_hosts`.

        What was decided of its mentions before stays as it is.
        """
        order = Order(what, by, self.now())
        begun = await self.database.write(partial(listing.begin_with, order=order, host=host, site_ids=site_ids))
        if begun is None:
            return HostsDone((), Done(None, 0))
        order = replace(order, what=MEANS[what][1], action_id=begun.action_id)
        waiting = await self._all(order, begun.waiting, selection.conditions(WAITING), None)
        return HostsDone(begun.hosts, Done(begun.action_id, waiting.count, waiting.already))

    async def undo(
        self,
        action_id: int | None = None,
        *,
        by: str,
        told: Told | None = None,
        within: Collection[int] | None = None,
        once: Once | None = None,
    ) -> Undone:
        """Take an action back, the last one that stands unless one is named; its lessons are unlearned.

        Raises NotFound, also when it did something at sites that are not in `within`; AlreadyUndone, or LinkbackError
        when nothing is there to be taken back.
        """
        now = self.now()
        begin = partial(undoing.begin, action_id=action_id, by=by, now=now, within=within)
        action, undo_id = await self.database.write(_after, once, begin)
        count, left = 0, list[int]()
        after: int | None = 0
        while after is not None:
            unit = partial(undoing.take_back, after=after, limit=BATCH, by=by, now=now)
            part = await self.database.write(unit, action, undo_id)
            count, after = count + len(part.mentions), part.last_id
            left += part.left
            if told is not None:
                told(len(part.mentions) + len(part.left))
        return Undone(action, undo_id, count, tuple(left))

    async def action(self, action_id: int | None = None) -> Action | None:
        """Return an action, or raise NotFound; without an id the last one that stands, None when there is none."""
        if action_id is None:
            return await self.database.read(actions.last)
        return await self.database.read(actions.get, action_id)

    async def actions(self, limit: int = 20) -> list[Action]:
        """Return the latest actions, newest first."""
        return await self.database.read(actions.latest, limit)

    async def _one(self, what: What, mention_id: int, by: str) -> Mention:
        return await self.database.write(_decide_one, Order(what, by, self.now()), mention_id)

    async def _all(
        self,
        order: Order,
        ids: Sequence[int],
        only: Sequence[ColumnElement[bool]],
        told: Told | None,
        once: Once | None = None,
    ) -> Done:
        count, already = 0, 0
        for part in _parts(ids):
            batch = await self._batch(order, part, only, once)
            once = None
            order = replace(order, action_id=batch.action_id)
            count, already = count + len(batch.mentions), already + batch.already
            if told is not None:
                told(len(part))
        return Done(order.action_id or None, count, already)

    async def _batch(
        self, order: Order, ids: Sequence[int], only: Sequence[ColumnElement[bool]], once: Once | None
    ) -> Batch:
        return await self.database.write(_after, once, partial(deciding.decide, order=order, ids=ids, only=only))

    async def _hold_to_what_is(self, ids: Sequence[int]) -> None:
        for part in _parts(ids):
            if unknown := await self.database.read(placing.missing, part):
                raise NotFound("mention", unknown[0])


def _after(connection: Connection, once: Once | None, unit: Callable[[Connection], T]) -> T:
    if once is not None:
        once(connection)
    return unit(connection)


def _decide_one(connection: Connection, order: Order, mention_id: int) -> Mention:
    decided = deciding.decide(connection, order, [mention_id]).mentions
    return decided[0] if decided else mentions.get(connection, mention_id)


def _meant(connection: Connection, wanted: Selection) -> Counted:
    return Counted(selection.count(connection, wanted), tuple(selection.ids(connection, wanted)))


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + BATCH] for at in range(0, len(ids), BATCH)]
