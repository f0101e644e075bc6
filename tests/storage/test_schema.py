"""The tables: made by migrations, alike to what the code says, by one process of several."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from linkback.core.errors import StorageError
from linkback.storage import schema
from linkback.storage.database import Database
from linkback.storage.tables import metadata

UPGRADE = "import sys; from linkback.storage.database import Database; Database.open(sys.argv[1]).upgrade()"


def differences(connection: Connection) -> list[object]:
    # Of SQLite's defaults Alembic says that '' is not '': there the whole definitions are compared instead.
    options = {"compare_type": True, "compare_server_default": connection.dialect.name == "postgresql"}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def definitions(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        words = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%alembic%'"
    else:
        words = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    return {" ".join(sql.split()) for sql in connection.execute(text(words)).scalars()}


def drop_and_make(connection: Connection) -> None:
    metadata.drop_all(connection)
    metadata.create_all(connection)


def test_the_newest_version_is_the_one_the_program_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_migrations_make_what_the_code_says(bare_database_url: str) -> None:
    database = Database.open(bare_database_url)
    database.upgrade()
    assert await database.read(differences) == []
    migrated = await database.read(definitions)
    await database.write(drop_and_make)
    assert await database.read(definitions) == migrated
    database.close()


def test_the_version_is_told_before_and_after(bare_database_url: str) -> None:
    database = Database.open(bare_database_url)
    assert database.revision() == (None, schema.HEAD)
    database.upgrade()
    assert database.revision() == (schema.HEAD, schema.HEAD)
    database.upgrade()
    assert database.revision() == (schema.HEAD, schema.HEAD)
    database.close()


def test_several_processes_may_upgrade_at_once(bare_database_url: str) -> None:
    words = [sys.executable, "-c", UPGRADE, bare_database_url]
    running = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert ([process.returncode for process in running], said) == ([0] * 3, [""] * 3)
    database = Database.open(bare_database_url)
    assert database.revision() == (schema.HEAD, schema.HEAD)
    assert asyncio.run(database.read(differences)) == []
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(bare_database_url: str) -> None:
    database = Database.open(bare_database_url)
    database.upgrade()
    engine = create_engine(database.engine.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StorageError, match="newer") as caught:
        database.upgrade()
    assert caught.value.permanent
    assert database.revision() == ("9999", schema.HEAD)
    database.close()


def test_an_upgrade_that_fails_leaves_nothing_behind(bare_database_url: str) -> None:
    engine = create_engine(Database.open(bare_database_url).engine.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hosts (x INTEGER)"))
    database = Database.open(bare_database_url)
    with pytest.raises(StorageError):
        database.upgrade()
    assert database.revision()[0] is None
    with engine.connect() as connection:
        assert not engine.dialect.has_table(connection, "sites")
    engine.dispose()
    database.close()


def test_migrations_travel_with_the_package() -> None:
    assert (Path(schema.__file__).parent / "migrations" / "env.py").is_file()
