"""The verb call: what webhooks are owed is posted through the door, signed, and tried again where that may help.

Each webhook has one call under way at a time in a process: its calls come in order, and one that hangs holds up
no other. A call is claimed before it is made, so a crash repeats at most that one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linkback.channels.outcome import Outcome, what_failed, what_they_said, written
from linkback.channels.owing import Ready, note, ready
from linkback.channels.signing import headers_of
from linkback.core.errors import FetchError, NotFound
from linkback.core.model import Call, Request
from linkback.fetch import Fetch
from linkback.storage import calls
from linkback.storage.database import Database

LEASE = timedelta(seconds=60)  # a call waits for its turn, and then takes at most ten seconds


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls webhooks, and writes into their logs what became of it."""

    database: Database
    fetch: Fetch
    now: Callable[[], datetime]
    _busy: set[int] = field(default_factory=set)

    async def claim(self, most: int) -> list[Call]:
        """Return calls that are due, at most one of each webhook that is not being called; each must be made."""
        now = self.now()
        due = await self.database.write(calls.claim, now, now + LEASE, most, tuple(self._busy))
        self._busy.update(call.webhook_id for call in due)
        return due

    async def call(self, call: Call) -> Call:
        """Make a claimed call and return it as it stands then; one of a dropped webhook is not made."""
        try:
            return await self._made(call, await self.database.read(ready, call))
        except NotFound:
            return replace(call, next_try_at=None)
        finally:
            self._busy.discard(call.webhook_id)

    async def _made(self, call: Call, prepared: Ready) -> Call:
        outcome = Outcome(prepared.why_not, counts=False) if prepared.why_not else await self._post(call, prepared)
        now = self.now()
        after = written(call, outcome, now)
        await self.database.write(note, after, now, pauses=outcome.pauses)
        return after

    async def _post(self, call: Call, prepared: Ready) -> Outcome:
        webhook = prepared.webhook
        headers = headers_of(webhook, call, self.now())
        try:
            return what_they_said(await self.fetch(Request("POST", webhook.url, headers, call.body, budget="hooks")))
        except FetchError as error:
            return what_failed(error)
