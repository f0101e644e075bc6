"""What a post owes to whom: each link compared with what the ledger says of it.

`decide` is pure; `plan` reads the ledger, decides and writes, all in one unit of work.
Spec: Webmention 3.1.4 (updates) and 3.1.5 (deletes)
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from linkback.core import schedule
from linkback.core.model import Delivery, DeliveryStatus
from linkback.core.protocols import pingback, webmention
from linkback.core.urls import host_of
from linkback.send.posts import Post, why_removed
from linkback.storage import deliveries

LEASE = schedule.DELIVERY_LEASE
QUIET_FOR = timedelta(days=1)  # a host whose page takes no pings is not asked for another page of its
ASK_AGAIN_AFTER = timedelta(days=7)  # a page that took no ping, when the post has changed

TOLD_OF_CHANGES = frozenset({webmention.NAME})  # to ping again by the others is a second ping, which they refuse
TOLD_OF_REMOVALS = frozenset({webmention.NAME, pingback.NAME})  # a trackback would say that there is a link
NOT_TAKEN = frozenset({DeliveryStatus.NO_ENDPOINT, DeliveryStatus.FAILED, DeliveryStatus.REFUSED})

NOT_LINKED = "The page does not link to it."
CHANGED = "The post has changed: it is told again."
QUIET = "Its host takes no pings, as far as is known; it is asked again later."


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of a post: its links, each with why it is not told ("" when it is), and `only` which targets.

    `by_hand` says that a person waits: then quiet hosts are asked all the same.
    """

    links: Mapping[str, str]
    only: frozenset[str] = frozenset()
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a post: its deliveries by target, and the ids of those that ever reached somebody."""

    by_target: Mapping[str, Delivery]
    told: AbstractSet[int] = frozenset()


def plan(connection: Connection, post: Post, wishes: Wishes, now: datetime) -> list[Delivery]:
    """Write what a post owes from now on, and return all of it: new, done before, removed, and skipped (unwritten)."""
    known = read_known(connection, post.url, hold=True)
    decided = decide(post, wishes, known, now)
    new = [delivery for delivery in decided if not delivery.id and delivery.status is DeliveryStatus.WAITING]
    if not wishes.by_hand:
        new = _quietly(connection, new, now)
    changed = [delivery for delivery in decided if delivery.id and delivery != known.by_target[delivery.target]]
    deliveries.add(connection, new)
    deliveries.change(connection, changed)
    written = by_target(deliveries.of(connection, post.url), post.url) if new else {}
    return [written[one.target] if one.status is DeliveryStatus.WAITING and not one.id else one for one in decided]


def read_known(connection: Connection, source: str, *, hold: bool = False) -> Known:
    """Return what is known of a post; `hold` keeps others from planning for it until the unit of work ends."""
    found = deliveries.hold(connection, source) if hold else deliveries.of(connection, source)
    return Known(by_target(found, source), deliveries.told(connection, source) if found else frozenset())


def by_target(found: Sequence[Delivery], source: str) -> dict[str, Delivery]:
    """Return deliveries by target; those of exactly this source before those of it by http or another slash."""
    exact_last = sorted(found, key=lambda delivery: delivery.source == source)
    return {delivery.target: delivery for delivery in exact_last}


def decide(post: Post, wishes: Wishes, known: Known, now: datetime) -> list[Delivery]:
    """Return the deliveries of a post as they are to be: its links in order, then what it no longer links to.

    Those without an id are not in the ledger yet; of them, the skipped ones are only shown.
    """
    linked = [target for target in wishes.links if not wishes.only or target in wishes.only]
    missing = [target for target in known.by_target if target not in wishes.links]
    gone = [target for target in missing if not wishes.only or target in wishes.only] if post.whole else []
    never = sorted(wishes.only - wishes.links.keys() - known.by_target.keys())
    deciding = _Deciding(post, wishes, known, now)
    return [
        *(deciding.of_link(target) for target in linked),
        *(deciding.of_former_link(known.by_target[target]) for target in gone),
        *(deciding.unwritten(target, DeliveryStatus.SKIPPED, NOT_LINKED) for target in never),
    ]


@dataclass(frozen=True, slots=True)
class _Deciding:
    """The decision on one post, link by link."""

    post: Post
    wishes: Wishes
    known: Known
    now: datetime

    def of_link(self, target: str) -> Delivery:
        before, why_not = self.known.by_target.get(target), self.wishes.links[target]
        if why_not:
            return self._not_wanted(before, target, why_not)
        if before is None:
            return self.unwritten(target, DeliveryStatus.WAITING)
        if before.status is DeliveryStatus.WAITING:
            return self._still_waiting(before)
        if before.removed or before.status is DeliveryStatus.SKIPPED:
            return self._owed(replace(before, removed=False), "")
        if before.version == self.post.version:
            return before
        if not before.version:  # written before versions were: taken to be told of what it says now
            return replace(before, version=self.post.version)
        return self._owed(before, CHANGED) if self._hears_of_changes(before) else before

    def of_former_link(self, before: Delivery) -> Delivery:
        if before.removed:
            return before
        why = why_removed(self.post.version)
        after = replace(before, removed=True, version=self.post.version, message=f"{why} {before.message}".rstrip())
        if self._is_told(before) and before.protocol in TOLD_OF_REMOVALS:
            return after if before.status is DeliveryStatus.WAITING else self._owed(after, why)
        if before.status is DeliveryStatus.WAITING:
            return replace(after, status=DeliveryStatus.SKIPPED, next_try_at=None, message=why)
        return after

    def unwritten(self, target: str, status: DeliveryStatus, message: str = "") -> Delivery:
        due = self.now if status is DeliveryStatus.WAITING else None
        return Delivery(0, self.post.url, target, status, self.now, None, None, None, message, 0, due,
                        version=self.post.version)  # fmt: skip

    def _not_wanted(self, before: Delivery | None, target: str, why_not: str) -> Delivery:
        if before is None:
            return self.unwritten(target, DeliveryStatus.SKIPPED, why_not)
        if before.status is DeliveryStatus.WAITING and not self._is_told(before):
            return replace(before, status=DeliveryStatus.SKIPPED, next_try_at=None, message=why_not)
        return before

    def _still_waiting(self, before: Delivery) -> Delivery:
        """Let what waits say what the post says now, at its time; it may be under way at this moment."""
        after = replace(before, version=self.post.version, removed=False)
        return replace(after, next_try_at=self.now, message="") if self._was_spared(before) else after

    def _was_spared(self, before: Delivery) -> bool:
        """Tell whether only the quiet of its host keeps it back, and a person asks: no lease reaches that far."""
        untried = not before.attempts and before.updated_at is None
        is_far = before.next_try_at is not None and before.next_try_at > self.now + LEASE
        return self.wishes.by_hand and untried and is_far

    def _hears_of_changes(self, before: Delivery) -> bool:
        if self._is_told(before):
            return before.protocol in TOLD_OF_CHANGES
        asked = before.updated_at or before.created_at
        spoken = before.protocol is None or before.protocol in TOLD_OF_CHANGES
        return spoken and before.status in NOT_TAKEN and self.now - asked >= ASK_AGAIN_AFTER

    def _is_told(self, before: Delivery) -> bool:
        return before.status is DeliveryStatus.SENT or before.id in self.known.told

    def _owed(self, before: Delivery, message: str) -> Delivery:
        waiting = replace(before, status=DeliveryStatus.WAITING, attempts=0, next_try_at=self.now)
        return replace(waiting, version=self.post.version, message=message)


def _quietly(connection: Connection, new: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Put new deliveries to hosts that lately took no pings, and never did, off until their quiet is over."""
    hosts = sorted({host_of(delivery.target) for delivery in new})
    quiet = deliveries.quiet_hosts(connection, hosts, now - QUIET_FOR)
    return [_spared(one, quiet.get(host_of(one.target))) for one in new]


def _spared(delivery: Delivery, asked_at: datetime | None) -> Delivery:
    return replace(delivery, next_try_at=asked_at + QUIET_FOR, message=QUIET) if asked_at else delivery
