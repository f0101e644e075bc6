"""What the owner is warned of: trusted hosts and approved pages that became something else. Pure."""

from linkback.core.model import HostHistory, Mention, Status
from linkback.core.rules import SPAM_FROM
from linkback.core.urls import host_of, registrable_domain
from linkback.receive.noticing import SWAPPED


def turned_words(mention: Mention, history: HostHistory) -> str:
    """Return what to tell of a new mention of a host that was approved here and sends what looks like junk now."""
    approved = history.count(Status.APPROVED)
    if not approved or mention.status is not Status.HELD or mention.verdict is None:
        return ""
    if mention.verdict.score < SPAM_FROM:
        return ""
    return f"{history.host} was approved here {_times(approved)}, and sends what looks like junk now: {mention.source}"


def changed_words(before: Mention, after: Mention) -> str:
    """Return what to tell of an approved page that says something else now, or has moved to somebody else's domain."""
    if before.status is not Status.APPROVED:
        return ""
    was, now = (host_of(mention.source_page or mention.source) for mention in (before, after))
    if registrable_domain(was) != registrable_domain(now):
        return f"A page that you approved has moved from {was} to {now}: {before.source}"
    reasons = after.verdict.reasons if after.verdict and after.status is Status.HELD else ()
    swapped = next((reason.sentence for reason in reasons if reason.rule == SWAPPED), "")
    return f"A page that you approved says something else now. {swapped} {before.source}" if swapped else ""


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
