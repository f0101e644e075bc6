"""Attempts: every try of a delivery, newest MOST_KEPT, as the ledger tells it."""

from sqlalchemy import Connection, bindparam, delete, insert, select

from linkback.core.model import Attempt, DeliveryStatus
from linkback.storage.prepared import Row, always
from linkback.storage.tables import attempts, clean, to_stored, to_time

MOST_KEPT = 100  # of one delivery: it has eight tries, and is told again with each change of its post

HERE = attempts.c.delivery_id == bindparam("delivery")
NAMES = ("delivery_id", "at", "status", "protocol", "endpoint", "http_status", "message")
NOTE = always(insert(attempts).values({name: bindparam(name) for name in NAMES}))
OF = (
    select(
        attempts.c.at,
        attempts.c.status,
        attempts.c.protocol,
        attempts.c.endpoint,
        attempts.c.http_status,
        attempts.c.message,
    )
    .where(HERE)
    .order_by(attempts.c.id)
)
NEWEST_TOO_MANY = select(attempts.c.id).where(HERE).order_by(attempts.c.id.desc()).limit(1).offset(bindparam("most"))
TRIM = always(delete(attempts).where(HERE, attempts.c.id <= NEWEST_TOO_MANY.scalar_subquery()))


def note(connection: Connection, delivery_id: int, attempt: Attempt) -> None:
    """Write one try of a delivery, and forget what is older than its newest MOST_KEPT."""
    values = {
        "delivery_id": delivery_id,
        "at": to_stored(attempt.at),
        "status": attempt.status.value,
        "protocol": attempt.protocol,
        "endpoint": attempt.endpoint and clean(attempt.endpoint),
        "http_status": attempt.http_status,
        "message": clean(attempt.message),
    }
    NOTE.run(connection, values)
    TRIM.run(connection, {"delivery": delivery_id, "most": MOST_KEPT})


def of(connection: Connection, delivery_id: int) -> tuple[Attempt, ...]:
    """Return the tries of a delivery, oldest first."""
    return tuple(map(to_attempt, connection.execute(OF, {"delivery": delivery_id})))


def to_attempt(row: Row) -> Attempt:
    """Return the attempt that stands in a row."""
    at, status, protocol, endpoint, http_status, message = row
    return Attempt(to_time(at), DeliveryStatus(status), protocol, endpoint, http_status, message)
