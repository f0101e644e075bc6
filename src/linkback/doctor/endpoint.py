"""What is to be said of an endpoint: is it reached by the world, safely, and does it answer as its protocol asks.

Pure: what came of the probe goes in, findings come out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from linkback.core.errors import FetchError, Forbidden, TimedOut, TooBusy
from linkback.core.model import Page, first_header
from linkback.core.urls import parse
from linkback.doctor.findings import Finding, doubtful, good, wrong
from linkback.doctor.protocol import Examiner, changed
from linkback.doctor.subject import Offer, Subject
from linkback.fetch.trouble import TLS_TROUBLE

MOVED = {301, 302, 303, 307, 308}
# What a status says whatever the protocol; what is not here is the protocol's to judge.
STATUSES = {
    404: (wrong, "there is nothing there"),
    405: (wrong, "it takes no POST"),
    410: (wrong, "it is gone"),
    429: (doubtful, "it has had enough requests for now, so it cannot be told how it answers"),
}


@dataclass(frozen=True, slots=True)
class Probed:
    """What came of a probe: an answer or the reason why none came; `is_public` is None where it could not be told."""

    offer: Offer
    answer: Page | FetchError
    is_public: bool | None


def findings(examiner: Examiner, subject: Subject, probed: Probed) -> Iterator[Finding]:
    """Return what is to be said of an endpoint, point by point."""
    advised = changed(examiner, subject, probed.offer, examiner.advised(subject))
    yield from _reached(examiner.NAME, probed, advised)
    yield from _encrypted(examiner.NAME, probed, advised)
    if isinstance(probed.answer, FetchError):
        yield from _no_answer(examiner.NAME, probed.answer, advised)
        return
    yield from _redirected(examiner, subject, probed.offer, probed.answer)
    if probed.answer.status not in MOVED:
        yield _judged(examiner, probed.answer, advised)


def _reached(name: str, probed: Probed, advised: tuple[str, str]) -> Iterator[Finding]:
    point = f"{name} address"
    if isinstance(probed.answer, Forbidden) and probed.is_public:
        words = f"The endpoint is not asked: {probed.answer} Many senders go to the usual ports only."
        yield doubtful(point, words, *advised)
    elif isinstance(probed.answer, Forbidden):
        yield wrong(point, f"The world cannot reach the endpoint. {probed.answer}", *advised)
    elif probed.is_public is False:
        words = "The endpoint is not on a public address. It is reached from here only because "
        words += "network.allow opens it; the world cannot reach it."
        yield doubtful(point, words, *advised)
    elif probed.is_public:
        yield good(point, "The endpoint is on a public address.")


def _encrypted(name: str, probed: Probed, advised: tuple[str, str]) -> Iterator[Finding]:
    if parse(probed.offer.url).scheme != "https":
        return
    if not isinstance(probed.answer, FetchError):
        yield good(f"{name} TLS", "The connection to the endpoint is encrypted, and its certificate is right.")
    elif str(probed.answer) in TLS_TROUBLE:
        words = f"{probed.answer} Senders that check it, as all should, give up. Renew the "
        words += "certificate; until then, this names an endpoint without that trouble."
        yield wrong(f"{name} TLS", words, *advised)


def _no_answer(name: str, error: FetchError, advised: tuple[str, str]) -> Iterator[Finding]:
    point = f"{name} endpoint"
    if isinstance(error, Forbidden) or str(error) in TLS_TROUBLE:
        return
    if isinstance(error, TimedOut):
        yield wrong(point, "The endpoint did not answer in time. Senders give up as well.", *advised)
    elif isinstance(error, TooBusy):
        yield doubtful(point, "The endpoint's host was asked too often from here; try again in a minute.", *advised)
    else:
        yield wrong(point, f"The endpoint does not answer. {error}", *advised)


def _redirected(examiner: Examiner, subject: Subject, offer: Offer, page: Page) -> Iterator[Finding]:
    point = f"{examiner.NAME} redirect"
    if page.redirects:
        words = f"The endpoint leads on to {page.url}. Few senders take a POST along."
        yield doubtful(point, words, *changed(examiner, subject, offer, page.url))
    if page.status not in MOVED:
        return
    location = first_header(page.headers, "location") or ""
    onward = subject.address(location) if location else None
    if examiner.NAME == "trackback" and onward == subject.page.url:
        # Some programs, WordPress among them, take whoever brings nothing for a person who wants to read.
        yield good(f"{examiner.NAME} endpoint", "It leads whoever brings nothing to the page, as WordPress does.")
        return
    words = (
        f"The endpoint answers a POST by leading elsewhere (status {page.status}). Senders do not take a POST along."
    )
    yield wrong(point, words, *changed(examiner, subject, offer, onward or examiner.advised(subject)))


def _judged(examiner: Examiner, page: Page, advised: tuple[str, str]) -> Finding:
    tell, words = STATUSES.get(page.status, (None, ""))
    if page.status >= 500:
        tell, words = wrong, "it has trouble of its own"
    if tell is not None:
        return tell(f"{examiner.NAME} endpoint", f"The endpoint answers with status {page.status}: {words}.", *advised)
    tell, sentence = examiner.answered(page)
    return tell(f"{examiner.NAME} endpoint", sentence, *(() if tell is good else advised))
