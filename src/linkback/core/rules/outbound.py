"""To how many other sites the page links.

Levels: `one` (the target's own, as a rule), `few` (up to nine, in a text of at least 60 words), `several` (ten),
`many` (20), `crowd` (40), `swarm` (100).
Honest lists of links lead to many sites too: how thick the links stand is for link_density to say.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("one", "few", "several", "many", "crowd", "swarm")
STEPS = ((100, "swarm"), (40, "crowd"), (20, "many"), (10, "several"))  # other sites
ENOUGH = 60  # words


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that link everywhere, and for those that choose."""
    makeup = candidate.evidence.makeup
    if not makeup.hosts:
        return None
    level = next((level for least, level in STEPS if makeup.hosts >= least), "")
    if makeup.hosts == 1:
        return Signal("outbound", "The page links to one other site only.", "one")
    if not level and makeup.words < ENOUGH:
        return None
    return Signal("outbound", f"The page has {makeup.links} links to {makeup.hosts} other sites.", level or "few")
