"""Feeds and what they list: keeping, claiming, and noting what became of them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from linkback.core.errors import NotFound
from linkback.core.model import Feed, FollowedPost
from linkback.storage import feeds, followed_posts
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
URL = "https://me.example/feed.xml"
NEW = Feed(0, URL, NOW, since=NOW, kind="rss", next_poll_at=NOW, message="new\0", etag='"1"')


@pytest.fixture
async def feed(database: Database) -> Feed:
    return await database.write(feeds.add, NEW)


def post(feed: Feed, at: int, *, due: datetime | None = NOW) -> FollowedPost:
    url = f"https://me.example/{at}"
    return FollowedPost(0, feed.id, url, digest=f"d{at}", published=NOW, seen_at=NOW, next_send_at=due)


async def kept(database: Database, feed: Feed, *posts: FollowedPost) -> list[FollowedPost]:
    await database.write(followed_posts.add, posts)
    return await database.read(followed_posts.of, feed.id)


async def test_a_feed_is_kept_as_it_is_given(database: Database, feed: Feed) -> None:
    assert feed == replace(NEW, id=feed.id, message="new")
    assert await database.read(feeds.get, URL) == feed
    assert await database.read(feeds.every) == [feed]
    assert await database.read(feeds.next_due) == NOW


async def test_a_feed_that_is_known_stays_as_it_is(database: Database, feed: Feed) -> None:
    assert await database.write(feeds.add, replace(NEW, kind="atom", since=None)) == feed


async def test_how_a_feed_stands_is_noted_with_its_new_address(database: Database, feed: Feed) -> None:
    after = replace(feed, url=URL + "2", kind="atom", polled_at=LATER, next_poll_at=None, failures=3, last_modified="x")
    await database.write(feeds.note, after)
    assert await database.read(feeds.find, URL) is None
    assert await database.read(feeds.get, URL + "2") == after
    assert await database.read(feeds.next_due) is None


async def test_a_feed_that_is_not_there_is_not_found(database: Database) -> None:
    for act in (feeds.get, feeds.remove):
        with pytest.raises(NotFound, match="no feed"):
            await database.write(act, URL)
    with pytest.raises(NotFound):
        await database.write(feeds.note, replace(NEW, id=7))


async def test_a_removed_feed_takes_its_posts_with_it(database: Database, feed: Feed) -> None:
    await kept(database, feed, post(feed, 1))
    await database.write(feeds.remove, URL)
    assert await database.read(followed_posts.of, feed.id) == []
    assert await database.read(followed_posts.next_due) is None


async def test_a_feed_that_is_due_is_claimed_once_until_the_lease_is_over(database: Database, feed: Feed) -> None:
    assert await database.write(feeds.claim, NOW, LATER, 9) == [replace(feed, next_poll_at=LATER)]
    assert await database.write(feeds.claim, NOW, LATER, 9) == []
    assert len(await database.write(feeds.claim, LATER, LATER, 9)) == 1


async def test_a_post_is_kept_once_for_each_feed(database: Database, feed: Feed) -> None:
    one = post(feed, 1)
    first = await kept(database, feed, one)
    again = await kept(database, feed, replace(one, digest="other"), replace(one, url=one.url + "/#top"))
    assert first == again == [replace(one, id=first[0].id)]
    other = await database.write(feeds.add, replace(NEW, url=URL + "2"))
    assert len(await kept(database, other, replace(one, feed_id=other.id))) == 1
    assert await database.read(followed_posts.counts) == {feed.id: (1, 1), other.id: (1, 1)}


async def test_nothing_new_and_nothing_changed_is_nothing_to_write(database: Database, feed: Feed) -> None:
    await database.write(followed_posts.change, [])
    assert await kept(database, feed) == []
    assert await database.read(followed_posts.counts) == {}


async def test_a_changed_post_is_due_again(database: Database, feed: Feed) -> None:
    [one] = await kept(database, feed, post(feed, 1, due=None))
    assert await database.read(followed_posts.next_due) is None
    changed = replace(one, digest="new", seen_at=LATER, next_send_at=LATER)
    await database.write(followed_posts.change, [changed])
    assert await kept(database, feed) == [changed]
    assert await database.read(followed_posts.next_due) == LATER


async def test_what_became_of_a_post_is_noted(database: Database, feed: Feed) -> None:
    await kept(database, feed, post(feed, 1))
    [claimed] = await database.write(followed_posts.claim, NOW, LATER, 9)
    assert claimed.next_send_at == LATER
    told = replace(claimed, sent_at=LATER, next_send_at=None, message="2 links\0", tries=1)
    await database.write(followed_posts.note, told, LATER)
    assert await kept(database, feed) == [replace(told, message="2 links")]


async def test_a_post_that_changed_while_it_was_told_of_is_still_due(database: Database, feed: Feed) -> None:
    await kept(database, feed, post(feed, 1))
    [claimed] = await database.write(followed_posts.claim, NOW, LATER, 9)
    changed_at = NOW + timedelta(minutes=1)
    await database.write(followed_posts.change, [replace(claimed, digest="new", next_send_at=changed_at)])
    await database.write(followed_posts.note, replace(claimed, sent_at=NOW, next_send_at=None), LATER)
    [after] = await kept(database, feed)
    assert (after.digest, after.sent_at, after.next_send_at) == ("new", NOW, changed_at)


async def test_two_workers_never_get_the_same_post(database: Database, database_url: str, feed: Feed) -> None:
    await kept(database, feed, *(post(feed, at) for at in range(60)))
    other = Database.open(database_url)
    calls = [d.write(followed_posts.claim, NOW, LATER, 5) for _ in range(6) for d in (database, other)]
    claimed = [one.id for batch in await asyncio.gather(*calls) for one in batch]
    other.close()
    assert len(claimed) == len(set(claimed)) == 60


async def test_of_one_feed_only_its_own_posts_are_claimed(database: Database, feed: Feed) -> None:
    other = await database.write(feeds.add, replace(NEW, url=URL + "2"))
    await kept(database, other, post(other, 2))
    one, _later = await kept(database, feed, post(feed, 1), post(feed, 3, due=LATER))
    claimed = await database.write(followed_posts.claim_of, feed.id, NOW, LATER, 9)
    assert [claim.id for claim in claimed] == [one.id]


async def test_a_feed_is_found_by_its_id(database: Database, feed: Feed) -> None:
    assert await database.read(feeds.by_id, feed.id) == feed
    for nobody in (0, -1, feed.id + 1, 2**70):
        with pytest.raises(NotFound):
            await database.read(feeds.by_id, nobody)


async def test_what_a_feed_listed_is_read_a_page_at_a_time_last_seen_first(database: Database, feed: Feed) -> None:
    posts = await kept(database, feed, *(post(feed, number) for number in range(5)))
    first = await database.read(partial(followed_posts.page, feed_id=feed.id, limit=3))
    rest = await database.read(partial(followed_posts.page, feed_id=feed.id, before_id=first[-1].id))
    assert [*first, *rest] == posts[::-1]
    assert await database.read(partial(followed_posts.page, feed_id=feed.id + 1)) == []
