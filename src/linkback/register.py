"""The verb register: an owner names a site, and says how it takes pings."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from linkback.core import urls
from linkback.core.model import Site
from linkback.storage import sites
from linkback.storage.database import Database


@dataclass(frozen=True, slots=True)
class Registrar:
    """Keeps the list of sites. A running server sees a change within a second."""

    database: Database
    now: Callable[[], datetime]

    async def add(self, url: str) -> Site:
        """Register the site with this base URL; one that is registered already stays as it is."""
        return await self.database.write(sites.add, urls.base_of(url), self.now())

    async def every(self) -> list[Site]:
        """Return all sites."""
        return await self.database.read(sites.every)

    async def change(self, url: str, edit: Callable[[Site], Site]) -> Site:
        """Change how a site takes pings, and return it as it is then; raises NotFound."""
        return await self.database.write(change, urls.base_of(url), edit, self.now())

    async def remove(self, url: str) -> None:
        """Forget a site and all its mentions; raises NotFound."""
        await self.database.write(sites.remove, urls.base_of(url))


def change(connection: Connection, url: str, edit: Callable[[Site], Site], now: datetime) -> Site:
    """Edit a site as it stands now."""
    edited = edit(sites.get(connection, url))
    sites.save(connection, edited, now)
    return edited
