"""Scripts: in which letters a text is written.

Names are those of Unicode, but that Japanese is "Kana" where it has any. Blocks are told apart, not single
letters: that is exact enough for what most letters of a page are.
Spec: Unicode UAX 24
"""

from bisect import bisect_right
from collections import Counter

SAMPLED = 300  # characters looked at, spread over the text; enough to tell what most letters are
MOSTLY_ASCII = 1.25  # bytes of UTF-8 a character: below it a text is Latin with few other letters
KANA_SHARE = 0.08  # of kana among kana and Han, from which on a text is Japanese; Chinese names things in it at most

LATIN, GREEK, CYRILLIC, HAN, KANA, HANGUL, THAI = "Latin", "Greek", "Cyrillic", "Han", "Kana", "Hangul", "Thai"

SPACELESS = frozenset({HAN, KANA, THAI, "Lao", "Khmer", "Myanmar", "Tibetan"})
"""The scripts that put no blanks between words."""

_BLOCKS = (
    (0x0000, LATIN), (0x0370, GREEK), (0x0400, CYRILLIC), (0x0530, "Armenian"), (0x0590, "Hebrew"), (0x0600, "Arabic"),
    (0x0700, "Syriac"), (0x0750, "Arabic"), (0x0780, "Thaana"), (0x07C0, "Nko"), (0x0800, ""), (0x0860, "Arabic"),
    (0x0900, "Devanagari"), (0x0980, "Bengali"), (0x0A00, "Gurmukhi"), (0x0A80, "Gujarati"), (0x0B00, "Oriya"),
    (0x0B80, "Tamil"), (0x0C00, "Telugu"), (0x0C80, "Kannada"), (0x0D00, "Malayalam"), (0x0D80, "Sinhala"),
    (0x0E00, THAI), (0x0E80, "Lao"), (0x0F00, "Tibetan"), (0x1000, "Myanmar"), (0x10A0, "Georgian"), (0x1100, HANGUL),
    (0x1200, "Ethiopic"), (0x13A0, "Cherokee"), (0x1400, ""), (0x1780, "Khmer"), (0x1800, "Mongolian"), (0x18B0, ""),
    (0x1C80, CYRILLIC), (0x1C90, "Georgian"), (0x1CC0, ""), (0x1D00, LATIN), (0x1F00, GREEK), (0x2000, ""),
    (0x2C00, "Glagolitic"), (0x2C60, LATIN), (0x2C80, "Coptic"), (0x2D00, "Georgian"), (0x2D30, "Tifinagh"),
    (0x2D80, "Ethiopic"), (0x2DE0, CYRILLIC), (0x2E00, ""), (0x2E80, HAN), (0x3000, ""), (0x3041, KANA), (0x3100, HAN),
    (0x3130, HANGUL), (0x3190, ""), (0x31F0, KANA), (0x3200, ""), (0x3400, HAN), (0xA000, "Yi"), (0xA4D0, ""),
    (0xA640, CYRILLIC), (0xA6A0, ""), (0xA720, LATIN), (0xA800, ""), (0xA8E0, "Devanagari"), (0xA900, ""),
    (0xA960, HANGUL), (0xA980, ""), (0xAC00, HANGUL), (0xD800, ""), (0xF900, HAN), (0xFB00, LATIN),
    (0xFB13, "Armenian"),
    (0xFB1D, "Hebrew"), (0xFB50, "Arabic"), (0xFE00, ""), (0xFE70, "Arabic"), (0xFF00, LATIN), (0xFF66, KANA),
    (0xFFA0, HANGUL), (0xFFE0, ""), (0x20000, HAN), (0x323B0, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]
_NAMES = [name for _, name in _BLOCKS]


def script_of(text: str) -> str:
    """Return the script that most letters of a text are of, such as "Latin" or "Han"; "" without letters."""
    if not text:
        return ""
    sample = text[:: max(1, len(text) // SAMPLED)]
    if not sample.isascii() and len(sample.encode("utf-8", "replace")) > MOSTLY_ASCII * len(sample):
        return _most(sample)
    return LATIN if any(map(str.isalpha, sample)) or any(map(str.isalpha, text)) else ""


def _most(sample: str) -> str:
    counts: Counter[str] = Counter()
    for letter, count in Counter(sample).items():
        if letter.isalpha():
            counts[_NAMES[bisect_right(_STARTS, ord(letter)) - 1]] += count
    del counts[""]
    if counts[KANA] > KANA_SHARE * (counts[KANA] + counts[HAN]):
        counts[KANA] += counts.pop(HAN, 0)
    return max(counts, key=lambda name: counts[name], default="") if counts.total() else ""
