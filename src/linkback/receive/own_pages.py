"""The look at the page that is linked to, on the owner's own site.

A page that does not exist, or that advertises no endpoint of ours, takes no pings: a ping to it
is junk by construction. Whatever else the own site says, or does not say, refuses nothing.
Redirects and rel=canonical tell which page a target is, within its own site only.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from linkback.core import likeness, urls
from linkback.core.errors import BadURL, FetchError, Problem
from linkback.core.likeness import Profile
from linkback.core.model import Page
from linkback.core.pages import document, makeup
from linkback.core.pages.document import Document
from linkback.core.protocols import PROTOCOLS
from linkback.fetch import Fetch, get

YES_FOR = 600.0  # seconds that a page which takes pings is taken at its word
NO_FOR = 30.0  # seconds for a no: somebody may be setting the site up right now
MOST_REMEMBERED = 10_000  # pages; about 2 MB
MOST_PROFILES = 500  # pages whose text is remembered; about 8 MB where all are long
PROOF = "site="  # how the query of an endpoint begins by which somebody proves that a site is theirs


@dataclass(frozen=True, slots=True)
class Look:
    """What the own page says: a problem, or none; `certain` is False when it could not be told.

    `page` is what the site calls the page, empty where that is the address that was asked for. `profile` is
    what its text is compared by, None where it is not known.
    """

    problem: Problem | None = None
    certain: bool = True
    page: str = ""
    profile: Profile | None = None


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
        self._profiled: dict[str, None] = {}

    async def look(self, target: str, site: str) -> Look:
        """Tell whether a page of a site exists and takes pings; asks for it at most once in ten minutes.

        `site` is the base URL of the registered site that the target lies in.
        """
        page = urls.comparable(target)
        until, look = self._remembered.get(page, (0.0, UNKNOWN))
        if self._clock() < until:
            return look
        look = await self._ask(target, site)
        if look.certain:
            self._remember(page, look)
        return look

    async def _ask(self, target: str, site: str) -> Look:
        try:
            page = await self._fetch(get(target, budget="own"))
        except FetchError:
            return UNKNOWN
        look = what_it_says(page, self._ours, required=self._required)
        if look.problem or not look.certain:
            return look
        read = document.read(page)
        return replace(look, page=named(read, target, site), profile=profile_of(read))

    def _remember(self, page: str, look: Look) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered.pop(page, None)
        self._remembered[page] = (self._clock() + (NO_FOR if look.problem else YES_FOR), look)
        self._profiled.pop(page, None)
        if look.profile is not None:
            self._profiled[page] = None
        if len(self._profiled) > MOST_PROFILES:
            self._forget_text(next(iter(self._profiled)))

    def _forget_text(self, page: str) -> None:
        """Remember of a page what it says of pings, but not its text."""
        del self._profiled[page]
        if page in self._remembered:
            until, look = self._remembered[page]
            self._remembered[page] = (until, replace(look, profile=None))


def what_it_says(page: Page, ours: Iterable[str], *, required: bool) -> Look:
    """Read the answer of the own site: 404 and 410 mean no page, 2xx without our endpoint means no pings."""
    if page.status in (404, 410):
        return Look(Problem.TARGET_NOT_FOUND)
    if not 200 <= page.status < 300:
        return UNKNOWN
    if required and not advertises(page, ours):
        return Look(Problem.TARGET_NOT_ACCEPTED)
    return Look()


def profile_of(read: Document) -> Profile:
    """Return what the text of an own page is compared by."""
    return likeness.profile_of(makeup.text_of(read), read.title, read.language)


def named(read: Document, target: str, site: str) -> str:
    """Return what a site calls the page of a target, by its redirects and rel=canonical; empty for what was asked.

    A name on a foreign host says nothing, nor does the home page for a deeper one: templates that name it
    as the canonical page of every other are a well-known mistake, and so are redirects there. Nor does a
    page that stands in for now (302), such as one that says that the site is being mended.
    """
    page = read.page
    if urls.identity(page.url) != urls.identity(page.moved or target):
        return ""
    name = ""
    if page.redirects and may_be_called(page.url, target, site):
        name = page.url
    canonical = read.canonical
    if canonical and may_be_called(canonical, target, site):
        name = canonical
    return name if name and not urls.same_page(name, target) else ""


def may_be_called(name: str, target: str, site: str) -> bool:
    """Tell whether an address is one that a page of the site may go by; a query makes a page of its own."""
    home = urls.identity(site)
    return urls.same_site(name, site) and (urls.identity(name) != home or urls.identity(target) == home)


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
    if address.origin in ours:
        return True
    named = address.href.partition("?")[0] if address.query.startswith(PROOF) else endpoint
    return urls.comparable(named) in ours


def our_addresses(public_url: str, endpoints: Iterable[str]) -> frozenset[str]:
    """Return what counts as ours: the origin of public_url, where there is one, and each endpoint that was named."""
    origins = {urls.parse(public_url).origin} if public_url else set()
    return frozenset(origins | set(map(urls.comparable, endpoints)))
