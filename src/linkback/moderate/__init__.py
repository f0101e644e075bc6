"""The verb moderate: a person decides what becomes of mentions, the decision lasts, and it can be taken back.

`deciding` holds what one decision does, `undoing` how it is taken back, `moderator` what an owner works with.
"""

from linkback.moderate.deciding import STATUS_OF
from linkback.moderate.moderator import Counted, Done, Moderator, Undone
from linkback.storage.actions import Action, What
from linkback.storage.selection import Selection

__all__ = ["STATUS_OF", "Action", "Counted", "Done", "Moderator", "Selection", "Undone", "What"]
