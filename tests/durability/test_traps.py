"""Traps that others fell in, each through the whole product."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from tests.durability.ledger import RECEIVED, connected, contents, statuses
from tests.durability.pinging import ping
from tests.durability.programs import Desk, Server, wait_for
from tests.durability.web import HOME, Visit, Web, ok

PRIVATE = "127.0.66.1"  # stands for an address behind the wall: the server is allowed other networks only
MOVED = "HTTP/1.1 {} Moved\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
async def ready(any_office: Desk, web: Web) -> AsyncIterator[Server]:
    """A server that waits for a silent source, with a mention that is held."""
    any_office.wait = 0.3
    server = await any_office.serve()
    assert (await ping(server.url, web.spread("page", 1), web.target)).acknowledged
    assert (await ping(server.url, web.spread("hang", 2), web.target)).later
    yield server


@pytest.mark.usefixtures("ready")
async def test_a_fetch_holds_no_transaction(any_office: Desk, web: Web) -> None:
    assert web.hanging == 1
    await wait_for(lambda: not contents(any_office.database)["news"])  # what happened is handed out by the worker
    with connected(any_office.database) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA busy_timeout=0"))
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
            assert connection.execute(text(idle)).scalar_one() == 0
    await any_office.run("sites", "set", web.site, "--self-pings", "on")
    await any_office.run("mentions", "approve", "1")
    assert web.hanging == 1, "the commands had to wait for the fetch"
    assert statuses(any_office.database) == {web.spread("page", 1): "approved", web.spread("hang", 2): RECEIVED}


PATHS = (
    "/",
    "/health",
    "/ready",
    "/pingback",
    "/xmlrpc",
    "/pingback?source={source}&target={target}",
    "/webmention?source={source}&target={target}",
    "/trackback?for={target}&url={source}",
    "/mentions/1/approve",
    "/mentions/approve?id=1",
    "/api/mentions/1?status=removed",
    "/api/owner/mentions/1/approve",
    "/dashboard/decide?what=approve&id=1",
    "/dashboard/undo?action=1",
    "/logout",
)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_get_changes_nothing(office: Desk, web: Web, method: str) -> None:
    server = await office.serve()
    assert (await ping(server.url, web.spread("page", 1), web.target)).acknowledged
    await wait_for(lambda: not contents(office.database)["news"])  # what happened is handed out by the worker
    before, asked = contents(office.database), web.asked.copy()
    for path in PATHS:
        status = await ask(server.url, method, path.format(source=web.spread("page", 2), target=web.target))
        assert 200 <= status < 500
    assert (contents(office.database), web.asked) == (before, asked)


async def ask(url: str, method: str, path: str) -> int:
    """Make a bare request and return the status."""
    host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1])


@pytest.fixture
async def walled(office: Desk, web: Web) -> Desk:
    """Linkback that may go everywhere but to one address, on which somebody listens and takes notes."""
    await web.listen([PRIVATE])
    office.allow = ("127.0.40.0/24", "127.0.41.0/24")
    office.wait = 0.5
    return office


async def test_no_redirect_of_a_source_reaches_a_private_address(walled: Desk, web: Web) -> None:
    async def talk(visit: Visit) -> None:
        status = visit.path.split("/")[2]
        await visit.say(MOVED.format(status, web.url(PRIVATE, f"page/{status}/")).encode())

    web.talks["moved"] = talk
    server = await walled.serve()
    began = time.monotonic()
    sources = [web.url("127.0.41.1", f"moved/{status}/") for status in (301, 302, 303, 307, 308)]
    sources += [web.url(PRIVATE, "page/1/"), f"http://{PRIVATE}:1/", web.url(PRIVATE, "post/")]
    outcomes = await asyncio.gather(*(ping(server.url, source, web.target) for source in sources))
    assert [outcome.fault for outcome in outcomes] == [16] * len(sources)
    assert all(outcome.seconds >= walled.wait * 0.9 for outcome in outcomes), time.monotonic() - began
    assert statuses(walled.database) == {}
    assert never_visited(web)


async def test_no_redirect_of_ours_or_theirs_reaches_a_private_address(walled: Desk, web: Web) -> None:
    async def talk(visit: Visit) -> None:
        await visit.say(MOVED.format(302, web.url(PRIVATE, "page/1/")).encode())

    async def blog(visit: Visit) -> None:
        where = PRIVATE if "/1/" in visit.path else "127.0.41.1"
        await visit.say(ok("<p>A post.", f"X-Pingback: {web.url(where, 'moved/')}"))

    async def article(visit: Visit) -> None:
        links = [web.url("127.0.41.2", path) for path in ("moved/", "blog/1/", "blog/2/")]
        links.append(web.url(PRIVATE, "blog/3/"))
        await visit.say(ok("<article>" + "".join(f'<p><a href="{link}">x</a>' for link in links)))

    web.talks |= {"moved": talk, "blog": blog, "article": article}
    program = walled.start("send", web.url(HOME, "article/"))
    assert await program.ended() == 1, program.said
    assert "sent" not in program.said.split()
    server = await walled.serve()
    outcome = await ping(server.url, web.spread("page", 1), web.url(HOME, "moved/"))
    assert outcome.later, outcome
    await wait_for(lambda: statuses(walled.database))
    assert never_visited(web)


def never_visited(web: Web) -> bool:
    """Tell whether nobody came to the private address."""
    return web.visitors[PRIVATE] == 0
