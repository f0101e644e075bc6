"""The crowd: a blog with posts to be told of, and hundreds of others that take webmentions. A process of its own.

Every answer comes DELAY after its request, as from a host far away; of a post with a hanging link, the first never
comes. What was asked and when is told at /told/RUN, so that no clock but this one is needed.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

import msgspec
import uvloop

from bench.scene import BLOGS, MOST_BLOGS, TARGET, free_port, told

DELAY = 0.1  # seconds; across an ocean and back
BACKLOG = 1024  # connections that wait to be accepted
REQUEST = re.compile(rb"(?:GET|POST) (/[^ ]*) HTTP/1\.1\r\n")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Where everybody is: one port on all addresses."""

    port: int
    blogs: tuple[str, ...]

    def post(self, run: str, links: int, hanging: int) -> str:
        """Return the address of a post with so many links, of which so many hang."""
        return f"http://{TARGET}:{self.port}/post/{run}/{links}/{hanging}"

    def told(self, run: str) -> str:
        """Return where it is told what was asked."""
        return f"http://{TARGET}:{self.port}/told/{run}"

    def target(self, run: str, number: int, hanging: int) -> str:
        """Return what the link of this number leads to."""
        return f"http://{self.blogs[number]}:{self.port}/{'hang' if number < hanging else 'blog'}/{run}/{number}"


def new_crowd() -> Crowd:
    """Return a crowd on a free port."""
    blogs = tuple(f"{BLOGS}{n}" for n in range(1, MOST_BLOGS + 1))
    return Crowd(free_port((TARGET, *blogs)), blogs)


@dataclass(slots=True)
class Told:
    """One run: when the post was asked for, when the last endpoint answered (seconds), and how often each link was."""

    began: float = 0.0
    ended: float = 0.0
    taken: int = 0
    asked: dict[str, int] = field(default_factory=dict)


class Host(asyncio.Protocol):
    """Answers one request after the other."""

    def __init__(self, crowd: Crowd, runs: dict[str, Told]) -> None:
        self._crowd = crowd
        self._runs = runs
        self._waiting = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives this one
        self._transport = transport
        self._host = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        head, end, body = self._waiting.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self._waiting = b""
        asked = REQUEST.match(head + end)
        if asked:
            self._answer(asked[1].decode().split("/")[1:])

    def _answer(self, path: list[str]) -> None:
        kind, run, *rest = path
        told = self._runs.setdefault(run, Told())
        if kind == "told":
            self._transport.write(_page(msgspec.json.encode(told)))
        elif kind == "post":
            told.began = time.monotonic()
            self._transport.write(_page(self._post(run, int(rest[0]), int(rest[1]))))
        elif kind != "hang":
            asyncio.get_running_loop().call_later(DELAY, self._answer_late, kind, run, rest[0])
        if kind in ("blog", "take", "hang"):
            told.asked[rest[0]] = told.asked.get(rest[0], 0) + 1

    def _answer_late(self, kind: str, run: str, number: str) -> None:
        if kind == "take":
            told = self._runs[run]
            told.ended, told.taken = time.monotonic(), told.taken + 1
        endpoint = f"http://{self._host}:{self._crowd.port}/take/{run}/{number}"
        link = f'Link: <{endpoint}>; rel="webmention"\r\n'
        if not self._transport.is_closing():
            self._transport.write(ACCEPTED if kind == "take" else _page(b"<p>A post.", link))

    def _post(self, run: str, links: int, hanging: int) -> bytes:
        targets = (self._crowd.target(run, number, hanging) for number in range(links))
        return ("<article>" + "".join(f'<p><a href="{one}">x</a>' for one in targets) + "</article>").encode()


def _page(body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(crowd: Crowd) -> None:
    """Serve all addresses until the process is ended."""
    runs: dict[str, Told] = {}
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: Host(crowd, runs), list(crowd.blogs), crowd.port, backlog=BACKLOG)
    home = await loop.create_server(lambda: Host(crowd, runs), TARGET, crowd.port, backlog=BACKLOG)
    await home.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(told(Crowd)))
