"""The verb register: an owner names a site, and says how it takes pings."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from linkback.core import urls
from linkback.core.errors import Unfit
from linkback.core.model import Site
from linkback.storage import sites
from linkback.storage.database import Database

LONGEST_NAME = 50  # characters; it stands in an address that people type
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
NAME_WORDS = "small letters, digits, dots, hyphens and underscores, and begins with a letter or digit"
MOST_CLOSED = 200  # patterns of a site; each is compared with every target
LONGEST_PATTERN = 500  # characters
# What our own addresses begin with, now or as DESIGN plans them.
OUR_NAMES = {"webmention", "pingback", "xmlrpc", "trackback", "api", "static", "health", "ready"}
OUR_NAMES |= {"d", "dashboard", "login", "metrics", "robots.txt", "widget.js"}
OUR_NAMES |= {"about", "feeds", "invite", "logout", "mail", "reset", "setup"}


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
        """Change how a site takes pings, and return it as it is then; raises NotFound, or Unfit with the field."""
        return await self.database.write(change, urls.base_of(url), edit, self.now())

    async def remove(self, url: str) -> None:
        """Forget a site and all its mentions; raises NotFound."""
        await self.database.write(sites.remove, urls.base_of(url))


def change(connection: Connection, url: str, edit: Callable[[Site], Site], now: datetime) -> Site:
    """Edit a site as it stands now."""
    before = sites.hold(connection, url)
    edited = edit(before)
    if edited.name and edited.name != before.name:
        _leave_hosts_alone(fit_name(edited.name), edited, sites.every(connection))
    if edited.closed != before.closed:
        fit_patterns(edited.closed)
    sites.save(connection, edited, now)
    return edited


def fit_name(text: str) -> str:
    """Return a name for /NAME/webmention, or nothing for none; raises Unfit."""
    if text and not (NAME.fullmatch(text) and len(text) <= LONGEST_NAME):
        raise Unfit("name", f"{text!r} is no name; one has at most {LONGEST_NAME} {NAME_WORDS}.")
    if text in OUR_NAMES:
        raise Unfit("name", f"/{text} is an address of this server's own. Choose another name.")
    return text


def fit_patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return patterns of pages that take no pings; raises Unfit for too many, and for one that means no page."""
    if len(patterns) > MOST_CLOSED:
        raise Unfit("closed", f"A site may close {MOST_CLOSED} patterns of pages; these are {len(patterns)}.")
    for pattern in patterns:
        if len(pattern) > LONGEST_PATTERN:
            raise Unfit("closed", f"A pattern has at most {LONGEST_PATTERN} characters.")
        if not pattern.startswith(("/", "*", "?", "[")):
            raise Unfit(
                "closed", f"{pattern!r} is no path of a page; one begins with a slash, such as /about or /tag/* ."
            )
    return patterns


def _leave_hosts_alone(name: str, changed: Site, every: Iterable[Site]) -> None:
    """Raise Unfit for a name under which another site is found by its host."""
    own = urls.host_of(changed.url)
    if other := next((site for site in every if urls.host_of(site.url) == name != own), None):
        raise Unfit("name", f"{name} is the host of {other.url}, which is found under it. Choose another name.")
