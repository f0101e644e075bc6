"""The judge: weighs what the rules say into a Verdict with reasons.

Each rule is one module with one function `check(candidate, history) -> Signal | None`, and the levels that it may
tell as LEVELS; rules know nothing of each other. All facts are gathered before they run. A hard rule (one whose
signal settles) decides alone; the first in RULES wins. What no score may do stands in docs/decisions/the-judge.md.
"""

from collections.abc import Callable, Iterable, Sequence
from math import exp

from linkback.core import learner
from linkback.core.learner import Lore
from linkback.core.model import Candidate, HostHistory, Moderation, Policy, Reason, Signal, Status, Verdict
from linkback.core.rules import (
    advertising,
    anchor_text,
    authorship,
    copied,
    first_time,
    flood,
    foreign,
    held_before,
    homograph,
    host_age,
    keyword_host,
    kind,
    link_density,
    link_place,
    linked_text,
    nearness,
    noindex,
    odd_host,
    outbound,
    owner_lists,
    redirects,
    rel,
    relevance,
    sales_talk,
    same_template,
    same_text,
    same_title,
    shorteners,
    substance,
    trusted_host,
    velocity,
)
from linkback.core.rules.weights import APPROVE_UP_TO, BIAS, SPAM_FROM, WEIGHTS

__all__ = ["APPROVE_UP_TO", "BIAS", "RULES", "SPAM_FROM", "WEIGHTS", "judge", "signals_of"]

Rule = Callable[[Candidate, HostHistory], Signal | None]

# Hard ones first; of reasons that are equally loud the earlier is told first.
RULES: tuple[Rule, ...] = (
    owner_lists.check,
    trusted_host.check, held_before.check, first_time.check, host_age.check,
    copied.check, same_text.check, relevance.check, nearness.check, same_title.check, foreign.check,
    link_place.check, anchor_text.check, rel.check, noindex.check,
    outbound.check, link_density.check, linked_text.check, substance.check,
    sales_talk.check, advertising.check, authorship.check, kind.check,
    homograph.check, keyword_host.check, odd_host.check, shorteners.check, redirects.check,
    same_template.check, velocity.check, flood.check,
)  # fmt: skip

LOUDEST = 3.0  # log-odds that one rule may add, whatever its weight: alone it reaches 0.95
BOUNDED = {key: max(-LOUDEST, min(LOUDEST, weight)) for key, weight in WEIGHTS.items()}
QUIETEST = 0.05  # log-odds; what weighs less explains nothing
WITNESSES = 2  # rules that must speak against a page before a machine calls it spam
WITNESS = 0.4  # log-odds from which a rule counts as one
# What is true of honest pages too when they are new, or come on a busy day, witnesses nothing.
CIRCUMSTANCES = frozenset({"first_time", "flood", "velocity"})
FORGIVEN = 10  # mentions approved for each that was taken away, until a machine may approve a host again

MODE = "moderation"
EVERYTHING_WAITS = Reason(MODE, "This site holds every mention for its owner.")
TOO_LITTLE = Reason(MODE, "Too little speaks against it to call it spam without you.")
NOTHING_LEARNED = Lore()


def judge(
    candidate: Candidate, history: HostHistory, policy: Policy | None = None, lore: Lore = NOTHING_LEARNED
) -> Verdict:
    """Weigh what the rules and what was learned say of a candidate: approve it, hold it for the owner, or call it spam.

    `lore` is what the site's owner taught so far. Nothing is deleted by a machine, whatever the verdict.
    """
    signals = signals_of(candidate, history)
    if hard := next((signal for signal in signals if signal.settles), None):
        return ruled(hard)
    opinion = learner.weigh(learner.features(candidate), lore)
    reasons = [Reason(signal.rule, signal.sentence, weight_of(signal)) for signal in signals]
    reasons += [] if opinion is None else [opinion]
    score = round(1 / (1 + exp(-BIAS - sum(reason.weight for reason in reasons))), 3)
    decision, why = decided(score, reasons, history, policy or Policy())
    return Verdict(decision, score, (*told(reasons), *why))


def signals_of(candidate: Candidate, history: HostHistory) -> list[Signal]:
    """Return what each rule says that has anything to say."""
    return [signal for rule in RULES if (signal := rule(candidate, history))]


def weight_of(signal: Signal) -> float:
    """Return what a signal weighs, in log-odds, within what one rule may add."""
    return BOUNDED[signal.key]


def ruled(hard: Signal) -> Verdict:
    """Return the verdict that a hard rule makes alone."""
    assert hard.settles is not None
    score = {Status.APPROVED: 0.0, Status.SPAM: 1.0}.get(hard.settles, 0.5)
    return Verdict(hard.settles, score, (Reason(hard.rule, hard.sentence),))


def told(reasons: Sequence[Reason]) -> list[Reason]:
    """Return reasons as they are shown, the loudest first, without those that hardly count; one at least."""
    loudest = sorted(reasons, key=lambda reason: -abs(reason.weight))
    return [reason for reason in loudest if abs(reason.weight) >= QUIETEST] or loudest[:1]


def decided(
    score: float, reasons: Iterable[Reason], history: HostHistory, policy: Policy
) -> tuple[Status, tuple[Reason, ...]]:
    """Return what follows from a score under a policy, with what the policy did as reasons of its own."""
    doubts: list[Reason] = []
    if score >= (SPAM_FROM if policy.spam_from is None else policy.spam_from):
        doubts += _why_not_spam(reasons, history)
        if not doubts:
            return Status.SPAM, ()
    doubts += _why_not_approved(score, history, policy)
    return (Status.HELD if doubts else Status.APPROVED), tuple(doubts)


def _why_not_spam(reasons: Iterable[Reason], history: HostHistory) -> list[Reason]:
    """Return why a page is not called spam by a machine, whatever its score; nothing where it may be."""
    if history.count(Status.APPROVED) and not _is_doubted(history):
        return [Reason(MODE, f"{history.host} was approved here before, so it is not called spam without you.")]
    against = {one.rule for one in reasons if one.weight >= WITNESS and one.rule not in CIRCUMSTANCES}
    return [] if len(against) >= WITNESSES else [TOO_LITTLE]


def _why_not_approved(score: float, history: HostHistory, policy: Policy) -> list[Reason]:
    """Return why a page waits for the owner; nothing where a machine may approve it."""
    if policy.moderation is Moderation.HOLD:
        return [EVERYTHING_WAITS]
    host = history.host
    if _is_doubted(history):
        return [Reason(MODE, f"Mentions of {host} were taken away here, so you are asked about each of them.")]
    if policy.moderation is Moderation.FIRST_TIME and not history.count(Status.APPROVED):
        return [Reason(MODE, f"{host} is new here, and this site asks you about new hosts.")]
    limit = APPROVE_UP_TO if policy.approve_up_to is None else policy.approve_up_to
    if score <= limit:
        return []
    return [Reason(MODE, f"It scores {score:.2f} of 1 for junk; up to {limit:g} this site approves without you.")]


def _is_doubted(history: HostHistory) -> bool:
    """Tell whether more of a host was taken away, as spam or removed, than its approved mentions make good."""
    return history.count(Status.APPROVED) < FORGIVEN * (history.count(Status.SPAM) + history.count(Status.REMOVED))
