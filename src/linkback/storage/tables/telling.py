"""What is told of mentions: news as it happens, notices of people, letters that wait, webhooks and their calls."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, false

from linkback.storage.tables.forms import Id, metadata, text_columns, time_column

# Written together with what happened, so that none is lost; handed out and deleted soon after.
news = Table(
    "news",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    time_column("at"),
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE")),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE")),
    time_column("next_try_at"),
    sqlite_autoincrement=True,
)
Index("news_due", news.c.next_try_at)
Index("news_by_mention", news.c.mention_id)
Index(
    "news_by_alert",
    news.c.alert_id,
    sqlite_where=news.c.alert_id.is_not(None),
    postgresql_where=news.c.alert_id.is_not(None),
)

# What one person is to hear of in the next letter; deleted once it is in one.
notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    time_column("at"),
    Column("mention_id", Id, ForeignKey("mentions.id", ondelete="CASCADE")),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE")),
    sqlite_autoincrement=True,
)
Index("notices_by_user", notices.c.user_id, notices.c.id)
Index("notices_by_mention", notices.c.mention_id)
Index(
    "notices_by_alert",
    notices.c.alert_id,
    sqlite_where=notices.c.alert_id.is_not(None),
    postgresql_where=notices.c.alert_id.is_not(None),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE")),
    Column("recipient", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),
    time_column("created_at"),
    time_column("next_try_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    time_column("sent_at", nullable=True),
    *text_columns(("trouble",)),
    Column("refused", Boolean, nullable=False, server_default=false()),  # for good, because of the address
    sqlite_autoincrement=True,
)
Index(
    "letters_due",
    letters.c.next_try_at,
    sqlite_where=letters.c.next_try_at.is_not(None),
    postgresql_where=letters.c.next_try_at.is_not(None),
)
Index("letters_by_user", letters.c.user_id, letters.c.id)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=false()),
    time_column("created_at"),
    sqlite_autoincrement=True,
)
Index("webhooks_by_site", webhooks.c.site_id)

calls = Table(
    "calls",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    time_column("created_at"),
    time_column("next_try_at", nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    time_column("done_at", nullable=True),
    Column("status", Integer),
    *text_columns(("message",)),
    sqlite_autoincrement=True,
)
Index("calls_by_webhook", calls.c.webhook_id, calls.c.id)
Index(
    "calls_due",
    calls.c.next_try_at,
    sqlite_where=calls.c.next_try_at.is_not(None),
    postgresql_where=calls.c.next_try_at.is_not(None),
)
