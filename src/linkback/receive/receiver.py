"""How a caller is answered: taken, refused with a reason, or kept to be verified later.

What is acknowledged is verified or durably kept: verified while the caller waits, or kept at once for one
that does not. Every failure without an HTTP answer is one and the same fault after the same time, so that
a reply tells nothing of our network.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from linkback.core import schedule, urls
from linkback.core.addresses import sender_group
from linkback.core.errors import BadPing, BadURL, NotFound, Problem, StorageError
from linkback.core.model import HostHistory, Mention, Ping, Reply, Site, Status
from linkback.fetch import Fetch
from linkback.fetch.budget import Budget
from linkback.receive import admission, aftermath
from linkback.receive.keeping import (
    is_held_unverified,
    is_registered,
    keep_within_limits,
    note_failure,
    note_joined,
    note_repeat,
    what_is_known,
)
from linkback.receive.own_pages import UNKNOWN, Look
from linkback.receive.source import Finding
from linkback.receive.states import SETTLED, ClaimState, is_told, word_of
from linkback.receive.verifier import Verifier
from linkback.receive.waiting_room import WaitingRoom
from linkback.storage import mentions
from linkback.storage.database import Database
from linkback.storage.sitebook import SiteBook
from linkback.storage.tables import pair_key

LEASE = timedelta(seconds=60)  # longer than any look takes; a look that crashed is due again after it
UNLINKED_AGAIN = timedelta(days=3)  # the first gap of what is held: a link may yet be put there
LANDINGS_KNOWN = 1000  # looks that ended; a caller asks the database within milliseconds
OWN_PAGE_AGAIN = timedelta(minutes=1)  # the owner's site may be restarting
MOST_WAITING_PER_HOST = 100  # unverified rows of one source host
FULL_RETRY_AFTER = 3600.0  # seconds; such rows wait for hours when a host is down

TAKEN = Reply(message="Thank you: the link was found and is registered.")
LATER = Reply(message="Thank you: it is accepted, and the link will be checked later.")
KNOWN = Reply(Problem.ALREADY_REGISTERED)


class PoliteFetch(Fetch, Protocol):
    """A door that says how long a host wants to be left alone."""

    def wait_for(self, url: str, budget: str = "world") -> float:
        """Return the seconds until the host of url may be asked again, 0.0 for now."""


@dataclass(slots=True, eq=False)
class Flight:
    """A first look under way; several callers may wait for it.

    `kept` once a row stands for it, `counted` when that row has the receipt of its ping; `mute` when the
    source gave no answer, and the reply must wait.
    """

    task: asyncio.Task[Reply]
    kept: bool = False
    counted: bool = False
    mute: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """Takes pings. `wait` is in seconds, `inline` how many callers may wait at once (0: any number).

    `public_url` ends with a slash; without one, the pages that tell of a ping have addresses without a host.
    """

    database: Database
    door: PoliteFetch
    sites: SiteBook
    verifier: Verifier
    senders: Budget
    room: WaitingRoom
    now: Callable[[], datetime]
    wait: float = 2.0
    inline: int = 200
    most_waiting_per_host: int = MOST_WAITING_PER_HOST
    wake: Callable[[], None] = lambda: None
    public_url: str = ""
    _flights: dict[tuple[str, str], Flight] = field(default_factory=dict)
    _callers: set[object] = field(default_factory=set)
    _landed: dict[tuple[str, str], float] = field(default_factory=dict)

    async def accept(self, ping: Ping) -> Reply:
        """Answer a ping within the wait. `ping.sender` is None when the sender is not known: no budget then."""
        arrived = time.monotonic()
        if problem := admission.readable(ping):
            return Reply(problem)
        site = await self.sites.of(ping.target)
        if site is None or (problem := admission.admit(ping, site)):
            return Reply(problem or Problem.TARGET_NOT_ACCEPTED)
        if ping.sender and (seconds := self.senders.take(sender_group(ping.sender))):
            return Reply(Problem.TOO_MANY, retry_after=seconds)
        try:
            return await self._answer(ping, site, until=arrived + self.wait)
        except StorageError:
            if await self.database.read(is_registered, site):
                raise
            return Reply(Problem.TARGET_NOT_ACCEPTED)

    async def _answer(self, ping: Ping, site: Site, *, until: float) -> Reply:
        asked = time.monotonic()
        known, history = await self.database.read(what_is_known, site, ping)
        if known and known.status in SETTLED:
            return await self._known_already(ping, site, until=until)
        if known is None and await self.room.is_full(ping, site, history):
            return Reply(Problem.TOO_MANY, retry_after=FULL_RETRY_AFTER)
        if not ping.waits:
            return await self._take(ping, site)
        if self._landed.get(pair_of(ping), 0.0) >= asked:
            return await self._answer(ping, site, until=until)  # a look ended meanwhile: what was read is old
        return await self._first_look(ping, site, known, history, until=until)

    async def state_of(self, token: str) -> ClaimState | None:
        """Return how far the ping has come whose location ends with this token.

        None for one that never came, and for any whose last report is as old as junk may get.
        """
        claimed = await self.database.read(mentions.claimed, token)
        if claimed is None:
            return None
        source, target, mention = claimed
        now = self.now()
        return ClaimState(source, target, word_of(mention, now)) if is_told(mention, now) else None

    async def sources_of(self, target: str) -> list[str]:
        """Return the sources of the approved pingbacks of a target, oldest first.

        Raises BadPing for a page that is not ours, does not exist or takes no pings.
        """
        try:
            site = await self.sites.of(urls.normalize(target))
        except BadURL as error:
            raise BadPing(Problem.TARGET_NOT_ACCEPTED) from error
        if site is None:
            raise BadPing(Problem.TARGET_NOT_ACCEPTED)
        if (own := await self.verifier.own_pages.look(target, site.url)).problem:
            raise BadPing(own.problem)
        return await self.database.read(mentions.sources_of, target)

    async def look_again(self, mention: Mention) -> Status:
        """Look at the source of a mention that is due, and return where it stands then."""
        site = await self.sites.of(mention.target)
        if site is None:
            raise NotFound("site", f"for {mention.target}")
        return await self.verifier.again(mention, site)

    async def close(self) -> None:
        """End the looks under way; those that somebody was promised are due again when their lease is over."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _known_already(self, ping: Ping, site: Site, *, until: float) -> Reply:
        """Note the repeat, and have the source looked at again, at most every ten minutes; all statuses alike."""
        look_at = await self.database.write(note_repeat, ping, self.now())
        if look_at is None:
            return await self._answer(ping, site, until=until)  # it was taken away meanwhile: it comes anew
        if look_at <= self.now():
            self.wake()
        return KNOWN if ping.waits else self._taken(ping)

    async def _take(self, ping: Ping, site: Site) -> Reply:
        """Keep a ping whose caller does not wait, unless the own page says within the wait that it takes none."""
        own = await self._own_page(ping, site)
        if own.problem:
            return Reply(own.problem)
        kept = await self._keep(ping, site, look_at=self.now(), target_page=own.page)
        return self._taken(ping) if kept.ok else kept

    async def _own_page(self, ping: Ping, site: Site) -> Look:
        try:
            async with asyncio.timeout(self.wait):
                return await self.verifier.own_pages.look(ping.target, site.url)
        except TimeoutError:
            return UNKNOWN

    def _taken(self, ping: Ping) -> Reply:
        """Return the one answer to all that is taken, with the address of the page that tells what becomes of it."""
        token = pair_key(ping.source, ping.target).hex()
        return Reply(message=LATER.message, location=f"{self.public_url or '/'}webmention/{token}")

    async def _first_look(
        self, ping: Ping, site: Site, known: Mention | None, history: HostHistory, *, until: float
    ) -> Reply:
        pair = pair_of(ping)
        flight = self._flights.get(pair)
        joined = flight is not None
        if flight is None:
            if seconds := self.door.wait_for(ping.source):
                return Reply(Problem.TOO_MANY, retry_after=seconds)
            if self.inline and len(self._callers) >= self.inline:
                return await self._keep(ping, site, look_at=self.now())
            flight = self._take_off(pair, ping, site, known, history)
        if not await self._ends(flight, until):
            return await self._keep_meanwhile(flight, ping, site)
        reply = flight.task.result()
        return await self._join(reply, ping, site) if joined else reply

    async def _join(self, reply: Reply, ping: Ping, site: Site) -> Reply:
        """Answer a ping whose look was another one's: it is a report of its own, by whatever protocol."""
        if reply.ok:
            await self.database.write(note_joined, ping, self.now())
        elif reply.problem in aftermath.SHOWS_NO_LINK and is_held_unverified(ping, site):
            return await self._keep(ping, site, look_at=self.now() + schedule.RELOOK_AFTER)
        return reply

    def _take_off(
        self, pair: tuple[str, str], ping: Ping, site: Site, known: Mention | None, history: HostHistory
    ) -> Flight:
        flight = Flight(asyncio.get_running_loop().create_task(self._fly(pair, ping, site, known, history)))
        flight.kept = known is not None
        self._flights[pair] = flight
        return flight

    async def _ends(self, flight: Flight, until: float) -> bool:
        """Wait for a flight, but no longer than the caller may be kept waiting, and tell whether it ended."""
        caller = object()
        self._callers.add(caller)
        try:
            await asyncio.wait((flight.task,), timeout=max(0.0, until - time.monotonic()))
        finally:
            self._callers.discard(caller)
        if flight.task.done() and flight.mute:
            await asyncio.sleep(max(0.0, until - time.monotonic()))
        return flight.task.done()

    async def _keep_meanwhile(self, flight: Flight, ping: Ping, site: Site) -> Reply:
        """Make a ping durable whose look goes on longer than its caller can wait."""
        flight.kept = flight.counted = True
        flight.task.add_done_callback(_look_away)
        reply = await self._keep(ping, site, look_at=self.now() + LEASE)
        flight.counted = reply.ok
        return reply

    async def _fly(
        self, pair: tuple[str, str], ping: Ping, site: Site, known: Mention | None, history: HostHistory
    ) -> Reply:
        flight = self._flights[pair]
        try:
            finding = await self.verifier.first(ping, site, known, history, counted=lambda: flight.counted)
            return await self._conclude(flight, ping, site, finding)
        finally:
            del self._flights[pair]
            self._note_landing(pair)

    def _note_landing(self, pair: tuple[str, str]) -> None:
        """Remember when a look ended, for those who asked the database before it did."""
        self._landed.pop(pair, None)
        self._landed[pair] = time.monotonic()
        if len(self._landed) > LANDINGS_KNOWN:
            del self._landed[next(iter(self._landed))]

    async def _conclude(self, flight: Flight, ping: Ping, site: Site, finding: Finding | None) -> Reply:
        """Word the reply to a first look, and write what must not be lost of it."""
        if finding is None:
            return await self._keep(ping, site, look_at=self.now() + OWN_PAGE_AGAIN)
        if finding.problem is None:
            return TAKEN
        flight.mute = finding.mute
        reply = Reply(finding.problem, retry_after=finding.retry_after)
        if finding.problem in aftermath.SHOWS_NO_LINK and is_held_unverified(ping, site):
            again = schedule.next_verification(1, self.now(), finding.retry_after) if finding.passing else None
            look_at = again or self.now() + UNLINKED_AGAIN
            return await self._keep(ping, site, look_at=look_at, finding=finding, counted=flight.counted)
        if finding.late or finding.problem is Problem.SOURCE_TROUBLE:
            kept = LATER if flight.counted else await self._keep(ping, site, look_at=self.now() + LEASE)
            flight.kept = kept.ok
            reply = reply if kept.ok and not finding.late else kept
        if flight.kept:
            await self.database.write(note_failure, ping, finding, self.now())
        return reply

    async def _keep(
        self,
        ping: Ping,
        site: Site,
        *,
        look_at: datetime,
        target_page: str = "",
        finding: Finding | None = None,
        counted: bool = False,
    ) -> Reply:
        """Make a ping durable, to be verified by the worker; refuse it when too many wait already."""
        most = self.most_waiting_per_host
        limits = (self.now(), look_at, most, target_page, finding, counted)
        if await self.database.write(keep_within_limits, ping, site, *limits) is None:
            return Reply(Problem.TOO_MANY, retry_after=FULL_RETRY_AFTER)
        self.wake()
        return LATER


def pair_of(ping: Ping) -> tuple[str, str]:
    """Return what stands for source and target of a ping while its source is looked at."""
    return urls.comparable(ping.source), urls.comparable(ping.target)


def _look_away(task: asyncio.Task[Reply]) -> None:
    """Forget how a flight ended that nobody waits for: its row is leased, and due again when it failed."""
    if not task.cancelled():
        task.exception()
