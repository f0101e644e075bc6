"""Which of all mentions are meant: by host, target, status, author, score and age; read a page at a time.

A host is found by walking over the mentions: no index is kept for it, since every ping would pay for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select, union

from linkback.core.model import Mention, Status
from linkback.storage import receipts
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.tables import LARGEST_ID, claims, mentions, to_stored, url_key

ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Selection:
    """Mentions of which all holds that is named here.

    `statuses` are any of these, all when empty. `host` means the host of the page that links and all below it,
    `author` a part of the author's name or address, in whatever case. A score is above or below, never at a bound;
    what was not judged has none. `before` is when it was received.
    """

    statuses: frozenset[Status] = frozenset()
    host: str = ""
    target: str = ""
    author: str = ""
    score_above: float | None = None
    score_below: float | None = None
    before: datetime | None = None

    @property
    def is_narrow(self) -> bool:
        """Tell whether it names anything at all, so that it does not mean every mention."""
        return self != Selection()


def conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """Return what must hold of a row of mentions."""
    found: list[ColumnElement[bool]] = []
    if selection.statuses:
        found.append(mentions.c.status.in_(sorted(status.value for status in selection.statuses)))
    if selection.host:
        below = f"%.{_literally(selection.host)}"
        found.append(or_(mentions.c.source_host == selection.host, mentions.c.source_host.like(below, escape=ESCAPE)))
    if selection.target:
        found.append(_at(selection.target))
    if selection.author:
        told = func.lower(mentions.c.author_name + " " + mentions.c.author_url)
        found.append(told.like(f"%{_literally(selection.author.lower())}%", escape=ESCAPE))
    if selection.score_above is not None:
        found.append(mentions.c.score > selection.score_above)
    if selection.score_below is not None:
        found.append(mentions.c.score < selection.score_below)
    if selection.before is not None:
        found.append(mentions.c.received_at < to_stored(selection.before))
    return found


def count(connection: Connection, selection: Selection) -> dict[Status, int]:
    """Return how many mentions are meant, by status; a status without any is left out."""
    statement = select(mentions.c.status, func.count()).where(*conditions(selection)).group_by(mentions.c.status)
    return {Status(status): number for status, number in connection.execute(statement)}


def ids(connection: Connection, selection: Selection) -> list[int]:
    """Return the ids of the mentions that are meant, newest first."""
    statement = select(mentions.c.id).where(*conditions(selection)).order_by(mentions.c.id.desc())
    return list(connection.execute(statement).scalars())


def page(
    connection: Connection, selection: Selection, *, before_id: int | None = None, limit: int = 100
) -> list[Mention]:
    """Return mentions that are meant, newest first; the next page begins before the id of the last one."""
    wanted = conditions(selection)
    if before_id is not None:
        wanted.append(mentions.c.id < min(before_id, LARGEST_ID))
    rows = connection.execute(select(*COLUMNS).where(*wanted).order_by(mentions.c.id.desc()).limit(limit)).all()
    found = receipts.of_many(connection, [row[0] for row in rows]) if rows else {}
    return [to_mention(row, found.get(row[0], ())) for row in rows]


def but_of(selection: Selection, hidden: Sequence[Status]) -> Selection:
    """Return a selection without what stands at some statuses; one that names statuses stays as it is."""
    return selection if selection.statuses else replace(selection, statuses=frozenset(Status).difference(hidden))


def _at(target: str) -> ColumnElement[bool]:
    """Return what holds of mentions of a page, by whatever address that was ever claimed."""
    key = literal(url_key(target), mentions.c.target_key.type)
    claimed = select(claims.c.mention_id).where(claims.c.target_key == key)
    return mentions.c.id.in_(union(select(mentions.c.id).where(mentions.c.target_key == key), claimed))


def _literally(text: str) -> str:
    """Return a text as LIKE finds it, letter by letter."""
    return text.replace(ESCAPE, ESCAPE * 2).replace("%", f"{ESCAPE}%").replace("_", f"{ESCAPE}_")
