"""The registered sites, held in memory: every ping asks which site its target belongs to.

What another process changes is seen within a second: a cheap query tells whether anything changed.
"""

import asyncio
import time
from collections.abc import Callable

from linkback.core import urls
from linkback.core.model import Site
from linkback.storage import sites
from linkback.storage.database import Database

FRESH_FOR = 0.5  # seconds between two looks at the database for changes


class SiteBook:
    """Tells which registered site a URL belongs to."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._revision: object = None
        self._by_host: dict[str, list[Site]] = {}
        self._by_name: dict[str, list[Site]] = {}

    async def of(self, url: str) -> Site | None:
        """Return the site that url lies in: the one with the longest base, None for a foreign URL."""
        await self.refresh()
        found = [site for site in self._by_host.get(urls.host_of(url), ()) if urls.same_site(url, site.url)]
        return max(found, key=lambda site: len(site.url), default=None)

    async def named(self, name: str) -> list[Site]:
        """Return the sites that have this name, or whose host it is, in whatever case; the shortest base first."""
        await self.refresh()
        wanted = name.lower()
        found = {site.id: site for book in (self._by_name, self._by_host) for site in book.get(wanted, ())}
        return sorted(found.values(), key=lambda site: (len(site.url), site.url))

    async def refresh(self) -> None:
        """Read the sites again if they changed, and at most twice a second."""
        if self._is_fresh():
            return
        async with self._reading:
            if not self._is_fresh():
                await self._read()

    def _is_fresh(self) -> bool:
        return self._clock() - self._read_at < FRESH_FOR

    async def _read(self) -> None:
        began = self._clock()
        revision = await self._database.read(sites.revision)
        if revision != self._revision:
            every = await self._database.read(sites.every)
            self._by_host = _book(every, lambda site: urls.host_of(site.url))
            self._by_name = _book([site for site in every if site.name], lambda site: site.name.lower())
            self._revision = revision
        self._read_at = began


def _book(every: list[Site], name_of: Callable[[Site], str]) -> dict[str, list[Site]]:
    book: dict[str, list[Site]] = {}
    for site in every:
        book.setdefault(name_of(site), []).append(site)
    return book
