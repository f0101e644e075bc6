"""A host whose mentions the owner let through before is trusted."""

from linkback.core.model import Candidate, HostHistory, Signal, Status


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak for a host that stands approved here and was never spam or removed."""
    approved = history.count(Status.APPROVED)
    if not approved or history.count(Status.SPAM) or history.count(Status.REMOVED):
        return None
    return Signal("trusted_host", f"{history.host} has {_mentions(approved)} approved here.")


def _mentions(count: int) -> str:
    return "1 mention" if count == 1 else f"{count} mentions"
