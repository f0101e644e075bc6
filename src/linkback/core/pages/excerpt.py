"""The excerpt: the sentence around a link, in plain text and whole words.

The text is that of the block around the link, from where the block (or the line, at `<br>`)
begins to where it ends; core.text says where sentences end and where a long one may be cut.
"""

from typing import NamedTuple

from turbohtml import Element

from linkback.core.pages.document import Document, Found
from linkback.core.pages.flow import BREAK, MAX_SIDE, text_after, text_before, text_inside
from linkback.core.pages.links import URL_ATTRIBUTES, anchor_of
from linkback.core.text import around, clean, is_plain

MAX_EXCERPT = 300  # characters; two or three sentences, what a mail or a list of mentions has room for


class Surroundings(NamedTuple):
    """The raw text of a block in three parts: before a link, its anchor, and after it."""

    before: str
    anchor: str
    after: str


def excerpt(document: Document, found: Found, language: str) -> str:
    """Return the sentence around a link, at most MAX_EXCERPT characters; "" where there is no text."""
    if found.element is not None:
        return sentence_in(_in_markup(found.element), language)
    if found.link.tag == "text":
        return sentence_in(_in_text(document.text, found.link.text), language)
    return ""


def sentence_in(raw: Surroundings, language: str) -> str:
    """Return the sentence that holds the anchor, plain and bounded."""
    whole, inner = "".join(raw), raw.anchor.strip()
    if inner and is_plain(text := whole.strip()):
        start = len(raw.before) + raw.anchor.index(inner) - whole.index(text)
        return around(text, (start, start + len(inner)), MAX_EXCERPT, language)
    before, anchor, after = _lines(raw.before), clean(raw.anchor.replace(BREAK, " ")), _lines(raw.after)
    left = before + (_joint(raw.before, raw.anchor) if before else "")
    right = (_joint(raw.anchor, raw.after) if after else "") + after
    return around(left + anchor + right, (len(left), len(left) + len(anchor)), MAX_EXCERPT, language)


def _in_markup(element: Element) -> Surroundings:
    tag = element.tag
    if tag == "blockquote":
        return Surroundings("", "", text_inside(element))
    if URL_ATTRIBUTES.get(tag) == "cite":
        return Surroundings(text_before(element), "", text_inside(element) + text_after(element))
    parent = element.parent if tag == "source" else None
    beside = parent if isinstance(parent, Element) else element
    inside = text_inside(element)
    anchor = inside if clean(inside) else anchor_of(element)
    return Surroundings(text_before(beside), anchor, text_after(beside))


def _in_text(text: str, written: str) -> Surroundings:
    """Return the paragraph of a plain text around an address."""
    at = max(text.find(written), 0)
    end = at + len(written)
    before = text[max(0, at - MAX_SIDE) : at].replace("\r\n", "\n").rpartition("\n\n")[2]
    after = text[end : end + MAX_SIDE].replace("\r\n", "\n").partition("\n\n")[0]
    return Surroundings(before, text[at:end], after)


def _lines(text: str) -> str:
    """Return a text plain, a line for each of its lines; empty ones are left out."""
    if BREAK not in text:
        return clean(text)
    return "\n".join(filter(None, map(clean, text.split(BREAK))))


def _joint(left: str, right: str) -> str:
    """Return what stands between two raw texts: a line feed where a line ends, a blank, or nothing."""
    if not (left[-1:].isspace() or right[:1].isspace()):
        return ""
    if BREAK not in left and BREAK not in right:
        return " "
    edge = left[len(left.rstrip()) :] + right[: len(right) - len(right.lstrip())]
    return "\n" if BREAK in edge else " "
