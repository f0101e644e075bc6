"""What is due is run: looks at mentions and tries of deliveries.

What is due stands on the rows themselves; to claim is to move that time forward by a lease, so a
crash loses nothing. This engine runs it with tasks in this process; the verbs do not know who runs them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from linkback.core.errors import LinkbackError
from linkback.core.model import Delivery, Mention
from linkback.receive import Receiver
from linkback.send import Sender
from linkback.storage import deliveries, mentions, receipts
from linkback.storage.database import Database

log = structlog.get_logger()

LOOK_LEASE = timedelta(seconds=60)  # a look takes at most two fetches of ten seconds
DELIVERY_LEASE = timedelta(minutes=5)  # two fetches, and patience with a host that had enough of us
POLL_EVERY = 0.5  # seconds; another process may have planned something
AT_ONCE = 100  # pieces of work under way together
TIDY_EVERY = timedelta(hours=1)
SENDERS_KNOWN_FOR = timedelta(days=30)  # their addresses are personal data, and of no use after that


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """Runs what is due, here and now: the local engine."""

    database: Database
    receiver: Receiver
    sender: Sender
    now: Callable[[], datetime]
    woken: asyncio.Event
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Run what is due until cancelled; what was claimed and not finished becomes due again by itself."""
        tidy_at = self.now()
        try:
            while True:
                if self.now() >= tidy_at:
                    await self._tidy()
                    tidy_at = self.now() + TIDY_EVERY
                await self._round()
                await self._pause()
        finally:
            await self._let_go()

    async def run_until_idle(self) -> None:
        """Run all that is due now, and return when it is done."""
        while await self._round() or self._running:
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _round(self) -> int:
        """Claim what is due, as far as there is room, and start it; returns how much was started."""
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return 0
        now = self.now()
        try:
            if not await self.database.read(something_is_due, now):
                return 0
            looks = await self.database.write(mentions.claim, now, now + LOOK_LEASE, room)
            tries = await self.database.write(deliveries.claim, now, now + DELIVERY_LEASE, room)
        except LinkbackError as error:
            log.error("work could not be claimed", error=str(error))
            return 0
        for mention in looks:
            self._start(self._look(mention))
        for delivery in tries:
            self._start(self._try(delivery))
        return len(looks) + len(tries)

    async def _tidy(self) -> None:
        """Forget what need not be known any more."""
        try:
            forgotten = await self.database.write(receipts.forget_senders, self.now() - SENDERS_KNOWN_FOR)
        except LinkbackError as error:
            log.error("senders could not be forgotten", error=str(error))
            return
        if forgotten:
            log.info("senders forgotten", count=forgotten)

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self.woken.wait(), POLL_EVERY)
        except TimeoutError:
            return
        self.woken.clear()

    async def _look(self, mention: Mention) -> None:
        status = await self.receiver.look_again(mention)
        log.info("mention looked at", id=mention.id, source=mention.source, before=mention.status, status=status)

    async def _try(self, delivery: Delivery) -> None:
        done = await self.sender.deliver(delivery)
        log.info("delivery tried", id=done.id, target=done.target, status=done.status, message=done.message)

    def _start(self, piece: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._guarded(piece))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _guarded(self, piece: Awaitable[None]) -> None:
        """Run one piece of work; whatever goes wrong with it is its own affair, and its lease brings it back."""
        try:
            await piece
        except LinkbackError as error:
            log.warning("work failed and will be done again", error=str(error))
        except Exception:
            log.exception("work failed and will be done again")
        finally:
            self.woken.set()

    async def _let_go(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def something_is_due(connection: Connection, now: datetime) -> bool:
    """Tell whether there is anything to claim; asking takes no lock, so an idle worker holds up nobody."""
    due = (mentions.next_due(connection), deliveries.next_due(connection))
    return any(moment is not None and moment <= now for moment in due)
