"""Backlinks: pages that lists say link to a site, one row a page, and what a look at each found.

What is due stands on the rows: to claim one is to move that time forward by a lease. The column `host` holds the
registrable domain, since whoever looks takes turns by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, case, func, select, update

from linkback.core.model import Citation, Reason, Status, Verdict
from linkback.core.neighbours.backlink import Backlink, Found
from linkback.core.neighbours.linklist import ListedLink
from linkback.core.urls import host_of, registrable_domain
from linkback.storage.mention_rows import stored_evidence, to_evidence
from linkback.storage.prepared import Insert, Prepared, Row, always, insert_for
from linkback.storage.tables import backlinks, clean, maybe_stored, maybe_time, mentions, to_stored, to_time, url_key

# Pages of one domain that are looked at: a link on every page of a site says the same a thousand times.
MOST_OF_DOMAIN = 20

NAMES = (
    *("id", "site_id", "source", "host", "imported_at", "target", "state", "anchor", "rel", "place", "title"),
    *("language", "evidence", "decision", "score", "reasons", "seen_at", "fetched_at", "next_fetch_at", "tries"),
)
COLUMNS = tuple(backlinks.c[name] for name in NAMES)
ADDED = ("site_id", "key", "source", "host", "target", "state", "anchor", "imported_at", "seen_at", "next_fetch_at")


def _add(dialect: str) -> Insert:
    """Insert a page; of one that is known, what the list says fills in what was not known."""
    statement = insert_for(dialect, backlinks).values({name: bindparam(name) for name in ADDED})
    new, old = statement.excluded, backlinks.c
    told = {name: case((old[name] == "", new[name]), else_=old[name]) for name in ("target", "anchor")}
    return statement.on_conflict_do_update(
        index_elements=["site_id", "key"], set_={**told, "seen_at": func.coalesce(new.seen_at, old.seen_at)}
    )


HERE = backlinks.c.site_id == bindparam("site")
ADD = Prepared(_add)
COUNT = always(select(func.count()).select_from(backlinks).where(HERE))
WAIT = always(select(func.count()).select_from(backlinks).where(HERE, backlinks.c.next_fetch_at <= bindparam("now")))
NUMBERED = select(
    backlinks.c.id,
    func.row_number().over(partition_by=backlinks.c.host, order_by=backlinks.c.id).label("number"),
).where(HERE)
COVER = (
    update(backlinks)
    .where(HERE, backlinks.c.key.in_(bindparam("keys", expanding=True)), backlinks.c.state == Found.LISTED.value)
    .values(state=Found.COVERED.value, next_fetch_at=None)
)
DUE = (
    select(*COLUMNS)
    .where(HERE, backlinks.c.next_fetch_at <= bindparam("now"))
    .where(backlinks.c.host.not_in(bindparam("busy", expanding=True)))
    .order_by(backlinks.c.next_fetch_at, backlinks.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
PUT_OFF = always(
    update(backlinks)
    .where(backlinks.c.id == bindparam("backlink"))
    .values(next_fetch_at=bindparam("at"), tries=bindparam("tries"))
)
WRITTEN = (
    *("target", "state", "anchor", "rel", "place", "title", "language", "evidence", "decision", "score", "reasons"),
    *("fetched_at", "next_fetch_at", "tries"),
)
SETTLE = always(
    update(backlinks)
    .where(backlinks.c.id == bindparam("backlink"))
    .values({name: bindparam(f"new_{name}") for name in WRITTEN})
)
PAGE = always(
    select(*COLUMNS)
    .where(HERE, backlinks.c.id > bindparam("after"), backlinks.c.state != Found.COVERED.value)
    .order_by(backlinks.c.id)
    .limit(bindparam("most"))
)
VERIFIED = always(
    select(mentions.c.id, mentions.c.source, mentions.c.source_page)
    .where(mentions.c.site_id == bindparam("site"), mentions.c.id > bindparam("after"))
    .where(mentions.c.status != Status.RECEIVED.value, mentions.c.status != Status.INVALID.value)
    .order_by(mentions.c.id)
    .limit(bindparam("most"))
)


def add(connection: Connection, site_id: int, listed: Iterable[ListedLink], now: datetime) -> int:
    """Keep pages of a list, due now; return how many of them were not known before."""
    before = count(connection, site_id)
    for link in listed:
        values = {
            "site_id": site_id,
            "key": url_key(link.source),
            "source": link.source,
            "host": registrable_domain(host_of(link.source)),
            "target": link.target,
            "state": Found.LISTED.value,
            "anchor": clean(link.anchor),
            "imported_at": to_stored(now),
            "seen_at": maybe_stored(link.seen),
            "next_fetch_at": to_stored(now),
        }
        ADD.run(connection, values)
    return count(connection, site_id) - before


def count(connection: Connection, site_id: int) -> int:
    """Return how many pages are known from lists."""
    return int(COUNT.rows(connection, {"site": site_id})[0][0])


def count_due(connection: Connection, site_id: int, now: datetime) -> int:
    """Return how many pages wait to be looked at."""
    return int(WAIT.rows(connection, {"site": site_id, "now": to_stored(now)})[0][0])


def spare(connection: Connection, site_id: int) -> int:
    """Leave out of what is due all but the first pages of each domain, and return how many those are."""
    numbered = NUMBERED.subquery()
    surplus = select(numbered.c.id).where(numbered.c.number > MOST_OF_DOMAIN)
    spared = (
        update(backlinks)
        .where(backlinks.c.id.in_(surplus), backlinks.c.next_fetch_at.is_not(None))
        .values(next_fetch_at=None)
    )
    return connection.execute(spared, {"site": site_id}).rowcount


def cover(connection: Connection, site_id: int, *, after_id: int = 0, limit: int = 500) -> int:
    """Mark the pages that a mention tells of, by the mentions after that one; return the last of those, 0 for none."""
    rows = VERIFIED.rows(connection, {"site": site_id, "after": after_id, "most": limit})
    keys = {url_key(source) for _, *sources in rows for source in sources if source}
    if keys:
        connection.execute(COVER, {"site": site_id, "keys": sorted(keys)})
    return int(rows[-1][0]) if rows else 0


def claim(
    connection: Connection, site_id: int, now: datetime, lease_until: datetime, busy: Sequence[str] = ()
) -> Backlink | None:
    """Return the page that is longest due, none of a busy domain, and make it due again when the lease is over."""
    row = connection.execute(DUE, {"site": site_id, "now": to_stored(now), "busy": [*busy, ""]}).one_or_none()
    if row is None:
        return None
    claimed = replace(to_backlink(row), next_fetch_at=lease_until)
    put_off(connection, claimed, lease_until)
    return claimed


def put_off(connection: Connection, backlink: Backlink, at: datetime, *, tries: int | None = None) -> None:
    """Make a page due again at that time."""
    counted = backlink.tries if tries is None else tries
    PUT_OFF.run(connection, {"backlink": backlink.id, "at": to_stored(at), "tries": counted})


def settle(connection: Connection, backlink: Backlink) -> None:
    """Write what a look at a page found."""
    citation, verdict = backlink.citation, backlink.verdict
    reasons = [(one.rule, clean(one.sentence), one.weight) for one in verdict.reasons] if verdict else None
    values = {
        "target": backlink.target,
        "state": backlink.state.value,
        "anchor": clean(citation.anchor),
        "rel": clean(" ".join(citation.rel)),
        "place": clean(citation.place),
        "title": clean(citation.title),
        "language": clean(citation.language),
        "evidence": stored_evidence(backlink.evidence),
        "decision": verdict.decision.value if verdict else None,
        "score": verdict.score if verdict else None,
        "reasons": msgspec.json.encode(reasons).decode() if verdict else None,
        "fetched_at": maybe_stored(backlink.fetched_at),
        "next_fetch_at": maybe_stored(backlink.next_fetch_at),
        "tries": backlink.tries,
    }
    SETTLE.run(connection, {"backlink": backlink.id, **{f"new_{name}": value for name, value in values.items()}})


def page(connection: Connection, site_id: int, *, after_id: int = 0, limit: int = 500) -> list[Backlink]:
    """Return pages that no mention tells of, with an id after that one, in the order of their ids."""
    rows = PAGE.rows(connection, {"site": site_id, "after": after_id, "most": limit})
    return list(map(to_backlink, rows))


def to_backlink(row: Row) -> Backlink:
    """Return the backlink that stands in a row of COLUMNS."""
    (id_, site_id, source, domain, imported_at, target, state, anchor, rel, place, title, language, *told) = row
    (evidence, decision, score, reasons, seen_at, fetched_at, next_fetch_at, tries) = told
    citation = Citation(title=title, anchor=anchor, rel=tuple(rel.split()), place=place or "content", language=language)
    return Backlink(
        *(id_, site_id, source, domain, to_time(imported_at), target, Found(state), citation, to_evidence(evidence)),
        verdict=_to_verdict(decision, score, reasons),
        seen_at=maybe_time(seen_at),
        fetched_at=maybe_time(fetched_at),
        next_fetch_at=maybe_time(next_fetch_at),
        tries=tries,
    )


def _to_verdict(decision: str | None, score: float, reasons: str) -> Verdict | None:
    if decision is None:
        return None
    told = msgspec.json.decode(reasons, type=list[tuple[str, str, float]])
    return Verdict(Status(decision), score, tuple(Reason(*reason) for reason in told))
