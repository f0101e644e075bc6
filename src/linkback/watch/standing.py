"""How a feed stands after a poll: when it is asked again, by what, and what its owner is told. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from linkback.core import schedule
from linkback.core.feeds import Listing
from linkback.core.model import Feed, first_header
from linkback.watch.asking import Found, NoListing
from linkback.watch.sorting import Sorted

LEFT_ALONE = " Left alone: {count} on other sites; register a site that is yours."
IN_PART = (
    " Only a part of it was read: a file may have 1 MiB, a feed 1000 posts, an index 20 sitemaps, and each must be "
    "there. A feed of new posts serves better."
)
UNCHANGED = "It has not changed."
WHEN_BUSY = 60.0  # seconds; the longest window in which the door counts


def polled(feed: Feed, found: Found, minutes: int, now: datetime) -> Feed:
    """Return a feed after a poll that went well, with what the next one asks by."""
    again = schedule.next_poll(0, minutes, now, max_age=found.max_age)
    after = replace(feed, polled_at=now, failures=0, next_poll_at=again, message=UNCHANGED)
    listing = found.listing
    if listing is None:
        return after
    # An index stays the same while its sitemaps change, and what was cut off may have changed too.
    fixed = listing.whole and not found.gathered
    etag, modified = (first_header(found.page.headers, name) for name in ("etag", "last-modified"))
    return replace(after, kind=listing.kind, etag=etag if fixed else None, last_modified=modified if fixed else None)


def failed(feed: Feed, error: NoListing, minutes: int, now: datetime) -> Feed:
    """Return a feed after a poll in vain: put off, further each time; or polled no more when it is gone for good."""
    if error.gone:
        return replace(feed, polled_at=now, next_poll_at=None, message=str(error))
    if error.busy:
        return replace(feed, next_poll_at=now + timedelta(seconds=error.retry_after or WHEN_BUSY))
    failures = feed.failures + 1
    again = schedule.next_poll(failures, minutes, now, retry_after=error.retry_after)
    return replace(feed, polled_at=now, failures=failures, next_poll_at=again, message=str(error))


def said(listing: Listing, sorted_: Sorted, elsewhere: int) -> str:
    """Return what a poll brought in words; `elsewhere` counts the entries of strangers that were left alone."""
    return f"{len(listing.entries)} listed, {len(sorted_.due)} new or changed.{notes(listing, elsewhere)}"


def notes(listing: Listing, elsewhere: int) -> str:
    """Return what of a feed is not followed, and why; empty where all of it is."""
    strangers = LEFT_ALONE.format(count=elsewhere) if elsewhere else ""
    return strangers + ("" if listing.whole else IN_PART)
