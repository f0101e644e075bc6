"""Deliveries: planning, claiming and noting what became of them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from linkback.core import urls
from linkback.core.errors import NotFound
from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.storage import attempts, deliveries
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SOURCE = "https://me.example/post"
A, B = "https://a.example/x#top", "https://b.example/"


def owed(target: str) -> Delivery:
    return Delivery(0, SOURCE, target, DeliveryStatus.WAITING, NOW, next_try_at=NOW, version="1")


async def planned(database: Database, *targets: str) -> list[Delivery]:
    """Owe pings, and return the deliveries in the order of the targets."""
    await database.write(deliveries.add, list(map(owed, dict.fromkeys(targets))))
    found = {delivery.target: delivery for delivery in await database.read(deliveries.of, SOURCE)}
    return [found[target] for target in targets]


async def noted(database: Database, delivery: Delivery, status: DeliveryStatus, again: datetime | None) -> Delivery:
    tried = replace(
        delivery,
        status=status,
        protocol="pingback",
        endpoint="https://a.example/xmlrpc",
        http_status=200,
        message="taken\0",
        attempts=1,
        next_try_at=again,
    )
    return await database.write(deliveries.note, tried, LATER)


async def test_what_is_planned_waits_and_is_due_now(database: Database) -> None:
    made = await planned(database, B, A)
    assert [delivery.target for delivery in made] == [B, A]
    assert made[0] == replace(owed(B), id=made[0].id)
    assert await database.read(deliveries.next_due) == NOW


async def test_nothing_is_planned_for_a_page_without_links(database: Database) -> None:
    assert await planned(database) == []
    assert await database.read(deliveries.next_due) is None


async def test_a_link_is_owed_once_whatever_became_of_it(database: Database) -> None:
    (first,) = await planned(database, A)
    sent = await noted(database, first, DeliveryStatus.SENT, None)
    again = await planned(database, A, B)
    assert again[0] == sent
    assert await database.read(deliveries.of, f"{SOURCE}#top") == again


async def test_links_to_two_places_of_a_page_are_two_deliveries(database: Database) -> None:
    assert len({delivery.id for delivery in await planned(database, f"{B}#1", f"{B}#2", B)}) == 3


async def test_what_became_of_a_delivery_is_read_back(database: Database) -> None:
    (first,) = await planned(database, A)
    became = await noted(database, first, DeliveryStatus.REFUSED, LATER)
    expected = replace(
        owed(A),
        id=first.id,
        status=DeliveryStatus.REFUSED,
        protocol="pingback",
        endpoint="https://a.example/xmlrpc",
        http_status=200,
        message="taken",
        attempts=1,
        next_try_at=LATER,
        updated_at=LATER,
    )
    assert became == expected
    assert await database.read(deliveries.get, first.id) == expected


async def test_what_is_owed_again_keeps_what_is_known_of_it(database: Database) -> None:
    one, other = await planned(database, A, B)
    tried = await noted(database, one, DeliveryStatus.SENT, None)
    again = replace(tried, status=DeliveryStatus.WAITING, attempts=0, next_try_at=LATER, version="2", removed=True)
    await database.write(deliveries.change, [again])
    assert await database.read(deliveries.of, SOURCE) == [again, other]
    await database.write(deliveries.change, [])
    assert await database.write(deliveries.hold, SOURCE) == [again, other]
    assert await database.write(deliveries.hold_one, one.id) == again


async def test_what_was_taken_once_counts_as_told_whatever_became_of_it_later(database: Database) -> None:
    taken, refused, untried = await planned(database, A, B, "https://c.example/")
    for delivery, status in [(taken, "sent"), (taken, "sent"), (taken, "failed"), (refused, "refused")]:
        tried = Attempt(NOW, DeliveryStatus(status), None, None, None, "")
        await database.write(attempts.note, delivery.id, tried)
    assert await database.read(deliveries.told, SOURCE) == {taken.id}
    assert await database.read(deliveries.told, "https://other.example/") == set()
    assert untried.id


async def test_a_host_is_quiet_that_took_nothing_when_asked_last_and_never_offered_an_endpoint(
    database: Database,
) -> None:
    async def tried(target: str, status: DeliveryStatus, protocol: str | None, at: datetime) -> None:
        (delivery,) = await planned(database, target)
        await database.write(deliveries.note, replace(delivery, status=status, protocol=protocol), at)

    none, sent = DeliveryStatus.NO_ENDPOINT, DeliveryStatus.SENT
    await tried("https://quiet.example/1", none, None, NOW)
    await tried("https://quiet.example/2", none, None, LATER)
    await tried("https://long-ago.example/", none, None, NOW - timedelta(days=2))
    await tried("https://some-pages.example/1", sent, "pingback", NOW - timedelta(days=9))
    await tried("https://some-pages.example/2", none, None, LATER)
    await tried("https://down.example/", DeliveryStatus.WAITING, None, NOW)
    await planned(database, "https://untried.example/")
    hosts = ["quiet.example", "long-ago.example", "some-pages.example", "down.example", "untried.example", "x.example"]
    found = await database.read(deliveries.quiet_hosts, hosts, NOW - timedelta(days=1))
    assert found == {"quiet.example": LATER}


@pytest.mark.parametrize("delivery_id", [0, 7, 2**63])
async def test_a_delivery_that_is_not_there_is_not_found(database: Database, delivery_id: int) -> None:
    with pytest.raises(NotFound):
        await database.read(deliveries.get, delivery_id)


async def test_what_became_of_an_unknown_delivery_is_not_noted(database: Database) -> None:
    unknown = Delivery(7, SOURCE, A, DeliveryStatus.WAITING, NOW)
    with pytest.raises(NotFound):
        await noted(database, unknown, DeliveryStatus.SENT, None)


async def test_what_is_due_is_claimed_once_until_the_lease_is_over(database: Database) -> None:
    made = await planned(database, A, B)
    claimed = await database.write(deliveries.claim, NOW, LATER, 10)
    assert [delivery.id for delivery in claimed] == [delivery.id for delivery in made]
    assert {delivery.next_try_at for delivery in claimed} == {LATER}
    assert await database.write(deliveries.claim, NOW, LATER, 10) == []
    assert len(await database.write(deliveries.claim, LATER, LATER + timedelta(1), 1)) == 1


async def test_of_the_named_ones_only_what_is_due_and_free_is_claimed(database: Database) -> None:
    first, second = await planned(database, A, B)
    await database.write(deliveries.claim_ids, [first.id], NOW, LATER)
    claimed = await database.write(deliveries.claim_ids, [first.id, second.id, 999], NOW, LATER)
    assert [delivery.id for delivery in claimed] == [second.id]
    assert await database.write(deliveries.claim_ids, [], NOW, LATER) == []


async def test_two_workers_never_get_the_same_delivery(database: Database, database_url: str) -> None:
    await planned(database, *(f"https://a.example/{at}" for at in range(60)))
    other = Database.open(database_url)
    calls = [d.write(deliveries.claim, NOW, LATER, 5) for _ in range(6) for d in (database, other)]
    claimed = [delivery.id for batch in await asyncio.gather(*calls) for delivery in batch]
    other.close()
    assert len(claimed) == len(set(claimed)) == 60


async def test_deliveries_are_listed_newest_first_page_by_page(database: Database) -> None:
    made = (await planned(database, *(f"https://a.example/{at}" for at in range(5))))[::-1]
    assert await database.read(deliveries.listing, limit=2) == made[:2]
    assert await database.read(deliveries.listing, before_id=made[1].id) == made[2:]
    sent = await noted(database, made[3], DeliveryStatus.SENT, None)
    assert await database.read(deliveries.listing, status=DeliveryStatus.SENT) == [sent]


async def test_deliveries_are_found_by_their_post_and_by_the_page_they_lead_to(database: Database) -> None:
    whole, part, longer = await planned(database, B, f"{B}#part_1", f"{B}longer")
    for source in (SOURCE, f"{SOURCE}/#top", SOURCE.replace("https:", "http:")):
        assert await database.read(partial(deliveries.listing, source=source)) == [longer, part, whole]
    assert await database.read(partial(deliveries.listing, target=B)) == [part, whole]
    assert await database.read(partial(deliveries.listing, target="https://b.example/longe_")) == []
    assert await database.read(partial(deliveries.listing, source="https://other.example/")) == []


SITES_AND_POSTS = {
    "https://me.example/": ["https://me.example/", "http://me.example/a", "https://me.example/blog/b?c=1"],
    "https://me.example/blog/": ["https://me.example/blog", "https://me.example/blog/a", "https://me.example/blog?b=1"],
    "https://other.example/": ["https://other.example/x"],
}
POSTS_OF_NOBODY = [
    "https://me.example:8443/a",
    "https://me.example.evil/a",
    "https://evil.example/?https://me.example/",
]


@pytest.mark.parametrize(
    "sites",
    [
        (),
        ("https://me.example/",),
        ("https://me.example/blog/",),
        ("https://me.example/blog/", "https://other.example/"),
        ("http://me.example/", "https://me.example/blog/"),
    ],
)
async def test_the_deliveries_of_sites_are_those_of_their_posts(database: Database, sites: tuple[str, ...]) -> None:
    posts = [*(post for found in SITES_AND_POSTS.values() for post in found), *POSTS_OF_NOBODY]
    posts.append("https://me.example/blog-2/a")
    owed = [Delivery(0, post, "https://t.example/", DeliveryStatus.WAITING, NOW) for post in posts]
    await database.write(deliveries.add, owed)
    found = await database.read(partial(deliveries.listing, sites=sites))
    assert [one.source for one in found] == [
        post for post in reversed(posts) if any(urls.same_site(post, site) for site in sites)
    ]


async def test_the_deliveries_of_sites_are_read_a_page_at_a_time(database: Database) -> None:
    posts = [f"https://{host}.example/{number}" for number in range(5) for host in ("a", "b", "c")]
    owed = [Delivery(0, post, "https://t.example/", DeliveryStatus.WAITING, NOW) for post in posts]
    await database.write(deliveries.add, owed)
    sites = ("https://a.example/", "https://c.example/")
    first = await database.read(partial(deliveries.listing, sites=sites, limit=4))
    rest = await database.read(partial(deliveries.listing, sites=sites, before_id=first[-1].id))
    assert [one.source for one in (*first, *rest)] == [post for post in reversed(posts) if "//b." not in post]
