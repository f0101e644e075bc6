"""Three protocols and one mention: claims, events, attempts, feeds; and keys by the identity of pages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _columns()
    _claims()
    _events()
    _attempts()
    _feeds()
    _followed_posts()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _columns() -> None:
    op.add_column("sites", _flag("unverified"))
    op.add_column("sites", _text("name"))
    for name in ("rsvp", "photo", "content", "source_page", "target_page", "trouble"):
        op.add_column("mentions", _text(name))
    op.add_column("mentions", _flag("noindex"))
    op.add_column("deliveries", _text("version"))
    op.add_column("deliveries", _flag("removed"))
    op.create_index("deliveries_by_host", "deliveries", ["target_host", "updated_at"])


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("mention_id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mentions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("claims_by_mention", "claims", ["mention_id"])
    op.create_index("claims_by_target", "claims", ["target_key"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", ID, nullable=False),
        sa.Column("mention_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        _text("before"),
        _text("after"),
        sa.Column("by", sa.Text()),
        sa.ForeignKeyConstraint(["mention_id"], ["mentions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_mention", "events", ["mention_id", "id"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", ID, nullable=False),
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("protocol", sa.Text()),
        sa.Column("endpoint", sa.Text()),
        sa.Column("http_status", sa.Integer()),
        _text("message"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("attempts_by_delivery", "attempts", ["delivery_id", "id"])


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        _text("kind"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("since_at", sa.BigInteger()),
        sa.Column("next_poll_at", sa.BigInteger()),
        sa.Column("polled_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        _text("message"),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("url"),
        sqlite_autoincrement=True,
    )
    _partial_index("feeds_due", "feeds", "next_poll_at", "next_poll_at IS NOT NULL")


def _followed_posts() -> None:
    op.create_table(
        "followed_posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("next_send_at", sa.BigInteger()),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _text("message"),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("followed_posts_by_feed", "followed_posts", ["feed_id", "key"], unique=True)
    _partial_index("followed_posts_due", "followed_posts", "next_send_at", "next_send_at IS NOT NULL")


def _partial_index(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
