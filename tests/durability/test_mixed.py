"""The same links reported by three protocols at once: one mention each, and every report noted.

Two servers share the database.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle

from tests.durability.ledger import assert_sound, reports, statuses, waiting
from tests.durability.pinging import PROTOCOLS, Outcome, Protocol, ping
from tests.durability.programs import Desk, Server, wait_for
from tests.durability.web import Visit, Web

PAIRS = 50
AT_ONCE = 30
KNOWN = 48  # pingback's word for what is registered already
TROUBLE = ("Traceback", "deadlock", '"level":"error"', '"level":"warning"')


async def reported(servers: Sequence[Server], web: Web, sources: list[str]) -> dict[Protocol, list[Outcome]]:
    """Report every source by every protocol, in another order each, so many at once, to either server in turn."""
    turns, next_server = asyncio.Semaphore(AT_ONCE), cycle(servers)

    async def call(source: str, by: Protocol) -> Outcome:
        async with turns:
            return await ping(next(next_server).url, source, web.target, by)

    orders = {by: sources[place * 17 :] + sources[: place * 17] for place, by in enumerate(PROTOCOLS)}
    mixed = [
        (source, by) for turn in zip(*orders.values(), strict=True) for by, source in zip(orders, turn, strict=True)
    ]
    outcomes = await asyncio.gather(*(call(*one) for one in mixed))
    return {by: [outcome for outcome, one in zip(outcomes, mixed, strict=True) if one[1] is by] for by in PROTOCOLS}


def assert_quiet(servers: Sequence[Server]) -> None:
    """Fail when a server had trouble."""
    for server in servers:
        assert not [word for word in TROUBLE if word in server.said], server.said


async def test_the_same_links_by_three_protocols_at_once_are_one_mention_each(any_office: Desk, web: Web) -> None:
    servers = [await any_office.serve(), await any_office.serve()]
    sources = [web.spread("page", number) for number in range(PAIRS)]
    outcomes = await reported(servers, web, sources)
    assert all(one.acknowledged or one.fault == KNOWN for found in outcomes.values() for one in found), outcomes
    await wait_for(lambda: not waiting(any_office.database))
    assert statuses(any_office.database) == dict.fromkeys(sources, "held")
    assert reports(any_office.database) == {by.name: PAIRS for by in PROTOCOLS}
    assert_quiet(servers)
    assert_sound(any_office.database)


async def test_two_addresses_of_each_page_by_three_protocols_at_once_are_one_mention(
    any_office: Desk, web: Web
) -> None:
    """Each page has another address that leads to it: rows are merged while reports of both go on coming."""

    async def moved(visit: Visit) -> None:
        address = web.spread("page", int(visit.path.split("/")[2]))
        await visit.say(f"HTTP/1.1 301 Moved\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode())

    web.talks["moved"] = moved
    servers = [await any_office.serve(), await any_office.serve()]
    half = range(PAIRS // 2)
    sources = [web.spread(path, number) for number in half for path in ("page", "moved")]
    outcomes = await reported(servers, web, sources)
    assert all(one.acknowledged or one.fault == KNOWN for found in outcomes.values() for one in found), outcomes
    await wait_for(lambda: not waiting(any_office.database))
    assert len(statuses(any_office.database)) == len(half)
    assert set(statuses(any_office.database).values()) == {"held"}
    assert reports(any_office.database) == {by.name: PAIRS for by in PROTOCOLS}
    assert_quiet(servers)
    assert_sound(any_office.database)
