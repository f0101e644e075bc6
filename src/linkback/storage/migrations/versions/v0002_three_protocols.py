"""Three protocols and one mention: claims, events, attempts, feeds; and keys by the identity of pages.

Mentions of one page that were two for their scheme or for a slash at the end become one: that of the latest
decision, else the one of which most is known, else the oldest. Its receipts are those of both, and every target
that was claimed is looked for.

Keys are made by the program itself and not by a copy of how it made them once: they must agree with those that it
asks for. Should it make them in another way one day, a later migration has to make them all anew, and then finds
these right already. All else stands here as it was, and asks the tables by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from linkback.core.errors import BadURL
from linkback.core.urls import comparable
from linkback.storage.tables import digest, pair_key, url_key

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

AT_ONCE = 500  # rows that are read and written in one go: a few hundred kilobytes, however many there are
KNOWN_BEST = {"invalid": 0, "gone": 1, "received": 2}
SETTLED = 3
COUNTED = frozenset({"received", "held", "approved", "spam", "removed", "gone", "invalid"})
Mention = Mapping[str, Any]

MENTIONS = """SELECT id, site_id, source, target, source_host, status, decided_by, decided_at, received_at
FROM mentions WHERE id > :id ORDER BY id LIMIT :most"""
AT_KEY = """SELECT id, site_id, source, target, source_host, status, decided_by, decided_at, received_at
FROM mentions WHERE key = :key"""
REKEY = "UPDATE mentions SET key = :key, target_key = :target_key WHERE id = :id"
RECEIVED = "UPDATE mentions SET received_at = :received_at WHERE id = :id"
UNITE = """INSERT INTO receipts (mention_id, protocol, sender, first_at, last_at, times)
SELECT :heir, protocol, sender, first_at, last_at, times FROM receipts WHERE mention_id = :gone
ON CONFLICT (mention_id, protocol) DO UPDATE SET
sender = CASE WHEN excluded.last_at >= receipts.last_at THEN excluded.sender ELSE receipts.sender END,
first_at = CASE WHEN excluded.first_at < receipts.first_at THEN excluded.first_at ELSE receipts.first_at END,
last_at = CASE WHEN excluded.last_at > receipts.last_at THEN excluded.last_at ELSE receipts.last_at END,
times = receipts.times + excluded.times"""
CLAIM = """INSERT INTO claims (key, mention_id, source, target, target_key)
VALUES (:key, :heir, :source, :target, :target_key) ON CONFLICT (key) DO NOTHING"""
HAND_OVER = "UPDATE claims SET mention_id = :heir WHERE mention_id = :gone"
DROP_RECEIPTS = "DELETE FROM receipts WHERE mention_id = :gone"
DROP = "DELETE FROM mentions WHERE id = :gone"
DELIVERIES = "SELECT id, source FROM deliveries WHERE id > :id ORDER BY id LIMIT :most"
REKEY_DELIVERY = "UPDATE deliveries SET source_key = :source_key WHERE id = :id"


def upgrade() -> None:
    _columns()
    _claims()
    _events()
    _attempts()
    _feeds()
    _followed_posts()
    connection = op.get_bind()
    _rekey_mentions(connection)
    _rekey_deliveries(connection)


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


def _rekey_mentions(connection: sa.Connection) -> None:
    # A key of the new kind never is one of the old kind, which names a scheme, so order does not matter.
    for rows in _batches(connection, MENTIONS):
        taken: dict[bytes, Mention] = {}
        for row in rows:
            key = _key(row)
            if key is not None:
                other = taken.get(key) or _one(connection, AT_KEY, {"key": key})
                taken[key] = row if other is None else _united(connection, row, other)
        keyed = [{"id": row["id"], "key": key, "target_key": url_key(row["target"])} for key, row in taken.items()]
        if keyed:
            connection.execute(sa.text(REKEY), keyed)


def _rekey_deliveries(connection: sa.Connection) -> None:
    for rows in _batches(connection, DELIVERIES):
        keyed = [{"id": row["id"], "source_key": url_key(row["source"])} for row in rows if _is_address(row["source"])]
        if keyed:
            connection.execute(sa.text(REKEY_DELIVERY), keyed)


def _batches(connection: sa.Connection, statement: str) -> Iterator[Sequence[Mention]]:
    last = 0
    while found := connection.execute(sa.text(statement), {"id": last, "most": AT_ONCE}).mappings().all():
        yield (rows := [dict(row) for row in found])
        last = rows[-1]["id"]


def _key(row: Mention) -> bytes | None:
    """Return the new key of a mention; None for what is no address, which nothing would find anyway."""
    return pair_key(row["source"], row["target"]) if all(map(_is_address, (row["source"], row["target"]))) else None


def _is_address(text: str) -> bool:
    try:
        return bool(comparable(text))
    except BadURL:
        return False


def _one(connection: sa.Connection, statement: str, values: Mapping[str, object]) -> Mention | None:
    row = connection.execute(sa.text(statement), values).mappings().one_or_none()
    return None if row is None else dict(row)


def _united(connection: sa.Connection, one: Mention, other: Mention) -> Mention:
    """Make one mention of two and return it."""
    heir, gone = sorted((one, other), key=_weight, reverse=True)
    both = {"heir": heir["id"], "gone": gone["id"]}
    for statement in (UNITE, DROP_RECEIPTS, HAND_OVER):
        connection.execute(sa.text(statement), both)
    spelled = digest(comparable(gone["source"]), comparable(gone["target"]))
    claim = {"source": gone["source"], "target": gone["target"], "target_key": url_key(gone["target"])}
    if comparable(gone["target"]) != comparable(heir["target"]):
        connection.execute(sa.text(CLAIM), {**claim, "key": spelled, "heir": heir["id"]})
    _count_no_longer(connection, gone)
    connection.execute(sa.text(DROP), both)
    received_at = min(heir["received_at"], gone["received_at"])
    connection.execute(sa.text(RECEIVED), {"id": heir["id"], "received_at": received_at})
    return {**heir, "received_at": received_at}


def _weight(row: Mention) -> tuple[bool, int, int, int]:
    decided = row["decided_by"] is not None
    return decided, (row["decided_at"] or 0) if decided else 0, KNOWN_BEST.get(row["status"], SETTLED), -row["id"]


def _count_no_longer(connection: sa.Connection, gone: Mention) -> None:
    status = gone["status"]
    assert status in COUNTED
    words = f"UPDATE hosts SET {status} = {status} - 1 WHERE site_id = :site_id AND host = :source_host"
    connection.execute(sa.text(words), {"site_id": gone["site_id"], "source_host": gone["source_host"]})
