"""Links into a site: where a page links to it at all, when nobody named which page of it is meant.

Pure, and bounded by how many addresses of a page are looked at. What counts as a link is for links.py to say.
"""

from itertools import islice

from linkback.core.errors import BadURL
from linkback.core.model import Link
from linkback.core.pages import citation, links
from linkback.core.pages import document as documents
from linkback.core.pages.document import Document
from linkback.core.pages.matching import MAX_COMPARED
from linkback.core.pages.place import CONTENT
from linkback.core.urls import host_of, resolve, same_site

MOST_TARGETS = 10  # pages of the site that are looked for in one page; a blogroll names one, a list a few
_LINKING = frozenset({"a", "area"})


def link_into(document: Document, site: str) -> tuple[Link | None, str]:
    """Return the link of a document into a site to cite, and the page of the site that it leads to.

    The first in the content of the page, else the first; None and "" where there is none.
    """
    found: list[tuple[Link, str]] = []
    for target in _targets(document, site):
        if link := citation.best(links.find(document, target)):
            found.append((link, target))
            if link.place == CONTENT:
                return link, target
    return found[0] if found else (None, "")


def _targets(document: Document, site: str) -> list[str]:
    """Return pages of a site that a document names in links, each once, in order."""
    if document.media != documents.HTML:
        return [site]
    host, targets = host_of(site), dict[str, None]()
    for element in islice(document.tree.iter_elements(_LINKING), MAX_COMPARED):
        reference = element.attr("href") or ""
        # Resolving costs more than all else: what leads to another host has to name it.
        if "//" in reference[:10] and host not in reference.lower() and reference.isascii():
            continue
        url = resolve(document.base, reference)
        if url and _is_within(url, site):
            targets[url.partition("#")[0]] = None
            if len(targets) == MOST_TARGETS:
                break
    return list(targets)


def _is_within(url: str, site: str) -> bool:
    try:
        return same_site(url, site)
    except BadURL:
        return False
