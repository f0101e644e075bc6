"""uvicorn's HTTP/1.1 protocol with bounds on the head of a request: its size and its time.

llhttp by itself collects a header line as long as it comes, and waits for its end for ever.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 32 * 1024  # bytes of request line and headers; browsers with many cookies send 16 KiB
HEAD_WITHIN = 10.0  # seconds from the first byte of a head, or from the connection, to its end


class HeadTooLarge(Exception):
    """The head of a request is larger than MAX_HEAD."""


class BoundedProtocol(HttpToolsProtocol):
    """Refuses heads that are too large, and hangs up on those that do not end."""

    _head_bytes = 0
    _in_head = True
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, but no endless head."""
        if self.transport.is_closing():
            return
        self._head_bytes += len(data) if self._in_head else 0
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head = True
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        """End a head, and refuse it if it is too large as a whole."""
        self._in_head = False
        self._head_bytes = 0
        self._stop_waiting()
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            raise HeadTooLarge
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_WITHIN, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()
