"""The owner is warned once: the same thing within a day counts on, and is told once, whoever tells it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from linkback.core.model import AlertKind
from linkback.storage import alerts, sites
from linkback.storage.alerts import raise_alert
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
async def two_sites(database: Database) -> None:
    for url in ("https://me.example/", "https://other.example/"):
        await database.write(sites.add, url, NOW)


def raised(
    connection: Connection,
    at: datetime = NOW,
    *,
    site: int = 1,
    kind: AlertKind = AlertKind.TURNED,
    subject: str = "a.example",
    message: str = "It turned.",
) -> bool:
    return raise_alert(connection, site, kind, subject, message, at)


async def test_the_same_within_a_day_counts_on_in_its_newest_words(database: Database) -> None:
    assert await database.write(lambda c: raised(c))
    assert not await database.write(lambda c: raised(c, NOW + 23 * HOUR, message="Again."))
    assert not await database.write(lambda c: raised(c, NOW + 46 * HOUR, message="Once more."))
    [alert] = await database.read(alerts.every)
    assert (alert.count, alert.message) == (3, "Once more.")
    assert (alert.at, alert.last_at) == (NOW, NOW + 46 * HOUR)


@pytest.mark.parametrize(
    "other",
    [
        {"at": NOW + 24 * HOUR},
        {"site": 2},
        {"kind": AlertKind.BURST},
        {"subject": "b.example"},
        {"subject": ""},
    ],
    ids=str,
)
async def test_anything_else_is_news(database: Database, other: dict[str, object]) -> None:
    await database.write(lambda c: raised(c))
    assert await database.write(lambda c: raised(c, **other))  # type: ignore[arg-type]  # a table of any of its words
    assert len(await database.read(alerts.every)) == 2


async def test_alerts_are_listed_latest_first_by_site_and_time(database: Database) -> None:
    for hours, (site, subject) in enumerate([(1, "a.example"), (2, "b.example"), (1, "c.example")]):
        await database.write(raise_alert, site, AlertKind.TURNED, subject, "It turned.", NOW + hours * HOUR)
    assert [one.subject for one in await database.read(alerts.every)] == ["c.example", "b.example", "a.example"]
    assert [one.subject for one in await database.read(alerts.every, site_id=1)] == ["c.example", "a.example"]
    assert [one.subject for one in await database.read(alerts.every, since=NOW + HOUR)] == ["c.example", "b.example"]


async def test_an_alert_is_told_once_whoever_tells_it(database: Database) -> None:
    await database.write(lambda c: raised(c))
    [alert] = await database.read(alerts.every, untold=True)
    told = await asyncio.gather(*(database.write(alerts.mark_told, [alert.id], NOW) for _ in range(4)))
    assert sorted(told) == [0, 0, 0, 1]
    assert await database.read(alerts.every, untold=True) == []
    await database.write(lambda c: raised(c, NOW + HOUR))
    assert await database.read(alerts.every, untold=True) == []


async def test_old_alerts_are_forgotten(database: Database) -> None:
    await database.write(lambda c: raised(c))
    await database.write(lambda c: raised(c, NOW + 48 * HOUR))
    assert await database.write(alerts.forget, NOW + HOUR) == 1
    assert [one.at for one in await database.read(alerts.every)] == [NOW + 48 * HOUR]


async def test_the_words_of_strangers_are_stored_whatever_they_hold(database: Database) -> None:
    await database.write(lambda c: raised(c, subject="a\0.example", message="half \ud800 a character"))
    [alert] = await database.read(alerts.every)
    assert (alert.subject, alert.message) == ("a.example", "half ? a character")


async def test_of_several_who_raise_the_same_at_once_one_brings_news(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    try:
        calls = [each.write(lambda c: raised(c)) for each in (database, other) for _ in range(4)]
        assert sorted(await asyncio.gather(*calls)) == [False] * 7 + [True]
    finally:
        await asyncio.to_thread(other.close)
    [alert] = await database.read(alerts.every)
    assert alert.count == 8
