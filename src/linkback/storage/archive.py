"""All that a site ever received, oldest first, a page at a time: for who goes through the whole of it."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from linkback.core.model import Mention
from linkback.storage import receipts
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.prepared import always
from linkback.storage.tables import mentions, to_stored

OF_SITE = always(
    select(*COLUMNS)
    .where(mentions.c.site_id == bindparam("site"), mentions.c.id > bindparam("after"))
    .where(mentions.c.received_at >= bindparam("since"))
    .order_by(mentions.c.id)
    .limit(bindparam("most"))
)


def page(
    connection: Connection, site_id: int, *, since: datetime, after_id: int = 0, limit: int = 500
) -> list[Mention]:
    """Return the mentions of a site that came since then, with an id after that one, in the order of their ids."""
    values = {"site": site_id, "after": after_id, "since": to_stored(since), "most": limit}
    rows = OF_SITE.rows(connection, values)
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    return [to_mention(row, found.get(row[0], ())) for row in rows]
