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


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Tell what the page's own mark on the link is worth."""
    marks = candidate.citation.rel
    level = next((level for level in SENTENCES if level in marks), "") if marks else ""
    return Signal("rel", SENTENCES[level], level) if level else None
