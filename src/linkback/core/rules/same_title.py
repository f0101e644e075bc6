"""A page that bears the title of the page it links to is often a copy of it. It has no levels.

Silent about replies, likes and their kind: programs name those for what they answer.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("",)


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages with the target's own title."""
    if not candidate.evidence.likeness.same_title or candidate.citation.kind != "mention":
        return None
    return Signal("same_title", "The page has the same title as yours.")
