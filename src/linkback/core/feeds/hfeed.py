"""h-feed: the posts that a page marks with microformats2, and the feeds that a page names.

Spec: https://microformats.org/wiki/h-feed, and hAtom before it
"""

from collections.abc import Iterator

from turbohtml import Element

from linkback.core.feeds.listing import MAX_ENTRIES, Listing, entry_of, listing_of
from linkback.core.model import Entry
from linkback.core.pages.document import Document, in_template, tokens
from linkback.core.pages.flow import text_inside
from linkback.core.urls import resolve

MAX_PROPERTIES = 100  # elements of one entry looked at
MAX_OFFERED = 3  # feeds that a page names and that are tried: posts, comments, and one to spare
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"})

ENTRIES = "[class]:is(.h-entry, .hentry)"
_ROOTS = "[class]:is(.h-entry, .hentry, .h-cite, .h-card, .vcard, .h-event, .h-adr, .h-item, .h-product, .h-review)"
_PROPERTIES = (
    "[class]:is(.u-url, .p-name, .entry-title, .dt-published, .published, .entry-date, .dt-updated, .updated), "
    "a[rel~=bookmark]"
)
_NAMES = frozenset({"p-name", "entry-title"})
_PUBLISHED = frozenset({"dt-published", "published", "entry-date"})
_UPDATED = frozenset({"dt-updated", "updated"})


def offered(document: Document) -> tuple[str, ...]:
    """Return the feeds that a page names by `<link rel=alternate>`, in its order: the first is the main one."""
    links = document.tree.select("link[rel~=alternate i][href][type]")
    named = [link for link in links if (link.attr("type") or "").strip().lower() in FEED_TYPES]
    urls = dict.fromkeys(resolve(document.base, link.attr("href") or "") for link in named if not in_template(link))
    return tuple(url for url in urls if url)[:MAX_OFFERED]


def read(document: Document) -> Listing | None:
    """Return the posts that a page lists; None when it marks none. One without an address of its own is no post."""
    listing = listing_of("h-feed", _entries(document))
    return listing if listing.entries else None


def _entries(document: Document) -> Iterator[Entry | None]:
    for root in document.tree.select(ENTRIES)[: MAX_ENTRIES + 1]:
        parent = root.parent
        # What is inside of another entry is a comment, or what that one answers.
        if not in_template(root) and not (isinstance(parent, Element) and parent.closest(ENTRIES)):
            yield _entry(document.base, root)


def _entry(base: str, root: Element) -> Entry | None:
    properties = [(element, frozenset(tokens(element, "class"))) for element in _own(root)]
    return entry_of(
        base,
        _address(properties),
        title=_first(properties, _NAMES),
        published=_first(properties, _PUBLISHED),
        updated=_first(properties, _UPDATED),
        said=(root.text, *(link.attr("href") for link in root.select("a[href]"))),
    )


def _address(properties: list[tuple[Element, frozenset[str]]]) -> str | None:
    """Return where an entry says that it is, as it says it: as microformats2 has it, else as hAtom does."""
    marked = [element for element, names in properties if "u-url" in names]
    marked += [element for element, _ in properties if "bookmark" in tokens(element, "rel")]
    addresses = (element.attr("href") or element.attr("value") for element in marked)
    return next((address for address in addresses if address), None)


def _own(root: Element) -> list[Element]:
    """Return the elements that are properties of an entry itself, not of what is nested in it."""
    found = root.select(_PROPERTIES)[:MAX_PROPERTIES]
    return [one for one in found if isinstance(parent := one.parent, Element) and parent.closest(_ROOTS) == root]


def _first(properties: list[tuple[Element, frozenset[str]]], wanted: frozenset[str]) -> str:
    for element, names in properties:
        if not names.isdisjoint(wanted):
            return element.attr("datetime") or element.attr("title") or text_inside(element)
    return ""
