"""The verb ledger: a person looks at what was sent, and has something tried again.

Nothing here reaches the network: what is owed is delivered by whoever works, a server or the next send.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.storage import attempts, deliveries
from linkback.storage.database import Database

PAGE = 500  # deliveries read at once

ASKED_FOR = "It is tried again, as somebody asked."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries are meant: of a status, of a post, to a page, of the posts of sites by their base addresses."""

    status: DeliveryStatus | None = None
    source: str | None = None
    target: str | None = None
    sites: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Reads what is owed and was done, and owes it again. Raises NotFound for an id that does not exist."""

    database: Database
    now: Callable[[], datetime]

    async def listing(
        self, *, status: DeliveryStatus | None = None, source: str | None = None, target: str | None = None
    ) -> list[Delivery]:
        """Return all deliveries of a status, of a post, or to a page, newest first."""
        found: list[Delivery] = []
        before = None
        while True:
            wanted = partial(
                deliveries.listing, status=status, source=source, target=target, before_id=before, limit=PAGE
            )
            part = await self.database.read(wanted)
            found += part
            if len(part) < PAGE:
                return found
            before = part[-1].id

    async def page(self, wanted: Wanted, *, before_id: int | None = None, limit: int = PAGE) -> list[Delivery]:
        """Return some of the deliveries that are meant, newest first, from before that id on."""
        return await self.database.read(
            partial(
                deliveries.listing,
                status=wanted.status,
                source=wanted.source,
                target=wanted.target,
                sites=wanted.sites,
                before_id=before_id,
                limit=limit,
            )
        )

    async def show(self, delivery_id: int) -> tuple[Delivery, tuple[Attempt, ...]]:
        """Return a delivery, and what came of each try of it."""
        return await self.database.read(read, delivery_id)

    async def retry(self, delivery_ids: Sequence[int]) -> list[Delivery]:
        """Make deliveries due now, whatever became of them, with all their tries before them; all or none."""
        return await self.database.write(owe_again, delivery_ids, self.now())


def read(connection: Connection, delivery_id: int) -> tuple[Delivery, tuple[Attempt, ...]]:
    """Return a delivery with its attempts, both of one moment."""
    return deliveries.get(connection, delivery_id), attempts.of(connection, delivery_id)


def owe_again(connection: Connection, delivery_ids: Sequence[int], now: datetime) -> list[Delivery]:
    """Write that deliveries are owed from now on; how often they were tried in vain is forgotten."""
    held = [deliveries.hold_one(connection, delivery_id) for delivery_id in sorted(set(delivery_ids))]
    owed = [replace(one, status=DeliveryStatus.WAITING, attempts=0, next_try_at=now, message=ASKED_FOR) for one in held]
    deliveries.change(connection, owed)
    return owed
