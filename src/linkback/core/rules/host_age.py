"""A host that has been known here for long, and never did harm, is no throw-away.

Levels: `months` (known for 30 days), `years` (for a year). Silent about hosts that were ever spam or removed here,
and where it is not known when a candidate is judged.
"""

from linkback.core.model import Candidate, HostHistory, Signal, Status

LEVELS = ("months", "years")
MONTH, YEAR = 30, 365  # days


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for a host that linked here long ago."""
    if candidate.at is None or history.first_seen is None:
        return None
    days = (candidate.at - history.first_seen).days
    if days < MONTH or history.count(Status.SPAM) or history.count(Status.REMOVED):
        return None
    level = "years" if days >= YEAR else "months"
    return Signal("host_age", f"{history.host} has been known here for {days} days.", level)
