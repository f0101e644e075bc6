"""One answer as it comes in: what is taken, what is refused, and when the connection may be used again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback.core.model import Headers
from linkback.fetch.reading import BrokenError, FloodError, HungUpError, NonsenseError, Reading

MOST = 1000
OURS = (FloodError, NonsenseError)


def everything(status: int, headers: Headers) -> bool:
    return True


def read(*parts: bytes, method: str = "GET") -> Reading:
    reading = Reading(method, MOST, everything)
    for part in parts:
        if reading.feed(part):
            break
    return reading


@pytest.mark.parametrize(
    ("answer", "body", "keeps"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", b"ab", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab", b"ab", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", b"ab", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n", b"ab", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Late: 1\r\n\r\n", b"ab", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"", True),
        (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", b"ab", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n", b"ab", False),
    ],
)
def test_an_answer_is_read_to_its_end_and_no_further(answer: bytes, body: bytes, keeps: bool) -> None:
    for parts in ((answer,), tuple(answer[i : i + 1] for i in range(len(answer)))):
        reading = read(*parts)
        assert reading.body == body
        assert not reading.truncated
        # Byte by byte, what comes after the answer is the connection's affair: it ends at anything unasked.
        assert reading.keeps is keeps or len(parts) > 1


@pytest.mark.parametrize(
    "answer",
    [
        b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 099 Low\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
        b"<html>hello</html>",
    ],
)
def test_what_is_no_http_or_could_be_read_in_two_ways_is_refused(answer: bytes) -> None:
    with pytest.raises(NonsenseError):
        read(answer)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 103 Early\r\n\r\n" * 11,
        b"HTTP/1.1 200 " + b"a" * 70_000,
    ],
    ids=["long field", "many fields", "many heads", "endless status line"],
)
def test_a_head_without_end_is_a_flood(answer: bytes) -> None:
    with pytest.raises(FloodError):
        read(answer)


def test_a_body_that_goes_on_is_cut() -> None:
    reading = read(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"a" * 600, b"b" * 600)
    assert reading.body == b"a" * 600 + b"b" * 400
    assert (reading.truncated, reading.keeps) == (True, False)


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    reading = read(b"HTTP/1.1 200 OK\r\n\r\nab")
    reading.end()
    assert (reading.body, reading.truncated, reading.keeps) == (b"ab", False, False)


@pytest.mark.parametrize("part", [b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
def test_half_an_answer_is_broken(part: bytes) -> None:
    with pytest.raises(BrokenError):
        read(part).end()


def test_no_answer_at_all_is_a_connection_that_hung_up() -> None:
    with pytest.raises(HungUpError):
        Reading("GET", MOST, everything).end()


def test_an_answer_to_head_has_no_body() -> None:
    reading = read(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method="HEAD")
    assert (reading.status, reading.body) == (200, b"")


@given(parts=st.lists(st.binary(max_size=300), max_size=8))
def test_any_bytes_end_in_an_answer_or_in_one_of_our_errors(parts: list[bytes]) -> None:
    reading = Reading("GET", MOST, everything)
    try:
        for part in [b"HTTP/1.1 200 OK\r\n", *parts]:
            if reading.feed(part):
                break
    except OURS:
        return
    assert len(reading.body) <= MOST
