"""The crowd: in what company a source comes, and whether more come than usual.

Pure and in memory: what came is told to it, and so is the time. All that it remembers is bounded, whatever
comes, and nothing of it is lost that a database could not tell again.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2
from typing import TypeVar

from linkback.core.model import Company

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)
MOST_RECENT = 10_000  # arrivals of the last hour; about 3 MB. A flood beyond it is a flood all the same
MOST_DIGESTS = 5_000  # templates, and as many texts; of junk that is in use many more hosts show the same
MOST_DOMAINS = 64  # remembered of one digest: whoever has as many is judged like one who has thousands
MOST_SITES = 5_000
USUAL_HALVES = timedelta(days=7)  # what came a week ago counts half for what is usual

BURST_FROM = 50  # mentions within an hour: fewer are read by a person in a minute
BURST_FACTOR = 10  # times as many as usual: a good day brings a site twice or thrice as many

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified mention as the crowd sees it; `id` is 0 as long as it is not kept.

    `domain` is the registrable one of its source, `target` the identity of the page that it links to; `new` says
    that its domain was never approved at this site.
    """

    id: int
    site_id: int
    domain: str
    target: str
    at: datetime
    new: bool = True
    template: str = ""
    wording: str = ""


class Crowd:
    """Remembers who came of late: within the hour one by one, within the month by what their pages look like."""

    def __init__(self) -> None:
        self._recent: deque[Arrival] = deque()
        self._counts: Counter[tuple[str, object]] = Counter()
        self._counted: OrderedDict[int, datetime] = OrderedDict()
        self._templates: OrderedDict[str, OrderedDict[str, datetime]] = OrderedDict()
        self._wordings: OrderedDict[str, OrderedDict[str, datetime]] = OrderedDict()
        self._rates: OrderedDict[int, tuple[float, datetime]] = OrderedDict()

    def knows(self, mention_id: int) -> bool:
        """Tell whether a mention was counted already."""
        return mention_id in self._counted

    def add(self, arrival: Arrival, now: datetime) -> None:
        """Remember an arrival; one that is known is not counted twice, but what its page shows now is."""
        _show(self._templates, arrival.template, arrival)
        _show(self._wordings, arrival.wording, arrival)
        if arrival.id in self._counted:
            return
        _put(self._counted, arrival.id, arrival.at, MOST_RECENT)
        self._count_to_usual(arrival)
        if now - arrival.at < HOUR:
            self._recent.append(arrival)
            self._counts.update(_places(arrival))
        self._forget(now)

    def company_of(self, arrival: Arrival, now: datetime) -> Company:
        """Return in what company an arrival comes, itself left out."""
        self._forget(now)
        counted = self._counted.get(arrival.id) if arrival.id else None
        itself = 1 if counted is not None and now - counted < HOUR else 0
        domain, target, site, new = (max(0, self._counts[place] - itself) for place in _every_place(arrival))
        return Company(
            template_hosts=_others(self._templates, arrival.template, arrival.domain, now),
            wording_hosts=_others(self._wordings, arrival.wording, arrival.domain, now),
            of_domain=domain,
            at_target=target,
            at_site=site,
            new_at_site=new if arrival.new else self._counts["new", arrival.site_id],
        )

    def usual(self, site_id: int, now: datetime) -> float:
        """Return how many mentions an hour are usual at a site, by those of the last weeks."""
        level, at = self._rates.get(site_id, (0.0, now))
        return _faded(level, at, now) * _PER_HOUR

    def _count_to_usual(self, arrival: Arrival) -> None:
        level, at = self._rates.get(arrival.site_id, (0.0, arrival.at))
        later = max(at, arrival.at)
        _put(self._rates, arrival.site_id, (_faded(level, at, later) + 1, later), MOST_SITES)

    def _forget(self, now: datetime) -> None:
        recent = self._recent
        while recent and (len(recent) > MOST_RECENT or now - recent[0].at >= HOUR):
            for place in _places(recent.popleft()):
                self._counts[place] -= 1
                if self._counts[place] <= 0:
                    del self._counts[place]


def burst_step(company: Company, usual: float) -> int:
    """Return how far above the usual a site is, this mention counted: 0 for no burst, else one more at each doubling.

    `usual` is in mentions an hour.
    """
    limit = max(float(BURST_FROM), BURST_FACTOR * usual)
    many = company.at_site + 1
    return 0 if many < limit else 1 + int(log2(many / limit))


def burst_words(company: Company, usual: float) -> str:
    """Return what to tell the owner of a burst."""
    new = f"{company.new_at_site} of them from sites that you never approved"
    expected = "hardly any are" if usual < 1 else f"about {usual:.0f} are"
    return f"{company.at_site + 1} mentions came within an hour, {new}; {expected} usual."


# A level to which one is added at each arrival, and which halves in USUAL_HALVES, is as many hours of arrivals.
_PER_HOUR = 0.6931471805599453 / (USUAL_HALVES / HOUR)


def _faded(level: float, since: datetime, now: datetime) -> float:
    halvings: float = max(now - since, timedelta()) / USUAL_HALVES
    return level * float(0.5**halvings)


def _every_place(arrival: Arrival) -> tuple[tuple[str, object], ...]:
    return (
        ("domain", arrival.domain),
        ("target", (arrival.site_id, arrival.target)),
        ("site", arrival.site_id),
        ("new", arrival.site_id),
    )


def _places(arrival: Arrival) -> tuple[tuple[str, object], ...]:
    places = _every_place(arrival)
    return places if arrival.new else places[:-1]


def _show(shown: OrderedDict[str, OrderedDict[str, datetime]], digest: str, arrival: Arrival) -> None:
    """Remember that a domain showed something of this digest."""
    if not digest:
        return
    domains = shown.get(digest)
    if domains is None:
        domains = OrderedDict()
    _put(shown, digest, domains, MOST_DIGESTS)
    _put(domains, arrival.domain, max(arrival.at, domains.get(arrival.domain, arrival.at)), MOST_DOMAINS)


def _others(shown: OrderedDict[str, OrderedDict[str, datetime]], digest: str, domain: str, now: datetime) -> int:
    """Return how many other domains showed something of this digest within a month."""
    domains = shown.get(digest)
    if domains is None:
        return 0
    return sum(now - at < MONTH for other, at in domains.items() if other != domain)


def _put(store: "OrderedDict[Key, Value]", key: Key, value: Value, most: int) -> None:
    """Write a value as the newest, and forget the oldest where there are too many."""
    store[key] = value
    store.move_to_end(key)
    if len(store) > most:
        store.popitem(last=False)
