"""PostgreSQL: a few connections, each unit of work a transaction of its own, tried again where that helps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, select

from linkback.storage.failures import raw, translated
from linkback.storage.lanes import Lane, Unit

CONNECTIONS = 4  # for reading and for writing each: a unit takes about 1 ms
ATTEMPTS = 5
CONNECT_SECONDS = 10
TRY_AGAIN = frozenset({"40001", "40P01"})  # serialization failure, deadlock: the other one went through
UPGRADE_LOCK = select(func.pg_advisory_xact_lock(0x6C696E6B6261636B))  # a number that others do not use: "linkback"


def open_engine(url: URL) -> Engine:
    """Return an engine whose commits are durable; raises ModuleNotFoundError without psycopg."""
    connect_args = {"connect_timeout": CONNECT_SECONDS, "application_name": "linkback"}
    engine = create_engine(url, poolclass=NullPool, connect_args=connect_args)
    event.listen(engine, "connect", _set_up)
    return engine


def open_lanes(engine: Engine) -> tuple[Lane, Lane]:
    """Return the lane of the readers and the lane of the writers."""
    reading = engine.execution_options(postgresql_readonly=True)
    reader = Lane("reader", partial(Session, reading), threads=CONNECTIONS, batch=1)
    writer = Lane("writer", partial(Session, engine), threads=CONNECTIONS, batch=1)
    return reader, writer


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Open a transaction in which no other process changes the tables, and commit it; waits for whoever does now."""
    with connection.begin():
        connection.execute(UPGRADE_LOCK)
        yield


class Session:
    """Runs each unit in a transaction of its own, over a connection that is replaced when it breaks."""

    def __init__(self, engine: Engine) -> None:
        driver = engine.dialect.loaded_dbapi
        assert isinstance(driver, ModuleType)
        self._engine, self._driver = engine, driver
        self._connection: Connection | None = None

    def run(self, units: Sequence[Unit]) -> None:
        """Run and commit units one by one."""
        for unit in units:
            attempts = 1
            while not self._try(unit, last=attempts >= ATTEMPTS):
                attempts += 1

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if _is_broken(connection):
                connection.invalidate()
            connection.close()

    def _try(self, unit: Unit, *, last: bool) -> bool:
        """Run a unit once; tell whether that was all, be it well or not."""
        committing = False
        try:
            connection = self._connected()
            with connection.begin() as transaction:
                unit.result = unit.call(connection)
                committing = True
                transaction.commit()
        except BaseException as error:
            broken = self._drop_if_broken()
            # Nobody knows what became of a commit that broke off, so it is never done twice.
            if not last and (_may_go_through(error) or (broken and not committing)):
                return False
            unit.error = translated(error, self._driver)
        return True

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _drop_if_broken(self) -> bool:
        if self._connection is None or not _is_broken(self._connection):
            return False
        self.close()
        return True


def _may_go_through(error: BaseException) -> bool:
    return getattr(raw(error), "sqlstate", None) in TRY_AGAIN


def _is_broken(connection: Connection) -> bool:
    if connection.closed or connection.invalidated:
        return True
    driver: Any = connection.connection.driver_connection
    return bool(driver.closed)


def _set_up(connection: Any, _record: object) -> None:
    """Make commits of a new connection wait for the disk, where the server would not by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        if cursor.fetchone() == ("off",):
            cursor.execute("SET synchronous_commit TO on")
    connection.commit()
