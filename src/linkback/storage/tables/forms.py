"""The forms in which values stand in tables.

Times are whole microseconds since 1970 UTC (columns named *_at): one integer is the same on every
database and costs nothing to read. Addresses are found by digest, so no index holds a long one.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Text,
)

from linkback.core.urls import comparable, identity

DIGEST_BYTES = 20  # two pairs must never meet, even when somebody looks for such two
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST_ID = 2**63 - 1

# SQLite counts up by itself in a column of exactly this type only.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()


def to_stored(moment: datetime) -> int:
    """Return an aware time as microseconds since 1970 UTC."""
    return (moment - EPOCH) // MICROSECOND


def to_time(stored: int) -> datetime:
    """Return the time, aware UTC, that was stored as microseconds."""
    return EPOCH + timedelta(microseconds=stored)


def maybe_stored(moment: datetime | None) -> int | None:
    """Return a time as it is stored; unknown stays unknown."""
    return None if moment is None else to_stored(moment)


def maybe_time(stored: int | None) -> datetime | None:
    """Return the time that was stored; unknown stays unknown."""
    return None if stored is None else to_time(stored)


def digest(*parts: str) -> bytes:
    """Return what stands for these texts in an index, in this order."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def url_key(url: str) -> bytes:
    """Return what stands for a page: the same for all spellings of its address, scheme and slash at the end apart."""
    return digest(identity(url))


def pair_key(source: str, target: str) -> bytes:
    """Return what stands for a mention: the same for all spellings of its source and target."""
    return digest(identity(source), identity(target))


def link_key(source: str, link: str) -> bytes:
    """Return what stands for a delivery: the source page, and the target exactly as linked, fragment too."""
    return digest(comparable(source), link)


def clean(text: str) -> str:
    """Return a text that every database takes: without NUL and without half characters."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def time_column(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column that holds a time."""
    return Column(name, BigInteger, nullable=nullable)


def text_columns(names: Iterable[str]) -> list[Column[str]]:
    """Return columns that hold texts, empty where nothing is known."""
    return [Column(name, Text, nullable=False, server_default="") for name in names]
