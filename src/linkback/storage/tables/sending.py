"""What is owed to others: deliveries with their attempts, and the feeds whose posts are told of."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, false

from linkback.storage.tables.forms import Id, metadata, time_column

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
    time_column("next_try_at", nullable=True),
    time_column("created_at"),
    time_column("updated_at", nullable=True),
    Column("version", Text, nullable=False, server_default=""),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("source_host", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
Index(
    "deliveries_due",
    deliveries.c.next_try_at,
    sqlite_where=deliveries.c.next_try_at.is_not(None),
    postgresql_where=deliveries.c.next_try_at.is_not(None),
)
Index("deliveries_by_source", deliveries.c.source_key)
Index("deliveries_by_source_host", deliveries.c.source_host, deliveries.c.id)
Index("deliveries_by_status", deliveries.c.status, deliveries.c.id)
Index("deliveries_by_host", deliveries.c.target_host, deliveries.c.updated_at)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    time_column("at"),
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
    time_column("created_at"),
    time_column("since_at", nullable=True),
    time_column("next_poll_at", nullable=True),
    time_column("polled_at", nullable=True),
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
    time_column("published_at", nullable=True),
    time_column("seen_at", nullable=True),
    time_column("sent_at", nullable=True),
    time_column("next_send_at", nullable=True),
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
