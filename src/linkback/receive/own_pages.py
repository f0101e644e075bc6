"""The look at the page that is linked to, on the owner's own site.

A page that does not exist, or that advertises no endpoint of ours, takes no pings: a ping to it
is junk by construction. Whatever else the own site says, or does not say, refuses nothing.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from linkback.core import urls
from linkback.core.errors import BadURL, FetchError, Problem
from linkback.core.model import Page
from linkback.core.protocols import PROTOCOLS
from linkback.fetch import Fetch, get

YES_FOR = 600.0  # seconds that a page which takes pings is taken at its word
NO_FOR = 30.0  # seconds for a no: somebody may be setting the site up right now
MOST_REMEMBERED = 10_000  # pages; about 2 MB


@dataclass(frozen=True, slots=True)
class Look:
    """What the own page says: a problem, or none; `certain` is False when it could not be told."""

    problem: Problem | None = None
    certain: bool = True


UNKNOWN = Look(certain=False)


class OwnPages:
    """Looks at own pages through the door and remembers what they said."""

    def __init__(
        self, fetch: Fetch, ours: Iterable[str], *, required: bool = True, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._ours = frozenset(ours)
        self._required = required
        self._clock = clock
        self._remembered: dict[str, tuple[float, Look]] = {}

    async def look(self, target: str) -> Look:
        """Tell whether the target exists and takes pings; asks the site at most once in ten minutes."""
        page = urls.comparable(target)
        until, look = self._remembered.get(page, (0.0, UNKNOWN))
        if self._clock() < until:
            return look
        look = await self._ask(target)
        if look.certain:
            self._remember(page, look)
        return look

    async def _ask(self, target: str) -> Look:
        try:
            page = await self._fetch(get(target, budget="own"))
        except FetchError:
            return UNKNOWN
        return what_it_says(page, self._ours, required=self._required)

    def _remember(self, page: str, look: Look) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered.pop(page, None)
        self._remembered[page] = (self._clock() + (NO_FOR if look.problem else YES_FOR), look)


def what_it_says(page: Page, ours: Iterable[str], *, required: bool) -> Look:
    """Read the answer of the own site: 404 and 410 mean no page, 2xx without our endpoint means no pings."""
    if page.status in (404, 410):
        return Look(Problem.TARGET_NOT_FOUND)
    if not 200 <= page.status < 300:
        return UNKNOWN
    if required and not advertises(page, ours):
        return Look(Problem.TARGET_NOT_ACCEPTED)
    return Look()


def advertises(page: Page, ours: Iterable[str]) -> bool:
    """Tell whether the page advertises one of our endpoints, by any protocol: same origin, or named in the settings."""
    offers = [offer.url for protocol in PROTOCOLS if (offer := protocol.discover(page))]
    return any(is_ours(offer, ours) for offer in offers)


def is_ours(endpoint: str, ours: Iterable[str]) -> bool:
    """Tell whether an endpoint is one of ours: `ours` are origins ("https://links.example") and whole addresses."""
    try:
        address = urls.parse(endpoint)
    except BadURL:
        return False
    return address.origin in ours or urls.comparable(endpoint) in ours


def our_addresses(public_url: str, endpoints: Iterable[str]) -> frozenset[str]:
    """Return what counts as ours: the origin of public_url, where there is one, and each endpoint that was named."""
    origins = {urls.parse(public_url).origin} if public_url else set()
    return frozenset(origins | set(map(urls.comparable, endpoints)))
