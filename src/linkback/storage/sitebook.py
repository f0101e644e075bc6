"""The registered sites, held in memory: every ping asks which site its target belongs to.

What another process changes is seen within a second: a cheap query tells whether anything changed.
"""

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
        self._read_at = -FRESH_FOR
        self._revision: object = None
        self._by_host: dict[str, list[Site]] = {}

    async def of(self, url: str) -> Site | None:
        """Return the site that url lies in: the one with the longest base, None for a foreign URL."""
        await self.refresh()
        found = [site for site in self._by_host.get(urls.host_of(url), ()) if urls.same_site(url, site.url)]
        return max(found, key=lambda site: len(site.url), default=None)

    async def refresh(self) -> None:
        """Read the sites again if they changed, and at most twice a second."""
        now = self._clock()
        if now - self._read_at < FRESH_FOR:
            return
        self._read_at = now
        revision = await self._database.read(sites.revision)
        if revision != self._revision:
            every = await self._database.read(sites.every)
            self._by_host = _by_host(every)
            self._revision = revision


def _by_host(every: list[Site]) -> dict[str, list[Site]]:
    book: dict[str, list[Site]] = {}
    for site in every:
        book.setdefault(urls.host_of(site.url), []).append(site)
    return book
