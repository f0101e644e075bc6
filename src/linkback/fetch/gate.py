"""How many at once: connections per registrable domain and in all, and a bounded queue before them.

A room is what is open towards one domain. Never looks at addresses or rates: those are
guard.py and budget.py.
"""

from asyncio import Future, get_running_loop, timeout
from collections import deque
from contextlib import suppress

from linkback.core.errors import TooBusy
from linkback.fetch.connection import Line
from linkback.fetch.terms import MAX_IDLE, MAX_WAITING, MAX_WAITING_IN_ALL, QUEUE_WAIT

TRY_AGAIN = 5.0  # seconds; told when the queue is full, about what its front waits for


class Turns:
    """So many at once; who comes later waits in line. Costs nothing as long as there are some left."""

    __slots__ = ("_free", "_line")

    def __init__(self, free: int) -> None:
        self._free = free
        self._line: deque[Future[None]] = deque()

    def take(self) -> bool:
        """Take a turn if there is one left; as long as somebody waits there is none."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def wait(self) -> None:
        """Take a turn when it has come."""
        if self.take():
            return
        place = get_running_loop().create_future()
        self._line.append(place)
        try:
            await place
        except BaseException:
            if place.done() and not place.cancelled():  # the turn came in the moment of giving up
                self.give()
            with suppress(ValueError):
                self._line.remove(place)
            raise

    def give(self) -> None:
        """Hand a turn to whoever is next."""
        while self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


class Room:
    """The connections towards one domain: turns for those in use, and the idle ones by origin."""

    __slots__ = ("active", "domain", "idle", "turns", "users")

    def __init__(self, domain: str, connections: int) -> None:
        self.domain = domain
        self.turns = Turns(connections)
        self.active = 0
        self.users = 0
        self.idle: dict[Line, str] = {}


class Gate:
    """Lets at most `per_domain` fetches of a domain and `in_all` fetches through at once.

    A domain's connections, idle ones counted, are never more than `per_domain`, however many
    host names it has: an idle one to another origin is closed before a new one is opened.
    """

    def __init__(self, per_domain: int, in_all: int) -> None:
        self._per_domain = per_domain
        self._turns = Turns(in_all)
        self._rooms: dict[str, Room] = {}
        self._waiting = 0
        self._idle = 0

    async def enter(self, domain: str, url: str) -> Room:
        """Wait for a turn, QUEUE_WAIT seconds at most; raise TooBusy when there is none or the queue is full."""
        room = self._rooms.get(domain) or Room(domain, self._per_domain)
        if room.users >= self._per_domain + MAX_WAITING or self._waiting >= MAX_WAITING_IN_ALL:
            raise TooBusy(url, retry_after=TRY_AGAIN)
        self._rooms[domain] = room
        room.users += 1
        try:
            await self._take_turns(room, url)
        except BaseException:
            self._let_go(room)
            raise
        room.active += 1
        return room

    def leave(self, room: Room) -> None:
        """Hand the turn to whoever is next."""
        room.active -= 1
        self._turns.give()
        room.turns.give()
        self._let_go(room)

    def claim(self, room: Room, origin: str, *, fresh: bool = False) -> Line | None:
        """Return the idle connection that a fetch of this origin will use, or make room for a new one.

        `fresh` is for what must not be sent twice: an old connection may turn out to be dead.
        """
        usable = [line for line, whose in room.idle.items() if whose == origin]
        if usable and not fresh:
            self._drop(room, usable[0])
            return usable[0]
        for line in usable:
            self._hang_up(room, line)
        while room.idle and len(room.idle) + room.active > self._per_domain:
            self._hang_up(room, next(iter(room.idle)))
        return None

    def keep(self, room: Room, origin: str, line: Line) -> None:
        """Note that a connection stays open for the next fetch; close it when too many are open."""
        if not line.is_open:
            return
        if self._idle >= MAX_IDLE:
            line.hang_up()
            return
        room.idle[line] = origin
        self._idle += 1
        line.rest(lambda lost: self._lost(room, lost))

    def close(self) -> None:
        """Hang up what is kept."""
        for room in list(self._rooms.values()):
            for line in list(room.idle):
                line.hang_up()

    def _hang_up(self, room: Room, line: Line) -> None:
        self._drop(room, line)
        line.hang_up()

    def _lost(self, room: Room, line: Line) -> None:
        if line in room.idle:
            self._drop(room, line)
            self._tidy(room)

    def _drop(self, room: Room, line: Line) -> None:
        del room.idle[line]
        line.wake()
        self._idle -= 1

    async def _take_turns(self, room: Room, url: str) -> None:
        if room.turns.take():
            if self._turns.take():
                return
            room.turns.give()
        self._waiting += 1
        try:
            async with timeout(QUEUE_WAIT):
                await room.turns.wait()
                await self._second_turn(room)
        except TimeoutError as error:
            raise TooBusy(url, retry_after=TRY_AGAIN) from error
        finally:
            self._waiting -= 1

    async def _second_turn(self, room: Room) -> None:
        try:
            await self._turns.wait()
        except BaseException:
            room.turns.give()
            raise

    def _let_go(self, room: Room) -> None:
        room.users -= 1
        self._tidy(room)

    def _tidy(self, room: Room) -> None:
        if not room.users and not room.idle:
            self._rooms.pop(room.domain, None)
