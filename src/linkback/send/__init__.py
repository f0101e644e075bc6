"""The verb send: tell the pages that a post links to.

The story is in sender.py; what an answer means for a delivery is in outcome.py.
"""

from linkback.send.sender import NoSource, Post, Sender

__all__ = ["NoSource", "Post", "Sender"]
