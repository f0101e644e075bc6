"""What a look means for a mention. Pure: a mention and a finding in, a settlement out.

What removes a mention: 410; 404 twice, a day apart; the page fetched well and the link is not
there. Nothing else: no time-out, no 5xx, no parse error ever removes one.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from linkback.core import schedule
from linkback.core.errors import Problem
from linkback.core.model import Citation, Mention, Ping, Reason, Site, Status, Verdict
from linkback.receive.source import Finding
from linkback.storage.settlement import Settlement

CAME_BACK = Reason("came_back", "The link was gone and has come back.")
CHANGED = Reason("changed", "The page says something else than when it was approved.", 0.2)
NEVER_VERIFIED = frozenset({Status.RECEIVED, Status.INVALID})
TAKEN_AWAY = frozenset({Status.SPAM, Status.REMOVED})
# Below this share of common words, title and sentence together are no longer the same text.
SAME_TEXT = 0.3
WORD = re.compile(r"\w+")


def first_verified(
    ping: Ping, site: Site, known: Mention | None, finding: Finding, verdict: Verdict, now: datetime
) -> Settlement:
    """Settle what was verified for the first time, or again after it was gone."""
    if known and known.status is Status.GONE:
        verdict = replace(verdict, decision=Status.HELD, reasons=(CAME_BACK, *verdict.reasons))
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
    )


def never_verified(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Settle a kept ping whose source did not show the link: try again while that may help, then give up."""
    looks = mention.looks if finding.problem is Problem.TOO_MANY else mention.looks + 1
    again = schedule.next_verification(looks, now, finding.retry_after) if finding.passing else None
    status = Status.RECEIVED if again else Status.INVALID
    return replace(_unchanged(mention, now), status=status, looks=looks, next_look_at=again)


def looked_again(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    """Settle another look at a mention that once was verified."""
    if finding.unchanged:
        return _still_there(mention, now)
    if finding.problem is None:
        return _verified_again(mention, finding, now)
    same = replace(_unchanged(mention, now), missed_at=mention.missed_at)
    if mention.status in TAKEN_AWAY:
        return same  # gone, it would come back when it is sent again; and nobody waits to hear of it
    if finding.problem is Problem.TOO_MANY:
        wait = timedelta(seconds=finding.retry_after or 60)
        return replace(same, looks=mention.looks, next_look_at=now + wait)
    if _is_gone(mention, finding, now):
        return replace(same, status=Status.GONE, force=True)
    next_day = now + schedule.SECOND_MISS_AFTER
    if finding.status == 404:
        return replace(same, missed_at=mention.missed_at or now, next_look_at=next_day)
    looks = mention.looks + 1
    again = schedule.next_verification(looks, now, finding.retry_after)
    return replace(same, looks=looks, next_look_at=again or next_day)


def changed_materially(before: Citation, after: Citation) -> bool:
    """Tell whether title and sentence together say something else now: fewer than a third of the words in common."""
    old, new = _words(before), _words(after)
    return bool(old) and len(old & new) < SAME_TEXT * len(old | new)


def _words(citation: Citation) -> set[str]:
    return set(WORD.findall(f"{citation.title} {citation.excerpt}".lower()))


def _is_gone(mention: Mention, finding: Finding, now: datetime) -> bool:
    if finding.status == 410 or (finding.problem is Problem.NO_LINK and not finding.passing):
        return True
    second_miss = mention.missed_at is not None and now - mention.missed_at >= schedule.SECOND_MISS_AFTER
    return finding.status == 404 and second_miss


def _verified_again(mention: Mention, finding: Finding, now: datetime) -> Settlement:
    kept = _still_there(mention, now)
    fresh = replace(kept, citation=finding.citation, etag=finding.etag, last_modified=finding.last_modified)
    if mention.status is not Status.APPROVED or not changed_materially(mention.citation, finding.citation):
        return fresh
    before = mention.verdict or Verdict(Status.HELD)
    verdict = Verdict(Status.HELD, before.score, (CHANGED, *before.reasons))
    next_look_at = schedule.next_look(Status.HELD, now - mention.received_at, now)
    return replace(fresh, status=Status.HELD, verdict=verdict, next_look_at=next_look_at, force=True)


def _still_there(mention: Mention, now: datetime) -> Settlement:
    next_look_at = schedule.next_look(mention.status, now - mention.received_at, now)
    return replace(_unchanged(mention, now), next_look_at=next_look_at, verified=True)


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
    )
