"""The tables, and the forms in which values stand in them. No statements, no connections.

Times are whole microseconds since 1970 UTC (columns named *_at): one integer is the same on every
database and costs nothing to read. Addresses are found by digest, so no index holds a long one.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    literal_column,
)

from linkback.core.model import Status
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


def _time(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _texts(names: Iterable[str]) -> list[Column[str]]:
    return [Column(name, Text, nullable=False, server_default="") for name in names]


sites = Table(
    "sites",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("protocols", Text, nullable=False),
    Column("self_pings", Boolean, nullable=False),
    Column("moderation", Text, nullable=False),
    Column("closed", Text, nullable=False),
    _time("created_at"),
    _time("changed_at"),
    Column("unverified", Boolean, nullable=False, server_default=false()),
    Column("name", Text, nullable=False, server_default=""),
    # An id is never given twice: what still points to a removed row must not meet another one.
    sqlite_autoincrement=True,
)

mentions = Table(
    "mentions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("target_key", LargeBinary, nullable=False),
    Column("source_host", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_by", Text),
    _time("decided_at", nullable=True),
    *_texts(("kind", "title", "author_name", "author_url", "author_photo", "anchor", "excerpt", "rel")),
    *_texts(("place", "language")),
    _time("published_at", nullable=True),
    Column("decision", Text),
    Column("score", Float),
    Column("reasons", Text),
    _time("received_at"),
    _time("verified_at", nullable=True),
    _time("next_look_at", nullable=True),
    Column("looks", Integer, nullable=False, server_default="0"),
    _time("missed_at", nullable=True),
    Column("etag", Text),
    Column("last_modified", Text),
    *_texts(("rsvp", "photo", "content", "source_page", "target_page", "trouble")),
    Column("noindex", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)

# Written out and not bound: SQLite uses a partial index only where the query says the same words.
WAITING = mentions.c.status == literal_column(f"'{Status.RECEIVED.value}'")

Index(
    "mentions_due",
    mentions.c.next_look_at,
    sqlite_where=mentions.c.next_look_at.is_not(None),
    postgresql_where=mentions.c.next_look_at.is_not(None),
)
Index("mentions_waiting", mentions.c.source_host, sqlite_where=WAITING, postgresql_where=WAITING)
Index("mentions_by_site", mentions.c.site_id, mentions.c.id)
Index("mentions_by_status", mentions.c.status, mentions.c.id)
Index("mentions_by_site_and_status", mentions.c.site_id, mentions.c.status, mentions.c.id)
Index("mentions_by_target", mentions.c.target_key, mentions.c.status, mentions.c.id)

# Claimed pairs whose key is not that of their mention, since a redirect or rel=canonical led to another page.
claims = Table(
    "claims",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("target_key", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
Index("claims_by_mention", claims.c.mention_id)
Index("claims_by_target", claims.c.target_key)

events = Table(
    "events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE"), nullable=False),
    _time("at"),
    Column("change", Text, nullable=False),
    *_texts(("before", "after")),
    Column("by", Text),
    sqlite_autoincrement=True,
)
Index("events_by_mention", events.c.mention_id, events.c.id)

receipts = Table(
    "receipts",
    metadata,
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE"), primary_key=True),
    Column("protocol", Text, primary_key=True),
    Column("sender", Text),
    _time("first_at"),
    _time("last_at"),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "receipts_with_sender",
    receipts.c.last_at,
    sqlite_where=receipts.c.sender.is_not(None),
    postgresql_where=receipts.c.sender.is_not(None),
)

hosts = Table(
    "hosts",
    metadata,
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("host", Text, primary_key=True),
    _time("first_seen_at", nullable=True),
    _time("last_seen_at"),
    *(Column(status.value, Integer, nullable=False, server_default="0") for status in Status),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", LargeBinary, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("source_key", LargeBinary, nullable=False),
    Column("target", Text, nullable=False),
    Column("target_host", Text, nullable=False),
    Column("protocol", Text),
    Column("endpoint", Text),
    Column("status", Text, nullable=False),
    Column("http_status", Integer),
    Column("message", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _time("next_try_at", nullable=True),
    _time("created_at"),
    _time("updated_at", nullable=True),
    Column("version", Text, nullable=False, server_default=""),
    Column("removed", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)
Index(
    "deliveries_due",
    deliveries.c.next_try_at,
    sqlite_where=deliveries.c.next_try_at.is_not(None),
    postgresql_where=deliveries.c.next_try_at.is_not(None),
)
Index("deliveries_by_source", deliveries.c.source_key)
Index("deliveries_by_status", deliveries.c.status, deliveries.c.id)
Index("deliveries_by_host", deliveries.c.target_host, deliveries.c.updated_at)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    _time("at"),
    Column("status", Text, nullable=False),
    Column("protocol", Text),
    Column("endpoint", Text),
    Column("http_status", Integer),
    Column("message", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("attempts_by_delivery", attempts.c.delivery_id, attempts.c.id)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False, server_default=""),
    _time("created_at"),
    _time("since_at", nullable=True),
    _time("next_poll_at", nullable=True),
    _time("polled_at", nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("message", Text, nullable=False, server_default=""),
    Column("etag", Text),
    Column("last_modified", Text),
    sqlite_autoincrement=True,
)
Index(
    "feeds_due",
    feeds.c.next_poll_at,
    sqlite_where=feeds.c.next_poll_at.is_not(None),
    postgresql_where=feeds.c.next_poll_at.is_not(None),
)

followed_posts = Table(
    "followed_posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed_id", Id, ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("url", Text, nullable=False),
    Column("digest", Text, nullable=False),
    _time("published_at", nullable=True),
    _time("seen_at", nullable=True),
    _time("sent_at", nullable=True),
    _time("next_send_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("message", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index("followed_posts_by_feed", followed_posts.c.feed_id, followed_posts.c.key, unique=True)
Index(
    "followed_posts_due",
    followed_posts.c.next_send_at,
    sqlite_where=followed_posts.c.next_send_at.is_not(None),
    postgresql_where=followed_posts.c.next_send_at.is_not(None),
)
