"""What a body is: text or not, packed or not, and unpacked within bounds.

Pure: bytes in, bytes out. What is not text of any kind is not read at all.
"""

import zlib
from typing import Protocol

from linkback.core.model import Headers, first_header

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


def unpacked(body: bytes, headers: Headers, most: int) -> tuple[bytes, bool]:
    """Return at most `most` bytes of what a body holds, and whether it goes on beyond them; raise PackingError."""
    encoding = (first_header(headers, "content-encoding") or "").strip().lower()
    if not body or encoding in ("", "identity"):
        return body, False
    return unpack(body, encoding, most)


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
