"""Attempts: every try of a delivery is kept, and not more than can be read."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.storage import attempts, deliveries
from linkback.storage.attempts import MOST_KEPT
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAKEN = Attempt(NOW, DeliveryStatus.SENT, "webmention", "https://a.example/wm", 202, "Taken.")
UNREACHED = Attempt(NOW, DeliveryStatus.WAITING, None, None, None, "The page could not be reached: it says nothing.")


@pytest.fixture
async def ids(database: Database) -> list[int]:
    targets = ("https://a.example/", "https://b.example/")
    owed = [Delivery(0, "https://me.example/", target, DeliveryStatus.WAITING, NOW) for target in targets]
    await database.write(deliveries.add, owed)
    return [delivery.id for delivery in await database.read(deliveries.of, "https://me.example/")]


async def test_attempts_are_read_back_oldest_first_and_apart(database: Database, ids: list[int]) -> None:
    one, other = ids
    for delivery_id, attempt in ((one, UNREACHED), (other, TAKEN), (one, TAKEN)):
        await database.write(attempts.note, delivery_id, attempt)
    assert await database.read(attempts.of, one) == (UNREACHED, TAKEN)
    assert await database.read(attempts.of, other) == (TAKEN,)
    assert await database.read(attempts.of, 999) == ()


async def test_the_newest_attempts_stay(database: Database, ids: list[int]) -> None:
    one, other = ids
    made = [Attempt(NOW + timedelta(n), DeliveryStatus.SENT, None, None, n, "") for n in range(MOST_KEPT + 3)]

    def note_all(connection: Connection) -> None:
        attempts.note(connection, other, TAKEN)
        for attempt in made:
            attempts.note(connection, one, attempt)

    await database.write(note_all)
    assert await database.read(attempts.of, one) == tuple(made[3:])
    assert await database.read(attempts.of, other) == (TAKEN,)
