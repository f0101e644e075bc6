"""How mentions are put where a person decided: read and locked by many, and written one by one.

Events and the counters of hosts move in the same unit of work. What a decision means is decided in moderate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from linkback.core import changes
from linkback.core.changes import Difference
from linkback.core.model import Change, Mention
from linkback.storage import receipts
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.mention_writes import THIS, note
from linkback.storage.prepared import always
from linkback.storage.standing import Locked, Standing
from linkback.storage.tables import LARGEST_ID, maybe_stored, maybe_time, mentions

NAMES = ("status", "decided_by", "decided_at", "next_look_at")
PUT = always(update(mentions).where(THIS).values({name: bindparam(name) for name in NAMES}))
SPONSOR = update(mentions).where(THIS).values(sponsored=bindparam("is_sponsored"))
THESE = mentions.c.id.in_(bindparam("ids", expanding=True))
# Locked in the order of their ids, so that two who decide on the same mentions wait for each other and never cross.
LOCK = select(*COLUMNS, mentions.c.decided_at).where(THESE).order_by(mentions.c.id).with_for_update()
KNOWN = select(mentions.c.id).where(THESE)


def lock(connection: Connection, ids: Iterable[int], only: Sequence[ColumnElement[bool]] = ()) -> list[Locked]:
    """Return those mentions of some ids for which all of `only` holds, by id; the others are left out."""
    wanted = {"ids": [key for key in ids if 0 < key <= LARGEST_ID]}
    rows = connection.execute(LOCK.where(*only), wanted).all() if wanted["ids"] else []
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    return [Locked(to_mention(row[:-1], found.get(row[0], ())), maybe_time(row[-1])) for row in rows]


def missing(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Return which of these are ids of no mention, in their order."""
    known = set(connection.execute(KNOWN, {"ids": [key for key in ids if 0 < key <= LARGEST_ID]}).scalars())
    return [key for key in ids if key not in known]


def put(connection: Connection, former: Locked, standing: Standing, *, by: str, now: datetime) -> Mention:
    """Make a mention stand somewhere, and return it; `by` is who says so now, which `standing` need not name."""
    values = {
        "status": standing.status.value,
        "decided_by": standing.decided_by,
        "decided_at": maybe_stored(standing.decided_at),
        "next_look_at": maybe_stored(standing.next_look_at),
    }
    PUT.run(connection, {**values, "mention": former.mention.id})
    mention = replace(
        former.mention,
        status=standing.status,
        decided_by=standing.decided_by,
        next_look_at=standing.next_look_at,
    )
    return note(connection, former.mention, mention, None, now, changed=changes.between(former.mention, mention), by=by)


def sponsor(connection: Connection, former: Mention, sponsored: bool, *, by: str, now: datetime) -> Mention:
    """Say of a link whether it was paid for, and return its mention."""
    connection.execute(SPONSOR, {"mention": former.id, "is_sponsored": sponsored})
    told: Difference = (Change.SPONSORED, _said(former.sponsored), _said(sponsored))
    return note(connection, former, replace(former, sponsored=sponsored), None, now, changed=[told], by=by)


def _said(sponsored: bool) -> str:
    return "yes" if sponsored else "no"
