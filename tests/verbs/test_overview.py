"""The overview: figures of the sites that somebody may see, over days that end today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from linkback.core.model import AlertKind, Delivery, DeliveryStatus, Ping, Site, Status
from linkback.overview import Overview
from linkback.storage import alerts, deliveries, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)
MINE, OTHER = "https://me.example/", "https://other.example/"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(f"sqlite:///{tmp_path}/test.db")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def overview(database: Database) -> Overview:
    return Overview(database, lambda: NOW)


@pytest.fixture
async def mine(database: Database) -> Site:
    return await database.write(sites.add, MINE, NOW)


@pytest.fixture
async def other(database: Database) -> Site:
    return await database.write(sites.add, OTHER, NOW)


def come(connection: Connection, site: Site, status: Status, at: datetime) -> None:
    source, target = f"https://blog.example/{status}/{at.timestamp()}", f"{site.url}post"
    mentions.settle(
        connection, Settlement(site.id, source, target, status, at, ping=Ping(source, target, "webmention"))
    )


@pytest.mark.parametrize(("asked", "days"), [(7, 7), (366, 366), (9999, 366), (0, 1), (-5, 1)])
async def test_a_span_ends_today_and_is_bounded(overview: Overview, mine: Site, asked: int, days: int) -> None:
    found = await overview.trends([mine], asked)
    assert (found.first, found.last, len(found.days)) == (TODAY - (days - 1) * DAY, TODAY, days)
    assert (found.days[0], found.days[-1]) == (found.first, found.last)


async def test_the_first_day_counts_from_its_first_moment(database: Database, overview: Overview, mine: Site) -> None:
    first = datetime(2026, 3, 4, tzinfo=UTC)
    for at in (first - timedelta(microseconds=1), first, NOW):
        await database.write(come, mine, Status.APPROVED, at)
    found = await overview.trends([mine], 7)
    assert found.links.by_status == {(first.date(), "approved"): 1, (TODAY, "approved"): 1}
    assert found.changes.by_protocol == {(first.date(), "webmention"): 1, (TODAY, "webmention"): 1}


async def test_a_server_where_nothing_happened_yet_is_quiet(database: Database, overview: Overview, mine: Site) -> None:
    assert (await overview.trends([], 30)).quiet
    assert (await overview.trends([mine], 30)).quiet
    await database.write(come, mine, Status.SPAM, NOW)
    assert not (await overview.trends([mine], 30)).quiet
    assert (await overview.trends([], 30)).quiet


async def test_what_has_waited_for_longer_than_the_span_waits_all_the_same(
    database: Database, overview: Overview, mine: Site
) -> None:
    await database.write(come, mine, Status.HELD, NOW - 100 * DAY)
    found = await overview.trends([mine], 7)
    assert (found.links.by_status.total(), found.links.waiting, found.quiet) == (0, 1, False)


async def test_deliveries_of_posts_of_no_site_count_only_where_all_are_asked_for(
    database: Database, overview: Overview, mine: Site
) -> None:
    owed = [
        Delivery(0, source, f"https://elsewhere.example/{at}", DeliveryStatus.WAITING, NOW)
        for at, source in enumerate((f"{MINE}post", "https://unregistered.example/post"))
    ]
    await database.write(deliveries.add, owed)
    assert (await overview.trends([mine], 7)).changes.sent.total() == 1
    assert (await overview.trends([mine], 7, of_all_posts=True)).changes.sent.total() == 2


async def test_alerts_stand_open_for_a_day_and_only_at_the_sites_that_are_asked_for(
    database: Database, overview: Overview, mine: Site, other: Site
) -> None:
    for site, at in ((mine, NOW - 2 * DAY), (mine, NOW), (other, NOW)):
        await database.write(alerts.raise_alert, site.id, AlertKind.BURST, "", f"{site.url} {at}", at)
    assert [one.message for one in await overview.open_alerts([mine])] == [f"{MINE} {NOW}"]
    assert len(await overview.open_alerts([mine, other])) == 2
    assert await overview.open_alerts([]) == []
