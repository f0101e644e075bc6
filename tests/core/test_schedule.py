"""When to look again, and when to try again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback.core.model import Status
from linkback.core.schedule import (
    DELIVERY_GAPS_MINUTES,
    GONE_GAPS,
    LONGEST_RETRY_AFTER,
    READ_GAPS_MINUTES,
    VERIFY_GAPS_MINUTES,
    next_attempt,
    next_look,
    next_poll,
    next_reading,
    next_return,
    next_try,
    next_verification,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "gap"), [(0, 1), (0.9, 1), (1, 3), (3.9, 3), (4, 7), (11, 14), (25, 30), (55, 60), (115, 90), (1000, 90)]
)
def test_an_approved_link_is_looked_at_with_growing_gaps(age: float, gap: int) -> None:
    assert next_look(Status.APPROVED, age * DAY, NOW) == NOW + gap * DAY


@pytest.mark.parametrize(("age", "gap"), [(0, 3), (3, 7), (10, 30), (400, 30)])
def test_a_held_link_is_looked_at_more_rarely(age: float, gap: int) -> None:
    assert next_look(Status.HELD, age * DAY, NOW) == NOW + gap * DAY


@pytest.mark.parametrize("status", [Status.SPAM, Status.REMOVED, Status.GONE, Status.INVALID])
def test_what_is_settled_for_good_is_not_looked_at(status: Status) -> None:
    assert next_look(status, DAY, NOW) is None


def test_what_is_gone_is_looked_at_three_times_more_with_long_gaps_and_then_never() -> None:
    gaps = [next_return(looks, NOW) for looks in range(len(GONE_GAPS) + 2)]
    assert gaps == [NOW + 7 * DAY, NOW + 30 * DAY, NOW + 90 * DAY, None, None]


def test_looks_in_vain_at_what_was_there_once_grow_rare_but_never_end() -> None:
    gaps = [next_attempt(looks, NOW) - NOW for looks in (*range(1, 20), 10**6)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == timedelta(minutes=VERIFY_GAPS_MINUTES[-1])


def test_a_source_in_trouble_may_ask_for_a_longer_gap() -> None:
    assert next_attempt(1, NOW, retry_after=7200) == NOW + timedelta(hours=2)


@pytest.mark.parametrize("tries", range(1, len(DELIVERY_GAPS_MINUTES) + 1))
def test_each_delivery_waits_longer_than_the_one_before(tries: int) -> None:
    assert next_try(tries, NOW) == NOW + timedelta(minutes=DELIVERY_GAPS_MINUTES[tries - 1])


def test_a_delivery_is_given_up_after_about_three_days() -> None:
    assert next_try(len(DELIVERY_GAPS_MINUTES) + 1, NOW) is None
    assert timedelta(days=2) < timedelta(minutes=sum(DELIVERY_GAPS_MINUTES)) < timedelta(days=4)


def test_a_verification_is_given_up_after_about_nine_days() -> None:
    assert next_verification(len(VERIFY_GAPS_MINUTES) + 1, NOW) is None
    assert timedelta(days=7) < timedelta(minutes=sum(VERIFY_GAPS_MINUTES)) < timedelta(days=10)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [(None, 60), (5, 60), (3600, 3600), (10**9, LONGEST_RETRY_AFTER.total_seconds())],
    ids=["nothing", "less than our own gap", "more", "for ever"],
)
def test_retry_after_makes_the_gap_longer_never_shorter(asked: float | None, wait: float) -> None:
    assert next_try(1, NOW, asked) == NOW + timedelta(seconds=wait)


@given(tries=st.integers(0, 100), asked=st.none() | st.floats(0, 1e12, allow_nan=False))
def test_the_next_try_always_lies_ahead(tries: int, asked: float | None) -> None:
    for again in (next_try(tries, NOW, asked), next_verification(tries, NOW, asked)):
        assert again is None or again > NOW


@pytest.mark.parametrize(
    ("failures", "minutes", "wait"),
    [(0, 15, 15), (1, 15, 30), (3, 15, 120), (7, 15, 1440), (10**6, 15, 1440), (0, 0, 1), (5, 3000, 3000)],
)
def test_a_feed_that_fails_is_asked_half_as_often_each_time_and_at_least_daily(
    failures: int, minutes: int, wait: int
) -> None:
    assert next_poll(failures, minutes, NOW) == NOW + timedelta(minutes=wait)


@pytest.mark.parametrize(
    ("retry_after", "max_age", "wait"),
    [(60, 60, 900), (7200, 0, 7200), (10**9, 0, 86400), (0, 1800, 1800), (0, 10**9, 3600), (-5, -5, 900)],
)
def test_a_feed_may_ask_for_longer_gaps_within_bounds(retry_after: float, max_age: float, wait: int) -> None:
    assert next_poll(0, 15, NOW, retry_after=retry_after, max_age=max_age) == NOW + timedelta(seconds=wait)


@pytest.mark.parametrize("tries", [1, 3, len(READ_GAPS_MINUTES), len(READ_GAPS_MINUTES) + 1, 1000])
def test_a_post_that_cannot_be_read_is_never_given_up(tries: int) -> None:
    gap = READ_GAPS_MINUTES[min(tries, len(READ_GAPS_MINUTES)) - 1]
    assert next_reading(tries, NOW) == NOW + timedelta(minutes=gap)
