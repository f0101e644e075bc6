"""The judge: weighs what the rules say into a Verdict with reasons.

Each rule is one module with one function `check(candidate, history) -> Signal | None`;
rules know nothing of each other. All facts are gathered before they run. A hard rule (one whose
signal settles) decides alone; the first in RULES wins.
"""

from collections.abc import Callable, Iterable
from math import exp

from linkback.core import learner
from linkback.core.learner import Lore
from linkback.core.model import Candidate, HostHistory, Moderation, Policy, Reason, Signal, Status, Verdict
from linkback.core.rules import first_time, held_before, trusted_host
from linkback.core.rules.weights import BIAS, WEIGHTS

Rule = Callable[[Candidate, HostHistory], Signal | None]

RULES: tuple[Rule, ...] = (trusted_host.check, held_before.check, first_time.check)

# Scores, where a site names none of its own.
APPROVE_UP_TO = 0.6
SPAM_FROM = 0.97
EVERYTHING_WAITS = Reason("moderation", "This site holds every mention for its owner.")
NOTHING_LEARNED = Lore()


def judge(
    candidate: Candidate, history: HostHistory, policy: Policy | None = None, lore: Lore = NOTHING_LEARNED
) -> Verdict:
    """Weigh what the rules and what was learned say of a candidate: approve it, hold it for the owner, or call it spam.

    `lore` is what the site's owner taught so far. Nothing is deleted by a machine, whatever the verdict.
    """
    policy = policy or Policy()
    signals = signals_of(candidate, history)
    if hard := next((signal for signal in signals if signal.settles), None):
        return ruled(hard)
    opinion = learner.weigh(learner.features(candidate), lore)
    reasons = [Reason(signal.rule, signal.sentence, weight_of(signal)) for signal in signals]
    reasons += [] if opinion is None else [opinion]
    score = 1 / (1 + exp(-BIAS - sum(reason.weight for reason in reasons)))
    return decided(round(score, 3), sorted(reasons, key=lambda one: -abs(one.weight)), history, policy)


def signals_of(candidate: Candidate, history: HostHistory) -> list[Signal]:
    """Return what each rule says that has anything to say."""
    return [signal for rule in RULES if (signal := rule(candidate, history))]


def weight_of(signal: Signal) -> float:
    """Return what a signal weighs, in log-odds."""
    return WEIGHTS.get(signal.key, WEIGHTS.get(signal.rule, 0.0))


def ruled(hard: Signal) -> Verdict:
    """Return the verdict that a hard rule makes alone."""
    assert hard.settles is not None
    score = {Status.APPROVED: 0.0, Status.SPAM: 1.0}.get(hard.settles, 0.5)
    return Verdict(hard.settles, score, (Reason(hard.rule, hard.sentence),))


def decided(score: float, reasons: Iterable[Reason], history: HostHistory, policy: Policy) -> Verdict:
    """Return what follows from a score under a policy."""
    told = tuple(reasons)
    if score >= (SPAM_FROM if policy.spam_from is None else policy.spam_from):
        return Verdict(Status.SPAM, score, told)
    if policy.moderation is Moderation.HOLD:
        return Verdict(Status.HELD, score, (*told, EVERYTHING_WAITS))
    known = policy.moderation is Moderation.JUDGE or history.count(Status.APPROVED) > 0
    good = score <= (APPROVE_UP_TO if policy.approve_up_to is None else policy.approve_up_to)
    return Verdict(Status.APPROVED if known and good else Status.HELD, score, told)
