"""Mentions as links that were seen: what is needed of them to know the neighbours, and no more, a page at a time."""

from sqlalchemy import Connection, bindparam, func, select

from linkback.core.model import Change, Evidence, Status
from linkback.core.neighbours import Sighting
from linkback.core.urls import registrable_domain
from linkback.storage.mention_rows import to_evidence
from linkback.storage.prepared import Row, always
from linkback.storage.tables import events, mentions, to_time

NEVER_READ = frozenset({Status.RECEIVED.value, Status.INVALID.value})

COLUMNS = (
    *(mentions.c.id, mentions.c.source, mentions.c.source_page, mentions.c.source_host, mentions.c.status),
    *(mentions.c.received_at, mentions.c.verified_at, mentions.c.anchor, mentions.c.rel, mentions.c.place),
    *(mentions.c.kind, mentions.c.language, mentions.c.score, mentions.c.evidence),
)
OF_SITE = always(
    select(*COLUMNS)
    .where(mentions.c.site_id == bindparam("site"), mentions.c.id > bindparam("after"))
    .order_by(mentions.c.id)
    .limit(bindparam("most"))
)
COUNT = select(func.count()).select_from(mentions).where(mentions.c.site_id == bindparam("site"))
# What a machine took from where an approval had put it: the page changed, or its link went.
TAKEN_BACK = select(events.c.mention_id).where(
    events.c.mention_id.in_(bindparam("ids", expanding=True)),
    events.c.change == Change.STATUS.value,
    events.c.before == Status.APPROVED.value,
    events.c.by.is_(None),
)


def count(connection: Connection, site_id: int) -> int:
    """Return how many mentions a site has."""
    return connection.execute(COUNT, {"site": site_id}).scalar_one()


def page(connection: Connection, site_id: int, *, after_id: int = 0, limit: int = 500) -> tuple[list[Sighting], int]:
    """Return mentions with an id after that one as sightings, and the last of their ids, 0 where there are no more."""
    rows = OF_SITE.rows(connection, {"site": site_id, "after": after_id, "most": limit})
    if not rows:
        return [], 0
    taken = set(connection.execute(TAKEN_BACK, {"ids": [row[0] for row in rows]}).scalars())
    return [_to_sighting(row, taken_back=row[0] in taken) for row in rows], int(rows[-1][0])


def _to_sighting(row: Row, *, taken_back: bool) -> Sighting:
    _, source, source_page, host, status, received_at, verified_at, *told = row
    anchor, rel, place, kind, language, score, evidence = told
    makeup = (to_evidence(evidence) or Evidence()).makeup
    at = to_time(received_at)
    return Sighting(
        domain=registrable_domain(host),
        source=source_page or source,
        at=at,
        last=max(at, to_time(verified_at)) if verified_at else at,
        status=status,
        read=status not in NEVER_READ,
        anchor=anchor,
        rel=tuple(rel.split()),
        place=place or "content",
        kind=kind or "mention",
        language=language,
        score=score,
        template=makeup.template,
        wording=makeup.wording,
        changed=taken_back and status == Status.HELD.value,
        gone=taken_back and status == Status.GONE.value,
    )
