"""PostgreSQL: units that collide are run again, and a lost connection is replaced."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, create_engine, text

from linkback.core.errors import StorageError
from linkback.storage import sites
from linkback.storage.database import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = "https://one.example/", "https://two.example/"
LOSE_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'linkback'"
)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    database = Database.open(postgres_url)
    yield database
    database.close()


def lose_all_connections(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(LOSE_OTHERS))
    engine.dispose()


def touch(connection: Connection, url: str) -> None:
    connection.execute(text("UPDATE sites SET changed_at = changed_at + 1 WHERE url = :url"), {"url": url})


def count(connection: Connection) -> int:
    return sites.revision(connection)[0]


async def test_units_that_block_each_other_both_go_through(postgres: Database) -> None:
    for url in (ONE, TWO):
        await postgres.write(sites.add, url, NOW)
    both_hold_one = threading.Barrier(2)
    runs: list[str] = []

    def cross(connection: Connection, first: str, second: str) -> None:
        runs.append(first)
        touch(connection, first)
        if runs.count(first) == 1:
            both_hold_one.wait(30)
        touch(connection, second)

    before = (await postgres.read(sites.revision))[1]
    await asyncio.gather(postgres.write(cross, ONE, TWO), postgres.write(cross, TWO, ONE))
    assert len(runs) >= 3  # two that met, and the one that was sent back, which may meet the other once more
    assert (await postgres.read(sites.revision))[1] == before + 2


async def test_a_connection_that_was_lost_is_replaced(postgres: Database, postgres_url: str) -> None:
    await postgres.write(sites.add, ONE, NOW)
    await postgres.read(count)
    lose_all_connections(postgres_url)
    assert await postgres.read(count) == 1
    assert (await postgres.write(sites.add, TWO, NOW)).url == TWO


async def test_a_commit_that_broke_off_is_told_and_never_done_twice(postgres: Database, postgres_url: str) -> None:
    runs: list[int] = []

    def lost_at_the_end(connection: Connection) -> None:
        runs.append(1)
        sites.add(connection, ONE, NOW)
        lose_all_connections(postgres_url)

    with pytest.raises(StorageError) as caught:
        await postgres.write(lost_at_the_end)
    assert not caught.value.permanent
    assert len(runs) == 1
    assert await postgres.read(count) == 0


async def test_a_unit_that_always_loses_its_connection_is_given_up(postgres: Database) -> None:
    def lose_mine(connection: Connection) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StorageError) as caught:
        await postgres.write(lose_mine)
    assert not caught.value.permanent
    assert await postgres.read(count) == 0


async def test_units_are_run_side_by_side(postgres: Database) -> None:
    both_run = threading.Barrier(2)
    await asyncio.gather(*(postgres.write(lambda _: both_run.wait(30)) for _ in range(2)))
    assert not both_run.broken


async def test_commits_wait_for_the_disk_even_where_the_server_would_not(postgres: Database, postgres_url: str) -> None:
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    name = engine.url.database
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        assert await postgres.write(lambda c: c.execute(text("SHOW synchronous_commit")).scalar()) == "on"
        connection.execute(text(f"ALTER DATABASE {name} RESET synchronous_commit"))
    engine.dispose()
