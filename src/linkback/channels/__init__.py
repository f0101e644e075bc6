"""Programs that hear of mentions: webhooks, what they are owed, and how they are called.

The story is in calling.py: owing.py says which webhooks are owed a call for a piece of news, outcome.py what an
answer means, signing.py how a receiver knows that a call is ours; desk.py is what an owner does with webhooks.
"""

from linkback.channels.calling import Caller
from linkback.channels.desk import Hooks, NewHook
from linkback.channels.owing import calls_for

__all__ = ["Caller", "Hooks", "NewHook", "calls_for"]
