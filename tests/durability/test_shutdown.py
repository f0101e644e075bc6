"""A server that is told to end answers those who wait, and waits for no slow source."""

import asyncio
import os
import signal

import pytest

from tests.durability.ledger import RECEIVED, assert_sound, statuses
from tests.durability.pinging import ping
from tests.durability.programs import Desk, wait_for
from tests.durability.web import Web

CALLERS = 20
ENDS_WITHIN = 9.5  # seconds; the longest wait and a margin, while a fetch may take ten


@pytest.mark.parametrize("wait", [1.5, 5.0], ids=["short wait", "longest wait"])
async def test_those_who_wait_are_answered_and_no_slow_source_holds_up_the_end(
    office: Desk, web: Web, wait: float
) -> None:
    office.wait = wait
    server = await office.serve()
    sources = [web.spread("hang", number) for number in range(CALLERS)]
    callers = [asyncio.create_task(ping(server.url, source, web.target)) for source in sources]
    await wait_for(lambda: web.hanging == CALLERS)
    os.kill(server.process.pid, signal.SIGTERM)
    async with asyncio.timeout(ENDS_WITHIN):
        status = await server.ended()
    outcomes = await asyncio.gather(*callers)
    kept = statuses(office.database)
    assert status == 0, server.said
    assert all(kept.get(outcome.source) == RECEIVED for outcome in outcomes if outcome.acknowledged)
    assert all(outcome.acknowledged for outcome in outcomes)
    assert_sound(office.database)
