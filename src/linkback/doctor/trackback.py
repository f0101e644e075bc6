"""What a page says of TrackBack, and whether its endpoint answers as one.

Pure: a page in, findings out. Ids are those of docs/reference/conformance.md.
Spec: TrackBack Technical Specification 1.2, "Auto-Discovery of TrackBack Ping URLs"
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

import turbohtml

from linkback.core import linkheader
from linkback.core.errors import BadReply, BadURL
from linkback.core.model import Request, Response
from linkback.core.protocols import trackback
from linkback.core.protocols.trackback import rdf
from linkback.core.urls import identity
from linkback.doctor.findings import Finding, doubtful, good, wrong
from linkback.doctor.subject import MOST, Comment, Offer, Subject, misspelt, quoted

NAME = trackback.NAME
MANY = 1000  # blocks of a page that are looked at; a month of a busy blog has some hundreds

_BLOCK = re.compile(r"<rdf:RDF(?=[\s>])(?:(?!<rdf:RDF[\s>]).)*?</rdf:RDF\s*>", re.DOTALL)
_BEGINS = re.compile(r"<rdf:(?:RDF|Description)(?=[\s>])")
IDENTIFIER, PING = "dc:identifier", "trackback:ping"
ENOUGH = "<!-- one RDF block is enough -->"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of RDF, and what has to be replaced to replace it: its comment, or itself where that holds others too."""

    text: str
    around: str
    start: int
    in_comment: bool

    def fitting(self, html: str) -> str:
        """Return markup as it can stand in place of the block: without the marks of a comment inside of one."""
        inside = self.in_comment and self.around == self.text
        return html.removeprefix("<!--").removesuffix("-->").strip() if inside else html


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a block: the page that it is of and where trackbacks go, as written."""

    identifier: str
    ping: str
    block: Block


def spelled(url: str, target: str, *, header: bool) -> str:
    """Return what advertises an endpoint, the page's own address in it already: one header, or the block."""
    if header:
        return f"Link: {linkheader.write_link(url, NAME)}"
    return rdf.write(linkheader.header_safe(url), linkheader.header_safe(target))


def advised(subject: Subject) -> str:
    """Return the endpoint that a page without one should name."""
    return f"{subject.advice.endpoint(NAME)}?for={quote(subject.page.url, safe='')}"


def offers(subject: Subject) -> Iterator[Offer]:
    """Return every place where the page names an endpoint for itself, in the order in which they count."""
    if url := rdf.find(subject.page):
        mine = next((entry for entry in _entries(subject) if subject.address(entry.ping) == url), None)
        yield Offer(NAME, url, "rdf", mine.block.around if mine else "")
    for line in subject.lines("link"):
        for link in linkheader.read_links((("link", line),)):
            if NAME in link.rels and linkheader.is_of(link, subject.page.url) and (url := subject.address(link.target)):
                yield Offer(NAME, url, "header", f"Link: {line}")
    for tag in subject.links(NAME):
        if "href" in tag.attributes and (url := subject.address(tag.attributes["href"])):
            yield Offer(NAME, url, "link" if tag.name == "link" else "anchor", tag.written)


def findings(subject: Subject) -> Iterator[Finding]:
    """Return what is to be said of the page, point by point."""
    found = [finding for check in CHECKS for finding in islice(check(subject), MOST)]
    # Whatever was found tells why the page takes none.
    yield from found or _absent(subject)


def probe(endpoint: str, page: str) -> Request:
    """Send a form without the one field that must be there, url."""
    return Request("POST", endpoint, (("content-type", trackback.REQUEST_TYPE),), b"")


def answered(response: Response) -> tuple[Callable[..., Finding], str]:
    """Return the level, as the function that makes the finding, and the sentence for an answer."""
    try:
        reply = trackback.parse_response(response)
    except BadReply as error:
        return wrong, f"It does not answer as TrackBack asks: {error} Senders take that for a failure."
    if reply.ok:
        return doubtful, "It takes a trackback that names no page: it seems to take anything."
    return good, "It refuses a trackback that names no page, in the form that the protocol asks for."


def _offered(subject: Subject) -> Iterator[Finding]:
    offer = trackback.discover(subject.page)
    if offer:
        yield good(NAME, f"Trackbacks go to {offer.url}, as {_WHERE[offer.found_in]} says.")


def _absent(subject: Subject) -> Iterator[Finding]:
    if subject.offers_anything:
        words = "The page takes no trackbacks. Few programs speak nothing else; this would let them in."
        yield good(NAME, words, _fresh(subject, advised(subject)))


_WHERE = {
    "rdf": "the RDF block",
    "header": "the Link header",
    "link": "the <link> element",
    "anchor": "the <a> element",
}


def _well_formed(subject: Subject) -> Iterator[Finding]:
    """TB-C1, TB-C3: the block is XML, and names both the page and the endpoint."""
    works = rdf.find(subject.page) is not None
    read = [(block, *_read(block)) for block in _blocks(subject)]
    for block, entries, problem in read:
        lacking = next((f"it lacks {name}" for entry in entries for name in _lacking(entry)), "")
        if not problem and not lacking:
            continue
        words = f"The RDF block cannot be read: {problem or lacking}. Programs pass it over."
        if problem and works:
            words = f"The RDF block is no XML: {problem}. Programs that read it as XML pass it over."
        mend = block.fitting(_fresh(subject, _told(subject)))
        yield (doubtful if works else wrong)("RDF block", words, mend, block.around)
    if works and not any(problem for _, _, problem in read):
        yield good("RDF block", "The RDF block is well formed.")


def _identity(subject: Subject) -> Iterator[Finding]:
    """TB-C2: one of the blocks is of this page."""
    entries = list(_entries(subject))
    if not entries or any(_is_of(subject, entry) for entry in entries):
        return
    first = entries[0]
    words = f"The RDF block is of {quoted(first.identifier) or 'no page'}, and this page is {subject.page.url}. "
    words += "Programs take only the block of the page that they link to."
    ping = subject.address(first.ping) or advised(subject)
    yield wrong("RDF identifier", words, first.block.fitting(_fresh(subject, ping)), first.block.around)


def _several(subject: Subject) -> Iterator[Finding]:
    """TB-C1: one block for each entry."""
    mine = [entry for entry in _entries(subject) if _is_of(subject, entry)]
    for entry in mine[1:]:
        same = entry.ping == mine[0].ping
        words = "Two RDF blocks are of this page" + (". One is enough." if same else ", and name different endpoints.")
        shared = entry.block == mine[0].block
        mend = _fresh(subject, subject.address(mine[0].ping) or advised(subject)) if shared else ENOUGH
        tell = doubtful if same else wrong
        yield tell("RDF count", words, entry.block.fitting(mend), entry.block.around)


def _in_comment(subject: Subject) -> Iterator[Finding]:
    """TB-C1: the block is no HTML, so it hides in a comment."""
    for block in _blocks(subject):
        if not block.in_comment:
            words = "The RDF block does not stand in a comment. It is no HTML: validators complain, and it can show."
            hidden = f"<!--\n{block.text.replace('--', '-&#45;')}\n-->"
            yield doubtful("RDF comment", words, hidden, block.text)


def _agreement(subject: Subject) -> Iterator[Finding]:
    """TB-C4: the link says what the block says."""
    every = list(offers(subject))
    for offer in every[1:]:
        if offer.url != every[0].url:
            words = f"{every[0].url} is used, and another place names {quoted(offer.url)}. Programs "
            words += "do not agree on which one counts."
            header = offer.in_header
            mend = spelled(every[0].url, "", header=True) if header else _link(every[0].url)
            yield doubtful("trackback agreement", words, mend, offer.written)


def _misspelt(subject: Subject) -> Iterator[Finding]:
    found = trackback.discover(subject.page) is not None
    return misspelt(subject, NAME, _link, advised(subject), found=found)


def _entries(subject: Subject) -> Iterator[Entry]:
    for block in _blocks(subject):
        yield from _read(block)[0]


def _blocks(subject: Subject) -> Iterator[Block]:
    """Return the blocks in comments, then those in the open that a browser sees as elements."""
    for comment in subject.comments:
        if PING not in comment.written and "rdf:Description" not in comment.written:
            continue
        found = list(islice(_BLOCK.finditer(comment.written), MANY))
        for match in found:
            around = comment.written if len(found) == 1 else match[0]
            yield Block(match[0], around, comment.start + match.start(), in_comment=True)
        if not found:
            yield Block(_unclosed(comment), comment.written, comment.start, in_comment=True)
    entries = {tag.start for tag in subject.tags if tag.name == "rdf:description"}
    for match in islice(_BLOCK.finditer(subject.text) if entries else (), MANY):
        if any(match.start() < start < match.end() for start in entries):
            yield Block(match[0], match[0], match.start(), in_comment=False)


def _unclosed(comment: Comment) -> str:
    begins = _BEGINS.search(comment.written)
    return comment.written[begins.start() : -3] if begins else ""


def _read(block: Block) -> tuple[tuple[Entry, ...], str]:
    """Return the entries of a block, and what is wrong with its XML, where anything is."""
    try:
        root = turbohtml.parse_xml(block.text)
    except turbohtml.HTMLParseError as error:
        return (), _plain(error)
    found = root.select(r"rdf\:Description")
    entries = tuple(Entry((e.attr(IDENTIFIER) or "").strip(), (e.attr(PING) or "").strip(), block) for e in found)
    return entries, "" if entries else "it has no rdf:Description"


def _plain(error: turbohtml.HTMLParseError) -> str:
    """Return what the parser has to say in words: "xml-mismatched-tag at line 1" is a mismatched tag."""
    return str(error).partition(" at ")[0].removeprefix("xml-").replace("-", " ")


def _lacking(entry: Entry) -> Iterator[str]:
    if not entry.identifier:
        yield IDENTIFIER
    if not entry.ping:
        yield PING


def _is_of(subject: Subject, entry: Entry) -> bool:
    names = {identity(url) for url in (subject.page.url, *subject.page.redirects)}
    address = subject.address(entry.identifier)
    try:
        return bool(entry.identifier and address) and identity(address or "") in names
    except BadURL:
        return False


def _told(subject: Subject) -> str:
    offer = trackback.discover(subject.page)
    return offer.url if offer else advised(subject)


def _fresh(subject: Subject, url: str) -> str:
    return spelled(url, subject.page.url, header=not subject.is_html)


def _link(url: str) -> str:
    return f'<link rel="{NAME}" href="{rdf.escaped(linkheader.header_safe(url))}">'


CHECKS = (_offered, _well_formed, _identity, _several, _in_comment, _agreement, _misspelt)
