"""The learner: what an owner's decisions teach of words and features. Pure, small, deterministic.

A model starts from a shipped prior and learns from each decision. What it learned can be
unlearned exactly, told in words, written out and read back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from linkback.core.model import Candidate, Reason


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one decision teaches: the features of a mention, and whether its owner calls it junk."""

    features: tuple[str, ...]
    junk: bool


@dataclass(frozen=True, slots=True)
class Lore:
    """What a site's owner taught so far: how many mentions of each kind, and in how many a feature stood.

    `counts` holds (junk, honest) by feature. `version` grows with every change.
    """

    junk: int = 0
    honest: int = 0
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    version: int = 0


def features(candidate: Candidate) -> tuple[str, ...]:
    """Return what is learned from in a candidate, each once: words, and what its evidence says, in steps."""
    return ()


def weigh(found: Iterable[str], lore: Lore) -> Reason | None:
    """Return what prior and lore say of features, with those that spoke the loudest; None when nothing speaks."""
    return None


def learned(lore: Lore, lesson: Lesson) -> Lore:
    """Return a lore with one lesson more."""
    return lore


def unlearned(lore: Lore, lesson: Lesson) -> Lore:
    """Return a lore without a lesson that it learned."""
    return lore


def dump(lore: Lore) -> str:
    """Return a lore as text (JSON), the same text for the same lore."""
    return ""


def load(text: str) -> Lore:
    """Return the lore that dump() wrote; raises ValueError for anything else."""
    return Lore()
