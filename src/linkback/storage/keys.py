"""The keys of this server: each made once, when it is first needed, and the same for all its processes."""

import secrets

from sqlalchemy import Connection, bindparam, select

from linkback.storage.prepared import Insert, insert_for
from linkback.storage.tables import keys

KEY_BYTES = 32


def _add(dialect: str) -> Insert:
    return insert_for(dialect, keys).on_conflict_do_nothing(index_elements=["purpose"])


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
BY_PURPOSE = select(keys.c.key).where(keys.c.purpose == bindparam("what_for"))
LOCKED = BY_PURPOSE.with_for_update()


def find(connection: Connection, purpose: str) -> bytes | None:
    """Return the key for a purpose, None when it was not made yet."""
    return connection.execute(BY_PURPOSE, {"what_for": purpose}).scalar_one_or_none()


def key_for(connection: Connection, purpose: str) -> bytes:
    """Return the key for a purpose, 32 bytes; it is made when there is none, so this is a write."""
    if (known := find(connection, purpose)) is not None:
        return known
    values = {"purpose": purpose, "key": secrets.token_bytes(KEY_BYTES)}
    connection.execute(ADD[connection.dialect.name], values)
    return bytes(connection.execute(BY_PURPOSE, {"what_for": purpose}).scalar_one())


def hold(connection: Connection, purpose: str) -> bytes:
    """Return the key for a purpose, and keep others who hold it waiting until this unit of work is over."""
    key_for(connection, purpose)
    return bytes(connection.execute(LOCKED, {"what_for": purpose}).scalar_one())
