"""Who wrote the page, and when: honest pages often say so.

Levels: `both` (author and date), `author`, `date`. What is missing is held against nobody.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("both", "author", "date")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for pages that name their author or their date."""
    name, published = candidate.citation.author.name, candidate.citation.published
    if name and published:
        return Signal("authorship", f"The page names its author ({name}) and its date ({published:%Y-%m-%d}).", "both")
    if name:
        return Signal("authorship", f"The page names its author, {name}.", "author")
    return Signal("authorship", f"The page is dated {published:%Y-%m-%d}.", "date") if published else None
