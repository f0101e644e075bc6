"""The postman: takes letters that are due to the mail server, and notes what became of each.

What is sent stands in the row as whole bytes, so each try sends the same letter: who gets it twice, since a server
died between two steps, sees by its Message-ID that it is one.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from linkback.core import schedule
from linkback.core.mailboxes import in_ascii
from linkback.core.model import Letter, User
from linkback.mail.letter import Draft, Stationery, compose, ends_at
from linkback.mail.relay import Connection, Relay
from linkback.mail.templates import render
from linkback.mail.troubles import Trouble
from linkback.storage import letters
from linkback.storage.database import Database
from linkback.words import _

LETTER_LEASE = timedelta(minutes=5)
ROUND_WITHIN = 240.0  # seconds for all letters of one round; safely within their lease
LETTERS_AT_ONCE = 20  # over one connection
AGAIN_SOON = timedelta(minutes=1)  # what was not tried since the connection broke before
KEY_BYTES = 16
NO_SERVER = "No mail server is set (mail.server), so no mail is sent."


@dataclass(frozen=True, slots=True)
class Postman:
    """Sends letters by the operator's mail server; without one, nothing is sent and none should be written."""

    database: Database
    relay: Relay | None
    stationery: Stationery
    now: Callable[[], datetime]

    async def post(
        self,
        recipient: str,
        subject: str,
        lines: Sequence[str],
        *,
        link: str = "",
        lasts: timedelta | None = None,
        user_id: int | None = None,
    ) -> bool:
        """Have a letter of a few sentences sent, with a link on a line of its own; tell whether mail is sent at all.

        It is tried no more after `lasts`, when the link is good for nothing. Raises ValueError for an address that none
        can be written to.
        """
        if self.relay is None:
            return False
        now = self.now()
        message = compose(_plain(recipient, subject, lines, link, now + lasts if lasts else None), self.stationery, now)
        letter = Letter(0, recipient, message, now, user_id=user_id, next_try_at=now)
        await self.database.write(letters.add, letter)
        return True

    async def try_out(self, recipient: str) -> None:
        """Send a letter that tells of nothing, here and now; raises Trouble, or ValueError for such an address."""
        if self.relay is None:
            raise Trouble(_(NO_SERVER))
        lines = [_("This letter was sent to see whether mail of Linkback arrives. It does.")]
        message = compose(_plain(recipient, _("Mail of Linkback arrives"), lines, ""), self.stationery, self.now())
        async with self.relay.connected() as connection:
            await connection.send(in_ascii(recipient), message)

    async def latest(self, limit: int, *, every: bool = False) -> list[Letter]:
        """Return letters that wait or failed, newest first; with `every` those that were sent, too."""
        return await self.database.read(partial(letters.latest, waiting=not every, failed=not every), limit)

    async def trouble_with(self, user: User) -> str:
        """Return why no mail goes to a person any more; empty while it does."""
        return await self.database.read(letters.trouble_with, user.id, user.email)

    async def send(self, due: Sequence[Letter]) -> list[Letter]:
        """Send letters that are claimed, over one connection, and return them as they stand then."""
        done: list[Letter] = []
        if self.relay is None:
            return [await self._noted(letter, Trouble(_(NO_SERVER))) for letter in due]
        with suppress(TimeoutError):  # what is left is due again when its lease is over
            async with asyncio.timeout(ROUND_WITHIN):
                try:
                    async with self.relay.connected() as connection:
                        await self._hand_over(connection, due, done)
                except Trouble as trouble:
                    done += [await self._noted(letter, trouble) for letter in due]
        return done

    async def _hand_over(self, connection: Connection, due: Sequence[Letter], done: list[Letter]) -> None:
        lost = False
        for letter in due:
            if lost:
                await self.database.write(letters.note, replace(letter, next_try_at=self.now() + AGAIN_SOON))
                continue
            try:
                await connection.send(in_ascii(letter.recipient), letter.message)
            except Trouble as trouble:
                done.append(await self._noted(letter, trouble))
                lost = trouble.lost
            else:
                done.append(await self._noted(letter, None))

    async def _noted(self, letter: Letter, trouble: Trouble | None) -> Letter:
        noted = after(letter, trouble, self.now())
        await self.database.write(letters.note, noted)
        return noted


def after(letter: Letter, trouble: Trouble | None, now: datetime) -> Letter:
    """Return a letter as it stands after a try: sent, to be tried again, or given up."""
    tried = replace(letter, tries=letter.tries + 1, next_try_at=None)
    if trouble is None:
        return replace(tried, sent_at=now, trouble="")
    again = None if trouble.permanent else next_postal_try(tried.tries, now)
    end = ends_at(letter.message)
    if again and end and again >= end:
        again = None
    return replace(tried, next_try_at=again, trouble=str(trouble), refused=trouble.refused)


def next_postal_try(tries: int, now: datetime) -> datetime | None:
    """Return when to try a letter again after so many tries in vain, over about three days; None to give up."""
    return schedule.next_try(tries, now)


def new_key() -> str:
    """Return what makes the Message-ID of a new letter."""
    return secrets.token_hex(KEY_BYTES)


def _plain(recipient: str, subject: str, lines: Sequence[str], link: str, end: datetime | None = None) -> Draft:
    text, html = render("plain", subject=subject, lines=lines, link=link)
    return Draft(recipient, subject, text, html, new_key(), ends_at=end)
