"""Where on its page the link stands: in what was written, or in what surrounds it.

Levels: `content` (in the text), `sidebar`, `navigation`, `header`, `footer`, `comments`, `hidden`. That it stands in
the text is told only of pages whose text was read.
"""

from linkback.core.model import Candidate, HostHistory, Signal

SENTENCES = {
    "content": "The link stands in the text of the page.",
    "sidebar": "The link stands in a sidebar.",
    "navigation": "The link stands in a menu.",
    "header": "The link stands in the head of the page.",
    "footer": "The link stands in the foot of the page.",
    "comments": "The link stands among the comments on the page.",
    "hidden": "The link is hidden from people who read the page.",
}
LEVELS = tuple(SENTENCES)
SIGNALS = {level: Signal("link_place", sentence, level) for level, sentence in SENTENCES.items()}


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for a link in the text, and against one around it."""
    place = candidate.citation.place
    return None if place == "content" and not candidate.evidence.makeup.words else SIGNALS.get(place)
