"""How hosts of mentions get onto the lists of their sites, and off them again. Units of work over a connection.

A host is on the lists of a site once: what is trusted from now on is blocked no longer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from linkback.core.errors import LinkbackError
from linkback.core.model import MOST_LISTED, Listed, ListedAction, ListedKind, Site, Status
from linkback.moderate.deciding import Order
from linkback.storage import actions, listings, selection, sites
from linkback.storage.actions import What
from linkback.storage.listings import Listing
from linkback.storage.selection import Selection
from linkback.storage.tables import mentions

MOST_HOSTS = 100  # that one action puts on lists: more than anybody looks through
# What is done with a host, and with the mentions of it that wait.
MEANS: Mapping[What, tuple[ListedAction, What]] = {
    What.TRUST: (ListedAction.TRUST, What.APPROVE),
    What.BLOCK: (ListedAction.BLOCK, What.SPAM),
    What.MUTE: (ListedAction.MUTE, What.REMOVE),
}
# Of one host only one of these can be meant.
EXCLUSIVE = frozenset({ListedAction.TRUST, ListedAction.BLOCK, ListedAction.MUTE, ListedAction.HOLD})
Found = Sequence[ColumnElement[bool]]


class TooMuchListed(LinkbackError):
    """More would be on the lists than they take; the message says how much that is."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An action that put hosts on lists, each with its site, and the other mentions of these hosts that wait."""

    action_id: int
    hosts: tuple[tuple[int, str], ...]
    waiting: tuple[int, ...]


def begin(connection: Connection, order: Order, ids: Sequence[int], only: Found = ()) -> Begun | None:
    """Put the hosts of mentions on the lists of their sites; None when there are no such mentions.

    Raises TooMuchListed, and nothing is written then.
    """
    hosts = _hosts(connection, ids, only)
    if not hosts:
        return None
    if len(hosts) > MOST_HOSTS:
        raise TooMuchListed(f"At most {MOST_HOSTS} hosts are put on a list at once; these are {len(hosts)}.")
    action_id = actions.begin(connection, order.what, by=order.by, now=order.now)
    for site_id in sorted({site_id for site_id, _ in hosts}):
        entries = [Listed(MEANS[order.what][0], ListedKind.HOST, host) for at, host in hosts if at == site_id]
        _enter(connection, action_id, sites.by_id(connection, site_id), entries, order.now)
    return Begun(action_id, hosts, _waiting(connection, hosts))


def take_back(connection: Connection, action_id: int, undo_id: int, now: datetime) -> None:
    """Undo what an action did to lists, as part of another one; what somebody changed since stays as it is."""
    told = listings.of(connection, [action_id])
    known = {site_id: sites.by_id(connection, site_id) for site_id in sorted({one.site_id for one in told})}
    for one in reversed(told):
        site = known[one.site_id]
        others = tuple(entry for entry in site.lists if _name(entry) != _name(one.listed))
        lists = others if one.added else (*others, one.listed)
        known[site.id] = replace(site, lists=lists)
    for site in known.values():
        sites.save(connection, site, now)
    listings.note(connection, [replace(one, action_id=undo_id, added=not one.added) for one in reversed(told)])


def _enter(connection: Connection, action_id: int, site: Site, entries: Sequence[Listed], now: datetime) -> None:
    """Put entries on the lists of a site, in place of what they contradict."""
    hosts = {entry.pattern for entry in entries}
    known = {_name(entry) for entry in site.lists}
    new = [entry for entry in entries if _name(entry) not in known]
    gone = [entry for entry in site.lists if _contradicts(entry, hosts, entries[0].action)]
    lists = (*(entry for entry in site.lists if entry not in gone), *new)
    if len(lists) > MOST_LISTED:
        raise TooMuchListed(f"A site may list {MOST_LISTED} hosts, paths, words and networks.")
    if new or gone:
        sites.save(connection, replace(site, lists=lists), now)
    done = [(entry, False) for entry in gone] + [(entry, True) for entry in new]
    listings.note(connection, [Listing(action_id, site.id, entry, added) for entry, added in done])


def _contradicts(entry: Listed, hosts: Iterable[str], action: ListedAction) -> bool:
    exclusive = entry.action in EXCLUSIVE and entry.action is not action
    return exclusive and entry.kind is ListedKind.HOST and entry.pattern in hosts


def _hosts(connection: Connection, ids: Sequence[int], only: Found) -> tuple[tuple[int, str], ...]:
    found = select(mentions.c.site_id, mentions.c.source_host).where(mentions.c.id.in_(ids), *only).distinct()
    return tuple(sorted((site_id, host) for site_id, host in connection.execute(found) if host)) if ids else ()


def _waiting(connection: Connection, hosts: Iterable[tuple[int, str]]) -> tuple[int, ...]:
    held = frozenset({Status.HELD})
    wanted = (Selection(held, host, sites=frozenset({site_id})) for site_id, host in hosts)
    return tuple(mention_id for one in wanted for mention_id in selection.ids(connection, one))


def _name(entry: Listed) -> tuple[str, str, str]:
    return entry.action, entry.kind, entry.pattern
