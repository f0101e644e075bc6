"""What became of an attempt, written into the ledger: the delivery as it stands, and the attempt itself."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.send.outcome import Outcome, written
from linkback.storage import attempts, deliveries


def note(connection: Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """Write the outcome of an attempt into the ledger, and return the delivery as it stands then."""
    tried = written(delivery, outcome, now)
    if outcome.counts:
        attempts.note(connection, delivery.id, attempt_of(tried, outcome, now))
    current = deliveries.hold_one(connection, delivery.id)
    if (current.version, current.removed) != (delivery.version, delivery.removed):
        tried = overtaken(tried, current, now)
    return deliveries.note(connection, tried, now)


def attempt_of(tried: Delivery, outcome: Outcome, now: datetime) -> Attempt:
    """Return an attempt as the ledger keeps it: what was used and answered this time, not before."""
    return Attempt(now, tried.status, outcome.protocol, outcome.endpoint, outcome.http_status, tried.message)


def overtaken(tried: Delivery, current: Delivery, now: datetime) -> Delivery:
    """Return how a delivery stands whose post changed while it was under way.

    What was taken told of the former post, so it is owed again at once; what was called off
    meanwhile, and did not get there, stays so.
    """
    after = replace(tried, version=current.version, removed=current.removed)
    if tried.status is DeliveryStatus.SENT:
        return replace(after, status=DeliveryStatus.WAITING, attempts=0, next_try_at=now)
    if current.status is DeliveryStatus.SKIPPED:
        return replace(after, status=current.status, next_try_at=None, message=current.message)
    return after
