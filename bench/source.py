"""The source server: every blog that pings, and the site that is pinged. A process of its own.

As cheap as can be, since what it costs is taken from the load: it reads the request line, nothing else.
"""

import asyncio

import uvloop

from bench.pages import SERIAL_DIGITS, Template, post
from bench.scene import ENDPOINT, TARGET, Scene, told

BACKLOG = 1024  # connections that wait to be accepted
ESSAY = b"<!DOCTYPE html><html lang=en><title>On patience</title><article><h1>On patience</h1><p>Wait.</article></html>"
END_OF_ADDRESS = b".html HTTP/1.1\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Connection(asyncio.Protocol):
    """Answers GETs, one at a time, and keeps the connection."""

    _transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives this one
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        # Clients of ours send the head of a GET in one piece, and the next one after the answer.
        self._transport.write(self.answer(data))

    def answer(self, request: bytes) -> bytes:
        raise NotImplementedError


class Blog(Connection):
    """Serves the post whose serial number the address ends with."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._head = head(template.size)

    def answer(self, request: bytes) -> bytes:
        end = request.find(END_OF_ADDRESS)
        if end < 0:
            return NOT_FOUND
        return self._head + self._template.page(request[end - SERIAL_DIGITS : end])


class Site(Connection):
    """Serves the page that is linked to, which advertises the endpoint."""

    _essay = head = b""

    def answer(self, request: bytes) -> bytes:
        if not request.startswith(b"GET /essay "):
            return NOT_FOUND
        return head(len(ESSAY), f"X-Pingback: {ENDPOINT}\r\n") + ESSAY


def head(length: int, more: str = "") -> bytes:
    """Return the head of a page's answer."""
    kind = "Content-Type: text/html; charset=utf-8\r\n"
    return f"HTTP/1.1 200 OK\r\n{kind}{more}Content-Length: {length}\r\n\r\n".encode()


async def serve(scene: Scene) -> None:
    """Serve all addresses of the scene until the process is ended."""
    template = post(scene.target)
    loop = asyncio.get_running_loop()
    site = await loop.create_server(Site, TARGET, scene.source_port, backlog=BACKLOG)
    await loop.create_server(lambda: Blog(template), list(scene.blogs), scene.source_port, backlog=BACKLOG)
    await site.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(told(Scene)))
