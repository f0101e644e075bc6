"""Signed links that were used. Each acts once; it is remembered until it would have ended by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, select
from sqlalchemy.sql.dml import ReturningInsert

from linkback.storage.prepared import insert_for
from linkback.storage.tables import digest, spent, to_stored


def _add(dialect: str) -> ReturningInsert[Any]:
    return insert_for(dialect, spent).on_conflict_do_nothing(index_elements=["digest"]).returning(spent.c.digest)


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
IS_SPENT = select(exists().where(spent.c.digest == bindparam("token")))
FORGET = delete(spent).where(spent.c.ends_at <= bindparam("moment"))


def spend(connection: Connection, token: str, ends_at: datetime) -> bool:
    """Use a link up; tell whether this was the first time. `ends_at` is when nobody would believe it any more."""
    values = {"digest": digest(token), "ends_at": to_stored(ends_at)}
    return connection.execute(ADD[connection.dialect.name], values).one_or_none() is not None


def is_spent(connection: Connection, token: str) -> bool:
    """Tell whether a link was used."""
    return bool(connection.execute(IS_SPENT, {"token": digest(token)}).scalar_one())


def forget(connection: Connection, now: datetime) -> int:
    """Forget the links that have ended, and return how many."""
    return int(connection.execute(FORGET, {"moment": to_stored(now)}).rowcount)
