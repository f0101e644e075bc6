"""A post with 200 links, over real sockets: whoever hangs or is slow holds up nobody else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest

from linkback.app import build
from linkback.core.addresses import parse_networks
from linkback.core.model import Delivery, DeliveryStatus, Reply
from linkback.core.protocols import PROTOCOLS
from linkback.desk import utc_now
from linkback.fetch import Door, DoorSettings
from linkback.send import Sender
from linkback.settings import Settings
from linkback.storage import attempts
from linkback.storage.database import Database
from tests.durability.programs import wait_for
from tests.durability.web import HOME, Visit, Web, ok, open_web

LINKS = 200
HANGING = frozenset(range(0, 200, 20))  # every second of them when its page is asked for, the others when told
SLOW = frozenset(range(7, 200, 20))
HEALTHY = frozenset(range(LINKS)) - HANGING - SLOW
LATE = 300.0  # seconds until the door gives up: no test takes that long, however busy the machine


class Blogs:
    """200 blogs on hosts of their own. The slow ones answer, and the hanging ones hang up, only when told to."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.article = web.url(HOME, "article/")
        self.targets = [web.url(f"127.0.41.{number + 1}", f"blog/{number}/") for number in range(LINKS)]
        self.slow_may_go = asyncio.Event()
        self.asked: Counter[tuple[str, int]] = Counter()
        self.hanging = 0
        web.talks |= {"blog": self._blog, "take": self._take, "article": self._article}

    async def _article(self, visit: Visit) -> None:
        links = "".join(f'<p><a href="{target}">x</a></p>' for target in self.targets)
        await visit.say(ok(f"<article>{links}</article>"))

    async def _blog(self, visit: Visit) -> None:
        number = self._noted(visit)
        if number in HANGING and number % 40 == 0:
            await self._hang(visit)
            return
        if number in SLOW:
            await self.slow_may_go.wait()
        endpoint = self.web.url(f"127.0.41.{number + 1}", f"take/{number}/")
        (name, value), _ = PROTOCOLS[number % 3].advertise(endpoint, self.targets[number])
        await visit.say(ok("<p>A post.", f"{name}: {value}"))

    async def _take(self, visit: Visit) -> None:
        number = self._noted(visit)
        if number in HANGING:
            await self._hang(visit)
            return
        answer = PROTOCOLS[number % 3].build_response(Reply())
        await visit.say(ok(answer.body, "X-Answer: here"))

    async def _hang(self, visit: Visit) -> None:
        self.hanging += 1
        await self.web.released.wait()
        visit.writer.close()

    def _noted(self, visit: Visit) -> int:
        what, number = unquote(visit.path).split("/")[1:3]
        self.asked[what, int(number)] += 1
        return int(number)

    def number_of(self, delivery: Delivery) -> int:
        return self.targets.index(delivery.target)


@pytest.fixture
async def blogs() -> AsyncIterator[Blogs]:
    async with open_web(LINKS) as web:
        yield Blogs(web)


@pytest.fixture
async def sender(sqlite_url: str) -> AsyncIterator[Sender]:
    door = Door(DoorSettings(allow=parse_networks(("127.0.0.0/8",)), deadline=LATE))
    database = Database.open(sqlite_url)
    yield build(Settings(database=sqlite_url), database, door, utc_now).sender
    await door.close()
    await asyncio.to_thread(database.close)


async def test_of_200_links_the_healthy_ones_are_told_while_ten_hang_and_ten_are_slow(
    blogs: Blogs, sender: Sender
) -> None:
    done: dict[int, Delivery] = {}

    def note(delivery: Delivery) -> None:
        done[blogs.number_of(delivery)] = delivery

    running = asyncio.create_task(sender.send(await sender.read(blogs.article), each=note))
    await wait_for(lambda: done.keys() >= HEALTHY and blogs.hanging == len(HANGING))
    assert set(done) == HEALTHY
    blogs.slow_may_go.set()
    await wait_for(lambda: done.keys() >= HEALTHY | SLOW)
    assert set(done) == HEALTHY | SLOW
    assert {delivery.status for delivery in done.values()} == {DeliveryStatus.SENT}
    assert not running.done()

    blogs.web.released.set()
    ledger = {blogs.number_of(delivery): delivery for delivery in await running}
    assert len(ledger) == LINKS
    assert {ledger[number].status for number in HANGING} == {DeliveryStatus.WAITING}
    assert all(ledger[number].next_try_at for number in HANGING)
    assert all("could not be reached" in ledger[number].message for number in HANGING)

    assert set(blogs.asked.values()) == {1}
    assert {number for what, number in blogs.asked if what == "blog"} == set(range(LINKS))
    assert {number for what, number in blogs.asked if what == "take"} == set(range(LINKS)) - {
        number for number in HANGING if number % 40 == 0
    }
    for number, delivery in ledger.items():
        [tried] = await sender.database.read(attempts.of, delivery.id)
        assert (tried.status, tried.message) == (delivery.status, delivery.message)
        assert delivery.protocol in (None, PROTOCOLS[number % 3].NAME)
