"""Posts: what a page of ours says, as far as others are told of it. Pure."""

from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from turbohtml import Element

from linkback.core.errors import LinkbackError
from linkback.core.model import Author, Citation, Link, Page
from linkback.core.pages import citation, document, links, post
from linkback.core.pages.document import Document
from linkback.core.pages.flow import text_inside
from linkback.core.text import bounded, clean

VERSION_BYTES = 16  # two readings of one post must not meet by chance; nobody gains by making them
MAX_RESPONSES = 1000  # responses to a post that are looked at; what is below them changes nothing any more
MAX_PIECES = 500  # pieces of text read for the beginning of a post; there is at most one a word
MAX_BEGINNING = 250  # characters of an excerpt; what TrackBack programs show of one
GONE = "gone"  # the version of a post that is no more
REMOVED = "The post no longer links to it."
DELETED = "The post is gone."
_RESPONSES = ".u-comment, .p-comment"
_TEXTS = ".e-content, .p-content, .p-summary"
_BEGINNINGS = ("description", "og:description")
_BLOG_NAMES = ("og:site_name", "application-name")


class NoSource(LinkbackError):
    """The post itself could not be read, so nobody can be told of it."""


@dataclass(frozen=True, slots=True)
class Post:
    """A page of ours that was read: where it is, and what it links to.

    `version` stands for what it says: the same as long as its text and links are. A post that is
    `gone` links to nothing. `citation` is what it says of itself: title, beginning (as excerpt) and
    the name of the blog (as author).
    """

    url: str
    links: tuple[Link, ...]
    version: str = ""
    gone: bool = False
    citation: Citation = Citation()


def read_post(page: Page) -> Post:
    """Return what a page says as a post; one that calls itself gone for good (`<meta>` Status 410) is gone."""
    read = document.read(page)
    if read.gone_by_meta:
        return gone_post(page.url)
    return Post(page.url, links.outgoing(read), _version(read), citation=_citation(read))


def gone_post(url: str) -> Post:
    """Return a post that is no more."""
    return Post(url, (), GONE, gone=True)


def why_removed(version: str) -> str:
    """Say why a link is not in a version of a post any more."""
    return DELETED if version == GONE else REMOVED


def _version(read: Document) -> str:
    """Return what stands for the words and links of a post, and for the responses to it that it marks as such.

    A response that is shown is an update of the post: Webmention 3.1.4.
    """
    version = links.version_of(read)
    shown = [_said_in(response) for response in read.tree.select(_RESPONSES)[:MAX_RESPONSES]]
    if not shown:
        return version
    return blake2b("\0".join((version, *shown)).encode("utf-8", "replace"), digest_size=VERSION_BYTES).hexdigest()


def _said_in(response: Element) -> str:
    """Return the text of a response: what is marked as such, since what is around it may tell how long ago it was."""
    return clean(text_inside(response.select_one(_TEXTS) or response))


def _citation(read: Document) -> Citation:
    """Return what a document says of itself, not of any link: so none is looked for."""
    said = citation.cite(read, Link("", "a"), "")
    name = next((clean(read.metas[key]) for key in _BLOG_NAMES if key in read.metas), "")
    beginning = next((clean(read.metas[key]) for key in _BEGINNINGS if key in read.metas), "")
    words = "" if beginning else clean("".join(islice(post.Post.of(read).words(), MAX_PIECES)))
    return Citation(
        title=said.title,
        author=Author(name or said.author.name),
        excerpt=bounded(beginning or words, MAX_BEGINNING),
        language=said.language,
    )
