"""What the world may see of a ping that was taken: one word, which tells of the link and of nothing else. Pure.

What was decided of a mention is its owner's affair, so held, approved, spam and removed are one word. Nor
does a word tell of our network: every failure without an HTTP answer is pending for the same time. A page that
tells a word ends as long after the last report as junk is kept, whatever the mention became: that junk is counted
away then is nobody's to see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from linkback.core.model import Mention, Status
from linkback.receive.noticing import GONE
from linkback.receive.source import NO_LINK, UNREACHABLE
from linkback.storage.junk import KEPT_FOR

PENDING, ACCEPTED = "pending", "accepted"
SETTLED = frozenset({Status.HELD, Status.APPROVED, Status.SPAM, Status.REMOVED})
# Counted from the ping, whatever our own tries do: the first four of them, and a restart of the other server.
UNREACHABLE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClaimState:
    """How far a ping has come: source and target as claimed, and pending, accepted, no_link, source_not_found
    or unreachable."""

    source: str
    target: str
    word: str


def word_of(mention: Mention, now: datetime) -> str:
    """Return the word for a mention: what is known of its link, as far as the world may know."""
    if mention.status in SETTLED and _may_be_there(mention):
        return ACCEPTED
    if mention.trouble == UNREACHABLE:
        return UNREACHABLE if now - last_reported(mention) >= UNREACHABLE_AFTER else PENDING
    return PENDING if mention.status is Status.RECEIVED else mention.trouble or NO_LINK


def is_told(mention: Mention, now: datetime) -> bool:
    """Tell whether the world may still see what became of a mention."""
    return now - last_reported(mention) < KEPT_FOR


def _may_be_there(mention: Mention) -> bool:
    """Tell whether a mention has its link as far as is known, in trouble or not."""
    reasons = mention.verdict.reasons if mention.verdict else ()
    lost = any(reason.rule == GONE for reason in reasons)
    return not mention.trouble or (mention.verified_at is not None and not lost)


def last_reported(mention: Mention) -> datetime:
    """Return when a mention was reported last, by whatever protocol."""
    return max((receipt.last_at for receipt in mention.receipts), default=mention.received_at)
