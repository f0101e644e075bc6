"""A web on loopback for whole programs: servers on several addresses, where the first part of a path says what is said.

/post/... is the owner's page, /page/... links to it, /hang/... does so too, but only once it is released.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

HOME = "127.0.40.1"  # the owner's own site
PUBLIC_URL = "http://links.example/"  # where the owner's pages say that Linkback is; nobody is asked there
ADVERTISED = f"X-Pingback: {PUBLIC_URL}pingback"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, and the way to answer it."""

    path: str
    body: bytes
    writer: asyncio.StreamWriter

    async def say(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(raw)
        await self.writer.drain()


Talk = Callable[[Visit], Awaitable[None]]


def ok(body: str | bytes, *headers: str) -> bytes:
    """Return a response with a page."""
    raw = body.encode() if isinstance(body, str) else body
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(raw)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + raw


class Web:
    """Servers on loopback. `talks` says what is said by the first part of the path; more may be put in."""

    def __init__(self) -> None:
        self.talks: dict[str, Talk] = {"post": self._post, "page": self._page, "hang": self._hang}
        self.released = asyncio.Event()
        self.hanging = 0
        self.asked: Counter[str] = Counter()
        self.visitors: Counter[str] = Counter()  # connections by the address they came to
        self.ports: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []
        self._talking: set[asyncio.Task[None]] = set()

    async def listen(self, addresses: Iterable[str]) -> None:
        """Serve on these addresses, on any free port each."""
        for address in addresses:
            server = await asyncio.start_server(self._serve, address, 0, backlog=1024)
            self._servers.append(server)
            self.ports[address] = server.sockets[0].getsockname()[1]

    def url(self, address: str, path: str = "") -> str:
        """Return the URL of a page."""
        return f"http://{address}:{self.ports[address]}/{path}"

    def spread(self, path: str, number: int) -> str:
        """Return the URL of a numbered page, on any but the owner's host; each host has its share of the numbers."""
        hosts = [address for address in self.ports if address != HOME]
        return self.url(hosts[number % len(hosts)], f"{path}/{number:05}/")

    @property
    def site(self) -> str:
        """The owner's site."""
        return self.url(HOME)

    @property
    def target(self) -> str:
        """The page of the owner's that all others link to."""
        return self.url(HOME, "post/")

    @property
    def linking(self) -> str:
        """A page with a link to the target."""
        return f'<title>A page</title><article><p>I read <a href="{self.target}">this</a> today.</p></article>'

    async def close(self) -> None:
        """Hang up on everybody."""
        for server in self._servers:
            server.close()
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        self.visitors[writer.get_extra_info("sockname")[0]] += 1
        try:
            while True:
                await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            self._talking.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.lower().split("\r\n")
        lengths = [int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")]
        body = await reader.readexactly(lengths[0]) if lengths else b""
        path = head.split(" ", 2)[1]
        self.asked[path] += 1
        await self.talks[path.split("/")[1]](Visit(path, body, writer))

    async def _post(self, visit: Visit) -> None:
        await visit.say(ok("<title>My post</title><p>Hello.", ADVERTISED))

    async def _page(self, visit: Visit) -> None:
        await visit.say(ok(self.linking))

    async def _hang(self, visit: Visit) -> None:
        self.hanging += 1
        try:
            await self.released.wait()
        finally:
            self.hanging -= 1
        await visit.say(ok(self.linking))


@asynccontextmanager
async def open_web(hosts: int) -> AsyncIterator[Web]:
    """Open a web with the owner's site and this many other hosts."""
    web = Web()
    await web.listen([HOME, *(f"127.0.41.{number}" for number in range(1, hosts + 1))])
    try:
        yield web
    finally:
        await web.close()
