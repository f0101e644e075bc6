"""To how many other sites the page links.

Levels: `few` (up to five, in a text of at least 60 words), `several` (ten), `many` (30), `crowd` (100).
Honest lists of links lead to many sites too: how thick the links stand is for link_density to say.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("few", "several", "many", "crowd")
STEPS = ((100, "crowd"), (30, "many"), (10, "several"))  # other sites
FEW = 5
ENOUGH = 60  # words


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that link everywhere, and for those that choose."""
    makeup = candidate.evidence.makeup
    if not makeup.hosts:
        return None
    level = next((level for least, level in STEPS if makeup.hosts >= least), "")
    if not level and makeup.hosts <= FEW and makeup.words >= ENOUGH:
        level = "few"
    if not level:
        return None
    links = f"{makeup.links} links" if makeup.links != 1 else "1 link"
    sites = f"{makeup.hosts} other sites" if makeup.hosts != 1 else "1 other site"
    return Signal("outbound", f"The page has {links} to {sites}.", level)
