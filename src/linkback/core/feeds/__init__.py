"""What a feed or sitemap lists: one reader for each kind, and the choice between them.

Pure, and safe for any bytes: no entity is ever followed, nothing recurses, and what is listed is
bounded. Raises BadFeed and nothing else.
Specs: RSS 0.9x to 2.0, RFC 4287 (Atom), jsonfeed.org 1.1, microformats.org h-feed, sitemaps.org 0.9
"""

import re

from linkback.core.errors import BadFeed
from linkback.core.feeds import hfeed, jsonfeed, sitemap, syndication
from linkback.core.feeds.hfeed import offered
from linkback.core.feeds.listing import Listing
from linkback.core.model import Page, first_header
from linkback.core.pages import document, encoding

__all__ = ["Listing", "offered", "read"]

SNIFFED = 4096  # characters before which the root element begins; licences in comments take half of that
_ROOT = re.compile(r"(?>\s+|<\?[^>]*>|<!--(?>.*?-->)|<!doctype[^>\[]*(?>\[[^\]]*\])?[^>]*>)*+<([\w:.-]+)", re.S | re.I)
SYNDICATED, MAPPED = frozenset({"rss", "feed", "rdf"}), frozenset({"urlset", "sitemapindex"})
PACKED = frozenset({"application/gzip", "application/x-gzip"})

NOTHING = (
    "This is no feed: it is neither RSS, Atom, JSON Feed nor a sitemap, and no post in it is marked as h-entry. "
    "Name the address of one of these."
)
GZIP = "This is a packed file. Serve it as application/xml with Content-Encoding: gzip, or not packed."


def read(page: Page) -> Listing:
    """Return what a page lists, if it is a feed of any kind; raises BadFeed.

    What it is, its body decides: feeds are served under every media type there is.
    """
    if encoding.content_type(page) in PACKED and first_header(page.headers, "content-encoding") is None:
        raise BadFeed(GZIP)
    text = encoding.text_of(page).lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return jsonfeed.read(page, text)
    root = _ROOT.match(text[:SNIFFED])
    name = root[1].rpartition(":")[2].lower() if root else ""
    if name in SYNDICATED:
        return syndication.read(page, text)
    if name in MAPPED:
        return sitemap.read(page, text)
    if listing := hfeed.read(document.read(page)):
        return listing
    raise BadFeed(NOTHING)
