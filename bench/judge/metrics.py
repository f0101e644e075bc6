"""Figures: recall at a share of false positives, confusion, intervals over hosts. Pure arithmetic.

A threshold cannot part equal scores: all pages of one score are caught or none. So a judge that gives many pages the
same score gets no credit for an order that it does not tell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

LIMITS = (0.001, 0.005, 0.01)
RESAMPLED = 300
INTERVAL = 0.95


@dataclass(frozen=True, slots=True)
class Scored:
    """A page, how junky it was said to be (more is junkier, on any scale), and who keeps it."""

    score: float
    junk: bool
    family: str
    domain: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Where to cut: everything of at least `score` is called junk. `recall` and `false` are shares (0 … 1)."""

    score: float
    recall: float
    false: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and where it may as well lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many pages were called what, by label."""

    honest: Counter[str]
    junk: Counter[str]

    def precision(self, called: str) -> float:
        """Return what share of the pages that were called so are junk; 1 where there are none."""
        all_called = self.junk[called] + self.honest[called]
        return self.junk[called] / all_called if all_called else 1.0

    def recall(self, *called: str) -> float:
        return _share(sum(self.junk[one] for one in called), self.junk.total())

    def false(self, *called: str) -> float:
        return _share(sum(self.honest[one] for one in called), self.honest.total())

    def accuracy(self, called: str) -> float:
        """Return what share of all pages is right when `called` is taken for junk and the rest for honest."""
        right = self.junk[called] + self.honest.total() - self.honest[called]
        return _share(right, self.junk.total() + self.honest.total())


def confusion(pairs: Iterable[tuple[bool, str]]) -> Confusion:
    """Return the confusion of (is junk, was called) pairs."""
    by_label: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for junk, called in pairs:
        by_label[junk][called] += 1
    return Confusion(honest=by_label[False], junk=by_label[True])


def cut_at(pages: Sequence[Scored], limit: float, weights: Counter[str] | None = None) -> Cut:
    """Return the lowest cut that takes at most `limit` of the honest pages for junk, and what it catches.

    `weights` count the pages of a domain so many times. Where even the junkiest score is over the limit, nothing
    is caught.
    """
    return cuts_at(ranked(pages), (limit,), weights)[0]


def ranked(pages: Iterable[Scored]) -> list[list[Scored]]:
    """Return pages in groups of one score, the junkiest first."""
    ordered = sorted(pages, key=lambda page: -page.score)
    return [list(group) for _, group in groupby(ordered, key=lambda page: page.score)]


def cuts_at(
    groups: Sequence[Sequence[Scored]], limits: Sequence[float], weights: Counter[str] | None = None
) -> list[Cut]:
    """Return the cuts for several limits, in rising order, from ranked pages."""
    weigh: Callable[[Scored], int] = (lambda page: weights[page.domain]) if weights is not None else (lambda page: 1)
    sums = [(group[0].score, *_sums(group, weigh)) for group in groups]
    junk, honest = sum(one[1] for one in sums), sum(one[2] for one in sums)
    cuts, caught, lost, place, score = [], 0, 0, 0, float("inf")
    for limit in limits:
        while place < len(sums) and lost + sums[place][2] <= limit * honest:
            score, caught, lost = sums[place][0], caught + sums[place][1], lost + sums[place][2]
            place += 1
        cuts.append(Cut(score, _share(caught, junk), _share(lost, honest)))
    return cuts


def _sums(group: Sequence[Scored], weigh: Callable[[Scored], int]) -> tuple[int, int]:
    junk = honest = 0
    for page in group:
        if page.junk:
            junk += weigh(page)
        else:
            honest += weigh(page)
    return junk, honest


def recalls(pages: Sequence[Scored], seed: int, resampled: int = RESAMPLED) -> list[Interval]:
    """Return the recall at each of LIMITS with its interval, by drawing domains anew with replacement."""
    groups = ranked(pages)
    values = [cut.recall for cut in cuts_at(groups, LIMITS)]
    drawn = [[cut.recall for cut in cuts_at(groups, LIMITS, weights)] for weights in _draws(pages, seed, resampled)]
    return [_interval(value, [one[place] for one in drawn]) for place, value in enumerate(values)]


def share_of(pages: Sequence[Scored], is_hit: Callable[[Scored], bool], seed: int) -> Interval:
    """Return the share of pages that are a hit, with its interval over domains."""
    hits, totals = Counter(page.domain for page in pages if is_hit(page)), Counter(page.domain for page in pages)

    def share(weights: Counter[str]) -> float:
        return _share(sum(hits[one] * weights[one] for one in hits), sum(totals[one] * weights[one] for one in totals))

    return _interval(share(Counter(set(totals))), [share(weights) for weights in _draws(pages, seed, RESAMPLED)])


def _draws(pages: Sequence[Scored], seed: int, times: int) -> Iterable[Counter[str]]:
    rng, domains = Random(seed), sorted({page.domain for page in pages})
    for _ in range(times):
        yield Counter(rng.choices(domains, k=len(domains)))


def _interval(value: float, drawn: Sequence[float]) -> Interval:
    ordered = sorted(drawn)
    if not ordered:
        return Interval(value, value, value)
    rest = (1 - INTERVAL) / 2
    return Interval(value, ordered[int(rest * (len(ordered) - 1))], ordered[round((1 - rest) * (len(ordered) - 1))])


def by_family(pages: Iterable[Scored], cut: float, *, junk: bool) -> list[tuple[str, int, float]]:
    """Return (family, pages, share at or above a cut) of each family of a label, by share, lowest first."""
    counted: dict[str, list[bool]] = {}
    for page in pages:
        if page.junk is junk:
            counted.setdefault(page.family, []).append(page.score >= cut)
    shares = [(family, len(hits), _share(sum(hits), len(hits))) for family, hits in counted.items()]
    return sorted(shares, key=lambda one: (one[2], one[0]))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
