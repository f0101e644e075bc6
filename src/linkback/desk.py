"""What an owner works with: the mentions, the sites and the ledger of what was sent, over the database alone.

Nothing here reaches the network, and nothing here imports what does, so that a command answers at once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from linkback.accounts import Accounts, Program, Visit
from linkback.core.errors import StorageError
from linkback.core.model import Site
from linkback.inbox import (
    Acted,
    Grouping,
    HostShown,
    Inbox,
    Loudness,
    MentionShown,
    PageShown,
    Shelf,
    Shown,
    borders,
    changed_since,
    first_told,
    loudness,
    standing,
    why,
)
from linkback.ledger import Ledger, Wanted, may_be_asked_again
from linkback.moderate import (
    STATUS_OF,
    Action,
    Counted,
    Done,
    HostsDone,
    Moderator,
    Selection,
    TooMuchListed,
    Undone,
    What,
)
from linkback.neighbourhood import Extent, Neighbourhood, Report, Taken
from linkback.overview import SPANS, KeptAway, Overview, Trends
from linkback.register import Registrar, fit_name, fit_patterns
from linkback.rulebook import BadRule, Proposal, Rulebook, Trial, Tried, entry, with_entry, written
from linkback.settings import Settings
from linkback.storage import sites
from linkback.storage.database import Database

__all__ = [
    "SPANS", "STATUS_OF", "Accounts", "Acted", "Action", "BadRule", "Counted", "Desk", "Done", "Extent", "Grouping",
    "HostShown", "HostsDone", "Inbox", "KeptAway", "Loudness", "MentionShown", "PageShown", "Program", "Proposal",
    "Report", "Selection", "Shelf", "Shown", "Taken", "TooMuchListed", "Trends", "Trial", "Tried", "Undone", "Visit",
    "Wanted", "What", "borders", "changed_since", "database_at", "entry", "first_told", "fit_name", "fit_patterns",
    "loudness", "may_be_asked_again", "open_database", "open_desk", "sites_as_they_are", "standing", "utc_now", "why",
    "with_entry", "written",
]  # fmt: skip


def utc_now() -> datetime:
    """Return the time, aware and UTC."""
    return datetime.now(UTC)


def database_at(settings: Settings) -> Database:
    """Return the database that the settings name, as it is; to be closed. Raises SettingsError."""
    return Database.open(settings.database)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, migrated to the newest version; raises SettingsError or StorageError."""
    database = database_at(settings)
    try:
        await asyncio.to_thread(database.upgrade)
        yield database
    finally:
        await asyncio.to_thread(database.close)


async def sites_as_they_are(settings: Settings) -> list[Site] | None:
    """Return the registered sites, and change nothing: None where there is no database of this version."""
    database = database_at(settings)
    try:
        current, needed = await asyncio.to_thread(database.revision)
        return await database.read(sites.every) if current == needed else None
    except StorageError:
        return None
    finally:
        await asyncio.to_thread(database.close)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an owner works with: mentions, sites, the ledger and the rules. Nothing of it reaches the network."""

    moderator: Moderator
    registrar: Registrar
    ledger: Ledger
    rulebook: Rulebook
    neighbourhood: Neighbourhood
    overview: Overview
    accounts: Accounts


@asynccontextmanager
async def open_desk(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[Desk]:
    """Open the database alone; what open_database raises."""
    async with open_database(settings) as database:
        rules = (Rulebook(database, now), Neighbourhood(database, now), Overview(database, now))
        people = Accounts(database, now)
        yield Desk(Moderator(database, now), Registrar(database, now), Ledger(database, now), *rules, accounts=people)
