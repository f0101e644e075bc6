"""What the link itself says.

Levels: `empty` (nothing to read: an image, or no text at all), `address` (a bare address), `own_title` (the title of
the page it stands on), `selling` (one word of what is sold by links), `stuffed` (several of them).
"Click here" and whatever else people write in links says nothing.
"""

import re

from linkback.core.model import Candidate, HostHistory, Signal
from linkback.core.vocabulary import quoted, selling

LEVELS = ("empty", "address", "own_title", "selling", "stuffed")
STUFFED = 3  # words that sell; an honest sentence has one or two by chance
LONGEST_NAME = 60  # characters; what a link calls a page, not a sentence that stands in it

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against links that name goods, and tell of those that name nothing."""
    text = candidate.citation.anchor.strip()
    if not text:
        return Signal("anchor_text", "The link has no text.", "empty") if candidate.evidence.makeup.words else None
    loud, soft = selling(text)
    if (loud and len(loud) + len(soft) > 1) or (len(soft) >= STUFFED and len(text) <= LONGEST_NAME):
        return Signal("anchor_text", f"The link advertises: {quoted(loud + soft)}.", "stuffed")
    if loud:
        return Signal("anchor_text", f"The link names what is often advertised by links: {quoted(loud)}.", "selling")
    if _ADDRESS.fullmatch(text):
        return Signal("anchor_text", "The link shows only an address.", "address")
    if text.casefold() == candidate.citation.title.strip().casefold():
        return Signal("anchor_text", "The link has the title of its own page as its text.", "own_title")
    return None
