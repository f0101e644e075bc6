"""How much of the text of the page stands in links.

Levels: `little` (under 15 %), `half` (50 % and more), `most` (80 % and more). Silent about pages under 30 words:
a short reply or like is little more than its link.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("little", "half", "most")
ENOUGH = 30  # words
LITTLE, HALF, MOST = 0.15, 0.5, 0.8


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that are made of links, and for those that are made of text."""
    makeup = candidate.evidence.makeup
    if makeup.words < ENOUGH:
        return None
    level = "most" if makeup.linked >= MOST else "half" if makeup.linked >= HALF else ""
    level = "little" if makeup.linked < LITTLE else level
    return Signal("linked_text", f"{makeup.linked:.0%} of the page's text stands in links.", level) if level else None
