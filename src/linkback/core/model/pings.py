"""What is claimed and what is answered, and what a page says of itself and of a link."""

from dataclasses import dataclass
from datetime import datetime

from linkback.core.errors import Problem


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a document: its absolute address and how it stands in the page.

    `place` is content, sidebar, navigation, header, footer, comments or hidden; `text` the plain anchor text.
    `muted` says that the author asked not to tell (class no-webmention or nomention, on it or around it).
    """

    url: str
    tag: str
    rel: tuple[str, ...] = ()
    text: str = ""
    place: str = "content"
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a page, as the page says."""

    name: str = ""
    url: str = ""
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """What a document says of itself and of the link: plain text, entities decoded, no markup.

    `excerpt` is the sentence around the link, at most 300 characters. `kind` is mention, reply,
    like, repost, bookmark or rsvp; `rsvp` is yes, no, maybe or interested, of an rsvp only.
    `published` is as the page gives it, made UTC. `photo` is the entry's own picture. `content` is
    the whole text of an entry that answers the target, at most 2000 characters; else empty.
    `noindex` says that the page asks search engines to keep it out.
    """

    title: str = ""
    author: Author = Author()
    kind: str = "mention"
    published: datetime | None = None
    anchor: str = ""
    excerpt: str = ""
    rel: tuple[str, ...] = ()
    place: str = "content"
    language: str = ""
    rsvp: str = ""
    photo: str = ""
    content: str = ""
    noindex: bool = False


@dataclass(frozen=True, slots=True)
class Ping:
    """What a peer claims: source links to target.

    `waits` tells whether the caller waits for the verdict; one that does not is answered as soon as
    the ping is kept. `told` is what the sender says of the source, unverified: only TrackBack does.
    """

    source: str
    target: str
    protocol: str
    sender: str | None = None
    waits: bool = True
    told: Citation | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A peer asks which accepted pings a target has (pingback.extensions.getPingbacks)."""

    target: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A value to hand back to a caller: a string, number, bool, list or dict of these."""

    value: object


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a ping: no problem means success.

    `retry_after` is in seconds. `code` is the number the other side used, in a reply that came in.
    `location` is the address of the page that tells what becomes of the ping, where there is one.
    """

    problem: Problem | None = None
    message: str = ""
    retry_after: float | None = None
    code: int | None = None
    location: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether the ping was taken."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a page takes pings, and how we know.

    `found_in` is header, link (an element in the form the document asks for), anchor (`<a>`), rdf,
    or lenient (an element in a form that strict programs do not find).
    """

    url: str
    protocol: str
    found_in: str
