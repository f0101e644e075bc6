"""What is new, told as it happens: to who may see it, by one look for all, and until the server ends."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from linkback.core.model import Citation, Role, Status
from linkback.desk import open_database, open_desk, utc_now
from linkback.inbox import Inbox
from linkback.settings import Settings
from linkback.web.dashboard.live import MOST_OF_ONE, Ear, Pulse
from tests.browser import scene
from tests.browser.scene import GARDEN, NOTES, Told
from tests.web.desk import Browser, signed_in
from tests.web.running import PATIENCE, Running, running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=f"sqlite:///{tmp_path}/linkback.db")


@pytest.fixture
def linkback(settings: Settings) -> Iterator[Running]:
    with running(settings) as started:
        scene.put(settings, scene.Scenery(()))
        yield started


@contextmanager
def listening(browser: Browser, query: str = "") -> Iterator[Iterator[dict[str, Any]]]:
    """Listen as a page does, and yield what is told."""
    connection = HTTPConnection("127.0.0.1", browser.linkback.port, timeout=PATIENCE)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    connection.request("GET", f"/dashboard/live{query}", headers={"Cookie": cookies, "Accept": "text/event-stream"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    try:
        yield events(answer)
    finally:
        connection.close()


def events(answer: HTTPResponse) -> Iterator[dict[str, Any]]:
    while line := answer.readline():
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def come(linkback: Running, number: int, site: str = GARDEN, status: Status = Status.HELD) -> int:
    told = Told(f"https://h{number}.example/", f"{site}post", status, Citation("New"))
    return scene.put(linkback.settings, scene.Scenery((told,))).one(status)


def test_a_page_is_told_at_once_how_things_stand_and_then_what_came(linkback: Running) -> None:
    first = come(linkback, 1)
    with listening(signed_in(linkback), f"?after={first}") as told:
        now = next(told)
        assert (now["counts"]["held"], now["new"], now["words"]) == (1, 0, "")
        come(linkback, 2)
        then = next(told)
        assert (then["counts"]["held"], then["new"], then["words"]) == (2, 1, "1 new mention, show it")


def test_only_what_the_page_would_show_is_new(linkback: Running) -> None:
    known = come(linkback, 1)
    with listening(signed_in(linkback), f"?after={known}&status=spam") as told:
        assert next(told)["new"] == 0
        come(linkback, 2)
        assert next(told)["new"] == 0
        come(linkback, 3, status=Status.SPAM)
        assert next(told)["new"] == 1


def test_nobody_is_told_of_sites_of_others(linkback: Running) -> None:
    browser = signed_in(linkback, "ben", admin=False, roles={NOTES: Role.MODERATOR})
    come(linkback, 1)
    with listening(browser) as told:
        assert next(told)["counts"]["held"] == 0
        come(linkback, 2)
        come(linkback, 3, NOTES)
        now = next(told)
        assert (now["counts"]["held"], now["new"]) == (1, 1)
    site = asyncio.run(site_id(linkback.settings, GARDEN))
    with listening(browser, f"?site={site}") as told:
        assert next(told)["new"] == 0


async def site_id(settings: Settings, url: str) -> int:
    async with open_desk(settings) as desk:
        return next(site.id for site in await desk.registrar.every() if site.url == url)


def test_who_is_not_signed_in_is_told_nothing(linkback: Running) -> None:
    assert Browser(linkback).get("/dashboard/live").status == 303


def test_the_end_of_the_server_ends_what_it_tells(settings: Settings) -> None:
    with running(settings) as linkback:
        scene.put(settings, scene.Scenery(()))
        browser = signed_in(linkback)
        with listening(browser) as told:
            next(told)
            linkback.server.should_exit = True
            assert list(told) == []  # it ends, and by itself


async def test_one_look_serves_all_and_none_is_taken_while_nobody_listens(settings: Settings) -> None:
    async with open_database(settings) as database:
        pulse = Pulse(Inbox(database, utc_now))
        here = frozenset({1})
        listeners = [pulse.beats(Ear(here, here, frozenset(), 0)) for _ in range(3)]
        beats = await asyncio.gather(*(anext(one) for one in listeners))
        assert beats[0] is not None
        assert all(beat is beats[0] for beat in beats)
        for one in listeners:
            await one.aclose()
        assert pulse.ears == set()
        looking = pulse._looking
        assert looking is not None
        await asyncio.wait_for(looking, PATIENCE)


async def test_a_pulse_that_is_closed_lets_all_go_and_nobody_in(settings: Settings) -> None:
    async with open_database(settings) as database:
        pulse = Pulse(Inbox(database, utc_now))
        here = frozenset({1})
        listener = pulse.beats(Ear(here, here, frozenset(), 0))
        await anext(listener)
        pulse.close()
        assert [beat async for beat in listener] == []
        assert pulse.is_full(1)


async def test_one_person_leaves_room_for_others(settings: Settings) -> None:
    async with open_database(settings) as database:
        pulse = Pulse(Inbox(database, utc_now))
        here = frozenset({1})
        listeners = [pulse.beats(Ear(here, here, frozenset(), 0, user_id=7)) for _ in range(MOST_OF_ONE)]
        await asyncio.gather(*map(anext, listeners))
        assert (pulse.is_full(7), pulse.is_full(8)) == (True, False)
        await listeners[0].aclose()
        assert not pulse.is_full(7)
        for one in listeners:
            await one.aclose()
        pulse.close()
