"""Units of work of signing in: tries are counted before a password is looked at, and sessions begin and end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import Connection

from linkback.accounts import people
from linkback.accounts.wording import WRONG
from linkback.core.errors import NotFound, SignInRefused, TooManyTries, Unfit
from linkback.core.model import Role, Session, Site, User
from linkback.storage import keys, passes, seats, sessions, spent, tries, users
from linkback.storage.users import Secured

MOST_TRIES = 10  # SECURITY 15: in a window, for each account and for each address
WINDOW = timedelta(minutes=15)
SESSION = timedelta(days=30)  # since it was last used
SEEN_EVERY = timedelta(minutes=10)  # a write for each request would be one for nothing
SECRET_BYTES = 32
SESSIONS_SHOWN = 50
TRIES_KEY = "tries"
IPV6_NETWORK = 64  # bits; whoever has one address of such a network has them all


@dataclass(frozen=True, slots=True)
class Visit:
    """Who came with a session, and the sites they may see, by address, with what they are there."""

    user: User
    session: Session
    seats: tuple[tuple[Site, Role], ...]

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the sites alone."""
        return tuple(site for site, _role in self.seats)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that is under way: the person who is meant, if there is one, and how it is taken back."""

    meant: Secured | None
    ids: tuple[int, ...]


def begin(
    connection: Connection, name: str, address: str | None, lane: str, now: datetime, *, proves: bool = False
) -> Attempt:
    """Count a try before its password is looked at; raises TooManyTries.

    It counts against the account and the address; one with a lane of its own ("ID:…", a browser that this person
    signed in with) counts there alone. Who is signed in and `proves` who they are, as the thief of a session might
    try to, has ten for that person besides, whatever the lane and the address. Those who try at the same time wait
    for each other, so nobody gets an eleventh.
    """
    key = keys.hold(connection, TRIES_KEY)
    meant = users.secured(connection, name)
    is_theirs = meant is not None and lane.partition(":")[0] == str(meant.user.id)
    account = f"name {users.fold(name)}" if meant is None else f"id {meant.user.id}"  # another name is no way around
    subjects = _subjects(key, account, address, lane if is_theirs else "")
    if proves:
        subjects.append(tries.subject(key, "proof", account))
    return Attempt(meant, tuple(count(connection, subjects, now)))


def count(connection: Connection, subjects: list[bytes], now: datetime, most: int = MOST_TRIES) -> list[int]:
    """Count a try against subjects, none of which may have had as many in the window; raises TooManyTries."""
    waits = [_wait(connection, who, now, most) for who in subjects]
    if longest := max(waits, default=0):
        raise TooManyTries(longest)
    return tries.add(connection, subjects, now)


def allow(connection: Connection, purpose: str, who: str, most: int, now: datetime) -> None:
    """Count a request of another kind than signing in; raises TooManyTries."""
    key = keys.hold(connection, TRIES_KEY)
    count(connection, [tries.subject(key, purpose, who)], now, most)


def network_of(address: str) -> str:
    """Return what counts as one address: IPv6 is given out in networks."""
    parsed = ip_address(address)
    return str(ip_network((parsed, IPV6_NETWORK), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def let_in(connection: Connection, proven: Secured, attempt: Attempt, newer: str | None, now: datetime) -> str:
    """Begin a session after a try that went well, with a newer hash of the password if there is one.

    Raises SignInRefused when the password that was proven is not theirs any more.
    """
    user_id = proven.user.id
    if not _stands(connection, proven):
        raise SignInRefused
    tries.take_back(connection, attempt.ids)
    if newer is not None:
        users.set_password(connection, user_id, newer)
    return open_session(connection, user_id, now)


def open_session(connection: Connection, user_id: int, now: datetime) -> str:
    """Begin a session, and return the secret that the browser has to keep; raises NotFound."""
    users.note_sign_in(connection, user_id, now)
    secret, form_key = secrets.token_urlsafe(SECRET_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    sessions.add(connection, secret, Session(user_id, form_key, now, now, now + SESSION))
    return secret


def open_alone(connection: Connection, proven: Secured, password: str, now: datetime) -> str:
    """Keep a new password, end all sessions of the person and all links for another one, and begin another session.

    Raises Unfit with the field `old` when the password that was proven is not theirs any more.
    """
    if not _stands(connection, proven):
        raise Unfit("old", WRONG)
    people.give_password(connection, proven.user.id, password)
    return open_session(connection, proven.user.id, now)


def stay_alone(connection: Connection, user_id: int, now: datetime) -> str:
    """End all sessions of a person, and begin another one."""
    sessions.end_all(connection, user_id)
    return open_session(connection, user_id, now)


def visit(connection: Connection, secret: str, now: datetime) -> Visit | None:
    """Return who comes with this secret; None when the session has ended or never was."""
    found = sessions.find(connection, secret, now)
    if found is None:
        return None
    session, user = found
    return Visit(user, session, tuple(seats.of(connection, user)))


def forget(connection: Connection, now: datetime) -> int:
    """Forget sessions, passes, tries and signed links that have ended, and return how many."""
    ended = sessions.forget(connection, now) + passes.forget(connection, now) + spent.forget(connection, now)
    return ended + tries.forget(connection, now - WINDOW)


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether it is time to note that a session is used."""
    return now - session.seen_at >= SEEN_EVERY


def _subjects(key: bytes, account: str, address: str | None, lane: str) -> list[bytes]:
    if lane:
        return [tries.subject(key, "lane", account, lane)]
    known = [tries.subject(key, "account", account)]
    return known if address is None else [*known, tries.subject(key, "address", network_of(address))]


def _stands(connection: Connection, proven: Secured) -> bool:
    """Tell whether somebody still has the password that was proven, which took a while; it is theirs until the end."""
    try:
        return users.hold(connection, proven.user.id).password == proven.password
    except NotFound:
        return False


def _wait(connection: Connection, who: bytes, now: datetime, most: int) -> int:
    """Return the seconds until a subject may try again, 0 when it may now."""
    found = tries.latest(connection, who, now - WINDOW, most)
    return ceil((found[-1] + WINDOW - now).total_seconds()) if len(found) >= most else 0
