"""One Linkback and two web servers for all tests of a module: starting them takes most of the time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from xmlrpc.client import ServerProxy

import pytest

from linkback.settings import Settings
from tests.web.running import HTML, Running, Site, running, web_server

WAIT = 0.5  # seconds that callers are kept waiting
NUMBERS = count()


@pytest.fixture(scope="module")
def blog() -> Iterator[Site]:
    """The web server of somebody else."""
    with web_server("127.0.3.1") as site:
        yield site


@pytest.fixture(scope="module")
def own() -> Iterator[Site]:
    """The web server of the owner."""
    with web_server("127.0.4.1") as site:
        yield site


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a short wait and no budgets."""
    folder = tmp_path_factory.mktemp("linkback")
    return Settings(
        database=f"sqlite:///{folder}/web.db",
        pingback_wait=WAIT,
        network_allow=("127.0.0.0/8",),
        limits_sender_per_minute=0,
        limits_host_per_minute=0,
        limits_host_burst=0,
        limits_host_connections=0,
    )


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    """A Linkback that serves the owner's site."""
    with running(settings) as started:
        started.add_site(own.url)
        yield started


@dataclass(frozen=True)
class Pair:
    """A post of somebody else that links to a page of the owner."""

    source: str
    target: str


@pytest.fixture
def advertised(linkback: Running, own: Site) -> str:
    """A page of the owner that takes pings; another one for each test."""
    return own.page(f"notes-{next(NUMBERS)}", headers=(*HTML, ("X-Pingback", linkback.url + "pingback")))


@pytest.fixture
def pair(blog: Site, advertised: str) -> Pair:
    """A ping that deserves to be taken; another one for each test."""
    return Pair(blog.post(f"post-{next(NUMBERS)}", advertised), advertised)


@pytest.fixture
def rpc(linkback: Running) -> Iterator[ServerProxy]:
    """The endpoint, as Python's own client calls it."""
    with ServerProxy(linkback.url + "pingback") as proxy:
        yield proxy
