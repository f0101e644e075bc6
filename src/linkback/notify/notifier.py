"""What is done for people who want to hear of their mentions: news handed out, letters written, links in them read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from linkback.core.model import Alert, Letter, Pace, User
from linkback.notify import links
from linkback.notify.handing import NEWS_AT_ONCE, Handed, hand_out
from linkback.notify.links import LINKS_LAST, Link, Used
from linkback.notify.writing import Office, write_to
from linkback.storage import keys, news, notices, seats, spent, users
from linkback.storage.database import Database

PUT_OFF = timedelta(minutes=1)  # of a piece of news that could not be handed out: a bug of ours, which is logged


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells people of news. `by_mail` says whether mail is sent at all; without it, nothing is kept for people."""

    database: Database
    office: Office
    now: Callable[[], datetime]
    by_mail: bool = False

    async def hand_out(self) -> Handed:
        """Tell people and webhooks of news that are due; what cannot be told is put off and holds up no other."""
        try:
            return await self._told_of(NEWS_AT_ONCE)
        except Exception:  # of one of them: which, is found out one by one
            return await self._one_by_one()

    async def write_to(self, user: User) -> Letter | None:
        """Write the letter that is due to a person; None when there is nothing to tell."""
        return await self.database.write(write_to, user.id, self.office, self.now())

    async def read(self, token: str) -> Link:
        """Return what a link in a letter stands for; raises Forged or Expired."""
        return links.read(await self._key(), token, self.now())

    async def is_used(self, token: str) -> bool:
        """Tell whether a link has acted already."""
        return await self.database.read(spent.is_spent, token)

    def spending(self, token: str) -> Callable[[Connection], None]:
        """Return what uses a link up, to be done in one unit of work with what it does; that raises Used."""
        return partial(_spend, token=token, ends_at=self.now() + LINKS_LAST)

    async def sign(self, link: Link) -> str:
        """Return the token of a link, such as one that takes back what another did."""
        return links.signed(await self._key(), link, self.now())

    async def read_stop(self, token: str) -> User:
        """Return whose mail a link stops; raises Forged, Expired, or NotFound when that person is there no more."""
        return await self.database.read(users.by_id, links.read_stop(await self._key(), token, self.now()))

    async def set_pace(self, user: User, pace: Pace) -> User:
        """Have mail come to a person as often as this, and return them; raises NotFound."""
        return await self.database.write(_set_pace, user.id, pace)

    async def person(self, user_id: int) -> User:
        """Return the person for whom a link was written; raises NotFound."""
        return await self.database.read(users.by_id, user_id)

    async def may_decide(self, user: User, site_id: int) -> bool:
        """Tell whether a person still looks after a site."""
        sites = await self.database.read(seats.of, user)
        return any(site.id == site_id for site, _role in sites)

    async def _told_of(self, most: int) -> Handed:
        return await self.database.write(partial(hand_out, by_mail=self.by_mail, most=most), self.now())

    async def _one_by_one(self) -> Handed:
        """Hand out each piece of news by itself, and put off those that raise; raises where even that cannot be."""
        warnings, troubles, count = list[Alert](), list[Exception](), 0
        for _ in range(NEWS_AT_ONCE):
            try:
                one = await self._told_of(1)
            except Exception as trouble:
                troubles.append(trouble)
                await self.database.write(news.put_off, self.now(), self.now() + PUT_OFF, 1)
                continue
            if not one.count:
                break
            count += one.count
            warnings += one.warnings
        return Handed(count, tuple(warnings), tuple(troubles))

    async def _key(self) -> bytes:
        return await self.database.write(keys.key_for, links.PURPOSE)


def _spend(connection: Connection, token: str, ends_at: datetime) -> None:
    if not spent.spend(connection, token, ends_at):
        raise Used("This link was used already.")


def _set_pace(connection: Connection, user_id: int, pace: Pace) -> User:
    user = replace(users.hold(connection, user_id).user, pace=pace)
    users.save(connection, user)
    if pace is Pace.NEVER:
        notices.rest(connection, user_id)
    return user
