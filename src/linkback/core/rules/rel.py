"""What the page says of the link to search engines.

Levels: `sponsored` (paid for), `ugc` (left by a visitor), `nofollow` (not vouched for). The first that holds is told.
"""

from linkback.core.model import Candidate, HostHistory, Signal

SENTENCES = {
    "sponsored": "The page marks the link as paid for (sponsored).",
    "ugc": "The page marks the link as left there by a visitor (ugc).",
    "nofollow": "The page does not vouch for the link (nofollow).",
}
LEVELS = tuple(SENTENCES)
SIGNALS = {level: Signal("rel", sentence, level) for level, sentence in SENTENCES.items()}


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Tell what the page's own mark on the link is worth."""
    marks = candidate.citation.rel
    return next((signal for level, signal in SIGNALS.items() if level in marks), None) if marks else None
