"""Dates as tools write them in their tables: read with what a whole column says of the order of day and month."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

FIRST_YEAR = 1990  # the web is not older

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}):(\d{2}))?")
_PARTED = re.compile(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})")
_NAMED = re.compile(r"(?:(\d{1,2})[ .-]+)?([A-Za-z]{3})[a-z]*\.?[ -]+(?:(\d{1,2}),? +)?(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def is_day_first(cells: Iterable[str]) -> bool:
    """Tell whether dates of a column such as 3/4/2026 begin with the day: one that cannot be a month says so."""
    return any(int(found[1]) > 12 for cell in cells if (found := _PARTED.match(cell)))


def date_of(cell: str, *, day_first: bool = False) -> datetime | None:
    """Return the time that a cell names, UTC; None where it names none. With dots the day comes first."""
    if found := _ISO.match(cell):
        return _time(found[1], found[2], found[3], found[4] or "0", found[5] or "0")
    if found := _PARTED.match(cell):
        first, mark, second, year = found.groups()
        day, month = (first, second) if day_first or mark == "." else (second, first)
        return _time(year, month, day)
    found = _NAMED.match(cell)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    return _time(found[4], str(_MONTHS.index(found[2].lower()) + 1), found[1] or found[3] or "1")


def _time(year: str, month: str, day: str, hour: str = "0", minute: str = "0") -> datetime | None:
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.year >= FIRST_YEAR else None
