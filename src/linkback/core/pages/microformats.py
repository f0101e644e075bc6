"""What microformats2 say of a page: the h-entry around a link, its name, author, date and kind.

Only the properties that a citation needs are read, straight from the tree, with the implied
properties of h-card and the classes of classic hAtom that many themes still write.
Spec: https://microformats.org/wiki/microformats2-parsing
"""

from datetime import datetime

from turbohtml import Element

from linkback.core.model import Author
from linkback.core.pages.document import Document, Found, tokens
from linkback.core.pages.facts import NOBODY, Facts, author_of, date_of, filled, title_of
from linkback.core.pages.flow import text_inside
from linkback.core.pages.place import RESPONSES

MAX_PROPERTIES = 500  # elements of one entry looked at; an entry has some dozens
MAX_CARDS = 100  # cards looked at to find the only one

Property = tuple[Element, frozenset[str]]


def _any_of(names: str) -> str:
    """Return a selector of classes; asked first is what most elements are without: any class at all."""
    return f"[class]:is({', '.join(f'.{name}' for name in names.split())})"


ENTRIES = _any_of("h-entry hentry u-comment.h-cite p-comment.h-cite")

_ROOTS = _any_of("h-entry hentry h-cite h-card vcard h-feed h-event h-adr h-item h-product h-review")
_ENTRY_OR_CITE = _any_of("h-entry hentry h-cite")
_PROPERTIES = _any_of("p-name entry-title p-author u-author author dt-published published entry-date p-rsvp")
_CARD_PROPERTIES = _any_of("p-name fn u-url url u-photo photo")
_CARDS = ".h-card, .vcard"
_TITLES = frozenset({"p-name", "entry-title"})
_TEXTS = frozenset({"e-content", "entry-content", "p-content", "p-summary", "entry-summary"})
_AUTHORS = frozenset({"p-author", "u-author", "author"})
_DATES = frozenset({"dt-published", "published", "entry-date"})
_RESPONSES = _any_of(" ".join(RESPONSES))
_KINDS = ("rsvp", "repost", "like", "bookmark", "reply")  # when a link is several of them, the most telling first
_RSVP = frozenset({"p-rsvp"})
_NAMES, _URLS, _PHOTOS = frozenset({"p-name", "fn"}), frozenset({"u-url", "url"}), frozenset({"u-photo", "photo"})
_VALUE_OF = {
    "abbr": "title", "data": "value", "input": "value", "time": "datetime", "ins": "datetime", "del": "datetime",
    "img": "alt", "area": "alt",
}  # fmt: skip
_RSVPS = frozenset({"yes", "no", "maybe", "interested"})


def facts_of(document: Document, found: Found, siblings: tuple[Found, ...]) -> Facts:
    """Return what the entry around a link says; else what the page's first entry says, which then tells no kind.

    `siblings` are all links to the same target: any of them may say that the entry is a reply to it.
    """
    around = _entry_around(found.element)
    entry = around or document.tree.select_one(".h-entry, .hentry")
    if entry is None:
        return Facts(author=_page_author(document))
    properties = _properties(entry)
    return Facts(
        title=_title(properties),
        author=_author(document, entry, properties),
        published=_date(properties),
        kind=_kind(entry, properties, siblings) if around is not None else "",
    )


def _entry_around(element: Element | None) -> Element | None:
    """Return the entry that an element is part of; a citation of what it replies to is none."""
    entry = element.closest(ENTRIES) if element is not None else None
    while entry is not None and not RESPONSES.keys().isdisjoint(tokens(entry, "class")):
        parent = entry.parent
        entry = parent.closest(ENTRIES) if isinstance(parent, Element) else None
    return entry


def _properties(root: Element, selector: str = _PROPERTIES) -> list[Property]:
    """Return the elements that are properties of a root itself, not of what is nested in it."""
    found = root.select(selector)[:MAX_PROPERTIES]
    return [
        (element, frozenset((element.attr("class") or "").lower().split()))
        for element in found
        if isinstance(parent := element.parent, Element) and parent.closest(_ROOTS) == root
    ]


def _named(properties: list[Property], names: frozenset[str]) -> list[Element]:
    return [element for element, classes in properties if not classes.isdisjoint(names)]


def _title(properties: list[Property]) -> str:
    """Return the name of an entry; a note whose text is its name has no title."""
    for element, names in properties:
        if not names.isdisjoint(_TITLES) and names.isdisjoint(_TEXTS):
            return title_of(_value(element))
    return ""


def _date(properties: list[Property]) -> datetime | None:
    """Return the first date of an entry that can be read."""
    for element, names in properties:
        if not names.isdisjoint(_DATES) and (date := date_of(_value(element))):
            return date
    return None


def _value(element: Element) -> str:
    """Return the text value of a property: of what its element is made to hold, else of its text."""
    attribute = _VALUE_OF.get(element.tag)
    return (element.attr(attribute) if attribute else None) or text_inside(element)


def _address(element: Element) -> str | None:
    """Return the raw address that an element leads to or shows."""
    return element.attr("href") or element.attr("src") or element.attr("data") or element.attr("value")


def _kind(entry: Element, properties: list[Property], siblings: tuple[Found, ...]) -> str:
    kinds = {kind for one in siblings if one.element is not None for kind in _kinds_of(one.element, entry)}
    if not kinds:
        return ""
    if "reply" in kinds and any(_value(one).strip().lower() in _RSVPS for one in _named(properties, _RSVP)):
        return "rsvp"
    return next((kind for kind in _KINDS if kind in kinds), "")


def _kinds_of(element: Element, entry: Element) -> list[str]:
    """Return as what a link answers its target: by its own classes, or by those of the citation around it."""
    marked = element.closest(_RESPONSES)
    if marked is None or _entry_around(element) != entry:
        return []
    return [RESPONSES[name] for name in tokens(marked, "class") if name in RESPONSES]


def _author(document: Document, entry: Element, properties: list[Property]) -> Author:
    """Return who wrote an entry: as it says itself, else as the feed around it or the page's only card says."""
    authors = _authors(document.base, properties)
    if not authors and (feed := entry.closest(".h-feed")) is not None:
        authors = _authors(document.base, _properties(feed, ".p-author, .u-author"))
    return filled(authors) if authors else _page_author(document)


def _authors(base: str, properties: list[Property]) -> list[Author]:
    found = [_person(base, element) for element in _named(properties, _AUTHORS)]
    return [author for author in found if author.name or author.url or author.photo]


def _person(base: str, element: Element) -> Author:
    """Return the author in an author property: the card that it is or holds, else its text and link."""
    card = element if element.matches(_CARDS) else element.select_one(_CARDS)
    if card is not None:
        return _card(base, card)
    return author_of(base, _value(element), element.attr("href"))


def _card(base: str, card: Element) -> Author:
    """Return the name, address and photo of an h-card, the implied ones where none is marked."""
    names, urls, photos = _card_properties(card)
    image = card if card.tag == "img" else card.select_one("img[src]")
    link = card if card.tag in ("a", "area") else card.select_one("a[href]")
    name = _value(names[0]) if names else _value(card)
    if not name.strip() and image is not None:
        name = image.attr("alt") or ""
    url = _address(urls[0]) if urls else link.attr("href") if link is not None else None
    photo = _address(photos[0]) if photos else image.attr("src") if image is not None else None
    return author_of(base, name, url, photo)


def _card_properties(card: Element) -> tuple[list[Element], list[Element], list[Element]]:
    """Return what a card marks as its names, addresses and photos; most cards are nothing but a link."""
    marked = _properties(card, _CARD_PROPERTIES)
    if not marked:
        return [], [], []
    return _named(marked, _NAMES), _named(marked, _URLS), _named(marked, _PHOTOS)


def _page_author(document: Document) -> Author:
    """Return the only h-card of a page that is in no entry: on a personal site, its owner."""
    cards = [card for card in document.tree.select(".h-card")[:MAX_CARDS] if card.closest(_ENTRY_OR_CITE) is None]
    return _card(document.base, cards[0]) if len(cards) == 1 else NOBODY
