"""Deliveries to one domain take turns, so that looks at its pages leave room for pings, and others for others."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from linkback.core.errors import TooBusy
from linkback.core.model import Delivery, DeliveryStatus, Page, Request
from linkback.core.protocols import webmention
from linkback.fetch.budget import Budget
from linkback.fetch.gate import TRY_AGAIN
from linkback.fetch.terms import QUEUE_WAIT, DoorSettings
from linkback.send.planning import LEASE
from linkback.send.turns import (
    AT_ONCE,
    LONGEST_WAIT,
    MOST_WAITING,
    PATIENCE,
    PATIENCE_TO_TELL,
    SHORTEST_WAIT,
    Turns,
    next_wait,
)
from tests.verbs.fakes import HTML, SITE, Linkback, Web

POST = SITE + "post"
FRIEND = "https://friend.example/"
OTHER = "https://other.example/"
SETTINGS = DoorSettings()


class Allowance:
    """A host that takes webmentions, as far as the door lets us through to it; its minute stands still."""

    def __init__(self, web: Web, links: int) -> None:
        self.targets = [f"{FRIEND}{number}" for number in range(links)]
        self.budget = Budget(SETTINGS.host_per_minute, SETTINGS.host_burst, lambda: 0.0)
        self.told = 0
        (name, value), _ = webmention.advertise(FRIEND + "endpoint", "")
        self.page = Page(200, (*HTML, (name.lower(), value)), b"<p>theirs</p>")
        web.pages |= dict.fromkeys([*self.targets, FRIEND + "endpoint"], self.answer)
        anchors = "".join(f'<a href="{target}">x</a>' for target in self.targets)
        web.page(POST, f"<article>{anchors}</article>")

    async def answer(self, request: Request) -> Page:
        if self.budget.take("friend.example"):
            raise TooBusy(request.url, retry_after=PATIENCE_TO_TELL + 1)
        await asyncio.sleep(0)
        self.told += request.method == "POST"
        return replace(self.page, url=request.url)


async def send(linkback: Linkback) -> list[Delivery]:
    sender = linkback.parts.sender
    return await sender.send(await sender.read(POST))


async def test_every_page_that_is_looked_at_within_the_allowance_of_a_host_is_told(
    linkback: Linkback, web: Web
) -> None:
    friend = Allowance(web, links=100)
    ledger = await send(linkback)
    sent = [delivery for delivery in ledger if delivery.status is DeliveryStatus.SENT]
    assert friend.told == len(sent) == SETTINGS.host_burst // 2
    rest = [delivery for delivery in ledger if delivery not in sent]
    assert {(delivery.status, delivery.attempts) for delivery in rest} == {(DeliveryStatus.WAITING, 0)}
    assert all(delivery.next_try_at and delivery.next_try_at > linkback.clock() for delivery in rest)


async def test_a_domain_has_so_many_turns_and_places_in_line_and_others_have_theirs() -> None:
    turns = Turns()

    async def hold(url: str, begun: asyncio.Event) -> None:
        async with turns.take(url):
            begun.set()
            await asyncio.Event().wait()

    events = [asyncio.Event() for _ in range(AT_ONCE + MOST_WAITING)]
    tasks = [asyncio.create_task(hold(f"https://{n}.friend.example/", event)) for n, event in enumerate(events)]
    await asyncio.gather(*(event.wait() for event in events[:AT_ONCE]))
    assert not any(event.is_set() for event in events[AT_ONCE:])
    with pytest.raises(TooBusy):
        await turns.take(FRIEND).__aenter__()
    async with turns.take(OTHER):
        pass
    tasks[0].cancel()
    await events[AT_ONCE].wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with AsyncExitStack() as stack:
        for _ in range(AT_ONCE):
            await stack.enter_async_context(turns.take(FRIEND))
    assert not turns._lanes


@pytest.mark.parametrize(
    ("retry_after", "waited", "wait"),
    [
        (10.0, 0.0, 10.0),
        (None, 0.0, 1.0),
        (PATIENCE, 0.0, PATIENCE),
        (PATIENCE, 0.1, None),
        (PATIENCE + 1, 0.0, None),
        (5.0, PATIENCE - 5, 5.0),
        (5.0, PATIENCE - 4, None),
        (0.0001, 0.0, SHORTEST_WAIT),
    ],
)
def test_the_door_is_waited_for_until_patience_is_at_its_end(
    retry_after: float | None, waited: float, wait: float | None
) -> None:
    assert next_wait(TooBusy(FRIEND, retry_after=retry_after), waited, PATIENCE) == wait


async def test_to_tell_we_wait_for_a_whole_window_of_the_door_rather_than_look_at_the_page_again(
    linkback: Linkback, web: Web
) -> None:
    friend = Allowance(web, links=1)
    release = asyncio.Event()

    async def busy(request: Request) -> Page:
        release.set()
        raise TooBusy(request.url, retry_after=PATIENCE + 1)

    web.pages[FRIEND + "endpoint"] = busy
    running = asyncio.create_task(send(linkback))
    await release.wait()
    done, _ = await asyncio.wait([running], timeout=0.2)
    assert not done
    running.cancel()
    await asyncio.wait([running])
    assert web.requests(friend.targets[0]) == 1


def test_an_attempt_ends_before_its_lease_does() -> None:
    queued = QUEUE_WAIT + SETTINGS.deadline
    page, ping = (patience * (1 + QUEUE_WAIT / TRY_AGAIN) + queued for patience in (PATIENCE, PATIENCE_TO_TELL))
    post = queued  # which a trackback reads once more
    assert LONGEST_WAIT + page + post + ping < LEASE.total_seconds()
