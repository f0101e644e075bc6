"""What a letter tells, as it stands when the letter is written: mentions, what waits, warnings, and junk kept away.

Reads only. Where `site_ids` is None, all sites are meant.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select

from linkback.core.model import Alert, Event, Mention, News, Status
from linkback.storage import alerts, sites
from linkback.storage.events import to_event
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.news import NOTICED
from linkback.storage.tables import IS_JUNK, events, mentions, to_stored
from linkback.storage.tables import alerts as alerts_table

MOST_COUNTED = 1_000  # "and 979 more" says as much as any larger number

Sites = Sequence[int] | None

THESE = mentions.c.id.in_(bindparam("ids", expanding=True))
BY_IDS = select(*COLUMNS).where(THESE).order_by(mentions.c.id.desc())
ALERTS = select(*alerts.COLUMNS).where(alerts_table.c.id.in_(bindparam("ids", expanding=True)))
SINCE = events.c.at >= bindparam("since")
CHANGES = (
    select(events.c.at, events.c.change, events.c.before, events.c.after, events.c.by)
    .where(events.c.mention_id == bindparam("mention"), SINCE, events.c.change.in_([one.value for one in NOTICED]))
    .order_by(events.c.id)
    .limit(bindparam("most"))
)
DECIDERS = select(events.c.mention_id, events.c.at, events.c.by).where(
    events.c.mention_id.in_(bindparam("ids", expanding=True)),
    events.c.at.in_(bindparam("moments", expanding=True)),
    events.c.by.is_not(None),
)


def mentions_of(connection: Connection, ids: Collection[int]) -> list[Mention]:
    """Return those of some mentions that are there, newest first, without their receipts."""
    rows = connection.execute(BY_IDS, {"ids": sorted(ids)}) if ids else ()
    return [to_mention(row, ()) for row in rows]


def waiting(connection: Connection, site_ids: Sites, limit: int) -> list[Mention]:
    """Return the newest mentions that wait for a decision, without their receipts."""
    statement = select(*COLUMNS).where(*_held_at(site_ids)).order_by(mentions.c.id.desc()).limit(limit)
    return [to_mention(row, ()) for row in connection.execute(statement)]


def count_waiting(connection: Connection, site_ids: Sites) -> int:
    """Return how many mentions wait for a decision; counted up to MOST_COUNTED."""
    return _count(connection, _held_at(site_ids))


def junk_since(connection: Connection, site_ids: Sites, since: datetime) -> int:
    """Return how much junk came since a time; counted up to MOST_COUNTED."""
    return _count(connection, [IS_JUNK, *_at(site_ids), mentions.c.received_at >= to_stored(since)])


def alerts_of(connection: Connection, ids: Collection[int]) -> list[Alert]:
    """Return those of some alerts that are there."""
    rows = connection.execute(ALERTS, {"ids": sorted(ids)}) if ids else ()
    return [alerts.to_alert(*row) for row in rows]


def changes_of(connection: Connection, mention_id: int, since: datetime, limit: int) -> list[Event]:
    """Return what readers may notice of a mention that changed since a time, oldest first."""
    values = {"mention": mention_id, "since": to_stored(since), "most": limit}
    return list(map(to_event, connection.execute(CHANGES, values)))


def deciders(connection: Connection, news: Sequence[News]) -> Mapping[tuple[int, datetime], str]:
    """Return by whom news were made, under the mention and the moment; what machines did is not in it."""
    told = [(one.mention_id, one.at) for one in news if one.mention_id is not None]
    if not told:
        return {}
    values = {"ids": sorted({mention for mention, _ in told}), "moments": sorted({to_stored(at) for _, at in told})}
    by = {(mention, at): name for mention, at, name in connection.execute(DECIDERS, values)}
    return {(mention, at): by[mention, to_stored(at)] for mention, at in told if (mention, to_stored(at)) in by}


def addresses_of_sites(connection: Connection) -> Mapping[int, str]:
    """Return the base URL of each site, by id."""
    return {site.id: site.url for site in sites.every(connection)}


def _held_at(site_ids: Sites) -> list[ColumnElement[bool]]:
    return [and_(mentions.c.status == Status.HELD.value, *_at(site_ids))]


def _at(site_ids: Sites) -> list[ColumnElement[bool]]:
    return [] if site_ids is None else [mentions.c.site_id.in_(site_ids)]


def _count(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    some = select(mentions.c.id).where(*conditions).limit(MOST_COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())
