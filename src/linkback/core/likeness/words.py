"""Words: a text taken apart for comparing, without case, punctuation, stop words and endings."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from linkback.core.likeness.folding import folded
from linkback.core.likeness.scripts import LATIN, SPACELESS, script_of
from linkback.core.likeness.stopwords import STOPPED

COMPARED = 30_000  # characters of a text that are compared with another, at most; a long article has 20 000
# Characters of a text that are looked at without a suspicion; 500 words tell what it is about. Half as many where
# words have no blanks, since a character says more there.
GLANCED = 3000
REMEMBERED = 4  # texts whose words are kept, since a page is asked twice for them: what it is, and what it is like

_SCRIPTED_STEM = 12  # bytes of a word that are compared, where a letter has two bytes or three: endings come after them
_LATIN_STEM = 6
_PIECE = GLANCED // 6  # a glance takes four at the beginning, one in the middle and one at the end


@dataclass(frozen=True, slots=True)
class Words:
    """A text taken apart: its different words, those of them that are no stop words, and in `content` what it is about.

    That is the stems of the latter; pairs of characters where words have no blanks. `density` is how many words
    there are to a character.
    """

    script: str
    distinct: frozenset[bytes]
    telling: frozenset[bytes]
    content: frozenset[bytes | int]
    density: float


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A text as a key that is one with itself only: to hash a whole page would cost more than to look at it."""

    text: str

    def __hash__(self) -> int:
        return id(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.text is self.text


def glance_at(text: str) -> Words:
    """Take a text apart, of a long one its beginning and a piece of its middle and end."""
    return _glance(_Same(text))


@lru_cache(REMEMBERED)
def _glance(same: _Same) -> Words:
    text = same.text
    script = script_of(text[:GLANCED])
    piece = _PIECE // 2 if script in SPACELESS else _PIECE
    if len(text) > 6 * piece:
        middle = len(text) // 2
        text = f"{text[: 4 * piece]} {text[middle : middle + piece]} {text[-piece:]}"
    listed = listed_words(text, script)
    distinct = frozenset(listed)
    telling = distinct - STOPPED
    content = content_in(listed, script) if script in SPACELESS else _stems(telling, script)
    return Words(script, distinct, telling, frozenset(content), len(listed) / max(1, len(text)))


def content_in(words: Collection[bytes], script: str) -> list[bytes | int]:
    """Return what some words are about, in their order: stems without stop words, or pairs of their characters."""
    if script in SPACELESS:
        return pairs_of(letters_of(words))
    return _stems([word for word in words if word not in STOPPED], script)


def _stems(words: Iterable[bytes], script: str) -> list[bytes | int]:
    end = _LATIN_STEM if script == LATIN else _SCRIPTED_STEM
    return [word[:end] for word in words]


def listed_words(text: str, script: str) -> list[bytes]:
    """Return the words of a text in order; what stands between punctuation, where words have no blanks."""
    return folded(text, script).split()


def letters_of(listed: Iterable[bytes]) -> str:
    """Return a text without blanks and punctuation."""
    return b"".join(listed).decode("utf-8", "replace")


def pairs_of(letters: str) -> list[bytes | int]:
    """Return each pair of neighbouring characters as a number; first those that begin at even places."""
    units = memoryview(letters.encode("utf-16-le", "replace"))
    return [pair for start in (0, 2) for pair in units[start : start + (len(units) - start) // 4 * 4].cast("I")]
