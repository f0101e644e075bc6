"""The bench of the inbox: it asks for every view, and tells what each took."""

import json

import pytest

from bench import inbox
from bench.inbox import ALLOWED, VIEWS, Took

COUNT = 120


@pytest.fixture(scope="module")
def took() -> list[Took]:
    """What all views took with few mentions."""
    return inbox.measure(COUNT, 1)


def test_every_view_is_asked_for_and_timed(took: list[Took]) -> None:
    assert [one.view for one in took] == list(VIEWS)
    assert all(0 < one.median <= one.ninth for one in took)


def test_it_is_told_as_a_table_and_as_json(took: list[Took]) -> None:
    assert inbox.as_text(took, COUNT).count("\n") == len(VIEWS)
    told = json.loads(inbox.as_json(took, COUNT))
    assert (told["mentions"], len(told["views"])) == (COUNT, len(VIEWS))


@pytest.mark.parametrize(("median", "sound"), [(ALLOWED, True), (ALLOWED + 1, False)])
def test_it_is_sound_when_every_view_answers_in_time(median: float, sound: bool) -> None:
    assert inbox.is_sound([Took("a", 1, 1, 1), Took("b", median, median, 1)]) is sound
