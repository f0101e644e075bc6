"""What microformats2 say of a page: the h-entry around a link, its name, author, date, kind and text.

Only the properties that a citation needs are read, straight from the tree, with the implied
properties of h-card and the classes of classic hAtom that many themes still write.
Spec: https://microformats.org/wiki/microformats2-parsing; what we read otherwise: docs/decisions/microformats.md
"""

from datetime import datetime
from typing import NamedTuple

from turbohtml import Element

from linkback.core.pages import properties as values
from linkback.core.pages.cards import author_in, owner_of_page
from linkback.core.pages.document import Document, Found, in_template, tokens
from linkback.core.pages.facts import MAX_CONTENT, Facts, content_of, date_of, title_of
from linkback.core.pages.flow import text_inside
from linkback.core.pages.place import RESPONSES, answers
from linkback.core.pages.properties import Property, is_modern, is_root, named, names_of, owner_of, text_of, wanted
from linkback.core.urls import resolve

MAX_READ = 3 * MAX_CONTENT  # raw characters and nodes read of an answer's text; much of a page's source is white space


class Entry(NamedTuple):
    """An entry: its element, its own properties, and whether it is one of the classic format."""

    root: Element
    properties: list[Property]
    classic: bool

    def all(self, property_names: values.Wanted) -> list[Element]:
        """Return the elements of a property."""
        return named(self.properties, property_names, classic=self.classic)


def _any_of(names: str) -> str:
    """Return a selector of classes; asked first is what most elements are without: any class at all."""
    return f"[class]:is({', '.join(f'.{name}' for name in names.split())})"


ENTRIES = _any_of("h-entry hentry u-comment.h-cite p-comment.h-cite")

_PROPERTIES = _any_of(
    "p-name entry-title p-author u-author author dt-published published entry-date p-rsvp u-photo u-featured"
)
_RESPONSES = _any_of(" ".join(RESPONSES))
_TITLES, _DATES = wanted("p-name", "entry-title"), wanted("dt-published", "published entry-date")
_PHOTOS, _RSVP = (wanted("u-photo"), wanted("u-featured")), wanted("p-rsvp")
_CONTENTS = (
    (".e-content, .entry-content", wanted("e-content", "entry-content")),
    (".p-content", wanted("p-content")),
    (".p-summary, .entry-summary", wanted("p-summary", "entry-summary")),
)
_TEXTS = frozenset({"e-content", "entry-content", "p-content", "p-summary", "entry-summary"})
_ADDRESSES = wanted("u-url", "url")
_KINDS = ("rsvp", "repost", "like", "bookmark", "reply")  # when a link is several of them, the most telling first
_RSVPS = frozenset({"yes", "no", "maybe", "interested"})


def facts_of(document: Document, found: Found, siblings: tuple[Found, ...]) -> Facts:
    """Return what the entry around a link says; else what the page's first entry says, which then tells no kind.

    `siblings` are all links to the same target: any of them may say that the entry is a reply to it.
    """
    around = _around(found, siblings)
    root = around or document.tree.select_one(".h-entry, .hentry")
    if root is None or in_template(root):
        return Facts(author=owner_of_page(document))
    entry = _read(root)
    kind, rsvp = _kind(entry, siblings) if around is not None else ("", "")
    return Facts(
        title=_title(entry),
        author=author_in(document, root, entry.properties, classic=entry.classic),
        published=_date(entry),
        kind=kind,
        rsvp=rsvp,
        photo=_photo(document, entry),
        content=_content(root, classic=entry.classic) if kind else "",
    )


def _around(found: Found, siblings: tuple[Found, ...]) -> Element | None:
    """Return the entry around a link, else that around another link to the same target."""
    entries = (_entry_around(one.element) for one in (found, *siblings))
    return next((entry for entry in entries if entry is not None), None)


def _read(root: Element) -> Entry:
    return Entry(root, values.properties_of(root, _PROPERTIES), not is_modern(names_of(root)))


def _entry_around(element: Element | None) -> Element | None:
    """Return the entry that an element is part of; a citation of what it replies to is none."""
    entry = element.closest(ENTRIES) if element is not None else None
    while entry is not None and answers(tokens(entry, "class")):
        parent = entry.parent
        entry = parent.closest(ENTRIES) if isinstance(parent, Element) else None
    return entry


def _title(entry: Entry) -> str:
    """Return the name of an entry; a note whose text is its name has no title."""
    names = entry.all(_TITLES)
    return title_of(text_of(names[0])) if names and _TEXTS.isdisjoint(names_of(names[0])) else ""


def _date(entry: Entry) -> datetime | None:
    """Return the first date of an entry that can be read."""
    dates = (date_of(values.date_of(element)) for element in entry.all(_DATES))
    return next((date for date in dates if date is not None), None)


def _photo(document: Document, entry: Entry) -> str:
    """Return the first picture that an entry marks as its own and that is on the web."""
    for names in _PHOTOS:
        for element in entry.all(names):
            written = values.address_of(element)
            if written and (url := resolve(document.base, written)):
                return url
    return ""


def _content(root: Element, *, classic: bool) -> str:
    """Return the text of an entry, else its summary."""
    for selector, names in _CONTENTS:
        if found := named(values.properties_of(root, selector), names, classic=classic):
            return content_of(text_inside(found[0], MAX_READ, nodes=MAX_READ))
    return ""


def _kind(entry: Entry, siblings: tuple[Found, ...]) -> tuple[str, str]:
    """Return as what an entry answers the target, and of an rsvp what it says."""
    kinds = {kind for one in siblings if one.element is not None for kind in _kinds_of(one.element, entry.root)}
    if not kinds:
        return "", ""
    said = (text_of(one).strip().lower() for one in entry.all(_RSVP))
    rsvp = next((word for word in said if word in _RSVPS), "") if "reply" in kinds else ""
    return ("rsvp", rsvp) if rsvp else (next(kind for kind in _KINDS if kind in kinds), "")


def _kinds_of(element: Element, root: Element) -> list[str]:
    """Return as what a link answers its target: by its own classes, or by those of the citation whose address it is.

    What stands in the text of an answer to another page, or in the text of the citation, is no answer.
    """
    if _entry_around(element) != root:
        return []
    if "in-reply-to" in tokens(element, "rel") and owner_of(element) == root:
        return ["reply"]
    marked = element.closest(_RESPONSES)
    if marked is None or owner_of(marked) != root or not (marked == element or _is_address(element, marked)):
        return []
    return answers(tokens(marked, "class"))


def _is_address(element: Element, marked: Element) -> bool:
    """Tell whether a link is the address of what answers: of a citation, or of a text that names it."""
    if not is_root(names_of(marked)):
        return element.closest(".e-content, .p-content") is None or marked.closest(".e-content, .p-content") is not None
    if owner_of(element) != marked:
        return False
    if not _ADDRESSES.modern.isdisjoint(names_of(element)):
        return True
    links = marked.select("a[href], .u-url")[: values.MAX_PROPERTIES]
    own = [one for one in links if owner_of(one) == marked]
    return bool(own) and own[0] == element and not any("u-url" in names_of(one) for one in own)
