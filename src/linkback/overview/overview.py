"""The verb itself: whom the figures are read for, and as of when."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from linkback.core.model import Alert, Site
from linkback.overview import trends
from linkback.overview.kept import KeptAway, kept_away
from linkback.overview.trends import Trends
from linkback.storage import alerts, sites
from linkback.storage.alerts import OPEN_FOR
from linkback.storage.database import Database


@dataclass(frozen=True, slots=True)
class Overview:
    """Reads figures; changes nothing."""

    database: Database
    now: Callable[[], datetime]

    async def sites(self) -> list[Site]:
        """Return the registered sites, by base URL."""
        return await self.database.read(sites.every)

    async def kept_away(self, site: Site, since: datetime) -> KeptAway:
        """Return what was kept away from a site since a time, and what came besides."""
        return await self.database.read(kept_away, site, since, self.now() - OPEN_FOR)

    async def alerts(self, site: Site | None = None, *, since: timedelta = OPEN_FOR) -> list[Alert]:
        """Return the alerts of a site, or of all, that were raised within this time, latest first."""
        site_id = None if site is None else site.id
        return await self.database.read(alerts.every, site_id=site_id, since=self.now() - since)

    async def open_alerts(self, sites: Collection[Site]) -> list[Alert]:
        """Return the alerts of sites that stand open, latest first."""
        of_sites = [site.id for site in sites]
        return await self.database.read(alerts.every, of_sites=of_sites, since=self.now() - OPEN_FOR)

    async def trends(self, sites: Collection[Site], days: int, *, of_all_posts: bool = False) -> Trends:
        """Return how the mentions of sites go over so many days that end today, at most 366.

        `of_all_posts` counts deliveries of posts of no site too.
        """
        ids = frozenset(site.id for site in sites)
        return await trends.read(self.database, ids, self.now(), days, None if of_all_posts else ids)
