"""Whether the text around the link is about what the link leads to.

Levels: `same` (hardly a word that the target has not), `close`, `near`, `strange` (no word in common). Strange is
told only of links in a text of some length (60 words), in the language of the target. Silent about copies: there the
target speaks of itself.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("same", "close", "near", "strange")
SAME, CLOSE, NEAR = 0.8, 0.25, 0.1  # of 1
STRANGE = 0.005
ENOUGH = 60  # words
COPIED = 0.3  # share of the target's text


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for links that stand where the target is spoken of."""
    likeness = candidate.evidence.likeness
    nearness = likeness.nearness
    if nearness is None or (likeness.copied or 0.0) >= COPIED:
        return None
    if nearness >= NEAR:
        level = "same" if nearness >= SAME else "close" if nearness >= CLOSE else "near"
        return Signal("nearness", f"The text around the link speaks of your page ({nearness:.0%} alike).", level)
    if nearness >= STRANGE or not _is_comparable(candidate):
        return None
    return Signal("nearness", "The text around the link says nothing of what your page is about.", "strange")


def _is_comparable(candidate: Candidate) -> bool:
    language = candidate.citation.language.partition("-")[0].lower()
    own = candidate.evidence.likeness.language
    return candidate.evidence.makeup.words >= ENOUGH and (not language or not own or language == own)
