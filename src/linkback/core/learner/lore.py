"""Lessons and lore: how often a feature stood in junk and in honest mentions, by an owner's decisions. Pure counting.

Counts are all there is: so the order of lessons is of no matter, what was learned can be unlearned exactly, and the
same lessons make the same text. That holds for as long as no feature had to be dropped (see KEPT).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

Counts = dict[str, tuple[int, int]]

# A hundred decisions or so meet that many; as text about 80 KB, in memory 0.7 MB.
MOST_FEATURES = 4000
# To how many they are cut down. Room is left, since a feature that is new must live until it is met again.
KEPT = 3000
LONGEST_FEATURE = 64  # characters
MOST_COUNTED = 1 << 31  # mentions; nobody decides on more, and whatever is counted can be reckoned with


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one decision teaches: the features of a mention, and whether its owner calls it junk."""

    features: tuple[str, ...]
    junk: bool


@dataclass(frozen=True, slots=True)
class Lore:
    """What a site's owner taught so far: how many mentions of each kind, and in how many a feature stood.

    `counts` holds (junk, honest) by feature, never two zeros. `version` grows with every change that is kept; it
    says nothing of what was learned, and is not compared.
    """

    junk: int = 0
    honest: int = 0
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class _Written:
    """A lore as it stands in JSON: (junk, honest) by feature."""

    junk: int
    honest: int
    features: Counts


def learned(lore: Lore, lesson: Lesson) -> Lore:
    """Return a lore with one lesson more. The rarest features are dropped when it knows too many."""
    counts = _moved(lore.counts, lesson, 1)
    kept = counts if len(counts) <= MOST_FEATURES else _commonest(counts)
    return Lore(lore.junk + lesson.junk, lore.honest + (not lesson.junk), kept, lore.version)


def unlearned(lore: Lore, lesson: Lesson) -> Lore:
    """Return a lore without a lesson that it learned. What it does not know (any more) is left alone."""
    junk, honest = lore.junk - lesson.junk, lore.honest - (not lesson.junk)
    return Lore(max(0, junk), max(0, honest), _moved(lore.counts, lesson, -1), lore.version)


def dump(lore: Lore) -> str:
    """Return a lore as text (JSON), the same text for the same lore."""
    features = dict(sorted(lore.counts.items()))
    return msgspec.json.encode(_Written(lore.junk, lore.honest, features)).decode()


def load(text: str) -> Lore:
    """Return the lore that dump() wrote, its version 0; raises ValueError for anything else."""
    try:
        written = msgspec.json.decode(text, type=_Written)
    except msgspec.MsgspecError as error:
        raise ValueError(f"This is not what a judge learned: {error}") from error
    told = [(written.junk, written.honest), *written.features.values()]
    if not all(min(pair) >= 0 and max(pair) < MOST_COUNTED for pair in told):
        raise ValueError(f"This is not what a judge learned: counts are whole numbers from 0 to {MOST_COUNTED - 1}.")
    if not all(map(_is_feature, written.features)):
        raise ValueError("This is not what a judge learned: a feature is one word, such as w:casino.")
    counts = {feature: pair for feature, pair in written.features.items() if any(pair)}
    return Lore(written.junk, written.honest, counts if len(counts) <= MOST_FEATURES else _commonest(counts))


def _moved(counts: Mapping[str, tuple[int, int]], lesson: Lesson, step: int) -> Counts:
    moved, by_junk, by_honest = dict(counts), step * lesson.junk, step * (not lesson.junk)
    for feature in lesson.features:
        junk, honest = moved.get(feature, (0, 0))
        pair = max(0, junk + by_junk), max(0, honest + by_honest)
        if any(pair):
            moved[feature] = pair
        else:
            moved.pop(feature, None)
    return moved


def _commonest(counts: Counts) -> Counts:
    """Return the KEPT most frequent; of equal ones those that differ most by kind, then by a mix of all prefixes."""

    def rank(feature: str) -> tuple[int, int, str]:
        junk, honest = counts[feature]
        return -junk - honest, -abs(junk - honest), feature[::-1]

    return {feature: counts[feature] for feature in sorted(counts, key=rank)[:KEPT]}


def _is_feature(text: str) -> bool:
    return 0 < len(text) <= LONGEST_FEATURE and text.split() == [text]
