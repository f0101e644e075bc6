"""Sessions: browsers that people signed in with, found by the digest of the secret that each holds."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from linkback.core.model import Session, User
from linkback.storage import users as people
from linkback.storage.prepared import Row
from linkback.storage.tables import digest, sessions, to_stored, to_time, users

NAMES = ("user_id", "form_key", "created_at", "seen_at", "ends_at")
COLUMNS = tuple(sessions.c[name] for name in NAMES)
THIS = sessions.c.digest == bindparam("secret")
ADD = insert(sessions)
FIND = (
    select(*COLUMNS, *people.COLUMNS)
    .join_from(sessions, users, sessions.c.user_id == users.c.id)
    .where(THIS, sessions.c.ends_at > bindparam("moment"))
)
TOUCH = update(sessions).where(THIS).values(seen_at=bindparam("moment"), ends_at=bindparam("until"))
OF = (
    select(*COLUMNS)
    .where(sessions.c.user_id == bindparam("user"), sessions.c.ends_at > bindparam("moment"))
    .order_by(sessions.c.seen_at.desc())
    .limit(bindparam("most"))
)
END = delete(sessions).where(THIS)
END_ALL = delete(sessions).where(sessions.c.user_id == bindparam("user"))
FORGET = delete(sessions).where(sessions.c.ends_at <= bindparam("moment"))


def add(connection: Connection, secret: str, session: Session) -> None:
    """Keep a session; only a digest of the secret is kept."""
    times = {name: to_stored(getattr(session, name)) for name in NAMES[2:]}
    values = {"digest": digest(secret), "user_id": session.user_id, "form_key": session.form_key, **times}
    connection.execute(ADD, values)


def find(connection: Connection, secret: str, now: datetime) -> tuple[Session, User] | None:
    """Return the session of a secret and whose it is; None when there is none, or it has ended."""
    row = connection.execute(FIND, {"secret": digest(secret), "moment": to_stored(now)}).one_or_none()
    if row is None:
        return None
    return _to_session(row[: len(COLUMNS)]), people.to_user(row[len(COLUMNS) :])


def of(connection: Connection, user_id: int, now: datetime, limit: int) -> list[Session]:
    """Return the sessions of a person that go on, the one used last first."""
    rows = connection.execute(OF, {"user": user_id, "moment": to_stored(now), "most": limit})
    return list(map(_to_session, rows))


def touch(connection: Connection, secret: str, now: datetime, ends_at: datetime) -> None:
    """Note that a session was used, and let it go on until then."""
    connection.execute(TOUCH, {"secret": digest(secret), "moment": to_stored(now), "until": to_stored(ends_at)})


def end(connection: Connection, secret: str) -> None:
    """End a session, if there is one."""
    connection.execute(END, {"secret": digest(secret)})


def end_all(connection: Connection, user_id: int) -> int:
    """End all sessions of a person, and return how many."""
    return int(connection.execute(END_ALL, {"user": user_id}).rowcount)


def forget(connection: Connection, now: datetime) -> int:
    """Forget the sessions that have ended, and return how many."""
    return int(connection.execute(FORGET, {"moment": to_stored(now)}).rowcount)


def _to_session(row: Row) -> Session:
    user_id, form_key, *times = row
    return Session(user_id, form_key, *map(to_time, times))
