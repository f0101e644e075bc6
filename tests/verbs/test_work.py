"""What is due is run, once, and nothing is lost when it fails."""

import asyncio

import pytest
from sqlalchemy import select

from linkback.core.errors import NotFound
from linkback.core.model import Status
from linkback.storage.tables import receipts
from tests.verbs.fakes import SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


async def test_a_running_worker_is_woken_when_something_becomes_due(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    running = asyncio.create_task(linkback.parts.worker.run())
    clock.move(minutes=11)
    await linkback.ping(SOURCE, TARGET)
    async with asyncio.timeout(10):
        while web.requests(SOURCE) < 2:
            await asyncio.wait([running], timeout=0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("turns", range(4))
async def test_a_worker_that_is_woken_while_it_is_told_to_end_ends(linkback: Linkback, turns: int) -> None:
    running = asyncio.create_task(linkback.parts.worker.run())
    for _ in range(5):
        await asyncio.sleep(0.02)  # until it waits for something to do
        linkback.parts.worker.woken.set()
        for _ in range(turns):
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running], timeout=20)
    assert running.cancelled()


async def test_what_is_not_due_is_not_looked_at(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    clock.move(days=2)
    await linkback.work()
    assert web.requests(SOURCE) == 1
    clock.move(days=2)
    await linkback.work()
    assert web.requests(SOURCE) == 2


async def test_a_look_that_crashed_is_due_again_after_its_lease(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    clock.move(days=4)
    page = web.pages[SOURCE]

    async def crash(request: object) -> object:
        raise RuntimeError("a bug")

    web.pages[SOURCE] = crash  # type: ignore[assignment]  # a page that never is
    await linkback.work()
    web.pages[SOURCE] = page
    await linkback.work()
    assert web.requests(SOURCE) == 2
    clock.move(minutes=2)
    await linkback.work()
    assert web.requests(SOURCE) == 3
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


async def test_a_conditional_look_uses_the_validators_of_the_last_one(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET, headers=(("content-type", "text/html"), ("etag", '"v1"')))
    await linkback.ping(SOURCE, TARGET)
    web.page(SOURCE, status=304)
    clock.move(days=4)
    await linkback.work()
    assert ("if-none-match", '"v1"') in web.asked[-1].headers
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.verified_at, mention.etag) == (Status.HELD, clock(), '"v1"')


async def test_a_decision_about_nothing_says_so(linkback: Linkback) -> None:
    with pytest.raises(NotFound, match="no mention 99"):
        await linkback.parts.moderator.approve(99, by="ana")


async def test_a_ping_approved_before_it_was_verified_is_verified_at_once(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, status=503)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, links_to=TARGET)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.citation.title) == (Status.APPROVED, "A post")


async def test_the_addresses_of_senders_are_forgotten_after_thirty_days(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET, sender="203.0.113.9")
    for days, known in ((29, ["203.0.113.9"]), (2, [None])):
        clock.move(days=days)
        running = asyncio.create_task(linkback.parts.worker.run())
        async with asyncio.timeout(10):
            while await senders(linkback) != known:
                await asyncio.wait([running], timeout=0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def senders(linkback: Linkback) -> list[str | None]:
    return await linkback.parts.database.read(lambda c: list(c.execute(select(receipts.c.sender)).scalars()))
