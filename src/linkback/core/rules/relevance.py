"""Whether the page as a whole is about the same as the page it links to.

Levels: `same` (nearly the words of the target, as of a rewritten copy), `close`, `related`, `faint`, `alien`.
What is far is told only of pages with text enough (60 words), in the language and writing of the target, that are no
reply, like or the like. Silent about copies: a copy is alike.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("same", "close", "related", "faint", "alien")
SAME, CLOSE, RELATED, FAINT, ALIEN = 0.6, 0.3, 0.12, 0.05, 0.02  # of 1
ENOUGH = 60  # words
COPIED = 0.3  # share of the target's text


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for pages on the target's own subject, and against those on quite another."""
    likeness = candidate.evidence.likeness
    relevance = likeness.relevance
    if relevance is None or (likeness.copied or 0.0) >= COPIED:
        return None
    if relevance >= SAME and candidate.citation.kind == "mention":
        return Signal("relevance", f"The page uses nearly the words of yours ({relevance:.0%} alike).", "same")
    if relevance >= RELATED:
        level = "close" if relevance >= CLOSE else "related"
        return Signal("relevance", f"The page is about the same as yours ({relevance:.0%} alike).", level)
    if relevance >= FAINT or not _is_comparable(candidate):
        return None
    level = "alien" if relevance < ALIEN else "faint"
    return Signal("relevance", f"The page has hardly anything to do with yours ({relevance:.0%} alike).", level)


def _is_comparable(candidate: Candidate) -> bool:
    """Tell whether a page says enough, and in words that the target could have."""
    makeup, likeness, citation = candidate.evidence.makeup, candidate.evidence.likeness, candidate.citation
    if makeup.words < ENOUGH or citation.kind != "mention":
        return False
    language = citation.language.partition("-")[0].lower()
    other = language and likeness.language and language != likeness.language
    return not other and (not makeup.script or not likeness.script or makeup.script == likeness.script)
