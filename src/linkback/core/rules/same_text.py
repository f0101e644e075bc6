"""How many other domains showed nearly the same text within a month.

Levels: `twin` (one, which may be the author's other site), `some` (two), `many` (five and more).
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("twin", "some", "many")
STEPS = ((5, "many"), (2, "some"), (1, "twin"))
LEAST = STEPS[-1][0]


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against texts that were sent from several domains."""
    hosts = candidate.evidence.company.wording_hosts
    if hosts < LEAST:
        return None
    level = next(level for least, level in STEPS if hosts >= least)
    others = "1 other domain" if hosts == 1 else f"{hosts} other domains"
    return Signal("same_text", f"Nearly the same text came from {others}.", level)
