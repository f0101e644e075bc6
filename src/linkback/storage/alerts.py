"""Alerts: what the owner of a site is warned of, once. What is raised again within a day is counted on."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from linkback.core.errors import NotFound
from linkback.core.model import Alert, AlertKind, NewsKind
from linkback.storage import news
from linkback.storage.prepared import always
from linkback.storage.tables import alerts, clean, maybe_time, sites, to_stored, to_time

OPEN_FOR = timedelta(hours=24)  # since it was last raised; after that it is news once more

NAMES = ("id", "site_id", "kind", "subject", "message", "at", "last_at", "count", "told_at")
COLUMNS = tuple(alerts.c[name] for name in NAMES)
# Two who raise the same at once wait for each other at the site: else both would be news.
AT_SITE = always(select(sites.c.id).where(sites.c.id == bindparam("site")).with_for_update())
STANDING = always(
    select(alerts.c.id)
    .where(alerts.c.site_id == bindparam("site"), alerts.c.kind == bindparam("kind"))
    .where(alerts.c.subject == bindparam("subject"), alerts.c.last_at > bindparam("since"))
    .order_by(alerts.c.last_at.desc())
    .limit(1)
    .with_for_update()
)
COUNT_ON = always(
    update(alerts)
    .where(alerts.c.id == bindparam("alert"))
    .values(message=bindparam("words"), last_at=bindparam("now"), count=alerts.c.count + 1)
)
RAISE = insert(alerts).returning(alerts.c.id)
BY_ID = select(*COLUMNS).where(alerts.c.id == bindparam("alert"))
EVERY = select(*COLUMNS).order_by(alerts.c.last_at.desc(), alerts.c.id.desc())
TELL = (
    update(alerts)
    .where(alerts.c.id.in_(bindparam("ids", expanding=True)), alerts.c.told_at.is_(None))
    .values(told_at=bindparam("now"))
)
FORGET = delete(alerts).where(alerts.c.last_at < bindparam("before"))


def raise_alert(
    connection: Connection, site_id: int, kind: AlertKind, subject: str, message: str, now: datetime
) -> bool:
    """Warn the owner of a site; tell whether that is news. One that stands open is counted on, in its newest words."""
    about = {"site": site_id, "kind": kind.value, "subject": clean(subject)}
    AT_SITE.row(connection, {"site": site_id})
    row = STANDING.row(connection, {**about, "since": to_stored(now - OPEN_FOR)})
    if row is not None:
        COUNT_ON.run(connection, {"alert": row[0], "words": clean(message), "now": to_stored(now)})
        return False
    told = {"kind": kind.value, "subject": clean(subject), "message": clean(message), "count": 1, "told_at": None}
    times = {"at": to_stored(now), "last_at": to_stored(now)}
    raised = int(connection.execute(RAISE, {"site_id": site_id, **told, **times}).scalar_one())
    news.note(connection, site_id, NewsKind.WARNING, now, alert_id=raised)
    return True


def get(connection: Connection, alert_id: int) -> Alert:
    """Return an alert, or raise NotFound."""
    row = connection.execute(BY_ID, {"alert": alert_id}).one_or_none()
    if row is None:
        raise NotFound("alert", alert_id)
    return to_alert(*row)


def every(
    connection: Connection,
    *,
    site_id: int | None = None,
    of_sites: Collection[int] | None = None,
    since: datetime | None = None,
    untold: bool = False,
    limit: int = 100,
) -> list[Alert]:
    """Return alerts, latest first: of one site or of several, raised since then, or not told to anybody yet."""
    statement = EVERY.limit(limit)
    if site_id is not None:
        statement = statement.where(alerts.c.site_id == site_id)
    if of_sites is not None:
        statement = statement.where(alerts.c.site_id.in_(of_sites))
    if since is not None:
        statement = statement.where(alerts.c.last_at >= to_stored(since))
    if untold:
        statement = statement.where(alerts.c.told_at.is_(None))
    return [to_alert(*row) for row in connection.execute(statement)]


def mark_told(connection: Connection, ids: Sequence[int], now: datetime) -> int:
    """Note that the owner heard of these alerts, and return of how many for the first time."""
    return int(connection.execute(TELL, {"ids": list(ids), "now": to_stored(now)}).rowcount)


def forget(connection: Connection, before: datetime) -> int:
    """Forget the alerts that were raised last before this time, and return how many."""
    return int(connection.execute(FORGET, {"before": to_stored(before)}).rowcount)


def to_alert(
    id_: int,
    site_id: int,
    kind: str,
    subject: str,
    message: str,
    at: int,
    last_at: int,
    count: int,
    told_at: int | None,
) -> Alert:
    """Return the alert that stands in a row of COLUMNS."""
    times = (to_time(at), to_time(last_at), count, maybe_time(told_at))
    return Alert(id_, site_id, AlertKind(kind), subject, message, *times)
