"""Deliveries: the pings we owe, one for each source and link, and what became of each.

A delivery is claimed with a lease before it is sent: a sender that dies repeats at most that one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, func, select, update

from linkback.core.errors import NotFound
from linkback.core.model import Delivery, DeliveryStatus
from linkback.core.urls import host_of
from linkback.storage.prepared import Insert, Row, insert_for
from linkback.storage.tables import (
    LARGEST_ID,
    clean,
    deliveries,
    link_key,
    maybe_stored,
    maybe_time,
    to_stored,
    to_time,
    url_key,
)

COLUMNS = (
    deliveries.c.id,
    deliveries.c.source,
    deliveries.c.target,
    deliveries.c.status,
    deliveries.c.created_at,
    deliveries.c.protocol,
    deliveries.c.endpoint,
    deliveries.c.http_status,
    deliveries.c.message,
    deliveries.c.attempts,
    deliveries.c.next_try_at,
    deliveries.c.updated_at,
)


def _add(dialect: str) -> Insert:
    return insert_for(dialect, deliveries).on_conflict_do_nothing(index_elements=["key"])


def _due() -> Select[tuple[object, ...]]:
    return select(*COLUMNS).where(deliveries.c.next_try_at <= bindparam("now")).with_for_update(skip_locked=True)


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
THIS = deliveries.c.id == bindparam("delivery")
THESE = deliveries.c.id.in_(bindparam("ids", expanding=True))
OF_SOURCE = select(*COLUMNS).where(deliveries.c.source_key == bindparam("source_key")).order_by(deliveries.c.id)
BY_ID = select(*COLUMNS).where(THIS)
DUE = _due().order_by(deliveries.c.next_try_at).limit(bindparam("most"))
DUE_OF_THESE = _due().where(THESE).order_by(deliveries.c.id)
LEASE = update(deliveries).where(THESE).values(next_try_at=bindparam("lease_until"))
NOTE = update(deliveries).where(THIS).returning(*COLUMNS)
NEXT_DUE = select(func.min(deliveries.c.next_try_at)).where(deliveries.c.next_try_at.is_not(None))


def plan(connection: Connection, source: str, targets: Sequence[str], now: datetime) -> list[Delivery]:
    """Owe each target, as it is linked, a ping from now on, and return the deliveries in the order of the targets.

    What is owed or done already stays as it is.
    """
    linked = list(dict.fromkeys(targets))
    if not linked:
        return []
    rows = [_new(source, target, to_stored(now)) for target in linked]
    connection.execute(ADD[connection.dialect.name], rows)
    planned = {delivery.target: delivery for delivery in of(connection, source)}
    return [planned[target] for target in linked]


def of(connection: Connection, source: str) -> list[Delivery]:
    """Return all deliveries of a source, oldest first."""
    return list(map(to_delivery, connection.execute(OF_SOURCE, {"source_key": url_key(source)})))


def get(connection: Connection, delivery_id: int) -> Delivery:
    """Return a delivery by its id, or raise NotFound."""
    known = 0 < delivery_id <= LARGEST_ID
    row = connection.execute(BY_ID, {"delivery": delivery_id}).one_or_none() if known else None
    if row is None:
        raise NotFound("delivery", delivery_id)
    return to_delivery(row)


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[Delivery]:
    """Return deliveries that are due, longest due first, and make them due again only when the lease is over.

    Two workers never get the same one; a worker that dies loses nothing.
    """
    rows = connection.execute(DUE, {"now": to_stored(now), "most": limit}).all()
    return _lease(connection, rows, lease_until)


def claim_ids(connection: Connection, ids: Sequence[int], now: datetime, lease_until: datetime) -> list[Delivery]:
    """Return those of these deliveries that are due and nobody else works on, leased like those of claim()."""
    if not ids:
        return []
    rows = connection.execute(DUE_OF_THESE, {"now": to_stored(now), "ids": list(ids)}).all()
    return _lease(connection, rows, lease_until)


def note(
    connection: Connection,
    delivery_id: int,
    *,
    status: DeliveryStatus,
    protocol: str | None,
    endpoint: str | None,
    http_status: int | None,
    message: str,
    attempts: int,
    next_try_at: datetime | None,
    now: datetime,
) -> Delivery:
    """Write what became of a delivery and when it is tried next (None: never), and return it; raise NotFound."""
    values = {
        "status": status.value,
        "protocol": protocol,
        "endpoint": endpoint and clean(endpoint),
        "http_status": http_status,
        "message": clean(message),
        "attempts": attempts,
        "next_try_at": maybe_stored(next_try_at),
        "updated_at": to_stored(now),
    }
    row = connection.execute(NOTE.values(values), {"delivery": delivery_id}).one_or_none()
    if row is None:
        raise NotFound("delivery", delivery_id)
    return to_delivery(row)


def listing(
    connection: Connection, *, status: DeliveryStatus | None = None, before_id: int | None = None, limit: int = 100
) -> list[Delivery]:
    """Return deliveries, newest first; the next page begins before the id of the last one."""
    statement = select(*COLUMNS).order_by(deliveries.c.id.desc()).limit(limit)
    if status is not None:
        statement = statement.where(deliveries.c.status == status.value)
    if before_id is not None:
        statement = statement.where(deliveries.c.id < min(before_id, LARGEST_ID))
    return list(map(to_delivery, connection.execute(statement)))


def next_due(connection: Connection) -> datetime | None:
    """Return when the next delivery is due, None when none ever is."""
    stored = connection.execute(NEXT_DUE).scalar_one()
    return None if stored is None else to_time(stored)


def to_delivery(row: Row) -> Delivery:
    """Return the delivery that stands in a row of COLUMNS."""
    id_, source, target, status, created_at, protocol, endpoint, http_status, *rest = row
    message, attempts, next_try_at, updated_at = rest
    return Delivery(
        id=id_,
        source=source,
        target=target,
        status=DeliveryStatus(status),
        created_at=to_time(created_at),
        protocol=protocol,
        endpoint=endpoint,
        http_status=http_status,
        message=message,
        attempts=attempts,
        next_try_at=maybe_time(next_try_at),
        updated_at=maybe_time(updated_at),
    )


def _new(source: str, target: str, now: int) -> dict[str, object]:
    return {
        "key": link_key(source, target),
        "source": source,
        "source_key": url_key(source),
        "target": target,
        "target_host": host_of(target),
        "status": DeliveryStatus.WAITING.value,
        "next_try_at": now,
        "created_at": now,
    }


def _lease(connection: Connection, rows: Sequence[Row], lease_until: datetime) -> list[Delivery]:
    if not rows:
        return []
    connection.execute(LEASE, {"ids": [row[0] for row in rows], "lease_until": to_stored(lease_until)})
    return [replace(to_delivery(row), next_try_at=lease_until) for row in rows]
