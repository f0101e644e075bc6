"""Reading a response within bounds: so many bytes on the wire, so many unpacked.

What is not text of any kind is not read at all; what goes on too long is cut.
"""

import asyncio
import zlib
from typing import Protocol

from aiohttp import ClientPayloadError

from linkback.core.model import Headers, first_header
from linkback.fetch.connection import Answer, FloodError

READS_BETWEEN_YIELDS = 32  # reads that may come without waiting, as with a peer that drips very fast
NOT_TEXT = ("image/", "audio/", "video/", "font/")
TEXT_APPLICATIONS = ("xml", "json", "javascript", "ecmascript")  # what text of type application/ ends with


class PackingError(ValueError):
    """The body is packed in a way that was not offered, or badly."""


class Unpacker(Protocol):
    """What zlib's decompressing objects can do."""

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Unpack at most max_length bytes."""


def is_text(headers: Headers) -> bool:
    """Tell whether a body may be text: unless its Content-Type says that it is something else."""
    kind = (first_header(headers, "content-type") or "").partition(";")[0].strip().lower()
    if kind.startswith("application/"):
        return kind.endswith(TEXT_APPLICATIONS)
    return not kind.startswith(NOT_TEXT)


async def read_body(answer: Answer, headers: Headers, most: int) -> tuple[bytes, bool]:
    """Return at most `most` bytes of the unpacked body, and whether it goes on beyond them.

    Raises PackingError.
    """
    packed, truncated = await _read(answer, most)
    encoding = (first_header(headers, "content-encoding") or "").strip().lower()
    if not packed or encoding in ("", "identity"):
        return packed, truncated
    body, more = unpack(packed, encoding, most)
    return body, truncated or more


def unpack(packed: bytes, encoding: str, most: int) -> tuple[bytes, bool]:
    """Unpack gzip or deflate to at most `most` bytes; the second value tells whether there would be more.

    Of a gzip file with several members the first is read. Raises PackingError.
    """
    unpacker = zlib.decompressobj(_window(packed, encoding))
    try:
        body = unpacker.decompress(packed, most + 1)
    except zlib.error as error:
        raise PackingError("the body cannot be unpacked") from error
    return body[:most], len(body) > most or not unpacker.eof


def _window(packed: bytes, encoding: str) -> int:
    if encoding in ("gzip", "x-gzip"):
        return 16 + zlib.MAX_WBITS
    if encoding == "deflate":
        return zlib.MAX_WBITS if _has_zlib_head(packed) else -zlib.MAX_WBITS
    raise PackingError(f"the body is packed in an unknown way: {encoding[:20]}")


def _has_zlib_head(packed: bytes) -> bool:
    """Tell zlib's format (what the standard calls deflate) from the bare one (what some servers send): RFC 1950 2.2."""
    return packed[0] & 15 == zlib.DEFLATED and int.from_bytes(packed[:2], "big") % 31 == 0


async def _read(answer: Answer, most: int) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    size = reads = 0
    try:
        while chunk := await answer.content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > most:
                break
            reads += 1
            if not reads % READS_BETWEEN_YIELDS:
                await asyncio.sleep(0)
    except (ClientPayloadError, FloodError):
        if not answer.line.flooded:
            raise
    body = b"".join(chunks) if len(chunks) != 1 else chunks[0]
    return body[:most], size > most or answer.line.flooded
