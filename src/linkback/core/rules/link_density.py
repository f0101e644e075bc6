"""How many words stand on the page for each link that leads elsewhere.

Levels: `sparse` (100 words and more for each), `dense` (ten links and more, up to ten words for each), `packed` (as
many links, up to four words for each).
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("sparse", "dense", "packed")
MANY = 10  # links
SPARSE, DENSE, PACKED = 100, 10, 4  # words for each link


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that are thick with links, and for those that write."""
    makeup = candidate.evidence.makeup
    if not makeup.words or not makeup.links:
        return None
    each = makeup.words / makeup.links
    if each >= SPARSE:
        return Signal("link_density", f"The page writes {each:.0f} words for each link.", "sparse")
    if makeup.links < MANY or each > DENSE:
        return None
    level = "packed" if each <= PACKED else "dense"
    return Signal("link_density", f"The page has {makeup.links} links in no more than {makeup.words} words.", level)
