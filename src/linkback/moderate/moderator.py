"""The verb moderate: a person decides what becomes of a mention, and the decision lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from linkback.core import schedule
from linkback.core.model import Event, Mention, Status
from linkback.storage import events, mentions
from linkback.storage.database import Database

PAGE = 500  # mentions read at once
LOOKED_AFTER = frozenset({Status.HELD, Status.APPROVED})  # of these it is known whether the link still stands


@dataclass(frozen=True, slots=True)
class Moderator:
    """Writes people's decisions. Each raises NotFound for an id that does not exist."""

    database: Database
    now: Callable[[], datetime]

    async def show(self, mention_id: int) -> Mention:
        """Return a mention."""
        return await self.database.read(mentions.get, mention_id)

    async def history(self, mention_id: int) -> tuple[Event, ...]:
        """Return what changed of a mention, oldest first."""
        return await self.database.read(events.of, mention_id)

    async def listing(self, *, status: Status | None = None, target: str | None = None) -> list[Mention]:
        """Return all mentions of a status or a target page, newest first."""
        found: list[Mention] = []
        before = None
        while True:
            wanted = partial(mentions.listing, status=status, target=target, before_id=before, limit=PAGE)
            part = await self.database.read(wanted)
            found += part
            if len(part) < PAGE:
                return found
            before = part[-1].id

    async def approve(self, mention_id: int, *, by: str) -> Mention:
        """Let the world see a mention; its link is looked at again from now on."""
        return await self._decide(mention_id, Status.APPROVED, by)

    async def spam(self, mention_id: int, *, by: str) -> Mention:
        """Mark a mention as junk."""
        return await self._decide(mention_id, Status.SPAM, by)

    async def remove(self, mention_id: int, *, by: str) -> Mention:
        """Take a mention away; it stays away when it is sent again."""
        return await self._decide(mention_id, Status.REMOVED, by)

    async def _decide(self, mention_id: int, status: Status, by: str) -> Mention:
        return await self.database.write(decide, mention_id, status, by, self.now())


def decide(connection: Connection, mention_id: int, status: Status, by: str, now: datetime) -> Mention:
    """Write a decision and plan the next look; what is approved and was not looked at lately is looked at now."""
    mention = mentions.get(connection, mention_id)
    next_look_at = schedule.next_look(status, now - mention.received_at, now)
    if status is Status.APPROVED and (mention.verified_at is None or mention.status not in LOOKED_AFTER):
        next_look_at = now
    return mentions.decide(connection, mention_id, status, by=by, now=now, next_look_at=next_look_at)
