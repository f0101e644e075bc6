"""RSS 0.9x, 1.0 and 2.0, and Atom: read by turbohtml, which takes the newest forms of them.

It knows no entities but XML's own five, takes linear time, and mends what is not well-formed as a
browser would. What is here: making old dialects look new, and closing what was cut off.
"""

import re

from turbohtml.extract import Entry as FeedEntry
from turbohtml.extract import feed

from linkback.core.errors import BadFeed
from linkback.core.feeds.listing import Listing, entry_of, listing_of
from linkback.core.model import Entry, Page

HEAD = 4096  # characters in which the root element's tag ends
_RSS = re.compile(r"<rss\b[^>]*>", re.I)
# The namespaces of RSS 0.90 and Atom 0.3, and what the same elements are in now.
_MODERN = {
    "http://my.netscape.com/rdf/simple/0.9/": "http://purl.org/rss/1.0/",
    "http://channel.netscape.com/rdf/simple/0.9/": "http://purl.org/rss/1.0/",
    "http://purl.org/atom/ns#": "http://www.w3.org/2005/Atom",
}
_BASE = re.compile(r"""\sxml:base\s*=\s*(?:"[^"]*"|'[^']*')""")
# How a document of each root goes on after its last whole entry, if it was cut off.
_ENDS = {"rss": ("</item>", "</channel></rss>"), "feed": ("</entry>", "</feed>"), "rdf:RDF": ("</item>", "</rdf:RDF>")}
UNREADABLE = "This looks like RSS or Atom, but its root element is in a form that no version of them has."


def read(page: Page, text: str) -> Listing:
    """Return what an RSS or Atom feed lists; raises BadFeed."""
    found = feed(_modern(_closed(text) if page.truncated else text))
    if found is None:
        raise BadFeed(UNREADABLE)
    kind = "atom" if found.type == "atom" else "rss"
    entries = (_entry(page.url, one) for one in found.entries)
    return listing_of(kind, entries, whole=not page.truncated)


def _entry(base: str, one: FeedEntry) -> Entry | None:
    link = one.link or (one.id if (one.id or "").startswith(("http://", "https://")) else None)
    said = (one.summary, one.content, one.author)
    return entry_of(base, link, title=one.title, published=one.published, updated=one.updated, said=said)


def _modern(text: str) -> str:
    """Return a feed whose root is that of RSS 2.0, RSS 1.0 or Atom 1.0; the elements below it have not changed."""
    head, rest = text[:HEAD], text[HEAD:]
    head = _RSS.sub(_modern_rss, head, count=1)
    for old, new in _MODERN.items():
        head = head.replace(old, new)
    return head + rest


def _modern_rss(tag: re.Match[str]) -> str:
    """Keep of the tag what names prefixes and the base; a default namespace would hide the elements."""
    kept = re.findall(r"""\sxmlns:[\w.-]+\s*=\s*(?:"[^"]*"|'[^']*')""", tag[0]) + _BASE.findall(tag[0])
    return f'<rss version="2.0"{"".join(kept)}>'


def _closed(text: str) -> str:
    """Return a feed that ends after its last whole entry, since half of one is no entry."""
    for root, (last, end) in _ENDS.items():
        if f"<{root}" in text[:HEAD]:
            whole = text[: text.rfind(last) + len(last)] if last in text else text
            return whole + end
    return text
