"""The links in letters by which people decide, and stop mail: signed, for one person, for two weeks, each to act once.

A link says who, what, and of which mention; nothing happens before somebody presses the button on its page.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from linkback.core import signing
from linkback.core.errors import LinkbackError

PURPOSE = "mail"
STOP = "mail stop"
LINKS_LAST = timedelta(days=14)
STOP_LASTS = timedelta(days=400)  # who finds an old letter annoying must still be able to stop them
NONCE_BYTES = 6  # two links never read the same, so that each is used up by itself


class Used(LinkbackError):
    """A link has acted already."""


class Deed(StrEnum):
    """What a link in a letter does."""

    APPROVE = "approve"
    REMOVE = "remove"
    SPAM = "spam"
    TRUST = "trust"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link stands for: `subject` is the id of a mention, for UNDO that of an action, done to the one `about`."""

    user_id: int
    deed: Deed
    subject: int
    about: int = 0


def signed(key: bytes, link: Link, now: datetime) -> str:
    """Return the token of a link."""
    parts = (link.user_id, link.deed, link.subject, link.about, secrets.token_urlsafe(NONCE_BYTES))
    return signing.sign(key, PURPOSE, " ".join(map(str, parts)), now + LINKS_LAST)


def read(key: bytes, token: str, now: datetime) -> Link:
    """Return what a token stands for; raises Forged or Expired."""
    user_id, deed, subject, about, _nonce = signing.read(key, PURPOSE, token, now).split(" ")
    return Link(int(user_id), Deed(deed), int(subject), int(about))


def signed_stop(key: bytes, user_id: int, now: datetime) -> str:
    """Return the token of the link that stops all mail to a person."""
    return signing.sign(key, STOP, f"{user_id}", now + STOP_LASTS)


def read_stop(key: bytes, token: str, now: datetime) -> int:
    """Return whose mail a token stops; raises Forged or Expired."""
    return int(signing.read(key, STOP, token, now))
