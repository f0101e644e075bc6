"""A connection to a web server: one answer to one request at a time, and nothing else.

Whatever comes in while nothing was asked ends it, so that no answer is ever taken for
that to another request. Where it leads to is dialing.py's business, how many there are gate.py's.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from linkback.fetch.reading import BrokenError, HungUpError, NonsenseError, Reading

KEEP_ALIVE = 15.0  # seconds; most servers close after 5 to 15 anyway


class Line(asyncio.Protocol):
    """A connection; open from the start, and once it is not, for good."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reading: Reading | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._spoilt: Exception | None = None
        self._rest: asyncio.TimerHandle | None = None
        self.when_lost: Callable[[Line], None] | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether a request may be sent over it."""
        return self._transport is not None

    async def ask(self, message: bytes, reading: Reading) -> None:
        """Send a request and read the answer; the line is open after that if another one may follow.

        Raises HungUpError when no byte of an answer came, else FloodError, NonsenseError or BrokenError.
        """
        if self._transport is None:
            raise self._spoilt or HungUpError("closed before it was used")
        self._reading = reading
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        try:
            await self._waiter
        except BaseException:
            self.hang_up()
            raise
        finally:
            self._reading = self._waiter = None
            reading.drop_parser()
        # Who answers before the request is out has not read it, and may take the rest for another one.
        if not reading.keeps or self._has_unsent():
            self.hang_up()

    def _has_unsent(self) -> bool:
        return self._transport is not None and self._transport.get_write_buffer_size() > 0

    def rest(self, when_lost: Callable[["Line"], None]) -> None:
        """Stay open for a while although nobody asks; `when_lost` is told when that is over."""
        self.when_lost = when_lost
        self._rest = asyncio.get_running_loop().call_later(KEEP_ALIVE, self.hang_up)

    def wake(self) -> None:
        """Be of use again."""
        self.when_lost = None
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def hang_up(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()
            self._gone()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand on what was asked for; end at anything else."""
        if self._reading is None:
            self._spoilt = NonsenseError("an answer to nothing")
            self.hang_up()
            return
        try:
            if self._reading.feed(data):
                self._settle(None)
        except Exception as error:
            self._settle(error)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits, or whoever keeps this line."""
        self._gone()
        if self._reading is not None:
            self._settle(_ended(self._reading, exc))

    def _settle(self, problem: BaseException | None) -> None:
        self._reading = None
        if self._waiter is None or self._waiter.done():
            return
        if problem is None:
            self._waiter.set_result(None)
        else:
            self._waiter.set_exception(problem)

    def _gone(self) -> None:
        self._transport = None
        when_lost = self.when_lost
        self.wake()
        if when_lost is not None:
            when_lost(self)


def _ended(reading: Reading, cause: Exception | None) -> Exception | None:
    """Return what the end of a connection means for an answer: None where it is the end of that, too."""
    if cause is not None:
        problem = BrokenError("broken") if reading.received else HungUpError("no answer")
        problem.__cause__ = cause
        return problem
    try:
        reading.end()
    except (HungUpError, BrokenError) as error:
        return error
    return None
