"""The tables: made by migrations, alike to what the code says, by one process of several."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from linkback.core.errors import StorageError
from linkback.core.model import Receipt, Status
from linkback.core.urls import comparable, host_of
from linkback.storage import deliveries, hosts, mentions, schema
from linkback.storage.database import Database
from linkback.storage.tables import digest, metadata, to_time

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


def make_the_first_version(url: str) -> None:
    """Make the tables as the first version had them."""
    engine = create_engine(Database.open(url).engine.url)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()


def former_key(*addresses: str) -> bytes:
    """Return a key as the first version made it: scheme and slash at the end made a difference."""
    return digest(*map(comparable, addresses))


SITE = "INSERT INTO sites VALUES (1, 'https://me.example/', 'pingback', FALSE, 'hold', '[]', 0, 0)"
MENTION = """INSERT INTO mentions (id, site_id, key, source, target, target_key, source_host, status, decided_by,
decided_at, title, received_at, next_look_at) VALUES (:id, 1, :key, :source, :target, :target_key, :host, :status,
:by, :at, :title, :received, :id)"""
RECEIPT = """INSERT INTO receipts (mention_id, protocol, sender, first_at, last_at, times)
VALUES (:id, :protocol, :sender, :received, :received, 2)"""
HOST = """INSERT INTO hosts (site_id, host, last_seen_at, received, held, approved, spam)
VALUES (1, :host, 0, :received, :held, :approved, :spam)"""
DELIVERY = """INSERT INTO deliveries (id, key, source, source_key, target, target_host, status, created_at)
VALUES (1, :key, 'https://me.example/post/', :source_key, 'https://b.example/', 'b.example', 'sent', 0)"""
S, T = "://a.example/1", "://me.example/post"
# id, source, target, status, who decided and when
FORMER = [
    (1, f"http{S}", f"https{T}", "held", None, None),
    (2, f"https{S}/", f"https{T}", "approved", "ana", 5),
    (3, f"https{S}", f"http{T}/", "spam", "ben", 4),
    (4, f"https{S}?x", f"https{T}", "received", None, None),
    (5, f"https{S}/?x", f"https{T}", "held", None, None),
    (6, "https://alone.example/", f"https{T}", "held", None, None),
]


def fill(connection: Connection) -> None:
    connection.execute(text(SITE))
    for key, source, target, status, by, at in FORMER:
        keys = {"key": former_key(source, target), "target_key": former_key(target)}
        told = {"source": source, "target": target, "host": host_of(source), "status": status, "by": by, "at": at}
        connection.execute(text(MENTION), {**keys, **told, "id": key, "title": f"title {key}", "received": 100 - key})
        protocol = "webmention" if key == 3 else "pingback"
        receipt = {"id": key, "protocol": protocol, "sender": f"192.0.2.{key}", "received": 100 - key}
        connection.execute(text(RECEIPT), receipt)
    for host, counts in (("a.example", (1, 2, 1, 1)), ("alone.example", (0, 1, 0, 0))):
        values = dict(zip(("received", "held", "approved", "spam"), counts, strict=True))
        connection.execute(text(HOST), {"host": host, **values})
    source = "https://me.example/post/"
    connection.execute(text(DELIVERY), {"key": b"x" * 20, "source_key": former_key(source)})


@pytest.fixture
async def upgraded(bare_database_url: str) -> AsyncIterator[Database]:
    """A database of the first version, with mentions that are one by now, brought up to the newest."""
    make_the_first_version(bare_database_url)
    database = Database.open(bare_database_url)
    await database.write(fill)
    database.upgrade()
    yield database
    database.close()


async def test_an_upgrade_makes_one_mention_of_those_of_one_page(upgraded: Database) -> None:
    found = await upgraded.read(mentions.listing)
    assert [(mention.id, mention.status) for mention in found] == [
        (6, Status.HELD),
        (5, Status.HELD),
        (2, Status.APPROVED),
    ]
    for key, source, target, *_ in FORMER:
        mention = await upgraded.read(mentions.find, source, target)
        assert mention is not None, key
        assert mention.id == {1: 2, 3: 2, 4: 5}.get(key, key)
        assert mention in await upgraded.read(mentions.listing, target=target)


async def test_an_upgrade_keeps_the_decision_the_text_and_every_receipt(upgraded: Database) -> None:
    one = await upgraded.read(mentions.get, 2)
    assert (one.status, one.decided_by, one.citation.title) == (Status.APPROVED, "ana", "title 2")
    assert one.received_at == to_time(97)
    expected = (Receipt("webmention", to_time(97), to_time(97), 2), Receipt("pingback", to_time(98), to_time(99), 4))
    assert one.receipts == expected
    assert await upgraded.read(mentions.targets_of, one) == (f"https{T}", f"http{T}/")


async def test_an_upgrade_counts_what_is_left_at_each_host(upgraded: Database) -> None:
    history = await upgraded.read(hosts.history, 1, "a.example")
    assert {status: many for status, many in history.counts.items() if many} == {"held": 1, "approved": 1}
    alone = await upgraded.read(hosts.history, 1, "alone.example")
    assert alone.count(Status.HELD) == 1


async def test_an_upgrade_finds_the_deliveries_of_a_post_however_it_is_spelled(upgraded: Database) -> None:
    (delivery,) = await upgraded.read(deliveries.of, "http://me.example/post")
    assert await upgraded.read(partial(deliveries.listing, sites=["https://me.example/"])) == [delivery]
    assert delivery.target == "https://b.example/"


async def test_an_upgrade_reads_a_long_table_part_by_part(bare_database_url: str) -> None:
    make_the_first_version(bare_database_url)
    database = Database.open(bare_database_url)
    await database.write(fill_with_many, 603)
    database.upgrade()
    assert len(await database.read(mentions.listing, limit=2000)) == 402
    for at in (0, 1, 401):
        assert await database.read(mentions.find, f"https://many.example/{at}", f"https{T}") is not None
    database.close()


def fill_with_many(connection: Connection, number: int) -> None:
    """Keep many mentions; the last third are the first third once more, by http."""
    connection.execute(text(SITE))
    connection.execute(text(HOST), {"host": "many.example", "received": 0, "held": number, "approved": 0, "spam": 0})
    third, rows = number // 3, []
    for at in range(number):
        source = f"https://many.example/{at}" if at < 2 * third else f"http://many.example/{at - 2 * third}"
        keys = {"key": former_key(source, f"https{T}"), "target_key": former_key(f"https{T}")}
        told = {"source": source, "target": f"https{T}", "host": "many.example", "status": "held", "by": None}
        rows.append({**keys, **told, "at": None, "id": at + 1, "title": "", "received": at})
    connection.execute(text(MENTION), rows)
