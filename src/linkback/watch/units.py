"""What a poll writes, each in one unit of work over a connection."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from linkback.core.model import Feed
from linkback.storage import feeds, followed_posts
from linkback.watch.sorting import Sorted


def begin(connection: Connection, feed: Feed, first: Sorted) -> Feed:
    """Keep a new feed with all that it lists, and return it as it stands."""
    kept = feeds.add(connection, feed)
    followed_posts.add(connection, [replace(post, feed_id=kept.id) for post in first.added])
    return kept


def keep(connection: Connection, sorted_: Sorted) -> None:
    """Write a part of what a poll brought; a poll that dies after it brings the rest once more."""
    followed_posts.add(connection, sorted_.added)
    followed_posts.change(connection, sorted_.changed)


def settle(connection: Connection, feed: Feed, sorted_: Sorted) -> None:
    """Write what a poll brought, or the last part of it, and how the feed stands."""
    keep(connection, sorted_)
    feeds.note(connection, feed)


def take(connection: Connection, url: str | None, lease_until: datetime) -> list[Feed]:
    """Lease a feed, or all of them, whether due or not."""
    named = feeds.every(connection) if url is None else [feeds.get(connection, url)]
    return feeds.lease(connection, named, lease_until)
