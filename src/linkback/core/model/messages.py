"""What travels over HTTP: a request, a response, a page that was fetched."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

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

    `url` of one that came in is its path and query, as they were asked for; `sender` is the peer's
    address. Of one that goes out, `about` is the host named in the User-Agent ("verifying a link to
    HOST"), and `budget` whose allowance it uses: "world", "own" for a look at the owner's own site, or
    "hooks" for a call to a webhook.
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
    (the first is what was asked for; empty when there was no redirect). `moved` is where the
    permanent ones among them (301, 308) lead before any other; empty when there is none.
    `truncated` says that the body goes on beyond what was read.
    """

    url: str = ""
    redirects: tuple[str, ...] = ()
    truncated: bool = False
    moved: str = ""
