"""The two that are measured, in one shape: how each is started, where it takes pings, what it made durable.

Linkback runs as it does for everybody, by its own command, except for the limits in SETTINGS.
"""

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from sqlalchemy import func, select

from bench import floor
from bench.children import module
from bench.scene import PUBLIC_URL, SERVER, Scene
from linkback.storage.database import Database
from linkback.storage.tables import mentions

# One machine plays a whole world of senders; nothing else differs from what everybody runs.
SETTINGS = {
    "limits.sender_per_minute": 0,
    "limits.host_per_minute": 0,
    "limits.host_burst": 0,
    "limits.held_per_host": 0,
    "limits.held_per_page": 0,
    "limits.held_per_site": 0,
}
NETWORK = "127.0.0.0/8"


class Contender(Protocol):
    """A server that takes pingbacks."""

    name: ClassVar[str]
    path: ClassVar[str]

    def command(self, scene: Scene, folder: Path) -> list[str]:
        """Return the command that starts it; files of its own go into the folder."""
        ...

    def kept(self, scene: Scene, folder: Path) -> int:
        """Return how many pings of the scene it verified and made durable."""
        ...


@dataclass(frozen=True, slots=True)
class Floor:
    """The least honest program."""

    name: ClassVar[str] = "floor"
    path: ClassVar[str] = "/"

    def command(self, scene: Scene, folder: Path) -> list[str]:
        return module("floor", floor.Orders(scene, str(folder / "floor.db")))

    def kept(self, scene: Scene, folder: Path) -> int:
        return floor.rows_kept(folder / "floor.db", scene.series)


@dataclass(frozen=True, slots=True)
class Linkback:
    """The product. `database` is a URL; None for a new SQLite file in each round."""

    database: str | None = None
    name: ClassVar[str] = "linkback"
    path: ClassVar[str] = "/pingback"

    def command(self, scene: Scene, folder: Path) -> list[str]:
        config = folder / "linkback.toml"
        config.write_text(configuration(self._url(folder)))
        program = str(Path(sys.executable).with_name("linkback"))
        where = ["--host", SERVER, "--port", str(scene.server_port), "--site", scene.site]
        return [program, "serve", "--config", str(config), *where]

    def kept(self, scene: Scene, folder: Path) -> int:
        verified = mentions.c.source.like(f"%/{scene.series}/%") & mentions.c.verified_at.is_not(None)
        with closing(Database.open(self._url(folder))) as database, database.engine.connect() as connection:
            return connection.execute(select(func.count()).where(verified)).scalar_one()

    def _url(self, folder: Path) -> str:
        return self.database or f"sqlite:///{folder}/linkback.db"


def configuration(database: str) -> str:
    """Return the configuration file that Linkback is measured with."""
    lines = [f"{name} = {value}" for name, value in SETTINGS.items()]
    return "\n".join(
        [f"database = '{database}'", f"public_url = '{PUBLIC_URL}'", f"network.allow = ['{NETWORK}']", *lines]
    )
