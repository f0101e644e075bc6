"""No webmention tells what listens in our network: sources without an answer look alike, at any time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linkback.app import build
from linkback.core.errors import FetchError, Forbidden, TimedOut, TooLarge, Unreachable
from linkback.core.model import Reply
from linkback.core.protocols import webmention
from linkback.settings import Settings
from linkback.storage.database import Database
from tests.verbs.fakes import OURS, SITE, Clock, Linkback, Web

TARGET = f"{SITE}post"
KINDS: dict[str, type[FetchError]] = {
    "forbidden": Forbidden,
    "refused": Unreachable,
    "nameless": Unreachable,
    "silent": TimedOut,
    "flood": TooLarge,
}
# Minutes from one look at the status page to the next: around each time at which the worker may try again.
STEPS = (0, 1, 3, 2, 5, 10, 20, 18, 1, 1, 60, 180, 1440, 4320, 14_400)


@pytest.fixture
async def linkback(tmp_path: Path) -> AsyncIterator[Linkback]:
    """The real parts over a made-up web and a clock that is set by hand."""
    clock, database = Clock(), Database.open(f"sqlite:///{tmp_path}/test.db")
    database.upgrade()
    try:
        parts = build(Settings(public_url=OURS, pingback_wait=0.05), database, Web(), clock)
        await parts.registrar.add(SITE)
        yield Linkback(parts, clock)
    finally:
        await asyncio.to_thread(database.close)


def web_of(linkback: Linkback) -> Web:
    web = linkback.parts.door
    assert isinstance(web, Web)
    return web


def source(kind: str) -> str:
    """Return an address that is as long as that of every other kind."""
    return f"https://{kind:x<9}.example/a"


def on_the_wire(reply: Reply) -> tuple[int, int]:
    """Return what the caller of a webmention sees besides its own claim: a status, and a number of bytes."""
    response = webmention.build_response(reply)
    fields = sum(len(name) + len(value) for name, value in response.headers)
    return response.status, fields + len(response.body)


@pytest.mark.parametrize("own_page", ["takes pings", "gives no answer"])
@pytest.mark.parametrize("again", [False, True], ids=["sent once", "sent again and again"])
async def test_sources_without_an_answer_look_alike_from_the_first_moment_on(
    linkback: Linkback, own_page: str, again: bool
) -> None:
    web, seen = web_of(linkback), dict[str, list[object]]()
    if own_page == "takes pings":
        web.own("post")
    for kind, error in KINDS.items():
        web.pages[source(kind)] = error(source(kind))
    replies = {kind: await linkback.webmention(source(kind), TARGET) for kind in KINDS}
    for kind, reply in replies.items():
        seen[kind] = [on_the_wire(reply)]
    for minutes in STEPS:
        linkback.clock.move(minutes=minutes)
        await linkback.work()
        for kind, reply in replies.items():
            seen[kind].append(await linkback.state(reply))
            if again and minutes in (10, 60, 4320):
                seen[kind].append(on_the_wire(await linkback.webmention(source(kind), TARGET)))
                seen[kind].append(await linkback.state(reply))
    assert all(looks == seen["forbidden"] for looks in seen.values()), seen
    assert seen["forbidden"][0] == (201, seen["forbidden"][0][1])  # type: ignore[index]  # a status and a length
    assert {"pending", "unreachable"} >= {look for look in seen["forbidden"] if isinstance(look, str)}


async def test_what_comes_to_be_reachable_is_told_as_such(linkback: Linkback) -> None:
    web = web_of(linkback)
    web.own("post")
    web.pages[source("refused")] = Unreachable(source("refused"))
    reply = await linkback.webmention(source("refused"), TARGET)
    await linkback.work()
    assert await linkback.state(reply) == "pending"
    web.page(source("refused"), links_to=TARGET)
    linkback.clock.move(minutes=30)
    await linkback.work()
    assert await linkback.state(reply) == "accepted"
