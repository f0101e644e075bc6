"""A crash loses an accepted ping: not here."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from tests.durability.ledger import RECEIVED, age_leases, assert_sound, statuses, waiting
from tests.durability.pinging import PINGBACK, WEBMENTION, Outcome, Protocol, each, ping
from tests.durability.programs import Desk, Server, wait_for
from tests.durability.web import Web

KILLS = 3
AT_ONCE = 24
ANSWERED_BEFORE_A_KILL = 40


async def load(server: Server, web: Web, sources: Iterator[str], by: Protocol) -> list[Outcome]:
    """Send ping after ping, and kill the server in the midst of it."""
    enough = asyncio.Event()
    answered = 0

    async def call(source: str) -> Outcome:
        nonlocal answered
        outcome = await ping(server.url, source, web.target, by)
        answered += outcome.acknowledged
        if answered >= ANSWERED_BEFORE_A_KILL and not enough.is_set():
            enough.set()
            server.kill()
        return outcome

    def until_killed() -> Iterator[str]:
        while not enough.is_set():
            yield next(sources)

    return await each(call, until_killed(), AT_ONCE)


def numbered(web: Web) -> Iterator[str]:
    """Return sources without end; every sixth is silent."""
    return (web.spread("page" if number % 6 else "hang", number) for number in count())


@pytest.mark.parametrize("by", [PINGBACK, WEBMENTION], ids=lambda by: by.name)
async def test_a_crash_loses_an_accepted_ping(any_office: Desk, web: Web, by: Protocol) -> None:
    sources = numbered(web)
    any_office.wait = 0.3
    outcomes: list[Outcome] = []
    for _ in range(KILLS):
        outcomes += await load(await any_office.serve(), web, sources, by)
        assert_sound(any_office.database)
    promised = {outcome.source: outcome for outcome in outcomes if outcome.acknowledged}
    kept = statuses(any_office.database)
    assert len(promised) >= KILLS * ANSWERED_BEFORE_A_KILL
    assert any(outcome.lost for outcome in outcomes), "no kill met a caller who waited"
    assert promised.keys() <= kept.keys()
    if by is PINGBACK:  # which are looked at before they are answered, unless that takes longer than their callers wait
        looked_at = {source for source, outcome in promised.items() if not outcome.later}
        assert looked_at
        assert not {source for source in looked_at if kept[source] == RECEIVED}

    web.released.set()
    age_leases(any_office.database)
    server = await any_office.serve()
    await wait_for(lambda: not waiting(any_office.database))
    again = await each(lambda source: ping(server.url, source, web.target, by), lost(outcomes), AT_ONCE)
    assert all(outcome.acknowledged or outcome.fault == 48 for outcome in again)
    await wait_for(lambda: not waiting(any_office.database))
    assert set(statuses(any_office.database).values()) == {"held"}
    assert statuses(any_office.database).keys() == {outcome.source for outcome in outcomes}
    assert_sound(any_office.database)


def lost(outcomes: list[Outcome]) -> list[str]:
    return [outcome.source for outcome in outcomes if outcome.lost]


async def test_a_ping_to_be_looked_at_later_outlives_a_crash(any_office: Desk, web: Web) -> None:
    any_office.wait = 0.2
    sources = [web.spread("hang", number) for number in range(20)]
    server = await any_office.serve()
    outcomes = await each(lambda source: ping(server.url, source, web.target), sources, len(sources))
    server.kill()
    assert [outcome for outcome in outcomes if not outcome.later] == []
    assert statuses(any_office.database) == dict.fromkeys(sources, RECEIVED)

    web.released.set()
    age_leases(any_office.database)
    await any_office.serve()
    await wait_for(lambda: not waiting(any_office.database))
    assert statuses(any_office.database) == dict.fromkeys(sources, "held")
