"""What the page does with the target, by its microformats: who marks an answer as one writes for people.

Levels: `reply`, `like`, `repost`, `bookmark`, `rsvp`. A plain mention says nothing.
"""

from linkback.core.model import Candidate, HostHistory, Signal

SENTENCES = {
    "reply": "The page is marked as a reply to yours.",
    "like": "The page is marked as a like of yours.",
    "repost": "The page is marked as a repost of yours.",
    "bookmark": "The page is marked as a bookmark of yours.",
    "rsvp": "The page is marked as an answer to your invitation.",
}
LEVELS = tuple(SENTENCES)
SIGNALS = {level: Signal("kind", sentence, level) for level, sentence in SENTENCES.items()}


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for pages that answer the target."""
    return SIGNALS.get(candidate.citation.kind)
