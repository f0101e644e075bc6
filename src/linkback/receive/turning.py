"""What the owner is warned of: trusted hosts and approved pages that became something else. Pure."""

from linkback.core.model import HostHistory, Mention, Status
from linkback.core.rules import SPAM_FROM
from linkback.core.urls import host_of, registrable_domain
from linkback.receive.anew import TURNED, has_turned
from linkback.receive.noticing import NOFOLLOW, NOINDEX, SWAPPED


def turned_words(mention: Mention, history: HostHistory) -> str:
    """Return what to tell of a new mention of a host that was approved here and sends what looks like junk now."""
    approved = history.count(Status.APPROVED)
    if not approved or mention.status is not Status.HELD or mention.verdict is None:
        return ""
    if mention.verdict.score < SPAM_FROM:
        return ""
    return f"{history.host} was approved here {_times(approved)}, and sends what looks like junk now: {mention.source}"


def changed_words(before: Mention, after: Mention) -> str:
    """Return what to tell of an approved page that says something else or is worth less now, or has moved elsewhere."""
    if before.status is not Status.APPROVED:
        return ""
    was, now = (host_of(mention.source_page or mention.source) for mention in (before, after))
    if registrable_domain(was) != registrable_domain(now):
        return f"An approved page has moved from {was} to {now}: {before.source}"
    if before.verdict is None or after.verdict is None:
        return ""
    said = {reason.rule: reason.sentence for reason in reversed(after.verdict.reasons)}
    if after.status is Status.HELD and SWAPPED in said:
        return f"An approved page says something else now. {said[SWAPPED]} {before.source}"
    if after.status is Status.HELD and TURNED.rule in said:
        return f"An approved page has changed so much that it waits for you: {before.source}"
    if after.status is Status.APPROVED and has_turned(before.verdict, after.verdict):
        return f"A page that you approved has changed, and looks like junk now: {before.source}"
    known = {reason.sentence for reason in before.verdict.reasons}
    worse = next((said[rule] for rule in (NOFOLLOW, NOINDEX) if said.get(rule, "") not in {"", *known}), "")
    return f"An approved page gives you less than it did. {worse} {before.source}" if worse else ""


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
