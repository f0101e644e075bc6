"""Links to a site, gathered into the domains that they come from. Streaming, linear in them, and bounded.

Two texts are nearly the same where their digests have two parts of three in common: every pair of parts is a key,
so that nothing is compared with everything. Whom a domain resembles is looked up when all is gathered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations

from linkback.core.model import Listed, ListedAction, ListedKind, Status
from linkback.core.neighbours.scoring import BAD_FROM, FOLLOWED, UNFOLLOWED, is_bad, scored
from linkback.core.neighbours.seen import Neighbour, Sighting
from linkback.core.text import bounded, clean
from linkback.core.urls import registrable_domain

MOST_DOMAINS = 50_000  # about 4 KB each; whoever has more linking domains sees the earliest of them
MOST_KEPT = 12  # anchors, templates, texts and junk pages that are remembered of one domain
MOST_ALIKE = 1000  # domains that are remembered under one digest; a count beyond it says nothing more
MOST_NAMED = 3  # domains that a sentence names
LONGEST_ANCHOR = 80  # characters; longer ones are paragraphs, which nobody repeats
PART = 5  # hexadecimal digits of each of the three parts of a digest of a text
TELLING = 2  # words; single ones ("here", a name) are shared by strangers
DAYS = 7  # of a week


@dataclass(slots=True)
class _Draft:
    """What was seen of one domain so far."""

    first: datetime
    last: datetime
    statuses: Counter[str] = field(default_factory=Counter)
    tallies: dict[str, Counter[str]] = field(default_factory=dict)
    weeks: Counter[int] = field(default_factory=Counter)
    templates: set[str] = field(default_factory=set)
    wordings: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    listed: int = 0
    unread: int = 0
    changed: int = 0
    gone: int = 0
    judged: int = 0
    total: float = 0.0

    def tally(self, what: str, value: str) -> None:
        """Count a value of some kind; of new ones beyond MOST_KEPT nothing is kept."""
        counts = self.tallies.get(what)
        if counts is None:
            counts = self.tallies[what] = Counter()
        if value in counts or len(counts) < MOST_KEPT:
            counts[value] += 1

    def told(self, what: str) -> dict[str, int]:
        """Return what was counted of some kind, the commonest first."""
        return dict(self.tallies.get(what, Counter()).most_common())


class Gathering:
    """Takes links one by one, in any order, and tells of the domains they come from."""

    def __init__(self, lists: Iterable[Listed] = ()) -> None:
        self._drafts: dict[str, _Draft] = {}
        self._templates: dict[str, dict[str, None]] = {}
        self._texts: dict[str, dict[str, None]] = {}
        self._anchors: dict[str, dict[str, None]] = {}
        listed = [one for one in lists if one.kind is ListedKind.HOST]
        self._trusted = frozenset(one.pattern.lower() for one in listed if one.action is ListedAction.TRUST)
        self._blocked = frozenset(one.pattern.lower() for one in listed if one.action is ListedAction.BLOCK)
        self._trusted_domains = frozenset(map(registrable_domain, self._trusted))
        self.overlooked = 0  # links of domains for which there was no room

    def add(self, seen: Sighting) -> None:
        """Take one link."""
        draft = self._drafts.get(seen.domain)
        if draft is None:
            if len(self._drafts) >= MOST_DOMAINS:
                self.overlooked += 1
                return
            draft = self._drafts[seen.domain] = _Draft(seen.at, seen.last)
        draft.first, draft.last = min(draft.first, seen.at), max(draft.last, seen.last)
        draft.weeks[seen.at.toordinal() // DAYS] += 1
        draft.changed += seen.changed
        draft.gone += seen.gone
        if seen.reported:
            draft.statuses[seen.status] += 1
        else:
            draft.listed += 1
        if not seen.read:
            draft.unread += 1
            return
        self._read(draft, seen)

    def neighbours(self) -> list[Neighbour]:
        """Return all domains with their scores, the worst first; those without a score last."""
        alone = {domain: scored(self._of(domain, draft)) for domain, draft in self._drafts.items()}
        bad = frozenset(domain for domain, neighbour in alone.items() if is_bad(neighbour))
        told = [scored(self._in_company(neighbour, bad)) for neighbour in alone.values()]
        return sorted(told, key=lambda one: (one.score is None, -(one.score or 0), -one.links, one.domain))

    def _read(self, draft: _Draft, seen: Sighting) -> None:
        anchor = bounded(clean(seen.anchor), LONGEST_ANCHOR)
        rel = sorted(UNFOLLOWED.intersection(seen.rel)) or [FOLLOWED]
        told = (("anchor", anchor), ("place", seen.place), ("kind", seen.kind), ("language", seen.language))
        for what, value in (*told, *(("rel", one) for one in rel)):
            if value:
                draft.tally(what, value)
        if seen.score is not None:
            draft.judged += 1
            draft.total += seen.score
        if _is_junk(seen) and len(draft.pages) < MOST_KEPT:
            draft.pages.add(seen.source.partition("#")[0])
        self._resemble(draft, seen, anchor)

    def _resemble(self, draft: _Draft, seen: Sighting, anchor: str) -> None:
        if seen.template and len(draft.templates) < MOST_KEPT:
            draft.templates.add(seen.template)
            _enter(self._templates, seen.template, seen.domain)
        if seen.wording and len(draft.wordings) < MOST_KEPT:
            draft.wordings.add(seen.wording)
            for key in _keys(seen.wording):
                _enter(self._texts, key, seen.domain)
        if _is_telling(anchor):
            _enter(self._anchors, anchor.casefold(), seen.domain)

    def _of(self, domain: str, draft: _Draft) -> Neighbour:
        return Neighbour(
            domain=domain,
            first_seen=draft.first,
            last_seen=draft.last,
            statuses=dict(draft.statuses.most_common()),
            listed=draft.listed,
            unread=draft.unread,
            busiest=max(draft.weeks.values()),
            anchors=draft.told("anchor"),
            rels=draft.told("rel"),
            places=draft.told("place"),
            kinds=draft.told("kind"),
            languages=draft.told("language"),
            changed=draft.changed,
            gone=draft.gone,
            mean=round(draft.total / draft.judged, 3) if draft.judged else None,
            trusted=domain in self._trusted_domains or _is_within(domain, self._trusted),
            blocked=_is_within(domain, self._blocked),
            pages=tuple(sorted(draft.pages)),
        )

    def _in_company(self, neighbour: Neighbour, bad: frozenset[str]) -> Neighbour:
        draft, domain = self._drafts[neighbour.domain], neighbour.domain
        texts = _others((self._texts[key] for one in sorted(draft.wordings) for key in _keys(one)), domain)
        themes = _others((self._templates[one] for one in sorted(draft.templates)), domain)
        words = (anchor.casefold() for anchor in neighbour.anchors if _is_telling(anchor))
        alike = _others((self._anchors.get(one, {}) for one in words), domain)
        return replace(
            neighbour,
            same_text=tuple(texts[:MOST_NAMED]),
            same_text_count=len(texts),
            same_template=tuple(themes[:MOST_NAMED]),
            same_template_count=len(themes),
            same_anchors=len(bad.intersection(alike)),
        )


def gather(seen: Iterable[Sighting], lists: Iterable[Listed] = ()) -> list[Neighbour]:
    """Return the domains that some links come from, the worst first, under an owner's lists."""
    gathering = Gathering(lists)
    for one in seen:
        gathering.add(one)
    return gathering.neighbours()


def _keys(wording: str) -> Iterator[str]:
    """Return what texts have in common that are nearly the same: any two of the three parts of a digest."""
    parts = sorted({wording[at : at + PART] for at in range(0, len(wording), PART)})
    return ("".join(pair) for pair in combinations(parts, 2))


def _enter(index: dict[str, dict[str, None]], key: str, domain: str) -> None:
    domains = index.setdefault(key, {})
    if len(domains) < MOST_ALIKE:
        domains[domain] = None


def _others(found: Iterable[dict[str, None]], domain: str) -> list[str]:
    others: dict[str, None] = {}
    for domains in found:
        if len(others) <= MOST_ALIKE:
            others |= domains
    others.pop(domain, None)
    return list(others)


def _is_junk(seen: Sighting) -> bool:
    """Tell whether one page is junk by itself: a person or the judge says so, and nobody approved it."""
    if seen.status in (Status.APPROVED, Status.SPAM):
        return seen.status == Status.SPAM
    return seen.score is not None and seen.score >= BAD_FROM


def _is_telling(anchor: str) -> bool:
    return len(anchor.split()) >= TELLING or (not anchor.isascii() and len(anchor) >= 2 * TELLING)


def _is_within(domain: str, hosts: frozenset[str]) -> bool:
    """Tell whether a domain is one of some hosts, or lies below one."""
    return any(domain == host or domain.endswith(f".{host}") for host in hosts)
