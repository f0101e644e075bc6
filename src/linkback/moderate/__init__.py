"""The verb moderate: a person decides what becomes of mentions, the decision lasts, and it can be taken back.

`deciding` holds what one decision does, `listing` how hosts get onto lists by one, `undoing` how it is taken back,
`moderator` what an owner works with.
"""

from linkback.moderate.deciding import STATUS_OF
from linkback.moderate.listing import TooMuchListed
from linkback.moderate.moderator import Counted, Done, HostsDone, Moderator, Undone
from linkback.storage.actions import Action, What
from linkback.storage.selection import Selection

__all__ = [
    "STATUS_OF", "Action", "Counted", "Done", "HostsDone", "Moderator", "Selection", "TooMuchListed", "Undone", "What",
]  # fmt: skip
