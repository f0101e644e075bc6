"""What is kept: a mention with its status, and the site and the host that it stands between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from linkback.core.model.judging import AlertKind, Evidence, Listed, Policy, Verdict
from linkback.core.model.pings import Citation
from linkback.core.model.statuses import Moderation, Status


@dataclass(frozen=True, slots=True)
class Site:
    """A base URL that an owner registered, and how it takes pings.

    `closed` are patterns of pages that take none: shell-style (`*` crosses slashes), matched
    against path and query. `unverified` says that a TrackBack whose source shows no link is held
    and not refused. `name` is under what the site is found at /{name}/webmention, besides its host.
    `approve_up_to` and `spam_from` are scores, None where the mode's own holds; `lists` are its owner's.
    """

    id: int
    url: str
    protocols: frozenset[str] = frozenset({"webmention", "pingback", "trackback"})
    self_pings: bool = False
    moderation: Moderation = Moderation.FIRST_TIME
    closed: tuple[str, ...] = ()
    unverified: bool = False
    name: str = ""
    approve_up_to: float | None = None
    spam_from: float | None = None
    lists: tuple[Listed, ...] = ()

    @property
    def policy(self) -> Policy:
        """Return how this site treats what the judge thinks."""
        return Policy(self.moderation, self.approve_up_to, self.spam_from)


@dataclass(frozen=True, slots=True)
class HostHistory:
    """What is known of a source's host at one site: how many mentions stand where, and since when."""

    host: str
    counts: Mapping[str, int] = field(default_factory=dict)
    first_seen: datetime | None = None

    @property
    def seen(self) -> bool:
        """Tell whether a mention of this host was ever settled here."""
        return self.first_seen is not None

    def count(self, status: Status) -> int:
        """Return how many mentions of this host stand at a status."""
        return self.counts.get(status.value, 0)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One protocol's report of a mention: when it first and last came, and how often."""

    protocol: str
    first_at: datetime
    last_at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Mention:
    """A ping we keep, with a status.

    `source` and `target` are as they were claimed last. `source_page` is where the source finally
    was, after redirects, and `target_page` what the own site calls the target (its redirects and
    rel=canonical followed); empty where that is the same. `decided_by` is the person behind the
    status, None while machines decide. `looks` counts the looks since the last one that told us
    something; `missed_at` is when a 404 was first seen. `etag` and `last_modified` are the source's
    validators for the next look. `trouble` is what the last look in vain found: no_link,
    source_not_found or unreachable; empty when the link was there. `evidence` is what was known of the
    source when it was last read; `sponsored` that a person says the link was paid for.
    """

    id: int
    site_id: int
    source: str
    target: str
    status: Status
    received_at: datetime
    citation: Citation = Citation()
    verdict: Verdict | None = None
    receipts: tuple[Receipt, ...] = ()
    decided_by: str | None = None
    verified_at: datetime | None = None
    next_look_at: datetime | None = None
    looks: int = 0
    missed_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    source_page: str = ""
    target_page: str = ""
    trouble: str = ""
    evidence: Evidence | None = None
    sponsored: bool = False

    @property
    def protocols(self) -> tuple[str, ...]:
        """Return the names of the protocols that reported it, first come first."""
        return tuple(receipt.protocol for receipt in self.receipts)


class Change(StrEnum):
    """What changed of a mention."""

    STATUS = "status"
    KIND = "kind"
    TITLE = "title"
    TEXT = "text"
    CONTENT = "content"
    AUTHOR = "author"
    REL = "rel"
    PLACE = "place"
    NOINDEX = "noindex"
    SOURCE = "source"
    TARGET = "target"
    MERGED = "merged"
    SPONSORED = "sponsored"


@dataclass(frozen=True, slots=True)
class Event:
    """One change in the life of a mention: what it was before and after, in plain words; `by` a person, or None."""

    at: datetime
    change: Change
    before: str
    after: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A warning to the owner of a site: what, of whom, how often since it was first raised, and when it was told.

    `subject` is a host, or empty where it is about the site as a whole.
    """

    id: int
    site_id: int
    kind: AlertKind
    subject: str
    message: str
    at: datetime
    last_at: datetime
    count: int = 1
    told_at: datetime | None = None
