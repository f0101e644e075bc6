"""The verb show: the world sees the mentions of a page that may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection

from linkback.core.formats import ALL, Kinds, Order
from linkback.core.hygiene import Lists
from linkback.core.model import Mention
from linkback.storage import published
from linkback.storage.database import Database


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of mentions, how many there are on all pages together, and the lists of their sites (for their rel)."""

    mentions: tuple[Mention, ...]
    total: int
    lists: Lists = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Showcase:
    """Shows approved mentions, and nothing else."""

    database: Database

    async def published(
        self,
        targets: Sequence[str],
        kinds: Kinds = ALL,
        *,
        order: Order = Order.CREATED,
        oldest_first: bool = False,
        page: int = 0,
        per_page: int = 20,
    ) -> Shown:
        """Return the mentions of these pages together, each once; pages count from 0. Raises BadURL."""
        cut = partial(shown, kinds=kinds, order=order, oldest_first=oldest_first, skip=page * per_page, limit=per_page)
        return await self.database.read(cut, targets)


def shown(
    connection: Connection,
    targets: Sequence[str],
    *,
    kinds: Kinds,
    order: Order,
    oldest_first: bool,
    skip: int,
    limit: int,
) -> Shown:
    """Read one page, and count all; a page that is not full needs no counting."""
    found = published.page(connection, targets, kinds, order=order, oldest_first=oldest_first, skip=skip, limit=limit)
    complete = len(found) < limit and (found or not skip)
    total = skip + len(found) if complete else published.count(connection, targets, kinds)
    return Shown(tuple(found), total, published.lists(connection, found))
