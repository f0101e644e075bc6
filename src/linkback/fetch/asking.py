"""What is asked of the door: the request for a page, and the bytes that go out for a request.

Pure: values in, values out. Headers are written so that nothing that came from outside
can add one, and so that a request stays small, since the victim of a reflected ping pays
for every byte of it.
"""

import re
from functools import lru_cache
from typing import Protocol

from linkback.core.model import Headers, Page, Request
from linkback.core.urls import Url
from linkback.fetch.terms import DoorSettings

ACCEPT = "text/html, */*;q=0.1"
ENCODINGS = "gzip, deflate"  # what body.py can unpack within bounds

MAX_HEAD = 512  # bytes of a GET, as long as the address itself leaves room for that
MAX_VALIDATOR = 128  # bytes of an ETag or a date; servers choose them, and some are kilobytes
MAX_NAMED = 100  # characters of the contact, or of a host in the User-Agent; cut ones would mislead
REMEMBERED = 256  # sets of header fields; a site asks with one or two
_VALIDATORS = ("if-none-match", "if-modified-since")
_END = b"\r\n"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_UNSAFE = re.compile(r"[^\x21-\x7e]|[()\\;]")  # no control, no blank, nothing that ends a comment (RFC 9110 5.6.5)


class Fetch(Protocol):
    """Something that brings pages: the door, or a made-up web in tests."""

    async def __call__(self, request: Request) -> Page:
        """Return the page, whatever its status; raise a FetchError when no answer came."""


def get(
    url: str,
    *,
    about: str | None = None,
    budget: str = "world",
    etag: str | None = None,
    last_modified: str | None = None,
    accept: str = ACCEPT,
) -> Request:
    """Ask for a page; with the validators of an earlier look, only if it has changed (status 304 if not)."""
    headers = [("accept", accept)]
    if etag and _is_field_value(etag):
        headers.append(("if-none-match", etag))
    if last_modified and _is_field_value(last_modified):
        headers.append(("if-modified-since", last_modified))
    return Request("GET", url, tuple(headers), about=about, budget=budget)


def message_for(request: Request, url: Url, settings: DoorSettings) -> bytes:
    """Return all that goes out for a request, its body included.

    The head of a GET is at most MAX_HEAD bytes; where the address is too long for that, what
    can be left out is: first whom the look is about, then the validators, then the contact.
    """
    start = f"{request.method} {_target(url)} HTTP/1.1\r\nHost: {url.origin.partition('://')[2]}\r\n".encode("ascii")
    full = _fields(request.headers, settings.version, settings.contact, request.about)
    if request.method != "GET":
        return b"%bContent-Length: %d\r\n%b%b" % (start, len(request.body), full, request.body)
    if len(start) + len(full) <= MAX_HEAD:
        return start + full
    return start + _what_fits(request, settings, MAX_HEAD - len(start))


def user_agent(version: str, contact: str, about: str | None) -> str:
    """Return `linkback/VERSION (+contact; verifying a link to HOST)`, without the parts that are unknown or odd."""
    parts = []
    if _is_nameable(contact):
        parts.append(f"+{contact}")
    if about and _is_nameable(about):
        parts.append(f"verifying a link to {about}")
    return f"linkback/{version} ({'; '.join(parts)})" if parts else f"linkback/{version}"


def _target(url: Url) -> str:
    """Return what of an address the server is told: all from the path on, without the fragment."""
    return "/" + url.href.partition("#")[0].split("/", 3)[3]


def _what_fits(request: Request, settings: DoorSettings, room: int) -> bytes:
    """Return the fullest fields that fit; the shortest where none does."""
    bare = tuple(field for field in request.headers if field[0] not in _VALIDATORS)
    for headers, contact in ((request.headers, settings.contact), (bare, settings.contact)):
        fields = _fields(headers, settings.version, contact, None)
        if len(fields) <= room:
            return fields
    return _fields(bare, settings.version, "", None)


@lru_cache(REMEMBERED)
def _fields(headers: Headers, version: str, contact: str, about: str | None) -> bytes:
    """Return what goes out beside request line and Host, to the end of the head; raise ValueError for what cannot."""
    ours = (("user-agent", user_agent(version, contact, about)), ("accept-encoding", ENCODINGS))
    return "".join(_field(name, value) for name, value in (*ours, *headers)).encode("latin-1") + _END


def _field(name: str, value: str) -> str:
    if not _NAME.fullmatch(name) or not value.isprintable():
        raise ValueError(f"not a header field: {name!r}")
    return f"{name.title()}: {value}\r\n"


def _is_nameable(text: str) -> bool:
    return 0 < len(text) <= MAX_NAMED and not _UNSAFE.search(text)


def _is_field_value(text: str) -> bool:
    """Tell whether a server's own validator is short and plain enough to be sent back."""
    return len(text) <= MAX_VALIDATOR and text.isascii() and text.isprintable()
