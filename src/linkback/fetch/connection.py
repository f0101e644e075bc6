"""The wire under the door: aiohttp, made to count what comes in and to go only where the guard lets it.

All that is special to aiohttp's insides lives here; a test fails when one of them moves.
"""

import asyncio
import functools
import ssl
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

from linkback.fetch.guard import Guard
from linkback.fetch.resolver import Resolver

MAX_LINE = 8190  # bytes of a status line or a header field; what Apache takes, too
MAX_FIELDS = 100  # header fields; real pages have about 20
HEADROOM = 64 << 10  # bytes beside the body on the wire: header fields, chunk sizes, 1xx answers
MAX_HEADS = 10  # answers that come at once; all but the last are 1xx, and real servers send one of these
SLICE = 64 << 10  # bytes parsed at a time; thousands of tiny 1xx answers would else hold up the loop
KEEP_ALIVE = 15.0  # seconds; most servers close after 5 to 15 anyway
REMEMBER_NAMES = 10  # seconds; a burst of pings from one site asks once
HAPPY_EYEBALLS = 0.25  # seconds; RFC 8305 section 5


class FloodError(ClientError):
    """The other side sends more than is read."""


class Line(ResponseHandler):
    """A connection that counts what comes in over it, and hangs up when that is too much."""

    def __init__(self, loop: asyncio.AbstractEventLoop, most: int) -> None:
        super().__init__(loop)
        self._most = most
        self._received = 0
        self.flooded = False
        self.when_lost: Callable[[Line], None] | None = None

    def set_response_params(self, *args: Any, **kwargs: Any) -> None:
        """Begin a new response."""
        self._received = 0
        super().set_response_params(*args, **kwargs)

    def data_received(self, data: bytes) -> None:
        """Count, and pass on what is within bounds."""
        self._received += len(data)
        if self._received > self._most:
            self._hang_up()
        for start in range(0, len(data) or 1, SLICE):
            if self.flooded:
                return
            super().data_received(data[start : start + SLICE])
            if len(self._buffer) > MAX_HEADS:
                self._hang_up()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Tell whoever keeps this connection that it is gone."""
        super().connection_lost(exc)
        if self.when_lost is not None:
            self.when_lost(self)

    def _hang_up(self) -> None:
        if self.flooded:
            return
        self.flooded = True
        self.set_exception(FloodError("more than is read"))
        if self.transport is not None:
            self.transport.abort()


class Answer(ClientResponse):
    """A response that knows its connection, also after that went back to the pool."""

    line: Line

    async def start(self, connection: Connection) -> "Answer":
        """Read the head of the response."""
        assert isinstance(connection.protocol, Line)
        self.line = connection.protocol
        await super().start(connection)
        return self


class Connector(TCPConnector):
    """Opens lines to where the guard lets it; how many is the gate's business."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(
            resolver=Resolver(guard),
            socket_factory=guard.socket_for,
            ttl_dns_cache=REMEMBER_NAMES,
            happy_eyeballs_delay=HAPPY_EYEBALLS,
            keepalive_timeout=KEEP_ALIVE,
            ssl=_trust(guard.settings.authorities),
            limit=0,
        )
        self._resolver_owner = True
        self._factory = functools.partial(self._new_line, guard.settings.max_bytes + HEADROOM)

    def _new_line(self, most: int) -> ResponseHandler:
        return Line(self._loop, most)


def open_session(guard: Guard) -> ClientSession:
    """Open the one session of a door; a loop must be running. It takes nothing from the environment, and no cookies."""
    session = ClientSession(
        connector=Connector(guard),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None),
        response_class=Answer,
        auto_decompress=False,
        trust_env=False,
        max_line_size=MAX_LINE,
        max_field_size=MAX_LINE,
        max_headers=MAX_FIELDS,
        skip_auto_headers=("Accept", "Content-Type"),
    )
    # aiohttp would repeat a GET that a fresh connection dropped, and a victim would see two for one.
    session._retry_connection = False
    return session


def _trust(authorities: str) -> ssl.SSLContext | bool:
    """Return whom to trust: the system's authorities, and those in the file."""
    if not authorities:
        return True
    context = ssl.create_default_context()
    context.load_verify_locations(authorities)
    context.set_alpn_protocols(["http/1.1"])
    return context
