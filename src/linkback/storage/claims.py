"""Claims: the pairs under which a mention was reported, where they are not the one it stands at.

A row under the key of a pair makes the mention found by it. A row under the key of its spelling only
remembers a target that the source may link to: http or https, with or without a slash at the end.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, select, update

from linkback.core.model import Mention
from linkback.core.urls import comparable
from linkback.storage.prepared import Insert, Prepared, always, insert_for
from linkback.storage.tables import claims, digest, pair_key, url_key

Pair = tuple[str, str]

MOST_TARGETS = 100  # looked for in one source; nobody spells a page in more ways in good faith

NAMES = ("key", "mention_id", "source", "target", "target_key")


def _add(dialect: str) -> Insert:
    statement = insert_for(dialect, claims).values({name: bindparam(name) for name in NAMES})
    return statement.on_conflict_do_nothing(index_elements=["key"])


HERE = claims.c.mention_id == bindparam("mention")
ADD = Prepared(_add)
BY_KEY = always(select(claims.c.source, claims.c.target, claims.c.mention_id).where(claims.c.key == bindparam("key")))
OF_ONE = always(select(claims.c.key, claims.c.source, claims.c.target).where(HERE).order_by(claims.c.key))
DROP = always(delete(claims).where(claims.c.key == bindparam("key")))
HAND_OVER = always(update(claims).where(HERE).values(mention_id=bindparam("heir")))


def claimed(connection: Connection, key: bytes) -> Pair | None:
    """Return source and target as they were claimed under a key, where that is a claim."""
    row = BY_KEY.row(connection, {"key": key})
    return None if row is None else (row[0], row[1])


def targets_of(connection: Connection, mention: Mention) -> tuple[str, ...]:
    """Return every target that was claimed for a mention, its own first, and what the own site calls it."""
    claimed_too = [target for _, _, target in OF_ONE.rows(connection, {"mention": mention.id})][:MOST_TARGETS]
    found: dict[str, str] = {}
    for target in (mention.target, *claimed_too, mention.target_page):
        if target:
            found.setdefault(comparable(target), target)
    return tuple(found.values())


def remember(connection: Connection, mention: Mention, key: bytes, pairs: Iterable[Pair]) -> None:
    """Make a mention that stands at a key be found by these pairs, and know their targets."""
    stands_there = pair_key(mention.source, mention.target) == key
    for source, target in pairs:
        own = pair_key(source, target)
        if own != key:
            _write(connection, own, mention.id, (source, target))
        if comparable(target) != comparable(mention.target) or (own == key and not stands_there):
            _write(connection, _spelled(source, target), mention.id, (source, target))


def rebook(connection: Connection, mention: Mention, key: bytes, pairs: Iterable[Pair]) -> None:
    """Remember these pairs and all earlier ones of a mention that has come to stand at a key."""
    earlier = [(source, target) for _, source, target in OF_ONE.rows(connection, {"mention": mention.id})]
    DROP.run(connection, {"key": key})
    remember(connection, mention, key, dict.fromkeys([(mention.source, mention.target), *pairs, *earlier]))


def free(connection: Connection, key: bytes, *, heirs: Collection[int] = ()) -> None:
    """Make a pair lead to no mention any more. One of the heirs, who come to stand there, remembers that it did."""
    claim = BY_KEY.row(connection, {"key": key})
    if claim is None:
        return
    source, target, mention_id = claim
    DROP.run(connection, {"key": key})
    if mention_id in heirs:
        _write(connection, _spelled(source, target), mention_id, (source, target))
        return
    for row_key, *pair in OF_ONE.rows(connection, {"mention": mention_id}):
        if pair_key(*pair) == key:
            DROP.run(connection, {"key": row_key})


def hand_over(connection: Connection, mention_id: int, heir: int) -> None:
    """Make all claims of one mention lead to another."""
    HAND_OVER.run(connection, {"mention": mention_id, "heir": heir})


def _spelled(source: str, target: str) -> bytes:
    return digest(comparable(source), comparable(target))


def _write(connection: Connection, key: bytes, mention_id: int, pair: Pair) -> None:
    source, target = pair
    values = {"mention_id": mention_id, "source": source, "target": target, "target_key": url_key(target)}
    ADD.run(connection, {"key": key, **values})
