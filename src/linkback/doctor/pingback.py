"""What a page says of pingback, and whether its endpoint answers as one.

Pure: a page in, findings out. Ids are those of docs/reference/conformance.md.
Spec: Pingback 1.0, section 2: https://www.hixie.ch/specs/pingback/pingback
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import islice

from linkback.core.errors import BadReply, BadURL
from linkback.core.linkheader import read_links
from linkback.core.model import Request, Response, first_header
from linkback.core.protocols import pingback, xmlrpc
from linkback.core.urls import parse
from linkback.doctor.findings import Finding, doubtful, good, wrong
from linkback.doctor.subject import MOST, Comment, Offer, Subject, Tag, misspelt, quoted

NAME = pingback.NAME
EARLY = 5 * 1024  # bytes; the document's own example of a client fetches so many (section 5)
PING = "pingback.ping"
HEADER = "x-pingback"
ENOUGH = "<!-- one link to the endpoint is enough -->"

_LINK = re.compile(pingback.LINK.pattern.decode())
_REFERENCE = re.compile(r"&#?\w+;")
_AWKWARD = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Match:
    """A match of the expression of section 2.3: a tag, or the same characters in a comment or elsewhere."""

    written: str
    href: str
    start: int
    tag: Tag | None
    comment: Comment | None

    @property
    def is_live(self) -> bool:
        """Tell whether it is an element of the page."""
        return self.tag is not None and not self.tag.inert


def spelled(url: str, target: str, *, header: bool) -> str:
    """Return the line that advertises an endpoint."""
    (name, value), html = pingback.advertise(url, target)
    return f"{name}: {value}" if header else html


def advised(subject: Subject) -> str:
    """Return the endpoint that a page without one should name."""
    return subject.advice.endpoint(NAME)


def offers(subject: Subject) -> Iterator[Offer]:
    """Return every place where the page names an endpoint, in the order in which they count."""
    for value in subject.lines(HEADER):
        if url := _absolute(value):
            yield Offer(NAME, url, "header", f"X-Pingback: {value}")
    exact: set[int] = set()
    for place, match in enumerate(_matches(subject)):
        # The expression knows no comments, so the very first match counts wherever it stands.
        if (match.is_live or place == 0) and (url := _absolute(_expanded(match.href))):
            exact.add(match.start)
            yield Offer(NAME, url, "link", match.written)
    for tag in subject.links(NAME):
        href = tag.attributes.get("href")
        if href is not None and tag.start not in exact and (url := subject.address(href)):
            yield Offer(NAME, url, "lenient", tag.written)


def findings(subject: Subject) -> Iterator[Finding]:
    """Return what is to be said of the page, point by point."""
    found = [finding for check in CHECKS for finding in islice(check(subject), MOST)]
    # Whatever was found tells why the page takes none.
    yield from found or _absent(subject)


def probe(endpoint: str, page: str) -> Request:
    """Ask which methods there are; nothing comes of it."""
    return Request("POST", endpoint, (("content-type", "text/xml"),), xmlrpc.write_call("system.listMethods", ()))


def answered(response: Response) -> tuple[Callable[..., Finding], str]:
    """Return the level, as the function that makes the finding, and the sentence for an answer."""
    try:
        value = xmlrpc.read_response(response.body, first_header(response.headers, "content-type"))
    except BadReply as error:
        return wrong, f"It does not answer a call as XML-RPC asks: {error} No pingback can come in."
    if isinstance(value, xmlrpc.Fault):
        return (
            doubtful,
            f"It speaks XML-RPC, and does not tell its methods (fault {value.code}): whether pingback "
            "is one of them shows only when somebody pings.",
        )
    if isinstance(value, list) and PING in value:
        return good, f"It speaks XML-RPC and knows {PING}."
    return wrong, f"It speaks XML-RPC and does not know {PING}, so every pingback ends with a fault."


def _offered(subject: Subject) -> Iterator[Finding]:
    offer = pingback.discover(subject.page)
    if offer:
        yield good(NAME, f"Pingbacks go to {offer.url}, as {_WHERE[offer.found_in]} says.")


def _absent(subject: Subject) -> Iterator[Finding]:
    if subject.offers_anything:
        words = "The page takes no pingbacks. WordPress and older blogs speak nothing else."
        yield doubtful(NAME, words, spelled(advised(subject), subject.page.url, header=not subject.is_html))


_WHERE = {"header": "the X-Pingback header", "link": "the element", "lenient": "an element"}


def _headers(subject: Subject) -> Iterator[Finding]:
    """PB-R5: at most one header. PB-R4: its value is absolute."""
    values = subject.lines(HEADER)
    if len(values) > 1:
        same = len(set(values)) == 1
        first = next(filter(None, map(_absolute, values)), None) or advised(subject)
        words = f"There are {len(values)} X-Pingback headers, and at most one is allowed. "
        words += "They say the same." if same else "They differ, and programs do not agree on which one counts."
        yield (doubtful if same else wrong)("X-Pingback count", words, _header(first))
    for value in values:
        if _absolute(value) is None:
            words = (
                f"The X-Pingback header says “{quoted(value)}”. It must be a whole address, with http:// or https://."
            )
            yield wrong("X-Pingback address", words, _header(subject.address(value) or advised(subject)))
        elif len(values) == 1:
            yield good("X-Pingback address", "There is one X-Pingback header, and its address is whole.")


def _link_header(subject: Subject) -> Iterator[Finding]:
    """PB-R7: pingback has a header of its own."""
    for line in subject.lines("link"):
        for link in read_links((("link", line),)):
            if NAME in link.rels:
                words = "A Link header offers pingback. No program looks there: pingback has a header of its own."
                url = subject.address(link.target) or advised(subject)
                yield wrong("pingback in Link", words, _header(url), f"Link: {line}")


def _element(subject: Subject) -> Iterator[Finding]:
    """PB-R8, PB-R10: the element has exactly one form."""
    matches = [match for match in _matches(subject) if match.is_live]
    if matches and _absolute(_expanded(matches[0].href)):
        yield good("pingback element", "The element has the exact form that every program finds.")
        return
    tag = next((tag for tag in subject.links(NAME) if "href" in tag.attributes), None)
    if tag is None:
        yield from _without_address(subject)
        return
    words = (
        f"Only lenient programs find the element, since {_why_lenient(subject, tag)}. Others look for one exact text."
    )
    mend = _line(_told(subject) or advised(subject), subject)
    yield doubtful("pingback element", words, mend, _replaceable(tag.written))


def _replaceable(written: str) -> str:
    """Return what a `<link>` can stand in place of: not an `<a>`, which has a text and an end."""
    return "" if written[:3].lower() in ("<a ", "<a\n") else written


def _without_address(subject: Subject) -> Iterator[Finding]:
    for tag in subject.links(NAME):
        words = 'An element says rel="pingback" and has no href, so it leads nowhere.'
        yield wrong("pingback element", words, _line(_told(subject) or advised(subject), subject), tag.written)


def _agreement(subject: Subject) -> Iterator[Finding]:
    """PB-R6: header and element say the same."""
    told = next(filter(None, map(_absolute, subject.lines(HEADER))), None)
    element = next((offer for offer in offers(subject) if not offer.in_header), None)
    if told is None or element is None:
        return
    if told == element.url:
        yield good("header and element", "Header and element name the same endpoint.")
        return
    words = f"The header names {told}, and the element {element.url}. The header counts; who cannot "
    words += "see headers asks in vain."
    yield doubtful("header and element", words, _line(told, subject), _replaceable(element.written))


def _characters(subject: Subject) -> Iterator[Finding]:
    """PB-R11: no entities but four, and everything awkward as %xx."""
    match = next((match for match in _matches(subject) if match.is_live), None)
    if match is None:
        return
    foreign = [entity for entity in _REFERENCE.findall(match.href) if entity not in pingback.ENTITIES]
    mend = _line(unescape(match.href), subject)
    if foreign:
        words = f"The element's address holds {foreign[0]}. Only &amp; &lt; &gt; &quot; are expanded, "
        words += "so programs ask for a wrong address."
        yield wrong("pingback characters", words, mend, match.written)
    elif _AWKWARD.search(match.href):
        words = "The element's address holds characters that have to be written as %xx."
        yield doubtful("pingback characters", words, mend, match.written)


def _further(subject: Subject) -> Iterator[Finding]:
    """PB-R9: nothing else in the page looks like the element, comments and sample code not excepted."""
    matches = _matches(subject)
    kept = next((match for match in matches if match.is_live), None)
    for match in matches:
        if match is kept:
            continue
        before = kept is None or match.start < kept.start
        tell = wrong if before and (kept is None or match.href != kept.href) else doubtful
        words = f"{_place_of(match)} looks like the element. Programs search the bare text and take the first"
        words += ", which is this one." if before else "; a page must hold only one."
        yield tell("pingback look-alike", words, *_undone(match, subject, kept))


def _undone(match: Match, subject: Subject, kept: Match | None) -> tuple[str, str]:
    """Return what to write in place of a look-alike, and what stands there now."""
    if match.is_live:
        return ENOUGH, match.written
    around = match.comment.written if match.comment else _line_until(subject.text, match)
    if kept is None and match.comment and _absolute(_expanded(match.href)):
        return _line(_expanded(match.href), subject), around
    return around.replace("<link", "&lt;link"), around


def _line_until(text: str, match: Match) -> str:
    begins = text.rfind("\n", 0, match.start) + 1
    return text[max(begins, match.start - 40) : match.start + len(match.written)]


def _place_of(match: Match) -> str:
    if match.is_live:
        return "A further element"
    return "A text in a comment" if match.comment else "A text in a script, a template or a sample"


def _early(subject: Subject) -> Iterator[Finding]:
    """PB-R12: the element stands early, where it is found by who reads no more than the beginning (PB-C10)."""
    match = next((match for match in _matches(subject) if match.is_live), None)
    url = match and _absolute(_expanded(match.href))
    if match is None or not url or subject.lines(HEADER):
        return
    before = len(subject.text[: match.start].encode())
    late = before > EARLY or (match.tag is not None and match.tag.in_body)
    if not late:
        yield good("pingback place", f"The element stands early: {before} bytes come before it.")
        return
    where = f"behind {before // 1024} KB of the page" if before > EARLY else "behind the head of the page"
    words = f"The element stands {where}. Some programs read only the beginning; a header comes before all of it."
    yield doubtful("pingback place", words, _header(url))


def _misspelt(subject: Subject) -> Iterator[Finding]:
    found = pingback.discover(subject.page) is not None
    return misspelt(subject, NAME, partial(_line, subject=subject), advised(subject), found=found)


def _matches(subject: Subject) -> list[Match]:
    tags = {tag.start: tag for tag in subject.tags}
    return [
        Match(found[0], found[1], found.start(), tags.get(found.start()), subject.comment_at(found.start()))
        for found in islice(_LINK.finditer(subject.text), MOST)
    ]


def _why_lenient(subject: Subject, tag: Tag) -> str:
    href = tag.attributes.get("href", "")
    return next(words for words, holds in WHY if holds(tag, href))


WHY: tuple[tuple[str, Callable[[Tag, str], bool]], ...] = (
    ("it is an <a> and not a <link>", lambda tag, href: tag.name == "a"),
    ("its address is not whole", lambda tag, href: _absolute(href) is None),
    ("its rel has other words too", lambda tag, href: len(tag.rels) > 1),
    ("rel and href are not in double quotes", lambda tag, href: tag.written.count('"') < 4),
    ("rel does not come right after <link", lambda tag, href: not tag.written.startswith('<link rel="')),
    ("it is not written to the letter", lambda tag, href: True),
)


def _told(subject: Subject) -> str | None:
    """Return the endpoint that counts now, or would if it were written well."""
    offer = pingback.discover(subject.page)
    return offer.url if offer else None


def _absolute(text: str) -> str | None:
    try:
        return parse(text.strip()).href
    except BadURL:
        return None


def _expanded(href: str) -> str:
    return pingback.ENTITY.sub(lambda entity: pingback.ENTITIES[entity[0]], href)


def _line(url: str, subject: Subject) -> str:
    return spelled(url, subject.page.url, header=False)


def _header(url: str) -> str:
    return spelled(url, "", header=True)


CHECKS = (_offered, _headers, _link_header, _element, _agreement, _characters, _further, _early, _misspelt)
