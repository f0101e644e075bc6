"""What is kept of pings: sites, mentions, the claims that lead to them, their events and receipts, host histories."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    false,
    literal_column,
)

from linkback.core.model import Status
from linkback.storage.tables.forms import Id, metadata, text_columns, time_column

sites = Table(
    "sites",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("protocols", Text, nullable=False),
    Column("self_pings", Boolean, nullable=False),
    Column("moderation", Text, nullable=False),
    Column("closed", Text, nullable=False),
    time_column("created_at"),
    time_column("changed_at"),
    Column("unverified", Boolean, nullable=False, server_default=false()),
    Column("name", Text, nullable=False, server_default=""),
    Column("approve_up_to", Float),
    Column("spam_from", Float),
    Column("lists", Text, nullable=False, server_default="[]"),
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
    time_column("decided_at", nullable=True),
    *text_columns(("kind", "title", "author_name", "author_url", "author_photo", "anchor", "excerpt", "rel")),
    *text_columns(("place", "language")),
    time_column("published_at", nullable=True),
    Column("decision", Text),
    Column("score", Float),
    Column("reasons", Text),
    time_column("received_at"),
    time_column("verified_at", nullable=True),
    time_column("next_look_at", nullable=True),
    Column("looks", Integer, nullable=False, server_default="0"),
    time_column("missed_at", nullable=True),
    Column("etag", Text),
    Column("last_modified", Text),
    *text_columns(("rsvp", "photo", "content", "source_page", "target_page", "trouble")),
    Column("noindex", Boolean, nullable=False, server_default=false()),
    Column("evidence", Text),
    Column("sponsored", Boolean, nullable=False, server_default=false()),
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
# With the status before the site: what waits of a host is counted for every ping.
Index("mentions_by_host", mentions.c.source_host, mentions.c.status, mentions.c.site_id, mentions.c.id)
Index("mentions_by_site", mentions.c.site_id, mentions.c.id)
Index("mentions_by_status", mentions.c.status, mentions.c.id)
# The time stands last, so that the mentions of a site are counted by day from the index alone.
Index("mentions_by_site_and_status", mentions.c.site_id, mentions.c.status, mentions.c.id, mentions.c.received_at)
# The site stands last, so that the mentions of a page are counted for the owner of a site from the index alone.
Index("mentions_by_target", mentions.c.target_key, mentions.c.status, mentions.c.id, mentions.c.site_id)

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
    time_column("at"),
    Column("change", Text, nullable=False),
    *text_columns(("before", "after")),
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
    time_column("first_at"),
    time_column("last_at"),
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
    time_column("first_seen_at", nullable=True),
    time_column("last_seen_at"),
    *(Column(status.value, Integer, nullable=False, server_default="0") for status in Status),
    sqlite_with_rowid=False,
)

# The junk that a machine found, oldest first: what is counted away, and read by nobody else in this order.
IS_JUNK = mentions.c.status == literal_column(f"'{Status.SPAM.value}'")
Index("mentions_junk", mentions.c.site_id, mentions.c.received_at, sqlite_where=IS_JUNK, postgresql_where=IS_JUNK)

# What people took away of a host: a machine's own verdicts must not speak for its next ones.
TAKEN_AWAY = (
    mentions.c.decided_by.is_not(None),
    mentions.c.status.in_([literal_column("'spam'"), literal_column("'removed'")]),
)
Index(
    "mentions_taken_away",
    mentions.c.source_host,
    mentions.c.status,
    sqlite_where=and_(*TAKEN_AWAY),
    postgresql_where=and_(*TAKEN_AWAY),
)
