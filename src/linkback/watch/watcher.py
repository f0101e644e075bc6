"""The verb watch: feeds are polled, and the posts that are new or changed are read and told of.

What is due stands on the rows: a poll makes posts due in one unit of work, telling makes deliveries
due in another. A crash in between loses nothing, and the ledger sees to it that nothing is sent twice.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from linkback.core import schedule
from linkback.core.errors import FetchError, TooBusy
from linkback.core.feeds import Listing
from linkback.core.model import Delivery, DeliveryStatus, Feed, FollowedPost
from linkback.core.urls import host_of
from linkback.fetch import Fetch
from linkback.send import DELIVERY_LEASE, NoSource, Post, Sender
from linkback.storage import deliveries, feeds, followed_posts, seats
from linkback.storage.database import Database
from linkback.storage.sitebook import SiteBook
from linkback.watch.asking import Found, NoListing, ask, discover, same_domain
from linkback.watch.sorting import GONE_FROM_FEED, first_moment, sort
from linkback.watch.standing import failed, notes, polled, said
from linkback.watch.units import begin, keep, settle, take
from linkback.watch.values import Followed, Foreseen, Polled, Told

FROM_NOW_ON = datetime.max.replace(tzinfo=UTC)
POLL_LEASE = timedelta(minutes=15)  # an index and its twenty sitemaps, ten seconds each, and waiting for them
POST_LEASE = timedelta(minutes=5)  # a wait for our turn at the host, and one fetch
PATIENCE = 60.0  # seconds to wait for our turn at the own host before a post is put off
POSTS_AT_ONCE = 2  # read together; the own host is not asked for more at once anyway
DELIVERIES_AT_ONCE = 100
WRITTEN_AT_ONCE = 2000  # posts in one unit of work: 0.1 s; all 50 000 of a sitemap would keep pings waiting for seconds
TRIES_TO_BELIEVE = 3  # looks within about an hour, before a post that its feed still lists counts as gone

STILL_LISTED = "It is not there, but its feed lists it."
ELSEWHERE = "It leads to {url}, which is not on the feed's domain and in no site of its owners: nothing is sent."
NOT_YOURS = "The feed is at {url}, which is not on one of your sites."
MOVED_ONTO = "It has moved for good to {url}, which is watched already; this one is polled no more."


def anywhere(_url: str) -> bool:
    """Tell of every feed that it may be watched."""
    return True


class PoliteFetch(Fetch, Protocol):
    """The door, which also says when the turn of a host comes."""

    def wait_for(self, url: str, budget: str = "world") -> float:
        """Return the seconds until the host of an address may be asked again."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """Follows feeds. `minutes` lie between two polls of one; 0: only when somebody asks for it."""

    database: Database
    fetch: PoliteFetch
    sites: SiteBook
    sender: Sender
    now: Callable[[], datetime]
    minutes: int = 15

    async def add(
        self, url: str, since: datetime | None = FROM_NOW_ON, *, may_watch: Callable[[str], bool] = anywhere
    ) -> Followed:
        """Follow the feed at an address, or that the page there names; raises NoListing.

        Posts of before `since` count as told already, as do those without a date; None: no post does. `may_watch`
        is asked of the feed that was found, wherever it was looked for.
        """
        now = self.now()
        where, found = await discover(self.fetch, url, now)
        if not may_watch(where):
            raise NoListing(NOT_YOURS.format(url=where))
        if known := await self.database.read(feeds.find, where):
            return await self._followed(known, known=True)
        blank = Feed(0, where, created_at=now, since=min(since, now) if since else None)
        listing, elsewhere = await self._ours(blank, found)
        first = await asyncio.to_thread(sort, listing, (), blank, now)
        feed = replace(
            polled(blank, found, self.minutes, now),
            since=first_moment(listing, blank.since, now),
            message=said(listing, first, elsewhere),
        )
        kept = await self.database.write(begin, feed, first)
        return await self._followed(kept, notes=notes(listing, elsewhere))

    async def ask_soon(self, url: str) -> Feed:
        """Make a feed due now, for whoever works; raises NotFound."""
        return (await self.database.write(take, url, self.now()))[0]

    async def remove(self, url: str) -> None:
        """Follow a feed no longer; raises NotFound."""
        await self.database.write(feeds.remove, url)

    async def every(self) -> list[Followed]:
        """Return all feeds, by address."""
        counts = await self.database.read(followed_posts.counts)
        return [Followed(feed, *counts.get(feed.id, (0, 0))) for feed in await self.database.read(feeds.every)]

    async def get(self, feed_id: int) -> Followed:
        """Return a feed by its id; raises NotFound."""
        return await self._followed(await self.database.read(feeds.by_id, feed_id), known=True)

    async def posts(self, feed: Feed, *, before_id: int | None = None, limit: int = 100) -> list[FollowedPost]:
        """Return some of what a feed listed, last seen first, from before that id on."""
        return await self.database.read(partial(followed_posts.page, feed_id=feed.id, before_id=before_id, limit=limit))

    async def preview(self, url: str, since: datetime | None = FROM_NOW_ON) -> list[Foreseen]:
        """Say what would be sent by following a feed, or by polling one that is followed; writes and sends nothing.

        Raises NoListing.
        """
        now = self.now()
        feed, found = await self._looked_at(url, since, now)
        known = await self.database.read(followed_posts.of, feed.id)
        listing, _ = await self._ours(feed, found)
        due = {post.url: post for post in (*sort(listing, known, feed, now).due, *known) if post.next_send_at}
        return [await self._foresee(post) for post in due.values()]

    async def take(self, url: str | None = None) -> list[Feed]:
        """Claim a feed, or all of them, to be polled now, due or not; raises NotFound."""
        return await self.database.write(take, url, self.now() + POLL_LEASE)

    async def poll(self, feed: Feed) -> Polled:
        """Ask a claimed feed for its posts, and make those due that are new or changed, or that vanished from it."""
        now = self.now()
        try:
            found = await ask(self.fetch, feed)
        except NoListing as error:
            return await self._noted(failed(feed, error, self.minutes, now))
        after = await self._settled_at(polled(feed, found, self.minutes, now), found.page.moved)
        if found.listing is None or after.next_poll_at is None:
            return await self._noted(after)
        listing, elsewhere = await self._ours(feed, found)
        known = await self.database.read(followed_posts.of, feed.id)
        # Not in the unit of work: of a sitemap of all that fits it takes a second, and there is one writer.
        sorted_ = await asyncio.to_thread(sort, listing, known, feed, now)
        after = replace(after, message=said(listing, sorted_, elsewhere))
        *parts, last = sorted_.parts(WRITTEN_AT_ONCE)
        for part in parts:
            await self.database.write(keep, part)
        await self.database.write(settle, after, last)
        return Polled(after, len(sorted_.due))

    async def tell_all(self, feed: Feed) -> list[Told]:
        """Tell of all posts of a feed that are due now, one after the other."""
        told: list[Told] = []
        while True:
            now = self.now()
            claimed = await self.database.write(followed_posts.claim_of, feed.id, now, now + POST_LEASE, 1)
            if not claimed:
                return told
            told += [await self.tell(post) for post in claimed]

    async def tell(self, post: FollowedPost) -> Told:
        """Read a claimed post, and owe what it links to a ping; one that cannot be read is tried again later."""
        try:
            read = await self._read(post)
        except (NoSource, TooBusy) as error:
            return await self._put_off(post, error)
        if not await self._is_ours(read.url, post.url):
            return await self._note(post, replace(post, next_send_at=None, message=ELSEWHERE.format(url=read.url)))
        if read.gone and post.digest != GONE_FROM_FEED and post.tries < TRIES_TO_BELIEVE:
            return await self._put_off(post, NoSource(STILL_LISTED))
        owed = await self.sender.follow(read)
        waiting = sum(delivery.status is DeliveryStatus.WAITING for delivery in owed)
        after = replace(post, sent_at=self.now(), next_send_at=None, tries=0, message=f"Read: {waiting} to tell.")
        return await self._note(post, after, owed)

    async def deliver_all(self) -> list[Delivery]:
        """Try all deliveries that are due, side by side, until none is, and return what became of each."""
        done: dict[int, Delivery] = {}
        while True:
            now = self.now()
            due = await self.database.write(deliveries.claim, now, now + DELIVERY_LEASE, DELIVERIES_AT_ONCE)
            if not due:
                return list(done.values())
            done |= {delivery.id: delivery for delivery in await asyncio.gather(*map(self.sender.deliver, due))}

    async def _looked_at(self, url: str, since: datetime | None, now: datetime) -> tuple[Feed, Found]:
        """Return a feed, known or not, and all that it lists now."""
        where = url
        if await self.database.read(feeds.find, url) is None:
            where, found = await discover(self.fetch, url, now)
        known = await self.database.read(feeds.find, where)
        if known is None:
            return Feed(0, where, created_at=now, since=min(since, now) if since else None), found
        return known, await ask(self.fetch, replace(known, etag=None, last_modified=None))

    async def _followed(self, feed: Feed, *, known: bool = False, notes: str = "") -> Followed:
        counts = await self.database.read(followed_posts.counts)
        return Followed(feed, *counts.get(feed.id, (0, 0)), known=known, notes=notes)

    async def _ours(self, feed: Feed, found: Found) -> tuple[Listing, int]:
        """Return the listing without entries of strangers, and how many these were.

        Whoever can write into a feed (a planet, a hacked plugin) must not make us send for pages of others.
        """
        assert found.listing is not None
        hosts = {host_of(entry.url): entry.url for entry in found.listing.entries}
        near = {host: same_domain(url, feed.url) for host, url in hosts.items()}
        akin = frozenset[int]() if all(near.values()) else await self._akin(feed.url)
        kept = [
            entry for entry in found.listing.entries
            if near[host_of(entry.url)] or await self._is_in(entry.url, akin)
        ]  # fmt: skip
        return replace(found.listing, entries=tuple(kept)), len(found.listing.entries) - len(kept)

    async def _is_ours(self, url: str, home: str) -> bool:
        """Tell whether an address lies on the domain of another, or in a site of the same owners."""
        return same_domain(url, home) or await self._is_in(url, await self._akin(home))

    async def _akin(self, home: str) -> frozenset[int]:
        site = await self.sites.of(home)
        return await self.database.read(seats.akin, site.id if site else None)

    async def _is_in(self, url: str, site_ids: frozenset[int]) -> bool:
        site = await self.sites.of(url)
        return site is not None and site.id in site_ids

    async def _noted(self, feed: Feed) -> Polled:
        await self.database.write(feeds.note, feed)
        return Polled(feed)

    async def _settled_at(self, feed: Feed, moved: str) -> Feed:
        """Return a feed at the address that it has moved to for good, if that is its owners'."""
        if not moved or moved == feed.url or not await self._is_ours(moved, feed.url):
            return feed
        if await self.database.read(feeds.find, moved):
            return replace(feed, next_poll_at=None, message=MOVED_ONTO.format(url=moved))
        return replace(feed, url=moved)

    async def _read(self, post: FollowedPost) -> Post:
        wait = self.fetch.wait_for(post.url, "own")
        if wait > PATIENCE:
            raise TooBusy(post.url, retry_after=wait)
        await asyncio.sleep(wait)
        return await self.sender.read(post.url)

    async def _foresee(self, post: FollowedPost) -> Foreseen:
        try:
            read = await self._read(post)
        except (NoSource, TooBusy) as error:
            return Foreseen(post.url, trouble=str(error))
        if not await self._is_ours(read.url, post.url):
            return Foreseen(post.url, trouble=ELSEWHERE.format(url=read.url))
        return Foreseen(read.url, tuple(await self.sender.preview(read)))

    async def _put_off(self, post: FollowedPost, error: Exception) -> Told:
        cause = error if isinstance(error, FetchError) else error.__cause__
        asked = cause.retry_after if isinstance(cause, FetchError) else None
        if isinstance(cause, TooBusy):
            later = replace(post, next_send_at=self.now() + timedelta(seconds=asked or PATIENCE))
        else:
            tries = post.tries + 1
            later = replace(post, tries=tries, next_send_at=schedule.next_reading(tries, self.now(), asked))
        return await self._note(post, replace(later, message=str(error)))

    async def _note(self, before: FollowedPost, after: FollowedPost, owed: Sequence[Delivery] = ()) -> Told:
        await self.database.write(followed_posts.note, after, before.next_send_at)
        return Told(after, tuple(owed))
