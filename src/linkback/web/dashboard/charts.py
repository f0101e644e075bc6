"""Charts: where each part of a picture stands, and the same figures as a table. Values only; templates draw them.

Everything is in per cent of the picture, so that it is as wide as its place and its words keep their size. A series
has a tone, which is a colour with a pattern: the colour is never the only sign.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linkback.web.filters import MONTHS
from linkback.words import _

MOST_COLUMNS = 92  # a column a day, as long as one can be told from the next; else a week
WEEK = 7
GAP = 0.22  # of the width of a column
LEAST = 0.9  # per cent: what is there is seen
# Where a scale may end: its middle is a whole number. Beyond, these times a power of ten.
TOPS = (2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 30, 36, 40, 50, 60, 70, 80, 90, 100)
ROUND = TOPS[4:]

Tones = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a week, which a column stands for."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """Return its days as people write them."""
        if self.first == self.last:
            return day_words(self.first)
        return _("%(first)s to %(last)s") % {"first": day_words(self.first), "last": day_words(self.last)}


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted, its tone, and how often it was there in each period."""

    name: str
    tone: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return how often it was there at all."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle, in per cent from the upper left corner."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Column:
    """What stands for one period: its parts from the ground up, and what it says to who points at it."""

    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked columns over time. `top` is the number at the upper edge, `said` what there is to see, in sentences."""

    id: str
    title: str
    said: str
    top: int
    periods: tuple[Period, ...]
    series: tuple[Series, ...]
    columns: tuple[Column, ...]

    @property
    def total(self) -> int:
        """Return how much there is in all."""
        return sum(one.total for one in self.series)

    @property
    def rows(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return the figures as a table: the periods that had any, each with the count of every series."""
        counted = ((period, tuple(one.counts[at] for one in self.series)) for at, period in enumerate(self.periods))
        return [(period.words, counts) for period, counts in counted if any(counts)]

    @property
    def ends(self) -> tuple[str, str]:
        """Return what stands below the first and the last column."""
        return day_words(self.periods[0].first), day_words(self.periods[-1].last)


@dataclass(frozen=True, slots=True)
class Bar:
    """One of those that come up most: its name, where it leads, how often it was there, and its length in per cent."""

    words: str
    url: str
    count: int
    length: float


def chart(id_: str, title: str, days: Sequence[date], counts: Mapping[tuple[date, str], int], tones: Tones) -> Chart:
    """Return stacked columns of what was counted by day and kind.

    `tones` has the name and tone of each kind, from the ground up; a kind that never was there is left out.
    """
    periods = periods_of(days)
    found = [_series(name, tone, kind, periods, counts) for kind, (name, tone) in tones.items()]
    series = tuple(one for one in found if one.total)
    totals = [sum(one.counts[at] for one in series) for at in range(len(periods))]
    top = top_of(max(totals, default=0))
    columns = tuple(_column(at, period, series, top, len(periods)) for at, period in enumerate(periods))
    return Chart(id_, title, _said(periods, totals), top, periods, series, columns)


def bars(counts: Iterable[tuple[str, str, int]]) -> tuple[Bar, ...]:
    """Return bars of what comes up most: names, where they lead and counts, the most first."""
    counted = list(counts)
    most = max((count for *_rest, count in counted), default=1)
    return tuple(Bar(words, url, count, round(max(100 * count / most, LEAST), 2)) for words, url, count in counted)


def periods_of(days: Sequence[date]) -> tuple[Period, ...]:
    """Return the days, or where those are many the weeks that end with the last one; the first may be shorter."""
    if len(days) <= MOST_COLUMNS:
        return tuple(Period(day, day) for day in days)
    ends = range(len(days) - 1, -1, -WEEK)
    return tuple(Period(days[max(end - WEEK + 1, 0)], days[end]) for end in reversed(ends))


def top_of(most: int) -> int:
    """Return where a scale ends that holds a number."""
    if most <= TOPS[-1]:
        return next(top for top in TOPS if top >= most)
    power: int = 10 ** (len(str(most)) - 2)
    return next(top * power for top in ROUND if top * power >= most)


def day_words(day: date) -> str:
    """Return a day of the last year as people write it."""
    return f"{day.day} {_(MONTHS[day.month - 1])}"


def _series(
    name: str, tone: str, kind: str, periods: Sequence[Period], counts: Mapping[tuple[date, str], int]
) -> Series:
    of_kind = Counter({day.toordinal(): count for (day, what), count in counts.items() if what == kind})
    return Series(
        name,
        tone,
        tuple(sum(of_kind[day] for day in range(one.first.toordinal(), one.last.toordinal() + 1)) for one in periods),
    )


def _column(at: int, period: Period, series: Sequence[Series], top: int, columns: int) -> Column:
    width = 100 / columns
    parts, told, stands = [], [], 0.0
    for one in series:
        if not one.counts[at]:
            continue
        height = max(100 * one.counts[at] / top, LEAST)
        stands += height
        x, y = (at + GAP / 2) * width, max(100 - stands, 0)
        parts.append(Part(round(x, 3), round(y, 3), round(width * (1 - GAP), 3), round(height, 3), one.tone))
        told.append(f"{one.counts[at]} {one.name}")
    return Column(f"{period.words}: {', '.join(told)}", tuple(parts))


def _said(periods: Sequence[Period], totals: Sequence[int]) -> str:
    most = max(totals, default=0)
    about = {
        "total": sum(totals),
        "first": day_words(periods[0].first),
        "last": day_words(periods[-1].last),
        "most": most,
        "when": periods[totals.index(most)].words,
    }
    if not most:
        return _("None from %(first)s to %(last)s.") % about
    return _("%(total)s from %(first)s to %(last)s. The most were %(most)s: %(when)s.") % about
