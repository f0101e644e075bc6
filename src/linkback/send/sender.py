"""The verb send: tell the pages that a post links to. Planned, claimed, delivered, and written into the ledger.

A delivery is claimed before it is sent, so a crash repeats at most that one; nothing is sent twice
otherwise. Each delivery stands alone: one that hangs holds up no other.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from linkback.core import urls
from linkback.core.errors import BadReply, FetchError, TooBusy
from linkback.core.model import Citation, Delivery, DeliveryStatus, Link, Page, Ping, Request, Site
from linkback.core.pages import document
from linkback.core.protocols import PROTOCOLS, Protocol, discover, trackback
from linkback.fetch import Fetch, get
from linkback.send.noting import note
from linkback.send.outcome import Outcome, no_endpoint, what_failed, what_the_page_said, what_they_said
from linkback.send.planning import LEASE, TOLD_OF_REMOVALS, Wishes, decide, plan, read_known
from linkback.send.posts import NoSource, Post, gone_post, read_post
from linkback.send.turns import PATIENCE, PATIENCE_TO_TELL, Turns, next_wait
from linkback.storage import deliveries
from linkback.storage.database import Database
from linkback.storage.sitebook import SiteBook

POSTS_KNOWN = 200  # what is told of as many posts is remembered; each is below 1 KB

SELF_PING = "It is on the same site; self-pings are off."
NOFOLLOW = "The link is marked nofollow, and such links are not told."
MUTED = "The post asks not to tell it (class no-webmention or nomention)."


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends pings for posts and keeps the ledger.

    `strict` is strict discovery; `own_links` and `nofollow` say whether pages of the own site, and
    those that are linked to with rel=nofollow, are told too.
    """

    database: Database
    fetch: Fetch
    sites: SiteBook
    now: Callable[[], datetime]
    strict: bool = False
    own_links: bool = False
    nofollow: bool = True
    _said: dict[str, Citation] = field(default_factory=dict)
    _turns: Turns = field(default_factory=Turns)

    async def read(self, source: str) -> Post:
        """Fetch a post and find its outgoing links; raises NoSource, saying what was in the way.

        A post that answers 410 is gone; so is one that answers 404 and was told of before.
        """
        urls.parse(source)
        try:
            page = await self.fetch(get(source, budget="own"))
        except FetchError as error:
            raise NoSource(f"{source} could not be read: {error}") from error
        if page.status == 410 or (page.status == 404 and await self._was_told(page.url)):
            return gone_post(page.url)
        if not 200 <= page.status < 300 or not document.is_text(page):
            raise NoSource(f"{source} answered {page.status}, which is no page with links.")
        return self._remembered(read_post(page))

    async def plan(self, post: Post, targets: Sequence[str] = ()) -> list[Delivery]:
        """Write what the post owes into the ledger and return it all: new, done before, removed, and skipped.

        With `targets`, only those; each must really be linked, or have been told before.
        """
        return await self.database.write(plan, post, await self._wishes(post, targets), self.now())

    async def follow(self, post: Post) -> list[Delivery]:
        """Plan for a post of a feed, by nobody's hand: hosts that lately took no pings are left alone for a day."""
        wishes = replace(await self._wishes(post), by_hand=False)
        return await self.database.write(plan, post, wishes, self.now())

    async def preview(
        self, post: Post, targets: Sequence[str] = (), protocols: Sequence[Protocol] = PROTOCOLS
    ) -> list[Delivery]:
        """Say what would be sent, and where to; writes nothing and sends nothing."""
        wishes = await self._wishes(post, targets)
        known = await self.database.read(read_known, post.url)
        decided = decide(post, wishes, known, self.now())
        return list(
            await asyncio.gather(*(self._foreseen(one, known.by_target.get(one.target), protocols) for one in decided))
        )

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
        try:
            async with self._turns.take(delivery.target):
                outcome = await self._attempt(delivery, _usable(delivery, protocols))
        except TooBusy as busy:
            outcome = what_failed(busy, "The page")
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
            said = await self._citation_of(protocol, delivery.source)
            response = await self._patiently(protocol.build_request(endpoint, ping, said), PATIENCE_TO_TELL)
        except FetchError as error:
            return what_failed(error, "The endpoint")
        try:
            return what_they_said(protocol.parse_response(response), response, removed=delivery.removed)
        except BadReply as error:
            return what_they_said(error, response)

    async def _patiently(self, request: Request, patience: float = PATIENCE) -> Page:
        """Fetch, waiting a little when our own politeness towards the host says so."""
        waited = 0.0
        while True:
            try:
                return await self.fetch(request)
            except TooBusy as busy:
                wait = next_wait(busy, waited, patience)
                if wait is None:
                    raise
            waited += wait
            await asyncio.sleep(wait)

    async def _foreseen(self, after: Delivery, before: Delivery | None, protocols: Sequence[Protocol]) -> Delivery:
        """Return a delivery as a dry run shows it: what would be sent now is looked up, and called planned."""
        if after == before or after.next_try_at is None or after.next_try_at > self.now():
            return before or after
        planned = replace(after, status=DeliveryStatus.PLANNED, protocol=None, endpoint=None, next_try_at=None)
        try:
            page = await self._patiently(get(after.target))
        except FetchError as error:
            return replace(planned, message=f"The page could not be read: {error}")
        planned = replace(planned, http_status=page.status)
        if trouble := what_the_page_said(page):
            return replace(planned, status=_foretold(trouble.status), message=trouble.message)
        offer = discover(page, _usable(after, protocols), strict=self.strict)
        if offer is None:
            return replace(planned, status=DeliveryStatus.NO_ENDPOINT, message=no_endpoint(page).message)
        return replace(planned, protocol=offer.protocol, endpoint=offer.url)

    async def _was_told(self, source: str) -> bool:
        return bool(await self.database.read(deliveries.of, source))

    async def _wishes(self, post: Post, targets: Sequence[str] = ()) -> Wishes:
        """Say of each link why it is not told, if so."""
        site = await self.sites.of(post.url)
        wanted = {link.url: self._why_not(link, post, site) for link in post.links}
        return Wishes(wanted, frozenset(map(urls.normalize, targets)))

    def _why_not(self, link: Link, post: Post, site: Site | None) -> str:
        if link.muted:
            return MUTED
        if not self.nofollow and "nofollow" in link.rel:
            return NOFOLLOW
        if self.own_links or (site and site.self_pings):
            return ""
        home = site.url if site else urls.parse(post.url).origin + "/"
        return SELF_PING if urls.same_site(link.url, home) else ""

    async def _citation_of(self, protocol: Protocol, source: str) -> Citation:
        """Return what is told of a post: TrackBack alone tells anything, so only for it a post is read again."""
        if protocol.NAME == trackback.NAME and source not in self._said:
            try:
                await self.read(source)
            except NoSource:
                return Citation()
        return self._said.get(source, Citation())

    def _remembered(self, post: Post) -> Post:
        self._said[post.url] = post.citation
        if len(self._said) > POSTS_KNOWN:
            del self._said[next(iter(self._said))]
        return post


def _usable(delivery: Delivery, protocols: Sequence[Protocol]) -> list[Protocol]:
    """Return the protocols that can say what is owed: of a removed link, not all can."""
    return [one for one in protocols if not delivery.removed or one.NAME in TOLD_OF_REMOVALS]


def _foretold(status: DeliveryStatus) -> DeliveryStatus:
    """Return what a dry run calls a page that is in the way: it is tried all the same, or there is nobody to tell."""
    return DeliveryStatus.PLANNED if status is DeliveryStatus.WAITING else DeliveryStatus.NO_ENDPOINT
