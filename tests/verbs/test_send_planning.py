"""What a post owes to whom, as a table; and that two who plan at once owe it once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.model import Delivery, DeliveryStatus
from linkback.send import Post
from linkback.send.planning import ASK_AGAIN_AFTER, Known, Wishes, by_target, decide, plan
from linkback.storage import deliveries
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
POST = "https://me.example/post"
TARGETS = ("https://a.example/", "https://b.example/")
TARGET = TARGETS[0]
FRESH, OLD = NOW - timedelta(hours=1), NOW - ASK_AGAIN_AFTER
S = DeliveryStatus


def post(version: str) -> Post:
    return Post(POST, (), version)


def kept(
    status: DeliveryStatus, protocol: str | None, version: str = "1", *, at: datetime = FRESH, removed: bool = False
) -> Delivery:
    due = NOW if status is S.WAITING else None
    return Delivery(
        7, POST, TARGET, status, OLD, protocol, None, None, "Before.", 1, due, at, version=version, removed=removed
    )


@pytest.mark.parametrize(
    ("before", "ever_told", "becomes"),
    [
        (kept(S.SENT, "webmention"), False, S.WAITING),
        (kept(S.SENT, "webmention", "2"), False, S.SENT),
        (kept(S.SENT, "webmention", ""), False, S.SENT),
        (kept(S.SENT, "pingback"), False, S.SENT),
        (kept(S.SENT, "trackback"), False, S.SENT),
        (kept(S.SENT, "pingback", removed=True), False, S.WAITING),
        (kept(S.REFUSED, "webmention"), True, S.WAITING),
        (kept(S.REFUSED, "webmention"), False, S.REFUSED),
        (kept(S.REFUSED, "webmention", at=OLD), False, S.WAITING),
        (kept(S.REFUSED, "pingback", at=OLD), False, S.REFUSED),
        (kept(S.REFUSED, "pingback", at=OLD), True, S.REFUSED),
        (kept(S.NO_ENDPOINT, None), False, S.NO_ENDPOINT),
        (kept(S.NO_ENDPOINT, None, at=OLD), False, S.WAITING),
        (kept(S.NO_ENDPOINT, None, "2", at=OLD), False, S.NO_ENDPOINT),
        (kept(S.FAILED, None, at=OLD), False, S.WAITING),
        (kept(S.FAILED, None), False, S.FAILED),
        (kept(S.SKIPPED, None, "2"), False, S.WAITING),
        (kept(S.WAITING, None), False, S.WAITING),
    ],
)
def test_what_a_link_that_stays_owes_when_the_post_is_at_its_second_version(
    before: Delivery, ever_told: bool, becomes: DeliveryStatus
) -> None:
    told = frozenset({7} if ever_told else ())
    [after] = decide(post("2"), Wishes({TARGET: ""}), Known({TARGET: before}, told), NOW)
    assert after.status is becomes
    assert not after.removed
    assert after.next_try_at == (NOW if becomes is S.WAITING else None)
    assert after.attempts == (0 if becomes is S.WAITING and before.status is not S.WAITING else 1)


@pytest.mark.parametrize(
    ("before", "ever_told", "becomes"),
    [
        (kept(S.SENT, "webmention"), False, S.WAITING),
        (kept(S.SENT, "pingback"), False, S.WAITING),
        (kept(S.SENT, "trackback"), False, S.SENT),
        (kept(S.SENT, "webmention", removed=True), False, S.SENT),
        (kept(S.FAILED, "webmention"), True, S.WAITING),
        (kept(S.FAILED, "webmention"), False, S.FAILED),
        (kept(S.REFUSED, "pingback"), False, S.REFUSED),
        (kept(S.NO_ENDPOINT, None), False, S.NO_ENDPOINT),
        (kept(S.WAITING, None), False, S.SKIPPED),
        (kept(S.WAITING, "webmention"), True, S.WAITING),
    ],
)
def test_what_a_link_owes_that_the_post_no_longer_has(
    before: Delivery, ever_told: bool, becomes: DeliveryStatus
) -> None:
    told = frozenset({7} if ever_told else ())
    [after] = decide(post("2"), Wishes({}), Known({TARGET: before}, told), NOW)
    assert (after.status, after.removed) == (becomes, True)
    assert before.removed or after.message.startswith("The post no longer links to it.")


def test_a_link_is_not_gone_from_a_post_that_was_read_in_part() -> None:
    before = kept(S.SENT, "webmention")
    assert decide(replace(post("2"), whole=False), Wishes({}), Known({TARGET: before}), NOW) == []


def test_what_was_told_under_another_spelling_of_the_post_counts_after_the_very_one() -> None:
    one = Delivery(1, POST.replace("https:", "http:"), TARGET, S.SENT, NOW)
    other = Delivery(2, POST, TARGET, S.SENT, NOW)
    assert by_target([one], POST) == {TARGET: one}
    assert by_target([one, other], POST) == by_target([other, one], POST) == {TARGET: other}


async def test_two_who_plan_at_once_owe_each_link_once(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    wishes = Wishes(dict.fromkeys(TARGETS, ""))
    for version in ("1", "2"):
        plans = [each.write(plan, post(version), wishes, NOW) for each in (database, other) for _ in range(3)]
        planned = await asyncio.gather(*plans)
        assert {tuple(one.id for one in found) for found in planned} == {tuple(one.id for one in planned[0])}
        ids = [one.id for one in planned[0]]
        claims = [each.write(deliveries.claim_ids, ids, NOW, LATER) for each in (database, other)]
        claimed = [delivery for found in await asyncio.gather(*claims) for delivery in found]
        assert sorted(delivery.target for delivery in claimed) == sorted(TARGETS)  # each may get some of them
        for delivery in claimed:
            sent = Delivery(delivery.id, POST, delivery.target, S.SENT, NOW, "webmention", version=version)
            await database.write(deliveries.note, sent, NOW)
    await asyncio.to_thread(other.close)
    assert len(await database.read(deliveries.of, POST)) == len(TARGETS)
