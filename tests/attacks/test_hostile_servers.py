import asyncio
import gzip
import socket
import struct
from collections.abc import Iterator

import pytest

from linkback.core.errors import FetchError, TimedOut, TooLarge, Unreachable
from linkback.core.model import Page
from linkback.fetch import get
from tests.fetch.conftest import Host, Open, Serve, Talk, ok

MIB = 1 << 20
SOON = 0.2  # seconds; a deadline for servers that never end


def endless(first: bytes, again: bytes, pause: float | None = None) -> Talk:
    """Say something and then go on for as long as somebody listens."""

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(pause or 0)

    return talk


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(OK + b"Content-Length: 1000\r\n\r\n", b"x", id="body"),
        pytest.param(OK + b"\r\n", b"x", id="body without a length"),
        pytest.param(CHUNKED, b"1\r\nx\r\n", id="chunks"),
        pytest.param(CHUNKED + b"5;", b"x", id="chunk extension"),
        pytest.param(OK, b"X", id="header name"),
        pytest.param(OK, b"X-More: x\r\n", id="headers"),
        pytest.param(b"", b"H", id="status line"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="100"),
        pytest.param(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", id="103"),
    ],
)
async def test_who_drips_runs_out_of_time_or_sense(open_door: Open, serve: Serve, first: bytes, again: bytes) -> None:
    host = await serve(endless(first, again, pause=0.005))
    with pytest.raises((TimedOut, TooLarge, Unreachable)):
        await open_door(deadline=SOON)(get(host.url))


async def test_silence_runs_out_of_time(open_door: Open, serve: Serve) -> None:
    host = await serve(b"")
    with pytest.raises(TimedOut):
        await open_door(deadline=SOON)(get(host.url))


async def test_redirects_share_one_clock(open_door: Open, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.08)
        writer.write(f"HTTP/1.1 302 F\r\nLocation: /{len(host.requests)}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    host = await serve(talk)
    with pytest.raises(TimedOut):
        await open_door(deadline=SOON)(get(host.url))
    assert len(host.requests) <= 3


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, id="100"),
        pytest.param(b"", b"HTTP/1.1 103 H\r\nLink: </a>\r\n\r\n" * 1000, id="103"),
        pytest.param(OK, b"X-More: x\r\n" * 1000, id="headers"),
        pytest.param(OK + b"X: ", b"x" * 10_000, id="header line"),
        pytest.param(b"HTTP/1.1 200 ", b"x" * 10_000, id="reason"),
        pytest.param(b"", b"x" * 10_000, id="status line"),
    ],
)
async def test_a_flood_before_the_body_is_refused(open_door: Open, serve: Serve, first: bytes, again: bytes) -> None:
    host = await serve(endless(first, again))
    with pytest.raises((TooLarge, Unreachable)):
        await open_door()(get(host.url))


@pytest.mark.parametrize(
    ("first", "again"),
    [
        pytest.param(OK + b"\r\n", b"x" * 100_000, id="body"),
        pytest.param(OK + b"Content-Length: 9000000000\r\n\r\n", b"x" * 100_000, id="body with a length"),
        pytest.param(CHUNKED, b"186a0\r\n" + b"x" * 100_000 + b"\r\n", id="chunks"),
        pytest.param(CHUNKED, b"1\r\nx\r\n" * 10_000, id="chunks of one byte"),
        pytest.param(CHUNKED, (b"1;" + b"e" * 8000 + b"\r\nx\r\n") * 10, id="chunk extensions"),
    ],
)
async def test_a_flood_of_body_is_cut(open_door: Open, serve: Serve, first: bytes, again: bytes) -> None:
    sent = 0

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(first)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()
            sent += len(again)

    host = await serve(talk)
    page = await open_door()(get(host.url))
    assert page.truncated
    assert len(page.body) <= MIB
    await host.gone.wait()
    assert sent < 12 * MIB  # what the kernel's own buffers swallow comes on top of ours


@pytest.fixture(scope="module")
def bomb() -> bytes:
    return gzip.compress(bytes(200 * MIB), 1)


async def test_a_bomb_is_unpacked_to_the_limit_only(open_door: Open, serve: Serve, bomb: bytes) -> None:
    host = await serve(ok(bomb, "Content-Encoding: gzip"))
    page = await open_door()(get(host.url))
    assert (len(page.body), page.truncated) == (MIB, True)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x" * 5000])
async def test_a_packing_that_was_not_offered_is_no_answer(open_door: Open, serve: Serve, encoding: str) -> None:
    host = await serve(ok(b"x" * 100, f"Content-Encoding: {encoding}"))
    with pytest.raises(Unreachable):
        await open_door()(get(host.url))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="two lengths"),
        pytest.param(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", id="lengths that differ"),
        pytest.param(OK + b"Content-Length: -5\r\n\r\nabcde", id="negative length"),
        pytest.param(OK + b"Content-Length: 9" + b"9" * 40 + b"\r\n\r\nabcde", id="huge length"),
        pytest.param(CHUNKED + b"ffffffffffffffffffff\r\nx", id="huge chunk"),
        pytest.param(CHUNKED + b"zz\r\nx", id="no chunk size"),
        pytest.param(OK + b"\x00: x\r\n\r\n", id="zero byte in a header"),
        pytest.param(OK + b"no colon\r\n\r\n", id="no colon"),
        pytest.param(b"HTTP/9.9 200 OK\r\n\r\n", id="version"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="status"),
        pytest.param(b"HTTP/1.1 99999 OK\r\n\r\n", id="long status"),
        pytest.param(b"\r\n\r\n\r\n", id="empty lines"),
        pytest.param(b"\x16\x03\x01\x02\x00", id="TLS"),
        pytest.param(b"220 mail.example ESMTP\r\n", id="SMTP"),
        pytest.param(b"-ERR unknown command\r\n", id="Redis"),
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", id="101"),
    ],
)
async def test_nonsense_is_a_page_or_one_of_our_errors(open_door: Open, serve: Serve, raw: bytes) -> None:
    host = await serve(raw)
    try:
        page = await open_door(deadline=SOON)(get(host.url))
    except FetchError as error:
        assert str(error)
    else:
        assert isinstance(page, Page)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side sees a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


@pytest.mark.parametrize("said", [b"", OK, OK + b"Content-Length: 100\r\n\r\n", CHUNKED + b"5\r\nab"])
async def test_who_resets_is_unreachable(open_door: Open, serve: Serve, said: bytes) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        await asyncio.sleep(0)
        reset(writer)

    host = await serve(talk)
    with pytest.raises(Unreachable):
        await open_door()(get(host.url))
    assert len(host.requests) == 1


async def test_other_fetches_go_on_beside_the_hostile_ones(open_door: Open, serve: Serve, bomb: bytes) -> None:
    addresses: Iterator[str] = (f"127.0.6.{number}" for number in range(2, 200))
    hostile = [
        await serve(talk, next(addresses))
        for talk in (
            endless(CHUNKED, b"1\r\nx\r\n"),
            endless(OK, b"X: x\r\n"),
            endless(b"", b"HTTP/1.1 100 C\r\n\r\n"),
            b"",
        )
    ]
    friend = await serve(ok(b"hello"))
    door = open_door(deadline=1.0)
    tasks = [asyncio.create_task(door(get(host.url))) for host in hostile]
    assert (await door(get(friend.url))).body == b"hello"
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, FetchError | Page) for result in results)


async def test_a_name_of_a_header_may_not_break_ours(open_door: Open, serve: Serve) -> None:
    host = await serve(ok(b"", "Location: \xff\xfe", "ETag: \xe9"))
    page = await open_door()(get(host.url))
    assert all(name == name.lower() and value.encode() for name, value in page.headers)
