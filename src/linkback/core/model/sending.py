"""What is owed to others: deliveries with their attempts, and the feeds whose posts lead to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """Where a delivery stands; `planned` is only ever shown by a dry run."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    NO_ENDPOINT = "no_endpoint"
    SKIPPED = "skipped"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A ping we owe someone, and what became of it; `message` is in plain words.

    `version` stands for the text of the post that was told last, `removed` says that the post no
    longer links to the target, which is owed or was told.
    """

    id: int
    source: str
    target: str
    status: DeliveryStatus
    created_at: datetime
    protocol: str | None = None
    endpoint: str | None = None
    http_status: int | None = None
    message: str = ""
    attempts: int = 0
    next_try_at: datetime | None = None
    updated_at: datetime | None = None
    version: str = ""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery, as the ledger keeps it."""

    at: datetime
    status: DeliveryStatus
    protocol: str | None
    endpoint: str | None
    http_status: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as a feed or sitemap lists it; `digest` changes whenever what the feed says of it does."""

    url: str
    digest: str = ""
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed or sitemap whose new and changed posts are told of; `message` says how the last poll went.

    `kind` is rss, atom, json, h-feed or sitemap, empty until it was read. `since` is the time before
    which its posts count as told already, None for all of them to be told. `next_poll_at` is None
    when it is polled no more.
    """

    id: int
    url: str
    created_at: datetime
    since: datetime | None
    kind: str = ""
    next_poll_at: datetime | None = None
    polled_at: datetime | None = None
    failures: int = 0
    message: str = ""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FollowedPost:
    """A post that a feed listed. `next_send_at` is when it is to be read and told of, None when nothing is owed."""

    id: int
    feed_id: int
    url: str
    digest: str
    published: datetime | None = None
    seen_at: datetime | None = None
    sent_at: datetime | None = None
    next_send_at: datetime | None = None
    tries: int = 0
    message: str = ""
