"""What a look at a source made of a mention, and what a mention becomes by it. Pure: no connection.

The rule that lives here: a person's decision outlives every re-send and re-check, unless it is forced.
Which rows are one mention is decided in union.py.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from linkback.core.model import Author, Citation, Evidence, Mention, Ping, Receipt, Status, Verdict
from linkback.core.urls import comparable, host_of, identity
from linkback.storage.tables import pair_key

# A link that was not there, or went away, may have come (back): a new report is a new beginning.
BEGINS_ANEW = frozenset({Status.GONE, Status.INVALID})
# What a person took away while somebody looked stays away, whatever that look says.
TAKEN_AWAY = frozenset({Status.SPAM, Status.REMOVED})
NOTHING_READ = Citation()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one look settled; None for a citation or a verdict leaves the former one.

    `ping` is the report that led to the look and adds a receipt; without one the mention must be kept
    already. `verified` tells whether the source was really read. `force` lets `status` replace a person's
    decision, which is then forgotten: for a page that is gone or materially changed. It never replaces a
    person's spam or removed, since such a mention would come back when it is sent again. `source_page` is
    where the source finally was, `target_page` what the own site calls the target; empty where that is
    the same. `trouble` is what a look in vain found, in a word; such a look moves no mention to another
    page. `evidence` goes with `citation`: None leaves the former.
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
    source_page: str = ""
    target_page: str = ""
    trouble: str = ""
    evidence: Evidence | None = None

    @property
    def found(self) -> bool:
        """Tell whether the source was read and the link was there, so that its page is known."""
        return self.verified and not self.trouble

    @property
    def claimed_key(self) -> bytes:
        """Return what stands for the pair as it was claimed."""
        return pair_key(self.source, self.target)

    @property
    def page_key(self) -> bytes:
        """Return what stands for the pages that the pair led to; as claimed where the look found nothing."""
        if not self.found:
            return self.claimed_key
        return pair_key(self.source_page or self.source, self.target_page or self.target)

    @property
    def leads_away(self) -> bool:
        """Tell whether the pages are other ones than those claimed."""
        return bool(self.source_page or self.target_page) and self.page_key != self.claimed_key


def first(settlement: Settlement, mention_id: int) -> Mention:
    """Return the mention that a settlement makes where there was none."""
    found = settlement.found
    return Mention(
        id=mention_id,
        site_id=settlement.site_id,
        source=settlement.source,
        target=settlement.target,
        status=settlement.status,
        received_at=settlement.now,
        citation=settlement.citation or NOTHING_READ,
        verdict=settlement.verdict,
        receipts=reported((), settlement.ping, settlement.now),
        verified_at=settlement.now if settlement.verified else None,
        next_look_at=settlement.next_look_at,
        looks=settlement.looks,
        missed_at=settlement.missed_at,
        etag=settlement.etag,
        last_modified=settlement.last_modified,
        source_page=settlement.source_page if found else "",
        target_page=settlement.target_page if found else "",
        trouble=settlement.trouble,
        evidence=settlement.evidence,
    )


def kept_first(
    ping: Ping, mention_id: int, *, site_id: int, now: datetime, look_at: datetime, target_page: str = ""
) -> Mention:
    """Return the mention that a ping makes where there was none, before anybody looked."""
    return Mention(
        mention_id,
        site_id,
        ping.source,
        ping.target,
        Status.RECEIVED,
        now,
        receipts=(Receipt(ping.protocol, now, now),),
        next_look_at=look_at,
        target_page=target_page,
    )


def after(former: Mention, settlement: Settlement) -> Mention:
    """Return what a mention is once this is settled; what a person took away is looked at no more."""
    stands = former.decided_by is not None and not (settlement.force and former.status not in TAKEN_AWAY)
    source, target, source_page, target_page = _places(former, settlement)
    return Mention(
        id=former.id,
        site_id=former.site_id,
        source=source,
        target=target,
        status=former.status if stands else settlement.status,
        received_at=former.received_at,
        citation=_citation(former, settlement, source_page or source),
        verdict=settlement.verdict or former.verdict,
        receipts=reported(former.receipts, settlement.ping, settlement.now),
        decided_by=former.decided_by if stands else None,
        verified_at=settlement.now if settlement.verified else former.verified_at,
        next_look_at=None if stands and former.status in TAKEN_AWAY else settlement.next_look_at,
        looks=settlement.looks,
        missed_at=settlement.missed_at,
        etag=settlement.etag,
        last_modified=settlement.last_modified,
        source_page=source_page,
        target_page=target_page,
        trouble=settlement.trouble,
        evidence=settlement.evidence or former.evidence,
        sponsored=former.sponsored,
    )


def kept_again(former: Mention, ping: Ping, *, now: datetime, look_at: datetime) -> Mention:
    """Return what a mention is once it is reported again, before anybody looked."""
    receipts = reported(former.receipts, ping, now)
    if former.status in BEGINS_ANEW:
        begun = _respelled(former, ping)
        return replace(begun, status=Status.RECEIVED, receipts=receipts, decided_by=None, next_look_at=look_at, looks=0)
    if former.status is Status.RECEIVED:
        waiting = _respelled(former, ping)
        return replace(waiting, receipts=receipts, next_look_at=former.next_look_at or look_at)
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


def is_spelled_alike(source: str, target: str, mention: Mention) -> bool:
    """Tell whether a pair is that of a mention to the letter, as far as a server sees it."""
    if (source, target) == (mention.source, mention.target):
        return True
    return comparable(source) == comparable(mention.source) and comparable(target) == comparable(mention.target)


def _places(former: Mention, settlement: Settlement) -> tuple[str, str, str, str]:
    """Return source, target and their pages: the pair to look at from now on, and where it led."""
    if not settlement.found:
        return former.source, former.target, former.source_page, former.target_page
    source, target = settlement.source, settlement.target
    if (source, target) == (former.source, former.target):
        return source, target, settlement.source_page, settlement.target_page
    pages = (settlement.source_page or source, settlement.target_page or target)
    if not _is_better(settlement, former, pages):
        source, target = former.source, former.target
    return source, target, _elsewhere(pages[0], source), _elsewhere(pages[1], target)


def _is_better(settlement: Settlement, former: Mention, pages: tuple[str, str]) -> bool:
    """Tell whether the settled pair is the one to look at from now on.

    Another spelling was seen to be good just now. Else only a pair that needs no detour is better
    than one that does: whoever redirects to a page may stop doing so.
    """
    settled, kept = _names(settlement.source, settlement.target), _names(former.source, former.target)
    if settled == kept:
        return not is_spelled_alike(settlement.source, settlement.target, former)
    return settled == _names(*pages) != kept


def _names(source: str, target: str) -> tuple[str, str]:
    return identity(source), identity(target)


def _elsewhere(page: str, claimed: str) -> str:
    return "" if comparable(page) == comparable(claimed) else page


def _respelled(former: Mention, ping: Ping) -> Mention:
    """Return a mention that waits for a look with its pair as it was claimed last, where only the spelling differs."""
    if is_spelled_alike(ping.source, ping.target, former):
        return former
    if _names(ping.source, ping.target) != _names(former.source, former.target):
        return former
    return replace(former, source=ping.source, target=ping.target)


def _citation(former: Mention, settlement: Settlement, page: str) -> Citation:
    """Return what is known of the page now: what it no longer says stays as it said it."""
    known, found = former.citation, settlement.citation
    if found is None:
        return known
    if former.verified_at is None or found is known or host_of(former.source_page or former.source) != host_of(page):
        return found
    published, photo = found.published or known.published, found.photo or known.photo
    return replace(found, author=_author(found.author, known.author), published=published, photo=photo)


def _author(found: Author, known: Author) -> Author:
    if found.name not in ("", known.name) or found.url not in ("", known.url):
        return found
    return Author(found.name or known.name, found.url or known.url, found.photo or known.photo)
