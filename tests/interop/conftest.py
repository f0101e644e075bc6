"""What the tests with real blogs share: one pair of blogs for the run, and a Linkback beside them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.blogs import Rig, a_rig
from tests.interop.own_pages import Pages
from tests.interop.own_pages import serving as serving_pages
from tests.interop.running import Linkback, serving

PROGRAMS = ("nginx", "php-fpm8.2", "mariadbd", "php")
HOW_TO_HAVE_IT = "WordPress is not here: on Debian 12, as root, type tests/interop/wordpress-rig.sh up DIRECTORY once"


@pytest.fixture(scope="session")
def rig() -> Iterator[Rig]:
    """The blogs, not started yet."""
    if os.getuid() != 0 or not (shutil.which("apt-get") or _is_installed()):
        pytest.skip(HOW_TO_HAVE_IT)
    # The blogs' programs run as other users, who may not enter pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="linkback-wordpress-"))
    folder.chmod(0o755)
    with a_rig(folder) as rig:
        yield rig


@pytest.fixture(scope="module")
def as_shipped(rig: Rig) -> Rig:
    """The blogs as everybody has them: one ping in 15 s for the whole blog, a second's wait, faults made 0."""
    rig.up(stock=True)
    return rig


@pytest.fixture(scope="module")
def brakes_off(rig: Rig) -> Rig:
    """The blogs with WordPress's limits off, and with the faults it would say."""
    rig.up(stock=False)
    return rig


@pytest.fixture(scope="module")
def site() -> Iterator[Pages]:
    """Our owner's site."""
    with serving_pages("127.0.21.1") as pages:
        yield pages


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Pages]:
    """Pages of somebody else."""
    with serving_pages("127.0.21.2") as pages:
        yield pages


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Python keeps what it compiled of Linkback, for all commands of the run."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def linkback(site: Pages, tmp_path: Path, compiled: Path) -> Iterator[Linkback]:
    """Linkback serving the site, with an empty ledger."""
    with serving(tmp_path, compiled, site.url) as running:
        yield running


@pytest.fixture
def sender(tmp_path: Path, compiled: Path) -> Linkback:
    """Linkback without a server, with an empty ledger."""
    return Linkback(tmp_path, compiled)


def _is_installed() -> bool:
    return all(map(shutil.which, PROGRAMS)) and Path("/usr/share/wordpress/wp-load.php").exists()
