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
ASKED_AT_ONCE = 1_000  # mentions by their ids: SQLite takes 32 766 values in one statement
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
    return _begin(connection, order, _hosts(connection, ids, only))


def begin_with(connection: Connection, order: Order, host: str, site_ids: Sequence[int]) -> Begun | None:
    """Put a host on the lists of some sites; None when these are none. Raises TooMuchListed like `begin`."""
    return _begin(connection, order, tuple((site_id, host) for site_id in sorted(site_ids)))


def _begin(connection: Connection, order: Order, hosts: tuple[tuple[int, str], ...]) -> Begun | None:
    if not hosts:
        return None
    if len(hosts) > MOST_HOSTS:
        raise TooMuchListed(f"At most {MOST_HOSTS} hosts are put on a list at once; these are more.")
    action_id = actions.begin(connection, order.what, by=order.by, now=order.now)
    for site_id in sorted({site_id for site_id, _ in hosts}):
        entries = [Listed(MEANS[order.what][0], ListedKind.HOST, host) for at, host in hosts if at == site_id]
        _enter(connection, action_id, sites.hold_by_id(connection, site_id), entries, order.now)
    return Begun(action_id, hosts, _waiting(connection, hosts))


def take_back(connection: Connection, action_id: int, undo_id: int, now: datetime) -> None:
    """Undo what an action did to lists, as part of another one; what somebody changed since stays as it is.

    What it took off is put on again only where what it put on for that host still stood, so that one entry of a host
    takes the place of the other, and where nothing that was listed since contradicts it.
    """
    told = listings.of(connection, [action_id])
    for site_id in sorted({one.site_id for one in told}):
        site = sites.hold_by_id(connection, site_id)
        here = [one for one in told if one.site_id == site_id]
        off, on = _reversed(site, here)
        if off or on:
            lists = (*(entry for entry in site.lists if entry not in off), *on)
            sites.save(connection, replace(site, lists=lists), now)
        done = [(entry, False) for entry in off] + [(entry, True) for entry in on]
        listings.note(connection, [Listing(undo_id, site_id, entry, added) for entry, added in done])


def _reversed(site: Site, told: Sequence[Listing]) -> tuple[list[Listed], list[Listed]]:
    """Return which entries of a site go off its lists, and which are put on, where an action is undone."""
    added = {_name(one.listed) for one in told if one.added}
    off = [entry for entry in site.lists if _name(entry) in added]
    replaced = {one.listed.pattern for one in told if one.added} - {entry.pattern for entry in off}
    stays = [entry for entry in site.lists if entry not in off]
    known = {_name(entry) for entry in stays}
    on = []
    for one in reversed(told):
        entry = one.listed
        if one.added or entry.pattern in replaced or _name(entry) in known:
            continue
        if not any(_contradicts(other, {entry.pattern}, entry.action) for other in stays):
            on.append(entry)
    return off, on[: max(0, MOST_LISTED - len(stays))]


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
    """Return the hosts of mentions, each with its site; a few more than MOST_HOSTS at most where there are more."""
    found: set[tuple[int, str]] = set()
    for at in range(0, len(ids), ASKED_AT_ONCE):
        meant = mentions.c.id.in_(ids[at : at + ASKED_AT_ONCE])
        rows = connection.execute(select(mentions.c.site_id, mentions.c.source_host).where(meant, *only).distinct())
        found.update((site_id, host) for site_id, host in rows if host)
        if len(found) > MOST_HOSTS:
            break
    return tuple(sorted(found))


def _waiting(connection: Connection, hosts: Iterable[tuple[int, str]]) -> tuple[int, ...]:
    held = frozenset({Status.HELD})
    wanted = (Selection(held, host, sites=frozenset({site_id})) for site_id, host in hosts)
    return tuple(mention_id for one in wanted for mention_id in selection.ids(connection, one))


def _name(entry: Listed) -> tuple[str, str, str]:
    return entry.action, entry.kind, entry.pattern
