"""How a letter to a person comes to be: one unit of work, in which their notices become a letter that is due."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from linkback.core.mailboxes import can_be_written_to
from linkback.core.model import Letter, Mention, Pace, User
from linkback.core.urls import identity
from linkback.mail import Draft, Stationery
from linkback.mail.letter import compose
from linkback.mail.postman import new_key
from linkback.mail.templates import render
from linkback.notify import links
from linkback.notify.digest import Digest, of_person
from linkback.notify.links import Deed, Link
from linkback.notify.pacing import next_mail
from linkback.notify.wording import worded
from linkback.storage import keys, letters, notices

MOST_NOTICES = 5_000  # in one letter; what is more comes in the next
THREAD_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Office:
    """Where letters are written: the address of this server, with a slash at its end, and its stationery."""

    base: str
    stationery: Stationery


def write_to(connection: Connection, user_id: int, office: Office, now: datetime) -> Letter | None:
    """Write the letter that is due to a person, and return it; None when there is nothing to tell any more."""
    user = notices.hold(connection, user_id)
    mine = notices.of(connection, user_id, MOST_NOTICES)
    notices.rest(connection, user_id)
    if mine:
        notices.drop(connection, user_id, mine[-1].id)
    if user is None or not mine or not can_be_written_to(user.email):
        return None
    if len(mine) == MOST_NOTICES and (again := next_mail(user, now, now)):
        notices.ring(connection, user_id, again)
    digest = of_person(connection, user, mine, now)
    if not digest.is_worth_it:
        return None
    message = compose(_draft(connection, user, digest, office, now), office.stationery, now)
    return letters.add(connection, Letter(0, user.email, message, now, user_id=user.id, next_try_at=now))


def _draft(connection: Connection, user: User, digest: Digest, office: Office, now: datetime) -> Draft:
    key = keys.key_for(connection, links.PURPOSE)
    link_to = partial(_link, key, user, office, now)
    stop = f"{office.base}mail/stop/{links.signed_stop(key, user.id, now)}"
    told = worded(digest, user, office.base, link_to)
    text, html = render("digest", told=told, stop=stop, account=f"{office.base}dashboard/account", pace=user.pace.value)
    return Draft(user.email, told.subject, text, html, new_key(), _thread(user, digest), stop)


def _link(key: bytes, user: User, office: Office, now: datetime, mention: Mention, deed: Deed) -> str:
    return f"{office.base}mail/{links.signed(key, Link(user.id, deed, mention.id), now)}"


def _thread(user: User, digest: Digest) -> str:
    """Return the key of the thread that a letter belongs to: that of the one page whose news it tells."""
    pages = {identity(mention.target_page or mention.target) for mention in digest.mentions}
    if user.pace is not Pace.EACH or len(pages) != 1 or digest.warnings:
        return ""
    return "page-" + hashlib.sha256(f"{user.id} {pages.pop()}".encode()).hexdigest()[:THREAD_DIGITS]
