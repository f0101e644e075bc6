"""The verb watch: follow the feeds of one's own sites, and tell of posts that are new or changed.

`Watcher` is the verb, `sorting` decides what a listing means, `asking` brings listings through the door.
"""

from linkback.watch.asking import NoListing
from linkback.watch.values import Followed, Foreseen, Polled, Told
from linkback.watch.watcher import FROM_NOW_ON, POLL_LEASE, POST_LEASE, POSTS_AT_ONCE, Watcher

__all__ = [
    "FROM_NOW_ON",
    "POLL_LEASE",
    "POSTS_AT_ONCE",
    "POST_LEASE",
    "Followed",
    "Foreseen",
    "NoListing",
    "Polled",
    "Told",
    "Watcher",
]
