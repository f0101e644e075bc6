"""Likeness: is one text about the same as another, and does it stand in it?

Pure text: what pages are made of is told in core.pages. Words are compared without case, punctuation and
endings, and those that every text of a language has are left out. Scripts without blanks between words are
compared by pairs of characters. Whether a text was copied is looked at closely only after a glance says that it
may have been. Everything takes time and memory in proportion to the text; digests are the same on any machine.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log2, sqrt

from linkback.core.likeness.copying import copied, is_likely, runs_of
from linkback.core.likeness.folding import folded
from linkback.core.likeness.scripts import GREEK, HAN, HANGUL, KANA, SPACELESS, THAI, script_of
from linkback.core.likeness.stopwords import language_by
from linkback.core.likeness.wording import similar, wording_of
from linkback.core.likeness.words import COMPARED, Words, content_in, glance_at, letters_of, listed_words
from linkback.core.model import Likeness

__all__ = [
    "SPACELESS", "Profile", "Words", "compare", "glance_at", "language_of", "profile_of", "script_of", "similar",
    "wording_of",
]  # fmt: skip

_Content = frozenset[bytes | int]

MAX_KEPT = 16_000  # bytes of one profile, so that a thousand own pages take 16 MB at the very most
READY = 32  # profiles that are unpacked; 0.2 MB each, those of very long pages 0.8 MB
SUSPECT = 0.3  # share of the words that source and target have in common, from which on it may be a copy
ENOUGH_TO_COPY = 40  # words; a shorter text is quoted whole by honest answers
ENOUGH_LETTERS = 100  # the same where words have no blanks
ENOUGH_AROUND = 3  # words that say something; fewer do not tell what a link is about
TITLE_WEIGHT = 2.0  # of a word of the title, beside what it weighs in the text
MAX_TITLE = 300  # characters
ENOUGH_TITLE = 12  # bytes of UTF-8: about two words, or four characters of Chinese

_SITE_NAME = re.compile(r"\s[|–—·»«•:-]+\s|\s*[｜|]\s*")
_LANGUAGE_OF = {KANA: "ja", HAN: "zh", HANGUL: "ko", THAI: "th", GREEK: "el"}


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is kept of an own page to compare others with: its text, packed, at most MAX_KEPT bytes.

    `heading` is its title as it is compared with others, `language` a primary subtag.
    """

    packed: bytes
    title: str = ""
    heading: str = ""
    language: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class _Target:
    """A profile, unpacked: what its words weigh, and its runs where it is long enough to be copied.

    `known` are these runs, each once, `size` is how many bytes its text has when it is folded.
    """

    weights: dict[bytes | int, float]
    content: frozenset[bytes | int]
    total: float
    runs: Sequence[int]
    known: frozenset[int]
    size: int
    script: str

    @property
    def spaceless(self) -> bool:
        """Tell whether there are no blanks between its words."""
        return self.script in SPACELESS


def profile_of(text: str, title: str = "", language: str = "") -> Profile:
    """Return what to keep of an own page. `language` is what the page says; without it, it is guessed."""
    text = " ".join(text[:COMPARED].split())
    spoken = language.partition("-")[0].lower() or language_of(text)
    while len(packed := zlib.compress(text.encode("utf-8", "replace"))) > MAX_KEPT:
        text = text[: len(text) * MAX_KEPT // len(packed) - 1]
    return Profile(packed, title[:MAX_TITLE], _heading(title), spoken, script_of(text))


def language_of(text: str) -> str:
    """Return the language a text is most likely in, as a primary subtag; "" if it is not clear.

    Told by its stop words, and where a script is that of one language for the most part, by that.
    """
    words = glance_at(text)
    return _LANGUAGE_OF.get(words.script) or language_by(words.distinct)


def compare(text: str, around: str, title: str, profile: Profile | None) -> Likeness:
    """Tell how a source is like the page that it links to; nothing is known without a profile of that.

    `text` is what the source says, `around` what it says around the link, `title` how it is called.
    """
    if profile is None:
        return Likeness()
    target = _unpacked(profile)
    content = glance_at(text).content
    shared = content & target.content
    return Likeness(
        relevance=_relevance(content, shared, target),
        nearness=_nearness(around, target),
        copied=_copied(text, content, shared, target),
        same_title=profile.heading != "" and _heading(title) == profile.heading,
        language=profile.language,
        script=profile.script,
    )


@lru_cache(READY)
def _unpacked(profile: Profile) -> _Target:
    spaceless = profile.script in SPACELESS
    text = folded(zlib.decompress(profile.packed).decode("utf-8", "replace"), profile.script)
    listed = text.split()
    counts = Counter(content_in(listed, profile.script))
    weights = {word: 1 + log2(count) for word, count in counts.items()}
    for word in content_in(listed_words(profile.title, profile.script), profile.script):
        weights[word] = weights.get(word, 0.0) + TITLE_WEIGHT
    enough = len(letters_of(listed)) >= ENOUGH_LETTERS if spaceless else len(listed) >= ENOUGH_TO_COPY
    runs = runs_of(listed, spaceless=spaceless) if enough else ()
    return _Target(
        weights=weights,
        content=frozenset(weights),
        total=sqrt(sum(weight * weight for weight in weights.values())),
        runs=runs,
        known=frozenset(() if spaceless else runs),
        size=len(text),
        script=profile.script,
    )


def _heading(title: str) -> str:
    """Return a title as it is compared, without the name of the site; "" for one as short as "Home"."""
    parts = [" ".join(part.split()).casefold() for part in _SITE_NAME.split(title[:MAX_TITLE])]
    longest = max(parts, key=len)
    return longest if len(longest.encode("utf-8", "replace")) >= ENOUGH_TITLE else ""


def _relevance(content: _Content, shared: _Content, target: _Target) -> float | None:
    """Return the cosine of what two texts are about."""
    if not content or not target.total:
        return None
    return round(min(1.0, sum(map(target.weights.__getitem__, shared)) / (target.total * sqrt(len(content)))), 3)


def _nearness(around: str, target: _Target) -> float | None:
    """Return the share of what is said around a link that the target is about as well."""
    content = glance_at(around).content
    if len(content) < ENOUGH_AROUND or not target.total:
        return None
    return round(len(content & target.content) / len(content), 3)


def _copied(text: str, content: _Content, shared: _Content, target: _Target) -> float | None:
    if not target.runs:
        return None
    if len(shared) < SUSPECT * min(len(content), len(target.content)):
        return 0.0
    said = folded(text[:COMPARED], target.script)
    if not target.spaceless and not is_likely(target.known, target.size, said):
        return 0.0
    runs = runs_of(said.split(), spaceless=target.spaceless)
    return round(copied(target.runs, runs, spaceless=target.spaceless), 3)
