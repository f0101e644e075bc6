"""The same small world as for the door's own tests, and a server to attack."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.attacks.victim import Victim, open_victim

WORLD = "tests.fetch.conftest"


def load_world() -> ModuleType:
    """Load the other conftest under the name that pytest gives it, wherever pytest was started."""
    if WORLD not in sys.modules:
        spec = importlib.util.spec_from_file_location(WORLD, Path(__file__).parent.parent / "fetch" / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[WORLD] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[WORLD])
    return sys.modules[WORLD]


world = load_world()
serve, open_door, door, names = world.serve, world.open_door, world.door, world.names
pytest_asyncio_loop_factories = world.pytest_asyncio_loop_factories


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    """A server that must end without having said anything of an error."""
    with open_victim(tmp_path_factory.mktemp("victim")) as opened:
        yield opened
