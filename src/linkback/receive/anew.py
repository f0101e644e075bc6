"""A known page that changed, judged anew: what it looks like now, and what its owner is told of that. Pure.

A machine approves nothing by such a look, and takes nothing away by it: what it approved itself, and would not
approve now, waits for the owner. What a person decided stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from linkback.core.model import Company, Evidence, HostHistory, Likeness, Mention, Policy, Reason, Status, Verdict
from linkback.core.rules import APPROVE_UP_TO, SPAM_FROM
from linkback.receive.noticing import GONE, MOVED, NOFOLLOW, NOINDEX, SWAPPED
from linkback.receive.source import Finding
from linkback.storage.settlement import TAKEN_AWAY

TURNED = Reason("turned", "The page has changed, and would not be approved without you now.")
# What earlier looks noticed, beside what the judge says: it stays until it is answered, or true no longer.
NOTICED = frozenset({"came_back", TURNED.rule, SWAPPED, NOFOLLOW, NOINDEX, MOVED, GONE})


@dataclass(frozen=True, slots=True)
class Anew:
    """What is known of a page by the newest look, and the judge, who has yet to hear of the host's history."""

    evidence: Evidence
    policy: Policy
    judge: Callable[[HostHistory], Verdict]


def evidence_of(mention: Mention, finding: Finding, company: Company) -> Evidence:
    """Return the evidence of a newer look: in what hour a mention came is known from the first one."""
    former = mention.evidence or Evidence()
    likeness = former.likeness if finding.likeness == Likeness() else finding.likeness
    hosts = {"template_hosts": company.template_hosts, "wording_hosts": company.wording_hosts}
    return Evidence(finding.makeup, likeness, replace(former.company, **hosts), finding.via)


def is_changed(mention: Mention, finding: Finding) -> bool:
    """Tell whether a page says or shows something else than when it was judged with evidence."""
    if mention.evidence is None or not finding.shows_link:
        return False
    return finding.citation != mention.citation or finding.makeup != mention.evidence.makeup


def is_worth_judging(mention: Mention, finding: Finding) -> bool:
    """Tell whether what a page shows now is to be gathered; of what was taken away nothing would come of it.

    A mention that was judged without evidence gets some, by which later changes are seen.
    """
    if mention.status in TAKEN_AWAY or not finding.shows_link:
        return False
    return mention.evidence is None or is_changed(mention, finding)


def without(history: HostHistory, mention: Mention) -> HostHistory:
    """Return the history of a host as if a mention of it were not there: nobody speaks for themselves."""
    status = mention.status
    return replace(history, counts={**history.counts, status.value: max(0, history.count(status) - 1)})


def told_anew(before: Verdict, judged: Verdict) -> Verdict:
    """Return a verdict with the score and the reasons of a newer one, and with what looks noticed so far.

    What was decided is no affair of this: the decision stays.
    """
    kept = tuple(reason for reason in before.reasons if reason.rule in NOTICED)
    known = {reason.rule for reason in kept}
    fresh = (reason for reason in judged.reasons if reason.rule not in known)
    return replace(before, score=judged.score, reasons=(*kept, *fresh))


def has_turned(before: Verdict, after: Verdict) -> bool:
    """Tell whether what was no junk by its score looks like junk now."""
    return before.score < SPAM_FROM <= after.score


def doubts_anew(mention: Mention, judged: Verdict, policy: Policy) -> tuple[Reason, ...]:
    """Return why a mention that a machine approved waits for its owner now; nothing if it need not."""
    if mention.status is not Status.APPROVED or mention.decided_by is not None or mention.verdict is None:
        return ()
    limit = APPROVE_UP_TO if policy.approve_up_to is None else policy.approve_up_to
    return (TURNED,) if mention.verdict.score <= limit < judged.score else ()
