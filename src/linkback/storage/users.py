"""Users: people, each known by a name that is theirs in whatever letters it is written."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.sql.dml import ReturningInsert

from linkback.core.errors import NotFound, Unfit
from linkback.core.model import Pace, User
from linkback.storage.prepared import Row, insert_for
from linkback.storage.tables import LARGEST_ID, clean, maybe_time, to_stored, to_time, users

NAMES = ("id", "name", "email", "admin", "pace", "mail_at", "created_at", "signed_in_at")
COLUMNS = tuple(users.c[name] for name in NAMES)
TAKEN = "Somebody took this name at this very moment."


def _add(dialect: str) -> ReturningInsert[Any]:
    return insert_for(dialect, users).on_conflict_do_nothing(index_elements=["fold"]).returning(*COLUMNS)


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
THIS = users.c.id == bindparam("user")
BY_FOLD = select(*COLUMNS).where(users.c.fold == bindparam("named"))
BY_ID = select(*COLUMNS).where(THIS)
AT_ADDRESS = select(*COLUMNS).where(func.lower(users.c.email) == bindparam("address")).order_by(users.c.id)
KEPT = select(users.c.password, *COLUMNS)
# Who only refers to a person, such as a session that begins, is not kept waiting.
HOLD = KEPT.where(THIS).with_for_update(key_share=True)
EVERY = select(*COLUMNS).order_by(users.c.fold)
AFTER = EVERY.where(users.c.fold > bindparam("named")).limit(bindparam("most"))
COUNT = select(func.count()).select_from(users)
ADMINS = select(users.c.id).where(users.c.admin).order_by(users.c.id).with_for_update()
CHANGE = update(users).where(THIS)
REMOVE = delete(users).where(THIS)


@dataclass(frozen=True, slots=True)
class Secured:
    """A person, and the hash of their password; empty where none was chosen yet."""

    user: User
    password: str


def fold(name: str) -> str:
    """Return a name as it is compared: Ana, ANA and full-width ana are one person."""
    return clean(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()))


def add(connection: Connection, user: User, password: str, now: datetime) -> User:
    """Keep a person, whatever their id, and return them; raises Unfit when the name is taken."""
    values = {**_settings(user), "fold": fold(user.name), "password": password, "created_at": to_stored(now)}
    row = connection.execute(ADD[connection.dialect.name], values).one_or_none()
    if row is None:
        raise Unfit("name", TAKEN)
    return to_user(row)


def find(connection: Connection, name: str) -> User | None:
    """Return the person of this name, in whatever letters; None when there is none."""
    row = connection.execute(BY_FOLD, {"named": fold(name)}).one_or_none()
    return None if row is None else to_user(row)


def get(connection: Connection, name: str) -> User:
    """Return the person of this name, or raise NotFound."""
    if (found := find(connection, name)) is None:
        raise NotFound("person called", name)
    return found


def by_id(connection: Connection, user_id: int) -> User:
    """Return a person by id, or raise NotFound."""
    row = connection.execute(BY_ID, {"user": user_id}).one_or_none() if 0 < user_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("person", user_id)
    return to_user(row)


def at_address(connection: Connection, email: str, limit: int) -> list[User]:
    """Return the people whom mail to this address reaches, who came first first."""
    asked = {"address": clean(email).lower()}
    return [to_user(row) for row in connection.execute(AT_ADDRESS.limit(limit), asked)] if email else []


def secured(connection: Connection, name: str) -> Secured | None:
    """Return the person of this name with the hash of their password; None when there is none."""
    row = connection.execute(KEPT.where(users.c.fold == bindparam("named")), {"named": fold(name)}).one_or_none()
    return None if row is None else Secured(to_user(row[1:]), row[0])


def hold(connection: Connection, user_id: int) -> Secured:
    """Return a person with the hash of their password; nobody changes either before this unit is over.

    Raises NotFound.
    """
    row = connection.execute(HOLD, {"user": user_id}).one_or_none() if 0 < user_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("person", user_id)
    return Secured(to_user(row[1:]), row[0])


def every(connection: Connection) -> list[User]:
    """Return all people, by name."""
    return [to_user(row) for row in connection.execute(EVERY)]


def after(connection: Connection, name: str, limit: int) -> list[User]:
    """Return people by name, those after a name."""
    return [to_user(row) for row in connection.execute(AFTER, {"named": fold(name), "most": limit})]


def count(connection: Connection) -> int:
    """Return how many people there are."""
    return int(connection.execute(COUNT).scalar_one())


def admins(connection: Connection) -> list[int]:
    """Return the ids of those who own every site; nobody else makes or unmakes one before this unit is over."""
    return list(connection.execute(ADMINS).scalars())


def save(connection: Connection, user: User) -> None:
    """Keep what is said of a person whom this unit holds, their name too; raises NotFound."""
    _change(connection, user.id, {**_settings(user), "fold": fold(user.name)})


def set_password(connection: Connection, user_id: int, password: str) -> None:
    """Keep the hash of a password; raises NotFound."""
    _change(connection, user_id, {"password": password})


def note_sign_in(connection: Connection, user_id: int, now: datetime) -> None:
    """Note that a person signed in; raises NotFound."""
    _change(connection, user_id, {"signed_in_at": to_stored(now)})


def remove(connection: Connection, user_id: int) -> None:
    """Forget a person with all that is theirs; raises NotFound. What they decided stands, under their name."""
    if not connection.execute(REMOVE, {"user": user_id}).rowcount:
        raise NotFound("person", user_id)


def to_user(row: Row) -> User:
    """Return the person who stands in a row of COLUMNS."""
    id_, name, email, admin, pace, mail_at, created_at, signed_in_at = row
    times = (to_time(created_at), maybe_time(signed_in_at))
    return User(id_, name, email, bool(admin), Pace(pace), mail_at, *times)


def _change(connection: Connection, user_id: int, values: dict[str, object]) -> None:
    if not connection.execute(CHANGE.values(values), {"user": user_id}).rowcount:
        raise NotFound("person", user_id)


def _settings(user: User) -> dict[str, object]:
    return {
        "name": clean(user.name),
        "email": clean(user.email),
        "admin": user.admin,
        "pace": user.pace.value,
        "mail_at": user.mail_at,
    }
