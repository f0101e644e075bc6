"""Weighing: what prior and lore say, held in bounds, and told in words that an owner understands."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.learner import Lesson, Lore, explain, learned, prior, strongest, traits, weigh, weighing, wording
from linkback.core.learner.words import words_of

JUNK = ("w:casino", "w:bonus", "w:spins", "w:deposit", "h:bet", "place:comments", "lang:en")
HONEST = ("w:sourdough", "w:flour", "w:oven", "w:crust", "h:kitchen", "place:content", "lang:en")
NEW = ("w:zeppelin", "w:umbrella", "place:content", "lang:en")


def taught(junk: int, honest: int, junk_features: tuple[str, ...] = JUNK) -> Lore:
    known = Lore()
    for features, is_junk, times in ((junk_features, True, junk), (HONEST, False, honest)):
        for _ in range(times):
            known = learned(known, Lesson(features, is_junk))
    return known


def weight(features: tuple[str, ...], known: Lore) -> float:
    reason = weigh(features, known)
    return 0.0 if reason is None else reason.weight


def lesson_of(features: tuple[str, ...], known: Lore) -> float:
    """Return what was taught of features, without what is known of them in general."""
    return weight(features, known) - weight(features, Lore())


def test_nothing_is_said_of_what_nobody_knows() -> None:
    assert weigh(("w:zeppelin", "w:umbrella"), Lore()) is None
    assert weigh((), taught(9, 9)) is None


def test_general_experience_speaks_before_anything_was_taught() -> None:
    assert weight(JUNK, Lore()) > 1
    assert weight(("w:sourdough", "w:thanks", "kind:reply"), Lore()) < -1


def test_what_an_owner_taught_speaks_more_with_every_decision() -> None:
    weights = [lesson_of(JUNK, taught(count, count)) for count in (0, 1, 3, 10, 30, 90)]
    assert weights == sorted(weights)
    assert weights[0] == 0
    assert weights[3] > 2


def test_an_owner_outvotes_general_experience() -> None:
    casino = ("w:casino", "w:casinos", "w:poker", "w:roulette", "h:casino", "w:slots", "w:jackpot")
    known = Lore()
    for number in range(40):
        known = learned(known, Lesson((casino, JUNK_OF_BAKERS)[number % 2], number % 2 == 1))
    assert weight(casino, Lore()) > 2.5
    assert weight(casino, known) < 0


JUNK_OF_BAKERS = ("w:pills", "w:cheap", "w:viagra", "h:pharma", "w:order")


@pytest.mark.parametrize("features", [JUNK, HONEST, NEW])
@pytest.mark.parametrize("junk", [True, False])
def test_one_decision_moves_little(features: tuple[str, ...], junk: bool) -> None:
    for known in (Lore(), taught(10, 10), taught(5, 0), taught(0, 5)):
        after = learned(known, Lesson(features, junk))
        for mention in (JUNK, HONEST, NEW):
            moved = abs(weight(mention, after) - weight(mention, known))
            assert moved < (1.5 if mention == features else 0.6)


@pytest.mark.parametrize(("junk", "honest"), [(30, 0), (0, 30)])
def test_decisions_of_one_kind_say_little_of_what_shares_nothing_but_the_ordinary(junk: int, honest: int) -> None:
    known = taught(junk, honest)
    assert abs(lesson_of(NEW, known)) < 0.1
    assert abs(lesson_of((*NEW, "place:comments", "kind:mention"), known)) < 0.1


def test_decisions_of_one_kind_say_something_of_what_shares_their_words() -> None:
    assert 0.3 < lesson_of(JUNK, taught(30, 0)) < 2
    assert -2 < lesson_of(HONEST, taught(0, 30)) < -0.3


def test_how_often_an_owner_marks_junk_says_nothing() -> None:
    known = taught(40, 5)
    assert lesson_of(("w:zeppelin", "w:umbrella"), known) == 0
    assert lesson_of(HONEST, known) < -0.5


FEATURES = st.lists(st.sampled_from([*prior.PRIOR, *JUNK, *HONEST]), unique=True, max_size=80).map(tuple)


@settings(max_examples=30)
@given(FEATURES, st.integers(0, 500), st.integers(0, 500))
def test_prior_and_lore_stay_within_their_bounds(features: tuple[str, ...], junk: int, honest: int) -> None:
    counts = dict.fromkeys(JUNK, (junk, 0)) | dict.fromkeys(HONEST, (0, honest))
    known = Lore(junk, honest, {name: pair for name, pair in counts.items() if any(pair)})
    assert abs(weight(features, Lore())) <= weighing.PRIOR_MOST
    assert abs(lesson_of(features, known)) <= weighing.LORE_MOST + 0.1  # what is too little to be told


@settings(max_examples=30)
@given(FEATURES)
def test_what_is_explained_adds_up_to_the_whole(features: tuple[str, ...]) -> None:
    known = taught(8, 12)
    parts = explain(features, known)
    assert sum(part[1] for part in parts) == pytest.approx(weight(features, known), abs=0.06)
    assert {part[0] for part in parts} <= set(features)
    assert [abs(part[1]) for part in parts] == sorted((abs(part[1]) for part in parts), reverse=True)


@settings(max_examples=20)
@given(FEATURES, st.randoms(use_true_random=False))
def test_the_order_of_features_is_of_no_matter(features: tuple[str, ...], random: Random) -> None:
    known = taught(8, 12)
    mixed = tuple(random.sample(features, len(features)))
    one, other = weigh(features, known), weigh(mixed, known)
    assert (one and one.sentence) == (other and other.sentence)
    assert (one.weight if one else 0) == pytest.approx(other.weight if other else 0, abs=0.002)


def test_a_reason_names_what_spoke_the_loudest_and_who_says_so() -> None:
    known = taught(12, 12, ("w:zeppelin", "w:umbrella", "place:header"))
    reason = weigh(("w:zeppelin", "w:umbrella", "place:header", "w:flour", "w:casino"), known)
    assert reason is not None
    assert reason.rule == "learned"
    assert reason.sentence == (
        'Like junk in general: the word "casino"; '
        'like junk you marked: the words "zeppelin", "umbrella", a link in the header; '
        'like mentions you approved: the word "flour".'
    )


@pytest.mark.parametrize(
    ("junk", "told"),
    [(True, "Many small things that are common in junk."), (False, "Many small things of honest mentions.")],
)
def test_small_things_are_told_as_such(junk: bool, told: str) -> None:
    features = tuple(f"w:{letter}" for letter in "abcdefgh")
    known = Lore(20, 20, dict.fromkeys(features, (11, 10) if junk else (10, 11)))
    reason = weigh(features, known)
    assert reason is not None
    assert reason.sentence == told


@pytest.mark.parametrize(
    ("feature", "told"),
    [
        ("place:comments", "a link in the comments"),
        ("lang:ru", "a page in Russian"),
        ("lang:tlh", 'a page in the language "tlh"'),
        ("script:Cyrillic", "Cyrillic letters"),
        ("tld:top", "a host under .top"),
        ("h:casino", '"casino" in the name of the host'),
        ("p:tag", '"tag" in the address'),
    ],
)
def test_what_is_no_word_is_told_in_words(feature: str, told: str) -> None:
    assert wording.phrase(feature) == told


def test_every_step_has_words_of_its_own() -> None:
    documented = {
        f"{name}:{step}"
        for line in (traits.__doc__ or "").splitlines()
        for part in line.split("    ")
        if (words := part.split()) and words[0] in STEPPED
        for name in words[:1]
        for step in words[1:]
    }
    assert "links:farm" in documented
    assert documented - {"title:same"} <= set(wording.PHRASES)


STEPPED = {
    "rel",
    "text",
    "author",
    "date",
    "sign",
    "scheme",
    "path",
    "via",
    "words",
    "links",
    "hosts",
    "linked",
    "rush",
}


def test_the_prior_knows_a_feature_once_and_by_a_name_it_may_have() -> None:
    named = [
        f"{prefix}{name}"
        for prefix, table in (
            ("w:", prior.WORDS),
            ("h:", prior.HOST_WORDS),
            ("p:", prior.PATH_WORDS),
            ("", prior.TRAITS),
        )
        for names in table.values()
        for name in names.split()
    ]
    assert sorted(named) == sorted(set(named)) == sorted(prior.PRIOR)
    prefixes = ("w:", "h:", "p:", "tld:", "lang:", "script:")
    assert [name for name in named if not name.startswith(prefixes) and name not in wording.PHRASES] == []


def test_the_words_of_the_prior_are_such_as_are_read() -> None:
    words = [word for names in prior.WORDS.values() for word in names.split()]
    assert [word for word in words if list(words_of(word)) != [word]] == []


def test_what_was_taught_is_told_of_each_side_the_loudest_first() -> None:
    lore = Lore(
        20, 20, {"w:pills": (12, 0), "w:cheap": (6, 0), "w:the": (10, 10), "w:garden": (0, 9), "tld:top": (4, 1)}
    )
    junk, honest = strongest(lore, 2)
    assert junk == ("w:pills", "w:cheap")
    assert honest == ("w:garden",)


@pytest.mark.parametrize("lore", [Lore(), Lore(5, 5, {"w:the": (3, 3)})])
def test_where_nothing_speaks_nothing_is_told(lore: Lore) -> None:
    assert strongest(lore, 10) == ((), ())
