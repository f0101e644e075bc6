"""What microformats2 say of a page: the h-entry around a link, its name, author, date, kind and text.

Only the properties that a citation needs are read, straight from the tree, with the implied
properties of h-card and the classes of classic hAtom that many themes still write.
Spec: https://microformats.org/wiki/microformats2-parsing; what we read otherwise: docs/decisions/microformats.md
"""

from datetime import datetime

from turbohtml import Element

from linkback.core.pages import properties as values
from linkback.core.pages.cards import author_in, card_of, owner_of_page
from linkback.core.pages.document import Document, Found, in_template, tokens
from linkback.core.pages.facts import MAX_CONTENT, Facts, content_of, date_of, title_of
from linkback.core.pages.flow import text_inside
from linkback.core.pages.matching import key_of
from linkback.core.pages.place import RESPONSES, answers
from linkback.core.pages.properties import Marked, belongs_to, is_root, names_of, text_of
from linkback.core.urls import resolve

MAX_READ = 3 * MAX_CONTENT  # raw characters and nodes read of an answer's text; much of a page's source is white space
MAX_ANSWERS = 50  # of one kind and entry; one that answers more pages is a list of links


def _any_of(names: str) -> str:
    """Return a selector of classes; asked first is what most elements are without: any class at all."""
    return f"[class]:is({', '.join(f'.{name}' for name in names.split())})"


ENTRIES = _any_of("h-entry hentry u-comment.h-cite p-comment.h-cite")

_PROPERTIES = _any_of(
    "p-name entry-title p-author u-author author dt-published published entry-date p-rsvp u-photo u-featured "
    + " ".join(RESPONSES)
)
_CONTENTS = _any_of("e-content entry-content p-content p-summary entry-summary")
_TEXTS = frozenset({"e-content", "entry-content", "p-content", "p-summary", "entry-summary"})
_KINDS = ("repost", "like", "bookmark", "reply")  # when a link is several of them, the most telling first
_RSVPS = frozenset({"yes", "no", "maybe", "interested"})


def facts_of(document: Document, found: Found, siblings: tuple[Found, ...]) -> Facts:
    """Return what the entry around a link says; else what the page's first entry says, which then tells no kind.

    `siblings` are all links to the same target: any of them may say that the entry is a reply to it.
    """
    around = _around(found, siblings)
    root = around or document.tree.select_one(".h-entry, .hentry")
    if root is None or in_template(root):
        return Facts(author=owner_of_page(document))
    marked = values.properties_of(root, _PROPERTIES)
    kind, rsvp = _kind(document, root, marked, siblings) if around is not None else ("", "")
    return Facts(
        title=_title(marked),
        author=author_in(document, root, marked),
        published=_date(marked),
        kind=kind,
        rsvp=rsvp,
        photo=_photo(document, marked),
        content=_content(root) if kind else "",
    )


def _around(found: Found, siblings: tuple[Found, ...]) -> Element | None:
    """Return the entry around a link, else that around another link to the same target."""
    entry = _entry_around(found.element)
    if entry is not None or len(siblings) == 1:  # the link itself, as a rule: it was asked
        return entry
    return next((entry for one in siblings if (entry := _entry_around(one.element)) is not None), None)


def _entry_around(element: Element | None) -> Element | None:
    """Return the entry that an element is part of; a citation of what it replies to is none."""
    entry = element.closest(ENTRIES) if element is not None else None
    while entry is not None and answers(tokens(entry, "class")):
        parent = entry.parent
        entry = parent.closest(ENTRIES) if isinstance(parent, Element) else None
    return entry


def _title(marked: Marked) -> str:
    """Return the name of an entry; a note whose text is its name has no title."""
    names = marked.get("name")
    return title_of(text_of(names[0])) if names and _TEXTS.isdisjoint(names_of(names[0])) else ""


def _date(marked: Marked) -> datetime | None:
    """Return the first date of an entry that can be read."""
    dates = (date_of(values.date_of(element)) for element in marked.get("published", ()))
    return next((date for date in dates if date is not None), None)


def _photo(document: Document, marked: Marked) -> str:
    """Return the first picture that an entry marks as its own and that is on the web."""
    for element in (*marked.get("photo", ()), *marked.get("featured", ())):
        written = values.address_of(element)
        if written and (url := resolve(document.base, written)):
            return url
    return ""


def _content(root: Element) -> str:
    """Return the text of an entry, else its summary."""
    marked = values.properties_of(root, _CONTENTS)
    found = marked.get("content") or marked.get("summary")
    return content_of(text_inside(found[0], MAX_READ, nodes=MAX_READ)) if found else ""


def _kind(document: Document, root: Element, marked: Marked, siblings: tuple[Found, ...]) -> tuple[str, str]:
    """Return as what an entry answers the target, and of an rsvp what it says.

    A link in the text of an answer to another page, or in the text of a citation, is no answer.
    """
    kind = _answer(document, marked, siblings) if siblings and not marked.keys().isdisjoint(_KINDS) else ""
    if not kind and any("in-reply-to" in one.link.rel and _is_own(one.element, root) for one in siblings):
        kind = "reply"
    if kind != "reply" or "rsvp" not in marked:
        return kind, ""
    said = (text_of(one).strip().lower() for one in marked["rsvp"])
    rsvp = next((word for word in said if word in _RSVPS), "")
    return ("rsvp", rsvp) if rsvp else (kind, "")


def _answer(document: Document, marked: Marked, siblings: tuple[Found, ...]) -> str:
    page = key_of(siblings[0].link.url)
    answering = ((kind, one) for kind in _KINDS for one in marked.get(kind, ())[:MAX_ANSWERS])
    return next((kind for kind, one in answering if _is_at(document, page, one)), "")


def _is_own(element: Element | None, root: Element) -> bool:
    return element is not None and belongs_to(element, root)


def _is_at(document: Document, page: str, answering: Element) -> bool:
    """Tell whether what an entry answers is a page: by its own address, by that of its citation, else by its link."""
    names = names_of(answering)
    if not answers(names):
        return False
    if is_root(names):
        written = card_of(answering).urls or _linked(answering, answering)
    else:
        written = _linked(answering, None) or tuple(filter(None, [values.address_of(answering)]))
    return any(url is not None and key_of(url) == page for url in (resolve(document.base, one) for one in written))


def _linked(element: Element, root: Element | None) -> tuple[str, ...]:
    """Return where the first link inside of an element leads, of an item the first that is its own."""
    if root is None:
        first = element.select_one("a[href]")
    else:
        known: values.Known = {}
        links = element.select("a[href]")[: values.MAX_PROPERTIES]
        first = next((one for one in links if belongs_to(one, root, known)), None)
    return (first.attr("href") or "",) if first is not None else ()
