"""What can be said of a ping before any network is touched. Pure."""

from fnmatch import fnmatchcase

from linkback.core import urls
from linkback.core.errors import BadURL, Problem
from linkback.core.model import ListedAction, Ping, Site
from linkback.core.rules import owner_lists


def readable(ping: Ping) -> Problem | None:
    """Refuse what is no web address, and a page that pings itself."""
    try:
        urls.parse(ping.source)
    except BadURL:
        return Problem.SOURCE_NOT_FOUND
    try:
        urls.parse(ping.target)
    except BadURL:
        return Problem.TARGET_NOT_ACCEPTED
    return Problem.SAME_PAGE if urls.identity(ping.source) == urls.identity(ping.target) else None


def admit(ping: Ping, site: Site | None) -> Problem | None:
    """Refuse what the site does not take: foreign targets, protocols switched off, closed pages, self-pings, blocks."""
    if site is None or ping.protocol not in site.protocols or is_closed(ping.target, site):
        return Problem.TARGET_NOT_ACCEPTED
    if not site.self_pings and urls.same_site(ping.source, site.url):
        return Problem.SELF_PING
    return Problem.ACCESS_DENIED if site.lists and _is_blocked(ping, site) else None


def _is_blocked(ping: Ping, site: Site) -> bool:
    """Tell whether the owner blocks the source's host or path, or the network that sends."""
    listed = owner_lists.listed(ping.source, ping.sender, site.lists)
    return listed is not None and listed.action is ListedAction.BLOCK


def after_redirects(source: str, page: str, site: Site, target: str, target_page: str = "") -> Problem | None:
    """Refuse a source that finally is the target itself, or a page of the own site, where that may not ping itself.

    `page` is where the source was found, `target_page` what the own site calls the target.
    """
    if urls.identity(page) in {urls.identity(target), urls.identity(target_page or target)}:
        return Problem.SAME_PAGE
    came_in = urls.same_site(page, site.url) and not urls.same_site(source, site.url)
    return Problem.SELF_PING if came_in and not site.self_pings else None


def is_closed(target: str, site: Site) -> bool:
    """Tell whether the owner closed this page: a pattern matches its path, with or without the query."""
    address = urls.parse(target)
    whole = f"{address.path}?{address.query}" if address.query else address.path
    return any(fnmatchcase(form, pattern) for pattern in site.closed for form in (address.path, whole))
