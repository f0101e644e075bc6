"""What actions put on the lists of sites, or took from them: written so that it can be taken back with the action."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from linkback.core.model import Listed
from linkback.storage.tables import listings

NOTE = insert(listings)
OF = (
    select(listings.c.action_id, listings.c.site_id, listings.c.listed, listings.c.added)
    .where(listings.c.action_id.in_(bindparam("actions", expanding=True)))
    .order_by(listings.c.id)
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One entry that an action put on the lists of a site (`added`), or took from them."""

    action_id: int
    site_id: int
    listed: Listed
    added: bool


def note(connection: Connection, told: Sequence[Listing]) -> None:
    """Write what actions did to lists."""
    rows = [
        {
            "action_id": one.action_id,
            "site_id": one.site_id,
            "listed": msgspec.json.encode(one.listed).decode(),
            "added": one.added,
        }
        for one in told
    ]
    if rows:
        connection.execute(NOTE, rows)


def of(connection: Connection, actions: Iterable[int]) -> list[Listing]:
    """Return what some actions did to lists, first done first."""
    rows = connection.execute(OF, {"actions": sorted(actions)}).all()
    return [
        Listing(action, site, msgspec.json.decode(listed, type=Listed), bool(added))
        for action, site, listed, added in rows
    ]
