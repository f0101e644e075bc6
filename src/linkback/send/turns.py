"""Whose turn it is: of the deliveries to one domain, few are under way together.

The door lets so many requests a minute through to a domain, and a delivery makes two. If all began at once,
looks at pages would use these up, and no ping would ever go out. Never looks at what is sent.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from linkback.core.errors import TooBusy
from linkback.core.urls import host_of, registrable_domain

AT_ONCE = 15  # half of what the door lets through to a domain within ten seconds: a page and a ping each
MOST_WAITING = 15  # more of one domain would take the places of others in a worker, and not be served in a minute
LONGEST_WAIT = 30.0  # seconds; as long as one that hangs twice takes, and some
LATER = 60.0  # seconds; the longest window in which the door counts

PATIENCE = 15.0  # seconds, in all, to wait for the door before a page is looked at; it costs nothing to come back
PATIENCE_TO_TELL = 60.0  # before a ping goes out: to come back costs another look at the page
SHORTEST_WAIT = 0.01  # seconds, so that no rounding makes a wait of nothing


@dataclass(slots=True)
class Lane:
    """The deliveries to one domain: those that have a turn, and those in line for one."""

    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    users: int = 0


class Turns:
    """Hands out turns by domain; a domain that nobody uses costs nothing."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}

    @asynccontextmanager
    async def take(self, url: str) -> AsyncIterator[None]:
        """Wait for a turn at the domain of an address; raises TooBusy when too many wait, or for too long."""
        domain = registrable_domain(host_of(url))
        lane = self._lanes.setdefault(domain, Lane())
        if lane.users == AT_ONCE + MOST_WAITING:
            raise TooBusy(url, retry_after=LATER)
        lane.users += 1
        try:
            await _wait(lane, url)
            try:
                yield
            finally:
                lane.turns.release()
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[domain]


def next_wait(busy: TooBusy, waited: float, patience: float) -> float | None:
    """Return for how many seconds to wait for the door after `waited` in all; None when patience is at its end."""
    wait = max(busy.retry_after or 1.0, SHORTEST_WAIT)
    return wait if waited + wait <= patience else None


async def _wait(lane: Lane, url: str) -> None:
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            await lane.turns.acquire()
    except TimeoutError as error:
        raise TooBusy(url, retry_after=LATER) from error
