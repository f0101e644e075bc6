"""The bounds on the wire: what is too large is refused, what does not end is hung up on, what is in order is not."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import uvloop

from linkback.settings import Settings
from linkback.web.wire import MAX_FRAMING, MAX_HEAD, MAX_WAITING, BoundedProtocol, Lasting
from tests.web.conftest import Pair
from tests.web.running import PATIENCE, Running, Site, exchange, ping, post, running

HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
CHUNKED = b"POST /pingback HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


class Hurried(BoundedProtocol):
    """The protocol with little patience for heads."""

    head_within = 0.2


@pytest.fixture(scope="module")
def hurried(settings: Settings, own: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Linkback with little patience."""
    folder = tmp_path_factory.mktemp("hurried")
    with running(replace(settings, database=f"sqlite:///{folder}/web.db"), wire=Hurried, body_within=0.2) as started:
        started.add_site(own.url)
        yield started


def statuses(port: int, *parts: bytes) -> list[int]:
    return [answer.status for answer in exchange(port, *parts)]


def filled(size: int, head: bytes = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ") -> bytes:
    return head + b"a" * (size - len(head) - 4) + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (filled(MAX_HEAD - 100), [200]),
        (filled(MAX_HEAD + 1000), [400]),
        (b"GET /" + b"a" * MAX_HEAD, [400]),
        (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"a:\r\n" * 10_000 + b"\r\n", [400]),
        (b"GET /health HTTP/1.1\r\nX: " + b"a" * (1 << 20), [400]),
        (b"\r\n" * MAX_HEAD, [400]),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]),
    ],
    ids=["large", "too large", "long line", "many lines", "endless line", "empty lines", "TLS", "HTTP/2"],
)
def test_a_head_is_taken_up_to_a_size(linkback: Running, raw: bytes, expected: list[int]) -> None:
    assert statuses(linkback.port, raw) == expected


@pytest.mark.parametrize(
    "begin",
    [b"", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: a\r\n", b"\r\n"],
    ids=["nothing", "half a line", "half a head", "an empty line"],
)
def test_who_does_not_finish_a_head_is_hung_up_on(hurried: Running, begin: bytes) -> None:
    assert exchange(hurried.port, begin) == []


@pytest.mark.parametrize("begin", [b"\r\n", b"GET /hea"])
def test_who_does_not_finish_a_second_head_is_hung_up_on(hurried: Running, begin: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=PATIENCE) as connection:
        connection.sendall(HEALTH)
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        connection.sendall(begin)
        assert connection.recv(1 << 16) == b""


def test_a_body_that_does_not_come_is_told_so(hurried: Running) -> None:
    head = b"POST /pingback HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
    for part in (b"", b"<methodCall>"):
        (answer,) = exchange(hurried.port, head, part)
        assert (answer.status, answer.header("connection")) == (408, "close")


def test_who_is_answered_before_the_end_of_the_body_is_hung_up_on(hurried: Running) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
    assert statuses(hurried.port, head) == [200]


def test_a_ping_that_waits_for_its_verdict_is_no_slow_head(hurried: Running, own: Site) -> None:
    # Its head came in time; the answer takes longer than a head may.
    page = own.page("waited-for", headers=(("X-Pingback", hurried.url + "pingback"),))
    raw = post("/pingback", ping("http://10.0.0.1/", page), close=False)
    begun = b"GET /health HTTP/1.1\r\n"
    first, *_ = exchange(hurried.port, raw + begun)
    assert (first.status, b"<int>16</int>" in first.body) == (200, True)


@pytest.mark.parametrize(
    "endless",
    [
        b"0\r\nX-Trailer: " + b"a" * (MAX_FRAMING * 2),
        b"0\r\n" + b"a: b\r\n" * (MAX_FRAMING // 3),
        b"1;" + b"a" * (MAX_FRAMING * 2),
    ],
    ids=["long trailer", "many trailers", "long extension"],
)
def test_what_frames_a_body_is_taken_up_to_a_size(linkback: Running, endless: bytes) -> None:
    assert statuses(linkback.port, CHUNKED, endless) == [400]


@pytest.mark.parametrize("wrong", [b"xyz\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"1\nab", b"3\r\nabcdef\r\n"])
def test_a_body_in_broken_chunks_is_refused(linkback: Running, wrong: bytes) -> None:
    assert statuses(linkback.port, CHUNKED, wrong) == [400]


def test_requests_may_be_pipelined(linkback: Running) -> None:
    assert statuses(linkback.port, HEALTH * 50 + LAST) == [200] * 51


def test_no_more_requests_are_pipelined_than_can_wait(linkback: Running) -> None:
    flood = statuses(linkback.port, HEALTH * (MAX_WAITING * 20) + LAST)
    assert set(flood) <= {200}
    assert len(flood) <= MAX_WAITING * 20


def test_nonsense_behind_a_request_is_never_taken_for_its_answer(linkback: Running, own: Site) -> None:
    raw = post("/pingback", ping("http://10.0.0.1/", own.url), close=False)
    assert statuses(linkback.port, raw + b"\x00\x01\x02 nonsense\r\n\r\n") == []


def test_a_wish_for_another_protocol_is_passed_over(linkback: Running) -> None:
    wish = b"GET /health HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n"
    assert statuses(linkback.port, wish) == [200]


def test_after_a_wish_for_another_protocol_nothing_endless_is_taken(hurried: Running) -> None:
    wish = b"GET /health HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    assert statuses(hurried.port, wish, b"a" * 100)[:1] == [200]


def test_who_hangs_up_while_waiting_loses_nothing(linkback: Running, pair: Pair, blog: Site) -> None:
    with closing(socket.create_connection(("127.0.0.1", linkback.port))) as connection:
        connection.sendall(post("/pingback", ping(pair.source, pair.target)))
    (answer,) = exchange(linkback.port, post("/pingback", ping(pair.source, pair.target)))
    assert answer.status == 200


def test_what_is_written_to_who_is_gone_is_dropped_where_uvloop_raises() -> None:
    async def write_after_the_end() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            host, port = listener.getsockname()
            transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, host, port)
            lasting = Lasting(transport)
            lasting.write(b"still there")
            peer, _ = listener.accept()
            with peer:
                assert peer.recv(100) == b"still there"
            lasting.abort()
            await asyncio.sleep(0.01)
            with pytest.raises(RuntimeError, match="the handler is closed"):
                transport.write(b"too late")
            lasting.write(b"too late")
            assert lasting.is_closing()

    uvloop.run(write_after_the_end())
