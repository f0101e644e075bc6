"""uvicorn's HTTP/1.1 protocol with bounds on what a request may cost before anybody reads it.

llhttp by itself collects a header line, a trailer or the framing of chunks as long as they come, waits for
their end for ever, and uvicorn queues whatever was pipelined. Bodies are bounded by who reads them.
"""

import asyncio
from enum import Enum
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 32 * 1024  # bytes of request line and headers; browsers with many cookies send 16 KiB
LINE_COSTS = 4  # bytes of a header line besides name and value
MAX_FRAMING = 512 * 1024  # bytes of a body that are no content; 64 KiB in chunks of one byte has 384 KiB of them
MAX_WAITING = 100  # requests pipelined behind the one that is being answered
HEAD_WITHIN = 10.0  # seconds from the first byte of a head, or from the connection, to its end


class Stage(Enum):
    """What a connection is expected to send next."""

    REQUEST = "the first byte of a request"
    HEAD = "the rest of a head"
    BODY = "the rest of a body"


class TooMuch(Exception):
    """A head is larger than MAX_HEAD, or more than MAX_WAITING requests wait."""


class Lasting:
    """A transport that drops what is written after its end, where uvloop raises."""

    __slots__ = ("_transport",)

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Write to who is still there."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedProtocol(HttpToolsProtocol):
    """Refuses what is too large, and hangs up on what does not end."""

    head_within: ClassVar[float] = HEAD_WITHIN

    _stage = Stage.REQUEST
    _unanswered = 0
    _silent_bytes = 0  # taken from the peer since the head began or ended, and not handed on as a body
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self.transport = Lasting(transport)  # type: ignore[assignment]  # it does all that a transport does
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, but nothing endless; whatever follows a request begins the next, empty lines too."""
        if self.transport.is_closing():
            return
        if self._stage is Stage.REQUEST:
            self._begin_head()
        self._silent_bytes += len(data)
        super().data_received(data)
        if self._silent_bytes > (MAX_FRAMING if self._stage is Stage.BODY else MAX_HEAD):
            self.send_400_response("The request is too large.\n")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._begin_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, and no trailer: a proxy may let one pass, and nobody here wants any."""
        if self._stage is Stage.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End a head, and refuse it if it is too large as a whole."""
        self._stage = Stage.BODY
        self._silent_bytes = 0
        self._stop_waiting()
        if len(self.url) + sum(len(name) + len(value) + LINE_COSTS for name, value in self.headers) > MAX_HEAD:
            raise TooMuch
        if len(self.pipeline) >= MAX_WAITING:
            raise TooMuch
        super().on_headers_complete()
        self._unanswered += 1

    def on_body(self, body: bytes) -> None:
        """Hand on a part of a body."""
        self._silent_bytes = max(0, self._silent_bytes - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._stage = Stage.REQUEST
        self._silent_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Hang up after an answer that did not wait for the end of the body: nobody will read the rest."""
        self._unanswered -= 1
        super().on_response_complete()
        if self._stage is Stage.BODY and not self._unanswered:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request, unless another one's answer is due first: then there is no way to say so."""
        if self.transport.is_closing():
            return
        own_body = self._stage is Stage.BODY and self._unanswered == 1 and not self.cycle.response_started
        if self._unanswered and not own_body:
            self.transport.close()
            return
        super().send_400_response(msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: what a stranger wishes is not worth a line in the log."""

    def _begin_head(self) -> None:
        self._stage = Stage.HEAD
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_within, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._unanswered:  # it is not read from meanwhile
            self._begin_head()
        elif not self.transport.is_closing():
            self.transport.close()
