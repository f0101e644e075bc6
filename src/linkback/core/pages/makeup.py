"""The makeup of a page: what it says, how much of it leads elsewhere, and which template and text it is of.

For the judge. Counted in bulk by the parser, so that it costs no more than a fraction of reading the page. What
surrounds the text (menus, sidebars, headers, footers) is left out of it where the page marks it as such.
Linear in the page, bounded, and nothing raises, whatever the bytes are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from turbohtml import Element

from linkback.core import likeness
from linkback.core.likeness import language_of, script_of
from linkback.core.model import Link, Makeup
from linkback.core.pages import document as documents
from linkback.core.pages.document import Document
from linkback.core.pages.flow import text_inside
from linkback.core.pages.plain import json_strings
from linkback.core.urls import registrable_domain

MAX_TEXT = 30_000  # characters of a page's text that are compared; a long article has 20 000
MAX_AROUND = 1000  # characters around a link: the block that it stands in, and its neighbours
MIN_AROUND = 200  # characters; a block with fewer says little without what it stands in
MAX_LISTED = 5000  # links that are counted; a page with as many is a list of links
MAX_MEASURED = 300  # links whose text is measured; the rest is taken to be like them
MAX_CELLS = 500  # of tables: laying out a table takes as many cells as it has rows times columns
MAX_NODES = 20_000  # walked for the text of a page with more cells
MAX_SURROUNDINGS = 10  # menus, sidebars and the like that are left out, of one kind
MAX_OUTLINED = 150  # elements of one level that the skeleton of a page is told by
ENOUGH_OUTLINE = 4  # different elements; pages with fewer are too plain to be of one template

_SURROUNDING = ("nav", "aside", "footer", "header")
_LEVELS = ("body > *", "body > * > *", "body > * > * > *")
_BLOCK = "p, li, blockquote, td, dd, figcaption, section, article, div, main, body"
_ABSOLUTE = re.compile(r"(?:https?:)?//(?:[^/?#@\s]*@)?([^/?#:@\s\[\]\\]{1,253})", re.IGNORECASE)
_CONTAINERS = frozenset(
    {"div", "header", "footer", "nav", "main", "aside", "article", "section", "form", "ul", "ol", "table"}
)
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
    links, hosts = _outbound(document)
    return Reading(
        makeup=Makeup(
            words=_count_words(whole),
            links=links,
            hosts=hosts,
            linked=_linked(document, len(whole)),
            script=script_of(text or whole[:MAX_TEXT]),
            template=template_of(document),
            wording=likeness.wording_of(text),
        ),
        text=text,
        around=_around(document, link),
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
    outline: set[str] = set()
    for level in _LEVELS if document.media == documents.HTML else ():
        for element in document.tree.select(level)[:MAX_OUTLINED]:
            if element.tag in _CONTAINERS:
                outline.add(f"{element.tag} {_names(element)}")
    if len(outline) < ENOUGH_OUTLINE:
        return ""
    return f"{crc32(chr(10).join(sorted(outline)).encode('utf-8', 'replace')):08x}"


def _names(element: Element) -> str:
    names = element.attr("class")
    if not names:
        return ""
    return " ".join(sorted({name for name in names[:300].split() if not _DIGIT.search(name)}))


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


def _count_words(text: str) -> int:
    return len(text.split())


def _outbound(document: Document) -> tuple[int, int]:
    """Return how many links lead to other sites, and to how many."""
    own = _domain(document.url)
    named = [found[1] for found in map(_ABSOLUTE.match, _references(document)) if found]
    domains = [registrable_domain(host.lower()) for host in named]
    others = [domain for domain in domains if domain != own]
    return len(others), len(set(others))


def _references(document: Document) -> list[str]:
    if document.media == documents.HTML:
        return [element.attr("href") or "" for element in document.tree.select("a")[:MAX_LISTED]]
    return [word for word in document.text[: 10 * MAX_TEXT].split() if "//" in word][:MAX_LISTED]


def _domain(url: str) -> str:
    found = _ABSOLUTE.match(url)
    return registrable_domain(found[1].lower()) if found else ""


def _linked(document: Document, size: int) -> float:
    anchors = document.tree.select("a")
    if not anchors or not size:
        return 0.0
    measured = sum(len(" ".join(element.text.split())) for element in anchors[:MAX_MEASURED])
    return round(min(1.0, measured * max(1.0, len(anchors) / MAX_MEASURED) / size), 3)


def _around(document: Document, link: Link) -> str:
    found = next((one for one in _located(document) if one[0] == link), None)
    if found is None or found[1] is None:
        at = max(document.text.find(link.url), 0)
        return document.text[max(0, at - MAX_AROUND // 2) : at + MAX_AROUND // 2]
    return _block_around(found[1], link.text)


def _located(document: Document) -> Iterator[tuple[Link, Element | None]]:
    return ((one.link, one.element) for found in document.found.values() for one in found)


def _block_around(element: Element, anchor: str) -> str:
    block = element.closest(_BLOCK)
    text = _laid_out(block) if block is not None else element.text
    if len(text) < MIN_AROUND and block is not None and isinstance(block.parent, Element) and block.tag != "body":
        text = _laid_out(block.parent)
    at = max(text.find(anchor[:50]), 0) if anchor else 0
    return text[max(0, at - MAX_AROUND // 2) : at + MAX_AROUND // 2]
