"""What the verb watch hands back: feeds and posts, and what became of them."""

from dataclasses import dataclass

from linkback.core.model import Delivery, Feed, FollowedPost


@dataclass(frozen=True, slots=True)
class Followed:
    """A feed, how many posts it listed so far, and how many of them are to be told of.

    `known` says: before already. `notes` says what of it is not followed, and why.
    """

    feed: Feed
    posts: int
    due: int
    known: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A post that would be told of, and what would be sent; `trouble` where it cannot be read."""

    url: str
    deliveries: tuple[Delivery, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Polled:
    """A feed after a poll, and how many of its posts became due by it."""

    feed: Feed
    due: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A post that was read, and the whole ledger of it; `post.message` says how that went."""

    post: FollowedPost
    deliveries: tuple[Delivery, ...] = ()
