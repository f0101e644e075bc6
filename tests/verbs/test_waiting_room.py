"""What waits for an owner is bounded, and nothing that was acknowledged is lost for that."""

from dataclasses import replace

import pytest

from linkback.core.errors import Problem
from linkback.core.model import AlertKind, Moderation, Reply, Status
from linkback.receive.waiting_room import FRESH_FOR, Room, WaitingRoom
from linkback.storage import alerts
from tests.verbs.fakes import SITE, Clock, Linkback, Web

TARGET, OTHER = SITE + "post", SITE + "other"
ROOM = Room(of_host=3, at_page=5, at_site=8)
FULL = Reply(Problem.TOO_MANY, retry_after=3600.0)


@pytest.fixture
def linkback(linkback: Linkback, web: Web) -> Linkback:
    """Return the parts with little room."""
    web.own("post", "other")
    return with_room(linkback, ROOM)


def with_room(linkback: Linkback, room: Room) -> Linkback:
    parts, waiting_room = linkback.parts, WaitingRoom(linkback.parts.database, linkback.clock, room)
    return Linkback(replace(parts, receiver=replace(parts.receiver, room=waiting_room)), linkback.clock)


async def send(linkback: Linkback, web: Web, source: str, target: str = TARGET) -> Reply:
    """Send an honest pingback, a while after the one before."""
    linkback.clock.move(seconds=FRESH_FOR.total_seconds())
    web.page(source, links_to=target)
    return await linkback.ping(source, target)


async def fill(linkback: Linkback, web: Web, count: int, target: str = TARGET, host: str = "") -> list[str]:
    """Have mentions held: of one host, or each of another one."""
    sources = [f"https://{host}/{n}" if host else f"https://{target[-1]}{n}.example/" for n in range(count)]
    assert all([(await send(linkback, web, source, target)).ok for source in sources])
    return sources


async def held(linkback: Linkback) -> int:
    return len(await linkback.parts.moderator.listing(status=Status.HELD))


async def told(linkback: Linkback) -> list[str]:
    """Return what the owner was warned of, each followed by how often it was raised."""
    return [f"{one.kind}: {one.message}" for one in await linkback.parts.database.read(alerts.every)]


async def test_a_host_of_which_many_wait_is_asked_to_come_later(linkback: Linkback, web: Web) -> None:
    await fill(linkback, web, 3, host="many.example")
    assert await send(linkback, web, "https://many.example/more") == FULL
    assert await linkback.webmention("https://many.example/more", TARGET) == FULL
    assert web.requests("https://many.example/more") == 0
    assert (await send(linkback, web, "https://else.example/")).ok
    assert await held(linkback) == 4


async def test_a_page_for_which_many_wait_takes_no_strangers_for_a_while(linkback: Linkback, web: Web) -> None:
    await fill(linkback, web, 5)
    assert await send(linkback, web, "https://more.example/") == FULL
    assert (await send(linkback, web, "https://more.example/", OTHER)).ok


async def test_a_site_at_which_many_wait_takes_no_strangers_for_a_while(linkback: Linkback, web: Web) -> None:
    await fill(linkback, web, 4)
    await fill(linkback, web, 4, OTHER)
    assert await send(linkback, web, "https://more.example/", SITE) == FULL
    assert await held(linkback) == 8


async def test_whoever_was_approved_comes_in_however_many_strangers_wait(linkback: Linkback, web: Web) -> None:
    known, *_ = await fill(linkback, web, 5)
    await linkback.parts.moderator.approve((await linkback.known(known, TARGET)).id, by="ana")
    await send(linkback, web, "https://stranger.example/")
    assert await send(linkback, web, "https://stranger.example/2") == FULL
    assert (await send(linkback, web, known + "again")).ok
    assert await linkback.status(known + "again", TARGET) is Status.APPROVED


async def test_there_is_room_again_as_soon_as_the_owner_decides(linkback: Linkback, web: Web) -> None:
    sources = await fill(linkback, web, 3, host="many.example")
    assert await send(linkback, web, "https://many.example/more") == FULL
    await linkback.parts.moderator.spam((await linkback.known(sources[0], TARGET)).id, by="ana")
    assert (await send(linkback, web, "https://many.example/more")).ok


async def test_what_is_known_is_answered_as_ever_when_there_is_no_room(linkback: Linkback, web: Web) -> None:
    sources = await fill(linkback, web, 3, host="many.example")
    assert await send(linkback, web, sources[0]) == Reply(Problem.ALREADY_REGISTERED)
    assert (await linkback.webmention(sources[0], TARGET)).ok


async def test_what_was_acknowledged_before_is_kept_beyond_the_bound(linkback: Linkback, web: Web) -> None:
    sources = [f"https://many.example/{number}" for number in range(6)]
    for source in sources:
        web.page(source, links_to=TARGET)
        assert (await linkback.webmention(source, TARGET)).ok
    await linkback.work()
    assert {await linkback.status(source, TARGET) for source in sources} == {Status.HELD}


async def test_junk_takes_no_room_from_what_waits(linkback: Linkback, web: Web) -> None:
    sources = await fill(linkback, web, 3, host="many.example")
    for source in sources:
        await linkback.parts.moderator.spam((await linkback.known(source, TARGET)).id, by="ana")
    assert (await send(linkback, web, "https://many.example/more")).ok


async def test_what_is_published_takes_no_room(linkback: Linkback, web: Web) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, moderation=Moderation.JUDGE))
    await fill(linkback, web, 5, host="many.example")
    assert (await send(linkback, web, "https://many.example/more")).ok


@pytest.mark.parametrize(
    ("room", "held_of_one_host", "held_of_others"),
    [(Room(0, 0, 0), 6, 6), (Room(3, 0, 0), 3, 6), (Room(0, 5, 0), 5, 0), (Room(0, 0, 7), 6, 1)],
    ids=["all off", "only hosts", "only pages", "only sites"],
)
async def test_each_bound_is_switched_off_by_itself(
    linkback: Linkback, web: Web, room: Room, held_of_one_host: int, held_of_others: int
) -> None:
    linkback = with_room(linkback, room)
    one = [await send(linkback, web, f"https://many.example/{number}") for number in range(6)]
    others = [await send(linkback, web, f"https://h{number}.example/") for number in range(6)]
    assert [sum(reply.ok for reply in replies) for replies in (one, others)] == [held_of_one_host, held_of_others]


@pytest.mark.parametrize("hours", [0, 1, 2])
async def test_the_owner_is_told_once_that_there_is_no_room(
    linkback: Linkback, web: Web, clock: Clock, hours: int
) -> None:
    await fill(linkback, web, 3, host="many.example")
    assert await told(linkback) == []
    for number in range(4):
        assert await send(linkback, web, f"https://many.example/more{number}") == FULL
        clock.move(hours=hours)
    [words] = await told(linkback)
    assert words.startswith(f"{AlertKind.BURST}: 3 mentions of many.example wait for you.")
