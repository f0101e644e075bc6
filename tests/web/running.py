"""A running Linkback, the pages it is told of, and raw requests: all over real sockets on loopback."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import urlencode

import structlog
import uvicorn
from litestar.handlers import HTTPRouteHandler

from linkback.core.model import Citation, Listed, ListedAction, ListedKind, Mention, Ping, Status
from linkback.desk import open_database, open_desk, utc_now
from linkback.settings import Settings
from linkback.storage import mentions, sites
from linkback.storage.settlement import Settlement
from linkback.web.messages import BODY_WITHIN
from linkback.web.server import Listener, Server
from linkback.web.wire import BoundedProtocol

PATIENCE = 20.0  # seconds until a test gives up on a condition; never how long it takes
HTML = (("Content-Type", "text/html; charset=utf-8"),)
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

Header = tuple[str, str]
Pages = dict[str, tuple[int, tuple[Header, ...], bytes]]


@dataclass
class Site:
    """A web server with pages that may be changed; `release` lets go the callers of silent ones."""

    host: str
    pages: Pages = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    release: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def page(self, path: str, html: str = "", *, status: int = 200, headers: tuple[Header, ...] = HTML) -> str:
        """Put a page there and return its address."""
        self.pages["/" + path] = (status, headers, html.encode())
        return self.url + path

    def post(self, path: str, target: str) -> str:
        """Put a page there that links to a target, and return its address."""
        html = f'<title>A post</title><article><p>I read <a href="{target}">this</a> today.</p></article>'
        return self.page(path, html)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a GET."""
        if request.path in self.silent:
            self.release.wait(PATIENCE)
        status, headers, body = self.pages.get(request.path, (404, HTML, b"nothing here"))
        request.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of callers who hang up."""

    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def web_server(host: str) -> Iterator[Site]:
    """Run a web server on a loopback address of its own."""
    site = Site(host)

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = Quiet((host, 0), Pages)
    site.url = f"http://{host}:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        site.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def resetting_server(host: str) -> Iterator[str]:
    """Run a server that resets every connection; yields its address."""
    with socket.create_server((host, 0)) as listening:
        listening.settimeout(0.05)
        ended = threading.Event()

        def reset() -> None:
            while not ended.is_set():
                with suppress(OSError):
                    connection, _ = listening.accept()
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.close()

        thread = threading.Thread(target=reset)
        thread.start()
        try:
            yield f"http://{host}:{listening.getsockname()[1]}/post"
        finally:
            ended.set()
            thread.join()


def closed_port(host: str) -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((host, 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Running:
    """A Linkback that takes requests."""

    url: str
    port: int
    settings: Settings
    server: uvicorn.Server

    def mentions(self) -> list[Mention]:
        """Return all mentions, as the owner sees them."""
        return asyncio.run(_mentions(self.settings))

    def add_site(self, url: str, name: str = "") -> None:
        """Register a site, under a name too where one is given."""
        asyncio.run(_add(self.settings, url, name))

    def mention(self, source: str, target: str, citation: Citation = Citation(), protocol: str = "webmention") -> int:
        """Put an approved mention there, as if it had come and been seen by its owner; return its id."""
        ping = Ping(source, target, protocol)
        return asyncio.run(_approved(self.settings, ping, citation))

    def approve(self, source: str) -> None:
        """Approve the mentions of a source, as their owner does."""
        asyncio.run(_approve(self.settings, source))

    def follow(self, url: str, host: str) -> None:
        """Let the links of a host be shown without nofollow at a site."""
        asyncio.run(_follow(self.settings, url, Listed(ListedAction.FOLLOW, ListedKind.HOST, host)))


async def _follow(settings: Settings, url: str, listed: Listed) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.change(url, lambda site: replace(site, lists=(*site.lists, listed)))


async def _approve(settings: Settings, source: str) -> None:
    async with open_desk(settings) as desk:
        for mention in await desk.moderator.listing():
            if mention.source == source:
                await desk.moderator.approve(mention.id, by="the owner")


async def _mentions(settings: Settings) -> list[Mention]:
    async with open_desk(settings) as desk:
        return await desk.moderator.listing()


async def _add(settings: Settings, url: str, name: str) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.add(url)
        if name:
            await desk.registrar.change(url, lambda site: replace(site, name=name))


async def _approved(settings: Settings, ping: Ping, citation: Citation) -> int:
    async with open_database(settings) as database:
        every = await database.read(sites.every)
        (site,) = (site for site in every if ping.target.startswith(site.url))
        kept = Settlement(site.id, ping.source, ping.target, Status.APPROVED, utc_now(), citation, ping=ping)
        return (await database.write(mentions.settle, kept)).id


@contextmanager
def running(
    settings: Settings,
    *,
    wire: type[BoundedProtocol] = BoundedProtocol,
    body_within: float = BODY_WITHIN,
    pages: Sequence[HTTPRouteHandler] = (),
) -> Iterator[Running]:
    """Run Linkback in a thread, on a free port, with further pages if there are any; its log goes nowhere."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    listener = Listener("127.0.0.1", 0, wire=wire)
    settings = replace(settings, public_url=settings.public_url or listener.url)
    application = Server(settings, body_within=body_within)
    for page in pages:
        application.site.register(page)
    server = listener.server_for(application)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]})
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert server.started
        yield Running(listener.url, listener.socket.getsockname()[1], settings, server)
    finally:
        server.should_exit = True
        thread.join()


def until(condition: Callable[[], bool]) -> None:
    """Return as soon as a condition holds; fail when it never does."""
    pause, give_up = threading.Event(), monotonic() + PATIENCE
    while not condition():
        assert monotonic() < give_up, "it never came true"
        pause.wait(0.02)


@dataclass(frozen=True)
class Answer:
    """An HTTP response, as it came over the wire."""

    status: int
    headers: tuple[Header, ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header."""
        return next((value for key, value in self.headers if key == name), None)


def exchange(port: int, *parts: bytes, timeout: float = PATIENCE) -> list[Answer]:
    """Send bytes, read until the other side hangs up, and return the responses that came whole.

    A reset after the answer counts as hanging up: it is what is sent to who goes on talking.
    """
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        with suppress(ConnectionError):
            while more := connection.recv(1 << 16):
                received += more
    return list(responses(received))


def responses(received: bytes) -> Iterator[Answer]:
    """Take responses apart that have a Content-Length, or none and no body."""
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = [line.partition(": ") for line in lines]
        headers = tuple((name.lower(), value) for name, _, value in pairs)
        length = int(dict(headers).get("content-length", "0"))
        yield Answer(int(first.split(" ")[1]), headers, received[:length])
        received = received[length:]


def post(path: str, body: bytes, *headers: str, version: str = "1.1", close: bool = True) -> bytes:
    """Return a POST with a Content-Length as raw bytes."""
    lines = [f"POST {path} HTTP/{version}", "Host: links.example", f"Content-Length: {len(body)}", *headers]
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def ask(
    linkback: Running, path: str, *, accept: str = "*/*", method: str = "GET", host: str = "a", headers: str = ""
) -> Answer:
    """Ask for an address without a body, and return the answer."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n{headers}Connection: close\r\n\r\n"
    (answer,) = exchange(linkback.port, head.encode())
    return answer


def send_form(linkback: Running, path: str, fields: dict[str, str], *headers: str) -> Answer:
    """Post a form, as programs and browsers do, and return the answer."""
    body = urlencode(fields).encode()
    (answer,) = exchange(linkback.port, post(path, body, f"Content-Type: {FORM}", *headers))
    return answer


def call(method: str, *texts: str) -> bytes:
    """Return an XML-RPC call with parameters of text, without anything in it that could be left out."""
    params = "".join(f"<param><value>{text}</value></param>" for text in texts)
    return f"<methodCall><methodName>{method}</methodName><params>{params}</params></methodCall>".encode()


def ping(source: str, target: str) -> bytes:
    """Return the call of a ping."""
    return call("pingback.ping", source, target)
