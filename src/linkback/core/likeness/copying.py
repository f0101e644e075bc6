"""Copying: how much of a text stands in another, by runs of words (of characters, where words have no blanks).

A word counts as copied if it is in any run that both texts have: so a changed word costs itself and little more,
and paragraphs may stand in any order.
"""

from array import array
from collections.abc import Sequence

from linkback.core.likeness.words import letters_of

RUN = 4  # words; strangers share hardly any run of so many
LETTERS_RUN = 6  # characters, which say about as much as three words


def runs_of(listed: list[bytes], *, spaceless: bool) -> Sequence[int]:
    """Return a number for each run of a text, in order; they are comparable within one process only."""
    if spaceless:
        letters = letters_of(listed)
        return array("q", [hash(letters[at : at + LETTERS_RUN]) for at in range(len(letters) - LETTERS_RUN + 1)])
    return array("q", map(hash, zip(*(listed[at:] for at in range(RUN)), strict=False)))


def copied(target: Sequence[int], source: Sequence[int], *, spaceless: bool) -> float:
    """Return the share (0 … 1) of a target's words that stand in a source in runs."""
    if not target:
        return 0.0
    hits = int.from_bytes(bytes(map(frozenset(source).__contains__, target)), "little")
    length = LETTERS_RUN if spaceless else RUN
    covered = 0
    for at in range(length):
        covered |= hits << 8 * at
    return covered.bit_count() / (len(target) + length - 1)
