"""Host history: how many mentions of a source's host stand where, at one site.

The counters are moved in the unit of work that moves the mention, so that they are never counted anew.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Integer, bindparam, func, literal_column, select, update

from linkback.core.model import HostHistory, Status
from linkback.storage.prepared import Insert, Prepared, always, insert_for
from linkback.storage.tables import TAKEN_AWAY, hosts, maybe_time, mentions, to_stored

STATUSES = tuple(status.value for status in Status)
ZERO, ONE = literal_column("0", Integer), literal_column("1", Integer)
HERE = (hosts.c.site_id == bindparam("site"), hosts.c.host == bindparam("host"))


def _enter(status: Status) -> Prepared:
    # A mention that only waits says nothing of its host yet: the first settled one makes it seen.
    settled = status is not Status.RECEIVED

    def build(dialect: str) -> Insert:
        statement = insert_for(dialect, hosts).values(
            site_id=bindparam("site"), host=bindparam("host"), last_seen_at=bindparam("now"), **{status.value: ONE}
        )
        again = {"last_seen_at": statement.excluded.last_seen_at, status.value: hosts.c[status.value] + ONE}
        if settled:
            statement = statement.values(first_seen_at=bindparam("now"))
            again["first_seen_at"] = func.coalesce(hosts.c.first_seen_at, statement.excluded.first_seen_at)
        return statement.on_conflict_do_update(index_elements=["site_id", "host"], set_=again)

    return Prepared(build)


def _leave(status: Status) -> Prepared:
    column = hosts.c[status.value]
    return always(update(hosts).where(*HERE).values({column: column - ONE}))


ENTER = {status: _enter(status) for status in Status}
LEAVE = {status: _leave(status) for status in Status}
BY_PEOPLE = (Status.SPAM, Status.REMOVED)
# A host has few that people took away, and a site may have thousands that are spam: the sum, and counting without
# GROUP BY, keep SQLite from walking through those.
TAKEN = always(
    select(*(func.count().filter(mentions.c.status == literal_column(f"'{status.value}'")) for status in BY_PEOPLE))
    .select_from(mentions)
    .where(mentions.c.source_host == bindparam("host"), mentions.c.site_id + ZERO == bindparam("site"), *TAKEN_AWAY)
)
HISTORY = always(select(hosts.c.first_seen_at, *(hosts.c[name] for name in STATUSES)).where(*HERE))


def history(connection: Connection, site_id: int, host: str) -> HostHistory:
    """Return what is known of a host at a site; of a new one that is nothing, not an error."""
    row = HISTORY.row(connection, {"site": site_id, "host": host})
    if row is None:
        return HostHistory(host)
    first_seen_at, *counts = row
    return HostHistory(host, dict(zip(STATUSES, counts, strict=True)), maybe_time(first_seen_at))


def histories(connection: Connection, sites: Collection[int], host: str) -> dict[int, HostHistory]:
    """Return what is known of a host at some sites, by site; those that never saw it are left out."""
    columns = (hosts.c.site_id, hosts.c.first_seen_at, *(hosts.c[name] for name in STATUSES))
    rows = connection.execute(select(*columns).where(hosts.c.site_id.in_(sorted(sites)), hosts.c.host == host))
    return {
        site_id: HostHistory(host, dict(zip(STATUSES, counts, strict=True)), maybe_time(first_seen_at))
        for site_id, first_seen_at, *counts in rows
    }


def decided(connection: Connection, site_id: int, host: str) -> HostHistory:
    """Return what is known of a host as far as it speaks of the host: what only a machine took away does not count.

    Else one wrong verdict would speak for the next ones, and nobody would ever hear of it.
    """
    known = history(connection, site_id, host)
    if not (known.count(Status.SPAM) or known.count(Status.REMOVED)):
        return known
    taken = TAKEN.rows(connection, {"site": site_id, "host": host})[0]
    told = {status.value: count for status, count in zip(BY_PEOPLE, taken, strict=True)}
    return replace(known, counts={**known.counts, **told})


def move(
    connection: Connection, site_id: int, host: str, *, former: Status | None, status: Status, now: datetime
) -> None:
    """Count a mention of this host at its new status, and no longer at its former one."""
    if former is status:
        return
    ENTER[status].run(connection, {"site": site_id, "host": host, "now": to_stored(now)})
    if former is not None:
        leave(connection, site_id, host, former)


def leave(connection: Connection, site_id: int, host: str, status: Status) -> None:
    """Count a mention of this host at its status no longer: it went to another host, or into another mention."""
    LEAVE[status].run(connection, {"site": site_id, "host": host})
