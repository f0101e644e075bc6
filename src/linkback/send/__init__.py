"""The verb send: tell the pages that a post links to.

The story is in sender.py: posts.py says what a post tells, planning.py what it owes to whom, outcome.py
what an answer means for a delivery, and noting.py writes that down.
"""

from linkback.send.posts import NoSource, Post
from linkback.send.sender import Sender

__all__ = ["NoSource", "Post", "Sender"]
