"""Takes a list of links that somebody else made: reads it, keeps its pages, leaves out what mentions tell of."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from linkback.core.model import Site
from linkback.core.neighbours import LinkList, read_list
from linkback.storage import backlinks
from linkback.storage.database import Database

PORTION = 1000  # pages in one unit of work


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list: what was read of it, how many pages are new, and how many wait for the survey."""

    listed: LinkList
    added: int
    waiting: int


async def take(database: Database, site: Site, content: bytes, now: datetime) -> Taken:
    """Keep the pages of a list as backlinks of a site; taking it twice adds nothing."""
    listed, added = await asyncio.to_thread(read_list, content, site.url), 0
    for at in range(0, len(listed.links), PORTION):
        added += await database.write(backlinks.add, site.id, listed.links[at : at + PORTION], now)
    if listed.links:
        await database.write(backlinks.spare, site.id)
        await cover(database, site)
    return Taken(listed, added, await database.read(backlinks.count_due, site.id, now))


async def cover(database: Database, site: Site) -> None:
    """Mark the pages that a mention tells of, so that nobody looks at them again."""
    after_id = 0
    while after_id := await database.write(backlinks.cover, site.id, after_id=after_id):
        pass
