"""Feeds: whose posts are told of, and when each is asked for again.

A feed is claimed with a lease before it is polled: a poll that dies is only late.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from linkback.core.errors import NotFound
from linkback.core.model import Feed
from linkback.storage.prepared import Insert, Row, always, insert_for
from linkback.storage.tables import LARGEST_ID, clean, feeds, maybe_stored, maybe_time, to_stored, to_time

COLUMNS = (
    feeds.c.id,
    feeds.c.url,
    feeds.c.created_at,
    feeds.c.since_at,
    feeds.c.kind,
    feeds.c.next_poll_at,
    feeds.c.polled_at,
    feeds.c.failures,
    feeds.c.message,
    feeds.c.etag,
    feeds.c.last_modified,
)


def _add(dialect: str) -> Insert:
    return insert_for(dialect, feeds).on_conflict_do_nothing(index_elements=["url"])


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
BY_URL = select(*COLUMNS).where(feeds.c.url == bindparam("address"))
BY_ID = select(*COLUMNS).where(feeds.c.id == bindparam("feed"))
EVERY = select(*COLUMNS).order_by(feeds.c.url)
REMOVE = delete(feeds).where(feeds.c.url == bindparam("address"))
THIS = feeds.c.id == bindparam("feed")
NOTE = update(feeds).where(THIS)
DUE = (
    select(*COLUMNS)
    .where(feeds.c.next_poll_at <= bindparam("now"))
    .order_by(feeds.c.next_poll_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = (
    update(feeds).where(feeds.c.id.in_(bindparam("ids", expanding=True))).values(next_poll_at=bindparam("lease_until"))
)
NEXT_DUE = always(select(func.min(feeds.c.next_poll_at)).where(feeds.c.next_poll_at.is_not(None)))


def add(connection: Connection, feed: Feed) -> Feed:
    """Keep a feed, whatever its id, and return it; one whose address is known already stays as it is."""
    values = {"url": feed.url, "created_at": to_stored(feed.created_at), "since_at": maybe_stored(feed.since)}
    connection.execute(ADD[connection.dialect.name], {**values, **_state(feed)})
    return get(connection, feed.url)


def find(connection: Connection, url: str) -> Feed | None:
    """Return the feed of exactly this address, None when it is not watched."""
    row = connection.execute(BY_URL, {"address": url}).one_or_none()
    return None if row is None else to_feed(row)


def get(connection: Connection, url: str) -> Feed:
    """Return the feed of exactly this address, or raise NotFound."""
    found = find(connection, url)
    if found is None:
        raise NotFound("feed", url)
    return found


def by_id(connection: Connection, feed_id: int) -> Feed:
    """Return the feed of an id, or raise NotFound."""
    row = connection.execute(BY_ID, {"feed": feed_id}).one_or_none() if 0 < feed_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("feed", feed_id)
    return to_feed(row)


def every(connection: Connection) -> list[Feed]:
    """Return all feeds, by address."""
    return [to_feed(row) for row in connection.execute(EVERY)]


def remove(connection: Connection, url: str) -> None:
    """Forget a feed and what it listed; raise NotFound when there is none. What was sent stays in the ledger."""
    if not connection.execute(REMOVE, {"address": url}).rowcount:
        raise NotFound("feed", url)


def note(connection: Connection, feed: Feed) -> None:
    """Write how a feed stands after a poll, its address too; raise NotFound when it was removed meanwhile."""
    values = {"url": feed.url, **_state(feed)}
    if not connection.execute(NOTE.values(values), {"feed": feed.id}).rowcount:
        raise NotFound("feed", feed.url)


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[Feed]:
    """Return feeds that are due, longest due first, and make them due again only when the lease is over."""
    rows = connection.execute(DUE, {"now": to_stored(now), "most": limit}).all()
    return lease(connection, list(map(to_feed, rows)), lease_until)


def lease(connection: Connection, claimed: Sequence[Feed], lease_until: datetime) -> list[Feed]:
    """Make feeds due only when the lease is over, and return them so."""
    if claimed:
        ids = [feed.id for feed in claimed]
        connection.execute(LEASE, {"ids": ids, "lease_until": to_stored(lease_until)})
    return [replace(feed, next_poll_at=lease_until) for feed in claimed]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next feed is due, None when none ever is."""
    return maybe_time(NEXT_DUE.rows(connection, {})[0][0])


def to_feed(row: Row) -> Feed:
    """Return the feed that stands in a row of COLUMNS."""
    id_, url, created_at, since, kind, next_poll_at, polled_at, *rest = row
    failures, message, etag, last_modified = rest
    return Feed(
        id=id_,
        url=url,
        created_at=to_time(created_at),
        since=maybe_time(since),
        kind=kind,
        next_poll_at=maybe_time(next_poll_at),
        polled_at=maybe_time(polled_at),
        failures=failures,
        message=message,
        etag=etag,
        last_modified=last_modified,
    )


def _state(feed: Feed) -> dict[str, object]:
    return {
        "kind": feed.kind,
        "next_poll_at": maybe_stored(feed.next_poll_at),
        "polled_at": maybe_stored(feed.polled_at),
        "failures": feed.failures,
        "message": clean(feed.message),
        "etag": feed.etag and clean(feed.etag),
        "last_modified": feed.last_modified and clean(feed.last_modified),
    }
