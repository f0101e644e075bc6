"""The shape that the doctor's three protocol modules share, and what is asked of all of them alike."""

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Protocol as Shape

from linkback.core.linkheader import header_safe
from linkback.core.model import Endpoint, Page, Request, Response
from linkback.core.protocols import PROTOCOLS
from linkback.core.urls import parse
from linkback.doctor import pingback, trackback, webmention
from linkback.doctor.findings import Finding, doubtful
from linkback.doctor.subject import Offer, Subject


class Examiner(Shape):
    """What the doctor knows of a protocol. All of it is pure."""

    NAME: str

    def spelled(self, url: str, target: str, *, header: bool) -> str:
        """Return the line that advertises an endpoint for a page."""

    def advised(self, subject: Subject) -> str:
        """Return the endpoint that a page without one should name."""

    def offers(self, subject: Subject) -> Iterable[Offer]:
        """Return every place where the page names an endpoint, in the order in which they count."""

    def findings(self, subject: Subject) -> Iterable[Finding]:
        """Return what is to be said of the page, point by point."""

    def probe(self, endpoint: str, page: str) -> Request:
        """Return a request that tells whether an endpoint is one, and leaves nothing behind."""

    def answered(self, response: Response) -> tuple[Callable[..., Finding], str]:
        """Return the level, as the function that makes the finding, and the sentence for an answer to the probe."""


EXAMINERS: tuple[Examiner, ...] = (webmention, pingback, trackback)


def used(page: Page, *, strict: bool = False) -> tuple[tuple[Examiner, Endpoint], ...]:
    """Return the endpoint of each protocol that senders would use."""
    pairs = zip(EXAMINERS, PROTOCOLS, strict=True)
    found = ((examiner, protocol.discover(page, strict=strict)) for examiner, protocol in pairs)
    return tuple((examiner, endpoint) for examiner, endpoint in found if endpoint)


def place_of(examiner: Examiner, subject: Subject, url: str) -> Offer:
    """Return where the page names an endpoint that it uses."""
    found = (offer for offer in examiner.offers(subject) if offer.url == url)
    return next(found, Offer(examiner.NAME, url, "link" if subject.is_html else "header", ""))


def changed(examiner: Examiner, subject: Subject, offer: Offer, url: str) -> tuple[str, str]:
    """Return the line that names another endpoint instead, and what it replaces; nothing where that is the same."""
    line = examiner.spelled(url, subject.page.url, header=offer.in_header)
    if offer.found_in == "anchor":  # its text and its end stay where they are
        line = f'<a rel="{examiner.NAME}" href="{escape(header_safe(url))}">'
    return ("", "") if line == offer.written else (line, offer.written)


def open_on_encrypted(subject: Subject) -> Iterator[Finding]:
    """Say which endpoints an encrypted page names by an address that is not."""
    if parse(subject.page.url).scheme != "https":
        return
    for examiner in EXAMINERS:
        for offer in examiner.offers(subject):
            if offer.url.startswith("http:"):
                words = f"The page is encrypted, and names {offer.url}, which is not: on the way, "
                words += "pings can be read and changed."
                yield doubtful(
                    f"{examiner.NAME} https", words, *changed(examiner, subject, offer, _encrypted(offer.url))
                )


def _encrypted(url: str) -> str:
    return "https:" + url.removeprefix("http:")
