"""A host that was called spam here, or whose mentions were removed, is not taken on trust.

Levels: `mixed` (at least as many of its mentions stand approved), `once` (one was taken away), `often` (several).
"""

from linkback.core.model import Candidate, HostHistory, Signal, Status

LEVELS = ("mixed", "once", "often")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against a host that was marked as spam or removed here."""
    spam, removed = history.count(Status.SPAM), history.count(Status.REMOVED)
    if not spam and not removed:
        return None
    counts = ((spam, "marked as spam"), (removed, "removed"))
    decided = ", ".join(f"{count} {words}" for count, words in counts if count)
    mixed = history.count(Status.APPROVED) >= spam + removed
    level = "mixed" if mixed else "once" if spam + removed == 1 else "often"
    return Signal("held_before", f"Earlier mentions by {history.host}: {decided}.", level)
