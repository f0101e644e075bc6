"""How much the page says.

Levels: `bare` (under 15 words), `short` (under 60), `long` (300 and more). Replies, likes and their kind may be
short: of them only length is told. Pages that were not read as text have no words and are not judged.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("bare", "short", "long")
BARE, SHORT, LONG = 15, 60, 300  # words


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages with next to nothing on them, and for those that say much."""
    words = candidate.evidence.makeup.words
    if not words:
        return None
    if words >= LONG:
        return Signal("substance", f"The page says much: {words} words.", "long")
    if words >= SHORT or candidate.citation.kind != "mention":
        return None
    count = f"{words} words" if words != 1 else "1 word"
    return Signal("substance", f"There is little on the page: {count}.", "bare" if words < BARE else "short")
