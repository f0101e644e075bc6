"""A server that is told to end answers those who wait, and waits for no slow source."""

import asyncio
import os
import signal
from urllib.parse import urlsplit

import pytest

from linkback.accounts import admission
from linkback.core.model import User
from linkback.desk import utc_now
from linkback.storage import users
from linkback.storage.database import Database
from tests.durability.ledger import RECEIVED, assert_sound, statuses
from tests.durability.pinging import ping
from tests.durability.programs import COMES_WITHIN, Desk, wait_for
from tests.durability.web import PUBLIC_URL, Web

CALLERS = 20
LISTENERS = 5
STREAMS_END_WITHIN = 2.0  # seconds, for pages that would listen for ever
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


async def test_pages_that_listen_do_not_hold_up_the_end(office: Desk, web: Web) -> None:
    server = await office.serve()
    secret = await session(office.database)
    address = urlsplit(server.url)
    streams = [await asyncio.open_connection(address.hostname, address.port) for _ in range(LISTENERS)]
    for reader, writer in streams:
        writer.write(f"GET /dashboard/live HTTP/1.1\r\nHost: a\r\nCookie: {secret}\r\n\r\n".encode())
        async with asyncio.timeout(COMES_WITHIN):
            assert b" 200 " in await reader.readline()
            while not (await reader.readline()).startswith(b"event: counts"):
                pass
    os.kill(server.process.pid, signal.SIGTERM)
    async with asyncio.timeout(STREAMS_END_WITHIN):
        await asyncio.gather(*(reader.read() for reader, _ in streams))
        assert await server.ended() == 0, server.said
    for _, writer in streams:
        writer.close()


async def session(url: str) -> str:
    """Sign somebody in, and return the cookie of the session."""
    database = Database.open(url)
    try:
        user = await database.write(users.add, User(0, "ana", admin=True), "", utc_now())
        secret = await database.write(admission.open_session, user.id, utc_now())
    finally:
        database.close()
    return f"{'__Host-' if PUBLIC_URL.startswith('https:') else ''}linkback={secret}"
