"""What is new in a neighbourhood since it was looked at before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkback.core.neighbours.scoring import BAD_FROM
from linkback.core.neighbours.seen import Neighbour

WORSE_BY = 0.2  # of the score; smaller steps come and go with every link


@dataclass(frozen=True, slots=True)
class Standing:
    """How a domain stood when a report was made: its score (None: nothing read), and how many links it had."""

    score: float | None = None
    links: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What is new of a neighbour, in a sentence. `first` says that it was not there before."""

    neighbour: Neighbour
    sentence: str
    first: bool = False


def standing_of(neighbour: Neighbour) -> Standing:
    """Return what to remember of a neighbour."""
    return Standing(neighbour.score, neighbour.links, neighbour.changed, neighbour.gone)


def news(neighbours: Iterable[Neighbour], before: Mapping[str, Standing]) -> list[News]:
    """Return what is new since then, of the worst domain first; what did not change is no news."""
    return [said for one in neighbours if (said := _news(one, before.get(one.domain)))]


def _news(one: Neighbour, before: Standing | None) -> News | None:
    if before is None:
        return News(one, "Links here for the first time.", first=True)
    told = [*_worse(one, before), *_turned(one, before)]
    return News(one, " ".join(told)) if told else None


def _worse(one: Neighbour, before: Standing) -> list[str]:
    if one.score is None or before.score is None or one.score - before.score < WORSE_BY:
        return []
    fell = " and is bad now" if before.score < BAD_FROM <= one.score else ""
    return [f"Went from {before.score:.2f} to {one.score:.2f}{fell}."]


def _turned(one: Neighbour, before: Standing) -> list[str]:
    changed, gone = one.changed - before.changed, one.gone - before.gone
    told = [f"{_counted(changed, 'approved page')} changed."] if changed > 0 else []
    return told + ([f"{_counted(gone, 'approved link')} went away."] if gone > 0 else [])


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
