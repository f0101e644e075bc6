"""The learner: what an owner's decisions teach of words and features. Pure, small, deterministic.

A model starts from a shipped prior and learns from each decision. What it learned can be
unlearned exactly, told in words, written out and read back.
"""

from linkback.core.learner.lore import Lesson, Lore, dump, learned, load, unlearned
from linkback.core.learner.traits import features
from linkback.core.learner.weighing import explain, strongest, weigh
from linkback.core.learner.wording import listed

__all__ = [
    "Lesson", "Lore", "dump", "explain", "features", "learned", "listed", "load", "strongest", "unlearned", "weigh",
]  # fmt: skip
