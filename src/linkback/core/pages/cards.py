"""Cards: who wrote something, as an h-card (or vCard of old) tells it, and whose page this is.

What a card does not mark is implied, as the parsing document has it: a link with a picture
and a name is a whole card. Only what the page itself holds is read; no other page is asked.
Spec: https://microformats.org/wiki/microformats2-parsing, https://microformats.org/wiki/representative-h-card-parsing,
https://indieweb.org/authorship-spec
"""

from itertools import islice
from typing import NamedTuple

from turbohtml import Element

from linkback.core.model import Author
from linkback.core.pages.document import Document, in_template
from linkback.core.pages.facts import NOBODY, author_of, filled
from linkback.core.pages.flow import text_inside
from linkback.core.pages.matching import key_of
from linkback.core.pages.properties import (
    Marked,
    address_of,
    grouped,
    is_bare,
    is_root,
    kinds_of,
    marked_in,
    names_of,
    properties_of,
    text_of,
)
from linkback.core.urls import resolve

MAX_CARDS = 100  # cards looked at to find whose page it is
MAX_ADDRESSES = 50  # of a card's pages that are compared; who lists all profiles has some dozens
MAX_AUTHORS = 10  # of one entry; more than one is rare

_CARDS = ".h-card, .vcard"
_TOLD_BY = {"img": "alt", "area": "alt", "abbr": "title"}
_SHOWN_BY = {"img": "src", "object": "data"}
_LED_BY = {"a": "href", "area": "href"}
_ENTRY_OR_CITE = "[class]:is(.h-entry, .hentry, .h-cite)"


class Card(NamedTuple):
    """A card that was read: its name, and the addresses of its pages, pictures and ids as they are written."""

    name: str
    urls: tuple[str, ...]
    photos: tuple[str, ...]
    uids: tuple[str, ...]

    def author(self, document: Document) -> Author:
        """Return whose card it is; of several addresses the first that leads to the web."""
        return author_of(document.base, self.name, _first(document, self.urls), _first(document, self.photos))

    def is_of(self, document: Document, pages: set[str]) -> bool:
        """Tell whether any of its pages is one of those, which are in the form for comparing."""
        return not pages.isdisjoint(_keys(document, self.urls))


def author_in(document: Document, entry: Element, marked: Marked) -> Author:
    """Return who wrote an entry: as it says itself, else as the feed around it says, else whose page it is.

    An author of whom no more than the address is said is looked up among the cards of the page.
    """
    authors = _authors(document, marked)
    if not authors and (feed := entry.closest(".h-feed")) is not None:
        authors = _authors(document, properties_of(feed, ".p-author, .u-author"))
    if not authors:
        return owner_of_page(document)
    author = filled(authors)
    return author if author.name or not author.url else _known(document, author)


def owner_of_page(document: Document) -> Author:
    """Return whose page it is, as its representative h-card says; else the only card that is in no entry is taken."""
    found = document.tree.select(".h-card")[:MAX_CARDS]
    cards = [card for card in found if card.closest(_ENTRY_OR_CITE) is None and not in_template(card)]
    if not cards:
        return NOBODY
    if len(cards) == 1:
        return card_of(cards[0]).author(document)
    return _representative(document, [card_of(one) for one in cards])


def card_of(element: Element) -> Card:
    """Read a card: what it marks, else what is implied."""
    if is_bare(element):  # most are nothing but a link
        return Card(_own_name(element) or text_inside(element), _own(element, _LED_BY), _own(element, _SHOWN_BY), ())
    inner = marked_in(element)
    marked, kinds = grouped(element, inner), kinds_of(inner)
    implied = kinds.isdisjoint("uh")
    names, urls, photos = marked.get("name"), marked.get("url"), marked.get("photo")
    return Card(
        _once(text_of(names[0]) if names else _implied_name(element, kinds)),
        _addresses(urls) if urls else _implied(element, _LED_BY) if implied else (),
        _addresses(photos) if photos else _implied(element, _SHOWN_BY) if implied else (),
        _addresses(marked.get("uid", [])),
    )


def _authors(document: Document, marked: Marked) -> list[Author]:
    found = [_person(document, element) for element in marked.get("author", ())[:MAX_AUTHORS]]
    return [author for author in found if author.name or author.url or author.photo]


def _person(document: Document, element: Element) -> Author:
    """Return the author in an author property: the card that it is or holds, else its text and link."""
    names = names_of(element)
    card = element if is_root(names) else element.select_one(_CARDS) if len(element) else None
    if card is not None:
        return card_of(card).author(document)
    told, led = text_of(element), address_of(element)
    address = led if element.tag in _LED_BY or "u-author" in names else None
    is_name = told.strip() != (address or "").strip()
    return author_of(document.base, told if is_name else "", document.base if address == "" else address)


def _known(document: Document, author: Author) -> Author:
    """Return an author of whom only the address is known as the first card tells that has it and a name."""
    page = {key_of(author.url)}
    for element in document.tree.select(_CARDS)[:MAX_CARDS]:
        card = card_of(element)
        if card.name.strip() and card.is_of(document, page) and not in_template(element):
            told = card.author(document)
            return Author(told.name, author.url, author.photo or told.photo)
    return author


def _representative(document: Document, cards: list[Card]) -> Author:
    page, mine = {key_of(document.url)}, {key_of(url) for url in document.offers("me")}
    for card in cards:
        if card.is_of(document, page) and not page.isdisjoint(_keys(document, card.uids)):
            return card.author(document)
    return next((card.author(document) for card in cards if card.is_of(document, mine)), NOBODY)


def _keys(document: Document, references: tuple[str, ...]) -> set[str]:
    return {key_of(url) for one in references if (url := resolve(document.base, one))}


def _addresses(elements: list[Element]) -> tuple[str, ...]:
    found = (written for one in elements if (written := address_of(one)) is not None)
    return tuple(islice(found, MAX_ADDRESSES))


def _first(document: Document, references: tuple[str, ...]) -> str:
    """Return the first of some references that leads to the web; an empty one leads to the page itself."""
    if len(references) == 1:  # who makes an author of it resolves it as well
        return references[0] or document.base
    return next((url for one in references if (url := resolve(document.base, one))), "")


def _implied_name(card: Element, kinds: set[str]) -> str:
    """Return the name of a card that marks none: that of its picture or abbreviation, else its text.

    Other text that is marked says that the text as a whole is no name, unless the card is an author's
    name all the same (p-author).
    """
    if not kinds.isdisjoint("peh"):
        return text_of(card) if "p-author" in names_of(card) else ""
    told = next(filter(None, map(_own_name, [card, *_only_children(card)])), "")
    return told or text_inside(card, pictures=True)


def _own_name(element: Element) -> str:
    """Return the name that a picture or an abbreviation has by itself."""
    return (element.attr(_TOLD_BY[element.tag]) or "") if element.tag in _TOLD_BY else ""


def _own(element: Element, attributes: dict[str, str]) -> tuple[str, ...]:
    """Return the address that an element has by itself."""
    own = element.attr(attributes[element.tag]) if element.tag in attributes else None
    return () if own is None else (own,)


def _only_children(card: Element) -> list[Element]:
    """Return the only child of a card and the only child of that, as long as neither is an item."""
    children = _children(card)
    if len(children) != 1 or is_root(names_of(children[0])):
        return []
    inner = _children(children[0]) if children[0].tag not in _TOLD_BY else []
    return [*children, *inner] if len(inner) == 1 and not is_root(names_of(inner[0])) else children


def _implied(card: Element, attributes: dict[str, str]) -> tuple[str, ...]:
    """Return where a card leads, or what it shows, by itself or by its only link or picture."""
    if own := _own(card, attributes):
        return own
    children = _children(card)
    one = _only_of(children, attributes)
    if one is None and len(children) == 1 and not is_root(names_of(children[0])):
        one = _only_of(_children(children[0]), attributes)
    return _own(one, attributes) if one is not None else ()


def _only_of(elements: list[Element], attributes: dict[str, str]) -> Element | None:
    for tag in attributes:
        alike = [one for one in elements if one.tag == tag]
        if len(alike) == 1 and not is_root(names_of(alike[0])):
            return alike[0]
    return None


def _children(element: Element) -> list[Element]:
    return [one for one in element if isinstance(one, Element) and one.tag != "template"]


def _once(name: str) -> str:
    """Return a name that is said twice, by a picture and by the words beside it, said once."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name
