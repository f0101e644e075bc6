"""What a poll writes, each in one unit of work over a connection."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from linkback.core.feeds import Listing
from linkback.core.model import Feed
from linkback.storage import feeds, followed_posts
from linkback.watch.sorting import Sorted, first_moment, sort
from linkback.watch.values import Polled

LEFT_ALONE = " Left alone: {count} on other sites; register a site that is yours."


def begin(connection: Connection, feed: Feed, listing: Listing, now: datetime, elsewhere: int) -> Feed:
    """Keep a new feed with all that it lists, and return it as it stands."""
    new = replace(feed, polled_at=None)
    kept = feeds.add(connection, replace(feed, since=first_moment(listing, feed.since, now)))
    sorted_ = sort(listing, (), replace(new, id=kept.id), now)
    followed_posts.add(connection, sorted_.added)
    begun = replace(kept, message=_words(listing, sorted_, elsewhere))
    feeds.note(connection, begun)
    return begun


def settle(connection: Connection, feed: Feed, listing: Listing, now: datetime, elsewhere: int) -> Polled:
    """Write what a poll brought, and return how the feed stands and how many posts are due by it."""
    sorted_ = sort(listing, followed_posts.of(connection, feed.id), feed, now)
    followed_posts.add(connection, sorted_.added)
    followed_posts.change(connection, sorted_.changed)
    after = replace(feed, message=_words(listing, sorted_, elsewhere))
    feeds.note(connection, after)
    return Polled(after, len(sorted_.due))


def take(connection: Connection, url: str | None, lease_until: datetime) -> list[Feed]:
    """Lease a feed, or all of them, whether due or not."""
    named = feeds.every(connection) if url is None else [feeds.get(connection, url)]
    return feeds.lease(connection, named, lease_until)


def _words(listing: Listing, sorted_: Sorted, elsewhere: int) -> str:
    words = f"{len(listing.entries)} listed, {len(sorted_.due)} new or changed."
    return words + (LEFT_ALONE.format(count=elsewhere) if elsewhere else "")
