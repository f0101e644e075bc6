"""Wording: a digest that texts share which are nearly the same, and a guess at how alike two texts are by theirs.

The words of a text are put in an order of chance, the same for all texts; the first few are its digest. Two texts
that share nine words in ten have the same digest two times in three, and such that share one in ten never.
"""

from zlib import crc32

from linkback.core.likeness.scripts import LATIN, SPACELESS
from linkback.core.likeness.words import glance_at

_PARTS = 3  # words in a digest
_LONG = 7  # letters; longer words are rarer, so that strangers share fewer
_ENOUGH = 12  # different long words; texts with fewer are too short to be told apart
_DIGITS = 5  # hexadecimal, of each part


def wording_of(text: str) -> str:
    """Return a digest of a text: 15 hexadecimal digits, "" for a text too short to tell."""
    words = glance_at(text)
    least = _LONG if words.script == LATIN or words.script in SPACELESS else 2 * _LONG
    long = [word for word in words.telling if len(word) >= least]
    if len(long) < _ENOUGH:
        return ""
    return "".join([f"{number >> 32 - 4 * _DIGITS:0{_DIGITS}x}" for number in sorted(map(crc32, long))[:_PARTS]])


def similar(a: str, b: str) -> float:
    """Return how alike two texts are (0 … 1) by their digests, in thirds; 0 if either has none."""
    if not a or not b:
        return 0.0
    return len(_parts(a) & _parts(b)) / _PARTS


def _parts(wording: str) -> set[str]:
    return {wording[at : at + _DIGITS] for at in range(0, len(wording), _DIGITS)}
