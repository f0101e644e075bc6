"""Copying: how much of a text stands in another, by runs of words (of characters, where words have no blanks).

A word counts as copied if it is in any run that both texts have: so a changed word costs itself and little more,
and paragraphs may stand in any order.
"""

from array import array
from collections.abc import Sequence

from linkback.core.likeness.words import letters_of

RUN = 4  # words; strangers share hardly any run of so many
LETTERS_RUN = 6  # characters, which say about as much as three words
SAMPLE = 70  # bytes of a text that are compared at once: some ten words
SAMPLES = 10  # in as much of a text as the target has, so that a fifth of the target is not passed over
LEAST_STEP = 250  # bytes between two samples, or a short target would be sought letter by letter


def runs_of(listed: list[bytes], *, spaceless: bool) -> Sequence[int]:
    """Return a number for each run of a text, in order; they are comparable within one process only."""
    if spaceless:
        letters = letters_of(listed)
        return array("q", [hash(letters[at : at + LETTERS_RUN]) for at in range(len(letters) - LETTERS_RUN + 1)])
    return array("q", map(hash, zip(*(listed[at:] for at in range(RUN)), strict=False)))


def is_likely(target: frozenset[int], size: int, source: bytes) -> bool:
    """Tell whether a folded source has runs of a target in common, whose folded text has so many bytes.

    Looks at samples all over the source, at most one in LEAST_STEP bytes: a sentence of the target may be passed over.
    """
    for at in range(0, len(source), max(LEAST_STEP, size // SAMPLES)):
        words = source[at : at + SAMPLE].split()[1:-1]  # those at both ends may be cut
        if not target.isdisjoint(runs_of(words, spaceless=False)):
            return True
    return False


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
