"""What a look means for a mention: a table of moments, findings and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Citation, Mention, Status, Verdict
from linkback.core.schedule import GONE_GAPS
from linkback.receive.aftermath import looked_again, never_verified, validators_of
from linkback.receive.noticing import is_replaced, swaps
from linkback.receive.source import Finding

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CITATION = Citation(title="A walk in the hills", excerpt="I read this on the way home from the hills.")
MENTION = Mention(
    1, 1, "https://blog.example/a", "https://me.example/post", Status.APPROVED, NOW - 5 * DAY, CITATION, etag='"1"'
)
NO_ANSWER = Finding(Problem.SOURCE_NOT_FOUND, passing=True)


@pytest.mark.parametrize(
    ("finding", "missed", "status"),
    [
        (Finding(Problem.SOURCE_NOT_FOUND, status=410), None, Status.GONE),
        (Finding(Problem.SOURCE_NOT_FOUND, status=404), None, Status.APPROVED),
        (Finding(Problem.SOURCE_NOT_FOUND, status=404), NOW - 0.9 * DAY, Status.APPROVED),
        (Finding(Problem.SOURCE_NOT_FOUND, status=404), NOW - DAY, Status.GONE),
        (Finding(Problem.NO_LINK, status=200), None, Status.GONE),
        (Finding(Problem.NO_LINK, status=200, passing=True), None, Status.APPROVED),
        (Finding(Problem.SOURCE_TROUBLE, status=503, passing=True), NOW - 9 * DAY, Status.APPROVED),
        (Finding(Problem.SOURCE_NOT_FOUND, status=403), NOW - 9 * DAY, Status.APPROVED),
        (NO_ANSWER, NOW - 9 * DAY, Status.APPROVED),
        (replace(NO_ANSWER, late=True), None, Status.APPROVED),
        (Finding(Problem.TOO_MANY, passing=True, retry_after=5), None, Status.APPROVED),
        (Finding(status=304, unchanged=True), NOW - 9 * DAY, Status.APPROVED),
        (Finding(status=200, citation=CITATION), NOW - 9 * DAY, Status.APPROVED),
    ],
)
def test_what_removes_a_mention_and_what_never_does(finding: Finding, missed: datetime | None, status: Status) -> None:
    settled = looked_again(replace(MENTION, missed_at=missed), finding, NOW)
    assert settled.status is status
    assert settled.next_look_at is not None
    assert settled.next_look_at > NOW


@pytest.mark.parametrize("status", [Status.REMOVED, Status.SPAM])
@pytest.mark.parametrize(
    "finding",
    [
        Finding(Problem.SOURCE_NOT_FOUND, status=410),
        Finding(Problem.SOURCE_NOT_FOUND, status=404),
        Finding(Problem.NO_LINK, status=200),
        Finding(Problem.TOO_MANY, passing=True, retry_after=5),
        NO_ANSWER,
    ],
)
def test_what_a_person_took_away_stays_so_and_is_looked_at_no_more(status: Status, finding: Finding) -> None:
    settled = looked_again(replace(MENTION, status=status, decided_by="ana"), finding, NOW)
    assert (settled.status, settled.next_look_at) == (status, None)


def test_a_decision_made_while_a_first_look_failed_is_not_forced_away() -> None:
    assert not never_verified(replace(MENTION, status=Status.RECEIVED), Finding(Problem.NO_LINK, status=200), NOW).force


def test_a_good_look_forgets_the_misses() -> None:
    settled = looked_again(replace(MENTION, looks=4, missed_at=NOW - DAY), Finding(status=200, citation=CITATION), NOW)
    assert (settled.looks, settled.missed_at, settled.verified) == (0, None, True)


def test_looks_in_vain_come_more_and_more_rarely_but_never_end() -> None:
    mention, gaps = MENTION, []
    for _ in range(20):
        settled = looked_again(mention, NO_ANSWER, NOW)
        assert settled.next_look_at is not None
        gaps.append(settled.next_look_at - NOW)
        mention = replace(mention, looks=settled.looks)
    assert gaps[0] < gaps[3] < gaps[6]


def test_a_host_that_had_enough_costs_no_look() -> None:
    settled = looked_again(replace(MENTION, looks=2), Finding(Problem.TOO_MANY, passing=True, retry_after=30), NOW)
    assert (settled.looks, settled.next_look_at) == (2, NOW + timedelta(seconds=30))


@pytest.mark.parametrize(
    "finding", [Finding(Problem.TOO_MANY, passing=True), Finding(Problem.TARGET_NOT_FOUND, passing=True)]
)
def test_a_look_that_never_came_to_the_source_leaves_what_the_last_one_found(finding: Finding) -> None:
    received = replace(MENTION, status=Status.RECEIVED, trouble="unreachable")
    assert never_verified(received, finding, NOW).trouble == "unreachable"


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (Finding(Problem.NO_LINK, status=200), Status.INVALID),
        (Finding(Problem.SOURCE_NOT_FOUND, status=404), Status.INVALID),
        (Finding(Problem.TARGET_NOT_FOUND, status=404), Status.INVALID),
        (Finding(Problem.SOURCE_TROUBLE, status=503, passing=True), Status.RECEIVED),
        (NO_ANSWER, Status.RECEIVED),
    ],
)
def test_what_was_never_verified_is_tried_again_or_given_up(finding: Finding, status: Status) -> None:
    received = replace(MENTION, status=Status.RECEIVED, verdict=None)
    assert never_verified(received, finding, NOW).status is status


def test_what_is_never_there_is_given_up_in_the_end() -> None:
    mention = replace(MENTION, status=Status.RECEIVED)
    for _ in range(20):
        settled = never_verified(mention, NO_ANSWER, NOW)
        mention = replace(mention, status=settled.status, looks=settled.looks)
        if settled.status is Status.INVALID:
            break
    assert mention.status is Status.INVALID


@pytest.mark.parametrize(
    ("after", "replaced"),
    [
        (CITATION, []),
        (replace(CITATION, title="A walk in the high hills"), []),
        (replace(CITATION, title=""), []),
        (replace(CITATION, excerpt=""), []),
        (replace(CITATION, title="Something else"), ["title"]),
        (replace(CITATION, excerpt="Buy casino bonus now."), ["text around the link"]),
        (Citation(title="Cheap pills", excerpt="Buy casino bonus now."), ["title", "text around the link"]),
    ],
)
def test_title_and_text_are_each_replaced_by_themselves(after: Citation, replaced: list[str]) -> None:
    reasons = swaps(CITATION, after)
    assert [reason.sentence.partition(" was replaced")[0].removeprefix("The ") for reason in reasons] == replaced


ANSWER = replace(CITATION, kind="reply", content="I agree with every word of this.")


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        (ANSWER, replace(ANSWER, content="I agree with every word of this, and more."), False),
        (ANSWER, replace(ANSWER, content="Buy casino bonus now."), True),
        (ANSWER, replace(ANSWER, content="I agree with every word of this. " + " ".join(map(str, range(99)))), True),
        (ANSWER, CITATION, False),
        (CITATION, ANSWER, True),
        (CITATION, replace(ANSWER, content=CITATION.excerpt), False),
    ],
)
def test_the_text_of_an_answer_is_shown_and_may_not_be_replaced_either(
    before: Citation, after: Citation, replaced: bool
) -> None:
    assert [reason.sentence.partition(":")[0] for reason in swaps(before, after)] == (
        ["The text was replaced"] if replaced else []
    )


def test_what_appears_was_not_there_to_be_replaced() -> None:
    assert swaps(Citation(), CITATION) == ()


def test_a_page_of_which_nothing_is_left_says_something_else() -> None:
    assert [reason.sentence for reason in swaps(CITATION, Citation())] == [
        "Title and text are gone: “A walk in the hills”."
    ]


def test_the_reason_names_both_versions_and_shortens_them() -> None:
    long = replace(CITATION, title="Pills " * 60)
    [reason] = swaps(CITATION, long)
    assert reason.sentence.startswith("The title was replaced: “A walk in the hills” became “Pills Pills")
    assert "…" in reason.sentence
    assert len(reason.sentence) < 200


@pytest.mark.parametrize(
    ("was", "now", "replaced"),
    [
        ("one two three", "one two four", False),
        ("one two three", "one four five", True),
        ("One, two!", "ONE two", False),
        ("山を歩いた一日の記録", "山を歩いた半日の記録", False),
        ("山を歩いた一日の記録", "カジノの入金ボーナス", True),
        ("(3) Inbox", "(4) Inbox", False),
        ("!!!", "???", False),
    ],
)
def test_fewer_than_a_third_of_the_words_in_common_is_another_text(was: str, now: str, replaced: bool) -> None:
    assert is_replaced(was, now) is replaced


def test_a_changed_page_is_held_with_the_reason_first() -> None:
    before = replace(MENTION, verdict=Verdict(Status.APPROVED, 0.1), decided_by="ana")
    after = Finding(status=200, citation=Citation(title="Cheap pills", excerpt="Buy casino bonus now."))
    settled = looked_again(before, after, NOW)
    assert (settled.status, settled.force) == (Status.HELD, True)
    assert settled.verdict is not None
    assert settled.verdict.reasons[0].rule == "changed"


def test_a_reason_stands_there_once_however_often_a_page_changes() -> None:
    mention = replace(MENTION, verdict=Verdict(Status.APPROVED, 0.1))
    for title in ("Cheap pills", "Casino bonus", "Fast loans"):
        settled = looked_again(mention, Finding(status=200, citation=replace(CITATION, title=title)), NOW)
        assert settled.verdict is not None
        assert [reason.rule for reason in settled.verdict.reasons] == ["changed"]
        mention = replace(mention, citation=replace(CITATION, title=title), verdict=settled.verdict)


def test_what_is_gone_is_looked_at_a_few_times_more_and_then_never() -> None:
    mention, gaps = MENTION, []
    for _ in range(len(GONE_GAPS) + 1):
        settled = looked_again(mention, Finding(Problem.SOURCE_NOT_FOUND, status=410), NOW)
        gaps.append(settled.next_look_at and (settled.next_look_at - NOW).days)
        mention = replace(mention, status=settled.status, looks=settled.looks)
    assert gaps == [*GONE_GAPS, None]


@pytest.mark.parametrize(
    ("status", "verified", "asked"),
    [
        (Status.APPROVED, True, '"1"'),
        (Status.HELD, True, '"1"'),
        (Status.REMOVED, True, '"1"'),
        (Status.GONE, True, None),
        (Status.RECEIVED, True, None),
        (Status.INVALID, True, None),
        (Status.HELD, False, None),
    ],
)
def test_not_changed_is_an_answer_only_where_the_link_was_there_last(
    status: Status, verified: bool, asked: str | None
) -> None:
    mention = replace(MENTION, status=status, verified_at=NOW if verified else None)
    assert validators_of(mention) == (asked, None)


def test_a_second_miss_is_waited_for_no_longer_than_a_day_however_often_it_is_sent_again() -> None:
    missed = replace(MENTION, missed_at=NOW - 0.9 * DAY)
    settled = looked_again(missed, Finding(Problem.SOURCE_NOT_FOUND, status=404), NOW)
    assert (settled.missed_at, settled.next_look_at) == (missed.missed_at, NOW + 0.1 * DAY)


@pytest.mark.parametrize(
    ("finding", "trouble"),
    [
        (Finding(Problem.NO_LINK, status=200), "no_link"),
        (Finding(Problem.SAME_PAGE, status=200), "no_link"),
        (Finding(Problem.SOURCE_NOT_FOUND, status=404), "source_not_found"),
        (Finding(Problem.SOURCE_TROUBLE, status=503, passing=True), "unreachable"),
        (NO_ANSWER, "unreachable"),
        (replace(NO_ANSWER, late=True), "unreachable"),
        (Finding(status=304, unchanged=True), ""),
        (Finding(status=200, citation=CITATION), ""),
        (Finding(Problem.TOO_MANY, passing=True), "source_not_found"),
    ],
)
def test_the_trouble_of_the_last_look_is_kept_in_a_word(finding: Finding, trouble: str) -> None:
    assert looked_again(replace(MENTION, trouble="source_not_found"), finding, NOW).trouble == trouble
