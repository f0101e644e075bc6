"""A host that the owner called spam, or whose mentions the owner removed, is not taken on trust."""

from linkback.core.model import Candidate, HostHistory, Signal, Status


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against a host that was marked as spam or removed here."""
    spam, removed = history.count(Status.SPAM), history.count(Status.REMOVED)
    if not spam and not removed:
        return None
    counts = ((spam, "marked as spam"), (removed, "removed"))
    decided = ", ".join(f"{count} {words}" for count, words in counts if count)
    return Signal("held_before", f"Earlier mentions by {history.host}: {decided}.")
