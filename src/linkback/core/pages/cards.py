"""Cards: who wrote something, as an h-card (or vCard of old) tells it, and whose page this is.

What a card does not mark is implied, as the parsing document has it: a link with a picture
and a name is a whole card. Only what the page itself holds is read; no other page is asked.
Spec: https://microformats.org/wiki/microformats2-parsing, https://microformats.org/wiki/representative-h-card-parsing,
https://indieweb.org/authorship-spec
"""

from typing import NamedTuple

from turbohtml import Element

from linkback.core.model import Author
from linkback.core.pages.document import Document, in_template
from linkback.core.pages.facts import NOBODY, author_of, filled
from linkback.core.pages.flow import text_inside
from linkback.core.pages.matching import key_of
from linkback.core.pages.properties import (
    Property,
    address_of,
    is_modern,
    is_root,
    kinds_of,
    marked_in,
    named,
    names_of,
    properties_of,
    text_of,
    wanted,
)
from linkback.core.urls import resolve

MAX_CARDS = 100  # cards looked at to find whose page it is
MAX_AUTHORS = 10  # of one entry; more than one is rare

AUTHORS = wanted("p-author u-author", "author")
_CARDS = ".h-card, .vcard"
_NAMES, _URLS, _PHOTOS = wanted("p-name", "fn"), wanted("u-url", "url"), wanted("u-photo", "photo")
_UIDS = wanted("u-uid", "uid")
_TOLD_BY = {"img": "alt", "area": "alt", "abbr": "title"}
_SHOWN_BY = {"img": "src", "object": "data"}
_LED_BY = {"a": "href", "area": "href"}
_ENTRY_OR_CITE = "[class]:is(.h-entry, .hentry, .h-cite)"


class Card(NamedTuple):
    """A card: whose it is, and all addresses by which it names them."""

    author: Author
    urls: tuple[str, ...]
    uids: tuple[str, ...]


def author_in(document: Document, entry: Element, properties: list[Property], *, classic: bool) -> Author:
    """Return who wrote an entry: as it says itself, else as the feed around it says, else whose page it is.

    An author of whom no more than the address is said is looked up among the cards of the page.
    """
    authors = _authors(document, named(properties, AUTHORS, classic=classic))
    if not authors and (feed := entry.closest(".h-feed")) is not None:
        authors = _authors(document, named(properties_of(feed, ".p-author, .u-author"), AUTHORS, classic=False))
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
        return card_of(document, cards[0]).author
    return _representative(document, [card_of(document, one) for one in cards])


def card_of(document: Document, card: Element) -> Card:
    """Read a card: what it marks, else what is implied."""
    properties, names = marked_in(card), names_of(card)
    classic = not is_modern(names)
    marked = [named(properties, one, classic=classic) for one in (_NAMES, _URLS, _PHOTOS, _UIDS)]
    kinds = kinds_of(properties)
    name = text_of(marked[0][0]) if marked[0] else _implied_name(card, names, kinds)
    urls = _addresses(document, marked[1])
    implied = kinds.isdisjoint("uh")
    url = urls[0] if urls else _implied(document, card, _LED_BY) if implied and not marked[1] else ""
    photos = _addresses(document, marked[2])
    photo = photos[0] if photos else _implied(document, card, _SHOWN_BY) if implied and not marked[2] else ""
    author = author_of(document.base, _once(name), url, photo)
    return Card(author, urls or ((url,) if url else ()), _addresses(document, marked[3]))


def _authors(document: Document, elements: list[Element]) -> list[Author]:
    found = [_person(document, element) for element in elements[:MAX_AUTHORS]]
    return [author for author in found if author.name or author.url or author.photo]


def _person(document: Document, element: Element) -> Author:
    """Return the author in an author property: the card that it is or holds, else its text and link."""
    names = names_of(element)
    card = element if is_root(names) else element.select_one(_CARDS) if len(element) else None
    if card is not None:
        return card_of(document, card).author
    told, led = text_of(element), address_of(element)
    address = led if element.tag in _LED_BY or "u-author" in names else None
    url = resolve(document.base, address) if address is not None else None
    is_name = told.strip() != (address or "").strip()
    return author_of(document.base, told if is_name else "", url or "")


def _known(document: Document, author: Author) -> Author:
    """Return an author of whom only the address is known as the page's card of the same address tells of them."""
    wanted_key = key_of(author.url)
    for element in document.tree.select(_CARDS)[:MAX_CARDS]:
        card = card_of(document, element)
        if any(key_of(url) == wanted_key for url in card.urls) and not in_template(element):
            return Author(card.author.name, author.url, author.photo or card.author.photo)
    return author


def _representative(document: Document, cards: list[Card]) -> Author:
    page = {key_of(document.url)}
    for card in cards:
        if not page.isdisjoint(map(key_of, card.urls)) and not page.isdisjoint(map(key_of, card.uids)):
            return card.author
    own = {key_of(url) for url in document.offers("me")}
    for card in cards:
        if not own.isdisjoint(map(key_of, card.urls)):
            return card.author
    return NOBODY


def _addresses(document: Document, elements: list[Element]) -> tuple[str, ...]:
    """Return where properties lead, those that lead to the web."""
    written = (address_of(element) for element in elements)
    return tuple(url for one in written if one is not None and (url := resolve(document.base, one)))


def _implied_name(card: Element, names: frozenset[str], kinds: set[str]) -> str:
    """Return the name of a card that marks none: that of its picture or abbreviation, else its text.

    Other text that is marked says that the text as a whole is no name, unless the card is an author's
    name all the same (p-author).
    """
    if not kinds.isdisjoint("peh"):
        return text_of(card) if "p-author" in names else ""
    inmost = [card, *_only_children(card)]
    told = next((name for one in inmost if one.tag in _TOLD_BY and (name := one.attr(_TOLD_BY[one.tag]))), "")
    return told or text_inside(card, pictures=True)


def _only_children(card: Element) -> list[Element]:
    """Return the only child of a card and the only child of that, as long as neither is an item."""
    children = _children(card)
    if len(children) != 1 or is_root(names_of(children[0])):
        return []
    inner = _children(children[0]) if children[0].tag not in _TOLD_BY else []
    return [*children, *inner] if len(inner) == 1 and not is_root(names_of(inner[0])) else children


def _implied(document: Document, card: Element, attributes: dict[str, str]) -> str:
    """Return where a card leads, or what it shows, by itself or by its only link or picture."""
    own = card.attr(attributes[card.tag]) if card.tag in attributes else None
    if own is None:
        children = _children(card)
        one = _only_of(children, attributes)
        if one is None and len(children) == 1 and not is_root(names_of(children[0])):
            one = _only_of(_children(children[0]), attributes)
        own = one.attr(attributes[one.tag]) if one is not None else None
    return (resolve(document.base, own) if own is not None else None) or ""


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
