"""What the owners of sites taught, held in memory: every verdict asks for it.

What another process learns is seen within a second: a cheap query tells whether anything changed.
"""

import asyncio
import time
from collections.abc import Callable

from linkback.core.learner import Lore
from linkback.storage import lessons
from linkback.storage.database import Database

FRESH_FOR = 0.5  # seconds between two looks at the database for changes
MOST_HELD = 100  # sites; a lore that is full takes 0.7 MB


class LoreBook:
    """Tells what the owner of a site taught."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[int, _Held] = {}

    async def of(self, site_id: int) -> Lore:
        """Return what the owner of a site taught, at most half a second late."""
        held = self._held.get(site_id) or self._hold(site_id)
        if self._is_fresh(held):
            return held.lore
        async with held.reading:
            if not self._is_fresh(held):
                await self._read(site_id, held)
        return held.lore

    def _hold(self, site_id: int) -> "_Held":
        """Make room for a site, and let go of the one that was asked for first."""
        while len(self._held) >= MOST_HELD:
            del self._held[next(iter(self._held))]
        held = self._held[site_id] = _Held()
        return held

    def _is_fresh(self, held: "_Held") -> bool:
        return self._clock() - held.read_at < FRESH_FOR

    async def _read(self, site_id: int, held: "_Held") -> None:
        began = self._clock()
        newer = await self._database.read(lessons.newer, site_id, held.lore.version)
        if newer is not None:
            held.lore = newer
        held.read_at = began


class _Held:
    """The lore of one site, and when it was last compared with the database."""

    __slots__ = ("lore", "read_at", "reading")

    def __init__(self) -> None:
        self.lore = Lore()
        self.read_at = float("-inf")
        self.reading = asyncio.Lock()
