"""Which version the tables have, and how they get to the newest."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, Text, column, inspect, select, table

from linkback.core.errors import StorageError

HEAD = "0004"  # the newest in migrations/versions; known here, so that most starts need not load Alembic
MIGRATIONS = Path(__file__).parent / "migrations"
VERSION = select(column("version_num", Text)).select_from(table("alembic_version"))
NEWER = "The database was made by a newer version of Linkback than this one; install that, or use another database."


def revision(connection: Connection) -> str | None:
    """Return the version of the tables, None when there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(VERSION).scalar_one_or_none()


def upgrade(connection: Connection, *, alone: Callable[[Connection], AbstractContextManager[None]]) -> None:
    """Bring the tables to HEAD in one transaction, which `alone` opens while other processes wait."""
    if revision(connection) == HEAD:
        return
    connection.rollback()
    with alone(connection):
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    # Loaded when there is something to do only: it takes longer than the rest of a start.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(NEWER, permanent=True) from error
