"""Receipts: which protocols reported a mention, when and how often. Senders' addresses are forgotten in time."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, case, literal_column, select, update

from linkback.core.model import Ping, Receipt
from linkback.storage.prepared import Insert, Prepared, Row, always, insert_for
from linkback.storage.tables import clean, receipts, to_stored, to_time

COLUMNS = (receipts.c.protocol, receipts.c.first_at, receipts.c.last_at, receipts.c.times)
IN_ORDER = (receipts.c.first_at, receipts.c.protocol)


def _add(dialect: str) -> Insert:
    statement = insert_for(dialect, receipts).values(
        mention_id=bindparam("mention_id"),
        protocol=bindparam("protocol"),
        sender=bindparam("sender"),
        first_at=bindparam("now"),
        last_at=bindparam("now"),
        times=literal_column("1", Integer),
    )
    again = {
        "last_at": statement.excluded.last_at,
        "sender": statement.excluded.sender,
        "times": receipts.c.times + literal_column("1", Integer),
    }
    return statement.on_conflict_do_update(index_elements=["mention_id", "protocol"], set_=again)


def _unite(dialect: str) -> Insert:
    names = ("mention_id", "protocol", "sender", "first_at", "last_at", "times")
    theirs = select(bindparam("heir", type_=receipts.c.mention_id.type), *(receipts.c[name] for name in names[1:]))
    statement = insert_for(dialect, receipts).from_select(
        names, theirs.where(receipts.c.mention_id == bindparam("mention")), include_defaults=False
    )
    new = statement.excluded
    together = {
        "sender": case((new.last_at >= receipts.c.last_at, new.sender), else_=receipts.c.sender),
        "first_at": case((new.first_at < receipts.c.first_at, new.first_at), else_=receipts.c.first_at),
        "last_at": case((new.last_at > receipts.c.last_at, new.last_at), else_=receipts.c.last_at),
        "times": receipts.c.times + new.times,
    }
    return statement.on_conflict_do_update(index_elements=["mention_id", "protocol"], set_=together)


ADD = Prepared(_add)
UNITE = Prepared(_unite)
OF_ONE = always(select(*COLUMNS).where(receipts.c.mention_id == bindparam("mention_id")).order_by(*IN_ORDER))
OF_MANY = (
    select(receipts.c.mention_id, *COLUMNS)
    .where(receipts.c.mention_id.in_(bindparam("ids", expanding=True)))
    .order_by(*IN_ORDER)
)
LAST_SENDER = always(
    select(receipts.c.sender)
    .where(receipts.c.mention_id == bindparam("mention_id"), receipts.c.sender.is_not(None))
    .order_by(receipts.c.last_at.desc(), receipts.c.protocol)
    .limit(1)
)
SENDERS = (
    select(receipts.c.mention_id, receipts.c.sender)
    .where(receipts.c.mention_id.in_(bindparam("ids", expanding=True)), receipts.c.sender.is_not(None))
    .order_by(receipts.c.last_at, receipts.c.protocol.desc())
)
FORGET = (
    update(receipts).where(receipts.c.sender.is_not(None), receipts.c.last_at < bindparam("before")).values(sender=None)
)


def add(connection: Connection, mention_id: int, ping: Ping, now: datetime) -> None:
    """Note that a ping reported this mention, for the first time or again."""
    sender = None if ping.sender is None else clean(ping.sender)
    values = {"mention_id": mention_id, "protocol": ping.protocol, "sender": sender, "now": to_stored(now)}
    ADD.run(connection, values)


def unite(connection: Connection, mention_id: int, heir: int) -> None:
    """Add the receipts of one mention to those of another: the first and the last time, and how often in all.

    What they were added from stays, and goes with its mention.
    """
    UNITE.run(connection, {"mention": mention_id, "heir": heir})


def of(connection: Connection, mention_id: int) -> tuple[Receipt, ...]:
    """Return the receipts of a mention, first come first."""
    return tuple(map(to_receipt, OF_ONE.rows(connection, {"mention_id": mention_id})))


def of_many(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Receipt, ...]]:
    """Return the receipts of several mentions by mention, each first come first."""
    found: dict[int, tuple[Receipt, ...]] = {}
    for mention_id, *row in connection.execute(OF_MANY, {"ids": list(ids)}):
        found[mention_id] = (*found.get(mention_id, ()), to_receipt(row))
    return found


def sender_of(connection: Connection, mention_id: int) -> str | None:
    """Return the address that reported a mention last, as far as it is known still."""
    row = LAST_SENDER.row(connection, {"mention_id": mention_id})
    return None if row is None else row[0]


def senders_of(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the addresses that reported several mentions last, by mention, as far as they are known still."""
    rows = connection.execute(SENDERS, {"ids": list(ids)})
    return {row[0]: row[1] for row in rows}


def forget_senders(connection: Connection, before: datetime) -> int:
    """Forget the sender's address of every receipt last heard of before this time; return how many."""
    return connection.execute(FORGET, {"before": to_stored(before)}).rowcount


def to_receipt(row: Row) -> Receipt:
    """Return the receipt that stands in a row of COLUMNS."""
    protocol, first_at, last_at, times = row
    return Receipt(protocol, to_time(first_at), to_time(last_at), times)
