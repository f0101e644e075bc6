"""Learning: within a few dozen decisions an owner's own junk is told from the owner's own mentions.

The texts are made up: words that no language has, of six honest topics and eight kinds of junk, among words that all
of them share. So nothing but what the owner taught can tell them apart by their words.
"""

from itertools import product
from random import Random

import pytest

from linkback.core.learner import Lesson, Lore, features, learned, weigh
from linkback.core.model import Author, Candidate, Citation

Told = tuple[tuple[str, ...], bool]
TESTED = 60  # of each kind


class Writer:
    """Writes mentions in a language that nobody speaks."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.common = [self.word() for _ in range(1500)]
        self.topics = {False: [self.words(60) for _ in range(6)], True: [self.words(40) for _ in range(8)]}

    def word(self) -> str:
        pairs = ("".join(self.random.choice(part) for part in ("bcdfghklmnprstvz", "aeiou")) for _ in range(3))
        return "".join(pairs)

    def words(self, count: int) -> list[str]:
        return [self.word() for _ in range(count)]

    def text(self, length: int, topic: list[str]) -> str:
        """Return a text of which a quarter is of its topic; some words are far more frequent than others."""
        return " ".join(self.pick(topic if self.random.random() < 0.25 else self.common) for _ in range(length))

    def pick(self, words: list[str]) -> str:
        return words[min(int(self.random.paretovariate(0.8)), len(words)) - 1]

    def mention(self, *, junk: bool) -> Told:
        topic = self.random.choice(self.topics[junk])
        title, anchor, excerpt = (self.text(length, topic) for length in (8, 3, 30))
        citation = Citation(title, Author(self.text(2, self.common)), anchor=anchor, excerpt=excerpt, language="en")
        source = f"https://{self.pick(self.common)}.example/{self.pick(self.common)}"
        return features(Candidate(source, "https://me.example/", citation)), junk


def weight(found: tuple[str, ...], lore: Lore) -> float:
    reason = weigh(found, lore)
    return 0.0 if reason is None else reason.weight


def told_apart(lore: Lore, mentions: list[Told]) -> float:
    """Return how often junk weighs more than an honest mention (0.5: by chance)."""
    weighed = [(weight(found, lore), junk) for found, junk in mentions]
    junk, honest = ([one for one, kind in weighed if kind is wanted] for wanted in (True, False))
    return sum((one > other) + 0.5 * (one == other) for one, other in product(junk, honest)) / len(junk) / len(honest)


def taught(lessons: list[Told]) -> Lore:
    lore = Lore()
    for found, junk in lessons:
        lore = learned(lore, Lesson(found, junk))
    return lore


@pytest.mark.parametrize(("share", "by_20", "by_50"), [(0.5, 0.8, 0.9), (0.8, 0.7, 0.85), (0.2, 0.7, 0.85)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_few_dozen_decisions_tell_junk_apart(seed: int, share: float, by_20: float, by_50: float) -> None:
    writer = Writer(seed)
    unseen = [writer.mention(junk=junk) for junk in (True, False) for _ in range(TESTED)]
    lessons = [writer.mention(junk=number % 10 < 10 * share) for number in range(50)]
    assert told_apart(taught([]), unseen) == pytest.approx(0.5, abs=0.1)
    assert told_apart(taught(lessons[:20]), unseen) > by_20
    assert told_apart(taught(lessons), unseen) > by_50


@pytest.mark.parametrize("junk", [True, False])
def test_decisions_of_one_kind_do_not_turn_the_judge_against_all_others(junk: bool) -> None:
    writer = Writer(4)
    others = [writer.mention(junk=not junk) for _ in range(TESTED)]
    lore = taught([writer.mention(junk=junk) for _ in range(50)])
    moved = [weight(found, lore) - weight(found, Lore()) for found, _ in others]
    assert max(map(abs, moved)) < 1.5
    assert abs(sum(moved)) / len(moved) < 1
