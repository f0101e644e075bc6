"""What is told of mentions, and to whom: news, notices of people, letters, webhooks and the calls they get."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    """What happened that somebody may want to hear of."""

    WAITING = "waiting"  # a mention waits for a decision
    PUBLISHED = "published"  # a mention is there for the world to see
    CHANGED = "changed"  # a published mention says something else now
    GONE = "gone"  # the page or the link of a published mention went away
    WITHDRAWN = "withdrawn"  # a published mention was taken away or called spam
    WARNING = "warning"  # an alert was raised


class HookForm(StrEnum):
    """In whose form a webhook is called."""

    LINKBACK = "linkback"
    WEBMENTION_IO = "webmention.io"


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened at a site: to a mention, or an alert that was raised."""

    id: int
    site_id: int
    kind: NewsKind
    at: datetime
    mention_id: int | None = None
    alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """News for one person, until it is in a letter."""

    id: int
    user_id: int
    news: News


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that waits to be sent or was sent: whole bytes, so that each try sends the same one.

    `trouble` is why it is not sent yet or never was; `refused` that its address was turned down for good.
    """

    id: int
    recipient: str
    message: bytes
    created_at: datetime
    user_id: int | None = None
    next_try_at: datetime | None = None
    tries: int = 0
    sent_at: datetime | None = None
    trouble: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of a program that wants to hear of a site's mentions. `secret` signs what it is sent."""

    id: int
    site_id: int
    url: str
    secret: str
    form: HookForm = HookForm.LINKBACK
    kinds: frozenset[NewsKind] = frozenset({NewsKind.PUBLISHED, NewsKind.CHANGED, NewsKind.GONE, NewsKind.WITHDRAWN})
    paused: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One message to a webhook: what is sent, and what became of it so far. `status` is that of HTTP, None for none.

    `kind` is None of one that is sent for a test, and tells of nothing.
    """

    id: int
    webhook_id: int
    kind: NewsKind | None
    body: bytes
    created_at: datetime
    next_try_at: datetime | None = None
    tries: int = 0
    done_at: datetime | None = None
    status: int | None = None
    message: str = ""
