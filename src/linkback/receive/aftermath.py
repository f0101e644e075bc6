"""What a look means for a mention. Pure: a mention and a finding in, a settlement out.

What removes a mention: 410; 404 twice, a day apart; the page fetched well and the link is not
there. Nothing else: no time-out, no 5xx, no parse error ever removes one. What came back is held.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from linkback.core import schedule
from linkback.core.errors import Problem
from linkback.core.model import Citation, Event, Evidence, Mention, Ping, Reason, Site, Status, Verdict
from linkback.receive.anew import TURNED, told_anew
from linkback.receive.noticing import GONE, SWAPPED, notices, swaps, swaps_in_steps, told
from linkback.receive.source import Finding
from linkback.storage.settlement import Settlement

CAME_BACK = Reason("came_back", "The link was gone and has come back.")
LED_HERE = Reason(GONE, "The page leads to your own site now.")
LINK_TAKEN_AWAY = Reason(GONE, "The page does not link here any more.")
NEVER_BACK = Reason(GONE, "The link was gone, and was not found again.")
WHY_GONE = {
    404: Reason(GONE, "The page was not there twice, a day apart (404)."),
    410: Reason(GONE, "The page says that it is gone for good (410)."),
}
# Why a mention waited for its owner: answered as soon as a person decides.
ANSWERED = frozenset({CAME_BACK.rule, SWAPPED, TURNED.rule})
ONLY_TOLD = "unverified"
UNLINKED = Reason(ONLY_TOLD, "The source does not link to your page; only the sender says so.")
UNSEEN = Reason(ONLY_TOLD, "The source was not looked at yet; only the sender says that it links to your page.")
UNREAD = Reason(ONLY_TOLD, "The source cannot be read; only the sender says that it links to your page.")
NEVER_VERIFIED = frozenset({Status.RECEIVED, Status.INVALID})
TAKEN_AWAY = frozenset({Status.SPAM, Status.REMOVED})
# What a look may find when the source shows no link: the source's own affair, and not that of the target.
SHOWS_NO_LINK = frozenset({Problem.NO_LINK, Problem.SOURCE_NOT_FOUND, Problem.SOURCE_TROUBLE})
# The page was fetched well and is none that links: there is no link, or it has become a page of the own site.
LINKS_NO_MORE = frozenset({Problem.NO_LINK, Problem.SAME_PAGE, Problem.SELF_PING})
PAUSE = 60.0  # seconds until a host that had enough of us is asked again, where it names no time


def first_verified(
    ping: Ping,
    site: Site,
    finding: Finding,
    verdict: Verdict,
    now: datetime,
    known: Mention | None,
    *,
    page: str = "",
    evidence: Evidence | None = None,
) -> Settlement:
    """Settle what was verified for the first time, or again after it was gone; `page` is the target's own name."""
    because = _why_not_new(known, finding.citation) if known else ()
    if because:
        verdict = replace(verdict, decision=Status.HELD, reasons=(*because, *verdict.reasons))
    age = now - known.received_at if known else now - now
    return Settlement(
        site_id=site.id,
        source=ping.source,
        target=ping.target,
        status=verdict.decision,
        now=now,
        citation=finding.citation,
        verdict=verdict,
        ping=ping,
        verified=True,
        next_look_at=schedule.next_look(verdict.decision, age, now),
        etag=finding.etag,
        last_modified=finding.last_modified,
        force=bool(because),
        source_page=finding.page,
        target_page=page,
        evidence=evidence,
    )


def never_verified(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Settle a kept ping whose source did not show the link: try again while that may help, then give up."""
    looks = mention.looks if finding.problem is Problem.TOO_MANY else mention.looks + 1
    again = schedule.next_verification(looks, now, finding.retry_after) if finding.passing else None
    if is_only_told(mention):
        return replace(_in_vain(mention, finding, now), looks=looks, next_look_at=again or _next_look(mention, now))
    if again is None and was_there_once(mention):
        return _gone(mention, finding, now)
    status = Status.RECEIVED if again else Status.INVALID
    return replace(_in_vain(mention, finding, now), status=status, looks=looks, next_look_at=again)


def only_told(
    ping: Ping, site: Site, known: Mention | None, finding: Finding | None, now: datetime, *, look_at: datetime
) -> Settlement:
    """Settle a ping whose source shows no link, of a site that takes such ones: held, as its sender tells it.

    No machine ever approves it; what is known already from the source itself is known better.
    """
    reason = UNSEEN if finding is None else UNLINKED if finding.problem is Problem.NO_LINK else UNREAD
    return Settlement(
        site_id=site.id,
        source=ping.source,
        target=ping.target,
        status=Status.HELD,
        now=now,
        citation=None if known and known.verified_at else ping.told,
        verdict=Verdict(Status.HELD, reasons=(reason,)),
        ping=ping,
        verified=False,
        next_look_at=look_at,
        trouble=finding.trouble if finding else "",
    )


def validators_of(mention: Mention) -> tuple[str | None, str | None]:
    """Return the validators for a look at a mention's source; none where "not changed" says nothing of the link."""
    sure = mention.verified_at is not None and mention.status not in {*NEVER_VERIFIED, Status.GONE}
    return (mention.etag, mention.last_modified) if sure else (None, None)


def is_only_told(mention: Mention) -> bool:
    """Tell whether nothing but its sender's word speaks for a mention."""
    reasons = mention.verdict.reasons if mention.verdict else ()
    return mention.verified_at is None and any(reason.rule == ONLY_TOLD for reason in reasons)


def was_there_once(mention: Mention) -> bool:
    """Tell whether a mention that is verified as if for the first time once had its link, and lost it."""
    return mention.status is Status.GONE or (mention.status in NEVER_VERIFIED and mention.verified_at is not None)


def looked_again(
    mention: Mention,
    finding: Finding,
    now: datetime,
    history: Sequence[Event] = (),
    *,
    evidence: Evidence | None = None,
    judged: Verdict | None = None,
    doubts: tuple[Reason, ...] = (),
) -> Settlement:
    """Settle another look at a mention that once was verified; its history tells what was approved.

    `judged` is what the judge says of a page that changed, by the evidence of this look, and `doubts` why it waits
    for its owner now.
    """
    if finding.shows_link:
        return replace(_verified_again(mention, finding, now, history, judged, doubts), evidence=evidence)
    if finding.problem is None:
        return _still_there(mention, finding, now)
    if finding.problem is Problem.TOO_MANY:
        return _put_off(mention, finding, now)
    if mention.status is Status.GONE:
        looks = mention.looks + 1
        return replace(_in_vain(mention, finding, now), looks=looks, next_look_at=schedule.next_return(looks, now))
    if mention.status in TAKEN_AWAY:
        return _out_of_sight(mention, finding, now)
    if _is_gone(mention, finding, now):
        return _gone(mention, finding, now)
    if finding.status == 404:
        missed_at = mention.missed_at or now
        again = missed_at + schedule.SECOND_MISS_AFTER
        return replace(_in_vain(mention, finding, now), missed_at=missed_at, next_look_at=again)
    looks = mention.looks + 1
    again = schedule.next_attempt(looks, now, finding.retry_after)
    return replace(_in_vain(mention, finding, now), looks=looks, next_look_at=again)


def relook_at(mention: Mention, now: datetime) -> datetime:
    """Return when to look at a mention that was reported again: now, but RELOOK_AFTER after the last look.

    When a look in vain was is not known; it may have been just now.
    """
    looked_at = now if mention.looks or mention.missed_at else mention.verified_at or mention.received_at
    return max(now, looked_at + schedule.RELOOK_AFTER)


def _is_gone(mention: Mention, finding: Finding, now: datetime) -> bool:
    if finding.status == 410 or (finding.problem in LINKS_NO_MORE and not finding.passing):
        return True
    second_miss = mention.missed_at is not None and now - mention.missed_at >= schedule.SECOND_MISS_AFTER
    return finding.status == 404 and second_miss


def _gone(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Settle that the link is gone, whatever was decided of it."""
    told = replace(_in_vain(mention, finding, now), verdict=_told_gone(mention, finding, Status.GONE), missed_at=None)
    return replace(told, status=Status.GONE, force=True, looks=0, next_look_at=schedule.next_return(0, now))


def _out_of_sight(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Settle a look in vain at what a person took away; nobody waits to hear of it, and it is looked at no more.

    Were it gone, it would come back when it is sent again. That its link is gone is noted all the same:
    who sent it sees so of every mention, whatever was decided of it.
    """
    if _is_gone(mention, finding, now):
        verdict = _told_gone(mention, finding, mention.status)
        return replace(_in_vain(mention, finding, now), verdict=verdict, missed_at=None)
    seen = _in_vain(mention, finding, now)
    return replace(seen, missed_at=mention.missed_at or now) if finding.status == 404 else seen


def _told_gone(mention: Mention, finding: Finding, status: Status) -> Verdict:
    before = mention.verdict or Verdict(status)
    return Verdict(status, before.score, (_why_gone(finding), *_still_open(mention, before, {GONE})))


def _why_gone(finding: Finding) -> Reason:
    if finding.problem is Problem.NO_LINK:
        return LINK_TAKEN_AWAY
    return LED_HERE if finding.problem in LINKS_NO_MORE else WHY_GONE.get(finding.status or 0, NEVER_BACK)


def _still_open(mention: Mention, verdict: Verdict, but: Collection[str]) -> tuple[Reason, ...]:
    """Return the reasons of a verdict but those of some rules, and those that a person answered by deciding."""
    closed = ANSWERED.union(but) if mention.decided_by else but
    return tuple(reason for reason in verdict.reasons if reason.rule not in closed)


def _put_off(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Settle that nobody looked: the host had enough of us for now. No look was used up."""
    if mention.status in TAKEN_AWAY:
        return replace(_unchanged(mention, now), looks=mention.looks)
    again = now + timedelta(seconds=finding.retry_after or PAUSE)
    return replace(_unchanged(mention, now), looks=mention.looks, missed_at=mention.missed_at, next_look_at=again)


def _why_not_new(known: Mention, citation: Citation) -> tuple[Reason, ...]:
    """Return why what is verified for the first time waits for its owner all the same; nothing if it is new."""
    if was_there_once(known):
        return (CAME_BACK,)
    approved_as_told = known.status is Status.APPROVED and is_only_told(known)
    return swaps(known.citation, citation) if approved_as_told else ()


def _verified_again(
    mention: Mention,
    finding: Finding,
    now: datetime,
    history: Sequence[Event],
    judged: Verdict | None,
    doubts: tuple[Reason, ...],
) -> Settlement:
    """Settle a look that found the link in a page that may say something new."""
    seen = _still_there(mention, finding, now)
    before = mention.verdict or Verdict(mention.status)
    said = told_anew(before, judged) if judged else before
    news = told(said, notices(mention, finding.citation, finding.page or mention.source))
    seen = replace(seen, citation=finding.citation, etag=finding.etag, last_modified=finding.last_modified)
    because = _why_held(mention, finding.citation, history) or doubts
    if not because:
        return replace(seen, verdict=mention.verdict if news == before else news)
    verdict = Verdict(Status.HELD, news.score, (*because, *_still_open(mention, news, {because[0].rule})))
    next_look_at = schedule.next_look(Status.HELD, now - mention.received_at, now)
    return replace(seen, status=Status.HELD, verdict=verdict, next_look_at=next_look_at, force=True)


def _why_held(mention: Mention, citation: Citation, history: Sequence[Event]) -> tuple[Reason, ...]:
    """Return why a mention whose link was found once more must wait for its owner; nothing if it need not."""
    if mention.status is Status.GONE:
        return (CAME_BACK,)
    if mention.status is not Status.APPROVED:
        return ()
    return swaps(mention.citation, citation) or swaps_in_steps(mention.citation, citation, history)


def _still_there(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    return replace(
        _unchanged(mention, now),
        verdict=mention.verdict and told(mention.verdict, {GONE: None}),
        next_look_at=_next_look(mention, now),
        verified=True,
        trouble="",
        source_page=finding.page,
        target_page=mention.target_page,
    )


def _next_look(mention: Mention, now: datetime) -> datetime | None:
    return schedule.next_look(mention.status, now - mention.received_at, now)


def _in_vain(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Return the settlement of a look that did not find the link; what was missed once stays missed."""
    trouble = finding.trouble if finding.came_to_the_source else mention.trouble
    return replace(_unchanged(mention, now), missed_at=mention.missed_at, trouble=trouble)


def _unchanged(mention: Mention, now: datetime) -> Settlement:
    """Return the settlement of a look that told nothing, with no next one."""
    return Settlement(
        site_id=mention.site_id,
        source=mention.source,
        target=mention.target,
        status=mention.status,
        now=now,
        citation=mention.citation,
        verdict=mention.verdict,
        etag=mention.etag,
        last_modified=mention.last_modified,
        verified=False,
        trouble=mention.trouble,
    )
