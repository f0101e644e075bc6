"""The demonstration: two blogs, and what is to be seen of a ping between them."""

import asyncio
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkback.core.model import Status
from linkback.core.protocols import PROTOCOLS
from linkback.desk import open_desk
from linkback.web.demo import Demo, Told
from tests.web.running import until


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Demo, Told]]:
    """A demonstration that goes on, and what it told."""
    shown, told = Demo(tmp_path), list[Told]()
    thread = threading.Thread(target=lambda: asyncio.run(shown.run(told.append, once=False)))
    thread.start()
    try:
        until(lambda: bool(told) or not thread.is_alive())
        yield shown, told[0]
    finally:
        shown.stop()
        thread.join()


def read(url: str) -> tuple[str, str]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return str(answer.headers), answer.read().decode()


async def approve(demo: Demo, mention_id: int) -> None:
    async with open_desk(demo.settings) as desk:
        await desk.moderator.approve(mention_id, by="ben")


def test_one_ping_goes_the_whole_way_and_is_shown_once_it_is_approved(demo: tuple[Demo, Told]) -> None:
    shown, told = demo
    assert (told.mention.status, told.mention.protocols) == (Status.HELD, ("webmention",))
    headers, page = read(shown.notes)
    for protocol in PROTOCOLS:
        (name, value), html = protocol.advertise(shown.linkback.url + protocol.NAME, shown.notes)
        assert f"{name.lower()}: {value}" in headers
        assert html in page
    assert shown.post not in page
    asyncio.run(approve(shown, told.mention.id))
    assert f'<a rel="ugc nofollow" href="{shown.post}">Why bread needs time</a>, Ana' in read(shown.notes)[1]


def test_a_link_leads_to_the_desk(demo: tuple[Demo, Told]) -> None:
    shown, told = demo
    assert told.desk.startswith(shown.linkback.url)
    assert "Make the account" in read(told.desk)[1]
