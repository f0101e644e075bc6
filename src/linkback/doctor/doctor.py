"""The verb check: look at a page as a sender would, ask its endpoints harmlessly, and say what is to be mended."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from linkback.core.errors import FetchError, Forbidden
from linkback.core.model import Endpoint, Page
from linkback.doctor import endpoint, own, page, subject
from linkback.doctor.findings import Finding, Level, doubtful, good, wrong
from linkback.doctor.own import OwnServer
from linkback.doctor.protocol import EXAMINERS, Examiner, open_on_encrypted, place_of, used
from linkback.doctor.subject import Advice, Offer, Subject
from linkback.fetch import Fetch, get

NO_ADVICE = Advice()
IsPublic = Callable[[str], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of a check: `url` is what was asked for, and the findings in the order of the points."""

    url: str
    findings: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """Return how many findings have a level."""
        return sum(finding.level is level for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page accepts: every offer in the order of preference.

    `used` are those that a sender would use, one for each protocol; it uses the first of them.
    """

    url: str
    page: str
    redirects: tuple[str, ...]
    used: tuple[Endpoint, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Doctor:
    """Examines pages: one GET for the page, and one POST for each endpoint that a sender would use, all at once.

    `is_public` tells whether the host of an address is reached from everywhere (None: there is no such
    host). Every wait is bounded by the door's deadline: a check ends within two of these.
    """

    fetch: Fetch
    is_public: IsPublic
    advice: Advice = NO_ADVICE

    async def check(self, url: str, server: OwnServer | None = None) -> Examination:
        """Examine a page and its endpoints; whatever is in the way is a finding, and nothing is raised for it."""
        try:
            fetched = await self.fetch(get(url))
        except FetchError as error:
            return Examination(url, (await self._unreachable(url, error),))
        read = subject.read(fetched, self.advice)
        findings = [*page.findings(read), await self._where(fetched)]
        if page.is_there(fetched):
            findings += [*_said(read), *await self._endpoints(read)]
            findings += own.findings(read, server) if server else ()
        return Examination(url, tuple(dict.fromkeys(findings)))  # a page may hold the same line a hundred times

    async def discover(self, url: str, *, strict: bool = False) -> Discovery:
        """Return what a page accepts, raw; strict leaves out what only lenient programs find. Raises FetchError."""
        fetched = await self.fetch(get(url))
        read = subject.read(fetched, self.advice)
        offers = (offer for examiner in EXAMINERS for offer in examiner.offers(read))
        counted = tuple(offer for offer in offers if not (strict and offer.found_in == "lenient"))
        first = tuple(endpoint for _, endpoint in used(fetched, strict=strict))
        return Discovery(url, fetched.url, fetched.redirects, first, counted)

    async def _unreachable(self, url: str, error: FetchError) -> Finding:
        if isinstance(error, Forbidden) and await self.is_public(url) is not True:
            return wrong("page", f"The world cannot reach the page. {error}")
        return wrong("page", f"The page cannot be fetched. {error}")

    async def _where(self, fetched: Page) -> Finding:
        if await self.is_public(fetched.url) is False:
            words = "The page is not on a public address. It is reached from here only because network.allow opens it."
            return doubtful("address", words)
        return good("address", "The page is on a public address.")

    async def _endpoints(self, read: Subject) -> list[Finding]:
        found = used(read.page)
        probed = await asyncio.gather(*(self._probe(examiner, read, offer.url) for examiner, offer in found))
        pairs = zip(found, probed, strict=True)
        return [finding for (one, _), result in pairs for finding in endpoint.findings(one, read, result)]

    async def _probe(self, examiner: Examiner, read: Subject, url: str) -> endpoint.Probed:
        offer = place_of(examiner, read, url)
        answer, is_public = await asyncio.gather(self._ask(examiner, read, url), self.is_public(url))
        return endpoint.Probed(offer, answer, is_public)

    async def _ask(self, examiner: Examiner, read: Subject, url: str) -> Page | FetchError:
        try:
            return await self.fetch(examiner.probe(url, read.page.url))
        except FetchError as error:
            return error


def _said(read: Subject) -> Iterator[Finding]:
    yield from page.offers(read)
    for examiner in EXAMINERS:
        yield from examiner.findings(read)
    yield from open_on_encrypted(read)
