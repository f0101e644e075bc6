"""What the world may see: the approved mentions of a page, found by whatever address the page was ever claimed under.

Nothing here writes. The cost depends on how many mentions these pages have, never on how many there are.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, func, select, union

from linkback.core.formats import ALL, Kinds, Order
from linkback.core.hygiene import Lists
from linkback.core.model import Listed, Mention, Status
from linkback.storage import receipts
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.prepared import always
from linkback.storage.tables import claims, mentions, sites, url_key

MOST_AT_ONCE = 1000  # mentions in one answer, about a megabyte
MOST_SKIPPED = 10_000_000  # mentions before the first one of a page; far beyond any page's

KEYS: BindParameter[bytes] = bindparam("keys", expanding=True)
APPROVED = mentions.c.status == Status.APPROVED.value
# Both halves are answered from an index alone; the second knows the addresses that redirects and rel=canonical left.
OF_PAGES = union(
    select(mentions.c.id).where(mentions.c.target_key.in_(KEYS), APPROVED),
    select(claims.c.mention_id).where(claims.c.target_key.in_(KEYS)),
)
FOUND = (mentions.c.id.in_(OF_PAGES), APPROVED)


LISTS = always(select(sites.c.lists).where(sites.c.id == bindparam("site")))

IN_ORDER: dict[Order, ColumnElement[int]] = {
    Order.CREATED: mentions.c.id,
    Order.PUBLISHED: func.coalesce(mentions.c.published_at, mentions.c.received_at),
}


def count(connection: Connection, targets: Sequence[str], kinds: Kinds = ALL) -> int:
    """Return how many approved mentions these pages have together."""
    statement = select(func.count()).select_from(mentions).where(*_wanted(kinds))
    return connection.execute(statement, _keys(targets)).scalar_one()


def page(
    connection: Connection,
    targets: Sequence[str],
    kinds: Kinds = ALL,
    *,
    order: Order = Order.CREATED,
    oldest_first: bool = False,
    skip: int = 0,
    limit: int = 20,
) -> list[Mention]:
    """Return approved mentions of these pages, newest first unless told otherwise; no mention comes twice."""
    by = (IN_ORDER[order], mentions.c.id) if order is Order.PUBLISHED else (mentions.c.id,)
    statement = select(*COLUMNS).where(*_wanted(kinds)).order_by(*(key if oldest_first else key.desc() for key in by))
    statement = statement.limit(min(limit, MOST_AT_ONCE)).offset(min(skip, MOST_SKIPPED))
    rows = connection.execute(statement, _keys(targets)).all()
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    return [to_mention(row, found.get(row[0], ())) for row in rows]


def lists(connection: Connection, found: Iterable[Mention]) -> Lists:
    """Return what the owners of the sites of mentions list, by site: it says how their links are shown."""
    named = {site_id: LISTS.row(connection, {"site": site_id}) for site_id in {mention.site_id for mention in found}}
    return {site_id: msgspec.json.decode(row[0], type=tuple[Listed, ...]) for site_id, row in named.items() if row}


def _wanted(kinds: Kinds) -> tuple[ColumnElement[bool], ...]:
    if not kinds.names and kinds.but:
        return FOUND
    names = sorted(kinds.names)
    return (*FOUND, mentions.c.kind.not_in(names) if kinds.but else mentions.c.kind.in_(names))


def _keys(targets: Sequence[str]) -> dict[str, object]:
    return {"keys": [url_key(target) for target in targets]}
