"""What the judge sees of the tuning set: the signals and features of each page, as its ping comes.

The host's history depends on what the judge and the owner said before. So the set is judged several times: for an
owner who decides on nothing, on a little, and on all that waits, and for one who lets the judge approve.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.owner import Judged, simulate
from bench.judge.pipeline import Read
from linkback.core import learner, rules
from linkback.core.learner import Lore
from linkback.core.model import Candidate, HostHistory, Moderation, Policy, Verdict

ALL = 1_000_000
# (decisions of the owner, how the site is moderated)
OWNERS = (
    (0, Moderation.FIRST_TIME),
    (200, Moderation.FIRST_TIME),
    (200, Moderation.JUDGE),
    (ALL, Moderation.FIRST_TIME),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A page as the judge saw it once: the keys of its signals, its features, and what it is."""

    signals: tuple[str, ...]
    features: tuple[str, ...]
    junk: bool
    family: str
    host: str


def rows_of(reads: Sequence[Read], decisions: int, moderation: Moderation) -> tuple[list[Row], list[Judged]]:
    """Return what the judge saw and said of every page, with the weights as they are."""
    seen: list[tuple[tuple[str, ...], tuple[str, ...]]] = []

    def watched(candidate: Candidate, history: HostHistory, policy: Policy, lore: Lore) -> Verdict:
        keys = tuple(signal.key for signal in rules.signals_of(candidate, history))
        seen.append((keys, tuple(learner.features(candidate))))
        # Rows are for rules and prior alone: what this owner would teach is not the same for another.
        return rules.judge(candidate, history, policy, Lore())

    judged = simulate(reads, decisions=decisions, opinion=watched, policy=Policy(moderation))
    rows = [
        Row(signals, features, one.junk, one.family, one.read.domain)
        for (signals, features), one in zip(seen, judged, strict=True)
    ]
    return rows, judged
