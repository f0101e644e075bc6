"""Doors and servers on loopback, as the door's own tests have them."""

from tests.fetch.conftest import door, names, open_door, pytest_asyncio_loop_factories, serve

__all__ = ["door", "names", "open_door", "pytest_asyncio_loop_factories", "serve"]
