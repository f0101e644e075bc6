"""What is to be said of a page before any protocol is: does it answer, is it text, where does it lead. Pure."""

from collections.abc import Iterator

from linkback.core.model import Page, first_header
from linkback.core.pages import document
from linkback.core.urls import parse, registrable_domain
from linkback.doctor.findings import Finding, doubtful, good, wrong
from linkback.doctor.protocol import EXAMINERS
from linkback.doctor.subject import Subject


def findings(subject: Subject) -> Iterator[Finding]:
    """Return what is to be said of the page itself, point by point."""
    for check in CHECKS:
        yield from check(subject.page)


def offers(subject: Subject) -> Iterator[Finding]:
    """Say that a page offers nothing, by any protocol."""
    if subject.offers_anything or not is_there(subject.page):
        return
    url, header = subject.page.url, not subject.is_html
    # Of the three, the two that are the same on every page; TrackBack's has the page's address in it.
    lines = [one.spelled(one.advised(subject), url, header=header) for one in EXAMINERS if one.NAME != "trackback"]
    words = "The page says nowhere that it takes pings, so nobody can tell it of a link."
    yield wrong("offers", words, "\n".join(lines))


def is_there(page: Page) -> bool:
    """Tell whether it is a page at all: whatever else a server says, it says of none."""
    return 200 <= page.status < 300


def _answers(page: Page) -> Iterator[Finding]:
    if is_there(page):
        yield good("page", f"The page answers with status {page.status}.")
        return
    words = f"The page answers with status {page.status}. Senders look at pages that answer with 200; "
    words += "the address or the server has to be mended."
    yield wrong("page", words)


def _is_text(page: Page) -> Iterator[Finding]:
    kind = first_header(page.headers, "content-type") or "nothing"
    if document.media_of(page) == document.HTML:
        yield good("type", "The page is HTML, so elements and headers both count.")
    elif document.is_text(page):
        yield good("type", f"The page says that it is {kind}. Elements in it do not count, only headers do.")
    else:
        yield good("type", f"This is no text ({kind}), so only headers can say where pings go.")


def _redirects(page: Page) -> Iterator[Finding]:
    if not page.redirects:
        return
    asked, final = parse(page.redirects[0]), parse(page.url)
    if registrable_domain(asked.host) != registrable_domain(final.host):
        words = f"The address leads to another site, {page.url}. Who links to the first asks there; "
        words += "register both, or tell people the second."
        yield doubtful("redirects", words)
    elif asked.scheme == "http" and final.scheme == "https":
        yield good("redirects", f"The open address leads to the encrypted one, {page.url}.")
    else:
        yield good("redirects", f"The address leads to {page.url}, which senders follow.")


def _encrypted(page: Page) -> Iterator[Finding]:
    if parse(page.url).scheme == "https":
        yield good("TLS", "The connection to the page is encrypted, and its certificate is right.")
        return
    words = "The page comes over an open connection, so what it says of its endpoints can be changed "
    words += "on the way. A certificate and a redirect from http to https mend that."
    yield doubtful("TLS", words)


CHECKS = (_answers, _is_text, _redirects, _encrypted)
