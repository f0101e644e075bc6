"""Text of strangers: made plain, and cut where people would cut it.

`clean` takes out what cannot be seen, `bounded` and `around` keep a text within a length
without splitting words or characters, `sentences` finds where sentences end. Lengths are
in characters (code points). Every function is linear in its text.
Spec: Unicode UAX 29 (sentences, grapheme clusters), UAX 31 2.3 (joiners), JIS X 4051 (line breaks)
"""

import re

ELLIPSIS = "…"
MAX_MARKS = 8  # combining marks on one letter; Vietnamese, Hebrew and Tibetan need up to five, "zalgo" has dozens

# Blank in every font, yet letters or symbols to Unicode: Hangul fillers, the empty Braille cell.
_FILLERS = "\u3164\uffa0\u2800"
# Controls, bidi marks and overrides, zero-width blanks, soft hyphen, tags, annotations,
# halves of characters and non-characters. The joiners U+200C and U+200D are judged one by one.
_GONE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    + "".join(f"|[{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}]" for plane in range(1, 17))
)
# Scripts whose spelling needs joiners (UAX 31 2.3): Arabic to N'Ko, those of India, Tibet and Indochina, Mongolian.
_JOINING = "\u0600-\u06ff\u0700-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u0900-\u0fff\u1000-\u109f\u1780-\u18af"
_VIRAMA = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2"
_EMOJI = "\u2190-\u2bff\ufe0f\u20e3\U0001f000-\U0001faff"
_JOINER = re.compile(
    f"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])"
    f"|(?<=[{_VIRAMA}])[\u200c\u200d](?![\u200c\u200d])"
    f"|(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])"
    "|([\u200c\u200d])"
)
_MARKS = re.compile(f"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{{{MAX_MARKS}}})"
                    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+")  # fmt: skip
_TO_BLANKS = str.maketrans(dict.fromkeys(_FILLERS, " "))


def clean(text: str) -> str:
    """Return a text plain and on one line: white space collapsed, nothing in it that cannot be seen.

    Taken out are C0 and C1 controls, bidi marks and overrides, zero-width and tag characters,
    soft hyphens, lone surrogates and non-characters. A joiner (ZWJ, ZWNJ) stays where spelling
    needs it: between letters of Arabic, Indic and like scripts, after a virama, and (ZWJ) between emoji.
    """
    line = " ".join(text.split())
    if line.isascii() and line.isprintable():
        return line
    return " ".join(_visible(line).split())


def _visible(text: str) -> str:
    text = _GONE.sub("", text.translate(_TO_BLANKS))
    if "\u200c" in text or "\u200d" in text:
        text = _JOINER.sub(lambda found: "" if found[1] else found[0], text)
    return _MARKS.sub(r"\1", text)


def bounded(text: str, limit: int) -> str:
    """Return a text cut to at most limit characters, at the end of a word, with "…" where it was cut.

    Only a single word that is longer than the limit is cut inside, between whole characters.
    """
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit)
    return text[: end if end > 0 else limit - 1].rstrip() + ELLIPSIS
