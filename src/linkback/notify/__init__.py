"""The verb notify: people hear of what happened to their mentions, as often as they want and no more.

`handing` says who hears of which news, `pacing` when, `digest` what a letter tells, `wording` and `writing` how;
`links` are those in it, and `notifier` does it all.
"""

from linkback.notify.handing import Handed, hand_out
from linkback.notify.links import Deed, Link, Used
from linkback.notify.notifier import Notifier
from linkback.notify.writing import Office

__all__ = ["Deed", "Handed", "Link", "Notifier", "Office", "Used", "hand_out"]
