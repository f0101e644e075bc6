"""Lessons: what each decision of a person taught the judge of a site, and the lore that is their sum.

A decided mention has one lesson at most: the former one is unlearned before a new one is learned. Whoever changes a
lore locks its row first, so two decisions at once lose nothing. What a mention taught stays when it is deleted.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from linkback.core.learner import Lesson, Lore, dump, features, learned, load, unlearned
from linkback.core.model import Candidate, Evidence, Mention
from linkback.storage.mention_rows import page_of
from linkback.storage.prepared import Insert, Prepared, always, insert_for
from linkback.storage.tables import lessons, lore, to_stored

NOTHING = dump(Lore())

NAMES = ("mention_id", "site_id", "junk", "features", "at")


def _begin(dialect: str) -> Insert:
    statement = insert_for(dialect, lore).values(site_id=bindparam("site"), version=0, body=NOTHING)
    return statement.on_conflict_do_nothing(index_elements=["site_id"])


HERE = lore.c.site_id == bindparam("site")
BEGIN = Prepared(_begin)
LORE = select(lore.c.version, lore.c.body).where(HERE)
OF_SITE = always(LORE)
NEWER = always(LORE.where(lore.c.version != bindparam("known")))
LOCK = always(LORE.with_for_update())
WRITE = always(update(lore).where(HERE).values(version=bindparam("version"), body=bindparam("body")))

THIS = lessons.c.mention_id == bindparam("mention")
OF_MENTION = always(select(lessons.c.site_id, lessons.c.features, lessons.c.junk).where(THIS))
NOTE = Prepared(lambda dialect: insert_for(dialect, lessons).values({name: bindparam(name) for name in NAMES}))
DROP = always(delete(lessons).where(THIS))
HAND_OVER = always(update(lessons).where(THIS).values(mention_id=bindparam("heir")))


def teach(connection: Connection, mention: Mention, junk: bool, now: datetime) -> None:
    """Learn what a person decided of a mention, in place of what was learned of it before."""
    teach_many(connection, [(mention, junk)], now)


def teach_many(connection: Connection, decided: Iterable[tuple[Mention, bool]], now: datetime) -> None:
    """Learn what a person decided of mentions, each with whether it is junk; writes the lore of each site once."""
    by_site: dict[int, list[tuple[Mention, bool]]] = {}
    for mention, junk in decided:
        by_site.setdefault(mention.site_id, []).append((mention, junk))
    for site_id, told in sorted(by_site.items(), key=lambda one: one[0]):
        former = known = _locked(connection, site_id)
        for mention, junk in told:
            known = _learned(connection, known, mention, Lesson(features(candidate_of(mention)), junk), now)
        _write(connection, site_id, former, known)


def forget(connection: Connection, mention_id: int) -> None:
    """Unlearn what was decided of a mention, if anything was: its decision is undone."""
    forget_many(connection, [mention_id])


def forget_many(connection: Connection, mention_ids: Iterable[int]) -> None:
    """Unlearn what was decided of mentions; writes the lore of each site once."""
    by_site: dict[int, list[int]] = {}
    for mention_id in mention_ids:
        if row := OF_MENTION.row(connection, {"mention": mention_id}):
            by_site.setdefault(row[0], []).append(mention_id)
    for site_id, gone in sorted(by_site.items()):
        former = known = _locked(connection, site_id)
        for mention_id in gone:
            known = _unlearned(connection, known, mention_id)
        _write(connection, site_id, former, known)


def hand_over(connection: Connection, gone: int, heir: int) -> None:
    """Make the lesson of one mention that of another, which it is united with; one that has its own keeps that."""
    if OF_MENTION.row(connection, {"mention": gone}) is None:
        return
    if OF_MENTION.row(connection, {"mention": heir}) is None:
        HAND_OVER.run(connection, {"mention": gone, "heir": heir})
    else:
        forget(connection, gone)


def of_site(connection: Connection, site_id: int) -> Lore:
    """Return what the owner of a site taught so far."""
    row = OF_SITE.row(connection, {"site": site_id})
    return Lore() if row is None else _to_lore(*row)


def newer(connection: Connection, site_id: int, version: int) -> Lore | None:
    """Return the lore of a site, or None when it still is of this version."""
    row = NEWER.row(connection, {"site": site_id, "known": version})
    return None if row is None else _to_lore(*row)


def adopt(connection: Connection, site_id: int, known: Lore) -> None:
    """Put a lore that came from elsewhere in the place of what a site's owner taught so far.

    Lessons stay with their mentions: an owner may still undo what was decided before.
    """
    _write(connection, site_id, _locked(connection, site_id), known)


def candidate_of(mention: Mention) -> Candidate:
    """Return a mention as it was judged, as far as that was kept."""
    return Candidate(page_of(mention)[0], mention.target, mention.citation, mention.evidence or Evidence())


def _learned(connection: Connection, known: Lore, mention: Mention, lesson: Lesson, now: datetime) -> Lore:
    known = _unlearned(connection, known, mention.id)
    values = {"junk": lesson.junk, "features": " ".join(lesson.features), "at": to_stored(now)}
    NOTE.run(connection, {"mention_id": mention.id, "site_id": mention.site_id, **values})
    return learned(known, lesson)


def _unlearned(connection: Connection, known: Lore, mention_id: int) -> Lore:
    row = OF_MENTION.row(connection, {"mention": mention_id})
    if row is None:
        return known
    DROP.run(connection, {"mention": mention_id})
    _, told, junk = row
    return unlearned(known, Lesson(tuple(told.split()), bool(junk)))


def _locked(connection: Connection, site_id: int) -> Lore:
    """Return the lore of a site, which nobody else changes now."""
    BEGIN.run(connection, {"site": site_id})
    row = LOCK.row(connection, {"site": site_id})
    assert row is not None
    return _to_lore(*row)


def _write(connection: Connection, site_id: int, former: Lore, known: Lore) -> None:
    if known != former:
        WRITE.run(connection, {"site": site_id, "version": former.version + 1, "body": dump(known)})


def _to_lore(version: int, body: str) -> Lore:
    known = load(body)
    return Lore(known.junk, known.honest, known.counts, version)
