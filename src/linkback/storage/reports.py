"""Reports on the neighbourhood of a site, as far as the next one needs them: how each domain stood then."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from linkback.core.neighbours import Standing
from linkback.storage.prepared import always
from linkback.storage.tables import reports, to_stored, to_time

MOST_KEPT = 12  # of a site; of 10 000 domains one takes about 0.5 MB

HERE = reports.c.site_id == bindparam("site")
SAVE = insert(reports)
LATEST = always(
    select(reports.c.at, reports.c.body)
    .where(HERE, reports.c.at <= bindparam("until"))
    .order_by(reports.c.at.desc(), reports.c.id.desc())
    .limit(1)
)
KEPT = select(reports.c.id).where(HERE).order_by(reports.c.at.desc(), reports.c.id.desc()).limit(MOST_KEPT)
TRIM = delete(reports).where(HERE, reports.c.id.not_in(KEPT))


def save(connection: Connection, site_id: int, standings: Mapping[str, Standing], now: datetime) -> None:
    """Remember how the domains stand, and forget all but the newest reports of the site."""
    body = {domain: (one.score, one.links, one.changed, one.gone) for domain, one in standings.items()}
    connection.execute(SAVE, {"site_id": site_id, "at": to_stored(now), "body": msgspec.json.encode(body).decode()})
    connection.execute(TRIM, {"site": site_id})


def latest(connection: Connection, site_id: int, until: datetime) -> tuple[datetime, dict[str, Standing]] | None:
    """Return the newest report that is no newer than that, and when it was made; None where there is none."""
    row = LATEST.row(connection, {"site": site_id, "until": to_stored(until)})
    if row is None:
        return None
    body = msgspec.json.decode(row[1], type=dict[str, tuple[float | None, int, int, int]])
    return to_time(row[0]), {domain: Standing(*told) for domain, told in body.items()}
