"""Accounts: what people do to sign in, and to look after people, sites' seats and tokens."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from linkback.accounts import admission, people, programs
from linkback.accounts.admission import Attempt, Visit
from linkback.accounts.passwords import Passwords
from linkback.accounts.programs import PREFIX, Program
from linkback.accounts.wording import HOUR, WRONG, fit_email, fit_name, fit_password
from linkback.core import signing
from linkback.core.errors import LinkbackError, SignInRefused, TooManyTries, Unfit
from linkback.core.model import ApiToken, Pace, Purpose, Role, Scope, Seat, Session, Site, User
from linkback.storage import keys, seats, sessions, tokens, tries, users
from linkback.storage.database import Database
from linkback.storage.users import Secured

MOST_INVITATIONS = 20  # by one person within a quarter of an hour: letters to whomever they please
MOST_RESETS = 3  # letters to one person within a quarter of an hour
MOST_SHARING = 10  # people with one address whose passwords are asked for by it; others are by their names
HOURS = range(24)
LONGEST_SECRET = 200  # characters; ours have 46 at most
BROWSERS = "browsers"
KNOWN_FOR = timedelta(days=365)
LANE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Accounts:
    """Knows who may do what. Secrets and keys are returned once, and kept as digests."""

    database: Database
    now: Callable[[], datetime]
    passwords: Passwords = field(default_factory=Passwords)

    async def needs_setup(self) -> bool:
        """Tell whether nobody has an account yet."""
        return not await self.database.read(users.count)

    async def open_setup(self) -> str | None:
        """Return the key to make the first account with, good for a day; None when there is an account already."""
        return await self.database.write(people.open_setup, self.now())

    async def look_at(self, key: str, purpose: Purpose) -> User | None:
        """Return whom a key is for, None for the first account; raises PassRefused when it is good for nothing."""
        return await self.database.read(people.look_at, key, purpose, self.now())

    async def set_up(self, key: str, name: str, password: str, email: str = "") -> User:
        """Make the first account, an admin's; raises PassRefused or Unfit."""
        await self.look_at(key, Purpose.SETUP)
        user = User(0, fit_name(name), fit_email(email), admin=True)
        kept = await self.passwords.hash(fit_password(password, user.name))
        return await self.database.write(people.set_up, key, user, kept, self.now())

    async def sign_in(self, name: str, password: str, address: str | None, browser: str = "") -> str:
        """Begin a session, and return its secret; raises SignInRefused or TooManyTries.

        `address` is the sender's, None where it cannot be told. `browser` is what `know_browser` gave to one that
        this person signed in with before: what others try does not lock it out.
        """
        attempt = await self._begin(name, address, browser)
        kept = attempt.meant.password if attempt.meant else ""
        if not await self.passwords.matches(kept, password) or attempt.meant is None:
            raise SignInRefused
        newer = await self.passwords.hash(password) if self.passwords.is_dated(kept) else None
        return await self.database.write(admission.let_in, attempt.meant, attempt, newer, self.now())

    async def start_session(self, user: User) -> str:
        """Begin a session without a password, for who has just chosen one; returns its secret."""
        return await self.database.write(admission.open_session, user.id, self.now())

    async def visit(self, secret: str) -> Visit | None:
        """Return who comes with the secret of a session, and let that go on; None when there is none."""
        if not 0 < len(secret) <= LONGEST_SECRET:
            return None
        now = self.now()
        found = await self.database.read(admission.visit, secret, now)
        if found is not None and admission.is_due(found.session, now):
            await self.database.write(sessions.touch, secret, now, now + admission.SESSION)
        return found

    async def sign_out(self, secret: str) -> None:
        """End a session."""
        await self.database.write(sessions.end, secret)

    async def sessions(self, user: User) -> list[Session]:
        """Return the sessions of a person, the one used last first; the newest fifty."""
        return await self.database.read(sessions.of, user.id, self.now(), admission.SESSIONS_SHOWN)

    async def stay_alone(self, user: User) -> str:
        """End all sessions of a person, and return the secret of another one."""
        return await self.database.write(admission.stay_alone, user.id, self.now())

    async def every(self) -> list[User]:
        """Return all people, by name."""
        return await self.database.read(users.every)

    async def portion(self, after: str = "") -> tuple[list[people.Seated], str]:
        """Return people by name, a hundred after a name, with their seats and the addresses of the sites.

        And the name after which the list goes on; empty at its end.
        """
        return await self.database.read(people.portion, after)

    async def get(self, name: str) -> User:
        """Return the person of this name; raises NotFound."""
        return await self.database.read(users.get, name)

    async def by_id(self, user_id: int) -> User:
        """Return a person by id; raises NotFound."""
        return await self.database.read(users.by_id, user_id)

    async def add(self, name: str, email: str = "", *, admin: bool = False) -> tuple[User, str]:
        """Add a person, and return them with the key to choose a password, good for a week; raises Unfit."""
        user = User(0, fit_name(name), fit_email(email), admin=admin)
        return await self.database.write(people.invite, user, self.now())

    async def allow_invitation(self, by: User) -> None:
        """Count that somebody new is invited, who gets a letter; raises TooManyTries."""
        await self.database.write(admission.allow, "invitations", str(by.id), MOST_INVITATIONS, self.now())

    async def invite_again(self, user: User) -> str:
        """Return another key for a person to choose a password with; the one before is worth nothing any more."""
        return await self.database.write(people.issue, Purpose.INVITE, user.id, self.now())

    async def remove(self, user: User) -> User:
        """Forget a person with their sessions and tokens, and return who they were; raises NotFound, LastAdmin."""
        return await self.database.write(people.remove, user.id)

    async def rename(self, user: User, name: str) -> User:
        """Give a person another name; raises Unfit."""
        fit = fit_name(name)
        return await self.database.write(people.edit, user.id, lambda there: replace(there, name=fit))

    async def set_admin(self, user: User, admin: bool) -> User:
        """Let a person own every site, or no longer; raises NotFound, LastAdmin."""
        return await self.database.write(people.set_admin, user.id, admin)

    async def set_address(self, user: User, email: str) -> User:
        """Say where mail for a person goes; links for a new password that went elsewhere end. Raises Unfit."""
        fit = fit_email(email)
        return await self.database.write(people.edit_mail, user.id, lambda there: replace(there, email=fit))

    async def set_mail(self, user: User, pace: Pace, mail_at: int) -> User:
        """Say how often a person hears of what is new, and when; raises Unfit."""
        if mail_at not in HOURS:
            raise Unfit("mail_at", HOUR)
        return await self.database.write(
            people.edit_mail, user.id, lambda there: replace(there, pace=pace, mail_at=mail_at)
        )

    async def seat(self, user_id: int, site_id: int, role: Role | None) -> None:
        """Say what a person is at a site; None takes the seat away. Raises NotFound."""
        await self.database.write(people.seat, user_id, site_id, role)

    async def seats(self, site_id: int) -> list[Seat]:
        """Return the seats at a site."""
        return await self.database.read(seats.at, site_id)

    async def team(self, site_id: int) -> list[tuple[User, Role]]:
        """Return the people with a seat at a site, by name, and what they are there."""
        return await self.database.read(seats.team, site_id)

    async def sites_of(self, user: User) -> list[tuple[Site, Role]]:
        """Return the sites that a person may see, by address, and what they are there."""
        return await self.database.read(seats.of, user)

    async def allow_reset(self, address: str | None) -> None:
        """Count that a new password is asked for from an address; raises TooManyTries."""
        if address is not None:
            network = admission.network_of(address)
            await self.database.write(admission.allow, "resets", network, admission.MOST_TRIES, self.now())

    async def start_reset(self, name_or_email: str, address: str | None = None) -> list[tuple[User, str]]:
        """Return whom to write to, each with the key to choose a new password with, good for an hour.

        Several where they share an address. Nobody when nobody is called so or has such an address, when there is no
        address to write to, or when three letters went to them within a quarter of an hour: who asks must not learn
        which. Raises TooManyTries for an address from which too many ask.
        """
        await self.allow_reset(address)
        text = name_or_email.strip()
        named = await self.database.read(users.find, text)
        meant = [named] if named else await self.database.read(users.at_address, text, MOST_SHARING)
        started = [(user, await self._reset_key(user)) for user in meant if user.email]
        return [(user, key) for user, key in started if key]

    async def has_password(self, user: User) -> bool:
        """Tell whether a person has chosen a password."""
        kept = await self.database.read(users.secured, user.name)
        return kept is not None and bool(kept.password)

    async def redeem(self, key: str, purpose: Purpose, password: str) -> User:
        """Give a person the password chosen with a key, and end all their sessions; raises PassRefused or Unfit."""
        user = await self.look_at(key, purpose)
        kept = await self.passwords.hash(fit_password(password, user.name if user else ""))
        return await self.database.write(people.redeem, key, purpose, kept, self.now())

    async def change_password(
        self, user: User, old: str, new: str, address: str | None = None, browser: str = ""
    ) -> str:
        """Change a password, end all sessions of the person, and return the secret of another one.

        Raises Unfit with the field `old` or `password`, or TooManyTries: who took a session over can guess no faster.
        """
        fit_password(new, user.name)
        proven = await self._prove(user, old, address, browser)
        changed = await self.passwords.hash(new)
        return await self.database.write(admission.open_alone, proven, changed, self.now())

    async def prove(self, user: User, password: str, address: str | None = None, browser: str = "") -> None:
        """Raise Unfit with the field `old` unless this is the password of a person; or TooManyTries."""
        await self._prove(user, password, address, browser)

    async def give_password(self, name: str, password: str) -> User:
        """Give a person a password, as the operator may; all their sessions end. Raises NotFound or Unfit."""
        user = await self.get(name)
        kept = await self.passwords.hash(fit_password(password, user.name))
        await self.database.write(people.give_password, user.id, kept)
        return user

    async def tokens(self, user: User) -> list[ApiToken]:
        """Return the tokens of a person, oldest first."""
        return await self.database.read(tokens.of, user.id)

    async def add_token(
        self, user: User, name: str, scopes: Iterable[Scope], site_id: int | None = None
    ) -> tuple[ApiToken, str]:
        """Make a token, and return it with its secret, which is shown once; raises Unfit or NotFound."""
        return await self.database.write(programs.add, user, fit_name(name), tuple(scopes), site_id, self.now())

    async def drop_token(self, user: User, token_id: int) -> None:
        """Make a token of a person good for nothing; raises NotFound."""
        await self.database.write(tokens.drop, user.id, token_id)

    async def token(self, secret: str, scope: Scope) -> Program | None:
        """Return who asks with a token; None when it is unknown, or not for this."""
        if not secret.startswith(PREFIX) or len(secret) > LONGEST_SECRET:
            return None
        now = self.now()
        found = await self.database.read(programs.find, secret, scope)
        if found is not None and programs.is_due(found.token, now):
            await self.database.write(tokens.note_use, found.token.id, now)
        return found

    async def key(self, purpose: str) -> bytes:
        """Return this server's key for a purpose; it is made when it is first asked for."""
        known = await self.database.read(keys.find, purpose)
        return await self.database.write(keys.key_for, purpose) if known is None else known

    async def tidy(self) -> int:
        """Forget sessions, keys, tries and signed links that have ended, and return how many."""
        now = self.now()
        return await self.database.write(admission.forget, now)

    async def know_browser(self, user: User) -> str:
        """Return what a browser keeps that a person signed in with: no secret lets anybody in by it."""
        lane = f"{user.id}:{secrets.token_urlsafe(LANE_BYTES)}"
        return signing.sign(await self.key(BROWSERS), BROWSERS, lane, self.now() + KNOWN_FOR)

    async def _reset_key(self, user: User) -> str:
        """Return a key to choose a new password with; nothing when this person got too many."""
        try:
            await self.database.write(admission.allow, "reset", str(user.id), MOST_RESETS, self.now())
        except TooManyTries:
            return ""
        return await self.database.write(people.issue, Purpose.RESET, user.id, self.now())

    async def _prove(self, user: User, password: str, address: str | None, browser: str) -> Secured:
        attempt = await self._begin(user.name, address, browser, proves=True)
        kept = attempt.meant.password if attempt.meant else ""
        if not await self.passwords.matches(kept, password) or attempt.meant is None:
            raise Unfit("old", WRONG)
        await self.database.write(tries.take_back, attempt.ids)
        return attempt.meant

    async def _begin(self, name: str, address: str | None, browser: str, *, proves: bool = False) -> Attempt:
        lane = ""
        with suppress(LinkbackError):
            lane = signing.read(await self.key(BROWSERS), BROWSERS, browser, self.now())
        return await self.database.write(admission.begin, name, address, lane, self.now(), proves=proves)
