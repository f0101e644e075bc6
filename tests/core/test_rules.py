"""What the judge makes of what the rules say."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from linkback.core.model import Candidate, Citation, HostHistory, Moderation, Policy, Status
from linkback.core.rules import RULES, judge

CANDIDATE = Candidate("https://blog.example/a", "https://me.example/post", Citation())
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
HOLD, FIRST, JUDGE = Moderation.HOLD, Moderation.FIRST_TIME, Moderation.JUDGE
HELD, APPROVED = Status.HELD, Status.APPROVED


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
        ({"approved": 1, "removed": 1}, FIRST, HELD),
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
def test_the_first_policy(counts: Mapping[str, int] | None, moderation: Moderation, decision: Status) -> None:
    verdict = judge(CANDIDATE, history(counts), Policy(moderation))
    assert verdict.decision is decision
    assert 0.0 <= verdict.score <= 1.0


@pytest.mark.parametrize("counts", [None, {"held": 1}, {"approved": 1}, {"spam": 2}, {"removed": 1}])
def test_every_verdict_says_why_in_a_sentence(counts: Mapping[str, int] | None) -> None:
    reasons = judge(CANDIDATE, history(counts), Policy(FIRST)).reasons
    assert reasons
    assert all(reason.sentence.endswith(".") for reason in reasons)
    assert any("blog.example" in reason.sentence for reason in reasons)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"spam": 2, "removed": 1}, "Earlier mentions by blog.example: 2 marked as spam, 1 removed."),
        ({"removed": 1}, "Earlier mentions by blog.example: 1 removed."),
    ],
)
def test_only_what_was_decided_of_a_host_is_told_of_it(counts: Mapping[str, int], sentence: str) -> None:
    assert sentence in [reason.sentence for reason in judge(CANDIDATE, history(counts), Policy(FIRST)).reasons]


def test_a_trusted_host_scores_lower_than_a_new_one_and_a_spammer_highest() -> None:
    scores = [judge(CANDIDATE, history(counts), Policy(FIRST)).score for counts in ({"approved": 1}, None, {"spam": 1})]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


def test_a_site_that_holds_everything_says_so() -> None:
    assert judge(CANDIDATE, history({"approved": 1}), Policy(HOLD)).reasons[-1].rule == "moderation"


def test_each_rule_stays_silent_where_it_knows_nothing() -> None:
    silent = [rule(CANDIDATE, history({"approved": 1, "spam": 1})) is None for rule in RULES]
    assert any(silent)
