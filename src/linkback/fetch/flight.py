"""A fetch that several callers wait for, against the clock, so that equal requests become one."""

import asyncio
from collections.abc import Awaitable, Callable

from linkback.core.errors import FetchError, TimedOut, Unreachable
from linkback.core.model import Page, Request
from linkback.fetch.trouble import to_fetch_error


class Flight:
    """A fetch under way. It ends when it lands, when its time is over, or when nobody waits for it any more.

    It has a task of its own, which nobody else cancels.
    """

    __slots__ = ("_clock", "_late", "_on_end", "_request", "_waiters", "task")

    def __init__(
        self,
        request: Request,
        fetch: Callable[[Request], Awaitable[Page]],
        deadline: float,
        on_end: Callable[["Flight"], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        self._request = request
        self._on_end = on_end
        self._waiters: set[asyncio.Future[Page]] = set()
        self._late = False
        self._clock = loop.call_later(deadline, self._run_out)
        self.task = loop.create_task(self._fly(fetch))

    async def join(self) -> Page:
        """Wait for the page; to be cancelled here takes nothing from the others who wait."""
        waiter: asyncio.Future[Page] = self.task.get_loop().create_future()
        self._waiters.add(waiter)
        try:
            return await waiter
        finally:
            self._waiters.discard(waiter)
            if not self._waiters and not self.task.done():
                self.stop()

    def stop(self) -> None:
        """Give up the fetch, and let nobody join it any more."""
        self._land(None, self._closed())
        self.task.cancel()

    async def _fly(self, fetch: Callable[[Request], Awaitable[Page]]) -> None:
        try:
            page = await fetch(self._request)
        except asyncio.CancelledError:
            self._land(None, TimedOut(self._request.url) if self._late else self._closed())
        except FetchError as error:
            self._land(None, error)
        except Exception as error:
            problem = to_fetch_error(self._request.url, error)
            problem.__cause__ = error
            self._land(None, problem)
        else:
            self._land(page, None)

    def _closed(self) -> Unreachable:
        return Unreachable(self._request.url, "The door was closed.")

    def _land(self, page: Page | None, problem: FetchError | None) -> None:
        """Tell all who wait."""
        self._clock.cancel()
        self._on_end(self)
        for waiter in self._waiters:
            if waiter.done():
                continue
            if page is not None:
                waiter.set_result(page)
            elif problem is not None:
                waiter.set_exception(problem)

    def _run_out(self) -> None:
        self._late = True
        self.task.cancel()
