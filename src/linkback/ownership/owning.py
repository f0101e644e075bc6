"""The verb itself: a site is proposed, looked at, and registered for who proved to own it."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.core import urls
from linkback.core.errors import BadURL, FetchError, NotFound, Unfit
from linkback.core.model import Role, Seat, Site, User
from linkback.fetch import Fetch, get
from linkback.ownership import proof
from linkback.ownership.proof import IsOurs
from linkback.storage import proposals, seats, sites
from linkback.storage.database import Database
from linkback.storage.proposals import ProposedSite

WORD_BYTES = 16  # 32 characters
MOST_PROPOSALS = 20  # of one person; each may be looked at
STANDS_FOR = timedelta(days=30)  # a word in a page that was forgotten must not be good for ever
WAYS = ("page", "file", "record")  # the order in which troubles are told

Records = Callable[[str], Awaitable[Sequence[str] | None]]

KNOWN = "{} is registered already, and it is one of your sites."
TAKEN = "{} is registered here already. Ask its owner, or who runs this server, to let you in."
ABOVE = "This lies within {}, which is registered here for somebody else."
BELOW = "{}, which is registered here for somebody else, lies within this."
TOO_MANY = "You may have {} sites to prove at once. Prove one of them, or give one up."
ADMINS_ONLY = "Only who runs this server may add a site without a proof."


@dataclass(frozen=True, slots=True)
class Ownership:
    """Looks whether sites are theirs who say so. `records` returns what the TXT records of a name say."""

    database: Database
    fetch: Fetch
    records: Records
    is_ours: IsOurs
    now: Callable[[], datetime]

    async def propose(self, user: User, url: str) -> ProposedSite:
        """Begin to add a site, and return the word it has to say; the same one when asked again.

        Raises Unfit with the field `url`: no address, taken, or too many.
        """
        proposed = ProposedSite(0, user.id, fit_base(url), new_word(), self.now())
        return await self.database.write(propose, user, proposed)

    async def of(self, user: User) -> list[ProposedSite]:
        """Return what a person proposed, oldest first."""
        return [one for one in await self.database.read(proposals.of, user.id) if self._stands(one)]

    async def get(self, user: User, proposal_id: int) -> ProposedSite:
        """Return a proposal of a person; raises NotFound."""
        return await self.database.read(standing, user.id, proposal_id, self.now() - STANDS_FOR)

    async def give_up(self, user: User, proposal_id: int) -> None:
        """Forget a proposal of a person; raises NotFound."""
        found = await self.database.read(proposals.get, user.id, proposal_id)
        await self.database.write(proposals.drop, found.id)

    async def prove(self, user: User, proposal_id: int) -> Site | ProposedSite:
        """Look in all three ways, and return the site when one proves it; else the proposal with its troubles.

        The person owns the site then. Raises NotFound, or Unfit when the site was taken meanwhile. Ends within the
        door's deadline.
        """
        proposed = await self.get(user, proposal_id)
        looks = (self._page(proposed, user), self._file(proposed), self._record(proposed))
        troubles = tuple(await asyncio.gather(*looks))
        if all(troubles):
            await self.database.write(proposals.note, proposed.id, troubles)
            return await self.get(user, proposal_id)
        return await self.database.write(settle, user, proposed.url, proposed.id, self.now())

    async def add(self, user: User, url: str) -> Site:
        """Register a site that nobody proved to own, as who runs this server may; raises Unfit."""
        if not user.admin:
            raise Unfit("url", ADMINS_ONLY)
        return await self.database.write(settle, user, fit_base(url), None, self.now())

    async def _page(self, proposed: ProposedSite, user: User) -> str:
        try:
            page = await self.fetch(get(proposed.url))
        except FetchError as error:
            return str(error)
        return proof.why_not_page(page, proposed.url, proposed.word, self.is_ours, plain=user.admin)

    async def _file(self, proposed: ProposedSite) -> str:
        try:
            page = await self.fetch(get(proposed.url + proof.file_name(proposed.word)))
        except FetchError as error:
            return str(error)
        return proof.why_not_file(page, proposed.url, proposed.word)

    async def _record(self, proposed: ProposedSite) -> str:
        name = proof.record_name(urls.host_of(proposed.url))
        return proof.why_not_record(await self.records(name), proposed.word) if name else proof.NO_NAME

    def _stands(self, proposed: ProposedSite) -> bool:
        return proposed.created_at > self.now() - STANDS_FOR


def new_word() -> str:
    """Return a word that nobody guesses: small letters and digits, so that it may stand in a name of a file."""
    return secrets.token_hex(WORD_BYTES)


def fit_base(url: str) -> str:
    """Return the base address of a site; raises Unfit with a sentence that says what would be one."""
    text = url.strip()
    try:
        return urls.base_of(text if "://" in text or not text else f"https://{text}")
    except BadURL as error:
        raise Unfit("url", str(error)) from error


def propose(connection: Connection, user: User, proposed: ProposedSite) -> ProposedSite:
    """Keep a proposal, if the site is nobody else's."""
    refuse_taken(connection, user, proposed.url)
    proposals.forget(connection, proposed.created_at - STANDS_FOR)
    kept = proposals.add(connection, proposed)
    if proposals.count(connection, user.id) > MOST_PROPOSALS:
        proposals.drop(connection, kept.id)
        raise Unfit("url", TOO_MANY.format(MOST_PROPOSALS))
    return kept


def standing(connection: Connection, user_id: int, proposal_id: int, since: datetime) -> ProposedSite:
    """Return a proposal of a person that was made after `since`; raises NotFound."""
    found = proposals.get(connection, user_id, proposal_id)
    if found.created_at <= since:
        raise NotFound("proposal", proposal_id)
    return found


def settle(connection: Connection, user: User, url: str, proposal_id: int | None, now: datetime) -> Site:
    """Register a site, and make the person its owner."""
    refuse_taken(connection, user, url)
    site = sites.add(connection, url, now)
    seats.put(connection, Seat(user.id, site.id, Role.OWNER))
    if proposal_id is not None:
        proposals.drop(connection, proposal_id)
    return site


def refuse_taken(connection: Connection, user: User, url: str) -> None:
    """Raise Unfit for a site that is registered, or that lies in or around one of somebody else."""
    theirs = {site.id for site, role in seats.of(connection, user) if role is Role.OWNER}
    for site in sites.every(connection):
        within, around = urls.same_site(url, site.url), urls.same_site(site.url, url)
        if within and around:
            raise Unfit("url", (KNOWN if site.id in theirs else TAKEN).format(site.url))
        if (within or around) and site.id not in theirs:
            raise Unfit("url", (ABOVE if within else BELOW).format(site.url))
