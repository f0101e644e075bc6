"""The guarded door: a request goes out, a page comes back, or a FetchError.

The story of one fetch: share it with whoever asks the same, start the clock, and for
each hop check the address, take from the host's budget, wait for a turn, ask, and see
whether it leads on. Addresses are checked again at connect, in guard.py.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import yarl
from aiohttp import ClientConnectorError, ClientOSError, ClientSession, ServerDisconnectedError

from linkback.core.errors import BadURL, FetchError, Forbidden, TimedOut, TooBusy, Unreachable
from linkback.core.model import Headers, Page, Request, first_header
from linkback.core.urls import Url, parse, registrable_domain, resolve
from linkback.fetch.asking import headers_for
from linkback.fetch.body import is_text, read_body
from linkback.fetch.budget import Budget
from linkback.fetch.connection import Answer, open_session
from linkback.fetch.flight import Flight
from linkback.fetch.gate import Gate, Room
from linkback.fetch.guard import Guard
from linkback.fetch.terms import BUDGETS, MAX_REDIRECTS, DoorSettings
from linkback.fetch.trouble import to_fetch_error

MOVED = frozenset({301, 302, 303, 307, 308})
# Whoever asked reads the page in one go, which may hold the loop for 50 ms: let others have a turn in between.
LARGE = 64 * 1024  # bytes
MOVED_AS_IT_IS = frozenset({307, 308})  # the request is repeated with its method and body: RFC 9110 15.4.8, 15.4.9


@dataclass(frozen=True, slots=True)
class Lane:
    """The allowances of one budget: how often, and how many at once."""

    budget: Budget
    gate: Gate


class Door:
    """The one way out. Made at any time, opened by its first fetch, and to be closed in the same loop."""

    def __init__(self, settings: DoorSettings | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings or DoorSettings()
        self._guard = Guard(self.settings)
        self._lanes = {name: self._new_lane(clock) for name in BUDGETS}
        self._flights: dict[tuple[str, str, Headers], Flight] = {}
        self._session: ClientSession | None = None
        self._handing_out = asyncio.Lock()

    async def __call__(self, request: Request) -> Page:
        """Return the page, whatever its status; raise a FetchError when no answer came.

        Equal GETs in flight are one. A caller that is cancelled takes nothing from the
        others; when the last one is, the fetch ends too. Of large pages, one is handed out in each
        turn of the loop.
        """
        page = await self._shared(request)
        if len(page.body) > LARGE:
            async with self._handing_out:
                await asyncio.sleep(0)
        return page

    async def _shared(self, request: Request) -> Page:
        if request.method != "GET":
            return await self._fetch(request)
        key = (request.url, request.budget, request.headers)
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(self._fetch(request), lambda: self._flights.pop(key, None))
        return await flight.join(request.url)

    def wait_for(self, url: str, budget: str = "world") -> float:
        """Return the seconds until the host of an address may be asked again (0.0: now), and use up nothing."""
        try:
            return self._lanes[budget].budget.wait_for(registrable_domain(parse(url).host))
        except BadURL:
            return 0.0

    async def close(self) -> None:
        """Hang up. What is under way ends as Unreachable."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.stop()
        await asyncio.gather(*(flight.task for flight in flights), return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _new_lane(self, clock: Callable[[], float]) -> Lane:
        settings = self.settings
        per_domain = settings.host_connections or settings.connections
        budget = Budget(settings.host_per_minute, settings.host_burst, clock)
        return Lane(budget, Gate(per_domain, settings.connections))

    async def _fetch(self, request: Request) -> Page:
        """Travel against the clock, and let nothing out that is not ours."""
        clock = asyncio.timeout(self.settings.deadline)
        try:
            async with clock:
                return await self._travel(request)
        except FetchError:
            raise
        except Exception as error:
            if clock.expired():
                raise TimedOut(request.url) from error
            raise to_fetch_error(request.url, error) from error

    async def _travel(self, request: Request) -> Page:
        """Ask, and follow where it leads."""
        url = parse(request.url)
        passed: list[str] = []
        while True:
            page = await self._ask(request, url)
            onward = _onward(request, url, page)
            if onward is None:
                return replace(page, redirects=tuple(passed)) if passed else page
            passed.append(url.href)
            if len(passed) > MAX_REDIRECTS or onward.href in passed:
                raise Unreachable(url.href, "The page leads on in a circle, or too often.")
            url = onward

    async def _ask(self, request: Request, url: Url) -> Page:
        """Ask one hop when its turn has come; raise TooBusy before anything is sent."""
        if not self.settings.allow and url.port not in self.settings.ports:
            raise Forbidden(url.href, "This is not the port of a web server.")
        lane, domain = self._lanes[request.budget], registrable_domain(url.host)
        if wait := lane.budget.take(domain):
            raise TooBusy(url.href, retry_after=wait)
        room = await lane.gate.enter(domain, url.href)
        try:
            return await self._exchange(request, url, room, lane.gate)
        finally:
            lane.gate.leave(room)

    async def _exchange(self, request: Request, url: Url, room: Room, gate: Gate) -> Page:
        """Send the request and read the answer, over an open connection where there is one."""
        claimed = gate.claim(room, url.origin, fresh=request.method != "GET")
        line = None
        try:
            answer = await self._send(request, url, reused=claimed is not None)
            line = answer.line
            return await self._read(answer, request, url)
        finally:
            for open_line in (claimed, line):
                if open_line is not None:
                    gate.keep(room, url.origin, open_line)

    async def _send(self, request: Request, url: Url, *, reused: bool) -> Answer:
        """Send once, and once more where an old connection turns out to be dead."""
        try:
            return await self._send_once(request, url)
        except ClientConnectorError:
            raise
        except (ServerDisconnectedError, ClientOSError):
            if not reused:
                raise
        return await self._send_once(request, url)

    async def _send_once(self, request: Request, url: Url) -> Answer:
        if self._session is None:
            self._session = open_session(self._guard)
        answer = await self._session.request(
            request.method,
            yarl.URL(url.href, encoded=True),
            headers=headers_for(request, url, self.settings),
            data=request.body or None,
            allow_redirects=False,
        )
        assert isinstance(answer, Answer)
        return answer

    async def _read(self, answer: Answer, request: Request, url: Url) -> Page:
        """Read what is worth reading, and keep the connection only if all of it was read."""
        headers = _headers(answer)
        body, truncated = b"", True
        try:
            if answer.status not in MOVED and (request.method != "GET" or is_text(headers)):
                body, truncated = await read_body(answer, headers, self.settings.max_bytes)
        finally:
            if not answer.content.at_eof():
                answer.close()
        return Page(answer.status, headers, body, url.href, truncated=truncated)


def _headers(answer: Answer) -> Headers:
    return tuple(
        (name.decode("latin-1").lower(), value.decode("utf-8", "replace")) for name, value in answer.raw_headers
    )


def _onward(request: Request, url: Url, page: Page) -> Url | None:
    """Return where an answer leads on to; None when it is itself what was asked for.

    What is sent with a body goes on only within the same origin, and only where the standard
    repeats it as it is: whoever it was meant for decided nothing about others.
    """
    location = first_header(page.headers, "location")
    if page.status not in MOVED or not location:
        return None
    if request.method != "GET" and page.status not in MOVED_AS_IT_IS:
        return None
    href = None if "\\" in location else resolve(url.href, location)
    if href is None:
        raise Forbidden(url.href, "The page leads on to something that is not a web page.")
    onward = parse(href)
    if url.scheme == "https" and onward.scheme == "http":
        raise Forbidden(onward.href, "The page leads from an encrypted address to an open one.")
    return onward if request.method == "GET" or onward.origin == url.origin else None
