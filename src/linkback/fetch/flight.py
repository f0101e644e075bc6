"""A fetch that several callers wait for, so that equal requests become one."""

import asyncio
from collections.abc import Callable, Coroutine

from linkback.core.errors import Unreachable
from linkback.core.model import Page


class Flight:
    """A fetch under way. It ends when it lands, or when nobody waits for it any more."""

    __slots__ = ("_waiters", "on_end", "task")

    def __init__(self, fetch: Coroutine[None, None, Page], on_end: Callable[[], object]) -> None:
        self.on_end = on_end
        self.task = asyncio.get_running_loop().create_task(fetch)
        self._waiters = 0
        self.task.add_done_callback(self._ended)

    async def join(self, url: str) -> Page:
        """Wait for the page; to be cancelled here takes nothing from the others who wait."""
        self._waiters += 1
        try:
            return await asyncio.shield(self.task)
        except asyncio.CancelledError as error:
            if self.task.cancelled() and not _is_cancelled_itself():
                raise Unreachable(url, "The door was closed.") from error
            raise
        finally:
            self._waiters -= 1
            if not self._waiters and not self.task.done():
                self.stop()

    def stop(self) -> None:
        """Give up the fetch, and let nobody join it any more."""
        self._end()
        self.task.cancel()

    def _ended(self, task: asyncio.Task[Page]) -> None:
        if not task.cancelled():
            task.exception()  # whoever waited has it; asyncio must not complain where nobody did
        self._end()

    def _end(self) -> None:
        """Say so once: the key may belong to a new flight by the time the task is over."""
        on_end, self.on_end = self.on_end, lambda: None
        on_end()


def _is_cancelled_itself() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
