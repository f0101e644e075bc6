"""What stands in the inbox: mentions as a list, and mentions under the host or the page that they are of.

Read a page at a time by keyset, newest first. How many statements are asked does not depend on how many rows there
are, and none of them reads more than WALKED rows in order to group them. Which mentions are meant is selection's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import product

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from linkback.core.model import Mention, Status
from linkback.storage import receipts
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.prepared import Row
from linkback.storage.selection import Selection, among, conditions, count
from linkback.storage.tables import LARGEST_ID, claims, mentions, to_time, url_key

Column = ColumnElement[int] | ColumnElement[str] | ColumnElement[bytes]
Keys = Sequence[str | bytes]

PER_PAGE = 50
GROUPS = 20  # on a page
IN_GROUP = 3  # mentions that are shown of each
WALKED = 1_000  # rows that are read to find the groups of a page; a few ms
SEARCHED = 10_000  # rows that are read to find words on a page; some 40 ms
MOST_NEWER = 1_000  # mentions that are counted as new; nobody wants to know more exactly
MOST_ARMS = 200  # sites times statuses that are each read by their own index, 1 ms each; SQLite takes 500 at once
ZERO = literal_column("0", Integer)


class Grouping(StrEnum):
    """Under what mentions are listed together."""

    HOST = "host"
    PAGE = "page"


KEY_OF: Mapping[Grouping, Column] = {
    Grouping.HOST: mentions.c.source_host,
    Grouping.PAGE: mentions.c.target_key,
}
BY_ID = select(*COLUMNS).where(mentions.c.id.in_(bindparam("ids", expanding=True)))
DECIDED_AT = select(mentions.c.id, mentions.c.decided_at).where(
    mentions.c.id.in_(bindparam("ids", expanding=True)), mentions.c.decided_at.is_not(None)
)
CLAIMED_TOO = select(claims.c.mention_id).where(claims.c.target_key == bindparam("key")).limit(1)
NEWER = select(mentions.c.id, mentions.c.site_id, mentions.c.status).order_by(mentions.c.id.desc()).limit(MOST_NEWER)
NEWEST = select(func.max(mentions.c.id))


@dataclass(frozen=True, slots=True)
class _Walk:
    """Between which ids something is looked for: below `before`, and from `after` on; None where there is no bound."""

    before: int | None
    after: int | None = None

    @property
    def bounds(self) -> list[ColumnElement[bool]]:
        """Return what must hold of the id of a row."""
        below = [] if self.before is None else [mentions.c.id < max(0, min(self.before, LARGEST_ID))]
        return below if self.after is None else [*below, mentions.c.id >= self.after]


@dataclass(frozen=True, slots=True)
class Portion:
    """Some mentions, newest first; `before` is where the next ones begin, None when these are the last."""

    mentions: tuple[Mention, ...]
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The newest mentions of one host or to one page, and how many are meant; None where no index alone tells that."""

    mentions: tuple[Mention, ...]
    count: int | None


@dataclass(frozen=True, slots=True)
class Groups:
    """Some groups, that of the newest mention first; `before` is where the next ones begin."""

    groups: tuple[Group, ...]
    before: int | None = None


def listing(connection: Connection, wanted: Selection, *, before: int | None = None, limit: int = PER_PAGE) -> Portion:
    """Return mentions that are meant, newest first; where words are looked for, maybe fewer than there are so far."""
    walk = _bounded(connection, wanted, before)
    found = [row[0] for row in _walk(connection, wanted, (mentions.c.id,), walk, limit + 1)]
    more = found[limit - 1] if len(found) > limit else walk.after
    return Portion(tuple(of_ids(connection, found[:limit])), more)


def counts(connection: Connection, wanted: Selection) -> dict[Status, int] | None:
    """Return how many mentions stand where, of all statuses; None where this is not told by an index alone."""
    if not _is_indexed(wanted):
        return None
    wanted = replace(wanted, statuses=frozenset())
    if not (wanted.host or wanted.target):
        return count(connection, wanted)
    total = Counter[Status]()
    for at in _places(connection, wanted.target):
        where = (*_apart_from_sites(replace(wanted, target="")), at)
        statement = select(mentions.c.status, func.count()).where(*where).group_by(mentions.c.status)
        total.update({Status(status): number for status, number in connection.execute(statement)})
    return dict(total)


def of_ids(connection: Connection, ids: Sequence[int]) -> list[Mention]:
    """Return mentions by their ids, in the order of these; one that is gone is left out."""
    rows = connection.execute(BY_ID, {"ids": ids}).all() if ids else []
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    kept = {row[0]: to_mention(row, found.get(row[0], ())) for row in rows}
    return [kept[one] for one in ids if one in kept]


def decided_at(connection: Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """Return when a person decided of some mentions; those of which nobody did are left out."""
    rows = connection.execute(DECIDED_AT, {"ids": ids}) if ids else ()
    return {mention_id: to_time(at) for mention_id, at in rows}


def groups(
    connection: Connection, wanted: Selection, by: Grouping, *, before: int | None = None, limit: int = GROUPS
) -> Groups:
    """Return the groups whose newest mention that is meant came before one, each with its newest mentions.

    A page may have fewer groups than `limit`, or none, and still not be the last: then its WALKED mentions belong
    to groups of the pages before.
    """
    walk = _bounded(connection, wanted, before)
    walked = _walk(connection, wanted, (mentions.c.id, KEY_OF[by]), walk, WALKED)
    members: dict[str | bytes, list[int]] = {}
    for mention_id, key in walked:
        members.setdefault(key, []).append(mention_id)
    shown = set() if before is None else _shown_before(connection, wanted, by, list(members), before)
    fresh = [key for key in members if key not in shown]
    page = fresh[:limit]
    sizes = _counts(connection, wanted, by, page)
    first = [mention_id for key in page for mention_id in members[key][:IN_GROUP]]
    kept = {mention.id: mention for mention in of_ids(connection, first)}
    found = [Group(tuple(kept[one] for one in members[key][:IN_GROUP] if one in kept), sizes.get(key)) for key in page]
    return Groups(
        tuple(group for group in found if group.mentions), _next(walked, [members[key] for key in fresh], limit, walk)
    )


def newest(connection: Connection) -> int:
    """Return the id of the mention that was written last, 0 when there is none."""
    return connection.execute(NEWEST).scalar_one() or 0


def newer(connection: Connection, sites: Iterable[int], after: int) -> list[tuple[int, int, Status]]:
    """Return id, site and status of the mentions of some sites that came after one, newest first: MOST_NEWER."""
    meant = (among(mentions.c.site_id + ZERO, frozenset(sites)), mentions.c.id > max(0, min(after, LARGEST_ID)))
    rows = connection.execute(NEWER.where(*meant))
    return [(mention_id, site_id, Status(status)) for mention_id, site_id, status in rows]


def standing(connection: Connection, sites: Iterable[int]) -> dict[tuple[int, Status], int]:
    """Return how many mentions of some sites stand where, by site and status."""
    at = among(mentions.c.site_id, frozenset(sites))
    statement = (
        select(mentions.c.site_id, mentions.c.status, func.count())
        .where(at)
        .group_by(mentions.c.site_id, mentions.c.status)
    )
    return {(site, Status(status)): count for site, status, count in connection.execute(statement)}


def _walk(
    connection: Connection, wanted: Selection, columns: Sequence[Column], walk: _Walk, limit: int
) -> Sequence[Row]:
    """Return what stands in some columns of mentions that are meant, newest first.

    Of each site and status the newest are read in the order of an index, and these put together: to sort all that
    is meant would cost more with each mention.
    """
    # A host has few mentions, and a site many: the sum keeps a planner from walking through those in their order.
    by = mentions.c.id + ZERO if wanted.host else mentions.c.id
    arms = [
        select(*columns).where(*where, *walk.bounds).order_by(by.desc()).limit(limit)
        for where in _arms(connection, wanted)
    ]
    if len(arms) == 1:
        return connection.execute(arms[0]).all()
    together = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    return connection.execute(select(together).order_by(together.c.id.desc()).limit(limit)).all()


def _bounded(connection: Connection, wanted: Selection, before: int | None) -> _Walk:
    """Return between which ids a page is looked for: what no index tells is looked for among SEARCHED mentions."""
    if _is_indexed(wanted):
        return _Walk(before)
    found = _walk(connection, _plain(wanted), (mentions.c.id,), _Walk(before), SEARCHED)
    return _Walk(before, found[-1][0] if len(found) == SEARCHED else None)


def _plain(wanted: Selection) -> Selection:
    """Return what indexes tell of a selection."""
    return Selection(wanted.statuses, wanted.host, wanted.target, sites=wanted.sites, up_to=wanted.up_to)


def _is_indexed(wanted: Selection) -> bool:
    """Tell whether indexes tell alone what is meant: by site, status, host and target."""
    return wanted == _plain(wanted)


def _arms(connection: Connection, wanted: Selection) -> list[list[ColumnElement[bool]]]:
    """Return the conditions that together are a selection, each read in the order of one index."""
    statuses = [frozenset({status}) for status in sorted(wanted.statuses or Status)]
    if wanted.host or wanted.target or wanted.sites is None or len(wanted.sites) * len(statuses) > MOST_ARMS:
        return [
            [*_apart_from_sites(replace(wanted, statuses=status, target="")), at]
            for status, at in product(statuses, _places(connection, wanted.target))
        ]
    sites = [frozenset({site}) for site in sorted(wanted.sites)] or [frozenset[int]()]
    return [conditions(replace(wanted, sites=site, statuses=status)) for site, status in product(sites, statuses)]


def _apart_from_sites(wanted: Selection) -> list[ColumnElement[bool]]:
    """Return what must hold of a row, so written that no index of sites is taken: another one tells more."""
    sites = [] if wanted.sites is None else [among(mentions.c.site_id + ZERO, wanted.sites)]
    return [*conditions(replace(wanted, sites=None)), *sites]


def _places(connection: Connection, target: str) -> list[ColumnElement[bool]]:
    """Return where mentions of a page are found: at its key, and, of few pages, at an address claimed for it too."""
    if not target:
        return [true()]
    key = {"key": url_key(target)}
    at = mentions.c.target_key == key["key"]
    if connection.execute(CLAIMED_TOO, key).first() is None:
        return [at]
    led = select(claims.c.mention_id).where(claims.c.target_key == key["key"])
    return [at, and_(mentions.c.id.in_(led), mentions.c.target_key != key["key"])]


def _shown_before(connection: Connection, wanted: Selection, by: Grouping, keys: Keys, before: int) -> set[str | bytes]:
    """Return which groups have a mention that is meant and that is not older, so that they were shown already.

    What no index tells is looked for among the nearest SEARCHED: a group may be shown once more after as many.
    """
    column = KEY_OF[by]
    meant = [*_apart_from_sites(_plain(wanted)), column.in_(keys), mentions.c.id >= before]
    if not _is_indexed(wanted):
        nearest = select(mentions.c.id).where(*meant).order_by(mentions.c.id).limit(SEARCHED)
        meant = [*_apart_from_sites(wanted), mentions.c.id.in_(nearest)]
    rows: Sequence[Row] = connection.execute(select(column).where(*meant).distinct()).all() if keys else ()
    return {row[0] for row in rows}


def _counts(connection: Connection, wanted: Selection, by: Grouping, keys: Keys) -> dict[str | bytes, int]:
    """Return how many mentions that are meant each group has, where site and status alone say what is meant."""
    if wanted != Selection(wanted.statuses, sites=wanted.sites):
        return {}
    column = KEY_OF[by]
    statement = select(column, func.count()).where(*_apart_from_sites(wanted), column.in_(keys)).group_by(column)
    rows: Sequence[Row] = connection.execute(statement).all() if keys else ()
    return {row[0]: row[1] for row in rows}


def _next(walked: Sequence[Row], fresh: Sequence[Sequence[int]], limit: int, walk: _Walk) -> int | None:
    """Return where the next groups begin: before the newest mention of the last one, else where the walk ended."""
    if len(fresh) > limit:
        return fresh[limit - 1][0]
    return walked[-1][0] if len(walked) == WALKED else walk.after
