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


def head_of(request: Request) -> str:
    head, _, _ = message_for(request, parse(request.url), SETTINGS).partition(b"\r\n\r\n")
    return head.decode() + "\r\n\r\n"


def test_what_can_be_left_out_makes_room_for_a_long_address() -> None:
    seen = []
    for length in range(0, 1900, 10):
        head = head_of(get("https://a.example/" + "p" * length, about="you.example", etag='"abc"'))
        seen.append(("you.example" in head, "If-None-Match" in head, "me.example" in head))
    assert list(dict.fromkeys(seen)) == [
        (True, True, True),
        (False, True, True),
        (False, False, True),
        (False, False, False),
    ]


@pytest.mark.parametrize("length", range(0, 380, 20))
def test_a_head_is_within_its_bound_whatever_the_address(length: int) -> None:
    request = get("https://a.example/" + "p" * length, about="you.example", etag='"' + "e" * 120 + '"')
    assert len(head_of(request)) <= MAX_HEAD


def test_a_request_brings_its_own_headers_and_its_body() -> None:
    request = Request("POST", "https://a.example/x?y=1", (("content-type", "text/xml"),), b"<x/>")
    sent = message_for(request, parse(request.url), SETTINGS)
    assert sent.startswith(b"POST /x?y=1 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n")
    assert b"\r\nContent-Type: text/xml\r\n" in sent
    assert sent.endswith(b"\r\n\r\n<x/>")


@pytest.mark.parametrize("field", [("x-odd", "a\r\nX-Evil: 1"), ("x evil", "1"), ("x:evil", "1"), ("", "1")])
def test_a_header_that_could_become_two_is_never_written(field: tuple[str, str]) -> None:
    request = Request("GET", "https://a.example/", (field,))
    with pytest.raises(ValueError, match="not a header field"):
        message_for(request, parse(request.url), SETTINGS)


def test_the_fragment_stays_at_home() -> None:
    assert head_of(get("https://a.example:8443/?q#part")).startswith("GET /?q HTTP/1.1\r\nHost: a.example:8443\r\n")
