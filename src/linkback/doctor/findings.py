"""What the doctor says: findings, each with a level, what was found and why it matters, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a point stands: doubtful works with some programs and not with others, wrong works with few or none."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point that was looked at.

    `mend` is ready to paste: a header ("Name: value") to be sent in place of others of its name, or markup.
    Markup goes first into the head, or, where `instead` is not empty, in place of what `instead` quotes from
    the page (of several such places, the last). Where no line of a page or a header helps, `mend` is empty and
    the sentence says what does; a setting or a command of our own may stand there too.
    """

    level: Level
    point: str
    sentence: str
    mend: str = ""
    instead: str = ""


def good(point: str, sentence: str, mend: str = "", instead: str = "") -> Finding:
    """Return a finding that all is well."""
    return Finding(Level.GOOD, point, sentence, mend, instead)


def doubtful(point: str, sentence: str, mend: str = "", instead: str = "") -> Finding:
    """Return a finding that some programs stumble over."""
    return Finding(Level.DOUBTFUL, point, sentence, mend, instead)


def wrong(point: str, sentence: str, mend: str = "", instead: str = "") -> Finding:
    """Return a finding that keeps pings away."""
    return Finding(Level.WRONG, point, sentence, mend, instead)
