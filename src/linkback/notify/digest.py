"""What a letter tells a person: each mention once, as it stands now, and nothing that was settled meanwhile.

`of_person` reads, the rest is pure. How it is worded is decided in `wording`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.core.model import Alert, Event, Mention, NewsKind, Notice, Pace, Status, User
from linkback.storage import letters, notices, told

MOST_SHOWN = 20  # mentions under one heading: readers of mail cut letters of more than 100 KB
MOST_CHANGES = 4  # of one mention
FIRST_LOOK_BACK = timedelta(days=7)  # of junk, for who never had a letter

# Where a mention stands now, and which news of it are worth telling then, the first that came; nothing else is.
WORTH_TELLING: Mapping[Status, tuple[NewsKind, ...]] = {
    Status.HELD: (NewsKind.WAITING,),
    Status.APPROVED: (NewsKind.PUBLISHED, NewsKind.CHANGED),
    Status.GONE: (NewsKind.GONE,),
    Status.SPAM: (NewsKind.WITHDRAWN,),
    Status.REMOVED: (NewsKind.WITHDRAWN,),
}


@dataclass(frozen=True, slots=True)
class Section:
    """Mentions under one heading, newest first, and how many more there are."""

    mentions: tuple[Mention, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        """Return how many there are in all."""
        return len(self.mentions) + self.more


@dataclass(frozen=True, slots=True)
class Digest:
    """What a person is told. `new` counts what waits and was not told of before; `junk` is what was kept away."""

    waiting: Section
    published: Section
    changed: Section
    vanished: Section
    changes: Mapping[int, Sequence[Event]]
    warnings: tuple[Alert, ...]
    new: int
    junk: int
    sites: Mapping[int, str]

    @property
    def is_worth_it(self) -> bool:
        """Tell whether there is anything to write for: neither what waits for long nor junk is."""
        return bool(self.new or self.published.count or self.changed.count or self.vanished.count or self.warnings)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Return all mentions that are shown."""
        sections = (self.waiting, self.published, self.changed, self.vanished)
        return tuple(mention for section in sections for mention in section.mentions)


def of_person(connection: Connection, user: User, mine: Sequence[Notice], now: datetime) -> Digest:
    """Return what a person is told by these notices of theirs, as it stands now."""
    site_ids = notices.sites_of(connection, user)
    kinds = _kinds(mine)
    mentions = [one for one in told.mentions_of(connection, kinds) if _is_seen(one.site_id, site_ids)]
    by_kind = _sorted(mentions, kinds)
    waiting = by_kind[NewsKind.WAITING]
    warnings = told.alerts_of(connection, {one.news.alert_id for one in mine if one.news.alert_id is not None})
    since = letters.last_at(connection, user.id) or now - FIRST_LOOK_BACK
    changed = _section(by_kind[NewsKind.CHANGED])
    return Digest(
        waiting=_all_that_waits(connection, user, site_ids, waiting),
        published=_section(by_kind[NewsKind.PUBLISHED]),
        changed=changed,
        vanished=_section([*by_kind[NewsKind.GONE], *by_kind[NewsKind.WITHDRAWN]]),
        changes=_changes(connection, changed.mentions, mine),
        warnings=tuple(one for one in warnings if _is_seen(one.site_id, site_ids)),
        new=len(waiting),
        junk=told.junk_since(connection, site_ids, since),
        sites=told.addresses_of_sites(connection),
    )


def worth_telling(status: Status, kinds: Collection[NewsKind]) -> NewsKind | None:
    """Return as what a mention is told that stands here now, and of which these were the news; None for nothing."""
    return next((kind for kind in WORTH_TELLING.get(status, ()) if kind in kinds), None)


def _kinds(mine: Sequence[Notice]) -> Mapping[int, set[NewsKind]]:
    found: defaultdict[int, set[NewsKind]] = defaultdict(set)
    for one in mine:
        if one.news.mention_id is not None:
            found[one.news.mention_id].add(one.news.kind)
    return found


def _sorted(mentions: Sequence[Mention], kinds: Mapping[int, set[NewsKind]]) -> Mapping[NewsKind, list[Mention]]:
    found: defaultdict[NewsKind, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if kind := worth_telling(mention.status, kinds[mention.id]):
            found[kind].append(mention)
    return found


def _section(mentions: Sequence[Mention]) -> Section:
    return Section(tuple(mentions[:MOST_SHOWN]), max(0, len(mentions) - MOST_SHOWN))


def _all_that_waits(connection: Connection, user: User, site_ids: told.Sites, new: Sequence[Mention]) -> Section:
    """Return what waits, what is new first; who hears of each at once is shown no more than that."""
    shown = list(new[:MOST_SHOWN])
    if user.pace is not Pace.EACH:
        known = {mention.id for mention in shown}
        older = told.waiting(connection, site_ids, MOST_SHOWN)
        shown = [*shown, *(mention for mention in older if mention.id not in known)][:MOST_SHOWN]
    return Section(tuple(shown), max(0, told.count_waiting(connection, site_ids) - len(shown)))


def _changes(
    connection: Connection, changed: Sequence[Mention], mine: Sequence[Notice]
) -> Mapping[int, Sequence[Event]]:
    since = {one.news.mention_id: one.news.at for one in reversed(mine)}
    return {one.id: told.changes_of(connection, one.id, since[one.id], MOST_CHANGES) for one in changed}


def _is_seen(site_id: int, site_ids: told.Sites) -> bool:
    return site_ids is None or site_id in site_ids
