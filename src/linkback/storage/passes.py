"""Passes: addresses that work once, found by the digest of the key in them."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from linkback.core.model import Pass, Purpose
from linkback.storage.tables import digest, passes, to_stored, to_time

ADD = insert(passes)
THIS = (passes.c.digest == bindparam("secret"), passes.c.purpose == bindparam("what_for"))
STANDS = passes.c.ends_at > bindparam("moment")
FIND = select(passes.c.ends_at, passes.c.user_id).where(*THIS, STANDS)
TAKE = delete(passes).where(*THIS, STANDS)
DROP = delete(passes).where(passes.c.purpose == bindparam("what_for"))
FORGET = delete(passes).where(passes.c.ends_at <= bindparam("moment"))


def add(connection: Connection, key: str, issued: Pass) -> None:
    """Keep a pass; only a digest of the key is kept."""
    values = {"purpose": issued.purpose.value, "user_id": issued.user_id, "ends_at": to_stored(issued.ends_at)}
    connection.execute(ADD, {"digest": digest(key), **values})


def find(connection: Connection, key: str, purpose: Purpose, now: datetime) -> Pass | None:
    """Return what a key is good for; None when it is unknown, used, too old, or for something else."""
    row = connection.execute(FIND, _asked(key, purpose, now)).one_or_none()
    return None if row is None else Pass(purpose, to_time(row.ends_at), row.user_id)


def take(connection: Connection, key: str, purpose: Purpose, now: datetime) -> Pass | None:
    """Return what a key is good for, and use it up: of several who do so at once, one gets it."""
    found = find(connection, key, purpose, now)
    return found if connection.execute(TAKE, _asked(key, purpose, now)).rowcount else None


def drop(connection: Connection, purpose: Purpose, user_id: int | None) -> None:
    """Forget the passes of a person for a purpose; those of nobody with None."""
    statement = DROP.where(passes.c.user_id.is_(None) if user_id is None else passes.c.user_id == user_id)
    connection.execute(statement, {"what_for": purpose.value})


def forget(connection: Connection, now: datetime) -> int:
    """Forget the passes that have ended, and return how many."""
    return int(connection.execute(FORGET, {"moment": to_stored(now)}).rowcount)


def _asked(key: str, purpose: Purpose, now: datetime) -> dict[str, object]:
    return {"secret": digest(key), "what_for": purpose.value, "moment": to_stored(now)}
