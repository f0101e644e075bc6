"""Copying: how much of a text stands in another, by runs of words (of characters, where words have no blanks).

A word counts as copied if it is in any run that both texts have: so a changed word costs itself and little more,
and paragraphs may stand in any order.
"""

from array import array
from collections.abc import Sequence
from itertools import chain

from linkback.core.likeness.words import letters_of

RUN = 4  # words; strangers share hardly any run of so many
LETTERS_RUN = 6  # characters, which say about as much as three words
SAMPLE = 70  # bytes of a text that are compared at once: some ten words
SAMPLES = 10  # in as much of a text as the target has, so that a fifth of the target is not passed over
LIKELY = 0.05  # share of the target that the samples speak of; less is a phrase that both like
LEAST_STEP = 250  # bytes between two samples, or a short target would be sought letter by letter


def runs_of(listed: list[bytes], *, spaceless: bool) -> Sequence[int]:
    """Return a number for each run of a text, in order; they are comparable within one process only."""
    if spaceless:
        letters = letters_of(listed)
        return array("q", [hash(letters[at : at + LETTERS_RUN]) for at in range(len(letters) - LETTERS_RUN + 1)])
    return array("q", map(hash, zip(*(listed[at:] for at in range(RUN)), strict=False)))


def is_likely(target: frozenset[int], size: int, source: bytes) -> bool:
    """Tell whether some of a target may stand in a folded source; the folded text of the target has so many bytes.

    Looks at samples all over the source: a sentence of the target may be passed over, or told to be nothing.
    """
    starts = range(0, len(source), max(LEAST_STEP, size // SAMPLES))
    # The words at both ends of a sample may be cut.
    samples = [runs_of(source[at : at + SAMPLE].split()[1:-1], spaceless=False) for at in starts]
    hits = sum(map(target.__contains__, chain.from_iterable(samples)))
    return hits > 0 and hits * len(source) >= LIKELY * size * sum(map(len, samples))


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
