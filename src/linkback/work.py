"""What is due is run: looks at mentions, tries of deliveries, polls of feeds, readings of the posts they list, news
that are handed out, people who are written to, letters that are sent, and calls of webhooks.

What is due stands on the rows themselves; to claim is to move that time forward by a lease, so a
crash loses nothing. This engine runs it with tasks in this process; the verbs do not know who runs them.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from linkback.accounts import Accounts
from linkback.channels import Caller
from linkback.core.errors import LinkbackError
from linkback.core.model import Call, Delivery, Feed, FollowedPost, Letter, Mention, User
from linkback.mail import Postman
from linkback.mail.postman import LETTER_LEASE, LETTERS_AT_ONCE
from linkback.notify import Notifier
from linkback.receive import Receiver
from linkback.send import DELIVERY_LEASE, Sender
from linkback.storage import (
    alerts,
    calls,
    deliveries,
    feeds,
    followed_posts,
    junk,
    letters,
    mentions,
    news,
    notices,
    receipts,
)
from linkback.storage.database import Database
from linkback.watch import POLL_LEASE, POST_LEASE, POSTS_AT_ONCE, Watcher

log = structlog.get_logger()

LOOK_LEASE = timedelta(seconds=60)  # a look takes at most two fetches of ten seconds
POLL_EVERY = 0.5  # seconds; another process may have planned something
AT_ONCE = 100  # pieces of work under way together
CALLS_AT_ONCE = 30  # of these to webhooks: programs that hang must leave room for looks at pages
TIDY_EVERY = timedelta(hours=1)
WRITING_LEASE = timedelta(seconds=60)  # a letter is written in milliseconds
DROPPED_AT_ONCE = 500  # rows in one unit of work: pings are written in between
SENDERS_KNOWN_FOR = timedelta(days=30)  # their addresses are personal data, and of no use after that
ALERTS_KNOWN_FOR = timedelta(days=365)
LETTERS_KNOWN_FOR = timedelta(days=30)


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Due:
    """Of what there is anything to claim."""

    mentions: bool
    deliveries: bool
    feeds: bool
    posts: bool
    calls: bool
    news: bool
    readers: bool
    letters: bool


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """Runs what is due, here and now: the local engine."""

    database: Database
    receiver: Receiver
    sender: Sender
    watcher: Watcher
    now: Callable[[], datetime]
    woken: asyncio.Event
    caller: Caller
    notifier: Notifier
    postman: Postman
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _reading: set[asyncio.Task[None]] = field(default_factory=set)
    _calling: set[asyncio.Task[None]] = field(default_factory=set)
    _handing: set[asyncio.Task[None]] = field(default_factory=set)
    _posting: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Run what is due until cancelled; what was claimed and not finished becomes due again by itself."""
        tidy_at = self.now()
        try:
            while True:
                if self.now() >= tidy_at:
                    tidy_at = self.now() + TIDY_EVERY
                    self._start(self.tidy())
                await self._round()
                await self._pause()
        finally:
            await self._let_go()

    async def run_until_idle(self) -> None:
        """Run all that is due now, and return when it is done."""
        while await self._round() or self._running:
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _round(self) -> int:
        """Claim what is due, as far as there is room, and start it; returns how much was started."""
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return 0
        now = self.now()
        try:
            due = await self.database.read(what_is_due, now)
            return await self._start_what_is(due, now, room)
        except LinkbackError as error:
            log.error("work could not be claimed", error=str(error))
            return 0

    async def _start_what_is(self, due: Due, now: datetime, room: int) -> int:
        """Claim and start what is due; a claim is a write, so none is made where there is nothing."""
        write, started = self.database.write, 0
        if due.mentions:
            for mention in await write(mentions.claim, now, now + LOOK_LEASE, room):
                started += self._start(self._look(mention))
        if due.deliveries:
            for delivery in await write(deliveries.claim, now, now + DELIVERY_LEASE, room):
                started += self._start(self._try(delivery))
        if due.feeds and self.watcher.minutes:
            for feed in await write(feeds.claim, now, now + POLL_LEASE, room):
                started += self._start(self._poll(feed))
        free = POSTS_AT_ONCE - len(self._reading)
        if due.posts and free > 0:
            for post in await write(followed_posts.claim, now, now + POST_LEASE, free):
                started += self._start(self._tell(post), self._reading)
        free = CALLS_AT_ONCE - len(self._calling)
        if due.calls and free > 0:
            for call in await self.caller.claim(free):
                started += self._start(self._call(call), self._calling)
        return started + await self._start_mail(due, now, room)

    async def _start_mail(self, due: Due, now: datetime, room: int) -> int:
        """Claim and start what people hear of: news one part at a time, letters over one connection."""
        write, started = self.database.write, 0
        if due.news and not self._handing:
            started += self._start(self._hand_out(), self._handing)
        if due.readers and self.notifier.by_mail:
            for user in await write(notices.claim, now, now + WRITING_LEASE, room):
                started += self._start(self._write(user))
        if due.letters and self.postman.relay and not self._posting:
            claimed = await write(letters.claim, now, now + LETTER_LEASE, LETTERS_AT_ONCE)
            started += self._start(self._post(claimed), self._posting) if claimed else 0
        return started

    async def tidy(self) -> None:
        """Forget what need not be known any more, a few rows at a time; whoever is stopped in between goes on later."""
        write = self.database.write
        if forgotten := await write(receipts.forget_senders, self.now() - SENDERS_KNOWN_FOR):
            log.info("senders forgotten", count=forgotten)
        if forgotten := await Accounts(self.database, self.now).tidy():
            log.info("sessions, keys and tries forgotten", count=forgotten)
        if forgotten := await write(alerts.forget, self.now() - ALERTS_KNOWN_FOR):
            log.info("alerts forgotten", count=forgotten)
        if forgotten := await write(letters.forget, self.now() - LETTERS_KNOWN_FOR):
            log.info("letters forgotten", count=forgotten)
        while gone := await self._drop(await self.database.read(junk.surplus, self.now())):
            log.info("junk tidied", **gone)

    async def _drop(self, surplus: junk.Surplus) -> dict[str, int]:
        """Count, forget and strip what is not to be kept any longer, and return how much of each there was."""
        write, gone = self.database.write, Counter[str]()
        for ids in _in_parts(surplus.junk):
            gone["counted"] += await write(junk.count_away, ids)
        for ids in _in_parts(surplus.claims):
            gone["forgotten"] += await write(junk.forget_claims, ids)
        for ids in _in_parts(surplus.decisions):
            gone["stripped"] += await write(junk.strip, ids)
        for strangers in _in_parts(surplus.strangers):
            gone["strangers"] += await write(junk.forget_strangers, strangers, self.now())
        return {name: count for name, count in gone.items() if count}

    async def _pause(self) -> None:
        # Not wait_for: on Python 3.11 it swallows a cancellation that comes together with what it waits for.
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_EVERY):
                await self.woken.wait()
        self.woken.clear()

    async def _look(self, mention: Mention) -> None:
        status = await self.receiver.look_again(mention)
        log.info("mention looked at", id=mention.id, source=mention.source, before=mention.status, status=status)

    async def _try(self, delivery: Delivery) -> None:
        done = await self.sender.deliver(delivery)
        log.info("delivery tried", id=done.id, target=done.target, status=done.status, message=done.message)

    async def _poll(self, feed: Feed) -> None:
        done = await self.watcher.poll(feed)
        log.info("feed polled", url=done.feed.url, due=done.due, message=done.feed.message)

    async def _tell(self, post: FollowedPost) -> None:
        done = await self.watcher.tell(post)
        log.info("post read", url=post.url, message=done.post.message)

    async def _call(self, call: Call) -> None:
        done = await self.caller.call(call)
        log.info("webhook called", id=done.id, webhook=done.webhook_id, status=done.status, message=done.message)

    async def _hand_out(self) -> None:
        handed = await self.notifier.hand_out()
        for trouble in handed.troubles:
            log.error("news put off", exc_info=trouble)
        for alert in handed.warnings:
            about = {"site": alert.site_id, "kind": alert.kind.value, "subject": alert.subject}
            log.info("alert", **about, message=alert.message)

    async def _write(self, user: User) -> None:
        if letter := await self.notifier.write_to(user):
            log.info("letter written", id=letter.id, user=user.name)

    async def _post(self, due: Sequence[Letter]) -> None:
        for letter in await self.postman.send(due):
            if letter.sent_at is not None:
                log.info("letter sent", id=letter.id)
            else:
                log.warning("letter not sent", id=letter.id, message=letter.trouble, next_try_at=letter.next_try_at)

    def _start(self, piece: Coroutine[Any, Any, None], *also_in: set[asyncio.Task[None]]) -> int:
        """Start a piece of work, and return how many that are: one."""
        task = asyncio.get_running_loop().create_task(self._guarded(piece))
        for tasks in (self._running, *also_in):
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        return 1

    async def _guarded(self, piece: Awaitable[None]) -> None:
        """Run one piece of work; whatever goes wrong with it is its own affair, and its lease brings it back."""
        try:
            await piece
        except LinkbackError as error:
            log.warning("work failed and will be done again", error=str(error))
        except Exception:
            log.exception("work failed and will be done again")
        finally:
            self.woken.set()

    async def _let_go(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def what_is_due(connection: Connection, now: datetime) -> Due:
    """Tell of what there is anything to claim; asking takes no lock, so an idle worker holds up nobody."""
    tables = (mentions, deliveries, feeds, followed_posts, calls, news, notices, letters)
    due = (rows.next_due(connection) for rows in tables)
    return Due(*(moment is not None and moment <= now for moment in due))


def _in_parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[at : at + DROPPED_AT_ONCE] for at in range(0, len(items), DROPPED_AT_ONCE))
