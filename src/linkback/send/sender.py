"""The verb send: tell the pages that a post links to. Planned, claimed, delivered, and written into the ledger.

A delivery is claimed before it is sent, so a crash repeats at most that one; nothing is sent twice
otherwise. Each delivery stands alone: one that hangs holds up no other.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.core import urls
from linkback.core.errors import BadReply, FetchError, LinkbackError, TooBusy
from linkback.core.model import Citation, Delivery, DeliveryStatus, Link, Page, Ping, Request
from linkback.core.pages import document, links
from linkback.core.protocols import PROTOCOLS, Protocol, discover
from linkback.fetch import Fetch, get
from linkback.send.outcome import Outcome, no_endpoint, what_failed, what_the_page_said, what_they_said, written
from linkback.storage import deliveries
from linkback.storage.database import Database
from linkback.storage.sitebook import SiteBook

LEASE = timedelta(minutes=5)  # two fetches of ten seconds each, and the patience below
PATIENCE = 15.0  # seconds to wait for our own politeness towards a host before putting a delivery off
POLITE_TRIES = 5

SELF_PING = "It is on the same site; self-pings are off."
NOT_LINKED = "The page does not link to it."


class NoSource(LinkbackError):
    """The post itself could not be read, so nobody can be told of it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A page of ours that was read: where it is, and what it links to."""

    url: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends pings for posts and keeps the ledger. `strict` is strict discovery."""

    database: Database
    fetch: Fetch
    sites: SiteBook
    now: Callable[[], datetime]
    strict: bool = False

    async def read(self, source: str) -> Post:
        """Fetch a post and find its outgoing links; raises NoSource, saying what was in the way."""
        urls.parse(source)
        try:
            page = await self.fetch(get(source, budget="own"))
        except FetchError as error:
            raise NoSource(f"{source} could not be read: {error}") from error
        if not 200 <= page.status < 300 or not document.is_text(page):
            raise NoSource(f"{source} answered {page.status}, which is no page with links.")
        return Post(page.url, links.outgoing(document.read(page)))

    async def plan(self, post: Post, targets: Sequence[str] = ()) -> list[Delivery]:
        """Write what the post owes into the ledger and return it all: new, done before, and skipped.

        With `targets`, only those; each must really be linked.
        """
        wanted, skipped = await self._sort(post, targets)
        planned = await self.database.write(deliveries.plan, post.url, wanted, self.now())
        return planned + skipped

    async def preview(
        self, post: Post, targets: Sequence[str] = (), protocols: Sequence[Protocol] = PROTOCOLS
    ) -> list[Delivery]:
        """Say what would be sent, and where to; writes nothing and sends nothing."""
        wanted, skipped = await self._sort(post, targets)
        ledger = {delivery.target: delivery for delivery in await self.database.read(deliveries.of, post.url)}
        new = [_unwritten(post.url, url, DeliveryStatus.PLANNED, "", self.now()) for url in wanted if url not in ledger]
        looked = await asyncio.gather(*(self._discover(delivery, protocols) for delivery in new))
        return [ledger[url] for url in wanted if url in ledger] + list(looked) + skipped

    async def send(
        self,
        post: Post,
        targets: Sequence[str] = (),
        protocols: Sequence[Protocol] = PROTOCOLS,
        each: Callable[[Delivery], None] = lambda delivery: None,
    ) -> list[Delivery]:
        """Plan, then deliver all that is due, side by side; returns the whole ledger of the post.

        `each` is called with every delivery as it ends, for a progress bar.
        """
        planned = await self.plan(post, targets)
        ids = [delivery.id for delivery in planned if delivery.status is DeliveryStatus.WAITING]
        now = self.now()
        claimed = await self.database.write(deliveries.claim_ids, ids, now, now + LEASE)

        async def one(delivery: Delivery) -> Delivery:
            done = await self.deliver(delivery, protocols)
            each(done)
            return done

        done = {delivery.id: delivery for delivery in await asyncio.gather(*map(one, claimed))}
        return [done.get(delivery.id, delivery) for delivery in planned]

    async def deliver(self, delivery: Delivery, protocols: Sequence[Protocol] = PROTOCOLS) -> Delivery:
        """Try one claimed delivery and write what became of it."""
        outcome = await self._attempt(delivery, protocols)
        return await self.database.write(note, delivery, outcome, self.now())

    async def _attempt(self, delivery: Delivery, protocols: Sequence[Protocol]) -> Outcome:
        try:
            page = await self._patiently(get(delivery.target))
        except FetchError as error:
            return what_failed(error, "The page")
        if trouble := what_the_page_said(page):
            return trouble
        for protocol in protocols:
            if endpoint := protocol.discover(page, strict=self.strict):
                outcome = await self._tell(protocol, endpoint.url, delivery)
                return replace(outcome, protocol=protocol.NAME, endpoint=endpoint.url)
        return no_endpoint(page)

    async def _tell(self, protocol: Protocol, endpoint: str, delivery: Delivery) -> Outcome:
        ping = Ping(delivery.source, delivery.target, protocol.NAME)
        try:
            response = await self._patiently(protocol.build_request(endpoint, ping, Citation()))
        except FetchError as error:
            return what_failed(error, "The endpoint")
        try:
            return what_they_said(protocol.parse_response(response), response)
        except BadReply as error:
            return what_they_said(error, response)

    async def _patiently(self, request: Request) -> Page:
        """Fetch, waiting a little when our own politeness towards the host says so."""
        for _ in range(POLITE_TRIES):
            try:
                return await self.fetch(request)
            except TooBusy as busy:
                if (busy.retry_after or 0.0) > PATIENCE:
                    raise
                await asyncio.sleep(busy.retry_after or 1.0)
        return await self.fetch(request)

    async def _discover(self, delivery: Delivery, protocols: Sequence[Protocol]) -> Delivery:
        try:
            page = await self._patiently(get(delivery.target))
        except FetchError as error:
            return replace(delivery, message=f"The page could not be read: {error}")
        offer = discover(page, protocols, strict=self.strict)
        if offer is None:
            return replace(delivery, status=DeliveryStatus.NO_ENDPOINT, http_status=page.status)
        return replace(delivery, protocol=offer.protocol, endpoint=offer.url, http_status=page.status)

    async def _sort(self, post: Post, targets: Sequence[str]) -> tuple[list[str], list[Delivery]]:
        """Part the links into those to send to and those to skip, with the reason."""
        site = await self.sites.of(post.url)
        linked = [link.url for link in post.links]
        wanted = [urls.normalize(target) for target in targets] or linked
        home = site.url if site else urls.parse(post.url).origin + "/"
        own = {url for url in wanted if urls.same_site(url, home)}
        if site and site.self_pings:
            own = set()
        unlinked = set(wanted) - set(linked)
        skipped = [self._skipped(post, url, SELF_PING) for url in wanted if url in own]
        skipped += [self._skipped(post, url, NOT_LINKED) for url in wanted if url in unlinked - own]
        return [url for url in wanted if url not in own | unlinked], skipped

    def _skipped(self, post: Post, target: str, why: str) -> Delivery:
        return _unwritten(post.url, target, DeliveryStatus.SKIPPED, why, self.now())


def note(connection: Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """Write the outcome of an attempt into the ledger."""
    tried = written(delivery, outcome, now)
    return deliveries.note(
        connection,
        tried.id,
        status=tried.status,
        protocol=tried.protocol,
        endpoint=tried.endpoint,
        http_status=tried.http_status,
        message=tried.message,
        attempts=tried.attempts,
        next_try_at=tried.next_try_at,
        now=now,
    )


def _unwritten(source: str, target: str, status: DeliveryStatus, message: str, now: datetime) -> Delivery:
    return Delivery(id=0, source=source, target=target, status=status, created_at=now, message=message)
