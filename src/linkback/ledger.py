"""The verb ledger: a person looks at what was sent, and has something tried again.

Nothing here reaches the network: what is owed is delivered by whoever works, a server or the next send.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from linkback.core import schedule
from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.storage import attempts, deliveries
from linkback.storage.database import Database

PAGE = 500  # deliveries read at once

ASKED_FOR = "It is tried again, as somebody asked."
# What a person may have tried again; what was left out was so for a reason that still stands.
FELL_THROUGH = frozenset({DeliveryStatus.REFUSED, DeliveryStatus.FAILED, DeliveryStatus.NO_ENDPOINT})


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

    async def ask_again(self, delivery_id: int, *, sent_too: bool = False) -> bool:
        """Make a delivery due now if that makes sense, and tell whether it is owed; see `may_be_asked_again`."""
        return await self.database.write(partial(ask_again, sent_too=sent_too), delivery_id, self.now())


def may_be_asked_again(delivery: Delivery, *, sent_too: bool = False) -> bool:
    """Tell whether it makes sense to try a delivery again.

    Not for a link that was left out or is there no more; and for one that was taken only where somebody says so, since
    most who hear of a link twice refuse the second ping.
    """
    wanted = {*FELL_THROUGH, DeliveryStatus.WAITING, *([DeliveryStatus.SENT] if sent_too else [])}
    return delivery.status in wanted and not delivery.removed


def read(connection: Connection, delivery_id: int) -> tuple[Delivery, tuple[Attempt, ...]]:
    """Return a delivery with its attempts, both of one moment."""
    return deliveries.get(connection, delivery_id), attempts.of(connection, delivery_id)


def owe_again(connection: Connection, delivery_ids: Sequence[int], now: datetime) -> list[Delivery]:
    """Write that deliveries are owed from now on; how often they were tried in vain is forgotten.

    One that may be on its way at this moment stays as it is: it would be sent twice.
    """
    held = [deliveries.hold_one(connection, delivery_id) for delivery_id in sorted(set(delivery_ids))]
    after = [one if _may_be_leased(one, now) else _owed(one, now) for one in held]
    deliveries.change(connection, after)
    return after


def ask_again(connection: Connection, delivery_id: int, now: datetime, *, sent_too: bool = False) -> bool:
    """Write that a delivery is owed from now on, unless that makes no sense; tell whether it does."""
    if not may_be_asked_again(deliveries.hold_one(connection, delivery_id), sent_too=sent_too):
        return False
    owe_again(connection, [delivery_id], now)
    return True


def _owed(delivery: Delivery, now: datetime) -> Delivery:
    return replace(delivery, status=DeliveryStatus.WAITING, attempts=0, next_try_at=now, message=ASKED_FOR)


def _may_be_leased(delivery: Delivery, now: datetime) -> bool:
    """Tell whether somebody may work on a delivery; else its time is so near that nothing is lost by waiting for it."""
    is_near = delivery.next_try_at is not None and delivery.next_try_at <= now + schedule.DELIVERY_LEASE
    return delivery.status is DeliveryStatus.WAITING and is_near
