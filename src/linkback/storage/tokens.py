"""API tokens: what programs of people hold, found by digest."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from linkback.core.errors import NotFound
from linkback.core.model import ApiToken, Scope, User
from linkback.storage import users as people
from linkback.storage.prepared import Row
from linkback.storage.tables import LARGEST_ID, digest, maybe_time, to_stored, to_time, tokens, users

NAMES = ("id", "user_id", "name", "scopes", "created_at", "site_id", "used_at")
COLUMNS = tuple(tokens.c[name] for name in NAMES)
ADD = insert(tokens)
OF = select(*COLUMNS).where(tokens.c.user_id == bindparam("user")).order_by(tokens.c.id)
COUNT = select(func.count()).select_from(tokens).where(tokens.c.user_id == bindparam("user"))
FIND = (
    select(*COLUMNS, *people.COLUMNS)
    .join_from(tokens, users, tokens.c.user_id == users.c.id)
    .where(tokens.c.digest == bindparam("secret"))
)
THIS = tokens.c.id == bindparam("token")
USE = update(tokens).where(THIS).values(used_at=bindparam("moment"))
DROP = delete(tokens).where(THIS, tokens.c.user_id == bindparam("user"))


def add(
    connection: Connection,
    secret: str,
    user_id: int,
    name: str,
    scopes: Iterable[Scope],
    site_id: int | None,
    now: datetime,
) -> ApiToken:
    """Keep a token, and return it; only a digest of the secret is kept."""
    kept = frozenset(scopes)
    values = {"user_id": user_id, "site_id": site_id, "name": name, "scopes": " ".join(sorted(kept))}
    added = connection.execute(ADD, {"digest": digest(secret), **values, "created_at": to_stored(now)})
    (id_,) = added.inserted_primary_key or (0,)
    return ApiToken(id_, user_id, name, kept, now, site_id)


def of(connection: Connection, user_id: int) -> list[ApiToken]:
    """Return the tokens of a person, oldest first."""
    return [to_token(row) for row in connection.execute(OF, {"user": user_id})]


def count(connection: Connection, user_id: int) -> int:
    """Return how many tokens a person has."""
    return int(connection.execute(COUNT, {"user": user_id}).scalar_one())


def find(connection: Connection, secret: str) -> tuple[ApiToken, User] | None:
    """Return the token of a secret and whose it is; None when there is none."""
    row = connection.execute(FIND, {"secret": digest(secret)}).one_or_none()
    if row is None:
        return None
    return to_token(row[: len(COLUMNS)]), people.to_user(row[len(COLUMNS) :])


def note_use(connection: Connection, token_id: int, now: datetime) -> None:
    """Note that a token was used now."""
    connection.execute(USE, {"token": token_id, "moment": to_stored(now)})


def drop(connection: Connection, user_id: int, token_id: int) -> None:
    """Forget a token of a person; raises NotFound."""
    known = 0 < token_id <= LARGEST_ID
    if not known or not connection.execute(DROP, {"user": user_id, "token": token_id}).rowcount:
        raise NotFound("token", token_id)


def to_token(row: Row) -> ApiToken:
    """Return the token that stands in a row of COLUMNS."""
    id_, user_id, name, scopes, created_at, site_id, used_at = row
    may = frozenset(map(Scope, scopes.split()))
    return ApiToken(id_, user_id, name, may, to_time(created_at), site_id, maybe_time(used_at))
