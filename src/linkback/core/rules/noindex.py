"""A page that asks search engines to keep it out is often not meant to be read. It has no levels."""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("",)


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that search engines shall not show."""
    if not candidate.citation.noindex:
        return None
    return Signal("noindex", "The page asks search engines not to show it.")
