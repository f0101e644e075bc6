"""What a page says of Webmention, and whether its endpoint answers as one.

Pure: a page in, findings out. Ids are those of docs/reference/conformance.md.
Spec: https://www.w3.org/TR/webmention/#sender-discovers-receiver-webmention-endpoint
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from itertools import islice

from linkback.core.linkheader import header_safe, is_of, read_links
from linkback.core.model import Request, Response
from linkback.core.protocols import forms, webmention
from linkback.doctor.findings import Finding, doubtful, good, wrong
from linkback.doctor.subject import MOST, Offer, Subject, Tag, misspelt, names_in_comment, quoted

NAME = webmention.NAME

_WHOLE = re.compile(r"https?://", re.IGNORECASE)


def spelled(url: str, target: str, *, header: bool) -> str:
    """Return the line that advertises an endpoint."""
    (name, value), html = webmention.advertise(url, target)
    return f"{name}: {value}" if header else html


def advised(subject: Subject) -> str:
    """Return the endpoint that a page without one should name."""
    return subject.advice.endpoint(NAME)


def offers(subject: Subject) -> Iterator[Offer]:
    """Return every place where the page names an endpoint, in the order in which they count."""
    for line in subject.lines("link"):
        for link in read_links((("link", line),)):
            url = subject.address(link.target) if NAME in link.rels and is_of(link, subject.page.url) else None
            if url:
                yield Offer(NAME, url, "header", f"Link: {line}")
    for tag in subject.links(NAME):
        url = subject.address(tag.attributes["href"]) if "href" in tag.attributes else None
        if url:
            yield Offer(NAME, url, "link" if tag.name == "link" else "anchor", tag.written)


def findings(subject: Subject) -> Iterator[Finding]:
    """Return what is to be said of the page, point by point."""
    found = [finding for check in CHECKS for finding in islice(check(subject), MOST)]
    # Whatever was found tells why the page takes none.
    yield from found or _absent(subject)


def probe(endpoint: str, page: str) -> Request:
    """Send a page as source and as target, which every receiver must refuse (section 3.2.1)."""
    body = forms.write_form((("source", page), ("target", page)))
    return Request("POST", endpoint, (("content-type", forms.MEDIA_TYPE), ("accept", webmention.ACCEPT)), body)


def answered(response: Response) -> tuple[Callable[..., Finding], str]:
    """Return the level, as the function that makes the finding, and the sentence for an answer."""
    status = response.status
    if status == 400:
        return good, "It refuses a webmention that nobody may take, with status 400 as the protocol asks."
    if 200 <= status < 300:
        return (
            doubtful,
            f"It takes (status {status}) a webmention whose source is its target, which must be "
            "refused: it seems to take anything.",
        )
    if 400 <= status < 500:
        return (
            doubtful,
            f"It refuses with status {status} what must be refused with 400; it may refuse good webmentions too.",
        )
    return wrong, f"It answers with status {status}, which is no answer to a webmention."


def _offered(subject: Subject) -> Iterator[Finding]:
    offer = webmention.discover(subject.page)
    if offer:
        yield good(NAME, f"Webmentions go to {offer.url}, as {_WHERE[offer.found_in]} says.")


def _absent(subject: Subject) -> Iterator[Finding]:
    if subject.offers_anything:
        words = "The page takes no webmentions. It is what most blogs and services speak today."
        yield doubtful(NAME, words, spelled(advised(subject), subject.page.url, header=not subject.is_html))


_WHERE = {"header": "the Link header", "link": "the <link> element", "anchor": "the <a> element"}


def _several(subject: Subject) -> Iterator[Finding]:
    """WM-S5: the first one counts, a header before all elements.

    Two that differ by http and https only are no matter of this: the one that is not encrypted is mended as such.
    """
    every = list(offers(subject))
    if not every:
        return
    first = every[0]
    losers = [offer for offer in every if _WHOLE.sub("", offer.url) != _WHOLE.sub("", first.url)]
    for loser in losers:
        words = f"{_what(loser)} names {quoted(loser.url)} and is never used: {first.url} wins, since "
        words += (
            "a header counts before elements." if first.in_header and not loser.in_header else "the first one counts."
        )
        header = loser.in_header
        mend = spelled(first.url, "", header=True) if header else _rewritten(loser.written, first.url)
        yield doubtful("webmention count", words, mend, loser.written)
    if len(every) > 1 and all(offer.url == first.url for offer in every):
        yield good("webmention count", f"It is said {len(every)} times, and always the same.")


def _addresses(subject: Subject) -> Iterator[Finding]:
    """WM-S6: an element without href is passed over, and an empty one means the page itself."""
    offer = webmention.discover(subject.page)
    for tag in subject.links(NAME):
        href = tag.attributes.get("href")
        if href is None:
            tell = doubtful if offer else wrong
            words = f"An element (<{tag.name}>) has no href and is passed over."
            yield tell("webmention address", words, _rewritten(tag.written, _best(subject)), tag.written)
            continue
        yield from _address(subject, tag, href, offer.url if offer else None)


def _address(subject: Subject, tag: Tag, href: str, used: str | None) -> Iterator[Finding]:
    url = subject.address(href)
    if url is not None and url != used:
        return  # it is to be replaced by the one that is used, as _several says
    if url is None:
        tell, words = (doubtful if used else wrong), f"An element names “{quoted(href)}”, which is no web address."
    elif not href.strip():
        tell, words = (
            doubtful,
            "An empty href means the page itself: webmentions are posted to it, which few pages expect.",
        )
    elif not _WHOLE.match(href.strip()):
        tell, words = (
            doubtful,
            "The address is relative. That is allowed, and simple programs take it wrongly, above "
            "all after a redirect.",
        )
    else:
        return
    target = advised(subject) if url is None or not href.strip() else url
    yield tell("webmention address", words, _rewritten(tag.written, target), tag.written)


def _header_addresses(subject: Subject) -> Iterator[Finding]:
    for line in subject.lines("link"):
        for link in read_links((("link", line),)):
            if NAME not in link.rels or not is_of(link, subject.page.url) or _WHOLE.match(link.target):
                continue
            url = subject.address(link.target)
            words = "The address in the Link header is relative. That is allowed, and simple programs take it wrongly."
            if not url or not link.target:
                words = f"The Link header names “{quoted(link.target)}”, which is no endpoint."
            mend = spelled(url if url and link.target else advised(subject), "", header=True)
            yield (doubtful if url else wrong)("webmention header address", words, mend, f"Link: {line}")


def _hidden(subject: Subject) -> Iterator[Finding]:
    """WM-S5: what stands in a comment or a template is not said."""
    if webmention.discover(subject.page):
        return
    for comment in subject.comments:
        if names_in_comment(comment, NAME):
            words = "The endpoint is named in a comment only, where no program looks."
            yield wrong("webmention hidden", words, spelled(_best(subject), "", header=False), comment.written)
    if any(tag.inert and NAME in tag.rels for tag in subject.tags):
        words = "The endpoint is named inside of a <template> only, where no program looks."
        yield wrong("webmention hidden", words, spelled(_best(subject), "", header=False))


def _misspelt(subject: Subject) -> Iterator[Finding]:
    found = webmention.discover(subject.page) is not None
    line = partial(spelled, target="", header=False)
    return misspelt(subject, NAME, line, advised(subject), found=found)


def _best(subject: Subject) -> str:
    offer = webmention.discover(subject.page)
    return offer.url if offer else advised(subject)


def _what(offer: Offer) -> str:
    return {"header": "A Link header", "link": "A <link>", "anchor": "An <a>"}[offer.found_in]


def _rewritten(written: str, url: str) -> str:
    """Return the start of an element with its address replaced, so that an `<a>` stays one around its text."""
    if written[:2].lower() == "<a":
        return f'<a rel="{NAME}" href="{escape(header_safe(url))}">'
    return spelled(url, "", header=False)


CHECKS = (_offered, _several, _addresses, _header_addresses, _hidden, _misspelt)
