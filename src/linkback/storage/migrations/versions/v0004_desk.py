"""The desk: people and how they are signed in, what is told to whom, and webhooks."""

import sqlalchemy as sa
from alembic import op

from linkback.core.urls import host_of

revision = "0004"
down_revision = "0003"

SOURCES = sa.text("SELECT id, source FROM deliveries WHERE id > :id ORDER BY id LIMIT :most")
NAME_HOST = sa.text("UPDATE deliveries SET source_host = :host WHERE id = :id")
AT_ONCE = 1000  # rows in memory
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _users()
    _signing_in()
    _keys()
    _news()
    _letters()
    _webhooks()
    _inbox()
    _overview()
    _ledger()


def _time(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _told(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _id(name: str = "id", *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, ID, nullable=nullable)


def _bytes(name: str) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _tries() -> "sa.Column[int]":
    return sa.Column("tries", sa.Integer(), server_default="0", nullable=False)


def _owned(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], ondelete="CASCADE")


def _due(name: str, table: str, column: str) -> None:
    where = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def _users() -> None:
    op.create_table(
        "users",
        _id(),
        _told("name"),
        _told("fold"),
        *map(_text, ("email", "password")),
        _flag("admin"),
        _told("pace"),
        sa.Column("mail_at", sa.Integer(), nullable=False),
        _time("created_at"),
        _time("signed_in_at", nullable=True),
        _time("next_mail_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fold"),
        sqlite_autoincrement=True,
    )
    _due("users_to_mail", "users", "next_mail_at")
    op.create_table(
        "seats",
        _id("user_id"),
        _id("site_id"),
        _told("role"),
        _owned("user_id", "users"),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("user_id", "site_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("seats_by_site", "seats", ["site_id"])


def _signing_in() -> None:
    op.create_table(
        "sessions",
        _bytes("digest"),
        _id("user_id"),
        _told("form_key"),
        *map(_time, ("created_at", "seen_at", "ends_at")),
        _owned("user_id", "users"),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
    )
    op.create_index("sessions_by_user", "sessions", ["user_id"])
    op.create_index("sessions_by_end", "sessions", ["ends_at"])
    op.create_table(
        "passes",
        _bytes("digest"),
        _told("purpose"),
        _id("user_id", nullable=True),
        _time("ends_at"),
        _owned("user_id", "users"),
        sa.PrimaryKeyConstraint("digest"),
        sqlite_with_rowid=False,
    )
    op.create_index("passes_by_end", "passes", ["ends_at"])
    op.create_table(
        "tokens",
        _id(),
        _bytes("digest"),
        _id("user_id"),
        _id("site_id", nullable=True),
        *map(_told, ("name", "scopes")),
        _time("created_at"),
        _time("used_at", nullable=True),
        _owned("user_id", "users"),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("tokens_by_digest", "tokens", ["digest"], unique=True)
    op.create_index("tokens_by_user", "tokens", ["user_id"])
    op.create_table(
        "tries",
        _id(),
        _bytes("subject"),
        _time("at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("tries_by_subject", "tries", ["subject", "at"])
    op.create_index("tries_by_time", "tries", ["at"])


def _keys() -> None:
    op.create_table(
        "keys", _told("purpose"), _bytes("key"), sa.PrimaryKeyConstraint("purpose"), sqlite_with_rowid=False
    )
    op.create_table(
        "spent", _bytes("digest"), _time("ends_at"), sa.PrimaryKeyConstraint("digest"), sqlite_with_rowid=False
    )
    op.create_index("spent_by_end", "spent", ["ends_at"])
    op.create_table(
        "proposals",
        _id(),
        _id("user_id"),
        *map(_told, ("url", "word")),
        _time("created_at"),
        _text("trouble"),
        _owned("user_id", "users"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("proposals_by_user", "proposals", ["user_id", "url"], unique=True)


def _news() -> None:
    op.create_table(
        "news",
        _id(),
        _id("site_id"),
        _told("kind"),
        _time("at"),
        _id("mention_id", nullable=True),
        _id("alert_id", nullable=True),
        _time("next_try_at"),
        *(_owned(f"{name}_id", f"{name}s") for name in ("site", "mention", "alert")),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("news_due", "news", ["next_try_at"])
    op.create_index("news_by_mention", "news", ["mention_id"])
    _due("news_by_alert", "news", "alert_id")
    op.create_table(
        "notices",
        _id(),
        _id("user_id"),
        _id("site_id"),
        _told("kind"),
        _time("at"),
        _id("mention_id", nullable=True),
        _id("alert_id", nullable=True),
        *(_owned(f"{name}_id", f"{name}s") for name in ("user", "site", "mention", "alert")),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("notices_by_user", "notices", ["user_id", "id"])
    op.create_index("notices_by_mention", "notices", ["mention_id"])
    _due("notices_by_alert", "notices", "alert_id")


def _letters() -> None:
    op.create_table(
        "letters",
        _id(),
        _id("user_id", nullable=True),
        _told("recipient"),
        _bytes("message"),
        _time("created_at"),
        _time("next_try_at", nullable=True),
        _tries(),
        _time("sent_at", nullable=True),
        _text("trouble"),
        _flag("refused"),
        _owned("user_id", "users"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _due("letters_due", "letters", "next_try_at")
    op.create_index("letters_by_user", "letters", ["user_id", "id"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        _id(),
        _id("site_id"),
        *map(_told, ("url", "secret", "form", "kinds")),
        _flag("paused"),
        _time("created_at"),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("webhooks_by_site", "webhooks", ["site_id"])
    op.create_table(
        "calls",
        _id(),
        _id("webhook_id"),
        _told("kind"),
        _bytes("body"),
        _time("created_at"),
        _time("next_try_at", nullable=True),
        _tries(),
        _time("done_at", nullable=True),
        sa.Column("status", sa.Integer()),
        _text("message"),
        _owned("webhook_id", "webhooks"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("calls_by_webhook", "calls", ["webhook_id", "id"])
    _due("calls_due", "calls", "next_try_at")


def _inbox() -> None:
    op.drop_index("mentions_waiting", "mentions")
    op.create_index("mentions_by_host", "mentions", ["source_host", "status", "site_id", "id"])
    op.drop_index("mentions_by_target", "mentions")
    op.create_index("mentions_by_target", "mentions", ["target_key", "status", "id", "site_id"])
    taken_away = sa.text("decided_by IS NOT NULL AND status IN ('spam', 'removed')")
    op.drop_index("mentions_taken_away", "mentions")
    op.create_index(
        "mentions_taken_away",
        "mentions",
        ["source_host", "status"],
        sqlite_where=taken_away,
        postgresql_where=taken_away,
    )
    op.create_table(
        "listings",
        _id(),
        *map(_id, ("action_id", "site_id")),
        _told("listed"),
        sa.Column("added", sa.Boolean(), nullable=False),
        *(_owned(f"{name}_id", f"{name}s") for name in ("action", "site")),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("listings_by_action", "listings", ["action_id"])


def _overview() -> None:
    op.drop_index("mentions_by_site_and_status", "mentions")
    op.create_index("mentions_by_site_and_status", "mentions", ["site_id", "status", "id", "received_at"])


def _ledger() -> None:
    op.add_column("deliveries", _text("source_host"))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(SOURCES, {"id": last, "most": AT_ONCE}).all():
        connection.execute(NAME_HOST, [{"id": row.id, "host": host_of(row.source)} for row in rows])
        last = rows[-1].id
    op.create_index("deliveries_by_source_host", "deliveries", ["source_host", "id"])
