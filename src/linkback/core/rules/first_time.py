"""A host that no mention was approved of yet is new here, and waits for the owner once.

Levels: `new` (never seen here), `undecided` (seen, but nothing of it was approved).
"""

from linkback.core.model import Candidate, HostHistory, Signal, Status

LEVELS = ("new", "undecided")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against a host whose mentions were never approved here."""
    if history.count(Status.APPROVED):
        return None
    if not history.seen:
        return Signal("first_time", f"{history.host} has never linked here before.", "new")
    return Signal("first_time", f"No mention of {history.host} has been approved here yet.", "undecided")
