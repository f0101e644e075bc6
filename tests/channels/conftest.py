"""A site with a mention, and a caller behind the real door, with a clock that is set by hand."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.channels import Caller, Hooks, NewHook, calls_for
from linkback.core.addresses import parse_networks
from linkback.core.model import Call, Citation, HookForm, Mention, News, NewsKind, Ping, Site, Status, Webhook
from linkback.fetch import Door, DoorSettings
from linkback.moderate import Moderator
from linkback.storage import calls, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from tests.channels.receiver import Receiver, receiving

SITE = "https://me.example/"
ALLOW = parse_networks(("127.0.0.0/8",))
ALL = frozenset(NewsKind)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    time: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Channels:
    """The parts under test, and short words for what tests do with them."""

    database: Database
    caller: Caller
    hooks: Hooks
    clock: Clock
    site: Site

    async def hook(self, url: str, form: HookForm = HookForm.LINKBACK, kinds: frozenset[NewsKind] = ALL) -> Webhook:
        """Add a webhook."""
        return await self.hooks.add(self.site.id, NewHook(url, kinds, form))

    async def mention(self, name: str = "1", citation: Citation = Citation("A post")) -> Mention:
        """Put an approved mention there."""
        ping = Ping(f"https://ana.example/{name}", f"{SITE}post", "pingback")
        kept = Settlement(
            self.site.id, ping.source, ping.target, Status.APPROVED, self.clock(), citation=citation, ping=ping
        )
        return await self.database.write(mentions.settle, kept)

    async def put(self, mention: Mention, status: Status) -> None:
        """Decide of a mention, as its owner does."""
        moderator = Moderator(self.database, self.clock)
        verb = {Status.APPROVED: moderator.approve, Status.HELD: moderator.hold, Status.REMOVED: moderator.remove}
        await verb[status](mention.id, by="ana")

    async def tell(self, kind: NewsKind, mention: Mention) -> int:
        """Owe calls for what happened to a mention."""
        news = News(5, self.site.id, kind, self.clock(), mention.id)
        return await self.database.write(calls_for, news, self.clock())

    async def work(self) -> list[Call]:
        """Make all calls that are due, and return them as they stand then."""
        made: list[Call] = []
        while due := await self.caller.claim(10):
            made += [await self.caller.call(call) for call in due]
        return made

    async def log(self, webhook: Webhook) -> list[Call]:
        """Return the log of a webhook, newest first."""
        return await self.database.read(calls.log, webhook.id)


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    """A program that takes calls, as if it had just been started."""
    server.taken.clear()
    server.answers.clear()
    server.headers.clear()
    server.silent.clear()
    server.release.clear()
    return server


@pytest.fixture
async def channels(sqlite_url: str) -> AsyncIterator[Channels]:
    settings = replace(DoorSettings(), allow=ALLOW, host_per_minute=0, host_burst=0, deadline=5.0)
    database, door, clock = Database.open(sqlite_url), Door(settings), Clock()
    site = await database.write(sites.add, SITE, clock())
    hooks = Hooks(database, clock, ALLOW, settings.ports)
    try:
        yield Channels(database, Caller(database, door, clock), hooks, clock, site)
    finally:
        await door.close()
        database.close()
