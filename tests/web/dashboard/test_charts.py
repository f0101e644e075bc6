"""Where the parts of a picture stand: by table, and always inside it."""

import itertools
from datetime import date, timedelta

import pytest

from linkback.web.dashboard.charts import bars, chart, periods_of, top_of

LAST = date(2026, 3, 10)
TONES = {"approved": ("approved", "good"), "held": ("waiting", "warn"), "gone": ("gone", "quiet")}


def days(number: int) -> tuple[date, ...]:
    return tuple(LAST - timedelta(days=back) for back in reversed(range(number)))


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (9, 10), (11, 12), (25, 30), (99, 100), (101, 120), (999, 1000), (12345, 14000)],
)
def test_a_scale_ends_at_a_round_number_that_holds_all(most: int, top: int) -> None:
    assert top_of(most) == top


@pytest.mark.parametrize("most", [1, 7, 10, 64, 100, 365, 4096, 99_999, 1_000_000])
def test_the_middle_of_a_scale_is_a_whole_number_and_no_scale_is_mostly_empty(most: int) -> None:
    top = top_of(most)
    assert most <= top <= 2 * most
    assert top % 2 == 0


@pytest.mark.parametrize(
    ("number", "columns", "first"),
    [(1, 1, 1), (7, 7, 1), (30, 30, 1), (92, 92, 1), (98, 14, 7), (99, 15, 1), (365, 53, 1), (366, 53, 2)],
)
def test_long_spans_are_shown_by_weeks_that_end_with_the_last_day(number: int, columns: int, first: int) -> None:
    found = periods_of(days(number))
    assert (len(found), (found[0].last - found[0].first).days + 1) == (columns, first)
    assert (found[0].first, found[-1].last) == (days(number)[0], LAST)
    assert all(later.first - earlier.last == timedelta(days=1) for earlier, later in itertools.pairwise(found))


def test_columns_are_stacked_from_the_ground_up_in_the_order_of_their_tones() -> None:
    counts = {(LAST, "held"): 3, (LAST, "approved"): 5, (LAST - timedelta(days=1), "approved"): 1}
    drawn = chart("x", "X", days(2), counts, TONES)
    assert drawn.top == 8
    before, last = drawn.columns
    assert [(part.tone, part.y, part.height) for part in last.parts] == [("good", 37.5, 62.5), ("warn", 0, 37.5)]
    assert [(part.tone, part.y, part.height) for part in before.parts] == [("good", 87.5, 12.5)]
    assert last.words == "10 Mar: 5 approved, 3 waiting"
    assert before.parts[0].x + before.parts[0].width < last.parts[0].x


def test_a_kind_that_never_was_there_is_left_out_and_one_that_nobody_names_too() -> None:
    drawn = chart("x", "X", days(2), {(LAST, "held"): 1, (LAST, "unheard of"): 9}, TONES)
    assert [one.name for one in drawn.series] == ["waiting"]
    assert (drawn.total, drawn.top) == (1, 2)


def test_the_figures_leave_out_the_days_that_had_none() -> None:
    first = days(30)[0]
    drawn = chart("x", "X", days(30), {(first, "gone"): 2, (LAST, "approved"): 1}, TONES)
    assert drawn.rows == [("9 Feb", (0, 2)), ("10 Mar", (1, 0))]
    assert drawn.said == "3 from 9 Feb to 10 Mar. The most were 2: 9 Feb."
    assert drawn.ends == ("9 Feb", "10 Mar")


def test_the_counts_of_a_week_are_added_up() -> None:
    counts = {(LAST - timedelta(days=back), "held"): 1 for back in range(8)}
    drawn = chart("x", "X", days(98), counts, TONES)
    assert drawn.rows == [("25 Feb to 3 Mar", (1,)), ("4 Mar to 10 Mar", (7,))]


def test_of_nothing_there_is_an_empty_picture() -> None:
    drawn = chart("x", "X", days(7), {}, TONES)
    assert (drawn.total, drawn.series, drawn.rows) == (0, (), [])
    assert drawn.said == "None from 4 Mar to 10 Mar."
    assert not any(column.parts for column in drawn.columns)


def test_what_is_there_is_seen_beside_what_there_is_much_of() -> None:
    counts = {(LAST, "approved"): 100_000, (LAST - timedelta(days=1), "held"): 1}
    drawn = chart("x", "X", days(2), counts, TONES)
    assert all(part.height > 0.5 for column in drawn.columns for part in column.parts)
    assert all(part.y >= 0 for column in drawn.columns for part in column.parts)
    assert [bar.length for bar in bars([("a", "", 100_000), ("b", "", 1)])] == [100, 0.9]
    assert bars([]) == ()
