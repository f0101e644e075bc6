"""Who works with Linkback: people, seats, sessions, passes, tokens, tries, and the keys that sign what leaves."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, false

from linkback.storage.tables.forms import Id, metadata, text_columns, time_column

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("fold", Text, nullable=False, unique=True),  # the name as it is compared: Ana and ana are one person
    *text_columns(("email", "password")),
    Column("admin", Boolean, nullable=False, server_default=false()),
    Column("pace", Text, nullable=False),
    Column("mail_at", Integer, nullable=False),
    time_column("created_at"),
    time_column("signed_in_at", nullable=True),
    time_column("next_mail_at", nullable=True),
    sqlite_autoincrement=True,
)
Index(
    "users_to_mail",
    users.c.next_mail_at,
    sqlite_where=users.c.next_mail_at.is_not(None),
    postgresql_where=users.c.next_mail_at.is_not(None),
)

seats = Table(
    "seats",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("seats_by_site", seats.c.site_id)

# Found by the digest of what the browser holds: who reads the table cannot sign in with it.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("form_key", Text, nullable=False),
    time_column("created_at"),
    time_column("seen_at"),
    time_column("ends_at"),
    sqlite_with_rowid=False,
)
Index("sessions_by_user", sessions.c.user_id)
Index("sessions_by_end", sessions.c.ends_at)

passes = Table(
    "passes",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE")),
    time_column("ends_at"),
    sqlite_with_rowid=False,
)
Index("passes_by_end", passes.c.ends_at)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("site_id", Id, ForeignKey("sites.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    time_column("created_at"),
    time_column("used_at", nullable=True),
    sqlite_autoincrement=True,
)
Index("tokens_by_digest", tokens.c.digest, unique=True)
Index("tokens_by_user", tokens.c.user_id)

# Tries to sign in that failed, by digest of the account and of the address: what is counted to slow guessing down.
tries = Table(
    "tries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("subject", LargeBinary, nullable=False),
    time_column("at"),
    sqlite_autoincrement=True,
)
Index("tries_by_subject", tries.c.subject, tries.c.at)
Index("tries_by_time", tries.c.at)

# Keys of this server, made once, by what they are for.
keys = Table(
    "keys",
    metadata,
    Column("purpose", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Signed links that were used, until they would have expired: each acts once.
spent = Table(
    "spent",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    time_column("ends_at"),
    sqlite_with_rowid=False,
)
Index("spent_by_end", spent.c.ends_at)

# Sites that somebody wants to add and has not proven to own yet.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("url", Text, nullable=False),
    Column("word", Text, nullable=False),  # what a file or a DNS record has to say
    time_column("created_at"),
    *text_columns(("trouble",)),
    sqlite_autoincrement=True,
)
Index("proposals_by_user", proposals.c.user_id, proposals.c.url, unique=True)
