"""Who works with Linkback: people, where they may do what, how they are signed in, and the keys of their programs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do at a site."""

    OWNER = "owner"  # everything, settings and people too
    MODERATOR = "moderator"  # see all, and decide of mentions


class Pace(StrEnum):
    """How often a person hears by mail of what is new."""

    EACH = "each"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Scope(StrEnum):
    """What a program may do with an API token."""

    READ = "read"  # all mentions of its sites, those that wait too
    DECIDE = "decide"  # approve, hold, remove, call spam, undo
    FEED = "feed"  # the feeds alone, so that it may stand in an address


class Purpose(StrEnum):
    """What a pass is for: an address that works once."""

    SETUP = "setup"  # make the first account
    RESET = "reset"  # choose a new password
    INVITE = "invite"  # choose the first password


@dataclass(frozen=True, slots=True)
class User:
    """A person. `name` is what they sign in with; an `admin` owns every site, and looks after people.

    `email` may be empty: then there is no mail. `pace` and `mail_at` (an hour, 0 … 23, UTC) say when mail comes;
    a weekly one comes on Mondays.
    """

    id: int
    name: str
    email: str = ""
    admin: bool = False
    pace: Pace = Pace.DAILY
    mail_at: int = 7
    created_at: datetime | None = None
    signed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """What a person is at a site."""

    user_id: int
    site_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that a person signed in with. `form_key` goes with every form that it sends (CSRF)."""

    user_id: int
    form_key: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Pass:
    """What an address that works once is for, and whom; the key itself is kept as a digest only."""

    purpose: Purpose
    ends_at: datetime
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a program of a person may do, and where (`site_id` None: at every site of that person).

    The token itself is shown once, and kept as a digest only.
    """

    id: int
    user_id: int
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    site_id: int | None = None
    used_at: datetime | None = None
