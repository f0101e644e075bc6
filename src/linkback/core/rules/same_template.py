"""How many other domains showed a page of the same build within a month.

Levels: `some` (three), `many` (ten), `swarm` (50). Weak by itself: honest blogs share their themes.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("some", "many", "swarm")
STEPS = ((50, "swarm"), (10, "many"), (3, "some"))
LEAST = STEPS[-1][0]


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that many domains have alike."""
    hosts = candidate.evidence.company.template_hosts
    if hosts < LEAST:
        return None
    level = next(level for least, level in STEPS if hosts >= least)
    return Signal("same_template", f"Pages built just like this one came from {hosts} other domains.", level)
