"""What an answer to a call, or none, means, in a sentence that its owner understands. Pure.

Of the answer only the status is kept: what a receiver writes may be anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from linkback.core import schedule
from linkback.core.errors import FetchError, TooBusy
from linkback.core.model import Call, Page, retry_after
from linkback.words import later

NOT_NOW = frozenset({408, 429})  # and all from 500 on: webmention.io's rule
GONE = 410
SOON = 60.0  # seconds, where nobody named a time

TAKEN = later("The program took it.")
MADE_AGAIN = later("The program cannot take it now; the call is made again.")
NO_ANSWER = later("No answer came; the call is made again.")
GIVEN_UP = later("Given up: no try had an answer that says yes or no.")
REFUSED = later("The program refuses it, so it is not sent again by itself.")
WENT_AWAY = later("The program says that it is gone for good, so the webhook is paused.")
MOVED = later("The address leads elsewhere, and calls go to the very address that was given.")
BUSY = later("The host had as many requests from us as it may have for now; the call is made soon.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to. `counts` is False when nothing was tried because we were being polite."""

    message: str
    status: int | None = None
    again: bool = False
    retry_after: float | None = None
    counts: bool = True

    @property
    def pauses(self) -> bool:
        """Tell whether the webhook is to be left alone from now on."""
        return self.status == GONE


def what_failed(error: FetchError) -> Outcome:
    """Say what it means that no answer came: try again unless that is pointless."""
    if isinstance(error, TooBusy):
        return Outcome(BUSY, again=True, retry_after=error.retry_after or SOON, counts=False)
    if error.permanent:
        return Outcome(str(error))
    return Outcome(NO_ANSWER, again=True, retry_after=error.retry_after)


def what_they_said(page: Page) -> Outcome:
    """Say what an answer means: taken, not now, moved or no."""
    if 200 <= page.status < 300:
        return Outcome(TAKEN, page.status)
    if page.status in NOT_NOW or page.status >= 500:
        return Outcome(MADE_AGAIN, page.status, again=True, retry_after=retry_after(page.headers))
    if page.status == GONE:
        return Outcome(WENT_AWAY, page.status)
    return Outcome(MOVED if page.status < 400 else REFUSED, page.status)


def written(call: Call, outcome: Outcome, now: datetime) -> Call:
    """Return the call as the log shows it after a try; what waits too long is given up."""
    tries = call.tries + (1 if outcome.counts else 0)
    until = _next_try(outcome, tries, now) if outcome.again else None
    message = GIVEN_UP if outcome.again and until is None else outcome.message
    done_at = now if until is None else None
    return replace(call, tries=tries, next_try_at=until, done_at=done_at, status=outcome.status, message=message)


def _next_try(outcome: Outcome, tries: int, now: datetime) -> datetime | None:
    if not outcome.counts:
        return now + timedelta(seconds=outcome.retry_after or SOON)
    return schedule.next_call(tries, now, outcome.retry_after)
