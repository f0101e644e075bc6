"""The units of work of receive: what is read and written of a ping beside a verified mention. Plain functions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from linkback.core import schedule, urls
from linkback.core.model import HostHistory, Mention, Ping, Site, Status, Verdict
from linkback.receive import aftermath
from linkback.receive.anew import Anew, doubts_anew, is_changed, without
from linkback.receive.source import Finding
from linkback.receive.states import SETTLED
from linkback.storage import events, hosts, mentions, sites
from linkback.storage.mention_rows import host_judged
from linkback.storage.settlement import Settlement

MOST_WAITING = 10_000  # unverified rows of all hosts together: about 10 MB


def what_is_known(connection: Connection, site: Site, ping: Ping) -> tuple[Mention | None, HostHistory]:
    """Read the mention there may be already, and what is known of the source's host."""
    known = mentions.find(connection, ping.source, ping.target)
    return known, hosts.decided(connection, site.id, urls.host_of(ping.source))


def is_registered(connection: Connection, site: Site) -> bool:
    """Tell whether a site is still there: its owner may remove it while a source is looked at."""
    return any(site.id == other.id for other in sites.every(connection))


def note_repeat(connection: Connection, ping: Ping, now: datetime) -> datetime | None:
    """Write the receipt of a ping that came again, and return when its source is looked at for it.

    None when the mention is not kept any more.
    """
    known = mentions.repeat(connection, ping, now)
    return None if known is None else _look_soon(connection, known, now)


def keep_within_limits(
    connection: Connection,
    ping: Ping,
    site: Site,
    now: datetime,
    look_at: datetime,
    most: int,
    target_page: str = "",
    finding: Finding | None = None,
    counted: bool = False,
) -> datetime | None:
    """Keep a ping that is to be looked at, and return when it will be; None when too many wait already.

    One host may have `most` waiting, all hosts together MOST_WAITING. What is settled already is looked at
    again in its time. `finding` is what a look in vain told, of a site that holds what only senders tell;
    `counted` that the ping was kept before that, with its receipt.
    """
    known = mentions.find(connection, ping.source, ping.target)
    if known is None and _is_full(connection, ping, site, most):
        return None
    if is_held_unverified(ping, site) and (
        known is None or known.status not in SETTLED or aftermath.is_only_told(known)
    ):
        told = aftermath.only_told(ping, site, known, finding, now, look_at=look_at)
        return mentions.settle(connection, replace(told, ping=None) if counted and known else told).next_look_at
    kept = mentions.keep(connection, ping, site_id=site.id, now=now, look_at=look_at, target_page=target_page)
    if kept.status in SETTLED or (kept.looks and kept.status is Status.RECEIVED):
        return _look_soon(connection, kept, now)
    return kept.next_look_at


def is_held_unverified(ping: Ping, site: Site) -> bool:
    """Tell whether this ping is held for its owner even if its source shows no link."""
    return site.unverified and ping.told is not None


def settle_look(connection: Connection, settlement: Settlement, began: datetime, *, counted: bool = False) -> Mention:
    """Write what a look found, and have it done once more where somebody else reported the mention since it began.

    The page may have been changed after it was read: that report is an update, and must not be lost.
    `counted` says that the ping was kept while its source was looked at, with its receipt.
    """
    own = settlement.ping.protocol if settlement.ping else ""
    known = counted and mentions.find(connection, settlement.source, settlement.target) is not None
    settled = mentions.settle(connection, replace(settlement, ping=None) if known else settlement)
    if any(receipt.last_at > began and receipt.protocol != own for receipt in settled.receipts):
        mentions.look_soon(connection, settled.id, settlement.now + schedule.RELOOK_AFTER)
    return settled


def settle_again(
    connection: Connection, mention: Mention, finding: Finding, now: datetime, began: datetime, anew: Anew | None = None
) -> Mention:
    """Write what another look at a mention means, for that mention as it stands now; `anew` judges a page that changed.

    What was taken away is not judged again: nothing comes of it.
    """
    known = as_it_stands(connection, mention)
    replaced = known.status is Status.APPROVED and finding.shows_link and finding.citation != known.citation
    history = events.of(connection, known.id) if replaced else ()
    judged = _judged_anew(connection, known, finding, anew) if anew else None
    evidence = anew.evidence if anew else None
    doubts = doubts_anew(known, judged, anew.policy) if anew and judged else ()
    seen = aftermath.looked_again(known, finding, now, history, evidence=evidence, judged=judged, doubts=doubts)
    return settle_look(connection, seen, began)


def settle_first(
    connection: Connection, mention: Mention, conclude: Callable[[Mention], Settlement], began: datetime
) -> Mention:
    """Write what the first good look at a kept mention means, for that mention as it stands now."""
    settlement = conclude(as_it_stands(connection, mention))
    return settle_look(connection, replace(settlement, ping=None), began)


def as_it_stands(connection: Connection, mention: Mention) -> Mention:
    """Return a mention with what a person decided since it was read, and as it was read if nobody did."""
    now = mentions.find(connection, mention.source, mention.target)
    decided = now is not None and now.id == mention.id and now.decided_by is not None and now.status in SETTLED
    return now if now is not None and decided else mention


def note_joined(connection: Connection, ping: Ping, now: datetime) -> None:
    """Write the receipt of a ping whose look was another one's."""
    mentions.repeat(connection, ping, now)


def note_failure(connection: Connection, ping: Ping, finding: Finding, now: datetime) -> None:
    """Write what a look in vain means for the row that was kept meanwhile."""
    mention = mentions.find(connection, ping.source, ping.target)
    if mention and mention.status in aftermath.NEVER_VERIFIED:
        mentions.settle(connection, aftermath.never_verified(mention, finding, now))


def _judged_anew(connection: Connection, mention: Mention, finding: Finding, anew: Anew) -> Verdict | None:
    if mention.status in aftermath.TAKEN_AWAY or not is_changed(mention, finding):
        return None
    page = urls.host_of(finding.page or mention.source)
    history = hosts.decided(connection, mention.site_id, page)
    return anew.judge(without(history, mention) if page == host_judged(mention) else history)


def _is_full(connection: Connection, ping: Ping, site: Site, most: int) -> bool:
    host = urls.host_of(ping.source)
    if mentions.count_waiting(connection, host) >= most or mentions.count_all_waiting(connection) >= MOST_WAITING:
        return True
    held = hosts.history(connection, site.id, host).count(Status.HELD) if is_held_unverified(ping, site) else 0
    return held >= most


def _look_soon(connection: Connection, mention: Mention, now: datetime) -> datetime:
    at = aftermath.relook_at(mention, now)
    mentions.look_soon(connection, mention.id, at)
    return at
