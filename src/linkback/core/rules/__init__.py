"""The judge: weighs what the rules say into a Verdict with reasons.

Each rule is one module with one function `check(candidate, history) -> Reason | None`;
rules know nothing of each other. All facts are gathered before they run.
"""

from collections.abc import Callable, Mapping

from linkback.core.model import Candidate, HostHistory, Moderation, Reason, Status, Verdict
from linkback.core.rules import first_time, held_before, trusted_host

Rule = Callable[[Candidate, HostHistory], Reason | None]

RULES: tuple[Rule, ...] = (trusted_host.check, held_before.check, first_time.check)

UNDECIDED = 0.5  # the score when nothing speaks for or against

# Up to which score a mention is published without its owner; below nought: never.
APPROVE_UP_TO: Mapping[Moderation, float] = {
    Moderation.HOLD: -1.0,
    Moderation.FIRST_TIME: 0.4,  # needs something that speaks for it
    Moderation.JUDGE: 0.6,  # needs nothing that speaks against it
}
EVERYTHING_WAITS = Reason("moderation", "This site holds every mention for its owner.")


def judge(candidate: Candidate, history: HostHistory, moderation: Moderation) -> Verdict:
    """Weigh what the rules say of a candidate: approve it, or hold it for the owner."""
    reasons = tuple(reason for rule in RULES if (reason := rule(candidate, history)))
    score = min(1.0, max(0.0, UNDECIDED + sum(reason.weight for reason in reasons)))
    if moderation is Moderation.HOLD:
        reasons += (EVERYTHING_WAITS,)
    decision = Status.APPROVED if score <= APPROVE_UP_TO[moderation] else Status.HELD
    return Verdict(decision, round(score, 3), reasons)
