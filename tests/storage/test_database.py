"""The database: addresses, units of work, and what a caller is told when one fails."""

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from linkback.core.errors import NotFound, SettingsError, StorageError
from linkback.storage import sites
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Harsh(BaseException):
    """Not even an Exception."""


def add_site(connection: Connection, number: int) -> int:
    return sites.add(connection, f"https://site{number}.example/", NOW).id


def count_sites(connection: Connection) -> int:
    return sites.revision(connection)[0]


def add_and_raise(connection: Connection, error: BaseException) -> None:
    sites.add(connection, "https://never.example/", NOW)
    raise error


def break_a_rule(connection: Connection) -> None:
    connection.execute(text("INSERT INTO sites (url) VALUES ('https://half.example/')"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "linkback.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://host/file.db",
        "mysql://host/name",
        "postgresql+psycopg2://host/name",
        "postgresql://host:port/name",
        "sqlite:////no/such/folder/linkback.db",
    ],
)
def test_an_address_that_makes_no_sense_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Database.open(url)
    assert caught.value.name == "database"


@pytest.mark.parametrize("url", ["postgresql://ana@host/name", "postgres://ana@host/name"])
def test_a_bare_postgresql_address_is_understood(url: str) -> None:
    database = Database.open(url)
    assert database.engine.url.drivername == "postgresql+psycopg"
    database.close()


async def test_what_a_unit_returns_comes_back(database: Database) -> None:
    assert await database.write(add_site, 1) >= 1
    assert await database.read(count_sites) == 1


async def test_a_write_that_raises_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(NotFound):
        await database.write(add_and_raise, NotFound("thing", 1))
    assert await database.read(count_sites) == 0


async def test_a_failure_of_the_database_is_told_in_our_words_and_without_values(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.write(break_a_rule)
    assert caught.value.permanent
    assert "half.example" not in str(caught.value)
    assert caught.value.__cause__ is not None


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        await database.read(add_site, 1)
    assert caught.value.permanent
    assert await database.read(count_sites) == 0


async def test_a_reader_goes_on_after_a_failure(database: Database) -> None:
    calls = [database.read(break_a_rule), database.read(count_sites), database.read(break_a_rule)]
    results = await asyncio.gather(*calls, database.read(count_sites), return_exceptions=True)
    assert [isinstance(result, StorageError) for result in results] == [True, False, True, False]


@pytest.mark.parametrize("error", [StopIteration(), KeyError("x"), Harsh()], ids=repr)
async def test_whatever_a_unit_raises_reaches_its_caller_only(database: Database, error: BaseException) -> None:
    told = await asyncio.gather(database.write(add_and_raise, error), return_exceptions=True)
    assert isinstance(told[0], RuntimeError if isinstance(error, StopIteration) else type(error))
    assert await database.write(add_site, 1) >= 1


async def test_a_read_sees_every_write_that_was_answered(database: Database) -> None:
    async def one(number: int) -> bool:
        await database.write(add_site, number)
        found = await database.read(sites.get, f"https://site{number}.example/")
        return found.url == f"https://site{number}.example/"

    assert all(await asyncio.gather(*(one(number) for number in range(40))))


async def test_a_long_read_holds_up_no_other(database: Database) -> None:
    reached, gate = threading.Event(), threading.Event()

    def long(connection: Connection) -> int:
        reached.set()
        gate.wait(30)
        return count_sites(connection)

    waiting = asyncio.ensure_future(database.read(long))
    await asyncio.to_thread(reached.wait, 30)
    assert await database.read(count_sites) == 0
    gate.set()
    assert await waiting == 0


async def test_a_caller_that_is_cancelled_harms_nobody(database: Database) -> None:
    waiting = [asyncio.ensure_future(database.write(add_site, number)) for number in range(20)]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, int) for result in results[1::2])
    assert await database.read(count_sites) >= 10


async def test_closing_finishes_what_waits(database: Database, database_url: str) -> None:
    waiting = [asyncio.ensure_future(database.write(add_site, number)) for number in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    assert len(await asyncio.gather(*waiting)) == 20
    again = Database.open(database_url)
    assert await again.read(count_sites) == 20
    again.close()


async def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    with pytest.raises(StorageError, match="closed") as caught:
        await database.read(count_sites)
    assert caught.value.permanent


def test_one_database_serves_several_event_loops(database: Database) -> None:
    for number in range(3):
        assert asyncio.run(database.write(add_site, number)) >= 1
    assert asyncio.run(database.read(count_sites)) == 3


async def test_two_openings_of_a_database_see_each_others_writes(database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    calls = [d.write(add_site, number) for number in range(0, 40, 2) for d in (database, other)]
    await asyncio.gather(*calls)
    assert await database.read(count_sites) == await other.read(count_sites) == 20
    other.close()


async def test_a_server_that_is_not_there_may_come_back(tmp_path: Path) -> None:
    database = Database.open(f"postgresql://linkback@/none?host={tmp_path}")
    with pytest.raises(StorageError) as caught:
        await database.read(count_sites)
    assert not caught.value.permanent
    with pytest.raises(StorageError):
        database.upgrade()
    database.close()


async def test_a_database_without_tables_fails_for_good(bare_database_url: str) -> None:
    database = Database.open(bare_database_url)
    with pytest.raises(StorageError) as caught:
        await database.read(count_sites)
    assert caught.value.permanent
    database.close()


def test_an_error_about_an_address_keeps_its_password() -> None:
    with pytest.raises(SettingsError) as refused:
        Database.open("postgresql//ana:secret@host:x/name")
    assert "secret" not in str(refused.value)
    assert "ana" in str(refused.value)


def test_asking_for_the_version_makes_no_file(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/none.db")
    assert database.revision()[0] is None
    database.close()
    assert list(tmp_path.iterdir()) == []
