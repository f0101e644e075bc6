"""The makeup of a page: what it says, how much of it leads elsewhere, and which template and text it is of.

For the judge. Counted in bulk by the parser, so that it costs no more than a fraction of reading the page. What
surrounds the text (menus, sidebars, headers, footers) is left out of it where the page marks it as such.
Linear in the page, bounded, and nothing raises, whatever the bytes are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from zlib import crc32

from turbohtml import Element

from linkback.core import likeness
from linkback.core.likeness import SPACELESS, Words, glance_at, language_of
from linkback.core.model import Link, Makeup
from linkback.core.pages import document as documents
from linkback.core.pages.document import Document
from linkback.core.pages.flow import text_inside
from linkback.core.pages.outbound import outbound
from linkback.core.pages.plain import json_strings

MAX_TEXT = 30_000  # characters of a page's text that are compared; a long article has 20 000
MAX_AROUND = 1000  # characters around a link: the block that it stands in, and its neighbours
ANCHOR_SOUGHT = 50  # characters of an anchor that it is found by
MIN_AROUND = 200  # characters; a block with fewer says little without what it stands in
MAX_COUNTED = 3000  # characters of a text whose words are counted one by one: there it matters how many there are
MAX_CELLS = 500  # of tables: laying out a table takes as many cells as it has rows times columns
MAX_NODES = 20_000  # walked for the text of a page with more cells
LEVELS = 3  # of a body: what is further down stands in the text
MAX_OUTLINED = 300  # nodes of one level that the skeleton of a page is told by
MAX_CLASSES = 300  # characters of the classes of one element
ENOUGH_OUTLINE = 4  # different elements; pages with fewer are too plain to be of one template

_ARTICLE, _MAIN, _AROUND = "article", "main", "around"
_PARTS = {
    "article": [_ARTICLE], "main": [_MAIN],
    "nav": [_AROUND], "aside": [_AROUND], "footer": [_AROUND], "header": [_AROUND],
}  # fmt: skip
_BLOCK = "p, li, blockquote, td, dd, figcaption, section, article, div, main, body"
_CONTAINERS = frozenset(
    {"div", "header", "footer", "nav", "main", "aside", "article", "section", "form", "ul", "ol", "table"}
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a page for the judge.

    `text` is what the page says, at most MAX_TEXT characters, `around` what it says around the link, at most
    MAX_AROUND; `title` is the title of the page.
    """

    makeup: Makeup
    text: str
    around: str
    title: str

    @property
    def language(self) -> str:
        """Return a guess at the language of the text, "" if it is unclear."""
        return language_of(self.text)


def read_of(document: Document, link: Link) -> Reading:
    """Read what a page is made of, and what it says at all and around a link that was found in it."""
    whole, text = _texts(document)
    links = outbound(document, len(whole))
    glance = glance_at(text)
    return Reading(
        makeup=Makeup(
            words=_count_words(whole, glance),
            links=links.links,
            hosts=links.hosts,
            linked=links.linked,
            selling=links.selling,
            script=glance.script,
            template=template_of(document),
            wording=likeness.wording_of(text),
        ),
        text=text,
        around=_around(document, link, text),
        title=document.title,
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
    if _is_a_grid(root):
        whole = text_inside(root, MAX_TEXT, nodes=MAX_NODES)
        return whole, whole
    whole, spans = root.to_annotated_text(_PARTS)
    return whole, _without_surroundings(whole, spans)[:MAX_TEXT]


def _json_texts(text: str) -> Iterator[str]:
    return (value for _, value in json_strings(text) if " " in value)


def _is_a_grid(element: Element) -> bool:
    return len(element.select("td")) + len(element.select("th")) > MAX_CELLS


def _laid_out(element: Element) -> str:
    return text_inside(element, MAX_TEXT, nodes=MAX_NODES) if _is_a_grid(element) else element.to_text()


def _without_surroundings(whole: str, spans: list[tuple[int, int, str]]) -> str:
    """Return a text without menus, sidebars, headers and footers; only its article, where there is one of some length.

    `spans` are where the parts of the page begin and end in its text, and what they are.
    """
    articles = [span for span in spans if span[2] == _ARTICLE]
    if len(articles) == 1:
        start, end, _ = articles[0]
        if end - start > len(whole) // 4:
            return whole[start:end]
    kept, at = [], 0
    for start, end in _surroundings(spans):
        kept.append(whole[at:start])
        at = max(at, end)
    return " ".join([*kept, whole[at:]])


def _surroundings(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Yield where what surrounds a text begins and ends, but for what is part of an article or of the main part."""
    within = 0
    for start, end, kind in sorted(spans, key=lambda span: (span[0], span[2] == _AROUND)):
        if kind != _AROUND:
            within = max(within, end)
        elif end > within:
            yield start, end


def _count_words(whole: str, glance: Words) -> int:
    """Return about how many words a text has; where no blanks part them, two characters make a word.

    Of a long text those that were looked at are counted, and the rest is taken to be like them.
    """
    if glance.script in SPACELESS:
        return len(whole) // 2
    # A text without any word is that of a page which stands in its surroundings whole.
    return len(whole.split()) if len(whole) <= MAX_COUNTED or not glance.density else round(len(whole) * glance.density)


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
