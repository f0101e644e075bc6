"""How much may wait for the owner: what is held of one host, at one page and at one site is bounded.

Nothing is given up for that. What comes when the room is full is asked to come later, before anything of it is
looked at; what was acknowledged before is kept, whatever it becomes. Why so stands in
docs/decisions/junk-kept-and-counted.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from linkback.core.model import AlertKind, HostHistory, Ping, Site, Status
from linkback.storage import mentions
from linkback.storage.alerts import raise_alert
from linkback.storage.database import Database

Value = TypeVar("Value")

FRESH_FOR = timedelta(seconds=10)  # a flood adds a few hundred rows within it
TOLD_FOR = timedelta(hours=1)  # an alert stays open for a day since it was raised last
MOST_REMEMBERED = 5_000  # sites
STRANGERS = "Further ones of hosts that you never approved"
LATER = "are asked to come later, until you have decided some."


@dataclass(frozen=True, slots=True)
class Room:
    """How many mentions may wait for the owner of a site before further ones are asked to come later; 0: any number.

    A row takes about 2 kB, so that 20 000 of a site cost 40 MB.
    """

    of_host: int
    at_page: int
    at_site: int


class WaitingRoom:
    """Tells whether one more mention may wait, and warns the owner, once, when it may not."""

    def __init__(self, database: Database, now: Callable[[], datetime], room: Room) -> None:
        self._database = database
        self._now = now
        self._room = room
        self._counted: dict[int, tuple[datetime, int]] = {}
        self._told: dict[int, datetime] = {}

    async def is_full(self, ping: Ping, site: Site, history: HostHistory) -> bool:
        """Tell whether a mention that is not known yet must come later. Hosts approved here have only their own bound.

        Asks the database once in a while for each site, and for a page only where as many wait at its site.
        """
        words = self._of_host(history) or await self._of_others(ping, site, history)
        if words:
            await self._tell(site, words)
        return bool(words)

    def _of_host(self, history: HostHistory) -> str:
        held = history.count(Status.HELD)
        if not _is_reached(self._room.of_host, held):
            return ""
        return f"{held} mentions of {history.host} wait for you. Further ones of it {LATER}"

    async def _of_others(self, ping: Ping, site: Site, history: HostHistory) -> str:
        if history.count(Status.APPROVED) or not (self._room.at_site or self._room.at_page):
            return ""
        held = await self._held_at(site)
        if _is_reached(self._room.at_site, held):
            return f"{held} mentions wait for you. {STRANGERS} {LATER}"
        if not _is_reached(self._room.at_page, held):
            return ""
        held = await self._database.read(mentions.count_held_of, ping.target, self._room.at_page)
        if not _is_reached(self._room.at_page, held):
            return ""
        return f"{held} mentions of {ping.target} wait for you. {STRANGERS} {LATER}"

    async def _held_at(self, site: Site) -> int:
        """Return how many mentions are held at a site, as of a few seconds ago."""
        now, counted = self._now(), self._counted.get(site.id)
        if counted and timedelta(0) <= now - counted[0] < FRESH_FOR:
            return counted[1]
        held = await self._database.read(mentions.count_held, site.id, self._room.at_site or self._room.at_page)
        _remember(self._counted, site.id, (now, held))
        return held

    async def _tell(self, site: Site, words: str) -> None:
        now, told_at = self._now(), self._told.get(site.id)
        if told_at and timedelta(0) <= now - told_at < TOLD_FOR:
            return
        _remember(self._told, site.id, now)
        await self._database.write(raise_alert, site.id, AlertKind.BURST, site.url, words, now)


def _is_reached(bound: int, held: int) -> bool:
    return 0 < bound <= held


def _remember(book: dict[int, Value], site_id: int, value: Value) -> None:
    book.pop(site_id, None)
    book[site_id] = value
    if len(book) > MOST_REMEMBERED:
        del book[next(iter(book))]
