"""Where a mention stands, and by whose decision: values, and no connection."""

from dataclasses import dataclass
from datetime import datetime

from linkback.core.model import Mention, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a mention stands, who put it there and when (None: a machine), and when it is looked at next."""

    status: Status
    decided_by: str | None
    decided_at: datetime | None
    next_look_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A mention that nobody else changes now, with when a person decided."""

    mention: Mention
    decided_at: datetime | None

    @property
    def standing(self) -> Standing:
        """Return where it stands."""
        mention = self.mention
        return Standing(mention.status, mention.decided_by, self.decided_at, mention.next_look_at)
