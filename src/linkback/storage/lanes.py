"""Lanes: threads that run units of work over connections of their own, several for each time they wake up.

Handing a unit to a thread and its result back costs more than most units, so both are shared:
whatever waits is taken in one go, and each event loop is told of a whole batch by one call.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from sqlalchemy import Connection

from linkback.core.errors import StorageError

Call = Callable[[Connection], Any]


class Unit:
    """One unit of work: what to run, who waits for it, and what came of it."""

    __slots__ = ("call", "error", "future", "loop", "result")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None


class Session(Protocol):
    """A connection that belongs to one thread, and the way it runs units of work."""

    def run(self, units: Sequence[Unit]) -> None:
        """Run units and write a result or an error, translated, into each; raises nothing."""

    def close(self) -> None:
        """Let go of the connection."""


class Lane:
    """Up to `threads` threads that run units in the order they came, about `batch` at a time each."""

    def __init__(self, name: str, open_session: Callable[[], Session], *, threads: int, batch: int) -> None:
        self._name = name
        self._open_session = open_session
        self._most = threads
        self._batch = batch
        self._parcels: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
        self._waiting: SimpleQueue[list[Unit] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._unanswered = 0
        self._closed = False

    async def run(self, call: Call) -> Any:
        """Run a call in one of the threads and return what it returns or raise what it raises."""
        unit = Unit(call)
        with self._lock:
            if self._closed:
                raise StorageError("The database is closed.", permanent=True)
            parcel = self._parcels.get(unit.loop)
            if parcel is None:
                parcel = self._parcels[unit.loop] = []
                unit.loop.call_soon(self._hand_over, unit.loop)
            parcel.append(unit)
        return await unit.future

    def close(self) -> None:
        """Finish what waits, answer it, and stop; what comes later is refused."""
        with self._lock:
            self._closed = True
            for loop in list(self._parcels):
                self._give(self._parcels.pop(loop))
            for _ in self._threads:
                self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give the threads all that one turn of a loop has asked for: one waking for many units."""
        with self._lock:
            self._give(self._parcels.pop(loop, []))

    def _give(self, units: list[Unit]) -> None:
        for first in range(0, len(units), self._batch):
            if len(self._threads) <= self._unanswered and len(self._threads) < self._most:
                self._start()
            self._unanswered += 1
            self._waiting.put(units[first : first + self._batch])

    def _start(self) -> None:
        name = f"linkback-{self._name}-{len(self._threads)}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _work(self) -> None:
        session = self._open_session()
        while parcels := self._take():
            units = [unit for parcel in parcels for unit in parcel]
            try:
                session.run(units)
            except Exception as error:
                # A connection that cannot even roll back is of no more use.
                fail(units, StorageError(f"The database failed: {error}"))
                session = self._open_session()
            with self._lock:
                self._unanswered -= len(parcels)
            answer(units)
        session.close()

    def _take(self) -> list[list[Unit]]:
        """Wait for a parcel and return it with those behind it; nothing means stop."""
        parcels: list[list[Unit]] = []
        parcel = self._waiting.get()
        while parcel is not None:
            parcels.append(parcel)
            if sum(map(len, parcels)) >= self._batch:
                return parcels
            try:
                parcel = self._waiting.get_nowait()
            except Empty:
                return parcels
        if parcels:  # the order to stop is for the next time
            self._waiting.put(None)
        return parcels


def fail(units: Sequence[Unit], error: BaseException) -> None:
    """Give every unit the same error."""
    for unit in units:
        unit.error = error


def answer(units: Sequence[Unit]) -> None:
    """Tell the callers what came of their units: one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        loops.setdefault(unit.loop, []).append(unit)
    for loop, theirs in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, theirs)


def _settle(units: Sequence[Unit]) -> None:
    for unit in units:
        if unit.future.done():  # the caller was cancelled and waits no more
            continue
        if unit.error is None:
            unit.future.set_result(unit.result)
        else:
            unit.future.set_exception(unit.error)
