"""How much of the target's own text stands on the page.

Levels: `part` (30 % and more), `half` (50 %), `whole` (80 %). Silent about replies, likes and their kind, which often
repeat in full what they answer.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("part", "half", "whole")
STEPS = ((0.8, "whole"), (0.5, "half"), (0.3, "part"))  # a quotation is less
LEAST = STEPS[-1][0]


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that repeat what they link to."""
    copied = candidate.evidence.likeness.copied
    if copied is None or copied < LEAST or candidate.citation.kind != "mention":
        return None
    level = next(level for least, level in STEPS if copied >= least)
    return Signal("copied", f"This page copies {100 * copied:.0f} % of your article.", level)
