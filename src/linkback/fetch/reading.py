"""One answer, as it comes in: bytes in, status, headers and body out, and all of it within bounds.

Pure: no sockets, no waiting. llhttp reads the wire in its strict mode but for one thing, and what
it leaves open is refused here: another protocol or version, a body with a coding that was not asked for.
Spec: RFC 9112
"""

from collections.abc import Callable

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from linkback.core.model import Headers

MAX_LINE = 8190  # bytes of a header field; what Apache takes, too
MAX_FIELDS = 100  # header fields; real pages have about 20
HEADROOM = 64 << 10  # bytes beside the body on the wire: header fields, chunk sizes, 1xx answers
MAX_HEADS = 10  # heads of one answer; all but the last are 1xx, and real servers send one of these
BEGINNING = b"H"  # of HTTP/1.1; llhttp would take RTSP and ICE as well, and blank lines before
VERSIONS = ("1.1", "1.0")
FRAMING = ("content-length", "transfer-encoding")


class FloodError(Exception):
    """The head of the answer is larger than what is read."""


class NonsenseError(Exception):
    """What came in is not HTTP, or could be read in two ways."""


class HungUpError(Exception):
    """The connection ended before a byte of the answer."""


class BrokenError(Exception):
    """The connection ended in the middle of the answer."""


class Reading:
    """An answer to `method`, of whose body at most `most` bytes are kept.

    `wants` is asked once, when the head is there, whether the body is worth reading. The
    methods on_* are llhttp's; the others are for whoever has the connection.
    """

    __slots__ = (
        "_alive",
        "_chunks",
        "_complete",
        "_fields",
        "_head_bytes",
        "_heads",
        "_method",
        "_most",
        "_parser",
        "_problem",
        "_size",
        "_until_close",
        "_wanted",
        "_wants",
        "headers",
        "keeps",
        "received",
        "status",
    )

    def __init__(self, method: str, most: int, wants: Callable[[int, Headers], bool]) -> None:
        self._method = method
        self._most = most
        self._wants = wants
        self._parser = HttpResponseParser(self)
        # Old servers pad the size of a chunk with blanks, and that can be read in one way only.
        self._parser.set_dangerous_leniencies(lenient_spaces_after_chunk_size=True)
        self._problem: Exception | None = None
        self._heads = self._head_bytes = self._size = 0
        self._alive = self._complete = self._until_close = self._wanted = False
        self._fields: list[tuple[str, str]] = []
        self._chunks: list[bytes] = []
        self.status = self.received = 0
        self.headers: Headers = ()
        self.keeps = False

    @property
    def body(self) -> bytes:
        """Return what was read of the body, as it came."""
        body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        return body if self._size <= self._most else body[: self._most]

    @property
    def truncated(self) -> bool:
        """Tell whether the body goes on beyond what was read."""
        return not self._wanted or not self._complete or self._size > self._most

    def feed(self, data: bytes) -> bool:
        """Take what came in, and tell whether that is all there is to read.

        Raises FloodError or NonsenseError. Once over, `keeps` tells whether the connection may
        be used again: the answer was whole, nothing came after it, and nobody said close.
        """
        if not self.received and not data.startswith(BEGINNING):
            raise NonsenseError("not HTTP")
        self.received += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.keeps = False
            if not self._complete:
                raise self._problem or NonsenseError("not well formed") from error
        return self._complete or self._is_enough()

    def end(self) -> None:
        """Take note that the other side closed; raise HungUpError or BrokenError where that is no end of an answer."""
        if not self.received:
            raise HungUpError("no answer")
        if not (self.status and self._until_close):
            raise BrokenError("half an answer")
        self._complete = True

    def drop_parser(self) -> None:
        """Let go of the parser, which holds on to this object."""
        del self._parser

    def on_message_begin(self) -> None:
        """Count the heads; one after the last is not ours."""
        self._heads += 1
        if self._complete:
            raise NonsenseError("more than was asked for")
        if self._heads > MAX_HEADS:
            self._refuse(FloodError("too many heads"))
        self._fields.clear()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; what follows a body says nothing we want to know."""
        if self.status:
            return
        size = len(name) + len(value)
        self._head_bytes += size
        if size > MAX_LINE or self._head_bytes > HEADROOM or len(self._fields) >= MAX_FIELDS:
            self._refuse(FloodError("too much of a head"))
        self._fields.append((name.decode("latin-1").lower(), value.decode("utf-8", "replace").rstrip(" \t")))

    def on_headers_complete(self) -> None:
        """See what the head says of the body."""
        status, version = self._parser.get_status_code(), self._parser.get_http_version()
        if version not in VERSIONS or status < 100 or status == 101:
            self._refuse(NonsenseError("nothing that was asked for"))
        if status < 200:
            return
        self.headers = tuple(self._fields)
        framing = [field for field in self.headers if field[0] in FRAMING]
        if any(name == "transfer-encoding" and value.lower() != "chunked" for name, value in framing):
            self._refuse(NonsenseError("a coding that was not asked for"))
        self._until_close = not framing
        self._alive = version == "1.1" and self._parser.should_keep_alive()
        self._wanted = self._wants(status, self.headers)
        self.status = status
        if self._method == "HEAD":
            self._complete = True
            raise NonsenseError("the parser must not wait for a body")

    def on_body(self, chunk: bytes) -> None:
        """Keep a part of the body, as long as there is room."""
        if self._wanted and self._size <= self._most:
            self._size += len(chunk)
            self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        """Note that the answer is whole, unless a better one follows."""
        if self.status:
            self._complete = True
            self.keeps = self._alive

    def _is_enough(self) -> bool:
        if not self.status:
            if self.received > HEADROOM:
                raise FloodError("an endless head")
            return False
        return not self._wanted or self._size > self._most or self.received > self._most + HEADROOM

    def _refuse(self, problem: Exception) -> None:
        self._problem = problem
        raise problem
