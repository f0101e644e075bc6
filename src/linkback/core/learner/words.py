"""Words of a text, as a learner wants them: folded, digits made alike, without those that say nothing.

Scripts that put no blanks between words (Chinese, Japanese, Thai, Lao, Burmese, Khmer) give pairs of neighbouring
characters instead. Linear in the text, and bounded by LONGEST_TEXT.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import normalize

PREFIX = "w:"  # of a feature that is a word
LONGEST_TEXT = 600  # characters read of one text; a title or an excerpt has at most 300
LONGEST_WORD = 24  # characters; what is longer is cut, German compounds keep their beginning
LONGEST_MIXED = 10  # characters of a word with digits in it; longer ones are keys and digests, new each time
REMEMBERED = 8192  # words and what became of them, about 1 MB; most words of most pages are among them
SHORTEST = 3  # letters of a word of Latin script: shorter ones say nothing, "ai" and "tv" aside

# Marks that belong to a word and are no letters: those of Hebrew, Arabic, the scripts of India, Thai, Lao, Burmese.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u0900-\u0963\u0966-\u0df3\u0e31-\u0e3a\u0e47-\u0e4e"
    "\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c"
)
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_PLAIN = re.compile("[a-z0-9]+")
_ANY = re.compile(rf"[^\W_{_SPACELESS}](?:[^\W_{_SPACELESS}]|[{_MARKS}])*|[{_SPACELESS}]+")
_IS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_ZEROS = str.maketrans(dict.fromkeys("123456789", "0"))

# Words of grammar, in the languages that most pages are in. They take room and tell nothing.
_GRAMMAR = (
    "the and for are was were but not you your with that this from have has had they their them there then than which "
    "what when where who how why will would can could should its our his her she him about into over also just more "
    "most some any all been being these those here very only out "
    "der die das und ist nicht ein eine einen einem einer mit von den dem des für auf sich auch als wie ich sie wir "
    "ihr uns war sind bei aus nach noch nur oder aber dass wenn zum zur über durch haben hat wird werden kann mehr "
    "les des une est pas que qui dans pour sur avec par plus son ses sont vous nous mais comme cette ces aux leur mon "
    "los las una uno del por para con como más pero sus este esta esto son sin sobre todo muy "
    "gli dei della delle che non per una sono con come anche più questo questa nel nella "
    "uma dos das não com mais como mas foi ser seu sua pelo pela "
    "het een van voor dat niet met zijn maar ook aan deze naar bij "
    "jest nie się jak dla czy och att som för det inte med til ikke "
    "что это как для или она они его все при так уже был была быть еще если"
)
_EMPTY = frozenset(_GRAMMAR.split())


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text in their order, a word as often as it stands there."""
    return filter(None, map(_told, _found(text)))


def features_of(text: str) -> Iterator[str]:
    """Yield what words_of() does, each word as the feature that it is."""
    return filter(None, map(_feature, _found(text)))


def _found(text: str) -> list[str]:
    text = text[:LONGEST_TEXT]
    return _PLAIN.findall(text.lower()) if text.isascii() else _parted(normalize("NFKC", text).casefold())


def _parted(text: str) -> list[str]:
    found: list[str] = []
    for run in _ANY.findall(text):
        if _IS_SPACELESS.match(run):
            found.extend(run[at : at + 2] for at in range(max(1, len(run) - 1)))
        else:
            found.append(run)
    return found


@lru_cache(REMEMBERED)
def _feature(word: str) -> str:
    told = _told(word)
    return f"{PREFIX}{told}" if told else ""


def _told(word: str) -> str:
    """Return a word as it is learned, or nothing; numbers by their length, 4 for all that are longer."""
    if word in _EMPTY:
        return ""
    if word.isdecimal():
        return "0" * min(len(word), 4)
    if any(map(str.isdecimal, word)):
        return word.translate(_ZEROS) if len(word) <= LONGEST_MIXED else ""
    return word[:LONGEST_WORD] if len(word) >= SHORTEST or not word.isascii() else ""
