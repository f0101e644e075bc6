"""The real parts over a real database, with a made-up web and a clock that is set by hand."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from linkback.app import build
from linkback.settings import Settings
from linkback.storage.database import Database
from tests.verbs.fakes import OURS, SITE, Clock, Linkback, Web


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=f"sqlite:///{tmp_path}/test.db", public_url=OURS, pingback_wait=0.3)


@pytest.fixture
async def linkback(settings: Settings, web: Web, clock: Clock) -> AsyncIterator[Linkback]:
    database = Database.open(settings.database)
    database.upgrade()
    try:
        parts = build(settings, database, web, clock)
        await parts.registrar.add(SITE)
        yield Linkback(parts, clock)
    finally:
        await asyncio.to_thread(database.close)
