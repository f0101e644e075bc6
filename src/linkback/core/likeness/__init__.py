"""Likeness: is one text about the same as another, and does it stand in it?

Pure text: what pages are made of is told in core.pages. Words are compared without case, punctuation and
endings, and those that every text of a language has are left out. Scripts without blanks between words are
compared by pairs of characters. Whether a text was copied is looked at closely only after a glance says that it
may have been. Everything takes time and memory in proportion to the text; digests are the same on any machine.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log2, sqrt

from linkback.core.likeness.copying import copied, runs_of
from linkback.core.likeness.scripts import script_of
from linkback.core.likeness.stopwords import STOPPED, language_by
from linkback.core.likeness.wording import similar, wording_of
from linkback.core.likeness.words import COMPARED, Words, letters_of, pairs_of, stems_of, words_of
from linkback.core.model import Likeness

__all__ = ["Profile", "compare", "language_of", "profile_of", "script_of", "similar", "wording_of"]

MAX_KEPT = 16_000  # bytes of one profile, so that a thousand own pages take 16 MB at the very most
READY = 64  # profiles that are unpacked; about 40 KB each
SUSPECT = 0.25  # share of the target's words that a source has to have before it is looked at for a copy
ENOUGH_TO_COPY = 40  # words; a shorter text is quoted whole by honest answers
ENOUGH_AROUND = 3  # words that say something; fewer do not tell what a link is about
TITLE_WEIGHT = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is kept of an own page to compare others with: its text, packed, at most MAX_KEPT bytes."""

    packed: bytes
    title: str = ""
    language: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class _Target:
    weights: dict[bytes | str, float]
    total: float
    runs: Sequence[int] | None
    spaceless: bool


def profile_of(text: str, title: str = "", language: str = "") -> Profile:
    """Return what to keep of an own page. `language` is what the page says; without it, it is guessed."""
    text = " ".join(text[:COMPARED].split())
    spoken = language.partition("-")[0].lower() or language_of(text)
    while len(packed := zlib.compress(text.encode("utf-8", "replace"), 6)) > MAX_KEPT:
        text = text[: len(text) * MAX_KEPT // len(packed) - 1]
    return Profile(packed, " ".join(title.split())[:300], spoken, script_of(text))


def language_of(text: str) -> str:
    """Return the language a text is most likely in, by its stop words, as a primary subtag; "" if it is not clear."""
    return language_by(words_of(text).distinct)


def compare(text: str, around: str, title: str, profile: Profile | None) -> Likeness:
    """Tell how a source is like the page that it links to; nothing is known without a profile of that.

    `text` is what the source says, `around` what it says around the link, `title` how it is called.
    """
    if profile is None:
        return Likeness()
    target, source = _unpacked(profile), words_of(text)
    return Likeness(
        relevance=_relevance(source, target),
        nearness=_nearness(around, target),
        copied=_copied(source, target),
        same_title=_same_title(title, profile.title),
        language=profile.language,
        script=profile.script,
    )


@lru_cache(READY)
def _unpacked(profile: Profile) -> _Target:
    words = words_of(zlib.decompress(profile.packed).decode("utf-8", "replace"))
    counts = Counter(_content_listed(words))
    weights = {word: 1 + log2(count) for word, count in counts.items()}
    for word in words_of(profile.title).content:
        weights[word] = weights.get(word, 0.0) + TITLE_WEIGHT
    long_enough = len(words.listed) >= ENOUGH_TO_COPY or (words.spaceless and len(letters_of(words.listed)) >= 100)
    runs = runs_of(words) if long_enough else None
    return _Target(weights, sqrt(sum(weight * weight for weight in weights.values())), runs, words.spaceless)


def _content_listed(words: Words) -> list[bytes | str]:
    if words.spaceless:
        return pairs_of(letters_of(words.listed))
    by_word = dict(zip(kept := words.distinct - STOPPED, stems_of(kept, words.script), strict=True))
    return [by_word[word] for word in words.listed if word in by_word]


def _relevance(source: Words, target: _Target) -> float | None:
    if not source.content or not target.total:
        return None
    shared = sum(map(target.weights.__getitem__, source.content & target.weights.keys()))
    return round(min(1.0, shared / (target.total * sqrt(len(source.content)))), 3)


def _nearness(around: str, target: _Target) -> float | None:
    words = words_of(around).content
    if len(words) < ENOUGH_AROUND or not target.total:
        return None
    return round(len(words & target.weights.keys()) / len(words), 3)


def _copied(source: Words, target: _Target) -> float | None:
    if target.runs is None:
        return None
    if len(source.content & target.weights.keys()) < SUSPECT * len(target.weights):
        return 0.0
    return round(copied(target.runs, runs_of(source), spaceless=target.spaceless), 3)


def _same_title(title: str, other: str) -> bool:
    return bool(other) and " ".join(title.split()).casefold() == other.casefold()
