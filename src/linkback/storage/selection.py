"""Which of all mentions are meant: by site, host, target, status, words, author, score and age; read a page at a time.

A host and a target are found by an index. Words and authors are found by walking over what else is meant.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import add

from sqlalchemy import ColumnElement, Connection, exists, false, func, literal, or_, select, union, union_all

from linkback.core.changes import OF_THE_PAGE
from linkback.core.model import Change, Mention, Status
from linkback.storage import receipts
from linkback.storage.mention_rows import COLUMNS, to_mention
from linkback.storage.tables import LARGEST_ID, claims, events, hosts, mentions, to_stored, url_key
from linkback.storage.tables import receipts as receipts_table

ESCAPE = "\\"
MOST_WORDS = 8  # that are looked for at once; nobody types more, and each is compared with every text
PLAIN_KIND = "mention"  # what a mention of no other kind is called; it stands in its row as nothing
STATUSES = events.alias("statuses")
APPROVED_AT = (
    select(func.max(STATUSES.c.at))
    .where(STATUSES.c.mention_id == mentions.c.id, STATUSES.c.change == Change.STATUS.value)
    .where(or_(STATUSES.c.after == Status.APPROVED.value, STATUSES.c.after.startswith(f"{Status.APPROVED.value}:")))
    .scalar_subquery()
)
SEARCHED = ("title", "excerpt", "content", "author_name", "author_url", "source", "source_page")


@dataclass(frozen=True, slots=True)
class Selection:
    """Mentions of which all holds that is named here.

    `statuses` are any of these, all when empty. `host` means the host of the page that links and all below it,
    `author` a part of the author's name or address, in whatever case. A score is above or below, never at a bound;
    what was not judged has none. `before` is when it was received. `sites` are any of these: none at all when empty,
    and all when None. All of `words` stand in what the page says, who wrote it or its address, in whatever case.
    `changed` means that the page says something else than when a person decided or it was approved, whichever was
    later, or, where neither was, than at first. `up_to` is the largest id that is meant.
    """

    statuses: frozenset[Status] = frozenset()
    host: str = ""
    target: str = ""
    author: str = ""
    score_above: float | None = None
    score_below: float | None = None
    before: datetime | None = None
    sites: frozenset[int] | None = None
    words: str = ""
    protocol: str = ""
    kind: str = ""
    changed: bool = False
    up_to: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Tell whether it names anything at all, so that it does not mean every mention."""
        return self != Selection()


def conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """Return what must hold of a row of mentions."""
    return [*_where(selection), *_who(selection), *_what(selection), *_when(selection)]


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


def _where(selection: Selection) -> Iterator[ColumnElement[bool]]:
    if selection.sites is not None:
        yield among(mentions.c.site_id, selection.sites)
    if selection.statuses:
        yield mentions.c.status.in_(sorted(status.value for status in selection.statuses))
    if selection.host:
        yield _from(selection.host, selection.sites)
    if selection.target:
        yield _at(selection.target)


def _who(selection: Selection) -> Iterator[ColumnElement[bool]]:
    if selection.author:
        yield _says(mentions.c.author_name + " " + mentions.c.author_url, selection.author)
    told = reduce(add, (mentions.c[name] + "\n" for name in SEARCHED))
    yield from (_says(told, word) for word in selection.words.split()[:MOST_WORDS])


def _what(selection: Selection) -> Iterator[ColumnElement[bool]]:
    if selection.score_above is not None:
        yield mentions.c.score > selection.score_above
    if selection.score_below is not None:
        yield mentions.c.score < selection.score_below
    if selection.protocol:
        told = (receipts_table.c.mention_id == mentions.c.id, receipts_table.c.protocol == selection.protocol)
        yield exists().where(*told)
    if selection.kind:
        yield mentions.c.kind.in_([selection.kind, *([""] if selection.kind == PLAIN_KIND else [])])
    if selection.changed:
        later = (events.c.at > func.coalesce(moment, 0) for moment in (mentions.c.decided_at, APPROVED_AT))
        yield exists().where(events.c.mention_id == mentions.c.id, *later, events.c.change.in_(sorted(OF_THE_PAGE)))


def _when(selection: Selection) -> Iterator[ColumnElement[bool]]:
    if selection.before is not None:
        yield mentions.c.received_at < to_stored(selection.before)
    if selection.up_to is not None:
        yield mentions.c.id <= max(0, min(selection.up_to, LARGEST_ID))


def among(column: ColumnElement[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Return what holds of a column that is one of some ids: `=` for one, so that an index is read in order."""
    if len(ids) == 1:
        return column == next(iter(ids))
    return column.in_(sorted(ids)) if ids else false()


def is_from(column: ColumnElement[str], host: str) -> ColumnElement[bool]:
    """Return what holds of a column that is a host, or one below it."""
    return or_(column == host, column.like(f"%.{_literally(host)}", escape=ESCAPE))


def _from(host: str, sites: frozenset[int] | None) -> ColumnElement[bool]:
    """Return what holds of mentions of a host and of all below it; those below are read from the table of hosts."""
    known = select(hosts.c.host).where(is_from(hosts.c.host, host))
    if sites is not None:
        known = known.where(among(hosts.c.site_id, sites))
    return mentions.c.source_host.in_(union_all(select(literal(host)), known))


def _at(target: str) -> ColumnElement[bool]:
    """Return what holds of mentions of a page, by whatever address that was ever claimed."""
    key = literal(url_key(target), mentions.c.target_key.type)
    claimed = select(claims.c.mention_id).where(claims.c.target_key == key)
    return mentions.c.id.in_(union(select(mentions.c.id).where(mentions.c.target_key == key), claimed))


def _says(told: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return what holds of a text with a word in it.

    SQLite knows upper and lower case of ASCII only, so other words are looked for as they are mostly written.
    """
    ways = {word.lower()} if word.isascii() else {word, word.lower(), word.capitalize()}
    told = func.lower(told) if word.isascii() else told
    return or_(*(told.like(f"%{_literally(way)}%", escape=ESCAPE) for way in sorted(ways)))


def _literally(text: str) -> str:
    """Return a text as LIKE finds it, letter by letter."""
    return text.replace(ESCAPE, ESCAPE * 2).replace("%", f"{ESCAPE}%").replace("_", f"{ESCAPE}_")
