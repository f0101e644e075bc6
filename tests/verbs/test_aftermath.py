"""What a look means for a mention: a table of moments, findings and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Citation, Mention, Status, Verdict
from linkback.receive.aftermath import changed_materially, looked_again, never_verified
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
    assert (settled.next_look_at is None) is (status is Status.GONE)


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
    ("after", "changed"),
    [
        (CITATION, False),
        (replace(CITATION, title="A walk in the high hills"), False),
        (replace(CITATION, title="Something else"), False),
        (replace(CITATION, excerpt="Something else entirely."), False),
        (Citation(title="Cheap pills", excerpt="Buy casino bonus now."), True),
        (Citation(), True),
    ],
)
def test_a_material_change_is_title_and_sentence_together(after: Citation, changed: bool) -> None:
    assert changed_materially(CITATION, after) is changed


def test_a_changed_page_is_held_with_the_reason_first() -> None:
    before = replace(MENTION, verdict=Verdict(Status.APPROVED, 0.1), decided_by="ana")
    after = Finding(status=200, citation=Citation(title="Cheap pills", excerpt="Buy casino bonus now."))
    settled = looked_again(before, after, NOW)
    assert (settled.status, settled.force) == (Status.HELD, True)
    assert settled.verdict is not None
    assert settled.verdict.reasons[0].rule == "changed"
