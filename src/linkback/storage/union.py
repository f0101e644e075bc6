"""Which rows are one mention, and what they are together. Pure: no connection.

A row belongs to the pair it stands at and to the pair that is looked at. A pair that once led to it through a
redirect belongs to it only for as long as it does: else whoever redirects to a page could speak for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from linkback.core.model import Mention, Ping, Reason, Receipt, Status, Verdict
from linkback.storage.mention_rows import page_of
from linkback.storage.settlement import BEGINS_ANEW, TAKEN_AWAY, Settlement, after, kept_again, reported
from linkback.storage.tables import pair_key

NEVER = datetime.min.replace(tzinfo=UTC)
# Where rows differ and no person decided, the one of which most is known says where the mention stands.
KNOWN_BEST = {Status.INVALID: 0, Status.GONE: 1, Status.RECEIVED: 2}
SETTLED = 3
UNSETTLED = frozenset({Status.RECEIVED, Status.INVALID})
CAME_BACK = Reason("came_back", "The link was gone and has come back.")


@dataclass(frozen=True, slots=True)
class Row:
    """A mention as it stands in its row, with the key it stands at and when a person decided."""

    mention: Mention
    key: bytes
    decided_at: datetime | None

    def owns(self, key: bytes) -> bool:
        """Tell whether a pair is this mention's own, and not one that merely led to it."""
        return key == self.key or key == pair_key(self.mention.source, self.mention.target)


@dataclass(frozen=True, slots=True)
class Whole:
    """Rows that become one mention, which stands at a key; the first row stays.

    `leaves` says that their pairs led to yet another mention so far, and do no longer.
    """

    rows: Sequence[Row]
    mention: Mention
    key: bytes
    leaves: bool = False


def heir_first(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the one that stays first: that of the latest decision, else the oldest."""
    return sorted(rows, key=lambda row: (row.mention.decided_by is None, _age(row.decided_at), row.mention.id))


def united(rows: Sequence[Row], pair: Mention) -> Mention:
    """Return what rows are together: the heir comes first, and `pair` is the one whose source is looked at."""
    heir, best = rows[0].mention, max(rows, key=_how_known).mention
    looks_at = [row.mention.next_look_at for row in rows if row.mention.next_look_at is not None]
    same = best.id == pair.id
    return replace(
        best,
        id=heir.id,
        site_id=heir.site_id,
        source=pair.source,
        target=pair.target,
        source_page=pair.source_page,
        target_page=pair.target_page,
        status=best.status if heir.decided_by is None else heir.status,
        decided_by=heir.decided_by,
        received_at=min(row.mention.received_at for row in rows),
        receipts=united_receipts(rows),
        next_look_at=min(looks_at, default=None),
        etag=best.etag if same else None,
        last_modified=best.last_modified if same else None,
        sponsored=any(row.mention.sponsored for row in rows),
    )


def united_receipts(rows: Sequence[Row]) -> tuple[Receipt, ...]:
    """Return the receipts of all rows: one for each protocol, first come first."""
    found: dict[str, Receipt] = {}
    for receipt in (receipt for row in rows for receipt in row.mention.receipts):
        other = found.get(receipt.protocol)
        found[receipt.protocol] = receipt if other is None else _joined(receipt, other)
    return tuple(sorted(found.values(), key=lambda receipt: (receipt.first_at, receipt.protocol)))


def settled_together(rows: Sequence[Row], settlement: Settlement) -> Whole | None:
    """Return what a settlement makes of the rows that answer to its pairs; None when a new mention begins.

    The settlement speaks of the row whose own source was read. Where that led to the page of another one, it ends
    no person's decision on that, nor does it judge what is settled there. A look in vain at a pair that merely led
    to a mention says nothing of that mention.
    """
    looked, there = _own_and_there(rows, settlement.claimed_key, settlement.page_key)
    if not settlement.found and looked is not None:
        return Whole([looked], after(looked.mention, settlement), looked.key)
    if looked is None and (not there or not settlement.found):
        told = settlement.found and settlement.ping is not None
        return None if told or not rows else _reported(rows[0], settlement.ping, settlement.now)
    whole, mention = _settled(looked, there, settlement)
    return Whole(whole, mention, settlement.page_key, leaves=any(row not in (looked, *there) for row in rows))


def kept_together(
    rows: Sequence[Row], ping: Ping, wanted: bytes, *, now: datetime, look_at: datetime, target_page: str = ""
) -> Whole | None:
    """Return what a ping that nobody looked at makes of the rows that answer to it; None when a new mention begins.

    `wanted` is the key of the pair as the own site calls the target. A ping that once led to a page that is gone
    begins anew: it is not known where it leads now.
    """
    claim = pair_key(ping.source, ping.target)
    keep_again = partial(kept_again, ping=ping, now=now, look_at=look_at)
    looked, there = _own_and_there(rows, claim, wanted)
    if looked is None and not there:
        lively = next((row for row in rows if row.mention.status not in BEGINS_ANEW), None)
        return None if lively is None else Whole([lively], keep_again(lively.mention), lively.key)
    if looked is not None and (not there or looked.mention.source_page):
        stays = looked.key == claim and page_of(looked.mention) == _pair(looked.mention)
        called = replace(looked.mention, target_page=target_page) if stays and claim != wanted else looked.mention
        return Whole([looked], keep_again(called), wanted if stays else looked.key)
    whole = heir_first([*there, *([] if looked is None else [looked])])
    return Whole(whole, keep_again(united(whole, there[0].mention)), there[0].key)


def _own_and_there(rows: Sequence[Row], claim: bytes, wanted: bytes) -> tuple[Row | None, list[Row]]:
    """Return the row to which a claimed pair belongs, and all others that belong to it or to where it leads.

    A pair belongs to two only when two wrote it at the same time: then it finds the one that stands at it.
    """
    own = sorted((row for row in rows if row.owns(claim)), key=lambda row: row.key != claim)
    return (own[0] if own else None), [*own[1:], *(row for row in rows if row not in own and row.owns(wanted))]


def _settled(looked: Row | None, there: Sequence[Row], settlement: Settlement) -> tuple[list[Row], Mention]:
    """Return the rows that become one at the page of a settlement, the heir first, and what they are then."""
    if looked is not None and not there:
        return [looked], after(looked.mention, settlement)
    rows = heir_first([*there, *([] if looked is None else [_released(looked, settlement)])])
    pair = _direct(rows, settlement.page_key) or (looked or rows[0]).mention
    status = _standing(there[0].mention.status, settlement.status, looked)
    told = replace(settlement, status=status, verdict=_told(there[0].mention, status, settlement), force=False)
    return rows, after(united(rows, pair), told)


def _reported(row: Row, ping: Ping | None, now: datetime) -> Whole:
    return Whole([row], replace(row.mention, receipts=reported(row.mention.receipts, ping, now)), row.key)


def _pair(mention: Mention) -> tuple[str, str]:
    return mention.source, mention.target


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else -moment.timestamp()


def _how_known(row: Row) -> tuple[int, datetime, int]:
    mention = row.mention
    return KNOWN_BEST.get(mention.status, SETTLED), mention.verified_at or NEVER, -mention.id


def _joined(one: Receipt, other: Receipt) -> Receipt:
    first_at, last_at = min(one.first_at, other.first_at), max(one.last_at, other.last_at)
    return Receipt(one.protocol, first_at, last_at, one.times + other.times)


def _released(row: Row, settlement: Settlement) -> Row:
    """Return a row without its decision where the settlement ends that."""
    if not settlement.force or row.mention.status in TAKEN_AWAY:
        return row
    return replace(row, mention=replace(row.mention, decided_by=None), decided_at=None)


def _direct(rows: Sequence[Row], key: bytes) -> Mention | None:
    """Return the mention among rows whose own pair needs no detour to the page."""
    return next((row.mention for row in rows if pair_key(row.mention.source, row.mention.target) == key), None)


def _standing(there: Status, settled: Status, looked: Row | None) -> Status:
    if there in UNSETTLED:
        return settled
    if there is Status.GONE:
        return Status.HELD if settled is Status.APPROVED and looked is None else settled
    if there is Status.HELD and looked is not None and settled is Status.APPROVED:
        return settled
    return there


def _told(there: Mention, status: Status, settlement: Settlement) -> Verdict | None:
    """Return the verdict that goes with the status: what stays where it stood keeps its reasons."""
    if status is not settlement.status and there.status is Status.GONE and settlement.verdict is not None:
        reasons = (CAME_BACK, *settlement.verdict.reasons)
        return replace(settlement.verdict, decision=status, reasons=reasons)
    return settlement.verdict if status is settlement.status else there.verdict
