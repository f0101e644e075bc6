"""A host whose mentions were approved here before is trusted.

Levels: `once` (one mention stands approved), `some` (two to four), `often` (five and more).
"""

from linkback.core.model import Candidate, HostHistory, Signal, Status

LEVELS = ("once", "some", "often")
OFTEN = 5  # approved mentions; by then an owner knows who that is


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for a host that stands approved here and was never spam or removed."""
    approved = history.count(Status.APPROVED)
    if not approved or history.count(Status.SPAM) or history.count(Status.REMOVED):
        return None
    if approved == 1:
        return Signal("trusted_host", f"{history.host} has 1 mention approved here.", "once")
    level = "often" if approved >= OFTEN else "some"
    return Signal("trusted_host", f"{history.host} has {approved} mentions approved here.", level)
