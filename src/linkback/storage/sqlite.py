"""SQLite: one writer with group commit, and readers that cannot write.

A commit waits for the disk, 1 ms or more, so units that wait together share one. Answers go out after it only.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

from linkback.storage.failures import raw, translated
from linkback.storage.lanes import Lane, Unit, fail

BUSY_SECONDS = 10.0  # another process may hold the lock for a migration; a ping's caller would be gone by then
MOST_TOGETHER = 512  # units in one commit: well under 100 ms of work
MOST_READ = 64  # units in one snapshot; the rest is for the other reader
READERS = 2
BEGIN = "BEGIN IMMEDIATE"  # a transaction that turns to writing later may be refused at once
PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-8192",  # KiB, for each connection that reads so much
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA wal_autocheckpoint=4000",  # pages: a checkpoint waits for the disk twice, so let it be worth it
)


def open_engine(url: URL) -> Engine:
    """Return an engine whose connections begin and commit only where they are told to in words."""
    # AUTOCOMMIT makes SQLAlchemy and sqlite3 keep their hands off: what begins a transaction stands in this module.
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_connect_args())
    event.listen(engine, "connect", _set_up)
    return engine


def open_lanes(engine: Engine) -> tuple[Lane, Lane]:
    """Return the lane of the readers and the lane of the writer."""
    reader = Lane("reader", partial(Reader, engine), threads=READERS, batch=MOST_READ)
    writer = Lane("writer", partial(Writer, engine), threads=1, batch=MOST_TOGETHER)
    return reader, writer


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Open a transaction in which nobody else writes, and commit it; waits for whoever writes now."""
    _driver(connection).execute(BEGIN)
    try:
        with connection.begin():
            yield
            _driver(connection).execute("COMMIT")
    finally:
        _roll_back(connection)


class _Owner:
    """A connection that is opened when it is first needed, and again when that failed."""

    pragma = ""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._opened: Connection | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._opened is not None:
            self._opened.close()

    def _connection(self) -> Connection:
        if self._opened is None:
            connection = self._engine.connect()
            if self.pragma:
                _driver(connection).execute(self.pragma)
            self._opened = connection
        return self._opened

    def _told(self, error: BaseException) -> BaseException:
        return translated(error, sqlite3)


class Writer(_Owner):
    """Runs units in one transaction; when one of them raises, each in one of its own."""

    def run(self, units: Sequence[Unit]) -> None:
        """Run units, commit, and only then leave their results."""
        try:
            connection = self._connection()
            _driver(connection).execute(BEGIN)
        except Exception as error:
            return fail(units, self._told(error))
        if self._try_all(connection, units):
            return self._commit(connection, units)
        for unit in units if len(units) > 1 else ():
            self.run([unit])
        return None

    def _try_all(self, connection: Connection, units: Sequence[Unit]) -> bool:
        for unit in units:
            try:
                unit.result = unit.call(connection)
            except BaseException as error:
                _roll_back(connection)
                unit.error = self._told(error)
                return False
            unit.error = None
        return True

    def _commit(self, connection: Connection, units: Sequence[Unit]) -> None:
        try:
            _driver(connection).execute("COMMIT")
        except Exception as error:
            _roll_back(connection)
            fail(units, self._told(error))


class Reader(_Owner):
    """Runs units over one snapshot that is as new as the youngest of them."""

    pragma = "PRAGMA query_only=ON"

    def run(self, units: Sequence[Unit]) -> None:
        """Run units and leave their results."""
        try:
            connection = self._connection()
            _driver(connection).execute("BEGIN")
        except Exception as error:
            return fail(units, self._told(error))
        for unit in units:
            try:
                unit.result = unit.call(connection)
            except BaseException as error:
                unit.error = self._told(error)
        return _roll_back(connection)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _roll_back(connection: Connection) -> None:
    # A full disk makes SQLite roll back by itself.
    if _driver(connection).in_transaction:
        _driver(connection).execute("ROLLBACK")


def _connect_args() -> dict[str, object]:
    return {"timeout": BUSY_SECONDS, "check_same_thread": False}


def _set_up(connection: Any, _record: object) -> None:
    """Make a new connection durable, and the file one that readers and a writer use at once."""
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        _patiently(lambda: connection.execute("PRAGMA journal_mode=WAL"))
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _patiently(change: Callable[[], object]) -> None:
    """Try again while others hold the lock: SQLite does not wait by itself when the journal changes."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            change()
        except sqlite3.OperationalError as error:
            if getattr(raw(error), "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return
