"""The guarded door: a request goes out, a page comes back, or a FetchError.

The story of one fetch: share it with whoever asks the same, start the clock, and for
each hop check the address, take from the host's budget, wait for a turn, ask, and see
whether it leads on. Addresses are checked again at connect, in guard.py.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from linkback.core.errors import BadURL, Forbidden, TooBusy, Unreachable
from linkback.core.model import Headers, Page, Request, first_header
from linkback.core.urls import Url, parse, registrable_domain, resolve
from linkback.fetch.asking import message_for
from linkback.fetch.body import is_text, unpacked
from linkback.fetch.budget import Budget
from linkback.fetch.connection import Line
from linkback.fetch.dialing import Dialer
from linkback.fetch.flight import Flight
from linkback.fetch.gate import Gate, Room
from linkback.fetch.guard import Guard
from linkback.fetch.reading import HungUpError, Reading
from linkback.fetch.resolver import Resolver
from linkback.fetch.terms import BUDGETS, MAX_REDIRECTS, DoorSettings

MOVED = frozenset({301, 302, 303, 307, 308})
# Whoever asked reads the page in one go, which may hold the loop for 50 ms: let others have a turn in between.
LARGE = 64 * 1024  # bytes
MOVED_FOR_GOOD = frozenset({301, 308})
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
        guard = Guard(self.settings)
        self._resolver = Resolver(guard, clock)
        self._dialer = Dialer(guard, self._resolver)
        self._lanes = {name: self._new_lane(clock) for name in BUDGETS}
        self._flights: dict[object, Flight] = {}
        self._handing_out = asyncio.Lock()

    async def __call__(self, request: Request) -> Page:
        """Return the page, whatever its status; raise a FetchError when no answer came.

        Equal GETs in flight are one. A caller that is cancelled takes nothing from the
        others; when the last one is, the fetch ends too. Of large pages, one is handed out in each
        turn of the loop.
        """
        page = await self._flight(request).join()
        if len(page.body) > LARGE:
            async with self._handing_out:
                await asyncio.sleep(0)
        return page

    def _flight(self, request: Request) -> Flight:
        """Return the flight that brings this page: one that is on its way, or a new one."""
        key = (request.url, request.budget, request.headers) if request.method == "GET" else object()
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(
                request, self._travel, self.settings.deadline, partial(self._landed, key)
            )
        return flight

    def _landed(self, key: object, flight: Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]

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
        for lane in self._lanes.values():
            lane.gate.close()
        await self._resolver.close()
        await asyncio.sleep(0)  # the loop closes sockets in its next turn

    def _new_lane(self, clock: Callable[[], float]) -> Lane:
        settings = self.settings
        per_domain = settings.host_connections or settings.connections
        budget = Budget(settings.host_per_minute, settings.host_burst, clock)
        return Lane(budget, Gate(per_domain, settings.connections))

    async def _travel(self, request: Request) -> Page:
        """Ask, and follow where it leads."""
        url = parse(request.url)
        passed: list[str] = []
        for_good: list[str] = []
        while True:
            page = await self._ask(request, url)
            onward = _onward(request, url, page)
            if onward is None:
                moved = for_good[-1] if for_good else ""
                return replace(page, redirects=tuple(passed), moved=moved) if passed else page
            if page.status in MOVED_FOR_GOOD and len(for_good) == len(passed):
                for_good.append(onward.href)
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
        """Send the request and read the answer, over an open connection where there is one.

        Where an old connection turns out to be dead, a new one is tried, and that once.
        """
        message, origin = message_for(request, url, self.settings), url.origin
        line, reading = gate.claim(room, origin, fresh=request.method != "GET"), None
        if line is not None:
            with suppress(HungUpError):
                reading = await self._read(line, message, request.method)
        if line is None or reading is None:
            line = await self._dialer.dial(url)
            reading = await self._read(line, message, request.method)
        gate.keep(room, origin, line)
        body, more = unpacked(reading.body, reading.headers, self.settings.max_bytes)
        return Page(reading.status, reading.headers, body, url.href, truncated=more or reading.truncated)

    async def _read(self, line: Line, message: bytes, method: str) -> Reading:
        reading = Reading(method, self.settings.max_bytes, _is_worth_reading if method == "GET" else _is_no_redirect)
        await line.ask(message, reading)
        return reading


def _is_no_redirect(status: int, headers: Headers) -> bool:
    return status not in MOVED


def _is_worth_reading(status: int, headers: Headers) -> bool:
    return status not in MOVED and is_text(headers)


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
