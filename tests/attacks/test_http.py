"""Attacks on the HTTP server: each ends in 4xx or a closed connection, and others are served meanwhile."""

import re
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from linkback.web.server import MOST_FILES
from tests.attacks.victim import Victim, request
from tests.web.running import PATIENCE, exchange, ping, post

MANY = 500  # idle connections


def to_endpoint(*headers: bytes) -> bytes:
    return request(b"POST /pingback HTTP/1.1", *headers)


FORM = b"Content-Type: application/x-www-form-urlencoded"
SPOILT = b"MARKER-of-the-attack"

HEADS: dict[str, bytes] = {
    "1 MB header line": request(b"GET /health HTTP/1.1", b"X: " + SPOILT * 50_000),
    "10 000 header lines": request(b"GET /health HTTP/1.1", *[b"X-%d: y" % number for number in range(10_000)]),
    "1 MB path": request(b"GET /" + SPOILT * 50_000 + b" HTTP/1.1"),
    "overlong UTF-8 in the path": request(b"GET /\xc0\xaf" + SPOILT + b" HTTP/1.1"),
    "NUL in the path": request(b"GET /\x00" + SPOILT + b" HTTP/1.1"),
    "NUL in a header": request(b"GET /health HTTP/1.1", b"X: a\x00" + SPOILT),
    "bare LF": b"GET /health HTTP/1.1\nHost: a\nX: " + SPOILT + b"\n\n",
    "bare CR": b"GET /health HTTP/1.1\rHost: a\rX: " + SPOILT + b"\r\r",
    "obsolete folding": request(b"GET /health HTTP/1.1", b"X: a\r\n " + SPOILT),
    "folded first header": b"GET /health HTTP/1.1\r\n Host: " + SPOILT + b"\r\n\r\n",
    "space before the colon": request(b"GET /health HTTP/1.1", b"X : " + SPOILT),
    "header without a name": request(b"GET /health HTTP/1.1", b": " + SPOILT),
    "strange version": request(b"GET /health HTTP/9.9"),
    "strange method": request(b"HACK /pingback HTTP/1.1"),
    "CONNECT": request(b"CONNECT evil.example:443 HTTP/1.1"),
    "an authority as target": request(b"GET evil.example HTTP/1.1"),
    "a target without a slash": request(b"GET ?" + SPOILT + b" HTTP/1.1"),
    "both length headers": to_endpoint(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "both, the other way": to_endpoint(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n",
    "two lengths": to_endpoint(b"Content-Length: 5", b"Content-Length: 6") + SPOILT,
    "a list of lengths": to_endpoint(b"Content-Length: 5, 5") + SPOILT,
    "a negative length": to_endpoint(b"Content-Length: -5") + SPOILT,
    "a length with a sign": to_endpoint(b"Content-Length: +5") + SPOILT,
    "a length in hex": to_endpoint(b"Content-Length: 0x5") + SPOILT,
    "an immense length": to_endpoint(b"Content-Length: " + b"9" * 400) + SPOILT,
    "chunked is not the last coding": to_endpoint(b"Transfer-Encoding: chunked, gzip") + b"0\r\n\r\n",
    "an unknown coding": to_endpoint(b"Transfer-Encoding: " + SPOILT) + b"0\r\n\r\n",
}
BODIES: dict[str, tuple[bytes, ...]] = {
    "60 MB that are announced": (to_endpoint(b"Content-Length: 62914560"), *[b"a" * (1 << 20)] * 60),
    "60 MB in chunks": (to_endpoint(b"Transfer-Encoding: chunked"), *[b"100000\r\n" + b"a" * (1 << 20) + b"\r\n"] * 60),
    "a body in gzip": (to_endpoint(b"Content-Encoding: gzip", b"Content-Length: 4") + b"\x1f\x8b\x08\x00",),
    "a body in an unknown coding": (to_endpoint(b"Content-Encoding: " + SPOILT, b"Content-Length: 4") + b"abcd",),
}
CALLS: dict[str, bytes] = {
    "200 000 fields": post("/pingback", b"a;" * 32_000, FORM.decode()),
    "200 000 fields with &": post("/xmlrpc", b"a&" * 32_000, FORM.decode()),
    "overlong UTF-8": post("/pingback", b"<methodCall><methodName>\xc0\xaf\xe0\x80\xaf</methodName></methodCall>"),
    "NUL bytes": post("/pingback", b"\x00" * 60_000),
    "NUL in a call": post("/pingback", ping("http://a.example/\x00", "http://127.0.4.9/")),
    "entities": post("/pingback", b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall>&b;</methodCall>"),
    "a long charset list": post("/pingback", b"<a/>", "Content-Type: text/xml; charset=" + "UTF-8," * 4000),
    "deep nesting": post("/pingback", b"<value><array><data>" * 3000),
}
PATHS = ["/%00", "/..", "/../../etc/passwd", "/static/../pages.py", "/static/..%2fpages.py", "/static/%2e%2e/pages.py"]
PATHS += [
    "/static//etc/passwd",
    "/static/" + "a" * 4000,
    "/%zz",
    "/%",
    "/%c0%af",
    "/%ff%fe",
    "/pingback/..;/x",
    "/a\\b",
]
PATHS += ["http://evil.example/nowhere", "//evil.example/nowhere", "/static/%00", "/static/linkback.css%00", "/{{7*7}}"]


@pytest.mark.parametrize("raw", HEADS.values(), ids=HEADS)
def test_a_head_that_is_wrong_is_refused(victim: Victim, raw: bytes) -> None:
    answers = exchange(victim.port, raw)
    assert all(400 <= answer.status < 500 for answer in answers)
    assert not any(word in answer.body for answer in answers for word in (b"MARKER", b"evil"))
    assert victim.is_well()


@pytest.mark.parametrize("parts", BODIES.values(), ids=BODIES)
def test_a_body_that_is_too_large_or_packed_is_refused(victim: Victim, parts: tuple[bytes, ...]) -> None:
    answers = exchange(victim.port, *parts)
    assert {answer.status for answer in answers} <= {413, 415}
    assert not any(b"MARKER" in answer.body for answer in answers)
    assert victim.is_well()


def test_a_body_that_is_packed_is_told_what_would_do(victim: Victim) -> None:
    (answer,) = exchange(victim.port, *BODIES["a body in gzip"])
    assert (answer.status, answer.header("accept-encoding")) == (415, "identity")


def test_two_hundred_thousand_fields_are_too_large(victim: Victim) -> None:
    answers = exchange(victim.port, post("/pingback", b"a;" * 200_000, FORM.decode()))
    assert {answer.status for answer in answers} <= {413}
    assert victim.is_well()


@pytest.mark.parametrize("raw", CALLS.values(), ids=CALLS)
def test_a_call_that_is_an_attack_gets_a_fault(victim: Victim, raw: bytes) -> None:
    (answer,) = exchange(victim.port, raw)
    assert answer.status == 200
    assert b"<name>faultCode</name>" in answer.body
    assert victim.is_well()


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_is_an_attack_leads_nowhere(victim: Victim, path: str) -> None:
    answers = exchange(victim.port, request(f"GET {path} HTTP/1.1".encode()))
    assert all(400 <= answer.status < 500 for answer in answers)
    assert not any(word in answer.body for answer in answers for word in (b"evil", b"root:", b"import", b"49"))
    assert victim.is_well()


@pytest.mark.parametrize("line", [b"GET http://evil.example/ HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET / HTTP/1.1"])
def test_a_spoofed_host_is_not_repeated(victim: Victim, line: bytes) -> None:
    headers = (b"X-Forwarded-Host: evil.example", b"Forwarded: host=evil.example", b"Accept: text/html")
    (answer,) = exchange(victim.port, request(line, *headers))
    assert answer.status < 500
    assert b"evil" not in answer.body
    assert not any("evil" in value for _, value in answer.headers)


def test_as_many_connections_are_taken_as_the_system_allows(victim: Victim) -> None:
    (line,) = re.findall(r"^Max open files +(\S+) +(\S+)", Path(f"/proc/{victim.pid}/limits").read_text(), re.MULTILINE)
    soft, hard = (float("inf") if limit == "unlimited" else float(limit) for limit in line)
    assert soft >= min(hard, MOST_FILES)


def test_others_are_served_while_many_say_nothing(victim: Victim) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(socket.create_connection(("127.0.0.1", victim.port), timeout=PATIENCE))
        assert victim.is_well()


SLOW: dict[str, Callable[[int], bytes]] = {
    "head": lambda number: b"GET /health HTTP/1.1\r\nX-%d: " % number,
    "body": lambda number: b"POST /pingback HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n<methodCall>",
    "chunk": lambda number: b"POST /pingback HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
}


@pytest.mark.parametrize("begin", SLOW.values(), ids=SLOW)
def test_others_are_served_while_many_dawdle(victim: Victim, begin: Callable[[int], bytes]) -> None:
    with ExitStack() as stack:
        for number in range(100):
            connection = socket.create_connection(("127.0.0.1", victim.port), timeout=PATIENCE)
            stack.enter_context(connection).sendall(begin(number))
        for _ in range(3):
            assert victim.is_well()


def test_a_flood_of_pipelined_requests_stalls_nobody(victim: Victim) -> None:
    with socket.create_connection(("127.0.0.1", victim.port), timeout=PATIENCE) as connection:
        connection.setblocking(False)
        with suppress(BlockingIOError, ConnectionError):
            for _ in range(200):  # until nobody takes any more
                connection.send(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n" * 2000)
        assert victim.is_well()


def test_a_request_that_ends_early_is_forgotten(victim: Victim) -> None:
    for part in (b"", b"POST /pi", to_endpoint(b"Content-Length: 100"), to_endpoint(b"Content-Length: 100") + b"<met"):
        with socket.create_connection(("127.0.0.1", victim.port), timeout=PATIENCE) as connection:
            connection.sendall(part)
    assert victim.is_well()
