"""How a caller is answered: taken, refused with a reason, or kept to be verified later.

What is acknowledged is verified or durably kept. Every failure without an HTTP answer is one and
the same fault after the same time, so that a reply tells nothing of our network.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from linkback.core import schedule, urls
from linkback.core.addresses import sender_group
from linkback.core.errors import BadPing, BadURL, NotFound, Problem
from linkback.core.model import HostHistory, Mention, Ping, Reply, Site, Status
from linkback.fetch import Fetch
from linkback.fetch.budget import Budget
from linkback.receive import admission, aftermath
from linkback.receive.source import Finding
from linkback.receive.verifier import Verifier
from linkback.storage import hosts, mentions, receipts
from linkback.storage.database import Database
from linkback.storage.sitebook import SiteBook

SETTLED = frozenset({Status.HELD, Status.APPROVED, Status.SPAM, Status.REMOVED})
LEASE = timedelta(seconds=60)  # longer than any look takes; a look that crashed is due again after it
OWN_PAGE_AGAIN = timedelta(minutes=1)  # the owner's site may be restarting
MOST_WAITING_PER_HOST = 100  # unverified rows of one source host
MOST_WAITING = 10_000  # unverified rows of all hosts together: about 10 MB
FULL_RETRY_AFTER = 3600.0  # seconds; such rows wait for hours when a host is down

TAKEN = Reply(message="Thank you: the link was found and is registered.")
LATER = Reply(message="Accepted: the link will be checked later.")
KNOWN = Reply(Problem.ALREADY_REGISTERED)


class PoliteFetch(Fetch, Protocol):
    """A door that says how long a host wants to be left alone."""

    def wait_for(self, url: str, budget: str = "world") -> float:
        """Return the seconds until the host of url may be asked again, 0.0 for now."""


@dataclass(slots=True, eq=False)
class Flight:
    """A first look under way; several callers may wait for it.

    `kept` once a row stands for it; `mute` when the source gave no answer, and the reply must wait.
    """

    task: asyncio.Task[Reply]
    kept: bool = False
    mute: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Receiver:
    """Takes pings. `wait` is in seconds, `inline` how many callers may wait at once (0: any number)."""

    database: Database
    door: PoliteFetch
    sites: SiteBook
    verifier: Verifier
    senders: Budget
    now: Callable[[], datetime]
    wait: float = 2.0
    inline: int = 200
    most_waiting_per_host: int = MOST_WAITING_PER_HOST
    wake: Callable[[], None] = lambda: None
    _flights: dict[tuple[str, str], Flight] = field(default_factory=dict)
    _callers: set[object] = field(default_factory=set)

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
        known, history = await self.database.read(what_is_known, site, ping)
        if known and known.status in SETTLED:
            return await self._known_already(known, ping)
        return await self._first_look(ping, site, known, history, until=arrived + self.wait)

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
        if (own := await self.verifier.own_pages.look(target)).problem:
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

    async def _known_already(self, known: Mention, ping: Ping) -> Reply:
        """Note the repeat, and have the source looked at again, at most every ten minutes."""
        looked_at = known.verified_at or known.received_at
        due = self.now() - looked_at >= schedule.RELOOK_AFTER
        await self.database.write(note_repeat, known, ping, self.now(), due)
        if due:
            self.wake()
        return KNOWN

    async def _first_look(
        self, ping: Ping, site: Site, known: Mention | None, history: HostHistory, *, until: float
    ) -> Reply:
        pair = (urls.comparable(ping.source), urls.comparable(ping.target))
        flight = self._flights.get(pair)
        if flight is None:
            if seconds := self.door.wait_for(ping.source):
                return Reply(Problem.TOO_MANY, retry_after=seconds)
            if self.inline and len(self._callers) >= self.inline:
                return await self._keep(ping, site, look_at=self.now())
            flight = self._take_off(pair, ping, site, known, history)
        return await self._wait_for(flight, ping, site, until)

    def _take_off(
        self, pair: tuple[str, str], ping: Ping, site: Site, known: Mention | None, history: HostHistory
    ) -> Flight:
        flight = Flight(asyncio.get_running_loop().create_task(self._fly(pair, ping, site, known, history)))
        flight.kept = known is not None
        self._flights[pair] = flight
        return flight

    async def _wait_for(self, flight: Flight, ping: Ping, site: Site, until: float) -> Reply:
        """Wait for a flight, but no longer than the caller may be kept waiting."""
        caller = object()
        self._callers.add(caller)
        try:
            await asyncio.wait((flight.task,), timeout=max(0.0, until - time.monotonic()))
        finally:
            self._callers.discard(caller)
        if not flight.task.done():
            flight.kept = True
            flight.task.add_done_callback(_look_away)
            return await self._keep(ping, site, look_at=self.now() + LEASE)
        if flight.mute:
            await asyncio.sleep(max(0.0, until - time.monotonic()))
        return flight.task.result()

    async def _fly(
        self, pair: tuple[str, str], ping: Ping, site: Site, known: Mention | None, history: HostHistory
    ) -> Reply:
        try:
            finding = await self.verifier.first(ping, site, known, history)
            return await self._conclude(self._flights[pair], ping, site, finding)
        finally:
            del self._flights[pair]

    async def _conclude(self, flight: Flight, ping: Ping, site: Site, finding: Finding | None) -> Reply:
        """Word the reply to a first look, and write what must not be lost of it."""
        if finding is None:
            return await self._keep(ping, site, look_at=self.now() + OWN_PAGE_AGAIN)
        if finding.problem is None:
            return TAKEN
        flight.mute = finding.mute
        reply = Reply(finding.problem, retry_after=finding.retry_after)
        if finding.late or finding.problem is Problem.SOURCE_TROUBLE:
            kept = await self._keep(ping, site, look_at=self.now() + LEASE)
            flight.kept = kept.ok
            reply = reply if kept.ok and not finding.late else kept
        if flight.kept:
            await self.database.write(note_failure, ping, finding, self.now())
        return reply

    async def _keep(self, ping: Ping, site: Site, *, look_at: datetime) -> Reply:
        """Make a ping durable, to be verified by the worker; refuse it when too many wait already."""
        most = self.most_waiting_per_host
        kept = await self.database.write(keep_within_limits, ping, site, self.now(), look_at, most)
        if not kept:
            return Reply(Problem.TOO_MANY, retry_after=FULL_RETRY_AFTER)
        self.wake()
        return LATER


def _look_away(task: asyncio.Task[Reply]) -> None:
    """Forget how a flight ended that nobody waits for: its row is leased, and due again when it failed."""
    if not task.cancelled():
        task.exception()


def what_is_known(connection: Connection, site: Site, ping: Ping) -> tuple[Mention | None, HostHistory]:
    """Read the mention there may be already, and what is known of the source's host."""
    known = mentions.find(connection, ping.source, ping.target)
    return known, hosts.history(connection, site.id, urls.host_of(ping.source))


def note_repeat(connection: Connection, known: Mention, ping: Ping, now: datetime, due: bool) -> None:
    """Write the receipt of a ping that came again, and make the mention due when it may be looked at."""
    receipts.add(connection, known.id, ping, now)
    if due:
        mentions.look_soon(connection, known.id, now)


def keep_within_limits(
    connection: Connection, ping: Ping, site: Site, now: datetime, look_at: datetime, most: int
) -> bool:
    """Keep a ping as received, unless its host has `most` waiting already, or all hosts together MOST_WAITING."""
    if mentions.find(connection, ping.source, ping.target) is None:
        if mentions.count_waiting(connection, urls.host_of(ping.source)) >= most:
            return False
        if mentions.count_all_waiting(connection) >= MOST_WAITING:
            return False
    mentions.keep(connection, ping, site_id=site.id, now=now, look_at=look_at)
    return True


def note_failure(connection: Connection, ping: Ping, finding: Finding, now: datetime) -> None:
    """Write what a look in vain means for the row that was kept meanwhile."""
    mention = mentions.find(connection, ping.source, ping.target)
    if mention and mention.status in aftermath.NEVER_VERIFIED:
        mentions.settle(connection, aftermath.never_verified(mention, finding, now))
