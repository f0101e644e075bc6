"""What is new, told to open pages as it happens (server-sent events).

One look at the database every now and then serves all who listen in this process, and none is taken while nobody
does. Nothing that matters is kept here: who comes back asks what came since then.
Spec: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from linkback.core.errors import LinkbackError
from linkback.core.model import Status
from linkback.desk import Inbox
from linkback.web.asking import Asked
from linkback.web.dashboard.visiting import Visitor, visitor_of
from linkback.web.dashboard.wanted import Wanted, number_of
from linkback.words import n_

PAUSE = 1.5  # seconds between two looks
IDLE = 20  # times as long as a look took, at least: however large the database, it is looked at for 5 % of the time
HEARTBEAT = 15.0  # seconds after which a line is sent in any case: proxies end what is silent for a minute
LASTS = 300.0  # seconds, then the browser asks again by itself: whoever was signed out meanwhile hears no more
MOST_LISTENERS = 500  # of a process; each page that is looked at is one
MOST_OF_ONE = 20  # pages of one person, so that nobody takes the room of all
AGAIN = 3_000  # milliseconds after which a browser asks again
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

log = structlog.get_logger()
Arrival = tuple[int, int, Status]


@dataclass(frozen=True, slots=True)
class Beat:
    """What one look found: how many mentions stand where, by site and status, and what came lately, newest first.

    `sites` are those that were asked for, and `after` is the id from which on arrivals were.
    """

    standing: Mapping[tuple[int, Status], int]
    arrivals: tuple[Arrival, ...]
    sites: frozenset[int]
    after: int

    def tells(self, ear: "Ear") -> bool:
        """Tell whether all that somebody listens for was asked for: who has just come may be too late for a look."""
        return ear.sites <= self.sites and self.after <= ear.after

    def counts(self, sites: frozenset[int]) -> dict[str, int]:
        """Return how many mentions of some sites stand where."""
        found = {status.value: 0 for status in Status}
        for (site_id, status), count in self.standing.items():
            found[status.value] += count if site_id in sites else 0
        return found

    def new(self, ear: "Ear") -> int:
        """Return how many mentions came that somebody waits for."""
        return sum(
            mention_id > ear.after and site_id in ear.looks_at and (not ear.statuses or status in ear.statuses)
            for mention_id, site_id, status in self.arrivals
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ear:
    """Who listens: their sites, which of these the page shows at which statuses, and what they know already."""

    sites: frozenset[int]
    looks_at: frozenset[int]
    statuses: frozenset[Status]
    after: int
    user_id: int = 0


@dataclass(slots=True)
class Pulse:
    """Looks at the database for all who listen."""

    inbox: Inbox
    ears: set[Ear] = field(default_factory=set)
    closed: bool = False
    _beat: Beat | None = None
    _next: asyncio.Event = field(default_factory=asyncio.Event)
    _looking: asyncio.Task[None] | None = None

    def is_full(self, user_id: int) -> bool:
        """Tell whether a person may not listen, or not at one page more."""
        of_one = sum(ear.user_id == user_id for ear in self.ears)
        return self.closed or len(self.ears) >= MOST_LISTENERS or of_one >= MOST_OF_ONE

    def close(self) -> None:
        """Let all who listen go home."""
        self.closed = True
        self._next.set()

    async def beats(self, ear: Ear) -> AsyncGenerator[Beat | None, None]:
        """Yield what is seen from now on; None when nothing was for HEARTBEAT seconds. Ends by itself."""
        ends_at = time.monotonic() + LASTS
        with self._listening(ear):
            while not self.closed and time.monotonic() < ends_at:
                seen = self._next
                try:
                    await asyncio.wait_for(seen.wait(), HEARTBEAT)
                except TimeoutError:
                    yield None
                    continue
                if self._beat is not None and self._beat.tells(ear):
                    yield self._beat

    @contextmanager
    def _listening(self, ear: Ear) -> Iterator[None]:
        self.ears.add(ear)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            yield
        finally:
            self.ears.discard(ear)

    async def _look(self) -> None:
        """Look again and again, for as long as somebody listens."""
        while self.ears and not self.closed:
            began = time.monotonic()
            try:
                self._beat = await self._seen()
            except LinkbackError as error:  # the next look may be luckier, and pages show what they have
                log.warning("look for news failed", error=str(error))
            seen, self._next = self._next, asyncio.Event()
            seen.set()
            await self._rest(max(PAUSE, IDLE * (time.monotonic() - began)))

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._next.wait(), seconds)  # is set in between only when all is over
        except TimeoutError:
            return

    async def _seen(self) -> Beat:
        sites = frozenset[int]().union(*(ear.sites for ear in self.ears))
        after = min((ear.after for ear in self.ears), default=0)
        standing, arrivals = await self.inbox.standing(sites), await self.inbox.newer(sites, after)
        return Beat(standing, tuple(arrivals), sites, after)


@get("/dashboard/live")
async def live(request: Asked) -> Response[object] | Stream:
    """Tell how many mentions stand where, and how many came since `after` that the page would show, when it changes."""
    visitor = await visitor_of(request)
    pulse: Pulse = request.app.state.pulse
    if pulse.is_full(visitor.user.id):
        return Response("", status_code=503, headers={**HEADERS, "retry-after": "60"}, media_type="text/plain")
    ear = _ear(visitor, request.url.query)
    return Stream(_told(pulse, ear), media_type="text/event-stream", headers=HEADERS)


def _ear(visitor: Visitor, query: str) -> Ear:
    wanted = Wanted.read(query)
    sites = frozenset(site.id for site in visitor.sites)
    shown = sites if wanted.site is None else sites & {wanted.site}
    return Ear(sites, shown, frozenset(wanted.statuses), number_of(query, "after") or 0, visitor.user.id)


async def _told(pulse: Pulse, ear: Ear) -> AsyncIterator[bytes]:
    """Yield events: one at once, and one whenever it would say something else."""
    said = ""
    yield f"retry: {AGAIN}\n\n".encode()
    async for beat in pulse.beats(ear):
        if beat is None:
            yield b": nothing new\n\n"
            continue
        now = _words(beat.counts(ear.sites), beat.new(ear))
        if now != said:
            said = now
            yield f"event: counts\ndata: {now}\n\n".encode()


def _words(counts: Mapping[str, int], new: int) -> str:
    words = n_("%(number)s new mention, show it", "%(number)s new mentions, show them", new) % {"number": new}
    told: Iterable[tuple[str, object]] = (("counts", counts), ("new", new), ("words", words if new else ""))
    return json.dumps(dict(told), sort_keys=True)


ROUTES: tuple[HTTPRouteHandler, ...] = (live,)
