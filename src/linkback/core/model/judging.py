"""What the judge looks at and says: evidence, the owner's lists, signals, a verdict.

Evidence is all that is known of a source when it is judged, besides its citation. It is gathered before any rule
runs, and kept with the mention, so that every verdict can be explained and tried anew later.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from linkback.core.model.pings import Citation
from linkback.core.model.statuses import Moderation, Status


@dataclass(frozen=True, slots=True)
class Makeup:
    """What a page is made of, counted; all zero where it was not read as markup or text.

    `words` are those of the whole page. `links` lead to other sites than the page's own, `hosts` are the
    registrable domains of these, each once. `linked` is the share (0 … 1) of the characters of its text that stand
    in links. `script` is the script that most letters are of ("Latin", "Cyrillic", "Han", …; "" without letters).
    `template` is a digest of the skeleton of the page, equal for pages of one template, and `wording` one of its
    text, equal for nearly equal texts; both empty for pages too short to tell. `selling` is how many of the links
    advertise what junk sells, at most ten.
    """

    words: int = 0
    links: int = 0
    hosts: int = 0
    linked: float = 0.0
    script: str = ""
    template: str = ""
    wording: str = ""
    selling: int = 0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a source compares with the page that it links to; None where that could not be told.

    `relevance` (0 … 1) is how much the whole text of the source is about the same as the target's, `nearness` the
    same of the text around the link. `copied` is the share (0 … 1) of the target's text that stands in the source.
    `language` (a primary subtag, such as "de") and `script` are the target's.
    """

    relevance: float | None = None
    nearness: float | None = None
    copied: float | None = None
    same_title: bool = False
    language: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """In what company a source comes, as far as it is remembered.

    `template_hosts` and `wording_hosts` count the other registrable domains that showed the same template or the
    same text within a month. The rest counts mentions within the last hour, this one not: of the same
    registrable domain, to the same target, at the same site; `new_at_site` those of domains never approved there.
    """

    template_hosts: int = 0
    wording_hosts: int = 0
    of_domain: int = 0
    at_target: int = 0
    at_site: int = 0
    new_at_site: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a source beside its citation. `via` are the hosts that redirected to it, in order."""

    makeup: Makeup = Makeup()
    likeness: Likeness = Likeness()
    company: Company = Company()
    via: tuple[str, ...] = ()


class ListedAction(StrEnum):
    """What an owner's list does with what it names."""

    BLOCK = "block"  # junk, always; a host, path or network is refused before it is looked at
    HOLD = "hold"  # waits for the owner, always
    TRUST = "trust"  # approved, always
    MUTE = "mute"  # hidden, but kept: neither shown nor told of
    FOLLOW = "follow"  # a host whose links are shown without nofollow


class ListedKind(StrEnum):
    """What an entry of an owner's list names."""

    HOST = "host"  # a host and all below it: casino.example
    PATH = "path"  # a shell-style pattern of the source's host, path and query: *.example/tag/*
    WORD = "word"  # a word or phrase in title, author, anchor or text around the link, in whatever case
    NETWORK = "network"  # of the address that sends: 203.0.113.0/24


MOST_LISTED = 2000  # entries of one site's lists: each is compared with every source


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of an owner's lists."""

    action: ListedAction
    kind: ListedKind
    pattern: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a site treats what the judge thinks. Scores are 0 (honest) … 1 (junk); None is the default of the mode."""

    moderation: Moderation = Moderation.FIRST_TIME
    approve_up_to: float | None = None
    spam_from: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules look at: the claim and what the source says, gathered before any rule runs.

    `source` is the page that was finally read. `sender` is the address that reported it, where it is known, and
    `at` when it is judged.
    """

    source: str
    target: str
    citation: Citation
    evidence: Evidence = Evidence()
    lists: tuple[Listed, ...] = ()
    sender: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What one rule says: a sentence an owner understands, and the level that tells how loud it speaks.

    What a level weighs stands in rules.weights under "rule.level" ("rule" without a level). `settles` makes the
    rule a hard one: it decides alone, whatever the others say.
    """

    rule: str
    sentence: str
    level: str = ""
    settles: Status | None = None

    @property
    def key(self) -> str:
        """Return under what its weight is found."""
        return f"{self.rule}.{self.level}" if self.level else self.rule


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for or against a mention, in a sentence an owner understands.

    `weight` is in log-odds: positive for junk, negative for honest.
    """

    rule: str
    sentence: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules think: a status to take, a score (0 honest … 1 junk), and always the reasons."""

    decision: Status
    score: float = 0.5
    reasons: tuple[Reason, ...] = ()


class AlertKind(StrEnum):
    """What an owner is warned of."""

    BURST = "burst"  # many more mentions than usual within an hour
    TURNED = "turned"  # a trusted host, or an approved page, became something else
    NEIGHBOUR = "neighbour"  # a domain with a bad score links to the site
