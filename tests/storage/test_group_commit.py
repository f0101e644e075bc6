"""SQLite: units that wait together share one commit, and fail alone."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from linkback.core.errors import NotFound, StorageError
from linkback.storage import sites
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOME = 30


class Journal:
    """What the writer said to SQLite, and a gate that holds it until all units wait."""

    def __init__(self, database: Database) -> None:
        self.said: list[str] = []
        self.reached = threading.Event()
        self.gate = threading.Event()
        event.listen(database.engine, "connect", self._listen)

    def count(self, word: str) -> int:
        return sum(said == word for said in self.said)

    def hold(self, _connection: Connection) -> None:
        self.reached.set()
        self.gate.wait(30)

    def _listen(self, connection: Any, _record: object) -> None:
        connection.set_trace_callback(self.said.append)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    database = Database.open(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def journal(sqlite: Database) -> Journal:
    return Journal(sqlite)


def add(connection: Connection, number: int) -> int:
    return sites.add(connection, f"https://site{number}.example/", NOW).id


def add_unless_third(connection: Connection, number: int) -> int:
    made = add(connection, number)
    if number % 3 == 0:
        raise NotFound("site", number)
    return made


def count(connection: Connection) -> int:
    return sites.revision(connection)[0]


async def together(database: Database, journal: Journal, *calls: Any) -> list[Any]:
    """Run writes that all wait already when the writer gets to them."""
    held = asyncio.ensure_future(database.write(journal.hold))
    await asyncio.to_thread(journal.reached.wait, 30)
    waiting = [asyncio.ensure_future(database.write(*call)) for call in calls]
    await asyncio.sleep(0)
    journal.gate.set()
    await held
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_units_that_wait_together_share_one_commit(sqlite: Database, journal: Journal) -> None:
    await together(sqlite, journal, *((add, number) for number in range(SOME)))
    assert journal.count("COMMIT") == 2  # that of the unit which held the writer, and one for all others
    assert await sqlite.read(count) == SOME


async def test_a_unit_that_raises_fails_alone(sqlite: Database, journal: Journal) -> None:
    results = await together(sqlite, journal, *((add_unless_third, number) for number in range(SOME)))
    failed = [isinstance(result, NotFound) for result in results]
    assert failed == [number % 3 == 0 for number in range(SOME)]
    assert await sqlite.read(count) == SOME - sum(failed)


async def test_a_unit_is_run_again_when_another_one_raised(sqlite: Database, journal: Journal) -> None:
    runs: list[int] = []

    def noted(connection: Connection, number: int) -> int:
        runs.append(number)
        return add_unless_third(connection, number)

    await together(sqlite, journal, (noted, 1), (noted, 2), (noted, 3))
    assert runs == [1, 2, 3, 1, 2, 3]


async def test_a_unit_that_fails_alone_is_run_once(sqlite: Database) -> None:
    runs: list[int] = []

    def noted(_connection: Connection) -> None:
        runs.append(1)
        raise NotFound("site", 1)

    with pytest.raises(NotFound):
        await sqlite.write(noted)
    assert runs == [1]


async def test_nobody_is_answered_before_the_commit(sqlite: Database, journal: Journal) -> None:
    commits: list[int] = []

    async def one(number: int) -> None:
        await sqlite.write(add, number)
        commits.append(journal.count("COMMIT"))

    await asyncio.gather(*(one(number) for number in range(SOME)))
    assert min(commits) >= 1
    other = Database.open(sqlite.engine.url.render_as_string())
    assert await other.read(count) == SOME
    other.close()


async def test_a_commit_that_fails_fails_for_all_of_its_units(sqlite: Database, journal: Journal) -> None:
    def defer_a_broken_rule(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.exec_driver_sql("INSERT INTO hosts (site_id, host, last_seen_at) VALUES (999, 'a.example', 0)")

    results = await together(sqlite, journal, (add, 1), (defer_a_broken_rule,), (add, 2))
    assert all(isinstance(result, StorageError) for result in results)
    assert await sqlite.read(count) == 0
    assert await sqlite.write(add, 3) >= 1


async def test_waiting_for_another_writer_ends_in_its_turn(sqlite: Database) -> None:
    other = Database.open(sqlite.engine.url.render_as_string())
    entered, leave = threading.Event(), threading.Event()

    def occupy(_connection: Connection) -> None:
        entered.set()
        leave.wait(30)

    held = asyncio.ensure_future(other.write(occupy))
    await asyncio.to_thread(entered.wait, 30)
    waiting = asyncio.ensure_future(sqlite.write(add, 1))
    assert await sqlite.read(count) == 0
    leave.set()
    await held
    assert await waiting >= 1
    other.close()


async def test_every_connection_is_set_to_be_durable(sqlite: Database, tmp_path: Path) -> None:
    def ask(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await sqlite.write(ask) == ["wal", 2, 1, 0]
    assert await sqlite.read(ask) == ["wal", 2, 1, 1]
