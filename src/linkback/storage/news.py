"""News: what happened that somebody may want to hear of, written together with what happened.

Which change is news is decided here; who hears of it, in notify. What was handed out is deleted, so the table stays
short. News of a mention that becomes part of another one is news of that one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from linkback.core.changes import Difference
from linkback.core.model import Change, Mention, News, NewsKind, Status
from linkback.storage.prepared import always
from linkback.storage.tables import maybe_time, news, to_stored, to_time, webhooks

# What a reader of a published mention would notice.
NOTICED = frozenset({Change.TITLE, Change.TEXT, Change.CONTENT, Change.AUTHOR})
ARRIVALS = {Status.HELD: (NewsKind.WAITING,), Status.APPROVED: (NewsKind.PUBLISHED,)}
NOTHING: tuple[NewsKind, ...] = ()

NAMES = ("site_id", "kind", "at", "mention_id", "alert_id", "next_try_at")
NOTE = always(insert(news).values({name: bindparam(name) for name in NAMES}))
HERE = news.c.mention_id == bindparam("mention")
HAND_OVER = always(update(news).where(HERE).values(mention_id=bindparam("heir")))
DUE = (
    select(news.c.id, news.c.site_id, news.c.kind, news.c.at, news.c.mention_id, news.c.alert_id)
    .where(news.c.next_try_at <= bindparam("now"))
    .order_by(news.c.next_try_at, news.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
IDS_DUE = DUE.with_only_columns(news.c.id)
THESE = news.c.id.in_(bindparam("ids", expanding=True))
DROP = delete(news).where(THESE)
PUT_OFF = update(news).where(THESE).values(next_try_at=bindparam("until"))
HOOKED = select(webhooks.c.site_id).where(webhooks.c.site_id.in_(bindparam("sites", expanding=True))).distinct()
NEXT_DUE = always(select(func.min(news.c.next_try_at)))


def of_change(former: Mention | None, mention: Mention, changed: Sequence[Difference]) -> tuple[NewsKind, ...]:
    """Return what is news of a mention that stood at `former` before.

    What was there for the world to see and is no longer is told as such, even where it waits now.
    """
    was = None if former is None else former.status
    if was is not mention.status:
        arrival = ARRIVALS.get(mention.status, NOTHING)
        return arrival if was is not Status.APPROVED else (_departure(mention.status), *arrival)
    if was is Status.APPROVED and any(change in NOTICED for change, *_ in changed):
        return (NewsKind.CHANGED,)
    return NOTHING


def note(
    connection: Connection,
    site_id: int,
    kind: NewsKind,
    at: datetime,
    *,
    mention_id: int | None = None,
    alert_id: int | None = None,
) -> None:
    """Write that something happened at a site; it is told of soon."""
    moment = to_stored(at)
    values = {"site_id": site_id, "kind": kind.value, "at": moment, "next_try_at": moment}
    NOTE.run(connection, {**values, "mention_id": mention_id, "alert_id": alert_id})


def hand_over(connection: Connection, mention_id: int, heir: int) -> None:
    """Make what is news of one mention news of another."""
    HAND_OVER.run(connection, {"mention": mention_id, "heir": heir})


def due(connection: Connection, now: datetime, limit: int) -> list[News]:
    """Return news to be told, longest due first; nobody else gets them until the unit of work ends."""
    rows = connection.execute(DUE, {"now": to_stored(now), "most": limit})
    return [News(id_, site_id, NewsKind(kind), to_time(at), *about) for id_, site_id, kind, at, *about in rows]


def drop(connection: Connection, told: Iterable[News]) -> None:
    """Forget news that were handed out."""
    if ids := [one.id for one in told]:
        connection.execute(DROP, {"ids": ids})


def put_off(connection: Connection, now: datetime, until: datetime, limit: int) -> int:
    """Make the news that due() would return due later, and return how many: they could not be told now.

    They are not read: that may be what cannot be done.
    """
    ids = list(connection.execute(IDS_DUE, {"now": to_stored(now), "most": limit}).scalars())
    if ids:
        connection.execute(PUT_OFF, {"ids": ids, "until": to_stored(until)})
    return len(ids)


def hooked(connection: Connection, site_ids: Iterable[int]) -> frozenset[int]:
    """Return those of some sites that have webhooks; most have none."""
    return frozenset(connection.execute(HOOKED, {"sites": sorted(set(site_ids))}).scalars())


def next_due(connection: Connection) -> datetime | None:
    """Return when the next news are due, None when there are none."""
    return maybe_time(NEXT_DUE.rows(connection, {})[0][0])


def _departure(status: Status) -> NewsKind:
    return NewsKind.GONE if status is Status.GONE else NewsKind.WITHDRAWN
