"""Microformats, the parts that all of them share: what is an item, which elements are its properties, what they hold.

An item is an element with a root class (h-entry, or of old hentry). A property belongs to the
nearest item around it; what is in a `<template>` belongs to none. Values are as written: text is
made plain, and addresses are resolved, by who reads them.
Spec: https://microformats.org/wiki/microformats2-parsing, https://microformats.org/wiki/value-class-pattern
"""

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from turbohtml import Element, Text

from linkback.core.pages.document import parted
from linkback.core.pages.flow import text_inside
from linkback.core.pages.place import RESPONSES

MAX_PROPERTIES = 500  # elements of one entry looked at; an entry has some dozens
MAX_NODES = 500  # nodes of a card looked at; a card has a dozen

Names = Collection[str]
Known = dict[Element, Element | None]
"""Elements around others by the item that they are or are right inside of, as far as it was found."""
Marked = Mapping[str, list[Element]]
"""The elements of an item's own properties, in order, by what MODERN and CLASSIC call them."""

MODERN = {
    "p-name": "name", "p-author": "author", "u-author": "author", "dt-published": "published", "u-photo": "photo",
    "u-featured": "featured", "p-rsvp": "rsvp", "u-url": "url", "u-uid": "uid", "e-content": "content",
    "p-content": "content", "p-summary": "summary", **RESPONSES,
}  # fmt: skip
CLASSIC = {
    "entry-title": "name", "fn": "name", "author": "author", "published": "published", "entry-date": "published",
    "photo": "photo", "url": "url", "uid": "uid", "entry-content": "content", "entry-summary": "summary",
}  # fmt: skip
MAX_CLASS = 100  # characters of one class name; patterns need room in proportion to what they match

_MODERN_ROOT = re.compile(r"h-(?:[a-z0-9]+-)?[a-z]+(?:-[a-z]+)*")
_USUAL_ROOTS = frozenset({"h-entry", "h-card", "h-cite", "h-feed", "h-event"})
_SIZES = frozenset({"h-auto", "h-fit", "h-full", "h-max", "h-min", "h-px", "h-screen"})  # heights, to a style sheet
_CLASSIC_ROOTS = frozenset({
    "adr", "geo", "hentry", "hfeed", "hproduct", "hrecipe", "hresume", "hreview", "hreview-aggregate", "vcard",
    "vevent",
})  # fmt: skip
_MAY_BE_ROOT = f'template, [class*="h-"], {", ".join(f".{name}" for name in sorted(_CLASSIC_ROOTS))}'
_PREFIX = re.compile(r"(p|e|u)-(?:[a-z0-9]+-)?[a-z]+(?:-[a-z]+)*")

_TEXTS = {"abbr": "title", "link": "title", "data": "value", "input": "value", "img": "alt", "area": "alt"}
_DATES = {
    "time": "datetime", "ins": "datetime", "del": "datetime", "abbr": "title", "data": "value", "input": "value",
}  # fmt: skip
_ADDRESSES = {
    "a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src", "source": "src",
    "iframe": "src", "object": "data",
}  # fmt: skip
_NAMED_ADDRESSES = {"abbr": "title", "data": "value", "input": "value"}
_PARTS = frozenset({"value", "value-title"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-\d{3}")
_ZONE = re.compile(r"Z|[+-]\d{1,2}(?::?\d{2})?", re.IGNORECASE)


def names_of(element: Element) -> list[str]:
    """Return the class names of an element as written: microformats are told by case."""
    return parted(element.attr("class") or "")


def is_root(names: Names) -> bool:
    """Tell whether an element of these names is an item."""
    return not _CLASSIC_ROOTS.isdisjoint(names) or is_modern(names)


def is_modern(names: Names) -> bool:
    """Tell whether an element of these names is an item of microformats2."""
    if not _USUAL_ROOTS.isdisjoint(names):
        return True
    return any(name[:2] == "h-" and name not in _SIZES and _named(_MODERN_ROOT, name) for name in names)


def _named(pattern: re.Pattern[str], name: str) -> re.Match[str] | None:
    return pattern.fullmatch(name) if len(name) <= MAX_CLASS else None


def belongs_to(element: Element, root: Element, known: Known | None = None) -> bool:
    """Tell whether an element is a property of an item itself: no other item and no template lies between them.

    Who asks for many elements of one item hands in what is known, so that each around them is judged once.
    """
    return _item_around(element, root, {} if known is None else known) == root


def _item_around(element: Element, root: Element, known: Known) -> Element | None:
    """Return the root, the other item, or the template that an element is right inside of."""
    passed: list[Element] = []
    found: Element | None = None
    at = element.parent
    while isinstance(at, Element) and (near := at.closest(_MAY_BE_ROOT)) is not None:
        if near in known:
            found = known[near]
            break
        passed.append(near)
        if near == root or near.tag == "template" or is_root(names_of(near)):
            found = near
            break
        at = near.parent
    known.update(dict.fromkeys(passed, found))
    return found


def properties_of(root: Element, selector: str) -> Marked:
    """Return the properties that a selector finds in an item and that are its own, not of what is nested in it."""
    known: Known = {}
    found = root.select(selector)[:MAX_PROPERTIES]
    return grouped(root, [element for element in found if belongs_to(element, root, known)])


def marked_in(root: Element) -> list[Element]:
    """Return all elements with classes that are an item's own, among its first MAX_NODES nodes."""
    known: Known = {}
    inner = (node for node in islice(root.descendants, MAX_NODES) if isinstance(node, Element) and node.attr("class"))
    return [element for element in inner if belongs_to(element, root, known)]


def grouped(root: Element, elements: Iterable[Element]) -> Marked:
    """Return elements by the properties that they are in the format of their item, else in the other one.

    Themes mix the two, so what is not there in one is looked for in the other.
    """
    own, other = (MODERN, CLASSIC) if is_modern(names_of(root)) else (CLASSIC, MODERN)
    marked: dict[str, list[Element]] = {}
    others: dict[str, list[Element]] = {}
    for element in elements:
        for name in names_of(element):
            if (called := own.get(name)) is not None:
                _add(marked, called, element)
            elif (called := other.get(name)) is not None:
                _add(others, called, element)
    return others | marked if others else marked


def _add(marked: dict[str, list[Element]], called: str, element: Element) -> None:
    found = marked.setdefault(called, [])
    if not found or found[-1] != element:  # p-author and u-author at once
        found.append(element)


def kinds_of(elements: Iterable[Element]) -> set[str]:
    """Return which kinds of properties there are: p, e, u, and h for an item. They keep others from being implied."""
    called = [names_of(element) for element in elements]
    kinds = {kind[1] for names in called for name in names if (kind := _named(_PREFIX, name))}
    return kinds | ({"h"} if any(map(is_root, called)) else set())


def text_of(element: Element) -> str:
    """Return the value of a property that is text (p-*); an image counts as its alt text."""
    if parts := _parts(element):
        return "".join(one.attr("title") or "" if _is_titled(one) else text_inside(one) for one in parts)
    told = _attribute(element, _TEXTS)
    return told if told is not None else text_inside(element, pictures=True)


def date_of(element: Element) -> str:
    """Return the value of a property that is a date (dt-*), as written: a day, a clock and a zone may be apart."""
    if parts := _parts(element):
        return _joined([_date_part(one).strip() for one in parts])
    told = _attribute(element, _DATES)
    return told if told is not None else text_inside(element)


def address_of(element: Element) -> str | None:
    """Return the value of a property that is an address (u-*), as written; "" is the page itself, None is none."""
    told = _attribute(element, _ADDRESSES)
    if told is None and element.tag == "video":
        told = element.attr("poster")
    if told is not None:
        return told
    if parts := _parts(element):
        return "".join(one.attr("title") or "" if _is_titled(one) else text_inside(one) for one in parts).strip()
    told = _attribute(element, _NAMED_ADDRESSES)
    return (told if told is not None else text_inside(element)).strip() or None


def is_bare(element: Element) -> bool:
    """Tell whether an element holds nothing but one text, if that; most properties do."""
    size = len(element)
    return size == 0 or (size == 1 and isinstance(element[0], Text))


def _attribute(element: Element, by_tag: dict[str, str]) -> str | None:
    attribute = by_tag.get(element.tag)
    return element.attr(attribute) if attribute is not None else None


def _parts(element: Element) -> list[Element]:
    """Return the children that are the value, as the value-class-pattern has it."""
    if is_bare(element):
        return []
    children = (one for one in islice(element, MAX_NODES) if isinstance(one, Element) and one.tag != "template")
    return [one for one in children if not _PARTS.isdisjoint(names_of(one))]


def _is_titled(element: Element) -> bool:
    return "value-title" in names_of(element)


def _date_part(element: Element) -> str:
    if _is_titled(element):
        return element.attr("title") or ""
    return _attribute(element, _DATES) or _attribute(element, _TEXTS) or text_inside(element)


def _joined(parts: list[str]) -> str:
    """Return a day, a clock and a zone as one date, whatever their order; the first of each."""
    day = next((one for one in parts if _DAY.fullmatch(one)), "")
    zone = next((one for one in parts if _ZONE.fullmatch(one)), "")
    rest = next((one for one in parts if one and not _DAY.fullmatch(one) and not _ZONE.fullmatch(one)), "")
    if _DAY.match(rest):
        return rest
    return f"{day} {rest}{zone}".strip() if day else ""
