"""Pages that a post links to, made to cost whoever looks for an endpoint, as large as the door lets in."""

import time
from collections.abc import Callable

import pytest

from linkback.core.errors import FetchError
from linkback.core.model import Page
from linkback.core.protocols import PROTOCOLS, Protocol
from linkback.fetch import get
from linkback.fetch.reading import HEADROOM, MAX_LINE
from tests.fetch.conftest import Open, Serve, ok

MIB = 1 << 20
# The promise for a whole page of 1 MiB, in seconds of processor time; what others do on the machine counts for nothing.
READ_WITHIN = 1.0
URL = "https://blog.example/post"
LINES = HEADROOM // MAX_LINE
HTML = ("content-type", "text/html; charset=utf-8")
NAMES = b"webmention pingback trackback"

HEADERS = {
    "brackets": "<",
    "brackets that close": "<>",
    "commas": ",",
    "semicolons": ";",
    "quotes": '"',
    "names": "<a>;a;",
    "values": "<a>;rel=",
    "escapes": '<a>;rel="\\',
    "escaped quotes": '\\"',
    "relations": "webmentio ",
    "links": "<a>;rel=webmentio,",
    "addresses that are none": "<http://[>;rel=webmention,<http://[>;rel=trackback,",
    "anchors": '<a>;rel=trackback;anchor="../../../../../../../../x",',
    "blanks": "<a>; rel" + " " * 1000 + "=",
}
RDF = b"<!-- trackback:ping <rdf:Description "
BODIES: dict[str, Callable[[], bytes]] = {
    "blocks": lambda: b'<!--<rdf:Description dc:identifier="%b" trackback:ping="x"/>-->' % URL.encode() * 14_000,
    "a block without end": lambda: RDF + b'a="b" ' * 200_000,
    "quotes": lambda: RDF + b'a="' * 400_000,
    "references": lambda: RDF + b'dc:identifier="' + b"&amp;" * 250_000,
    "half references": lambda: RDF + b'dc:identifier="' + b"&#" * 500_000,
    "comments": lambda: b"<!--trackback:ping-->" * 50_000,
    "blocks in one comment": lambda: b"<!-- trackback:ping " + b"<rdf:Description " * 62_000,
    "blocks deep inside": lambda: b"<div>" * 100_000 + b"<!--trackback:ping <rdf:Description a=b>-->" * 12_000,
    "elements of RDF": lambda: b"<rdf:description trackback:ping=x dc:identifier=y>" * 20_000,
    "elements deep inside": lambda: b"<div>" * 30_000 + b"<rdf:description>" * 50_000,
    "links": lambda: b"<link rel=webmention href='javascript:x'>" * 25_000,
    "anchors": lambda: b"<a rel='webmention trackback' href='http://['>" * 22_000,
    "anchors deep inside": lambda: b"<b>" * 100_000 + b"<a rel=webmention>" * 40_000,
    "relations": lambda: b"<a rel='" + b"webmentio " * 110_000 + b"'>",
    "templates": lambda: b"<template>" * 50_000 + b"<a rel=webmention href=x>" * 22_000,
    "pingback links": lambda: b'<link rel="pingback" href="http://[" />' * 27_000,
    "half links": lambda: b'<link rel="pingback" href="' * 39_000,
}


def looked_for(protocol: Protocol, page: Page) -> float:
    """Look for an endpoint, and return how many seconds of processor time that took."""
    began = time.thread_time()
    protocol.discover(page)
    return time.thread_time() - began


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.NAME)
@pytest.mark.parametrize("part", HEADERS.values(), ids=HEADERS)
def test_no_header_takes_long_to_look_through(protocol: Protocol, part: str) -> None:
    lines = [("link", (part * MAX_LINE)[:MAX_LINE])] * LINES
    assert looked_for(protocol, Page(200, (HTML, *lines), NAMES, URL)) < READ_WITHIN


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.NAME)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_page_takes_long_to_look_through(protocol: Protocol, body: Callable[[], bytes]) -> None:
    assert looked_for(protocol, Page(200, (HTML,), (NAMES + body())[:MIB], URL)) < READ_WITHIN


@pytest.mark.parametrize(("lines", "length"), [(LINES + 2, MAX_LINE - 100), (1, MAX_LINE + 100), (1000, 20)])
async def test_no_more_headers_come_in_than_that(open_door: Open, serve: Serve, lines: int, length: int) -> None:
    host = await serve(ok(b"hello", *[f"Link: <{'a' * length}>; rel=webmention"] * lines))
    with pytest.raises(FetchError):
        await open_door()(get(host.url))
