"""What the judge makes of what the rules say."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from linkback.core.model import (
    Author,
    Candidate,
    Citation,
    Company,
    Evidence,
    HostHistory,
    Likeness,
    Listed,
    ListedAction,
    ListedKind,
    Makeup,
    Moderation,
    Policy,
    Reason,
    Status,
)
from linkback.core.rules import LOUDEST, QUIETEST, RULES, decided, judge, told

CANDIDATE = Candidate("https://blog.example/a", "https://me.example/post", Citation())
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
HOLD, FIRST, JUDGE = Moderation.HOLD, Moderation.FIRST_TIME, Moderation.JUDGE
HELD, APPROVED, SPAM = Status.HELD, Status.APPROVED, Status.SPAM

HONEST = Candidate(
    "https://blog.example/on-bread",
    "https://me.example/post",
    Citation("On bread", Author("Ana"), published=SEEN, anchor="a post on bread", excerpt="I baked by this post."),
    Evidence(Makeup(400, 3, 3, 0.05, "Latin"), Likeness(0.4, 0.4, 0.02, False, "en", "Latin")),
)
JUNK = Candidate(
    "https://best-cheap-casino-bonus.example/x",
    "https://me.example/post",
    Citation("Casino bonus", anchor="best casino bonus", excerpt="Best casino, cheap viagra.", place="hidden"),
    Evidence(Makeup(80, 120, 110, 0.9, "Latin"), Likeness(0.0, 0.0, 0.0), Company(wording_hosts=9), ("bit.ly",)),
)


def history(counts: Mapping[str, int] | None) -> HostHistory:
    return HostHistory("blog.example", counts or {}, SEEN if counts is not None else None)


@pytest.mark.parametrize(
    ("counts", "moderation", "decision"),
    [
        (None, FIRST, HELD),
        ({"held": 3}, FIRST, HELD),
        ({"approved": 1}, FIRST, APPROVED),
        ({"approved": 9, "held": 2}, FIRST, APPROVED),
        ({"approved": 1, "spam": 1}, FIRST, HELD),
        ({"approved": 9, "removed": 1}, FIRST, HELD),
        ({"approved": 10, "removed": 1}, FIRST, APPROVED),
        ({"spam": 1}, FIRST, HELD),
        ({"gone": 1}, FIRST, HELD),
        (None, JUDGE, APPROVED),
        ({"held": 3}, JUDGE, APPROVED),
        ({"spam": 1}, JUDGE, HELD),
        ({"approved": 1, "spam": 1}, JUDGE, HELD),
        (None, HOLD, HELD),
        ({"approved": 9}, HOLD, HELD),
    ],
)
def test_an_honest_page_is_published_as_the_policy_says(
    counts: Mapping[str, int] | None, moderation: Moderation, decision: Status
) -> None:
    verdict = judge(HONEST, history(counts), Policy(moderation))
    assert verdict.decision is decision
    assert 0.0 <= verdict.score <= 1.0


@pytest.mark.parametrize("moderation", Moderation)
@pytest.mark.parametrize("counts", [None, {"held": 3}, {"spam": 1}])
def test_plain_junk_is_spam_under_every_policy(moderation: Moderation, counts: Mapping[str, int] | None) -> None:
    assert judge(JUNK, history(counts), Policy(moderation)).decision is SPAM


@pytest.mark.parametrize("counts", [None, {"held": 1}, {"approved": 1}, {"spam": 2}, {"removed": 1}])
@pytest.mark.parametrize("candidate", [CANDIDATE, HONEST, JUNK], ids=["bare", "honest", "junk"])
def test_every_verdict_says_why_in_sentences(candidate: Candidate, counts: Mapping[str, int] | None) -> None:
    reasons = judge(candidate, history(counts), Policy(FIRST)).reasons
    assert reasons
    assert all(reason.sentence.endswith(".") for reason in reasons)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"spam": 2, "removed": 1}, "Earlier mentions by blog.example: 2 marked as spam, 1 removed."),
        ({"removed": 1}, "Earlier mentions by blog.example: 1 removed."),
    ],
)
def test_only_what_was_decided_of_a_host_is_told_of_it(counts: Mapping[str, int], sentence: str) -> None:
    assert sentence in [reason.sentence for reason in judge(CANDIDATE, history(counts), Policy(FIRST)).reasons]


@pytest.mark.parametrize("candidate", [CANDIDATE, HONEST], ids=["bare", "honest"])
def test_a_trusted_host_scores_lower_than_a_new_one_and_a_spammer_highest(candidate: Candidate) -> None:
    scores = [judge(candidate, history(counts), Policy(FIRST)).score for counts in ({"approved": 1}, None, {"spam": 1})]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


@pytest.mark.parametrize(
    ("counts", "policy", "sentence"),
    [
        ({"approved": 1}, Policy(HOLD), "This site holds every mention for its owner."),
        (None, Policy(FIRST), "blog.example is new here, and this site asks you about new hosts."),
        ({"spam": 1}, Policy(JUDGE), "were taken away here, so you are asked about each of them."),
        (None, Policy(JUDGE, approve_up_to=-1.0), "up to -1 this site approves without you."),
    ],
)
def test_what_the_policy_did_is_the_last_reason(
    counts: Mapping[str, int] | None, policy: Policy, sentence: str
) -> None:
    last = judge(HONEST, history(counts), policy).reasons[-1]
    assert last.rule == "moderation"
    assert last.sentence.endswith(sentence)


@pytest.mark.parametrize(
    ("policy", "score", "decision"),
    [
        (Policy(JUDGE, 0.3, 0.8), 0.3, APPROVED),
        (Policy(JUDGE, 0.3, 0.8), 0.31, HELD),
        (Policy(JUDGE, 0.3, 0.8), 0.79, HELD),
        (Policy(JUDGE, 0.3, 0.8), 0.8, SPAM),
        (Policy(JUDGE, 1.0, 1.1), 1.0, APPROVED),
        (Policy(FIRST, 1.0, 1.1), 0.0, HELD),
        (Policy(HOLD, 1.0, 0.8), 0.0, HELD),
        (Policy(HOLD, 1.0, 0.8), 0.9, SPAM),
    ],
)
def test_a_site_may_draw_its_own_lines(policy: Policy, score: float, decision: Status) -> None:
    against = [Reason("copied", "It is a copy.", 2.0), Reason("link_place", "The link is hidden.", 2.0)]
    assert decided(score, against, history(None), policy)[0] is decision


@pytest.mark.parametrize(
    ("weights", "decision"),
    [
        ({}, HELD),
        ({"copied": 9.0}, HELD),
        ({"copied": 9.0, "link_place": 0.1}, HELD),
        ({"copied": 9.0, "first_time": 2.0, "flood": 2.0, "velocity": 2.0}, HELD),
        ({"copied": 9.0, "authorship": -2.0}, HELD),
        ({"copied": 2.0, "link_place": 1.0}, SPAM),
        ({"copied": 2.0, "learned": 1.0}, SPAM),
        ({"held_before": 2.0, "copied": 1.0}, SPAM),
    ],
)
def test_no_page_is_called_spam_on_one_witness(weights: Mapping[str, float], decision: Status) -> None:
    reasons = [Reason(rule, "So it is.", weight) for rule, weight in weights.items()]
    assert decided(0.99, reasons, history({"spam": 2}), Policy(JUDGE))[0] is decision


def test_a_score_for_which_too_little_speaks_is_told() -> None:
    _, why = decided(0.99, [Reason("copied", "It is a copy.", 9.0)], history(None), Policy(JUDGE))
    assert why[0].sentence == "Too little speaks against it to call it spam without you."


def test_a_host_that_was_approved_before_is_never_called_spam_by_a_machine() -> None:
    verdict = judge(JUNK, history({"approved": 1}), Policy(JUDGE, spam_from=0.1, approve_up_to=0.05))
    assert verdict.decision is HELD
    assert "blog.example was approved here before" in " ".join(reason.sentence for reason in verdict.reasons)


def test_one_rule_adds_no_more_than_it_may() -> None:
    reasons = judge(JUNK, history(None), Policy(JUDGE)).reasons
    assert all(abs(reason.weight) <= LOUDEST for reason in reasons if reason.rule != "learned")


def test_reasons_are_told_by_their_loudness_without_those_that_hardly_count() -> None:
    loud, low, quiet = (Reason(name, "So.", weight) for name, weight in (("a", -2.0), ("b", 1.0), ("c", QUIETEST / 2)))
    assert told([low, quiet, loud]) == [loud, low]
    assert told([quiet]) == [quiet]


def test_a_hard_rule_wins_and_says_so() -> None:
    lists = (Listed(ListedAction.TRUST, ListedKind.HOST, "best-cheap-casino-bonus.example"),)
    candidate = Candidate(JUNK.source, JUNK.target, JUNK.citation, JUNK.evidence, lists)
    verdict = judge(candidate, history({"spam": 9}), Policy(HOLD))
    assert (verdict.decision, verdict.score, len(verdict.reasons)) == (APPROVED, 0.0, 1)
    assert verdict.reasons[0].sentence == "You trust everything from best-cheap-casino-bonus.example."


def test_each_rule_stays_silent_where_it_knows_nothing() -> None:
    assert [rule(CANDIDATE, history({"gone": 1})) is None for rule in RULES].count(False) == 1
