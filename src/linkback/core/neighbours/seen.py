"""What is seen of a neighbour: one link at a time, and a linking domain as a whole. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from linkback.core.model import Reason


@dataclass(frozen=True, slots=True)
class Sighting:
    """One link to the site, as it was seen.

    `domain` is the registrable one of the page that links. `status` is that of the mention, empty for a link that
    nobody reported and only a list knows of; `read` says that the page was read and shows the link. `at` is when
    it was seen first and `last` when last. `changed` says that the page was approved and says something else now,
    `gone` that it was approved and its link is away. `score` is the judge's, None where it has not judged.
    """

    domain: str
    source: str
    at: datetime
    last: datetime
    status: str = ""
    read: bool = True
    anchor: str = ""
    rel: tuple[str, ...] = ()
    place: str = "content"
    kind: str = "mention"
    language: str = ""
    score: float | None = None
    template: str = ""
    wording: str = ""
    changed: bool = False
    gone: bool = False

    @property
    def reported(self) -> bool:
        """Tell whether somebody reported it, over whatever protocol."""
        return bool(self.status)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A linking domain over time, with what was made of it.

    `statuses` counts its mentions by where they stand, `listed` the links that only a list knows of, `unread`
    those of both that nobody has read yet, or that showed no link. `busiest` is the most links of it within one
    week. `anchors`, `rels`, `places`, `kinds` and `languages` count links, the commonest first. `mean` is the mean of
    the judge's scores. `same_text` and `same_template` are other domains that show nearly the same text, or the same
    template, the first few by name; `same_anchors` counts bad ones that link with the same words. `trusted` and
    `blocked` are what the owner's lists say. `score` is 0 (good) … 1 (bad), None where nothing of it was read.
    `pages` are some of its pages that are junk by themselves, none of them approved.
    """

    domain: str
    first_seen: datetime
    last_seen: datetime
    statuses: Mapping[str, int] = field(default_factory=dict)
    listed: int = 0
    unread: int = 0
    busiest: int = 0
    anchors: Mapping[str, int] = field(default_factory=dict)
    rels: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    changed: int = 0
    gone: int = 0
    mean: float | None = None
    same_text: tuple[str, ...] = ()
    same_text_count: int = 0
    same_template: tuple[str, ...] = ()
    same_template_count: int = 0
    same_anchors: int = 0
    trusted: bool = False
    blocked: bool = False
    score: float | None = None
    reasons: tuple[Reason, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def mentions(self) -> int:
        """Return how many of its links were reported."""
        return sum(self.statuses.values())

    @property
    def links(self) -> int:
        """Return how many of its links are known at all."""
        return self.mentions + self.listed

    @property
    def seen(self) -> int:
        """Return how many of its links were seen with our own eyes."""
        return self.links - self.unread
