"""A link to a site that a list knows of, and what a look at it found. A value only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linkback.core.model import Citation, Evidence, Verdict


class Found(StrEnum):
    """What is known of a link from a list."""

    LISTED = "listed"  # nobody has looked at it yet
    LINKED = "linked"  # it is there
    NO_LINK = "no_link"  # the page is there, and does not link to the site
    GONE = "gone"  # the page is not there, or is no text
    UNREACHABLE = "unreachable"  # no answer came, or none that tells
    COVERED = "covered"  # a mention tells of it


@dataclass(frozen=True, slots=True)
class Backlink:
    """One page that a list says links to a site.

    `domain` is its registrable one. `target` is empty where no list names it and nobody has looked. `seen_at` is
    what the list says, `fetched_at` when the page was last read, `next_fetch_at` when that is due, None for never.
    """

    id: int
    site_id: int
    source: str
    domain: str
    imported_at: datetime
    target: str = ""
    state: Found = Found.LISTED
    citation: Citation = Citation()
    evidence: Evidence | None = None
    verdict: Verdict | None = None
    seen_at: datetime | None = None
    fetched_at: datetime | None = None
    next_fetch_at: datetime | None = None
    tries: int = 0
