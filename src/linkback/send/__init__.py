"""The verb send: tell the pages that a post links to.

The story is in sender.py: posts.py says what a post tells, planning.py what it owes to whom, outcome.py
what an answer means for a delivery, noting.py writes that down, and turns.py says who waits for whom.
"""

from linkback.send.planning import LEASE as DELIVERY_LEASE
from linkback.send.posts import NoSource, Post
from linkback.send.sender import Sender

__all__ = ["DELIVERY_LEASE", "NoSource", "Post", "Sender"]
