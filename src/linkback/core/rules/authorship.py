"""Who wrote the page, and when: honest pages often say so.

Levels: `both` (author and date), `author`, `date`. What is missing is held against nobody.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("both", "author", "date")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for pages that name their author or their date."""
    name, published = candidate.citation.author.name, candidate.citation.published
    if published is None:
        return Signal("authorship", f"The page names its author, {name}.", "author") if name else None
    day = published.date().isoformat()
    if name:
        return Signal("authorship", f"The page names its author ({name}) and its date ({day}).", "both")
    return Signal("authorship", f"The page is dated {day}.", "date")
