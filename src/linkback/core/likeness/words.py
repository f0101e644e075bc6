"""Words: a text taken apart for comparing, without case, punctuation, stop words and endings.

Words are bytes of UTF-8: of these a table can strip the punctuation, many times faster than letter by letter.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from linkback.core.likeness.scripts import SPACELESS, script_of
from linkback.core.likeness.stopwords import STOPPED

COMPARED = 30_000  # characters of a text that are looked at; a long article has 20 000
REMEMBERED = 4  # texts whose words are kept, since a page is asked twice for them: what it is, and what it is like

_STEM = 6  # letters of a word that are compared: endings come after them
_STEM_BYTES = 12  # the same where a letter has two bytes
_LONGEST = 64  # bytes of a word that are compared; no language has longer ones, nonsense does

_GONE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # between the letters of a word, unseen
_MARKS = (
    "“”„«»‹›‘’‚–—‐‑…·•¡¿\u00a0\u2009\u202f©®™→←×|、。・「」『』（），！？：；《》〈〉【】［］～ー\u3000،؛؟।॥・"
).replace("ー", "")
_ASCII = bytes(code if chr(code).isalnum() or code > 127 else 32 for code in range(256))


@dataclass(frozen=True, slots=True)
class Words:
    """A text taken apart. `listed` are its words in order, `distinct` the same once each, stop words included.

    `content` is what it is about: stems of its other words; pairs of characters where words have no blanks.
    """

    script: str
    listed: list[bytes]
    distinct: frozenset[bytes]
    content: frozenset[bytes | str]

    @property
    def spaceless(self) -> bool:
        """Tell whether there are no blanks between the words."""
        return self.script in SPACELESS


@lru_cache(REMEMBERED)
def words_of(text: str) -> Words:
    """Take a text apart; what is beyond COMPARED characters is not looked at."""
    text = text[:COMPARED]
    script = script_of(text)
    listed = listed_words(text)
    distinct = frozenset(listed)
    if script in SPACELESS:
        return Words(script, listed, distinct, frozenset(pairs_of(letters_of(listed))))
    return Words(script, listed, distinct, frozenset(stems_of(distinct, script)))


def listed_words(text: str) -> list[bytes]:
    """Return the words of a text in order; what stands between punctuation, where words have no blanks."""
    folded = text.casefold()
    if not folded.isascii():
        for mark in _GONE:
            folded = folded.replace(mark, "")
        for mark in _MARKS:
            folded = folded.replace(mark, " ")
    return folded.encode("utf-8", "replace").translate(_ASCII).split()


def stems_of(words: frozenset[bytes], script: str) -> list[bytes | str]:
    """Return the beginnings of the words that are no stop words."""
    end = _STEM if script == "Latin" else _STEM_BYTES
    return [word[:end] for word in words - STOPPED]


def letters_of(listed: list[bytes]) -> str:
    """Return a text without blanks and punctuation."""
    return b"".join(listed).decode("utf-8", "replace")


def pairs_of(letters: str) -> list[bytes | str]:
    """Return each pair of neighbouring characters."""
    return [a + b for a, b in pairwise(letters)]
