"""The load: callers that send pings, each its next one when the last is answered. A process of its own.

Every answer is read and checked. It says "begin" and "end" on standard output, each at once, so that the parent can
look at the server's clocks at these moments, and then hands over what it counted, as JSON.
"""

import asyncio
import re
import sys
import time
from array import array
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from xmlrpc.client import Fault, loads

import msgspec
import uvloop

from bench.pages import SERIAL_DIGITS
from bench.scene import CALLERS_PER_BLOG, SERVER, Scene, told

ANSWER_WITHIN = 10.0  # seconds for the last answers after the end; a caller of Linkback waits for 2 at most
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
VERIFIED = b"registered"  # both servers say this of a ping that they verified; "accepted" is not enough
FAULT = b"<fault>"

HEAD = "POST {path} HTTP/1.1\r\nHost: {server}\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
CALL = """<?xml version="1.0" encoding="UTF-8"?>
<methodCall>
  <methodName>pingback.ping</methodName>
  <params>
    <param><value><string>{source}</string></value></param>
    <param><value><string>{target}</string></value></param>
  </params>
</methodCall>
"""


@dataclass(frozen=True, slots=True)
class Orders:
    """What the load is told: whom to call and for how long (seconds)."""

    scene: Scene
    path: str
    connections: int
    warm_up: float
    seconds: float


@dataclass(slots=True)
class Counted:
    """What came back. `verified` counts all of it, `within` and `latencies` (seconds) what came within the window."""

    verified: int = 0
    within: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)


class Caller(asyncio.Protocol):
    """One connection that pings for one blog."""

    _transport: asyncio.Transport

    def __init__(self, load: "Load", number: int) -> None:
        scene = load.orders.scene
        blog = scene.blogs[number // CALLERS_PER_BLOG % len(scene.blogs)]
        self._before, self._after = request_around_serial(load.orders, blog)
        self._load = load
        self._serial = number
        self._answer = b""
        self._asked = 0.0
        self.waits = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives this one
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not is_whole(self._answer):
            return
        answer, self._answer = self._answer, b""
        self._load.count(answer, time.perf_counter() - self._asked)
        self._go_on()

    def connection_lost(self, error: Exception | None) -> None:
        if self.waits:
            self._load.fail(f"the connection was closed: {error or 'without a word'}")
            self.waits = False
            self._load.rest()

    def _go_on(self) -> None:
        self.waits = False
        if self._load.goes_on:
            self._ask()
        else:
            self._load.rest()

    def _ask(self) -> None:
        self.waits = True
        self._asked = time.perf_counter()
        self._transport.write(self._before + b"%0*d" % (SERIAL_DIGITS, self._serial) + self._after)
        self._serial += self._load.orders.connections


class Load:
    """All callers, and what they count."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.goes_on = True
        self._verified = 0
        self._latencies = array("d")
        self._errors: Counter[str] = Counter()
        self._all_answered = asyncio.Event()
        self._callers = [Caller(self, number) for number in range(orders.connections)]

    async def run(self) -> Counted:
        """Call until the time is over, and wait for the last answers."""
        loop = asyncio.get_running_loop()
        for caller in self._callers:
            await loop.create_connection(_always(caller), SERVER, self.orders.scene.server_port)
        await asyncio.sleep(self.orders.warm_up)
        self._latencies, began = array("d"), self._say("begin")
        await asyncio.sleep(self.orders.seconds)
        latencies, self._latencies, ended = self._latencies, array("d"), self._say("end")
        await self._last_answers()
        return Counted(self._verified, len(latencies), ended - began, latencies.tolist(), dict(self._errors))

    def count(self, answer: bytes, latency: float) -> None:
        """Count an answer: as verified, or under what else it says."""
        if is_success(answer):
            self._verified += 1
            self._latencies.append(latency)
        else:
            self.fail(what_it_says(answer))

    def fail(self, what: str) -> None:
        """Count what went wrong."""
        self._errors[what] += 1

    def rest(self) -> None:
        """Take note that a caller waits for nothing more."""
        if not self._waiting():
            self._all_answered.set()

    async def _last_answers(self) -> None:
        self.goes_on = False
        if self._waiting():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_answered.wait(), ANSWER_WITHIN)
        if missing := self._waiting():
            self._errors["no answer came"] += missing

    def _waiting(self) -> int:
        return sum(caller.waits for caller in self._callers)

    def _say(self, word: str) -> float:
        print(word, flush=True)
        return time.perf_counter()


def _always(caller: Caller) -> Callable[[], Caller]:
    return lambda: caller


def request_around_serial(orders: Orders, blog: str) -> tuple[bytes, bytes]:
    """Return the bytes of a whole request before and after the serial number of the source."""
    hole = "#" * SERIAL_DIGITS
    call = CALL.format(source=orders.scene.source(blog, hole), target=orders.scene.target)
    server = f"{SERVER}:{orders.scene.server_port}"
    before, after = (HEAD.format(path=orders.path, server=server, length=len(call)) + call).split(hole)
    return before.encode(), after.encode()


def is_whole(answer: bytes) -> bool:
    """Tell whether an answer is there with all of its body."""
    end_of_head = answer.find(b"\r\n\r\n")
    if end_of_head < 0:
        return False
    length = CONTENT_LENGTH.search(answer, 0, end_of_head)
    return length is None or len(answer) >= end_of_head + 4 + int(length[1])


def is_success(answer: bytes) -> bool:
    """Tell whether an answer says that the ping was verified."""
    return answer.startswith(b"HTTP/1.1 200 ") and VERIFIED in answer and FAULT not in answer


def what_it_says(answer: bytes) -> str:
    """Return in a line what an answer says that is no success."""
    head, _, body = answer.partition(b"\r\n\r\n")
    try:
        (message, *_), _ = loads(body.decode())
    except Fault as fault:
        return f"fault {fault.faultCode}: {fault.faultString}"
    except Exception:  # whatever the server answered, it is to be shown
        return head.partition(b"\r\n")[0].decode("latin-1")
    return str(message)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(Load(told(Orders)).run())))
