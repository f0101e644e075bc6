"""A running Linkback with a desk that is in use, and Chromium to look at it: one for each test process.

All tests here are marked `browser`, and share one event loop with the browser. Ask a running Linkback for what it
keeps by `asyncio.to_thread(desk.linkback.mentions)`. Tests that change what the desk shows take `own_desk`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from linkback.settings import Settings
from linkback.storage.database import Database
from tests.browser import axe, chromium, scene
from tests.browser.people import OWNER, session_of
from tests.web.running import Running, running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass(frozen=True)
class Desk:
    """A running Linkback, what is in it, and the cookie of its owner, who is signed in."""

    linkback: Running
    scene: scene.Scene
    cookie: tuple[str, str]

    @property
    def url(self) -> str:
        """Return its address, without a slash at the end."""
        return self.linkback.url.rstrip("/")


def settings_in(folder: Path) -> Settings:
    """Return settings for a server that reaches nothing but loopback."""
    return Settings(database=f"sqlite:///{folder}/linkback.db", network_allow=("127.0.0.0/8",), pingback_wait=0.5)


@contextmanager
def open_desk(settings: Settings, told: tuple[scene.Told, ...], sites: tuple[str, ...] = scene.SITES) -> Iterator[Desk]:
    """Run a Linkback with a desk that shows what is told, and its owner signed in."""
    database = Database.open(settings.database)
    database.upgrade()
    database.close()
    kept = scene.put(settings, told, sites)
    cookie = asyncio.run(session_of(settings, OWNER))
    with running(settings) as started:
        yield Desk(started, kept, cookie)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with mentions of all statuses, for tests that only look at it."""
    with open_desk(settings_in(tmp_path_factory.mktemp("desk")), scene.HONEST) as opened:
        yield opened


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with mentions of all statuses, which one test alone uses."""
    with open_desk(settings_in(tmp_path), scene.HONEST) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, for all tests of this process."""
    async with chromium.started() as started:
        yield started


NewPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """Opens a page in a browser context of its own: `await new_page(desk)`, `(desk, scripts=False, signed_in=False)`.

    The test fails when a page breaks its policy, reports an error or asks a stranger for anything.
    """
    async with chromium.Contexts(browser) as contexts:
        yield contexts.page


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(new_page: NewPage, desk: Desk) -> Page:
    """A page of the desk's owner, with scripts."""
    return await new_page(desk)


@pytest_asyncio.fixture(loop_scope="session")
async def plain_page(new_page: NewPage, desk: Desk) -> Page:
    """A page of the desk's owner, without scripts."""
    return await new_page(desk, scripts=False)


@pytest.fixture
def assert_accessible() -> Callable[[Page], Awaitable[None]]:
    """Fails with all that axe-core finds wrong with a page: `await assert_accessible(page)`."""
    return axe.assert_accessible
