import asyncio
from itertools import count

import pytest

from linkback.core.model import Page
from linkback.fetch import get
from tests.fetch.conftest import Host, Open, Serve, Talk, ok

PAGES = 20


def together(raw: bytes) -> Talk:
    """Answer when everybody has asked."""
    asked = asyncio.Event()

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(host.requests) == PAGES or b"/same" in head:
            asked.set()
        await asked.wait()
        writer.write(raw)
        await writer.drain()

    return talk


@pytest.mark.parametrize("path", ["same", "page/{}"], ids=["one page for all", "a page for each"])
async def test_no_two_large_pages_are_handed_out_in_the_same_turn_of_the_loop(
    open_door: Open, serve: Serve, path: str
) -> None:
    host = await serve(together(ok(b"x" * 100_000)))
    door = open_door(host_connections=0)
    turn = 0

    async def turning() -> None:
        nonlocal turn
        for turn in count():  # noqa: B007  # seen by those who fetch
            await asyncio.sleep(0)

    async def fetched(number: int) -> tuple[int, Page]:
        page = await door(get(f"{host.url}/{path.format(number)}"))
        return turn, page

    ticking = asyncio.create_task(turning())
    handed_out = await asyncio.gather(*map(fetched, range(PAGES)))
    ticking.cancel()
    assert len({turn for turn, _ in handed_out}) == PAGES
