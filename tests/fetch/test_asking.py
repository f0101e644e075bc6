import pytest

from linkback.core.model import Request, first_header
from linkback.core.urls import parse
from linkback.fetch import DoorSettings, get
from linkback.fetch.asking import MAX_HEAD, message_for, user_agent

SETTINGS = DoorSettings(version="1.2.3", contact="https://me.example/about")


@pytest.mark.parametrize(
    ("contact", "about", "expected"),
    [
        ("", None, "linkback/1"),
        ("https://me.example/", None, "linkback/1 (+https://me.example/)"),
        ("", "you.example", "linkback/1 (verifying a link to you.example)"),
        ("m@me.example", "you.example", "linkback/1 (+m@me.example; verifying a link to you.example)"),
        ("a\r\nX-Evil: 1", "you.example", "linkback/1 (verifying a link to you.example)"),
        ("", "you.example\r\nX-Evil: 1", "linkback/1"),
        ("", "you.example) curl/8 (", "linkback/1"),
        ("", "h" * 101, "linkback/1"),
        ("\u200bme", "\x00", "linkback/1"),
    ],
)
def test_the_user_agent_says_who_and_why(contact: str, about: str | None, expected: str) -> None:
    assert user_agent("1", contact, about) == expected


def test_a_look_again_asks_whether_the_page_changed() -> None:
    request = get("https://a.example/", etag='"abc"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT")
    assert first_header(request.headers, "if-none-match") == '"abc"'
    assert first_header(request.headers, "if-modified-since") == "Tue, 24 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', '"' + "a" * 200 + '"', '"\u00e9"', ""])
def test_a_validator_that_is_odd_or_long_is_not_sent_back(etag: str) -> None:
    assert first_header(get("https://a.example/", etag=etag).headers, "if-none-match") is None


def test_what_can_be_left_out_makes_room_for_a_long_address() -> None:
    seen = []
    for length in range(0, 1900, 10):
        request = get("https://a.example/" + "p" * length, about="you.example", etag='"abc"')
        head = message_for(request, parse(request.url), SETTINGS)
        seen.append(tuple(word in head for word in (b"you.example", b"If-None-Match", b"me.example/about")))
    assert list(dict.fromkeys(seen)) == [
        (True, True, True),
        (False, True, True),
        (False, False, True),
        (False, False, False),
    ]


@pytest.mark.parametrize("length", range(0, 380, 20))
def test_a_head_is_within_its_bound_whatever_the_address(length: int) -> None:
    request = get("https://a.example/" + "p" * length, about="you.example", etag='"' + "e" * 120 + '"')
    assert len(message_for(request, parse(request.url), SETTINGS)) <= MAX_HEAD


def test_a_request_brings_its_own_headers_and_its_body() -> None:
    request = Request("POST", "https://a.example/x", (("content-type", "text/xml"),), b"<x/>")
    head, _, body = message_for(request, parse(request.url), SETTINGS).partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[:3] == [b"POST /x HTTP/1.1", b"Host: a.example", b"Content-Length: 4"]
    assert b"\r\nContent-Type: text/xml" in head
    assert body == b"<x/>"


def test_a_post_without_a_body_says_so() -> None:
    request = Request("POST", "https://a.example/")
    assert b"\r\nContent-Length: 0\r\n" in message_for(request, parse(request.url), SETTINGS)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("http://a.example", b"GET / HTTP/1.1\r\nHost: a.example\r\n"),
        ("http://a.example?", b"GET /? HTTP/1.1\r\nHost: a.example\r\n"),
        ("http://a.example.:8080/b#c?d", b"GET /b HTTP/1.1\r\nHost: a.example:8080\r\n"),
        ("https://a.example:443/%2F//b?c=/d%20e#f", b"GET /%2F//b?c=/d%20e HTTP/1.1\r\nHost: a.example\r\n"),
        ("https://[2001:DB8::1]:8443/", b"GET / HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n"),
        ("http://b\u00fccher.example/\u00e9", b"GET /%C3%A9 HTTP/1.1\r\nHost: xn--bcher-kva.example\r\n"),
    ],
)
def test_the_server_is_told_its_name_and_the_address_as_it_is(url: str, start: bytes) -> None:
    assert message_for(get(url), parse(url), SETTINGS).startswith(start)


@pytest.mark.parametrize(
    "field",
    [
        ("x", "a\r\nX-Evil: 1"),
        ("x", "a\nb"),
        ("x", "a\0b"),
        ("x: y\r\nz", "a"),
        ("x y", "a"),
        ("", "a"),
        ("x", "\u20ac"),
    ],
)
def test_a_header_that_would_add_another_is_never_sent(field: tuple[str, str]) -> None:
    request = Request("POST", "https://a.example/", (field,))
    with pytest.raises(ValueError):
        message_for(request, parse(request.url), SETTINGS)
