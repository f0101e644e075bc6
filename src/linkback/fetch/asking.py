"""What is asked of the door: the request for a page, and the headers that go out with a request.

Pure: values in, values out. Headers are written so that nothing that came from outside
can add one, and so that a request stays small, since the victim of a reflected ping pays
for every byte of it.
"""

import re
from typing import Protocol

from linkback.core.model import Page, Request
from linkback.core.urls import Url
from linkback.fetch.terms import DoorSettings

ACCEPT = "text/html, */*;q=0.1"
ENCODINGS = "gzip, deflate"  # what body.py can unpack within bounds

MAX_HEAD = 512  # bytes of a GET, as long as the address itself leaves room for that
MAX_VALIDATOR = 128  # bytes of an ETag or a date; servers choose them, and some are kilobytes
MAX_NAMED = 100  # characters of the contact, or of a host in the User-Agent; cut ones would mislead
_REQUEST_LINE = len("  HTTP/1.1\r\nHost: \r\n\r\n")
_FIELD = len(": \r\n")
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


def headers_for(request: Request, url: Url, settings: DoorSettings) -> dict[str, str]:
    """Return what goes out beside request line and Host.

    The head of a GET is at most MAX_HEAD bytes; where the address is too long for that, what
    can be left out is: first whom the look is about, then the validators, then the contact.
    """
    known = user_agent(settings.version, settings.contact, None)
    full = user_agent(settings.version, settings.contact, request.about)
    for agent, validators in ((full, True), (known, True), (known, False)):
        headers = _headers(request, agent, validators=validators)
        if request.method != "GET" or _length(url, headers) <= MAX_HEAD:
            return headers
    return _headers(request, user_agent(settings.version, "", None), validators=False)


def user_agent(version: str, contact: str, about: str | None) -> str:
    """Return `linkback/VERSION (+contact; verifying a link to HOST)`, without the parts that are unknown or odd."""
    parts = []
    if _is_nameable(contact):
        parts.append(f"+{contact}")
    if about and _is_nameable(about):
        parts.append(f"verifying a link to {about}")
    return f"linkback/{version} ({'; '.join(parts)})" if parts else f"linkback/{version}"


def _headers(request: Request, agent: str, *, validators: bool) -> dict[str, str]:
    headers = {"User-Agent": agent, "Accept-Encoding": ENCODINGS}
    headers.update((name.title(), value) for name, value in request.headers)
    if not validators:
        headers.pop("If-None-Match", None)
        headers.pop("If-Modified-Since", None)
    return headers


def _length(url: Url, headers: dict[str, str]) -> int:
    address = len(url.href) - len(url.scheme) + len(url.host)
    return address + _REQUEST_LINE + sum(len(name) + len(value) + _FIELD for name, value in headers.items())


def _is_nameable(text: str) -> bool:
    return 0 < len(text) <= MAX_NAMED and not _UNSAFE.search(text)


def _is_field_value(text: str) -> bool:
    """Tell whether a server's own validator is short and plain enough to be sent back."""
    return len(text) <= MAX_VALIDATOR and text.isascii() and text.isprintable()
