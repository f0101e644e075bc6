"""Deliveries: the pings we owe, one for each source and link, and what became of each.

A delivery is claimed with a lease before it is sent: a sender that dies repeats at most that one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select, update

from linkback.core.errors import NotFound
from linkback.core.model import Delivery, DeliveryStatus
from linkback.core.urls import host_of
from linkback.storage.prepared import Insert, Row, insert_for
from linkback.storage.tables import (
    LARGEST_ID,
    attempts,
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
    deliveries.c.version,
    deliveries.c.removed,
)


def _add(dialect: str) -> Insert:
    return insert_for(dialect, deliveries).on_conflict_do_nothing(index_elements=["key"])


def _due() -> Select[tuple[object, ...]]:
    return select(*COLUMNS).where(deliveries.c.next_try_at <= bindparam("now")).with_for_update(skip_locked=True)


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
THIS = deliveries.c.id == bindparam("delivery")
THESE = deliveries.c.id.in_(bindparam("ids", expanding=True))
OF_SOURCE = select(*COLUMNS).where(deliveries.c.source_key == bindparam("source_key")).order_by(deliveries.c.id)
HOLD_OF_SOURCE = OF_SOURCE.with_for_update()
BY_ID = select(*COLUMNS).where(THIS)
HOLD = BY_ID.with_for_update()
DUE = _due().order_by(deliveries.c.next_try_at).limit(bindparam("most"))
DUE_OF_THESE = _due().where(THESE).order_by(deliveries.c.id)
LEASE = update(deliveries).where(THESE).values(next_try_at=bindparam("lease_until"))
PLANNED = ("status", "message", "attempts", "next_try_at", "version", "removed")
CHANGE = update(deliveries).where(THIS).values({name: bindparam(f"new_{name}") for name in PLANNED})
NOTE = update(deliveries).where(THIS)
NEXT_DUE = select(func.min(deliveries.c.next_try_at)).where(deliveries.c.next_try_at.is_not(None))
TOLD = (
    select(attempts.c.delivery_id)
    .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    .where(deliveries.c.source_key == bindparam("source_key"), attempts.c.status == DeliveryStatus.SENT.value)
    .distinct()
)
AT_HOST = deliveries.c.target_host == bindparam("host")
LAST_ANSWER = (
    select(deliveries.c.status, deliveries.c.updated_at)
    .where(AT_HOST, deliveries.c.updated_at >= bindparam("since"))
    .order_by(deliveries.c.updated_at.desc())
    .limit(1)
)
EVER_TOOK = (
    select(deliveries.c.id)
    .where(AT_HOST, deliveries.c.updated_at.is_not(None), deliveries.c.protocol.is_not(None))
    .limit(1)
)


def add(connection: Connection, new: Sequence[Delivery]) -> None:
    """Owe pings, whatever their ids, from the time that each names; what is owed or done already stays as it is."""
    if new:
        connection.execute(ADD[connection.dialect.name], list(map(_new, new)))


def change(connection: Connection, changed: Sequence[Delivery]) -> None:
    """Write what is owed again, or no longer: status, words, attempts, next try, version, and whether it is removed."""
    if changed:
        connection.execute(CHANGE, list(map(_changed, changed)))


def of(connection: Connection, source: str) -> list[Delivery]:
    """Return all deliveries of a source, oldest first."""
    return list(map(to_delivery, connection.execute(OF_SOURCE, {"source_key": url_key(source)})))


def hold(connection: Connection, source: str) -> list[Delivery]:
    """Return what of() does; nobody else changes it until the unit of work ends."""
    return list(map(to_delivery, connection.execute(HOLD_OF_SOURCE, {"source_key": url_key(source)})))


def told(connection: Connection, source: str) -> frozenset[int]:
    """Return the ids of a source's deliveries that were taken in some attempt, whatever became of them later."""
    return frozenset(connection.execute(TOLD, {"source_key": url_key(source)}).scalars())


def quiet_hosts(connection: Connection, hosts: Sequence[str], since: datetime) -> dict[str, datetime]:
    """Return those of some hosts that took no ping when last asked, after `since`, and never did; and when that was."""
    quiet: dict[str, datetime] = {}
    for host in hosts:
        last = connection.execute(LAST_ANSWER, {"host": host, "since": to_stored(since)}).one_or_none()
        if last is None or last.status != DeliveryStatus.NO_ENDPOINT.value:
            continue
        if connection.execute(EVER_TOOK, {"host": host}).one_or_none() is None:
            quiet[host] = to_time(last.updated_at)
    return quiet


def get(connection: Connection, delivery_id: int) -> Delivery:
    """Return a delivery by its id, or raise NotFound."""
    return _one(connection, BY_ID, delivery_id)


def hold_one(connection: Connection, delivery_id: int) -> Delivery:
    """Return what get() does; nobody else changes it until the unit of work ends."""
    return _one(connection, HOLD, delivery_id)


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


def note(connection: Connection, delivery: Delivery, now: datetime) -> Delivery:
    """Write how a delivery stands after an attempt, and return it; raise NotFound when it is there no more."""
    values = {
        **_planned(delivery),
        "protocol": delivery.protocol,
        "endpoint": delivery.endpoint and clean(delivery.endpoint),
        "http_status": delivery.http_status,
        "updated_at": to_stored(now),
    }
    row = connection.execute(NOTE.values(values).returning(*COLUMNS), {"delivery": delivery.id}).one_or_none()
    if row is None:
        raise NotFound("delivery", delivery.id)
    return to_delivery(row)


def listing(
    connection: Connection,
    *,
    status: DeliveryStatus | None = None,
    source: str | None = None,
    target: str | None = None,
    sites: Sequence[str] | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[Delivery]:
    """Return deliveries, newest first; the next page begins before the id of the last one.

    `source` is a post in any spelling; `target` a page, which links to a part of it lead to as well. `sites` are the
    base addresses of those whose posts are meant: none at all when empty, and all when None.
    """
    wanted = list(_wanted(status, source, target, before_id))
    if sites is None:
        return _newest(connection, wanted, limit)
    found = [one for place in of_sites(sites) for one in _newest(connection, [*wanted, place], limit)]
    return sorted(found, key=lambda delivery: -delivery.id)[:limit]


def of_sites(sites: Iterable[str]) -> list[ColumnElement[bool]]:
    """Return for each host of some sites, by their base addresses, what holds of the posts of those that are there.

    Each condition is read in the order of an index; what holds of no two hosts is no question of one index.
    """
    by_host: dict[str, list[str]] = {}
    for site in sites:
        by_host.setdefault(host_of(site), []).append(site)
    return [_at_host(*at) for at in by_host.items()]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next delivery is due, None when none ever is."""
    stored = connection.execute(NEXT_DUE).scalar_one()
    return None if stored is None else to_time(stored)


def to_delivery(row: Row) -> Delivery:
    """Return the delivery that stands in a row of COLUMNS."""
    id_, source, target, status, created_at, protocol, endpoint, http_status, *rest = row
    message, tries, next_try_at, updated_at, version, removed = rest
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
        attempts=tries,
        next_try_at=maybe_time(next_try_at),
        updated_at=maybe_time(updated_at),
        version=version,
        removed=removed,
    )


def _wanted(
    status: DeliveryStatus | None, source: str | None, target: str | None, before_id: int | None
) -> Iterator[ColumnElement[bool]]:
    if status is not None:
        yield deliveries.c.status == status.value
    if source is not None:
        yield deliveries.c.source_key == url_key(source)
    if target is not None:
        part = deliveries.c.target.startswith(f"{target}#", autoescape=True)
        yield deliveries.c.target_host == host_of(target)
        yield or_(deliveries.c.target == target, part)
    if before_id is not None:
        yield deliveries.c.id < min(before_id, LARGEST_ID)


def _newest(connection: Connection, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[Delivery]:
    statement = select(*COLUMNS).where(*wanted).order_by(deliveries.c.id.desc()).limit(limit)
    return list(map(to_delivery, connection.execute(statement)))


def _at_host(host: str, sites: Sequence[str]) -> ColumnElement[bool]:
    """Return what holds of the posts of sites at a host: http and https are one, whichever of them was registered."""
    roots = [site.partition("://")[2].rstrip("/") for site in sites]
    bases = [f"{scheme}://{root}" for root in roots for scheme in ("http", "https")]
    inside = [deliveries.c.source.startswith(f"{base}{mark}", autoescape=True) for base in bases for mark in "/?"]
    return and_(deliveries.c.source_host == host, or_(deliveries.c.source.in_(bases), *inside))


def _one(connection: Connection, statement: Select[tuple[object, ...]], delivery_id: int) -> Delivery:
    known = 0 < delivery_id <= LARGEST_ID
    row = connection.execute(statement, {"delivery": delivery_id}).one_or_none() if known else None
    if row is None:
        raise NotFound("delivery", delivery_id)
    return to_delivery(row)


def _new(delivery: Delivery) -> dict[str, object]:
    return {
        "key": link_key(delivery.source, delivery.target),
        "source": delivery.source,
        "source_key": url_key(delivery.source),
        "source_host": host_of(delivery.source),
        "target": delivery.target,
        "target_host": host_of(delivery.target),
        "created_at": to_stored(delivery.created_at),
        **_planned(delivery),
    }


def _planned(delivery: Delivery) -> dict[str, object]:
    return {
        "status": delivery.status.value,
        "message": clean(delivery.message),
        "attempts": delivery.attempts,
        "next_try_at": maybe_stored(delivery.next_try_at),
        "version": delivery.version,
        "removed": delivery.removed,
    }


def _changed(delivery: Delivery) -> dict[str, object]:
    return {"delivery": delivery.id, **{f"new_{name}": value for name, value in _planned(delivery).items()}}


def _lease(connection: Connection, rows: Sequence[Row], lease_until: datetime) -> list[Delivery]:
    if not rows:
        return []
    connection.execute(LEASE, {"ids": [row[0] for row in rows], "lease_until": to_stored(lease_until)})
    return [replace(to_delivery(row), next_try_at=lease_until) for row in rows]
