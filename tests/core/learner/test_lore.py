"""Lore: lessons are counted, in whatever order, and what was learned is unlearned exactly."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.learner import Lesson, Lore, dump, learned, load, lore, unlearned

FEATURES = st.lists(st.sampled_from([f"w:{letter}" for letter in "abcdefgh"]), unique=True).map(tuple)
LESSONS = st.builds(Lesson, FEATURES, st.booleans())
SCHOOLS = st.lists(LESSONS, max_size=6)


def taught(*lessons: Lesson) -> Lore:
    known = Lore()
    for lesson in lessons:
        known = learned(known, lesson)
    return known


def test_a_lesson_is_counted_by_its_kind() -> None:
    known = taught(Lesson(("w:casino", "w:post"), True), Lesson(("w:post",), False))
    assert known == Lore(1, 1, {"w:casino": (1, 0), "w:post": (1, 1)})


@settings(max_examples=30)
@given(SCHOOLS, LESSONS)
def test_what_was_learned_is_unlearned_exactly(school: list[Lesson], lesson: Lesson) -> None:
    known = taught(*school)
    assert unlearned(learned(known, lesson), lesson) == known


@settings(max_examples=30)
@given(SCHOOLS, st.randoms(use_true_random=False))
def test_the_order_of_lessons_is_of_no_matter(school: list[Lesson], random: Random) -> None:
    mixed = random.sample(school, len(school))
    assert taught(*mixed) == taught(*school)
    assert dump(taught(*mixed)) == dump(taught(*school))


@settings(max_examples=30)
@given(SCHOOLS)
def test_a_lore_is_written_and_read_back(school: list[Lesson]) -> None:
    known = taught(*school)
    assert load(dump(known)) == known
    assert dump(load(dump(known))) == dump(known)


def test_a_lore_reads_as_counts_by_feature() -> None:
    known = taught(Lesson(("w:post", "w:casino"), True), Lesson(("w:post",), False))
    assert dump(known) == '{"junk":1,"honest":1,"features":{"w:casino":[1,0],"w:post":[1,1]}}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"junk":1}', "nothing", '{"junk":1,"honest":1,"features":{"w:a":[1]}}'),
        *(f'{{"junk":{count},"honest":1,"features":{{}}}}' for count in ("-1", "1.5", '"1"', "null", 1 << 40)),
        *(f'{{"junk":1,"honest":1,"features":{{"{name}":[1,0]}}}}' for name in ("", "two words", "w:" + "a" * 99)),
        '{"junk":1,"honest":1,"features":{"w:a":[-1,0]}}',
    ],
)
def test_anything_else_is_no_lore(text: str) -> None:
    with pytest.raises(ValueError, match="not what a judge learned"):
        load(text)


def test_what_was_never_learned_is_unlearned_without_harm() -> None:
    assert unlearned(Lore(), Lesson(("w:casino",), True)) == Lore()
    known = taught(Lesson(("w:casino",), True))
    assert unlearned(known, Lesson(("w:casino", "w:other"), False)) == known


def school(size: int) -> Lore:
    """Return a lore that met one feature in each lesson, and as many rare ones as its lessons hold."""
    lessons = [
        Lesson(("w:always", *(f"w:{number}x{one}" for one in range(79))), number % 2 == 0) for number in range(size)
    ]
    return taught(*lessons)


def test_a_lore_stays_bounded_and_keeps_what_is_frequent() -> None:
    known = school(120)
    assert len(known.counts) <= lore.MOST_FEATURES
    assert (known.junk, known.honest, known.counts["w:always"]) == (60, 60, (60, 60))
    assert dump(known) == dump(school(120))


def test_a_lore_from_elsewhere_is_bounded_too() -> None:
    wide = Lore(1, 0, {f"w:{number}": (1, 0) for number in range(lore.MOST_FEATURES + 1)})
    assert len(load(dump(wide)).counts) == lore.KEPT


def test_a_feature_that_is_new_to_a_full_lore_may_come_back() -> None:
    full = Lore(50, 50, {f"w:{number}": (1, 1) for number in range(lore.MOST_FEATURES)})
    once = learned(full, Lesson(("w:first",), True))
    twice = learned(learned(once, Lesson(("w:again",), True)), Lesson(("w:again",), True))
    assert len(once.counts) == lore.KEPT
    assert twice.counts["w:again"] == (2, 0)
