"""Callers of the tests' own: bytes over a socket, and what came back; no library of ours or others reads the wire."""

import asyncio
import json
import re
import time
import xmlrpc.client
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

CALL = (
    "<?xml version='1.0'?><methodCall><methodName>pingback.ping</methodName><params>"
    "<param><value><string>{}</string></value></param><param><value><string>{}</string></value></param>"
    "</params></methodCall>"
)
GIVES_UP_AFTER = 60.0  # seconds; a caller that waits so long has found a bug


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ping: words of success, or a fault, or neither when no whole answer came.

    `port` is the caller's own, so that a trace of the server shows who was answered.
    """

    source: str
    words: str = ""
    fault: int | None = None
    seconds: float = 0.0
    port: int = 0

    @property
    def acknowledged(self) -> bool:
        """Tell whether the server promised something."""
        return bool(self.words)

    @property
    def later(self) -> bool:
        """Tell whether the server promised to look later."""
        return "later" in self.words

    @property
    def lost(self) -> bool:
        """Tell whether there was no answer."""
        return not self.words and self.fault is None


@dataclass(frozen=True, slots=True)
class Protocol:
    """How a protocol sounds on the wire.

    `request` makes path, media type and body of source and target; `understand` takes the status and the body of
    an answer, and returns the words of success and the fault: neither where the body broke off.
    """

    name: str
    request: Callable[[str, str], tuple[str, str, str]]
    understand: Callable[[int, bytes], tuple[str, int | None]]


def _call(source: str, target: str) -> tuple[str, str, str]:
    return "/pingback", "text/xml", CALL.format(source, target)


def _answer_to_call(_: int, body: bytes) -> tuple[str, int | None]:
    if not body.rstrip().endswith(b"</methodResponse>"):
        return "", None
    try:
        (words,), _data = xmlrpc.client.loads(body)
    except xmlrpc.client.Fault as fault:
        return "", fault.faultCode
    return str(words), None


def _form(source: str, target: str) -> tuple[str, str, str]:
    return "/webmention", FORM, urlencode({"source": source, "target": target})


def _answer_to_form(status: int, body: bytes) -> tuple[str, int | None]:
    try:
        said = json.loads(body)
    except ValueError:
        return "", None
    return (str(said["summary"]), None) if status == 201 else ("", status)


def _trackback(source: str, target: str) -> tuple[str, str, str]:
    return f"/trackback?for={quote(target, safe='')}", FORM, urlencode({"url": source, "title": "A page"})


def _answer_to_trackback(status: int, body: bytes) -> tuple[str, int | None]:
    found = re.search(rb"<error>(\d)</error>.*</response>", body, re.DOTALL)
    if found is None:
        return "", None
    return ("taken", None) if (status, found[1]) == (200, b"0") else ("", status)


FORM = "application/x-www-form-urlencoded"
PINGBACK = Protocol("pingback", _call, _answer_to_call)
WEBMENTION = Protocol("webmention", _form, _answer_to_form)
TRACKBACK = Protocol("trackback", _trackback, _answer_to_trackback)
PROTOCOLS = (PINGBACK, WEBMENTION, TRACKBACK)


async def ping(url: str, source: str, target: str, by: Protocol = PINGBACK) -> Outcome:
    """Send one ping over a connection of its own."""
    address = urlsplit(url)
    began = time.monotonic()
    try:
        async with asyncio.timeout(GIVES_UP_AFTER):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
    except ConnectionError:
        return Outcome(source)
    port = writer.get_extra_info("sockname")[1]
    try:
        writer.write(request(address.netloc, *by.request(source, target)))
        async with asyncio.timeout(GIVES_UP_AFTER):
            raw = await reader.read()
    except ConnectionError:
        raw = b""
    finally:
        writer.close()
    words, fault = understood(raw, by)
    return Outcome(source, words, fault, time.monotonic() - began, port)


async def healthy(url: str) -> bool:
    """Tell whether the server says that it is well."""
    address = urlsplit(url)
    try:
        async with asyncio.timeout(GIVES_UP_AFTER):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
    except ConnectionError:
        return False
    try:
        writer.write(f"GET /health HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(GIVES_UP_AFTER):
            return (await reader.read()).startswith(b"HTTP/1.1 200 ")
    except ConnectionError:
        return False
    finally:
        writer.close()


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[list[float]]:
    """Ask how the server is, again and again, and note the seconds that each answer took."""
    looks: list[float] = []

    async def watch() -> None:
        while True:
            began = time.monotonic()
            assert await healthy(url)
            looks.append(time.monotonic() - began)
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    try:
        yield looks
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def request(host: str, path: str, kind: str, body: str) -> bytes:
    """Return the bytes of a POST."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body.encode())}\r\n\r\n".encode() + body.encode()


def understood(raw: bytes, by: Protocol = PINGBACK) -> tuple[str, int | None]:
    """Return the words of success and the fault of a whole response; neither of what broke off."""
    head, _, body = raw.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
    return by.understand(int(status[1]), body) if status else ("", None)


async def each(call: Callable[[str], Awaitable[Outcome]], sources: Iterable[str], at_once: int) -> list[Outcome]:
    """Call for every source, so many at once; what the first of a crash takes with it is all there."""
    waiting = iter(sources)
    outcomes: list[Outcome] = []

    async def caller() -> None:
        while source := next(waiting, None):
            outcomes.append(await call(source))

    await asyncio.gather(*(caller() for _ in range(at_once)))
    return outcomes
