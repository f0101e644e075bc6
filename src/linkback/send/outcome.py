"""What an answer, or none, means for a delivery, in words its owner understands. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linkback.core import schedule
from linkback.core.errors import BadReply, FetchError, Problem, TooBusy
from linkback.core.model import Delivery, DeliveryStatus, Page, Reply, retry_after
from linkback.send.posts import why_removed

# What is as good as "taken" to a removed link: they looked, and found that it is gone.
AS_TOLD = frozenset({Problem.NO_LINK, Problem.SOURCE_NOT_FOUND})
# Answers that say "not now": the ping is fine, or nobody could tell.
PASSING = frozenset({Problem.TOO_MANY, Problem.SOURCE_TROUBLE, Problem.INTERNAL})
# So do these statuses, and all from 500 on: a request that came too slowly, too early, or too often.
NOT_NOW = frozenset({408, 425, 429})
LONGEST_MESSAGE = 500  # characters; others' sentences are cut by the protocol modules already


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to. `counts` is False when nothing was tried because we were being polite."""

    status: DeliveryStatus
    message: str
    http_status: int | None = None
    protocol: str | None = None
    endpoint: str | None = None
    retry_after: float | None = None
    counts: bool = True


def what_failed(error: FetchError, what: str) -> Outcome:
    """Say what a failed fetch of the page or the endpoint means: try again unless that is pointless."""
    if isinstance(error, TooBusy):
        message = f"{what} is on a host that had enough requests from us for now."
        return Outcome(DeliveryStatus.WAITING, message, retry_after=error.retry_after, counts=False)
    status = DeliveryStatus.FAILED if error.permanent else DeliveryStatus.WAITING
    return Outcome(status, f"{what} could not be reached: {error}", retry_after=error.retry_after)


def what_the_page_said(page: Page) -> Outcome | None:
    """Say whether the target's answer is in the way; None when it is a page to search for an endpoint."""
    if _is_passing(page.status):
        message = f"The page answers {page.status} for now."
        return Outcome(DeliveryStatus.WAITING, message, page.status, retry_after=retry_after(page.headers))
    if not 200 <= page.status < 300:
        return Outcome(DeliveryStatus.FAILED, f"The page answers {page.status}: there is nobody to tell.", page.status)
    return None


def no_endpoint(page: Page) -> Outcome:
    """Say that the page takes no pings."""
    return Outcome(DeliveryStatus.NO_ENDPOINT, "The page does not say that it takes pings.", page.status)


def what_they_said(answer: Reply | BadReply, page: Page, *, removed: bool = False) -> Outcome:
    """Say what the endpoint's answer means: taken, known already, not now, or no.

    Of a `removed` link, to say that it is not there is to know.
    """
    status = page.status
    if isinstance(answer, BadReply):
        kind = DeliveryStatus.WAITING if _is_passing(status) else DeliveryStatus.FAILED
        return Outcome(
            kind, f"The endpoint gave no proper answer: {answer}", status, retry_after=retry_after(page.headers)
        )
    if answer.problem is None:
        return Outcome(DeliveryStatus.SENT, _taken(answer), status)
    if answer.problem is Problem.ALREADY_REGISTERED:
        return Outcome(DeliveryStatus.SENT, "They have this link already.", status)
    if removed and answer.problem in AS_TOLD:
        return Outcome(DeliveryStatus.SENT, f"They looked, and say: {answer.message}", status)
    if answer.problem in PASSING:
        message = f"Not now, they say: {answer.message}"
        asked = retry_after(page.headers) if answer.retry_after is None else answer.retry_after
        return Outcome(DeliveryStatus.WAITING, message, status, retry_after=asked)
    return Outcome(DeliveryStatus.REFUSED, answer.message, status)


def written(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """Return the delivery as the ledger shows it after an attempt; what waits too long has failed."""
    attempts = delivery.attempts + (1 if outcome.counts else 0)
    status, next_try_at = outcome.status, None
    if status is DeliveryStatus.WAITING:
        next_try_at = _next_try(outcome, attempts, now)
        status = status if next_try_at else DeliveryStatus.FAILED
    return replace(
        delivery,
        status=status,
        protocol=outcome.protocol or delivery.protocol,
        endpoint=outcome.endpoint or delivery.endpoint,
        http_status=outcome.http_status,
        message=_worded(delivery, outcome)[:LONGEST_MESSAGE],
        attempts=attempts,
        next_try_at=next_try_at,
        updated_at=now,
    )


def _is_passing(status: int) -> bool:
    return status in NOT_NOW or status >= 500


def _worded(delivery: Delivery, outcome: Outcome) -> str:
    return f"{why_removed(delivery.version)} {outcome.message}" if delivery.removed else outcome.message


def _taken(answer: Reply) -> str:
    said = f"Taken: {answer.message}" if answer.message else "Taken."
    return f"{said} What becomes of it stands at {answer.location}" if answer.location else said


def _next_try(outcome: Outcome, attempts: int, now: datetime) -> datetime | None:
    if not outcome.counts:
        return now + timedelta(seconds=outcome.retry_after or 60)
    return schedule.next_try(attempts, now, outcome.retry_after)
