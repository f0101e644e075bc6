"""Translates what a database driver raises, once, into StorageError."""

import sqlite3
from types import ModuleType

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from linkback.core.errors import LinkbackError, StorageError

# What may be over when one tries again: SQLite tells all of them, and its own bugs, as OperationalError.
PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_PROTOCOL,
    }
)
PRIMARY_CODE = 0xFF  # the rest of an SQLite code tells details


def translated(error: BaseException, driver: ModuleType) -> BaseException:
    """Return what a caller is told of an error: our own and programming errors as they are, others as StorageError."""
    if isinstance(error, StopIteration):  # no future can carry one
        return RuntimeError("A unit of work raised StopIteration.")
    if isinstance(error, LinkbackError) or not isinstance(error, (SQLAlchemyError, driver.Error)):
        return error
    failure = StorageError(f"The database failed: {_words(error)}", permanent=not _passes(error, driver))
    failure.__cause__ = error
    return failure


def raw(error: BaseException) -> BaseException:
    """Return the driver's own error inside of one of SQLAlchemy's."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _words(error: BaseException) -> str:
    # The first line only, and never SQLAlchemy's, which would show the parameters.
    return str(raw(error)).strip().partition("\n")[0] or type(raw(error)).__name__


def _passes(error: BaseException, driver: ModuleType) -> bool:
    found = raw(error)
    if isinstance(found, sqlite3.Error):
        return getattr(found, "sqlite_errorcode", 0) & PRIMARY_CODE in PASSING
    return isinstance(found, (driver.OperationalError, driver.InterfaceError))
