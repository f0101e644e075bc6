"""Followed posts: what each feed listed, and which of it is still to be read and told of.

A post is claimed with a lease before it is read: a worker that dies repeats at most that one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, case, func, select, update

from linkback.core.model import FollowedPost
from linkback.storage.prepared import Insert, Row, always, insert_for
from linkback.storage.tables import LARGEST_ID, clean, followed_posts, maybe_stored, maybe_time, to_stored, url_key

posts = followed_posts.c
COLUMNS = (
    posts.id,
    posts.feed_id,
    posts.url,
    posts.digest,
    posts.published_at,
    posts.seen_at,
    posts.sent_at,
    posts.next_send_at,
    posts.tries,
    posts.message,
)


def _add(dialect: str) -> Insert:
    return insert_for(dialect, followed_posts).on_conflict_do_nothing(index_elements=["feed_id", "key"])


def _due() -> Select[tuple[object, ...]]:
    due = select(*COLUMNS).where(posts.next_send_at <= bindparam("now"))
    return due.order_by(posts.next_send_at, posts.id).limit(bindparam("most")).with_for_update(skip_locked=True)


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
OF_FEED = select(*COLUMNS).where(posts.feed_id == bindparam("feed")).order_by(posts.id)
NEWEST_OF_FEED = (
    select(*COLUMNS)
    .where(posts.feed_id == bindparam("feed"), posts.id < bindparam("before"))
    .order_by(posts.id.desc())
    .limit(bindparam("most"))
)
THIS = posts.id == bindparam("post")
CHANGE = (
    update(followed_posts)
    .where(THIS)
    .values(
        digest=bindparam("said"),
        published_at=bindparam("published"),
        seen_at=bindparam("seen"),
        next_send_at=bindparam("due"),
        tries=0,
    )
)
DUE = _due()
DUE_OF_FEED = _due().where(posts.feed_id == bindparam("feed"))
LEASE = (
    update(followed_posts)
    .where(posts.id.in_(bindparam("ids", expanding=True)))
    .values(next_send_at=bindparam("lease_until"))
)
# A post that changed while it was told of is due again by then, and stays so.
NOTE = (
    update(followed_posts)
    .where(THIS)
    .values(
        sent_at=bindparam("sent"),
        tries=bindparam("tried"),
        message=bindparam("words"),
        next_send_at=case((posts.next_send_at == bindparam("lease"), bindparam("next")), else_=posts.next_send_at),
    )
)
COUNT = select(posts.feed_id, func.count(), func.count(posts.next_send_at)).group_by(posts.feed_id)
NEXT_DUE = always(select(func.min(posts.next_send_at)).where(posts.next_send_at.is_not(None)))


def of(connection: Connection, feed_id: int) -> list[FollowedPost]:
    """Return all that a feed ever listed, first seen first."""
    return list(map(to_post, connection.execute(OF_FEED, {"feed": feed_id})))


def page(connection: Connection, feed_id: int, *, before_id: int | None = None, limit: int = 100) -> list[FollowedPost]:
    """Return posts of a feed, last seen first; the next page begins before the id of the last one."""
    before = LARGEST_ID if before_id is None else min(before_id, LARGEST_ID)
    values = {"feed": feed_id, "before": before, "most": limit}
    return list(map(to_post, connection.execute(NEWEST_OF_FEED, values)))


def add(connection: Connection, added: Sequence[FollowedPost]) -> None:
    """Keep posts that a feed lists for the first time, whatever their ids; what is known stays as it is."""
    if added:
        connection.execute(ADD[connection.dialect.name], list(map(_new, added)))


def change(connection: Connection, changed: Sequence[FollowedPost]) -> None:
    """Write what a feed says of posts now, and when they are due."""
    if changed:
        connection.execute(CHANGE, list(map(_changed, changed)))


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[FollowedPost]:
    """Return posts that are due, longest due first, and make them due again only when the lease is over.

    Two workers never get the same one; a worker that dies loses nothing.
    """
    rows = connection.execute(DUE, {"now": to_stored(now), "most": limit}).all()
    return _lease(connection, rows, lease_until)


def claim_of(
    connection: Connection, feed_id: int, now: datetime, lease_until: datetime, limit: int
) -> list[FollowedPost]:
    """Return posts of one feed that are due, leased like those of claim()."""
    rows = connection.execute(DUE_OF_FEED, {"feed": feed_id, "now": to_stored(now), "most": limit}).all()
    return _lease(connection, rows, lease_until)


def note(connection: Connection, post: FollowedPost, lease: datetime | None) -> None:
    """Write what became of a post that was claimed until `lease`; of one that was removed meanwhile, nothing."""
    values = {
        "sent": maybe_stored(post.sent_at),
        "tried": post.tries,
        "words": clean(post.message),
        "lease": maybe_stored(lease),
        "next": maybe_stored(post.next_send_at),
    }
    connection.execute(NOTE, {"post": post.id, **values})


def counts(connection: Connection) -> dict[int, tuple[int, int]]:
    """Return by feed how many posts it listed, and how many of them are to be told of."""
    return {feed_id: (listed, owed) for feed_id, listed, owed in connection.execute(COUNT)}


def next_due(connection: Connection) -> datetime | None:
    """Return when the next post is due, None when none ever is."""
    return maybe_time(NEXT_DUE.rows(connection, {})[0][0])


def to_post(row: Row) -> FollowedPost:
    """Return the post that stands in a row of COLUMNS."""
    id_, feed_id, url, digest, published_at, seen_at, sent_at, next_send_at, tries, message = row
    return FollowedPost(
        id=id_,
        feed_id=feed_id,
        url=url,
        digest=digest,
        published=maybe_time(published_at),
        seen_at=maybe_time(seen_at),
        sent_at=maybe_time(sent_at),
        next_send_at=maybe_time(next_send_at),
        tries=tries,
        message=message,
    )


def _new(post: FollowedPost) -> dict[str, object]:
    return {
        "feed_id": post.feed_id,
        "key": url_key(post.url),
        "url": post.url,
        "digest": post.digest,
        "published_at": maybe_stored(post.published),
        "seen_at": maybe_stored(post.seen_at),
        "next_send_at": maybe_stored(post.next_send_at),
        "message": clean(post.message),
    }


def _changed(post: FollowedPost) -> dict[str, object]:
    return {
        "post": post.id,
        "said": post.digest,
        "published": maybe_stored(post.published),
        "seen": maybe_stored(post.seen_at),
        "due": maybe_stored(post.next_send_at),
    }


def _lease(connection: Connection, rows: Sequence[Row], lease_until: datetime) -> list[FollowedPost]:
    if not rows:
        return []
    connection.execute(LEASE, {"ids": [row[0] for row in rows], "lease_until": to_stored(lease_until)})
    return [replace(to_post(row), next_send_at=lease_until) for row in rows]
