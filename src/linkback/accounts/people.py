"""Units of work over people: the first account, invitations, resets, seats, and who may be removed."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.accounts.wording import TAKEN
from linkback.core.errors import LastAdmin, PassRefused, Unfit
from linkback.core.model import Pass, Purpose, Role, Seat, User
from linkback.storage import keys, letters, passes, seats, sessions, users

KEY_BYTES = 32
SETUP_KEY = "setup"
PEOPLE_AT_ONCE = 100  # in a list
Seated = tuple[User, list[tuple[Seat, str]]]  # somebody with their seats, and the address of each site
# How long an address is good for that works once.
LASTS = {
    Purpose.SETUP: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITE: timedelta(days=7),
}


def open_setup(connection: Connection, now: datetime) -> str | None:
    """Return a key for the first account; None when there is one. Of several keys, the first that is used ends all."""
    return None if users.count(connection) else issue(connection, Purpose.SETUP, None, now)


def issue(connection: Connection, purpose: Purpose, user_id: int | None, now: datetime) -> str:
    """Return a key that works once; one that the same person had for the same purpose is worth nothing any more."""
    key = secrets.token_urlsafe(KEY_BYTES)
    if user_id is not None:
        passes.drop(connection, purpose, user_id)
    passes.add(connection, key, Pass(purpose, now + LASTS[purpose], user_id))
    return key


def look_at(connection: Connection, key: str, purpose: Purpose, now: datetime) -> User | None:
    """Return whom a key is for, None where it is for the first account; raises PassRefused."""
    found = passes.find(connection, key, purpose, now)
    if found is None or (purpose is Purpose.SETUP and users.count(connection)):
        raise PassRefused
    return None if found.user_id is None else users.by_id(connection, found.user_id)


def set_up(connection: Connection, key: str, user: User, password: str, now: datetime) -> User:
    """Use a key up, and make the first account with it; raises PassRefused. Of two at once, one is the first."""
    keys.hold(connection, SETUP_KEY)
    if passes.take(connection, key, Purpose.SETUP, now) is None or users.count(connection):
        raise PassRefused
    passes.drop(connection, Purpose.SETUP, None)
    return users.add(connection, user, password, now)


def invite(connection: Connection, user: User, now: datetime) -> tuple[User, str]:
    """Keep a person who has no password yet, and return them with the key to choose one; raises Unfit."""
    if users.find(connection, user.name) is not None:
        raise Unfit("name", TAKEN)
    added = users.add(connection, user, "", now)
    return added, issue(connection, Purpose.INVITE, added.id, now)


def redeem(connection: Connection, key: str, purpose: Purpose, password: str, now: datetime) -> User:
    """Use a key up, keep the password chosen with it, and end all sessions; raises PassRefused."""
    found = passes.take(connection, key, purpose, now)
    if found is None or found.user_id is None:
        raise PassRefused
    give_password(connection, found.user_id, password)
    return users.by_id(connection, found.user_id)


def give_password(connection: Connection, user_id: int, password: str) -> None:
    """Keep a password; all sessions and all keys for another one end with the old one."""
    users.set_password(connection, user_id, password)
    sessions.end_all(connection, user_id)
    for purpose in (Purpose.RESET, Purpose.INVITE):
        passes.drop(connection, purpose, user_id)


def portion(connection: Connection, after: str) -> tuple[list[Seated], str]:
    """Return people by name, those after a name, and the name after which the list goes on; empty at its end."""
    found = users.after(connection, after, PEOPLE_AT_ONCE + 1)
    shown = found[:PEOPLE_AT_ONCE]
    seated = seats.of_each(connection, [user.id for user in shown])
    told = [(user, [each for each in seated if each[0].user_id == user.id]) for user in shown]
    return told, shown[-1].name if len(found) > len(shown) else ""


def edit(connection: Connection, user_id: int, change: Callable[[User], User]) -> User:
    """Change what is said of a person, and return them; raises NotFound, Unfit."""
    there = users.hold(connection, user_id).user
    changed = change(there)
    other = users.find(connection, changed.name)
    if other is not None and other.id != there.id:
        raise Unfit("name", TAKEN)
    users.save(connection, changed)
    return changed


def edit_mail(connection: Connection, user_id: int, change: Callable[[User], User]) -> User:
    """Change where and how often mail comes; an address that refused it is tried again. Raises what edit() does.

    A link for a new password that went to another address is worth nothing any more.
    """
    before = users.hold(connection, user_id).user
    changed = edit(connection, user_id, change)
    letters.forgive(connection, user_id)
    if changed.email != before.email:
        passes.drop(connection, Purpose.RESET, user_id)
    return changed


def set_admin(connection: Connection, user_id: int, admin: bool) -> User:
    """Let a person own every site, or no longer, and return them; raises NotFound, LastAdmin."""
    _leave_an_admin(connection, user_id, admin=admin)
    return edit(connection, user_id, lambda there: replace(there, admin=admin))


def remove(connection: Connection, user_id: int) -> User:
    """Forget a person, and return who they were; raises NotFound, LastAdmin."""
    _leave_an_admin(connection, user_id)
    there = users.by_id(connection, user_id)
    users.remove(connection, user_id)
    return there


def seat(connection: Connection, user_id: int, site_id: int, role: Role | None) -> None:
    """Say what a person is at a site; None takes the seat away. Raises NotFound for a person who is not there."""
    users.by_id(connection, user_id)
    if role is None:
        seats.remove(connection, user_id, site_id)
        return
    seats.put(connection, Seat(user_id, site_id, role))


def _leave_an_admin(connection: Connection, user_id: int, *, admin: bool = False) -> None:
    """Hold all admins, before anybody else is held, and raise LastAdmin where nobody is left to be one."""
    if users.admins(connection) == [user_id] and not admin:
        raise LastAdmin
