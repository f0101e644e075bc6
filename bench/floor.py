"""The floor: the least honest program that takes a pingback. A process of its own.

It reads the call, fetches the page over a connection that is kept, parses it, finds the link as an element, makes the
row durable before it answers, and does nothing else: no limits, no politeness, no redirects, no names, no reasons.
Whatever Linkback costs beyond this is what its promises cost.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from pyexpat import ParserCreate

import apsw
import turbohtml
import uvloop

from bench.scene import SERVER, Scene, told

BACKLOG = 1024  # connections that wait to be accepted
MOST_PER_COMMIT = 512  # rows that share a commit
TABLE = "CREATE TABLE mentions (source TEXT, target TEXT, received_at REAL, PRIMARY KEY (source, target))"
KEEP = "INSERT INTO mentions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET received_at = excluded.received_at"

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s"
SUCCESS = b"""<?xml version="1.0"?>
<methodResponse><params><param><value><string>%s is registered</string></value></param></params></methodResponse>"""
FAULT = b"""<?xml version="1.0"?>
<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>%d</int></value></member>
<member><name>faultString</name><value><string>%s</string></value></member></struct></value></fault></methodResponse>"""

Row = tuple[str, str, float]
Kept = asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class Orders:
    """What the floor is told: where it stands, and its new database file."""

    scene: Scene
    database: str


class Refused(Exception):
    """The ping is answered with a fault: its code and a sentence."""


def read_call(body: bytes) -> tuple[str, str]:
    """Return source and target of a pingback.ping; raises Refused for another method or a DOCTYPE."""
    texts: list[str] = []
    ended: list[tuple[str, str]] = []

    def end(name: str) -> None:
        ended.append((name, "".join(texts)))
        texts.clear()

    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: texts.clear()
    parser.CharacterDataHandler = texts.append
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.Parse(body, True)
    strings = [text for name, text in ended if name == "string"]
    if ("methodName", "pingback.ping") not in ended or len(strings) != 2:
        raise Refused(-32601, b"no such method")
    return strings[0], strings[1]


def _no_doctype(*_: object) -> None:
    raise Refused(-32700, b"no DOCTYPE, please")


def links_to(page: bytes, target: str) -> bool:
    """Tell whether an element of the page links to exactly this address."""
    quoted = target.replace("\\", "\\\\").replace('"', '\\"')
    return turbohtml.parse(page, positions=False).select_one(f'a[href="{quoted}"]') is not None


class Fetching(asyncio.Protocol):
    """One connection to a blog: a GET at a time, an answer with its length."""

    _transport: asyncio.Transport
    _page: asyncio.Future[bytes]

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._missing = 0
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives this one
        self._transport = transport

    def get(self, host: str, path: str) -> asyncio.Future[bytes]:
        """Return what will be the body of the page."""
        self._page = asyncio.get_running_loop().create_future()
        self._parts.clear()
        self._transport.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        return self._page

    def data_received(self, data: bytes) -> None:
        if not self._parts:
            self._begin(data)
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing <= 0:
            self._page.set_result(b"".join(self._parts)[self._head :])

    def _begin(self, data: bytes) -> None:
        # The head comes in the first piece: the source server writes it together with the page.
        self._head = data.index(b"\r\n\r\n") + 4
        start = data.index(b"Content-Length: ") + len(b"Content-Length: ")
        self._missing = self._head + int(data[start : data.index(b"\r\n", start)])


class Fetcher:
    """Fetches pages of known blogs, and keeps the connections."""

    def __init__(self, scene: Scene) -> None:
        self._known = {f"{blog}:{scene.source_port}" for blog in scene.blogs}
        self._idle: defaultdict[str, list[Fetching]] = defaultdict(list)

    async def fetch(self, url: str) -> bytes:
        """Return the page; raises Refused for any other address."""
        host, _, path = url.removeprefix("http://").partition("/")
        if host not in self._known:
            raise Refused(16, b"no such page")
        idle = self._idle[host]
        connection = idle.pop() if idle else await self._connect(host)
        page = await connection.get(host, path)
        idle.append(connection)
        return page

    async def _connect(self, host: str) -> Fetching:
        address, _, port = host.partition(":")
        _, connection = await asyncio.get_running_loop().create_connection(Fetching, address, int(port))
        return connection


class Keeper:
    """Writes rows in a thread; whatever waits shares a commit, and each is told only after it."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._waiting: queue.SimpleQueue[tuple[Row, Kept]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, daemon=True).start()

    def keep(self, row: Row) -> Kept:
        """Return what is done when the row is durable."""
        kept = self._loop.create_future()
        self._waiting.put((row, kept))
        return kept

    def _write(self) -> None:
        connection = apsw.Connection(self._database)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(TABLE)
        while True:
            batch = self._next_batch()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(KEEP, [row for row, _ in batch])
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, [kept for _, kept in batch])

    def _next_batch(self) -> list[tuple[Row, Kept]]:
        batch = [self._waiting.get()]
        try:
            while len(batch) < MOST_PER_COMMIT:
                batch.append(self._waiting.get_nowait())
        except queue.Empty:
            pass
        return batch


def _tell(waiting: list[Kept]) -> None:
    for kept in waiting:
        if not kept.done():
            kept.set_result(None)


async def take(call: bytes, fetcher: Fetcher, keeper: Keeper) -> bytes:
    """Return the answer to a call, the ping being verified and durable."""
    try:
        source, target = read_call(call)
        if not links_to(await fetcher.fetch(source), target):
            raise Refused(17, b"no link")
        await keeper.keep((source, target, time.time()))
    except Refused as refused:
        return FAULT % refused.args
    return SUCCESS % source.encode()


class Answering(asyncio.Protocol):
    """One connection of a caller: a POST at a time, with its length."""

    _transport: asyncio.Transport

    def __init__(self, take_call: Callable[[bytes], asyncio.Future[bytes]]) -> None:
        self._take = take_call
        self._request = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives this one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._request = self._request + data if self._request else data
        head = self._request.find(b"\r\n\r\n") + 4
        if head < 4:
            return
        start = self._request.index(b"Content-Length: ") + len(b"Content-Length: ")
        end = head + int(self._request[start : self._request.index(b"\r\n", start)])
        if len(self._request) < end:
            return
        call, self._request = self._request[head:end], self._request[end:]
        self._take(call).add_done_callback(self._answer)

    def _answer(self, taken: asyncio.Future[bytes]) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER % (len(taken.result()), taken.result()))


async def serve(orders: Orders) -> None:
    """Take pings until the process is ended."""
    loop = asyncio.get_running_loop()
    fetcher, keeper = Fetcher(orders.scene), Keeper(orders.database)
    server = await loop.create_server(
        lambda: Answering(lambda call: loop.create_task(take(call, fetcher, keeper))),
        SERVER,
        orders.scene.server_port,
        backlog=BACKLOG,
    )
    await server.serve_forever()


def rows_kept(database: Path, series: str) -> int:
    """Return how many rows of a series the floor made durable."""
    with closing(sqlite3.connect(database)) as connection:
        count = connection.execute("SELECT count(*) FROM mentions WHERE source LIKE ?", (f"%/{series}/%",))
        return int(count.fetchone()[0])


if __name__ == "__main__":
    uvloop.run(serve(told(Orders)))
