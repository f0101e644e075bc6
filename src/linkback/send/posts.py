"""Posts: what a page of ours says, as far as others are told of it. Pure."""

from dataclasses import dataclass

from linkback.core.errors import LinkbackError
from linkback.core.model import Author, Citation, Link, Page
from linkback.core.pages import citation, document, links, post
from linkback.core.pages.document import Document
from linkback.core.pages.flow import text_inside
from linkback.core.text import bounded, clean

MAX_BEGINNING = 250  # characters of an excerpt; what TrackBack programs show of one
GONE = "gone"  # the version of a post that is no more
REMOVED = "The post no longer links to it."
DELETED = "The post is gone."
_WRITTEN = ".e-content, .entry-content"
_BEGINNINGS = ("description", "og:description")
_BLOG_NAMES = ("og:site_name", "application-name")


class NoSource(LinkbackError):
    """The post itself could not be read, so nobody can be told of it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A page of ours that was read: where it is, and what it links to.

    `version` stands for what it says: the same as long as its text and links are. A post that is
    `gone` links to nothing. `whole` says that all its links are here; where it has more of them than
    are read, one that is missing tells nothing. `citation` is what it says of itself: title, beginning (as excerpt) and
    the name of the blog (as author).
    """

    url: str
    links: tuple[Link, ...]
    version: str = ""
    gone: bool = False
    citation: Citation = Citation()
    whole: bool = True


def read_post(page: Page) -> Post:
    """Return what a page says as a post; one that calls itself gone for good (`<meta>` Status 410) is gone."""
    read = document.read(page)
    if read.gone_by_meta:
        return gone_post(page.url)
    outgoing = links.outgoing(read)
    whole = not page.truncated and len(outgoing) < links.MAX_OUTGOING
    return Post(page.url, outgoing, links.version_of(read), citation=_citation(read), whole=whole)


def gone_post(url: str) -> Post:
    """Return a post that is no more."""
    return Post(url, (), GONE, gone=True)


def why_removed(version: str) -> str:
    """Say why a link is not in a version of a post any more."""
    return DELETED if version == GONE else REMOVED


def _citation(read: Document) -> Citation:
    """Return what a document says of itself, not of any link: so none is looked for."""
    said = citation.cite(read, Link("", "a"), "")
    name = next((clean(read.metas[key]) for key in _BLOG_NAMES if key in read.metas), "")
    beginning = next((clean(read.metas[key]) for key in _BEGINNINGS if key in read.metas), "")
    return Citation(
        title=said.title,
        author=Author(name or said.author.name),
        excerpt=bounded(beginning or _beginning(read), MAX_BEGINNING),
        language=said.language,
    )


def _beginning(read: Document) -> str:
    """Return how a post begins; "" where nothing tells it from the menus around it."""
    root = post.Post.of(read).root
    if root is None or root.tag in ("html", "body"):
        return clean(read.text[: 5 * MAX_BEGINNING])
    written = root.select_one(_WRITTEN)
    return clean(text_inside(root if written is None else written))
