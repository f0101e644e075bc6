"""Tries to sign in that went wrong, or are not over yet: what is counted to slow guessing down.

A subject is an account or an address. It is kept as a keyed digest: the table tells nobody's name and no address.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from linkback.storage.tables import to_stored, to_time, tries

ADD = insert(tries)
LATEST = (
    select(tries.c.at)
    .where(tries.c.subject == bindparam("who"), tries.c.at > bindparam("moment"))
    .order_by(tries.c.at.desc())
    .limit(bindparam("most"))
)
DROP = delete(tries).where(tries.c.id.in_(bindparam("ids", expanding=True)))
FORGET = delete(tries).where(tries.c.at <= bindparam("moment"))


def subject(key: bytes, *parts: str) -> bytes:
    """Return what stands for an account or an address in the table."""
    return hmac.digest(key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256")


def latest(connection: Connection, who: bytes, since: datetime, most: int) -> list[datetime]:
    """Return when the latest tries of a subject were, newest first."""
    found = connection.execute(LATEST, {"who": who, "moment": to_stored(since), "most": most}).scalars()
    return list(map(to_time, found))


def add(connection: Connection, subjects: Sequence[bytes], now: datetime) -> list[int]:
    """Count a try against each of these subjects, and return the ids by which it is taken back."""
    added = (connection.execute(ADD, {"subject": who, "at": to_stored(now)}) for who in subjects)
    return [int(done.inserted_primary_key[0]) for done in added if done.inserted_primary_key]


def take_back(connection: Connection, ids: Sequence[int]) -> None:
    """Count tries no longer: they went well."""
    connection.execute(DROP, {"ids": list(ids)})


def forget(connection: Connection, before: datetime) -> int:
    """Forget the tries up to this time, and return how many."""
    return int(connection.execute(FORGET, {"moment": to_stored(before)}).rowcount)
