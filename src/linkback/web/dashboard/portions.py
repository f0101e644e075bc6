"""Long lists that are at hand as a whole, shown a portion at a time: `?from=100` begins after a hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from linkback.web.asking import Asked

PER_PAGE = 100
MOST_DIGITS = 9

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Portion(Generic[T]):
    """A part of a list, and the addresses of what stands before and after it; empty where nothing does."""

    rows: Sequence[T]
    before: str = ""
    after: str = ""


def portion_of(request: Asked, every: Sequence[T]) -> Portion[T]:
    """Return the part of a list that a query asks for; nonsense asks for the first."""
    asked = request.query_params.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= MOST_DIGITS else 0
    path = request.url.path
    before = f"{path}?from={max(0, start - PER_PAGE)}" if start else ""
    after = f"{path}?from={start + PER_PAGE}" if start + PER_PAGE < len(every) else ""
    return Portion(every[start : start + PER_PAGE], before, after)
