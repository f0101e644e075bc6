"""What became of an attempt, written into the ledger: the delivery as it stands, and the attempt itself."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.send.outcome import Outcome, written
from linkback.send.planning import TOLD_OF_CHANGES, TOLD_OF_REMOVALS
from linkback.send.posts import why_removed
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

    What was taken told of the former post, so it is owed again at once, unless its protocol would tell
    nothing new; what was called off meanwhile, and did not get there, stays so.
    """
    after = replace(tried, version=current.version, removed=current.removed)
    if tried.status is DeliveryStatus.SENT:
        if _tells_anew(tried, current):
            return replace(after, status=DeliveryStatus.WAITING, attempts=0, next_try_at=now)
        gone = f"{why_removed(current.version)} {tried.message}"
        return replace(after, message=gone) if current.removed and not tried.removed else after
    if current.status is DeliveryStatus.SKIPPED:
        return replace(after, status=current.status, next_try_at=None, message=current.message)
    return after


def _tells_anew(tried: Delivery, current: Delivery) -> bool:
    """Tell whether another ping by the same protocol would say what the one that was taken did not."""
    if current.removed:
        return not tried.removed and tried.protocol in TOLD_OF_REMOVALS
    return tried.removed or tried.protocol in TOLD_OF_CHANGES
