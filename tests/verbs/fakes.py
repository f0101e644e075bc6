"""A web made of a table, a clock that is set by hand, and short words for what tests do with the real parts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from linkback.app import App
from linkback.core.errors import FetchError, TimedOut, Unreachable
from linkback.core.model import Citation, Event, Headers, Mention, Page, Ping, Reply, Request, Status
from linkback.core.protocols import pingback, trackback, webmention
from linkback.storage import events, mentions

SITE = "https://me.example/"
OURS = "https://links.example/"
HTML = (("content-type", "text/html; charset=utf-8"),)
ADVERTISED = (*HTML, ("x-pingback", OURS + "pingback"))

What = Page | FetchError | Callable[[Request], Awaitable[Page]]


@dataclass
class Web:
    """Pages by address; anything else is a host that does not exist."""

    pages: dict[str, What] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    expected: dict[str, asyncio.Event] = field(default_factory=dict)
    busy: float = 0.0

    async def __call__(self, request: Request) -> Page:
        self.asked.append(request)
        if request.url in self.expected:
            self.expected[request.url].set()
        what = self.pages.get(request.url)
        if what is None:
            raise Unreachable(request.url)
        if isinstance(what, FetchError):
            raise what
        if isinstance(what, Page):
            return replace(what, url=what.url or request.url)
        return await what(request)

    def wait_for(self, url: str, budget: str = "world") -> float:
        return self.busy

    async def close(self) -> None:
        pass

    def page(self, url: str, html: str = "", *, links_to: str = "", status: int = 200, headers: Headers = HTML) -> None:
        """Put a page there; with links_to a post that holds a real link in a sentence."""
        if links_to:
            html = f'<title>A post</title><article><p>I read <a href="{links_to}">this</a> today.</p>{html}</article>'
        self.pages[url] = Page(status, headers, html.encode())

    def own(self, *paths: str) -> None:
        """Put pages of the own site there that advertise our endpoint."""
        for path in paths:
            self.page(SITE + path, "<p>mine</p>", headers=ADVERTISED)

    def moves(self, url: str, to: str, *, for_good: bool = True) -> None:
        """Make an address redirect to another, whatever is there; for good (301), or for now (302)."""

        async def follow(request: Request) -> Page:
            page = await self(replace(request, url=to))
            return replace(page, redirects=(url, *page.redirects), moved=page.url if for_good else "")

        self.pages[url] = follow

    def silent(self, url: str) -> asyncio.Event:
        """Make a source say nothing until the event is set, and time out then."""
        release = asyncio.Event()

        async def wait(request: Request) -> Page:
            await release.wait()
            raise TimedOut(request.url)

        self.pages[url] = wait
        return release

    def slow(self, url: str) -> asyncio.Event:
        """Make the page that is there already come only when the event is set."""
        release, page = asyncio.Event(), self.pages[url]
        assert isinstance(page, Page)

        async def wait(request: Request) -> Page:
            await release.wait()
            return replace(page, url=request.url)

        self.pages[url] = wait
        return release

    async def until_asked(self, url: str) -> None:
        """Return as soon as an address was asked for."""
        self.expected.setdefault(url, asyncio.Event())
        if not self.requests(url):
            await self.expected[url].wait()

    def requests(self, url: str) -> int:
        """Return how often an address was asked for."""
        return sum(request.url == url for request in self.asked)


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    time: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Linkback:
    """The parts under test, and short words for what tests do with them."""

    parts: App
    clock: Clock

    async def ping(self, source: str, target: str, sender: str | None = None) -> Reply:
        return await self.parts.receiver.accept(Ping(source, target, pingback.NAME, sender))

    async def webmention(self, source: str, target: str, sender: str | None = None) -> Reply:
        return await self.parts.receiver.accept(Ping(source, target, webmention.NAME, sender, waits=False))

    async def trackback(self, source: str, target: str, told: Citation | None = None) -> Reply:
        return await self.parts.receiver.accept(Ping(source, target, trackback.NAME, told=told or Citation("Told")))

    async def state(self, reply: Reply) -> str:
        """Return the word that the status page says to which a reply points."""
        state = await self.parts.receiver.state_of(reply.location.rpartition("/")[2])
        assert state is not None
        return state.word

    async def every(self) -> list[Mention]:
        return await self.parts.moderator.listing()

    async def events(self, mention: Mention) -> list[Event]:
        return list(await self.parts.database.read(events.of, mention.id))

    async def mention(self, source: str, target: str) -> Mention | None:
        return await self.parts.database.read(mentions.find, source, target)

    async def status(self, source: str, target: str) -> Status | None:
        found = await self.mention(source, target)
        return found.status if found else None

    async def known(self, source: str, target: str) -> Mention:
        found = await self.mention(source, target)
        assert found is not None
        return found

    async def work(self) -> None:
        await self.parts.worker.run_until_idle()
