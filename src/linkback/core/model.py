"""The nouns. Frozen values; None means "unknown", never "error"; times are aware UTC.

A value is named for its moment: a Ping is claimed, a Mention is kept, a Citation is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from linkback.core.errors import Problem

Headers = tuple[tuple[str, str], ...]


def first_header(headers: Headers, name: str) -> str | None:
    """Return the first value of a header; name is lower case, as all names in Headers are."""
    for key, value in headers:
        if key == name:
            return value
    return None


def retry_after(headers: Headers) -> float | None:
    """Return for how many seconds the other side wants to be left alone (RFC 9110 §10.2.3).

    A date counts from the response's own Date, so no clock is needed; None when nothing sensible is said.
    """
    value = (first_header(headers, "retry-after") or "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        until, now = (parsedate_to_datetime(text) for text in (value, first_header(headers, "date") or ""))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request: one that came in, or one to be sent through the door.

    `sender` is the peer's address of one that came in. `about` is the host named in the
    User-Agent of one that goes out ("verifying a link to HOST"). `budget` is whose allowance
    an outgoing one uses: "world", or "own" for a look at the owner's own site.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    sender: str | None = None
    about: str | None = None
    budget: str = "world"


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response as bytes; header names are lower case, in order, repeated ones too."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Page(Response):
    """A response that was fetched.

    `url` is where it finally came from, `redirects` the addresses passed on the way
    (the first is what was asked for; empty when there was no redirect). `truncated` says
    that the body goes on beyond what was read.
    """

    url: str = ""
    redirects: tuple[str, ...] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Ping:
    """What a peer claims: source links to target."""

    source: str
    target: str
    protocol: str
    sender: str | None = None


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
    """

    problem: Problem | None = None
    message: str = ""
    retry_after: float | None = None
    code: int | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the ping was taken."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a page takes pings, and how we know: found_in is header, link or lenient."""

    url: str
    protocol: str
    found_in: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a document: its absolute address and how it stands in the page.

    `place` is content, sidebar, navigation, header, footer, comments or hidden; `text` the plain anchor text.
    """

    url: str
    tag: str
    rel: tuple[str, ...] = ()
    text: str = ""
    place: str = "content"


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
    like, repost, bookmark or rsvp. `published` is as the page gives it, made UTC.
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules look at: the claim and what the source says, gathered before any rule runs."""

    source: str
    target: str
    citation: Citation


class Status(StrEnum):
    """Where a mention stands."""

    RECEIVED = "received"
    HELD = "held"
    APPROVED = "approved"
    SPAM = "spam"
    REMOVED = "removed"
    GONE = "gone"
    INVALID = "invalid"


class Moderation(StrEnum):
    """How a site treats what the rules let through."""

    HOLD = "hold"
    FIRST_TIME = "first-time"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for or against a mention, in a sentence an owner understands.

    `weight` is positive for junk, negative for honest.
    """

    rule: str
    sentence: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules think: a status to take, a score (0 honest … 1 junk), and always the reasons."""

    decision: Status
    score: float = 0.5
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A base URL that an owner registered, and how it takes pings.

    `closed` are patterns of pages that take none: shell-style (`*` crosses slashes), matched
    against path and query.
    """

    id: int
    url: str
    protocols: frozenset[str] = frozenset({"webmention", "pingback", "trackback"})
    self_pings: bool = False
    moderation: Moderation = Moderation.FIRST_TIME
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostHistory:
    """What is known of a source's host at one site: how many mentions stand where, and since when."""

    host: str
    counts: Mapping[str, int] = field(default_factory=dict)
    first_seen: datetime | None = None

    @property
    def seen(self) -> bool:
        """Tell whether a mention of this host was ever settled here."""
        return self.first_seen is not None

    def count(self, status: Status) -> int:
        """Return how many mentions of this host stand at a status."""
        return self.counts.get(status.value, 0)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One protocol's report of a mention: when it first and last came, and how often."""

    protocol: str
    first_at: datetime
    last_at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Mention:
    """A ping we keep, with a status.

    `decided_by` is the person behind the status, None while machines decide. `looks` counts the
    looks since the last one that told us something; `missed_at` is when a 404 was first seen.
    `etag` and `last_modified` are the source's validators for the next look.
    """

    id: int
    site_id: int
    source: str
    target: str
    status: Status
    received_at: datetime
    citation: Citation = Citation()
    verdict: Verdict | None = None
    receipts: tuple[Receipt, ...] = ()
    decided_by: str | None = None
    verified_at: datetime | None = None
    next_look_at: datetime | None = None
    looks: int = 0
    missed_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def protocols(self) -> tuple[str, ...]:
        """Return the names of the protocols that reported it, first come first."""
        return tuple(receipt.protocol for receipt in self.receipts)


class DeliveryStatus(StrEnum):
    """Where a delivery stands; `planned` is only ever shown by a dry run."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    NO_ENDPOINT = "no_endpoint"
    SKIPPED = "skipped"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A ping we owe someone, and what became of it; `message` is in plain words."""

    id: int
    source: str
    target: str
    status: DeliveryStatus
    created_at: datetime
    protocol: str | None = None
    endpoint: str | None = None
    http_status: int | None = None
    message: str = ""
    attempts: int = 0
    next_try_at: datetime | None = None
    updated_at: datetime | None = None
