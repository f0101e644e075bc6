"""The judge: evidence on mentions, lists and thresholds on sites; lessons, actions, tallies, alerts, backlinks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _columns()
    _lessons()
    _actions()
    _tallies()
    _alerts()
    _backlinks()
    _reports()


def _time(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _told(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _owned(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], ondelete="CASCADE")


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _columns() -> None:
    op.add_column("sites", sa.Column("approve_up_to", sa.Float()))
    op.add_column("sites", sa.Column("spam_from", sa.Float()))
    op.add_column("sites", sa.Column("lists", sa.Text(), server_default="[]", nullable=False))
    op.add_column("mentions", sa.Column("evidence", sa.Text()))
    op.add_column("mentions", sa.Column("sponsored", sa.Boolean(), server_default=sa.false(), nullable=False))
    _partial_index("mentions_junk", "mentions", ["site_id", "received_at"], "status = 'spam'")
    taken_away = "decided_by IS NOT NULL AND status IN ('spam', 'removed')"
    _partial_index("mentions_taken_away", "mentions", ["source_host"], taken_away)


def _lessons() -> None:
    op.create_table(
        "lessons",
        sa.Column("mention_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("junk", sa.Boolean(), nullable=False),
        _told("features"),
        _time("at"),
        _owned("mention_id", "mentions"),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("mention_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("lessons_by_site", "lessons", ["site_id", "at"])
    op.create_table(
        "lore",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _told("body"),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("site_id"),
        sqlite_with_rowid=False,
    )


def _actions() -> None:
    op.create_table(
        "actions",
        sa.Column("id", ID, nullable=False),
        _time("at"),
        _told("by"),
        _told("what"),
        _time("undone_at", nullable=True),
        sa.Column("undoes", ID),
        sa.ForeignKeyConstraint(["undoes"], ["actions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("actions_undoing", "actions", ["undoes"])
    op.create_table(
        "decisions",
        sa.Column("action_id", ID, nullable=False),
        sa.Column("mention_id", ID, nullable=False),
        _told("status"),
        sa.Column("decided_by", sa.Text()),
        _time("decided_at", nullable=True),
        _told("former_status"),
        sa.Column("former_decided_by", sa.Text()),
        _time("former_decided_at", nullable=True),
        _time("former_next_look_at", nullable=True),
        sa.Column("former_junk", sa.Boolean()),
        sa.Column("sponsored", sa.Boolean()),
        _owned("action_id", "actions"),
        _owned("mention_id", "mentions"),
        sa.PrimaryKeyConstraint("action_id", "mention_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("decisions_by_mention", "decisions", ["mention_id"])


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        _told("rule"),
        sa.Column("count", sa.Integer(), nullable=False),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("site_id", "day", "rule"),
        sqlite_with_rowid=False,
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        *map(_told, ("kind", "subject", "message")),
        _time("at"),
        _time("last_at"),
        sa.Column("count", sa.Integer(), nullable=False),
        _time("told_at", nullable=True),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_by_site", "alerts", ["site_id", "kind", "subject", "last_at"])


def _backlinks() -> None:
    op.create_table(
        "backlinks",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        *map(_told, ("source", "host")),
        *map(_text, ("target", "state", "anchor", "rel", "place", "title", "language")),
        sa.Column("evidence", sa.Text()),
        sa.Column("decision", sa.Text()),
        sa.Column("score", sa.Float()),
        sa.Column("reasons", sa.Text()),
        _time("imported_at"),
        _time("seen_at", nullable=True),
        _time("fetched_at", nullable=True),
        _time("next_fetch_at", nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("backlinks_by_key", "backlinks", ["site_id", "key"], unique=True)
    _partial_index("backlinks_due", "backlinks", ["next_fetch_at"], "next_fetch_at IS NOT NULL")


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        _time("at"),
        _told("body"),
        _owned("site_id", "sites"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("reports_by_site", "reports", ["site_id", "at"])
