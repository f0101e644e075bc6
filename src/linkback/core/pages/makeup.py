"""The makeup of a page: what it says, how much of it leads elsewhere, and which template and text it is of.

For the judge. Counted in bulk by the parser, so that it costs no more than a fraction of reading the page. What
surrounds the text (menus, sidebars, headers, footers) is left out of it where the page marks it as such.
Linear in the page, bounded, and nothing raises, whatever the bytes are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from zlib import crc32

from turbohtml import Element

from linkback.core import likeness
from linkback.core.likeness import SPACELESS, language_of, script_of
from linkback.core.model import Link, Makeup
from linkback.core.pages import document as documents
from linkback.core.pages.document import Document
from linkback.core.pages.flow import text_inside
from linkback.core.pages.plain import json_strings
from linkback.core.urls import REMEMBERED, host_of, registrable_domain
from linkback.core.vocabulary import INSIDE, selling

MAX_TEXT = 30_000  # characters of a page's text that are compared; a long article has 20 000
MAX_AROUND = 1000  # characters around a link: the block that it stands in, and its neighbours
ANCHOR_SOUGHT = 50  # characters of an anchor that it is found by
SCHEME = 10  # characters in which an absolute address has its two slashes: "https://" after a blank or two
MIN_AROUND = 200  # characters; a block with fewer says little without what it stands in
MAX_LISTED = 5000  # links that are counted; a page with as many is a list of links
MAX_MEASURED = 300  # links whose text is measured; the rest is taken to be like them
MAX_HEARD = 150  # links at the beginning, and as many at the end, whose words are heard: footers are sold too
MAX_ANCHOR = 120  # characters of a link that are heard
MAX_SELLING = 10  # links that advertise are counted up to this; more are no worse
SOFTER = 2  # of the softer words that sell in one link: one stands in any
MAX_CELLS = 500  # of tables: laying out a table takes as many cells as it has rows times columns
MAX_NODES = 20_000  # walked for the text of a page with more cells
MAX_SURROUNDINGS = 10  # menus, sidebars and the like that are left out, of one kind
LEVELS = 3  # of a body: what is further down stands in the text
MAX_OUTLINED = 300  # nodes of one level that the skeleton of a page is told by
MAX_CLASSES = 300  # characters of the classes of one element
ENOUGH_OUTLINE = 4  # different elements; pages with fewer are too plain to be of one template

_SURROUNDING = ("nav", "aside", "footer", "header")
_BLOCK = "p, li, blockquote, td, dd, figcaption, section, article, div, main, body"
_ADDRESS = re.compile(r"https?://([^\s/?#\"'<>\\]{1,253})", re.IGNORECASE)
_HOST = re.compile(r"(?:[^@]*@)?([^@:?#\s\[\]\\]{1,253})")
_CONTAINERS = frozenset(
    {"div", "header", "footer", "nav", "main", "aside", "article", "section", "form", "ul", "ol", "table"}
)
_INDENT = " " * 4  # where there is none, a blank is the end of a word, which is faster to count
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a page for the judge.

    `text` is what the page says, at most MAX_TEXT characters, `around` what it says around the link, at most
    MAX_AROUND; `title` is the title of the page, `language` a guess at the language of the text, "" if unclear.
    """

    makeup: Makeup
    text: str
    around: str
    title: str
    language: str = ""


def read_of(document: Document, link: Link) -> Reading:
    """Read what a page is made of, and what it says at all and around a link that was found in it."""
    whole, text = _texts(document)
    anchors = document.tree.select("a")
    links, hosts = _outbound(document, anchors)
    script = script_of(text)
    return Reading(
        makeup=Makeup(
            words=_count_words(whole, script),
            links=links,
            hosts=hosts,
            linked=_linked(anchors, len(whole)),
            selling=_selling(document, anchors),
            script=script,
            template=template_of(document),
            wording=likeness.wording_of(text),
        ),
        text=text,
        around=_around(document, link, text),
        title=document.title,
        language=language_of(text),
    )


def text_of(document: Document) -> str:
    """Return what a page says, at most MAX_TEXT characters: for likeness.profile_of of an own page."""
    return _texts(document)[1]


def template_of(document: Document) -> str:
    """Return a digest of the skeleton of a page, 8 hexadecimal digits; "" for a page too plain to tell.

    The skeleton is which containers stand in the three upper levels of the body, and their classes, however many
    of each there are. Names with digits are left out, as they number what stands there.
    """
    if document.media != documents.HTML:
        return ""
    body = document.tree.select_one("body")
    standing = _standing(body) if body is not None else set()
    outline = {f"{tag} {_names(classes)}" for tag, classes in standing}
    if len(outline) < ENOUGH_OUTLINE:
        return ""
    return f"{crc32(chr(10).join(sorted(outline)).encode('utf-8', 'replace')):08x}"


def _standing(body: Element) -> set[tuple[str, str]]:
    """Return tag and classes of each container in the upper levels of a body."""
    standing: set[tuple[str, str]] = set()
    level: list[Element] = [body]
    for _ in range(LEVELS):
        inner = chain.from_iterable(level)
        level = [node for node in islice(inner, MAX_OUTLINED) if isinstance(node, Element) and node.tag in _CONTAINERS]
        standing.update([(element.tag, element.attr("class") or "") for element in level])
    return standing


def _names(classes: str) -> str:
    names = set(classes[:MAX_CLASSES].split())
    if _DIGIT.search(classes):
        names = {name for name in names if not _DIGIT.search(name)}
    return " ".join(sorted(names))


def _texts(document: Document) -> tuple[str, str]:
    """Return the whole text of a page, and the part of it that its author wrote."""
    if document.media == documents.JSON:
        text = " ".join(_json_texts(document.text))
        return text, text[:MAX_TEXT]
    root = document.tree.select_one("body") if document.media == documents.HTML else None
    if root is None:
        return document.text, document.text[:MAX_TEXT]
    whole = _laid_out(root)
    return whole, _without_surroundings(root, whole)[:MAX_TEXT]


def _json_texts(text: str) -> Iterator[str]:
    return (value for _, value in json_strings(text) if " " in value)


def _laid_out(element: Element) -> str:
    cells = len(element.select("td")) + len(element.select("th"))
    return element.to_text() if cells <= MAX_CELLS else text_inside(element, MAX_TEXT, nodes=MAX_NODES)


def _without_surroundings(root: Element, whole: str) -> str:
    articles = root.select("article")
    if len(articles) == 1 and len(text := _laid_out(articles[0])) > len(whole) // 4:
        return text
    for tag in _SURROUNDING:
        for element in root.select(tag)[:MAX_SURROUNDINGS]:
            if element.closest("article, main") is None and len(text := element.to_text().strip()) > 1:
                whole = whole.replace(text, " ", 1)
    return whole


def _count_words(text: str, script: str) -> int:
    """Return about how many words a text has; where no blanks part them, two characters make a word."""
    if script in SPACELESS:
        return len(text) // 2
    if _INDENT in text:
        return len(text.split())
    return text.count(" ") + text.count("\n") - text.count("\n\n") + 1 if text else 0


def _outbound(document: Document, anchors: list[Element]) -> tuple[int, int]:
    """Return how many links lead to other sites, and to how many."""
    own = registrable_domain(host_of(document.url))
    domains = list(map(_domain_in, _authorities(document, anchors)))
    others = {*domains} - {own, ""}
    return len(domains) - domains.count(own) - domains.count(""), len(others)


@lru_cache(REMEMBERED)
def _domain_in(authority: str) -> str:
    """Return the registrable domain of what stands for a host in an address, with its port; "" if it is none."""
    found = _HOST.match(authority)
    return registrable_domain(found[1].lower()) if found else ""


def _authorities(document: Document, anchors: list[Element]) -> list[str]:
    """Return what stands for a host in each absolute address that is linked to."""
    if document.media == documents.HTML:
        references = [element.attr("href") or "" for element in anchors[:MAX_LISTED]]
        return [one.split("/", 3)[2] for one in references if "//" in one[:SCHEME]]
    return [found[1] for found in islice(_ADDRESS.finditer(document.text), MAX_LISTED)]


def _linked(anchors: list[Element], size: int) -> float:
    if not anchors or not size:
        return 0.0
    measured = sum([len(element.text.strip()) for element in anchors[:MAX_MEASURED]])
    return round(min(1.0, measured * max(1.0, len(anchors) / MAX_MEASURED) / size), 3)


def _selling(document: Document, anchors: list[Element]) -> int:
    """Return how many links to other sites advertise, by their text or by the name of the host that they lead to."""
    if len(anchors) > 2 * MAX_HEARD:
        anchors = [*anchors[:MAX_HEARD], *anchors[-MAX_HEARD:]]
    addressed = ((element, element.attr("href") or "") for element in anchors)
    told = [(one.split("/", 3)[2], element.text[:MAX_ANCHOR]) for element, one in addressed if "//" in one[:SCHEME]]
    # Nothing is sold on most pages, and once for all is told fast.
    if not told or not _advertises(" ".join([part for pair in told for part in pair])):
        return 0
    own = registrable_domain(host_of(document.url))
    selling_ones = (host for host, text in told if _advertises(f"{host} {text}") and _domain_in(host) != own)
    return sum(1 for _ in islice(selling_ones, MAX_SELLING))


def _advertises(text: str) -> bool:
    """Tell whether a text has a loud word in it, or two of the softer ones."""
    found = selling(text)
    return bool(found[0]) or len(found[1]) >= SOFTER or any(map(text.__contains__, INSIDE))


def _around(document: Document, link: Link, text: str) -> str:
    """Return the text around a link: the block that it stands in, and what is next to a short one."""
    element = next((one.element for one in chain.from_iterable(document.found.values()) if one.link == link), None)
    if element is None:
        return _cut(document.text, link.url)
    block = element.closest(_BLOCK)
    inner = _laid_out(block) if block is not None else element.text
    if len(inner) >= MIN_AROUND:
        return _cut(inner, link.text)
    at = text.find(inner.strip())
    return inner if at < 0 else text[max(0, at - MAX_AROUND // 2) : at + MAX_AROUND // 2]


def _cut(text: str, anchor: str) -> str:
    """Return what stands around an anchor in a text, or the beginning of the text where it does not stand there."""
    at = max(text.find(anchor[:ANCHOR_SOUGHT]), 0)
    return text[max(0, at - MAX_AROUND // 2) : at + MAX_AROUND // 2]
