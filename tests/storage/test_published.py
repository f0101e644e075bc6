"""What the world may see, and in which order."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from linkback.core.formats import ALL, Kinds, Order
from linkback.core.model import Citation, Mention, Ping, Site, Status
from linkback.show import Showcase
from linkback.storage import mentions, published, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import claims, pair_key, url_key
from tests.storage.test_plans import TABLES, plans

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TARGET = "https://me.example/post"
ANSWERS = Kinds(frozenset({"reply", "rsvp"}), but=False)


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, "https://me.example/", NOW)


async def approved(
    database: Database,
    site: Site,
    name: str,
    *,
    target: str = TARGET,
    status: Status = Status.APPROVED,
    citation: Citation = Citation(),
    at: datetime = NOW,
) -> Mention:
    source = f"https://{name}.example/"
    ping = Ping(source, target, "webmention")
    settlement = Settlement(site.id, source, target, status, at, citation, ping=ping)
    return await database.write(mentions.settle, settlement)


def names(found: Iterable[Mention]) -> list[str]:
    return [mention.source.removeprefix("https://").partition(".")[0] for mention in found]


async def test_only_what_is_approved_is_published(database: Database, site: Site) -> None:
    for status in Status:
        await approved(database, site, status.value, status=status)
    assert names(await database.read(published.page, [TARGET])) == ["approved"]
    assert await database.read(published.count, [TARGET]) == 1


@pytest.mark.parametrize(
    "spelling",
    ["https://me.example/post", "http://me.example/post", "HTTPS://Me.Example:443/post/", "https://me.example/post#x"],
)
async def test_a_page_is_found_however_its_address_is_spelled(database: Database, site: Site, spelling: str) -> None:
    await approved(database, site, "a")
    assert names(await database.read(published.page, [spelling])) == ["a"]


@pytest.mark.parametrize("other", ["https://me.example/post-2", "https://me.example/", "https://me.example/post?x=1"])
async def test_another_page_is_not_found(database: Database, site: Site, other: str) -> None:
    await approved(database, site, "a")
    assert await database.read(published.page, [other]) == []


def claim(connection: Connection, mention: Mention, target: str) -> None:
    values = {"source": mention.source, "target": target, "target_key": url_key(target), "mention_id": mention.id}
    connection.execute(insert(claims).values(key=pair_key(mention.source, target), **values))


async def test_a_page_is_found_by_every_address_it_was_claimed_under(database: Database, site: Site) -> None:
    mention = await approved(database, site, "a")
    await database.write(claim, mention, "https://me.example/?p=7")
    both = ["https://me.example/?p=7", TARGET]
    for targets in (both, both[:1], both[1:]):
        assert names(await database.read(published.page, targets)) == ["a"]
        assert await database.read(published.count, targets) == 1


async def test_a_claim_publishes_nothing_that_is_not_approved(database: Database, site: Site) -> None:
    mention = await approved(database, site, "a", status=Status.HELD)
    await database.write(claim, mention, "https://me.example/?p=7")
    assert await database.read(published.page, ["https://me.example/?p=7"]) == []


async def test_the_receipts_come_along(database: Database, site: Site) -> None:
    await approved(database, site, "a")
    (found,) = await database.read(published.page, [TARGET])
    assert found.protocols == ("webmention",)


ORDERS = [
    (Order.CREATED, False, ["undated", "late", "early"]),
    (Order.CREATED, True, ["early", "late", "undated"]),
    (Order.PUBLISHED, False, ["undated", "early", "late"]),
    (Order.PUBLISHED, True, ["late", "early", "undated"]),
]


@pytest.mark.parametrize(("order", "oldest_first", "expected"), ORDERS)
async def test_mentions_come_in_the_order_that_is_asked_for(
    database: Database, site: Site, order: Order, oldest_first: bool, expected: list[str]
) -> None:
    await approved(database, site, "early", citation=Citation(published=NOW - timedelta(days=1)))
    await approved(database, site, "late", citation=Citation(published=NOW - timedelta(days=2)))
    await approved(database, site, "undated")
    found = await Showcase(database).published([TARGET], order=order, oldest_first=oldest_first)
    assert names(found.mentions) == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (ALL, ["reply", "like", "mention"]),
        (ANSWERS, ["reply"]),
        (Kinds(frozenset({"reply"})), ["like", "mention"]),
        (Kinds(but=False), []),
    ],
)
async def test_kinds_may_be_asked_for_or_left_out(
    database: Database, site: Site, kinds: Kinds, expected: list[str]
) -> None:
    for kind in ("mention", "like", "reply"):
        await approved(database, site, kind, citation=Citation(kind=kind))
    found = await Showcase(database).published([TARGET], kinds)
    assert (names(found.mentions), found.total) == (expected, len(expected))


@pytest.mark.parametrize(
    ("page", "expected"), [(0, ["e", "d"]), (1, ["c", "b"]), (2, ["a"]), (3, []), (10**6, []), (10**30, [])]
)
async def test_pages_do_not_overlap_and_each_knows_how_many_there_are(
    database: Database, site: Site, page: int, expected: list[str]
) -> None:
    for name in "abcde":
        await approved(database, site, name)
    found = await Showcase(database).published([TARGET], page=page, per_page=2)
    assert (names(found.mentions), found.total) == (expected, 5)


async def test_a_page_that_is_just_full_is_counted_too(database: Database, site: Site) -> None:
    for name in "ab":
        await approved(database, site, name)
    found = await Showcase(database).published([TARGET], page=0, per_page=2)
    assert (names(found.mentions), found.total) == (["b", "a"], 2)


@pytest.mark.parametrize("kinds", [ALL, ANSWERS], ids=["all", "answers"])
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("what", ["page", "count"])
async def test_what_is_published_is_found_by_indexes(what: str, order: Order, kinds: Kinds, sqlite_url: str) -> None:
    def question(connection: Connection) -> object:
        targets = [TARGET, "https://me.example/other"]
        if what == "count":
            return published.count(connection, targets, kinds)
        return published.page(connection, targets, kinds, order=order, skip=20)

    database = Database.open(sqlite_url)
    found = await database.write(lambda connection: list(plans(connection, question)))
    database.close()
    assert [plan for plan in found if plan.startswith(TABLES)] == []
    assert any("mentions_by_target" in plan for plan in found)
    assert any("claims_by_target" in plan for plan in found)
