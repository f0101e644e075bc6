"""Sites: the base URLs that owners registered, and how each takes pings."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, update

from linkback.core.errors import NotFound
from linkback.core.model import Listed, Moderation, Site
from linkback.storage.prepared import Insert, Row, always, insert_for
from linkback.storage.tables import LARGEST_ID, sites, to_stored

NAMES = (
    "id",
    "url",
    "protocols",
    "self_pings",
    "moderation",
    "closed",
    "unverified",
    "name",
    "approve_up_to",
    "spam_from",
    "lists",
)
COLUMNS = tuple(sites.c[name] for name in NAMES)


def _add(dialect: str) -> Insert:
    return insert_for(dialect, sites).on_conflict_do_nothing(index_elements=["url"])


ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}
BY_URL = select(*COLUMNS).where(sites.c.url == bindparam("url"))
BY_ID = always(select(*COLUMNS).where(sites.c.id == bindparam("site")))
# Mentions that come in refer to their site, and are not kept waiting.
HOLD = select(*COLUMNS).with_for_update(key_share=True)
HOLD_BY_URL = HOLD.where(sites.c.url == bindparam("url"))
HOLD_BY_ID = HOLD.where(sites.c.id == bindparam("site"))
EVERY = select(*COLUMNS).order_by(sites.c.url)
SAVE = update(sites).where(sites.c.id == bindparam("site"))
REMOVE = delete(sites).where(sites.c.url == bindparam("url"))
REVISION = always(select(func.count(), func.coalesce(func.max(sites.c.changed_at), 0)).select_from(sites))


def add(connection: Connection, url: str, now: datetime) -> Site:
    """Register a base URL, normalised by the caller; one that is registered stays as it is."""
    moment = to_stored(now)
    values = {"url": url, **_settings(Site(0, url)), "created_at": moment, "changed_at": moment}
    connection.execute(ADD[connection.dialect.name], values)
    return get(connection, url)


def get(connection: Connection, url: str) -> Site:
    """Return the site of exactly this base URL, or raise NotFound."""
    row = connection.execute(BY_URL, {"url": url}).one_or_none()
    if row is None:
        raise NotFound("site", url)
    return to_site(row)


def by_id(connection: Connection, site_id: int) -> Site:
    """Return the site of an id, or raise NotFound."""
    row = BY_ID.row(connection, {"site": site_id}) if 0 < site_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("site", site_id)
    return to_site(row)


def hold(connection: Connection, url: str) -> Site:
    """Return the site of exactly this base URL, which nobody changes before this unit is over; raises NotFound."""
    row = connection.execute(HOLD_BY_URL, {"url": url}).one_or_none()
    if row is None:
        raise NotFound("site", url)
    return to_site(row)


def hold_by_id(connection: Connection, site_id: int) -> Site:
    """Return the site of an id, which nobody changes before this unit is over; raises NotFound."""
    row = connection.execute(HOLD_BY_ID, {"site": site_id}).one_or_none() if 0 < site_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("site", site_id)
    return to_site(row)


def every(connection: Connection) -> list[Site]:
    """Return all sites, by base URL."""
    return [to_site(row) for row in connection.execute(EVERY)]


def save(connection: Connection, site: Site, now: datetime) -> None:
    """Keep how a site takes pings, which this unit holds; raise NotFound when it is no longer registered."""
    values = {**_settings(site), "changed_at": to_stored(now)}
    if not connection.execute(SAVE.values(values), {"site": site.id}).rowcount:
        raise NotFound("site", site.url)


def remove(connection: Connection, url: str) -> None:
    """Forget a site with all its mentions, their receipts and host histories; raise NotFound when there is none."""
    if not connection.execute(REMOVE, {"url": url}).rowcount:
        raise NotFound("site", url)


def revision(connection: Connection) -> tuple[int, int]:
    """Return a value that differs after every change to the sites, and costs next to nothing to ask for."""
    count, changed_at = REVISION.rows(connection, {})[0]
    return count, changed_at


def to_site(row: Row) -> Site:
    """Return the site that stands in a row of COLUMNS."""
    site_id, url, protocols, self_pings, moderation, closed, unverified, name, *judging = row
    patterns = tuple(msgspec.json.decode(closed, type=list[str]))
    taken = frozenset(protocols.split())
    approve_up_to, spam_from, lists = judging
    listed = tuple(msgspec.json.decode(lists, type=list[Listed]))
    mode = Moderation(moderation)
    return Site(site_id, url, taken, self_pings, mode, patterns, unverified, name, approve_up_to, spam_from, listed)


def _settings(site: Site) -> dict[str, object]:
    return {
        "protocols": " ".join(sorted(site.protocols)),
        "self_pings": site.self_pings,
        "moderation": site.moderation.value,
        "closed": _json(site.closed),
        "unverified": site.unverified,
        "name": site.name,
        "approve_up_to": site.approve_up_to,
        "spam_from": site.spam_from,
        "lists": _json(site.lists),
    }


def _json(values: Sequence[object]) -> str:
    return msgspec.json.encode(values).decode()
