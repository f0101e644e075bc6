"""Where a mention stands, and how a site treats what the rules let through."""

from enum import StrEnum


class Status(StrEnum):
    """Where a mention stands."""

    RECEIVED = "received"
    HELD = "held"
    APPROVED = "approved"
    SPAM = "spam"
    REMOVED = "removed"
    GONE = "gone"
    INVALID = "invalid"


class Moderation(StrEnum):
    """How a site treats what the rules let through."""

    HOLD = "hold"
    FIRST_TIME = "first-time"
    JUDGE = "judge"
