"""Sitemaps and their indexes.

Read by expat in one piece. Any DOCTYPE is refused, since no sitemap has one and entities are how XML bites.
Spec: https://www.sitemaps.org/protocol.html
"""

from pyexpat import ExpatError, ParserCreate
from typing import NoReturn

from linkback.core.errors import BadFeed
from linkback.core.feeds.listing import Listing, entry_of, listing_of
from linkback.core.model import Page
from linkback.core.urls import resolve

MAX_PAGES = 50_000  # as many as one sitemap may list
MAX_SITEMAPS = 20  # of an index that are read; more would use up what one host is asked in ten seconds
DOCTYPE = "This sitemap holds a DOCTYPE, which no sitemap has."
FIELDS = ("loc", "lastmod")
DEPTH = {"url": 2, "sitemap": 2, "loc": 3, "lastmod": 3}


def read(page: Page, text: str) -> Listing:
    """Return what a sitemap lists, or which sitemaps an index does, those that changed last first; raises BadFeed."""
    reader = _Reader()
    try:
        reader.parse(text)
    except (ExpatError, UnicodeEncodeError) as error:
        # Of one that goes on beyond what was read, everything before the cut is good.
        if not page.truncated:
            raise BadFeed(f"This sitemap is no well-formed XML: {error}.") from error
    if reader.name == "sitemapindex":
        newest = sorted(reader.found, key=lambda place: place.get("lastmod", ""), reverse=True)
        more = dict.fromkeys(resolve(page.url, place.get("loc", "").strip()) for place in newest)
        followed = [url for url in more if url][:MAX_SITEMAPS]
        return Listing("sitemap", more=tuple(followed), whole=not page.truncated and len(followed) >= len(more))
    entries = (
        entry_of(page.url, place.get("loc"), title="", published="", updated=place.get("lastmod"))
        for place in reader.found
    )
    return listing_of("sitemap", entries, most=MAX_PAGES, whole=not page.truncated)


class _Reader:
    """Gathers what stands in each `<url>` or `<sitemap>` while expat walks.

    Names count only with the prefix of the root: an `<image:loc>` is no address of a page.
    """

    def __init__(self) -> None:
        self.name = ""
        self.prefix = ""
        self.depth = 0
        self.found: list[dict[str, str]] = []
        self.open: dict[str, str] | None = None
        self.text: list[str] | None = None

    def parse(self, text: str) -> None:
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(text, True)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            self.prefix, _, self.name = tag.rpartition(":")
        name = self._plain(tag)
        if DEPTH.get(name) != self.depth:
            return
        if self.depth == 2:
            self.open = {}
        else:
            self.text = []

    def end(self, tag: str) -> None:
        name = self._plain(tag)
        if self.text is not None and self.open is not None and DEPTH.get(name) == self.depth == 3:
            self.open.setdefault(name, "".join(self.text))
            self.text = None
        elif self.open is not None and self.depth == 2:
            self.found.append(self.open)
            self.open = None
        self.depth -= 1

    def characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _plain(self, tag: str) -> str:
        prefix, _, name = tag.rpartition(":")
        return name if prefix == self.prefix else ""


def _refuse(*_declared: object) -> NoReturn:
    raise BadFeed(DOCTYPE)
