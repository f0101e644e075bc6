"""The verb rule: an owner says what is blocked, held, trusted or muted, and sees what that would have done.

`proposals` is what rules may say and how they stand in a file, `trial` weighs them against what came so far,
`keeper` reads and writes them.
"""

from linkback.rulebook.keeper import Rulebook, with_entry
from linkback.rulebook.proposals import BadRule, Proposal, entry, written
from linkback.rulebook.trial import Trial, Tried

__all__ = ["BadRule", "Proposal", "Rulebook", "Trial", "Tried", "entry", "with_entry", "written"]
