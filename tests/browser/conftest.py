"""A running Linkback with a desk that is in use, and Chromium to look at it: one for each test process.

All tests here are marked `browser`, and share one event loop with the browser. Ask a running Linkback for what it
keeps by `asyncio.to_thread(desk.linkback.mentions)`. Tests that change what the desk shows take `own_desk`.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from linkback.settings import Settings
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


def settings_at(url: str) -> Settings:
    """Return settings for a server that reaches nothing but loopback."""
    return Settings(database=url, network_allow=("127.0.0.0/8",), pingback_wait=0.5)


@contextmanager
def open_desk(settings: Settings, scenery: scene.Scenery = scene.FULL) -> Iterator[Desk]:
    """Run a Linkback with a desk that shows a scenery, and its owner signed in."""
    cookie = asyncio.run(session_of(settings, OWNER))
    kept = scene.put(settings, scenery)
    with running(settings) as started:
        yield Desk(started, kept, cookie)


DeskIn = Callable[[str], Desk]
SCENERIES = {"empty": scene.EMPTY, "full": scene.FULL, "hostile": scene.HARMFUL}


@pytest.fixture(scope="module")
def desk_in(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[DeskIn]:
    """The desk in a state: empty, full or hostile; made when it is first asked for."""
    opened: dict[str, Desk] = {}
    with ExitStack() as stack:

        def desk_in(state: str) -> Desk:
            if state not in opened:
                path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp(state) / "linkback.db")
                opened[state] = stack.enter_context(open_desk(settings_at(f"sqlite:///{path}"), SCENERIES[state]))
            return opened[state]

        yield desk_in


@pytest.fixture(scope="module")
def desk(desk_in: DeskIn) -> Desk:
    """A desk with mentions of all statuses, for tests that only look at it."""
    return desk_in("full")


@pytest.fixture
def own_desk(sqlite_url: str) -> Iterator[Desk]:
    """A desk with mentions of all statuses, which one test alone uses."""
    with open_desk(settings_at(sqlite_url)) as opened:
        yield opened


@pytest.fixture
def bare_desk(sqlite_url: str) -> Iterator[Desk]:
    """A desk at which nobody has an account yet."""
    settings = settings_at(sqlite_url)
    kept = scene.put(settings, scene.EMPTY)
    with running(settings) as started:
        yield Desk(started, kept, ("nobody", "yet"))


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
