"""What a look at a source made of a mention, and what a mention becomes by it. Pure: no connection.

The rule that lives here: a person's decision outlives every re-send and re-check, unless it is forced.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from linkback.core.model import Citation, Mention, Ping, Receipt, Status, Verdict

# A link that was not there, or went away, may have come (back): a new report is a new beginning.
BEGINS_ANEW = frozenset({Status.GONE, Status.INVALID})
# What a person took away while somebody looked stays away, whatever that look says.
TAKEN_AWAY = frozenset({Status.SPAM, Status.REMOVED})


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one look settled; None for a citation or a verdict leaves the former one.

    `ping` is the report that led to the look and adds a receipt; without one the mention must be kept
    already. `verified` tells whether the source was really read. `force` lets `status` replace a person's
    decision, which is then forgotten: for a page that is gone or materially changed. It never replaces a
    person's spam or removed, since such a mention would come back when it is sent again.
    """

    site_id: int
    source: str
    target: str
    status: Status
    now: datetime
    citation: Citation | None = None
    verdict: Verdict | None = None
    ping: Ping | None = None
    next_look_at: datetime | None = None
    verified: bool = True
    looks: int = 0
    missed_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    force: bool = False


def first(settlement: Settlement, mention_id: int) -> Mention:
    """Return the mention that a settlement makes where there was none."""
    source, target = settlement.source, settlement.target
    mention = Mention(mention_id, settlement.site_id, source, target, settlement.status, settlement.now)
    return after(mention, settlement)


def kept_first(ping: Ping, mention_id: int, *, site_id: int, now: datetime, look_at: datetime) -> Mention:
    """Return the mention that a ping makes where there was none, before anybody looked."""
    receipts = (Receipt(ping.protocol, now, now),)
    return Mention(
        mention_id, site_id, ping.source, ping.target, Status.RECEIVED, now, receipts=receipts, next_look_at=look_at
    )


def after(former: Mention, settlement: Settlement) -> Mention:
    """Return what a mention is once this is settled."""
    stands = former.decided_by is not None and not (settlement.force and former.status not in TAKEN_AWAY)
    return Mention(
        id=former.id,
        site_id=former.site_id,
        source=former.source,
        target=former.target,
        status=former.status if stands else settlement.status,
        received_at=former.received_at,
        citation=settlement.citation or former.citation,
        verdict=settlement.verdict or former.verdict,
        receipts=reported(former.receipts, settlement.ping, settlement.now),
        decided_by=former.decided_by if stands else None,
        verified_at=settlement.now if settlement.verified else former.verified_at,
        next_look_at=settlement.next_look_at,
        looks=settlement.looks,
        missed_at=settlement.missed_at,
        etag=settlement.etag,
        last_modified=settlement.last_modified,
    )


def kept_again(former: Mention, ping: Ping, *, now: datetime, look_at: datetime) -> Mention:
    """Return what a mention is once it is reported again, before anybody looked."""
    receipts = reported(former.receipts, ping, now)
    if former.status in BEGINS_ANEW:
        return replace(
            former, status=Status.RECEIVED, receipts=receipts, decided_by=None, next_look_at=look_at, looks=0
        )
    if former.status is Status.RECEIVED:
        return replace(former, receipts=receipts, next_look_at=former.next_look_at or look_at)
    return replace(former, receipts=receipts)


def reported(receipts: tuple[Receipt, ...], ping: Ping | None, now: datetime) -> tuple[Receipt, ...]:
    """Return the receipts of a mention once this ping has reported it."""
    if ping is None:
        return receipts
    for at, receipt in enumerate(receipts):
        if receipt.protocol == ping.protocol:
            again = replace(receipt, last_at=now, times=receipt.times + 1)
            return (*receipts[:at], again, *receipts[at + 1 :])
    return (*receipts, Receipt(ping.protocol, now, now))
