"""RFC 9112, as a client that refuses whatever could be read in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback.core.model import Headers
from linkback.fetch.reading import (
    HEADROOM,
    MAX_FIELDS,
    MAX_HEADS,
    MAX_LINE,
    BrokenError,
    FloodError,
    HungUpError,
    NonsenseError,
    Reading,
)

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ONE = b"Content-Length: 1\r\n\r\nx"
MOST = 100  # bytes of a body


def new(method: str = "GET", wanted: bool = True) -> Reading:
    def wants(status: int, headers: Headers) -> bool:
        return wanted

    return Reading(method, MOST, wants)


@pytest.mark.parametrize(
    ("raw", "status", "body", "keeps"),
    [
        pytest.param(OK + ONE, 200, b"x", True, id="a length"),
        pytest.param(OK + b"Content-Length: 0\r\n\r\n", 200, b"", True, id="no body"),
        pytest.param(OK + b"content-length:1 \t \r\n\r\nx", 200, b"x", True, id="white space around"),
        pytest.param(b"HTTP/1.1 200\r\n" + ONE, 200, b"x", True, id="no reason"),
        pytest.param(OK + b"Connection: close\r\n" + ONE, 200, b"x", False, id="close"),
        pytest.param(OK + b"Connection: x, Close\r\n" + ONE, 200, b"x", False, id="close in a list"),
        pytest.param(b"HTTP/1.0 200 OK\r\n" + ONE, 200, b"x", False, id="HTTP/1.0"),
        pytest.param(
            b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + ONE, 200, b"x", False, id="HTTP/1.0 that stays"
        ),
        pytest.param(CHUNKED + b"1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", 200, b"xyz", True, id="chunks"),
        pytest.param(CHUNKED + b"1;a=b\r\nx\r\n0;c\r\n\r\n", 200, b"x", True, id="chunk extensions"),
        pytest.param(CHUNKED + b"1 \r\nx\r\n0  \r\n\r\n", 200, b"x", True, id="padded chunk sizes"),
        pytest.param(CHUNKED + b"1\r\nx\r\n0\r\nA: b\r\n\r\n", 200, b"x", True, id="a trailer"),
        pytest.param(b"HTTP/1.1 204 N\r\n\r\n", 204, b"", True, id="204"),
        pytest.param(b"HTTP/1.1 304 N\r\nContent-Length: 9\r\n\r\n", 304, b"", True, id="304 with a length"),
        pytest.param(b"HTTP/1.1 304 N\r\nTransfer-Encoding: chunked\r\n\r\n", 304, b"", True, id="304 with chunks"),
        pytest.param(b"HTTP/1.1 100 C\r\n\r\n" + OK + ONE, 200, b"x", True, id="100 before"),
        pytest.param(b"HTTP/1.1 103 H\r\nLink: </a>\r\n\r\n" + OK + ONE, 200, b"x", True, id="103 before"),
        pytest.param(OK + b"Upgrade: h2c\r\nConnection: upgrade\r\n" + ONE, 200, b"x", True, id="an offer to upgrade"),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_an_answer_is_whole(raw: bytes, status: int, body: bytes, keeps: bool, size: int) -> None:
    reading = new()
    parts = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert [reading.feed(part) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert (reading.status, reading.body, reading.keeps, reading.truncated) == (status, body, keeps, False)


def test_fields_come_in_order_in_lower_case_and_only_those_of_the_last_head() -> None:
    reading = new()
    reading.feed(
        b"HTTP/1.1 103 H\r\nLink: </a>\r\n\r\n" + OK + b"X-A: 1\r\nx-a:  \xc3\xa9\xff \r\nContent-Length: 0\r\n\r\n"
    )
    assert reading.headers == (("x-a", "1"), ("x-a", "\u00e9\ufffd"), ("content-length", "0"))


def test_what_stands_in_a_trailer_is_no_header() -> None:
    reading = new()
    reading.feed(CHUNKED + b"0\r\nX-Pingback: http://a.example/\r\n\r\n")
    assert reading.headers == (("transfer-encoding", "chunked"),)


REFUSED = {
    "bare LF": b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx",
    "bare LF after a field": OK + b"A: b\n" + ONE,
    "bare LF at the end": OK + b"Content-Length: 1\r\n\nx",
    "bare CR": OK + b"A: b\r" + ONE,
    "folding": OK + b"A: b\r\n c\r\n" + ONE,
    "folded length": OK + b"Content-Length: 1\r\n 0\r\n\r\nx",
    "folded first field": OK + b" A: b\r\n" + ONE,
    "space before the colon": OK + b"Content-Length : 1\r\n\r\nx",
    "no name": OK + b": x\r\n" + ONE,
    "no colon": OK + b"nonsense\r\n" + ONE,
    "zero byte": OK + b"A: a\0b\r\n" + ONE,
    "control character": OK + b"A: a\x01b\r\n" + ONE,
    "both lengths": OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both lengths, the other way": OK + b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
    "a length and a coding": OK + b"Transfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
    "lengths that differ": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
    "a length twice": OK + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "a list of lengths": OK + b"Content-Length: 1, 1\r\n\r\nx",
    "a signed length": OK + b"Content-Length: +1\r\n\r\nx",
    "a length in hex": OK + b"Content-Length: 0x1\r\n\r\nx",
    "an empty length": OK + b"Content-Length: \r\n\r\nx",
    "an immense length": OK + b"Content-Length: " + b"9" * 40 + b"\r\n\r\nx",
    "a coding": OK + b"Transfer-Encoding: gzip\r\n\r\nx",
    "a coding before chunks": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding after chunks": OK + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "chunks in chunks": OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "almost chunks": OK + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "bare LF after a chunk size": CHUNKED + b"1\nx\n0\n\n",
    "bare LF after an extension": CHUNKED + b"1;a=b\nx\r\n0\r\n\r\n",
    "bare LF after a chunk": CHUNKED + b"1\r\nx\n0\r\n\r\n",
    "no end of a chunk": CHUNKED + b"1\r\nx0\r\n\r\n",
    "a chunk size with 0x": CHUNKED + b"0x1\r\nx\r\n0\r\n\r\n",
    "a negative chunk size": CHUNKED + b"-1\r\nx\r\n0\r\n\r\n",
    "an immense chunk size": CHUNKED + b"f" * 17 + b"\r\nx",
    "a length in a trailer": CHUNKED + b"1\r\nx\r\n0\r\nContent-Length: 5\r\n\r\n",
    "ICY": b"ICY 200 OK\r\n\r\n",
    "a page without a head": b"<html>hello</html>",
    "HTTP/0.9": b"HTTP/0.9 200 OK\r\n" + ONE,
    "HTTP/2.0": b"HTTP/2.0 200 OK\r\n" + ONE,
    "HTTP/1.2": b"HTTP/1.2 200 OK\r\n" + ONE,
    "RTSP": b"RTSP/1.0 200 OK\r\n" + ONE,
    "ICE": b"ICE/1.0 200 OK\r\n" + ONE,
    "lower case": b"http/1.1 200 OK\r\n" + ONE,
    "blank lines before": b"\r\n\r\n" + OK + ONE,
    "status 099": b"HTTP/1.1 099 OK\r\n" + ONE,
    "status 20": b"HTTP/1.1 20 OK\r\n" + ONE,
    "status 2000": b"HTTP/1.1 2000 OK\r\n" + ONE,
    "two spaces": b"HTTP/1.1  200 OK\r\n" + ONE,
    "101": b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
    "101 without a word": b"HTTP/1.1 101 S\r\n\r\n" + OK + ONE,
    "100 that closes": b"HTTP/1.1 100 C\r\nConnection: close\r\n\r\n" + OK + ONE,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("size", [1, 10_000])
def test_what_is_not_plain_is_refused(raw: bytes, size: int) -> None:
    reading = new()
    with pytest.raises(NonsenseError):
        for start in range(0, len(raw), size):
            reading.feed(raw[start : start + size])


AFTERWARDS = {
    "another answer": OK + ONE,
    "a part of one": b"HTTP/1.1 2",
    "nonsense": b"xyz",
}


@pytest.mark.parametrize("more", AFTERWARDS.values(), ids=AFTERWARDS)
@pytest.mark.parametrize(
    "first",
    [OK + ONE, CHUNKED + b"1\r\nx\r\n0\r\n\r\n", OK + b"Connection: close\r\n" + ONE],
    ids=["length", "chunks", "close"],
)
def test_what_comes_after_an_answer_spoils_the_connection_and_not_the_answer(first: bytes, more: bytes) -> None:
    reading = new()
    assert reading.feed(first + more)
    assert (reading.status, reading.body, reading.truncated, reading.keeps) == (200, b"x", False, False)


@pytest.mark.parametrize("status", [204, 304])
def test_a_body_where_none_may_be_spoils_the_connection(status: int) -> None:
    reading = new()
    assert reading.feed(b"HTTP/1.1 %d N\r\nContent-Length: 3\r\n\r\nabc" % status)
    assert (reading.body, reading.keeps) == (b"", False)


@pytest.mark.parametrize("rest", [b"", b"abc"])
def test_a_head_alone_is_the_whole_answer_to_head_and_ends_the_connection(rest: bytes) -> None:
    reading = new("HEAD")
    assert reading.feed(OK + b"Content-Length: 3\r\n\r\n" + rest)
    assert (reading.status, reading.body, reading.truncated, reading.keeps) == (200, b"", False, False)


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    reading = new()
    assert not reading.feed(OK + b"\r\nall of")
    assert not reading.feed(b" it")
    reading.end()
    assert (reading.body, reading.truncated, reading.keeps) == (b"all of it", False, False)


def test_no_answer_is_told_from_half_an_answer() -> None:
    with pytest.raises(HungUpError):
        new().end()


@pytest.mark.parametrize(
    "raw",
    [
        b"H",
        OK,
        b"HTTP/1.1 100 C\r\n\r\n",
        OK + b"Content-Length: 2\r\n\r\nx",
        CHUNKED + b"1\r\nx\r\n",
        CHUNKED + b"0\r\n",
    ],
)
def test_half_an_answer_is_no_answer(raw: bytes) -> None:
    reading = new()
    assert not reading.feed(raw)
    with pytest.raises(BrokenError):
        reading.end()


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b"HTTP/1.1 100 C\r\n\r\n" * (MAX_HEADS + 1)], id="1xx at once"),
        pytest.param([b"HTTP/1.1 100 C\r\n\r\n"] * (MAX_HEADS + 1), id="1xx one by one"),
        pytest.param([OK + b"A: b\r\n" * (MAX_FIELDS + 2)], id="fields"),
        pytest.param([OK + b"A: " + b"b" * MAX_LINE + b"\r\nB: "], id="a long field"),
        pytest.param([OK + b"A: " + b"b" * HEADROOM], id="a field without an end"),
        pytest.param([OK + b"A: "] + [b"b" * 1000] * 66, id="a field that grows"),
        pytest.param([OK + (b"A: " + b"b" * 8000 + b"\r\n") * 9 + b"\r\n"], id="many long fields"),
        pytest.param([b"HTTP/1.1 200 " + b"x" * HEADROOM], id="a reason without an end"),
    ],
)
def test_a_head_that_goes_on_is_a_flood(parts: list[bytes]) -> None:
    reading = new()
    with pytest.raises(FloodError):
        for part in parts:
            reading.feed(part)


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        pytest.param(OK + b"Content-Length: 102\r\n\r\n" + b"x" * 101, b"x" * 100, id="one byte too many"),
        pytest.param(OK + b"\r\n" + b"x" * 5000, b"x" * 100, id="no length"),
        pytest.param(CHUNKED + b"32\r\n" + b"x" * 50 + b"\r\n33\r\n" + b"y" * 51, b"x" * 50 + b"y" * 50, id="chunks"),
        pytest.param(CHUNKED + b"1\r\nx\r\n1;" + b"e" * (HEADROOM + MOST), b"x", id="chunk extension"),
        pytest.param(CHUNKED + b"1\r\nx\r\n0\r\nA: " + b"e" * (HEADROOM + MOST), b"x", id="trailer"),
    ],
)
def test_a_body_that_goes_on_is_cut_and_ends_the_connection(raw: bytes, body: bytes) -> None:
    reading = new()
    assert reading.feed(raw)
    assert (reading.body, reading.truncated, reading.keeps) == (body, True, False)


def test_a_body_that_is_one_byte_too_long_is_cut_and_over() -> None:
    reading = new()
    assert reading.feed(OK + b"Content-Length: 101\r\n\r\n" + b"x" * 101)
    assert (len(reading.body), reading.truncated, reading.keeps) == (100, True, True)


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    reading = new()
    assert reading.feed(OK + b"Content-Length: 100\r\n\r\n" + b"x" * 100)
    assert (len(reading.body), reading.truncated, reading.keeps) == (100, False, True)


@pytest.mark.parametrize(("came", "keeps"), [(b"", False), (b"12", False), (b"123", True)])
def test_what_is_not_worth_reading_is_not_waited_for(came: bytes, keeps: bool) -> None:
    reading = new(wanted=False)
    assert reading.feed(OK + b"Content-Length: 3\r\n\r\n" + came)
    assert (reading.body, reading.truncated, reading.keeps) == (b"", True, keeps)


@given(parts=st.lists(st.binary(max_size=300), max_size=8))
def test_any_bytes_end_in_an_answer_or_in_one_of_our_errors(parts: list[bytes]) -> None:
    reading = new()
    try:
        for part in [OK, *parts]:
            if reading.feed(part):
                break
    except (FloodError, NonsenseError):
        return
    assert len(reading.body) <= MOST
