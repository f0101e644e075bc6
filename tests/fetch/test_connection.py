"""One request, one answer: what comes out of turn is never taken for the answer to something else."""

import asyncio

import pytest

from linkback.core.errors import TimedOut, Unreachable
from linkback.core.model import Request
from linkback.fetch import Door, get
from linkback.fetch import connection as module
from tests.fetch.conftest import Host, Open, Serve, Talk, ok

EVIL = ok(b"evil")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def numbered(after: bytes, *, later: bool = False) -> Talk:
    """Answer each request with its number, and say something more behind it, at once or when that was read."""

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = ok(b"%d" % len(host.requests))
        if not later:
            writer.write(answer + after)
            return
        writer.write(answer)
        await writer.drain()
        for _ in range(5):
            await asyncio.sleep(0)
        writer.write(after)

    return talk


@pytest.mark.parametrize("after", [EVIL, EVIL * 2, b"HTTP/1.1 2", b"evil", b"\0"], ids=repr)
async def test_what_follows_an_answer_is_not_the_next_one(door: Door, serve: Serve, after: bytes) -> None:
    host = await serve(numbered(after))
    assert [(await door(get(f"{host.url}/{path}"))).body for path in "abc"] == [b"1", b"2", b"3"]
    assert host.connections == 3


@pytest.mark.parametrize("after", [EVIL, b"evil", b"\r\n"], ids=repr)
async def test_what_is_said_while_nobody_asks_ends_the_connection(door: Door, serve: Serve, after: bytes) -> None:
    host = await serve(numbered(after, later=True))
    for number in (b"1", b"2"):
        host.gone.clear()
        assert (await door(get(f"{host.url}/{number.decode()}"))).body == number
        await host.gone.wait()
    assert host.connections == 2


async def test_an_answer_before_the_request_is_none(door: Door) -> None:
    asked = b""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        writer.write(b"220 mail.example ESMTP\r\n")
        asked += await reader.read()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.6.1", 0)
    with pytest.raises(Unreachable, match="not HTTP"):
        await door(get(f"http://127.0.6.1:{server.sockets[0].getsockname()[1]}/"))
    server.close()
    assert asked.count(b"HTTP/1.1\r\n") <= 1


@pytest.mark.parametrize(
    "said", [b"H", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 C\r\n\r\n", CHUNKED + b"1\r\nx\r\n"], ids=repr
)
async def test_half_an_answer_over_an_old_connection_is_not_asked_for_again(
    door: Door, serve: Serve, said: bytes
) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ok() if len(host.requests) == 1 else said)
        if len(host.requests) > 1:
            writer.close()

    host = await serve(talk)
    await door(get(f"{host.url}/a"))
    with pytest.raises(Unreachable):
        await door(get(f"{host.url}/b"))
    assert (host.connections, len(host.requests)) == (1, 2)


async def test_an_idle_connection_is_closed_after_a_while(
    door: Door, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEEP_ALIVE", 0.01)
    host = await serve(ok())
    await door(get(host.url))
    await host.gone.wait()
    await door(get(host.url))
    assert host.connections == 2


async def test_a_connection_in_use_is_not_idle(door: Door, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEEP_ALIVE", 0.01)

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(host.requests) > 1:
            await asyncio.sleep(0.05)
        writer.write(ok())

    host = await serve(talk)
    for path in "ab":
        assert (await door(get(f"{host.url}/{path}"))).status == 200
    assert host.connections == 1


async def test_closing_the_door_closes_what_is_idle(open_door: Open, serve: Serve) -> None:
    host, door = await serve(ok()), open_door()
    await door(get(host.url))
    await door(get(host.url, budget="own"))
    assert host.open == 2
    await door.close()
    while host.open:
        host.gone.clear()
        await host.gone.wait()


async def test_closing_the_door_ends_a_post_that_is_under_way(open_door: Open, serve: Serve) -> None:
    asked = asyncio.Event()

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    host, door = await serve(talk), open_door()
    waiting = asyncio.create_task(door(Request("POST", host.url, (), b"<x/>")))
    await asked.wait()
    await door.close()
    with pytest.raises(Unreachable):
        await waiting
    await host.gone.wait()


async def test_a_fetch_that_runs_out_of_time_closes_its_connection(open_door: Open, serve: Serve) -> None:
    host = await serve(CHUNKED)
    with pytest.raises(TimedOut):
        await open_door(deadline=0.05)(get(host.url))
    await host.gone.wait()


async def test_who_answers_before_the_request_is_out_is_not_asked_again(door: Door, serve: Serve) -> None:
    answered = asyncio.Event()

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ok(b"%d" % len(host.requests)))
        if head.startswith(b"POST"):
            await answered.wait()
            await reader.read()

    host = await serve(talk)
    assert (await door(Request("POST", host.url, (), bytes(16 << 20)))).body == b"1"
    answered.set()
    assert (await door(get(host.url))).body == b"2"
    assert host.connections == 2


async def test_a_post_may_leave_its_connection_to_others(door: Door, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if head.startswith(b"POST"):
            await reader.readexactly(4)
        writer.write(ok())

    host = await serve(talk)
    await door(Request("POST", host.url, (), b"<x/>"))
    await door(get(host.url))
    assert host.connections == 1


async def test_a_head_is_asked_for_without_waiting_for_a_body(door: Door, serve: Serve) -> None:
    host = await serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    page = await door(Request("HEAD", host.url))
    assert (page.status, page.body, page.truncated) == (200, b"", False)


async def test_an_answer_in_the_smallest_pieces_is_the_same(door: Door, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 103 H\r\n\r\n" + CHUNKED + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n":
            writer.write(bytes([byte]))
            await asyncio.sleep(0)

    host = await serve(talk)
    for path in "ab":
        assert (await door(get(f"{host.url}/{path}"))).body == b"abc"
    assert host.connections == 1
