"""Letters: mails that wait to be sent, and what became of each.

A letter is claimed with a lease before it is sent: a postman who dies sends at most that one twice, in the same bytes.
What ended keeps its row without its text for a while, so that people see what became of it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from linkback.core.model import Letter
from linkback.storage.prepared import Row, always
from linkback.storage.tables import clean, letters, maybe_stored, maybe_time, to_stored, to_time

TOO_OFTEN = 3  # letters in a row that an address refused for good: nobody is there
NOTHING = b""

NAMES = ("id", "recipient", "message", "created_at", "user_id", "next_try_at", "tries", "sent_at", "trouble", "refused")
COLUMNS = tuple(letters.c[name] for name in NAMES)
ADD = insert(letters).returning(letters.c.id)
THIS = letters.c.id == bindparam("letter")
DUE = (
    select(*COLUMNS)
    .where(letters.c.next_try_at <= bindparam("now"))
    .order_by(letters.c.next_try_at, letters.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = (
    update(letters)
    .where(letters.c.id.in_(bindparam("ids", expanding=True)))
    .values(next_try_at=bindparam("lease_until"))
)
NOTE = update(letters).where(THIS)
NEXT_DUE = always(select(func.min(letters.c.next_try_at)).where(letters.c.next_try_at.is_not(None)))
LATEST = select(*COLUMNS).order_by(letters.c.id.desc()).limit(bindparam("most"))
OF_PERSON = letters.c.user_id == bindparam("person")
ENDED = (
    select(letters.c.refused, letters.c.trouble)
    .where(OF_PERSON, letters.c.recipient == bindparam("address"), letters.c.next_try_at.is_(None))
    .order_by(letters.c.id.desc())
    .limit(TOO_OFTEN)
)
LAST = select(letters.c.created_at).where(OF_PERSON).order_by(letters.c.id.desc()).limit(1)
FORGIVE = update(letters).where(OF_PERSON, letters.c.refused).values(refused=False)
later = letters.alias()
# Of each person the letters that trouble_with and last_at look at are kept.
OLDEST_KEPT = (
    select(later.c.id)
    .where(later.c.user_id == letters.c.user_id, later.c.next_try_at.is_(None))
    .order_by(later.c.id.desc())
    .limit(1)
    .offset(TOO_OFTEN - 1)
    .scalar_subquery()
)
FORGET = delete(letters).where(
    letters.c.next_try_at.is_(None),
    letters.c.created_at < bindparam("before"),
    letters.c.user_id.is_(None) | (letters.c.id < OLDEST_KEPT),
)


def add(connection: Connection, letter: Letter) -> Letter:
    """Keep a letter to be sent, whatever its id, and return it."""
    values = {"recipient": letter.recipient, "message": letter.message, "created_at": to_stored(letter.created_at)}
    row = {**values, "user_id": letter.user_id, **_state(letter)}
    return replace(letter, id=int(connection.execute(ADD, row).scalar_one()))


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[Letter]:
    """Return letters that are due, longest due first, and make them due again only when the lease is over."""
    found = list(map(_to_letter, connection.execute(DUE, {"now": to_stored(now), "most": limit})))
    if found:
        connection.execute(LEASE, {"ids": [letter.id for letter in found], "lease_until": to_stored(lease_until)})
    return [replace(letter, next_try_at=lease_until) for letter in found]


def note(connection: Connection, letter: Letter) -> None:
    """Write what became of a letter; once it ended its text is forgotten, since links in it act."""
    message = {"message": NOTHING} if letter.next_try_at is None else {}
    connection.execute(NOTE.values({**_state(letter), **message}), {"letter": letter.id})


def latest(connection: Connection, limit: int, *, waiting: bool = False, failed: bool = False) -> list[Letter]:
    """Return letters, newest first: all, or those that wait or failed."""
    statement = LATEST
    if waiting or failed:
        waits = letters.c.next_try_at.is_not(None)
        fell = letters.c.next_try_at.is_(None) & letters.c.sent_at.is_(None)
        statement = statement.where((waits | fell) if waiting and failed else waits if waiting else fell)
    return list(map(_to_letter, connection.execute(statement, {"most": limit})))


def trouble_with(connection: Connection, user_id: int, address: str) -> str:
    """Return why no mail goes to this address of a person any more; empty while it does.

    That is when it refused its last TOO_OFTEN letters for good.
    """
    ended = connection.execute(ENDED, {"person": user_id, "address": address}).all()
    given_up = len(ended) == TOO_OFTEN and all(row.refused for row in ended)
    return str(ended[0].trouble) if given_up else ""


def forgive(connection: Connection, user_id: int) -> None:
    """Forget that a person's letters were refused: who saves an address again wants it to be tried again."""
    connection.execute(FORGIVE, {"person": user_id})


def last_at(connection: Connection, user_id: int) -> datetime | None:
    """Return when the latest letter to a person was written, None when none was."""
    return maybe_time(connection.execute(LAST, {"person": user_id}).scalar_one_or_none())


def forget(connection: Connection, before: datetime) -> int:
    """Forget the letters that ended and were written before this time, and return how many.

    The newest TOO_OFTEN of each person are kept: by them it is known since when there are news, and whether anybody
    is there.
    """
    return int(connection.execute(FORGET, {"before": to_stored(before)}).rowcount)


def next_due(connection: Connection) -> datetime | None:
    """Return when the next letter is due, None when none is."""
    return maybe_time(NEXT_DUE.rows(connection, {})[0][0])


def _state(letter: Letter) -> dict[str, object]:
    return {
        "next_try_at": maybe_stored(letter.next_try_at),
        "tries": letter.tries,
        "sent_at": maybe_stored(letter.sent_at),
        "trouble": clean(letter.trouble),
        "refused": letter.refused,
    }


def _to_letter(row: Row) -> Letter:
    id_, recipient, message, created_at, user_id, next_try_at, tries, sent_at, trouble, refused = row
    times = (to_time(created_at), user_id, maybe_time(next_try_at), tries, maybe_time(sent_at))
    return Letter(id_, recipient, bytes(message), *times, trouble, bool(refused))
