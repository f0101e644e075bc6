"""Units of work over API tokens: what the programs of people hold, and what that lets them do."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.accounts.wording import NO_SCOPE, TOO_MANY
from linkback.core.errors import NotFound, Unfit
from linkback.core.model import ApiToken, Role, Scope, Site, User
from linkback.storage import seats, tokens

PREFIX = "lb_"  # so that people, and programs that look for lost secrets, know one when they see it
TOKEN_BYTES = 32
USED_EVERY = timedelta(minutes=1)  # a feed reader may ask a hundred times a minute
MOST_TOKENS = 100  # of one person


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks with a token: the token, whose it is, and the sites it is good for, by address."""

    token: ApiToken
    user: User
    seats: tuple[tuple[Site, Role], ...]

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return the sites alone."""
        return tuple(site for site, _role in self.seats)


def add(
    connection: Connection, user: User, name: str, scopes: Iterable[Scope], site_id: int | None, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token, and return it with its secret, which is never shown again; raises Unfit or NotFound."""
    wanted = frozenset(scopes)
    if not wanted:
        raise Unfit("scopes", NO_SCOPE)
    if tokens.count(connection, user.id) >= MOST_TOKENS:
        raise Unfit("name", TOO_MANY)
    if site_id is not None and not any(site.id == site_id for site, _ in seats.of(connection, user)):
        raise NotFound("site", site_id)
    secret = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    return tokens.add(connection, secret, user.id, name, wanted, site_id, now), secret


def find(connection: Connection, secret: str, scope: Scope) -> Program | None:
    """Return who asks with a token; None when it is unknown, or not for this.

    The sites are those that its owner may see now: a seat that was taken away is gone for programs too.
    """
    found = tokens.find(connection, secret)
    if found is None or scope not in found[0].scopes:
        return None
    token, user = found
    may_see = seats.of(connection, user)
    return Program(token, user, tuple(seat for seat in may_see if token.site_id in (None, seat[0].id)))


def is_due(token: ApiToken, now: datetime) -> bool:
    """Tell whether it is time to note that a token is used."""
    return token.used_at is None or now - token.used_at >= USED_EVERY
