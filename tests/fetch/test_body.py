import gzip
import zlib
from collections.abc import Callable

import pytest

from linkback.fetch.body import PackingError, is_text, unpack

TEXT = b"a page with a link in it " * 40


def bare_deflate(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare_deflate)],
)
def test_what_was_offered_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpack(pack(TEXT), encoding, 10_000) == (TEXT, False)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "GZIP;q=1"])
def test_what_was_not_offered_is_refused(encoding: str) -> None:
    with pytest.raises(PackingError):
        unpack(gzip.compress(TEXT), encoding, 10_000)


def test_nonsense_is_refused() -> None:
    with pytest.raises(PackingError):
        unpack(b"\x1f\x8bnonsense", "gzip", 10_000)


def test_a_bomb_is_cut_at_the_limit() -> None:
    body, more = unpack(gzip.compress(bytes(50_000_000)), "gzip", 1 << 20)
    assert (len(body), more) == (1 << 20, True)


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    assert unpack(gzip.compress(TEXT), "gzip", len(TEXT)) == (TEXT, False)


def test_a_packed_body_that_ends_too_soon_is_said_to_be_cut() -> None:
    body, more = unpack(gzip.compress(TEXT)[:-12], "gzip", 10_000)
    assert TEXT.startswith(body)
    assert more


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text/html; charset=utf-8", True),
        ("TEXT/HTML", True),
        ("text/plain", True),
        ("application/xhtml+xml", True),
        ("application/atom+xml;charset=x", True),
        ("application/xml", True),
        ("application/ld+json", True),
        ("", True),
        ("nonsense", True),
        ("image/png", False),
        ("video/mp4", False),
        ("application/pdf", False),
        ("application/octet-stream", False),
        ("application/zip", False),
    ],
)
def test_what_may_be_text_is_read(kind: str, expected: bool) -> None:
    assert is_text((("content-type", kind),)) is expected


def test_a_page_without_a_type_is_read() -> None:
    assert is_text(())
