from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.durability.programs import Desk, desk
from tests.durability.web import Web, open_web


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    """A web of the owner's site and eight other hosts."""
    async with open_web(8) as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str, web: Web) -> Iterator[Desk]:
    """Linkback over SQLite, with all limits off."""
    with desk(tmp_path, sqlite_url, web) as opened:
        yield opened


@pytest.fixture
def any_office(tmp_path: Path, database_url: str, web: Web) -> Iterator[Desk]:
    """Linkback over SQLite, and over PostgreSQL, with all limits off."""
    with desk(tmp_path, database_url, web) as opened:
        yield opened
