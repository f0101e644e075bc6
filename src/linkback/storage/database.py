"""The database: where it is, and how a unit of work is run in it.

A unit is a plain function over a connection. It may be run more than once, so it touches nothing else.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from linkback.core.errors import SettingsError
from linkback.storage import postgresql, schema, sqlite
from linkback.storage.failures import translated
from linkback.storage.lanes import Lane

P = ParamSpec("P")
T = TypeVar("T")

SETTING = "database"
WHAT_WOULD_DO = "write sqlite:///linkback.db or postgresql+psycopg://user@host/name"
DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Database:
    """A database and the threads that work in it; close() it, since they hold connections.

    Safe to use from several event loops at once.
    """

    def __init__(self, engine: Engine, reader: Lane, writer: Lane) -> None:
        self.engine = engine
        self._reader = reader
        self._writer = writer

    @classmethod
    def open(cls, url: str) -> "Database":
        """Return the database at a URL; nothing is connected yet. Raise SettingsError for one that makes no sense."""
        address = _address(url)
        kind = _kind(address)
        try:
            engine = kind.open_engine(address)
        except ModuleNotFoundError as error:
            words = "PostgreSQL needs psycopg; install it with: pip install 'linkback[postgresql]'"
            raise SettingsError(SETTING, words) from error
        return cls(engine, *kind.open_lanes(engine))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that changes nothing and return what it returns; it sees every write answered before.

        Raise StorageError when the database fails, and whatever the function raises.
        """
        return cast(T, await self._reader.run(lambda connection: fn(connection, *args, **kwargs)))

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in a transaction and return what it returns, once that is safe on the disk.

        All of what it wrote is kept, or none when it raises. A caller that is cancelled learns nothing: the
        function may be run all the same. Raise StorageError when the database fails, and whatever it raises.
        """
        return cast(T, await self._writer.run(lambda connection: fn(connection, *args, **kwargs)))

    def upgrade(self) -> None:
        """Bring the tables up to this version; safe when several processes do so at once. Raise StorageError."""
        self._plainly(partial(schema.upgrade, alone=_kind(self.engine.url).alone))

    def revision(self) -> tuple[str | None, str]:
        """Return the version of the tables (None: there are none) and the one that this program needs."""
        if self.engine.dialect.name == "sqlite" and not Path(self.engine.url.database or "").exists():
            return None, schema.HEAD  # to ask would make the file
        return self._plainly(schema.revision), schema.HEAD

    def close(self) -> None:
        """Finish what waits, answer it, and let go of all connections; blocks for as long as that takes."""
        self._writer.close()
        self._reader.close()
        self.engine.dispose()

    def _plainly(self, fn: Callable[[Connection], T]) -> T:
        """Run a function here and now, over a connection that goes away afterwards."""
        driver = self.engine.dialect.loaded_dbapi
        assert isinstance(driver, ModuleType)
        try:
            with self.engine.connect() as connection:
                return fn(connection)
        except Exception as error:
            told = translated(error, driver)
            if told is error:
                raise
            raise told from error


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            SETTING, f"{_without_password(url)!r} is no address of a database; {WHAT_WOULD_DO}"
        ) from error
    if address.drivername not in DRIVERS:
        raise SettingsError(SETTING, f"{address.drivername} is not supported; {WHAT_WOULD_DO}")
    address = address.set(drivername=DRIVERS[address.drivername])
    if address.drivername == "sqlite":
        _hold_to_a_file(address)
    return address


def _hold_to_a_file(address: URL) -> None:
    name = address.database or ""
    if not name or name == ":memory:" or address.host:
        raise SettingsError(SETTING, "SQLite needs a file, after three slashes; write sqlite:///linkback.db")
    folder = Path(name).parent
    if not folder.is_dir():
        raise SettingsError(SETTING, f"the folder {folder} does not exist; make it, or name another one")


def _kind(address: URL) -> ModuleType:
    return sqlite if address.get_backend_name() == "sqlite" else postgresql


def _without_password(url: str) -> str:
    """Return an address for an error message: whatever stands between a colon and an at sign is left out."""
    return re.sub(r"(?<=:)[^/@:]+(?=@)", "…", url)
