"""Reads what the inbox shows: a page of it, one mention with all that is known, a host, a page, the latest actions."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from sqlalchemy import Connection

from linkback.core.errors import NotFound
from linkback.core.model import Event, HostHistory, Mention, Site, Status
from linkback.inbox.explaining import changed_since
from linkback.storage import actions, events, hosts, inbox, listings, mentions, sites, trends
from linkback.storage.actions import Action
from linkback.storage.database import Database
from linkback.storage.inbox import Grouping, Portion
from linkback.storage.listings import Listing
from linkback.storage.mention_rows import host_judged, page_of
from linkback.storage.selection import Selection
from linkback.storage.tables import LARGEST_ID

FEW = 5  # other mentions of the host and of the page that are shown beside one
ACTIONS = 30  # on a page

# None stands for all sites that there are.
Sites = Collection[int] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A mention in a list, and what its page says otherwise than when it was approved."""

    mention: Mention
    changes: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a page of the inbox shows: mentions, or groups of them; `before` is where the next page begins.

    `counts` are of all statuses, None where no index alone tells them. `newest` is the id of the mention that was
    written last when the page was read, whatever the page shows.
    """

    mentions: tuple[Shown, ...]
    groups: tuple[tuple[tuple[Shown, ...], int | None], ...]
    before: int | None
    counts: Mapping[Status, int] | None
    newest: int


@dataclass(frozen=True, slots=True)
class Others:
    """The newest mentions beside one, and how many there are, by status."""

    mentions: tuple[Mention, ...]
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class MentionShown:
    """All that is known of a mention. `history` is oldest first; `changes` is what of it came since the approval."""

    mention: Mention
    site: Site
    history: tuple[Event, ...]
    changes: tuple[Event, ...]
    host: str
    of_host: Others
    of_page: Others


@dataclass(frozen=True, slots=True)
class HostShown:
    """A host: what is known of it, by the id of each site where it was seen, and its mentions."""

    host: str
    histories: Mapping[int, HostHistory]
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page of a site, and its mentions."""

    target: str
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Acted:
    """An action, and what it did to lists."""

    action: Action
    listed: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Shows people what came to their sites. How many questions it asks does not depend on how much there is."""

    PER_PAGE: ClassVar[int] = ACTIONS  # actions

    database: Database
    now: Callable[[], datetime]

    async def listing(self, wanted: Selection, by: Grouping | None = None, *, before: int | None = None) -> Shelf:
        """Return a page of what is meant, newest first; grouped where that is asked."""
        return await self.database.read(_shelf, wanted, by, before)

    async def portion(self, wanted: Selection, *, before: int | None = None, limit: int = inbox.PER_PAGE) -> Portion:
        """Return mentions that are meant, newest first, as they are kept: for programs and feeds."""
        return await self.database.read(partial(inbox.listing, before=before, limit=limit), wanted)

    async def mention(self, mention_id: int, within: Sites = None) -> MentionShown:
        """Return all that is known of a mention; raises NotFound, also when it is of none of these sites."""
        return await self.database.read(_mention, mention_id, within)

    async def host(self, host: str, within: Sites = None, *, before: int | None = None) -> HostShown:
        """Return what is known of a host at these sites; raises NotFound when it was never seen there."""
        return await self.database.read(_host, host, within, before)

    async def page(self, target: str, within: Sites = None, *, before: int | None = None) -> PageShown:
        """Return the mentions of a page at these sites, by whatever address it was claimed."""
        wanted = Selection(target=target, sites=_chosen(within))
        return PageShown(target, await self.listing(wanted, before=before))

    async def actions(self, within: Collection[int], *, before: int | None = None) -> list[Acted]:
        """Return the latest actions that did something at these sites, newest first."""
        return await self.database.read(_actions, within, before)

    async def acted(self, action_id: int, within: Sites = None) -> Acted:
        """Return an action; raises NotFound, also when it did something at other sites than these, or none is left."""
        return await self.database.read(_acted, action_id, within)

    async def waiting(self, within: Iterable[int]) -> int:
        """Return how many mentions wait for a decision at these sites; every page of the desk asks."""
        return await self.database.read(trends.waiting, frozenset(within))

    async def standing(self, within: Iterable[int]) -> dict[tuple[int, Status], int]:
        """Return how many mentions stand where, by site and status."""
        return await self.database.read(inbox.standing, within)

    async def newer(self, within: Iterable[int], after: int) -> list[tuple[int, int, Status]]:
        """Return id, site and status of the mentions that came after one, newest first, within bounds."""
        return await self.database.read(inbox.newer, within, after)


def _chosen(within: Sites) -> frozenset[int] | None:
    return None if within is None else frozenset(within)


def _shelf(connection: Connection, wanted: Selection, by: Grouping | None, before: int | None) -> Shelf:
    counts, newest = inbox.counts(connection, wanted), inbox.newest(connection)
    if by is None:
        portion = inbox.listing(connection, wanted, before=before)
        return Shelf(_shown(connection, portion), (), portion.before, counts, newest)
    found = inbox.groups(connection, wanted, by, before=before)
    shown = iter(_shown(connection, Portion(tuple(mention for group in found.groups for mention in group.mentions))))
    groups = tuple((tuple(next(shown) for _ in group.mentions), group.count) for group in found.groups)
    return Shelf((), groups, found.before, counts, newest)


def _shown(connection: Connection, portion: Portion) -> tuple[Shown, ...]:
    ids = [mention.id for mention in portion.mentions]
    told, decided = events.of_many(connection, ids), inbox.decided_at(connection, ids)
    return tuple(Shown(one, changed_since(told.get(one.id, ()), decided.get(one.id))) for one in portion.mentions)


def _mention(connection: Connection, mention_id: int, within: Sites) -> MentionShown:
    mention = mentions.get(connection, mention_id)
    if within is not None and mention.site_id not in within:
        raise NotFound("mention", mention_id)
    history, host = events.of(connection, mention_id), host_judged(mention)
    here = Selection(sites=frozenset({mention.site_id}))
    return MentionShown(
        mention,
        sites.by_id(connection, mention.site_id),
        history,
        changed_since(history, inbox.decided_at(connection, [mention_id]).get(mention_id)),
        host,
        _others(connection, replace(here, host=host), mention_id),
        _others(connection, replace(here, target=page_of(mention)[1]), mention_id),
    )


def _others(connection: Connection, wanted: Selection, mention_id: int) -> Others:
    few = inbox.listing(connection, wanted, limit=FEW + 1).mentions
    counts = inbox.counts(connection, wanted) or {}
    return Others(tuple(mention for mention in few if mention.id != mention_id)[:FEW], counts)


def _host(connection: Connection, host: str, within: Sites, before: int | None) -> HostShown:
    ids = [site.id for site in sites.every(connection)] if within is None else sorted(within)
    histories = hosts.histories(connection, ids, host)
    shelf = _shelf(connection, Selection(host=host, sites=_chosen(within)), None, before)
    if not histories and not shelf.mentions:
        raise NotFound("host", host)
    return HostShown(host, histories, shelf)


def _actions(connection: Connection, within: Collection[int], before: int | None) -> list[Acted]:
    found = actions.of_sites(connection, within, before=LARGEST_ID if before is None else before, limit=ACTIONS)
    listed = listings.of(connection, [action.id for action in found])
    ours = [one for one in listed if one.site_id in within]
    return [Acted(action, tuple(one for one in ours if one.action_id == action.id)) for action in found]


def _acted(connection: Connection, action_id: int, within: Sites) -> Acted:
    if within is not None and not actions.is_within(connection, action_id, within):
        raise NotFound("action", action_id)
    return Acted(actions.get(connection, action_id), tuple(listings.of(connection, [action_id])))
