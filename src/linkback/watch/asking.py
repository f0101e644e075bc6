"""How a feed is asked for: through the door, with the validators of the last time, and with its sitemaps."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from linkback.core import feeds
from linkback.core.errors import BadFeed, FetchError, LinkbackError, TooBusy
from linkback.core.feeds import Listing
from linkback.core.model import Entry, Feed, Page, first_header, retry_after
from linkback.core.pages import document
from linkback.core.urls import host_of, registrable_domain
from linkback.fetch import Fetch, get

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.5"
MAX_GATHERED = 50_000  # pages of all sitemaps of an index together: as many as one may list, or 100 MiB of memory
LARGE = 64 * 1024  # bytes; what is smaller is read at once, since a thread costs more than that
Read = TypeVar("Read")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.ASCII | re.I)


class NoListing(LinkbackError):
    """A feed could not be read; `gone` for good, or `busy` for now; `retry_after` is in seconds."""

    def __init__(
        self, message: str, *, gone: bool = False, busy: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.gone = gone
        self.busy = busy
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Found:
    """A page that was asked for, and what it lists; None when it has not changed.

    `gathered` says that it is an index, and that the listing is that of its sitemaps.
    """

    page: Page
    listing: Listing | None
    gathered: bool = False

    @property
    def max_age(self) -> float | None:
        """For how many seconds the server says that it will not change."""
        found = _MAX_AGE.search(first_header(self.page.headers, "cache-control") or "")
        return float(found[1]) if found else None


async def ask(fetch: Fetch, feed: Feed) -> Found:
    """Ask what a feed lists now, if that has changed since the last time; raises NoListing."""
    return await _found(fetch, await _fetched(fetch, feed))


async def discover(fetch: Fetch, url: str, now: datetime) -> tuple[str, Found]:
    """Return where the feed of an address is and what it lists: of those that the page there names, else of itself.

    Raises NoListing, which names the address.
    """
    feed = Feed(0, url, created_at=now, since=None)
    try:
        page = await _fetched(fetch, feed)
        for offered in await _offered(page):
            with suppress(NoListing):
                return offered, await ask(fetch, replace(feed, url=offered))
        return url, await _found(fetch, page)
    except NoListing as error:
        raise NoListing(f"{url}: {error}") from error


async def _found(fetch: Fetch, page: Page) -> Found:
    """Return what an answer comes to; raises NoListing."""
    if page.status == 304:
        return Found(page, None)
    if page.status == 410:
        raise NoListing("It answers 410: it is gone for good, and is polled no more.", gone=True)
    if not 200 <= page.status < 300:
        raise NoListing(f"It answers {page.status}.", retry_after=retry_after(page.headers))
    try:
        listing = await _aside(feeds.read, page)
    except BadFeed as error:
        raise NoListing(str(error)) from error
    if not listing.more:
        return Found(page, listing)
    return Found(page, await _with_sitemaps(fetch, page.url, listing), gathered=True)


async def _fetched(fetch: Fetch, feed: Feed) -> Page:
    request = get(feed.url, budget="own", etag=feed.etag, last_modified=feed.last_modified, accept=ACCEPT)
    try:
        return await fetch(request)
    except TooBusy as error:
        words = "Its host had enough requests from us for now."
        raise NoListing(words, busy=True, retry_after=error.retry_after) from error
    except FetchError as error:
        raise NoListing(f"It could not be reached: {error}", retry_after=error.retry_after) from error


async def _offered(page: Page) -> tuple[str, ...]:
    """Return the feeds that a page names; none when it is no HTML, or when it is not there."""
    if not 200 <= page.status < 300 or document.media_of(page) != document.HTML:
        return ()
    return await _aside(lambda page: feeds.offered(document.read(page)), page)


async def _with_sitemaps(fetch: Fetch, url: str, index: Listing) -> Listing:
    """Return what the sitemaps of an index list together; one that cannot be read leaves the rest as it is.

    Only those on the index's own domain are asked for, the newest first, until MAX_GATHERED pages are listed.
    """
    own = [more for more in index.more if same_domain(more, url)]
    whole, entries = index.whole and len(own) == len(index.more), list[Entry]()
    for more in own:
        if len(entries) >= MAX_GATHERED:
            whole = False
            break
        try:
            found = await _aside(feeds.read, await fetch(get(more, budget="own", accept=ACCEPT)))
        except (FetchError, BadFeed):
            whole = False
            continue
        entries += found.entries
        whole = whole and found.whole and not found.more
    listed = len(entries) <= MAX_GATHERED
    return Listing(index.kind, tuple(entries[:MAX_GATHERED]), whole=whole and listed)


def same_domain(url: str, other: str) -> bool:
    """Tell whether two addresses lie on one registrable domain."""
    return registrable_domain(host_of(url)) == registrable_domain(host_of(other))


async def _aside(read: Callable[[Page], Read], page: Page) -> Read:
    """Read a page; a large one in a thread, since a sitemap of all that fits takes a second."""
    return await asyncio.to_thread(read, page) if len(page.body) > LARGE else read(page)
