"""Text of strangers: made plain, and cut where people would cut it.

`clean` takes out what cannot be seen, `bounded` and `around` keep a text within a length
without splitting words or characters, `sentences` finds where sentences end. Lengths are
in characters (code points). Every function is linear in its text.
Spec: Unicode UAX 29 (sentences, grapheme clusters), UAX 31 2.3 (joiners), JIS X 4051 (line breaks)
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache

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
_STACKED = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
_MARKS = re.compile(f"([{_STACKED}]{{{MAX_MARKS}}})[{_STACKED}]+")
# What is taken out or bounded although Unicode calls it printable.
_UNSEEN = re.compile(f"[{_FILLERS}\u034f\U000e0000-\U000e0fff{_STACKED}]")
_TO_BLANKS = str.maketrans(dict.fromkeys(_FILLERS, " "))

MAX_CLUSTER = 64  # code points searched for the end of one character; an emoji of a family has eleven
MIN_SENTENCE = 40  # columns; a shorter one ("Read this.") says nothing without its neighbours
MAX_ABBREVIATION = 24  # characters looked at before and after a full stop

_FULL_STOPS = ".\u2024\ufe52\uff0e"  # ATerm of UAX 29
_STOPS = (  # STerm of UAX 29, and the Greek question mark
    "!?\u037e\u055c\u055e\u0589\u061d-\u061f\u06d4\u0700-\u0702\u07f9\u0837\u0839\u083d\u083e\u0964\u0965\u104a\u104b"
    "\u1362\u1367\u1368\u166e\u1735\u1736\u17d4\u17d5\u1803\u1809\u1944\u1945\u1aa8-\u1aab\u1b5a\u1b5b\u1b5e\u1b5f\u1c3b\u1c3c"
    "\u1c7e\u1c7f\u203c\u203d\u2047-\u2049\u2e2e\u2e3c\u3002\ua4ff\ua60e\ua60f\ua6f3\ua6f7\ua876\ua877\ua8ce\ua8cf\ua92f"
    "\ua9c8\ua9c9\uaa5d-\uaa5f\uaaf0\uaaf1\uabeb\ufe56\ufe57\uff01\uff1f\uff61"
)
_SPACELESS = "\u3002\uff01\uff1f\uff61\uff0e\u104a\u104b\u1362\u17d4"  # stops that need no blank after them
_CONTINUES = (  # SContinue of UAX 29
    ",-:;\u055d\u060c\u060d\u07f8\u1802\u1808\u2013\u2014\u3001\ufe10\ufe11\ufe13\ufe50\ufe51\ufe55\uff0c\uff0d\uff1a\uff64"
)
_EXTENDING = "\u0300-\u036f\u200d\u20e3\ufe0e\ufe0f"
# Close of UAX 29 without brackets that open; “ and ‘ close in German, but before Chinese they open.
_CLOSING = (
    "\"')\\]}\xab\xbb\u2019\u201a\u201b\u201d-\u201f\u2039\u203a\u2046\u207e\u2309\u230b\u275b-\u2760\u2769\u276b\u276d\u276f"
    "\u2771\u2773\u2775\u27e7\u27e9\u27eb\u2e21\u2e23\u2e25\u2e27\u2e29\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\u301e\u301f"
    "\ufe42\ufe44\ufe5a\ufe5c\ufe5e\uff09\uff3d\uff5d\uff60\uff63"
)
_AFTER = rf"[{_EXTENDING}]*(?P<close>(?:[{_CLOSING}{_EXTENDING}]|[‘“](?![\u2e80-\uffef]))*)(?P<blank>[^\S\n]*)"
# Most texts are one line without a semicolon. Then a pattern will do whose first letter can be searched for: faster.
_STOP = re.compile(f"(?P<marks>[{_FULL_STOPS}{_STOPS}][{_FULL_STOPS}{_STOPS}]*){_AFTER}")
_END = re.compile(rf"(?P<marks>[{_FULL_STOPS}{_STOPS}]+|(?<=[\u0370-\u03ff\u1f00-\u1fff]);){_AFTER}\n?|\n")
_TERMINATORS = frozenset(
    _FULL_STOPS + "!?\u037e\u0589\u061f\u06d4\u0964\u0965\u104a\u104b\u1362\u203c\u203d\u3002\uff01\uff1f\uff61"
)
_QUOTED = re.compile("「[^「」\n]{0,200}」|『[^『』\n]{0,200}』")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.-?){1,5}[^\W\d_]{1,3}")
_OPENING = "([{\"'«„“‘¿¡"
_MAY_BE_LAST = frozenset({"a.m", "p.m", "u.s.a", "т.д", "т.п", "u.s.w", "o.ä", "u.ä"})

# Words with a full stop that a sentence does not end with, by language; those of "" are clear in any.
_NEVER_LAST = {
    "": "dr prof mr mrs ms messrs mme mlle st ste hr sr sra srta dra ing dipl vs cf vgl bzw ca approx rev capt lt sgt",
    "en": "hon gen col gov sen rep pres mt dept univ esp fr",
    "de": "fr frl evtl ggf inkl exkl sog bspw zzgl abzgl bes insb insbes mind max min hl geb gest verh mio mrd tel str "
    "betr ehem einschl ev kath gegr lfd nat phil med rer habil priv urspr allg jur dt engl franz lat griech österr zw",
    "fr": "mm pr av bd env ex éd hab chap boul",
    "es": "sres dña lic ud uds vd vds av avda aprox ej gral tte cap excmo excma",
    "it": "sig sigg dott avv egr es",
    "pt": "exmo exma ex",
    "nl": "dhr mevr drs ir bijv evt",
    "pl": "np ul tzw tzn mgr inż św ks",
    "cs": "např tzv tj mgr",
    "ru": "т е им ул см проф акад напр св гр тов",
    "el": "κ κα δρ αγ",
}
_BEFORE_NUMBER = (
    "no nos nr nrn p pp s ss vol fig figs ch sec art eq abs abb kap bd tab ziff chap núm pág págs cap стр рис гл п σελ "
    "jan feb mar apr jun jul aug sep sept oct okt nov dec dez"
)
_GERMAN_MONTHS = frozenset({
    "januar", "jänner", "februar", "feber", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober",
    "november", "dezember", "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "okt", "nov", "dez",
    "jahrhundert", "jh", "jahrhunderts",
})  # fmt: skip
_GERMAN_OPENERS = frozenset({
    "der", "die", "das", "dem", "den", "ein", "eine", "er", "sie", "es", "ich", "wir", "ihr", "man", "dies", "diese",
    "dieser", "dieses", "danach", "dann", "da", "darum", "und", "aber", "doch", "denn", "wer", "was", "wie", "wo",
    "warum", "wenn", "als", "nach", "im", "in", "am", "an", "auf", "mit", "bei", "für", "von", "vor", "so", "auch",
    "nun", "jetzt", "heute", "gestern", "seit", "alle", "kein", "keine", "mein", "meine", "sein", "seine",
})  # fmt: skip

_BLANKS = frozenset({"", " ", "\n"})
_INDOCHINA = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1780", "\u17ff"),
    ("\u1950", "\u19df"),
    ("\u0f00", "\u0fff"),
)
# What may not begin a line, or end one: closing brackets, small kana, marks that go with the letter before or after.
_NOT_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々ー’”）〕］｝〉》」』】〙〗〟～…‥ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ｡､｣"
    "ๆฯะาำๅະາຳຯໆ။၊ៗ។៕,.!?:;)]}"
)
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【〘〖〝｢¥＄￥เแโใไເແໂໃໄ([{")
_EXTENDS = frozenset("\u200c\u200d\u0e33\u0eb3\ufe0e\ufe0f" + "".join(map(chr, range(0x1F3FB, 0x1F400))))
_VIRAMAS = frozenset(_VIRAMA)
_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


@dataclass(frozen=True, slots=True)
class _Abbreviations:
    """What is known of full stops in a language; `german_only` means that ordinals are certain to have one."""

    never_last: frozenset[str]
    before_number: frozenset[str]
    german: bool
    german_only: bool


@cache
def _abbreviations_of(language: str) -> _Abbreviations:
    words = " ".join(_NEVER_LAST.values()) if not language else f"{_NEVER_LAST['']} {_NEVER_LAST[language]}"
    never_last = frozenset(words.split())
    return _Abbreviations(never_last, frozenset(_BEFORE_NUMBER.split()), language in ("", "de"), language == "de")


def _abbreviations(language: str) -> _Abbreviations:
    return _abbreviations_of(language if language in _NEVER_LAST else "en")


def clean(text: str) -> str:
    """Return a text plain and on one line: white space collapsed, nothing in it that cannot be seen.

    Taken out are C0 and C1 controls, bidi marks and overrides, zero-width and tag characters,
    soft hyphens, lone surrogates and non-characters. A joiner (ZWJ, ZWNJ) stays where spelling
    needs it: between letters of Arabic, Indic and like scripts, after a virama, and (ZWJ) between emoji.
    """
    line = " ".join(text.split())
    return line if _is_visible(line) else " ".join(_visible(line).split())


def is_plain(text: str) -> bool:
    """Tell whether clean() would leave a text and all parts of it as they are, but for white space around them."""
    return "  " not in text and _is_visible(text)


def _is_visible(text: str) -> bool:
    return text.isprintable() and (text.isascii() or not _UNSEEN.search(text))


def _visible(text: str) -> str:
    text = _GONE.sub("", text.translate(_TO_BLANKS))
    if "\u200c" in text or "\u200d" in text:
        text = _JOINER.sub(lambda found: "" if found[1] else found[0], text)
    return _MARKS.sub(r"\1", text)


def bounded(text: str, limit: int) -> str:
    """Return a text cut to at most limit characters, at the end of a word, with "…" where it was cut.

    Only a word that is longer than the limit, or a text of a script without blanks, is cut
    elsewhere, and never inside of what people see as one character.
    """
    if len(text) <= limit:
        return text
    end = _earlier(text, limit - len(ELLIPSIS), 0)
    if end == 0:
        end = next((i for i in range(limit - 1, max(0, limit - MAX_CLUSTER), -1) if is_boundary(text, i)), limit - 1)
    return text[:end].rstrip() + ELLIPSIS


def sentences(text: str, language: str = "") -> list[tuple[int, int]]:
    """Return where each sentence of a text starts and ends, without the white space around it.

    UAX 29 (SB3 to SB11), and beyond it: no end after an abbreviation, an initial, a German ordinal
    or a number that counts a list, none inside an address, and none before what follows a quotation
    in Japanese brackets. A line feed always ends one. A language tag, where known, picks the abbreviations.
    """
    cuts: list[int] = []
    known = _abbreviations(language.partition("-")[0].lower())
    quoted = [match.span() for match in _QUOTED.finditer(text)] if "「" in text or "『" in text else []
    start = 0
    ends = _END if "\n" in text or ";" in text else _STOP
    for found in ends.finditer(text):
        if quoted:
            while quoted and quoted[0][1] <= found.start():
                quoted.pop(0)
            if quoted and quoted[0][0] < found.start():
                continue
        if _ends_sentence(text, start, found, known):
            cuts.append(start := found.end())
    cuts.append(len(text))
    return _without_blanks(text, cuts)


def around(text: str, span: tuple[int, int], limit: int, language: str = "") -> str:
    """Return the sentence of a text that holds a span, in at most limit characters and on one line.

    A sentence of a few words takes its neighbours along; one that is too long is cut at words on
    both sides of the span, with "…" where it was cut. The span is always in it, whole if it fits.
    """
    spans = sentences(text, language) or [(0, 0)]
    ends = [end for _, end in spans]
    first = min(bisect_right(ends, span[0]), len(spans) - 1)
    last = min(bisect_left(ends, span[1]), len(spans) - 1)
    start, end = min(spans[first][0], span[0]), max(ends[max(first, last)], span[1])
    if end - start > limit:
        return " ".join(_cut(text, (start, end), span, limit).split())
    if end - start < MIN_SENTENCE and _columns(text[start:end]) < MIN_SENTENCE:
        if first > 0 and end - spans[first - 1][0] <= limit:
            start = spans[first - 1][0]
        if last + 1 < len(spans) and spans[last + 1][1] - start <= limit:
            end = spans[last + 1][1]
    return " ".join(text[start:end].split())


def _without_blanks(text: str, cuts: list[int]) -> list[tuple[int, int]]:
    """Return where the parts of a text between cuts start and end without the white space around them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in cuts:
        inner = text[start:cut].rstrip()
        if stripped := inner.lstrip():
            end = start + len(inner)
            spans.append((end - len(stripped), end))
        start = cut
    return spans


def _ends_sentence(text: str, start: int, found: re.Match[str], known: _Abbreviations) -> bool:
    """Tell whether a terminator with what closes it and the blanks after it ends a sentence."""
    end = found.end()
    after = text[end : end + 1]
    if not after or "\n" in found[0]:
        return True
    if after in _CONTINUES or after in _TERMINATORS:  # SB8a
        return False
    if not found["blank"]:
        return _ends_without_blank(found, after)
    marks = found["marks"]
    if marks.strip(_FULL_STOPS):
        return True
    if _next_letter(text, end).islower():  # SB8
        return False
    return len(marks) > 1 or not _is_abbreviated(text, start, found, known)


def _ends_without_blank(found: re.Match[str], after: str) -> bool:
    """Tell whether a sentence ends where no blank follows: only in scripts that have none there."""
    if found["close"] and "\u3041" <= after <= "\u309f":
        return False  # 「…。」と言った: what was said is part of the sentence
    wide = _is_wide(after)
    return wide or (found["marks"][-1] > "\u0530" and not after.isalnum()) or found["marks"][-1] in _SPACELESS


def _next_letter(text: str, at: int) -> str:
    """Return the first letter from a position on, "" if a sentence or line ends before one."""
    while at < len(text) and not text[at].isalpha():
        if text[at] == "\n" or text[at] in _TERMINATORS:
            return ""
        at += 1
    return text[at : at + 1]


def _is_abbreviated(text: str, start: int, found: re.Match[str], known: _Abbreviations) -> bool:
    """Tell whether a full stop belongs to the word before it."""
    end = found.start()
    begin = max(text.rfind(" ", start, end), start - 1, end - MAX_ABBREVIATION) + 1
    written = text[begin:end].lstrip(_OPENING)
    word = written.lower()
    following = text[found.end() : found.end() + MAX_ABBREVIATION]
    if word.isdigit():
        return not text[start:begin].strip() or _is_ordinal(word, following, known)
    if word in known.never_last or (word in known.before_number and following[:1].isdigit()):
        return True
    if len(written) == 1:
        return written.isalpha() and (written.isupper() or written < "ž") and written != "I"
    return _INITIALS.fullmatch(written) is not None and word not in _MAY_BE_LAST


def _is_ordinal(number: str, following: str, known: _Abbreviations) -> bool:
    """Tell whether a number with a full stop counts what follows, as in "am 3. Oktober"."""
    word = re.match(r"\w*", following)
    name = word[0].lower() if word else ""
    if name in _GERMAN_MONTHS:
        return known.german
    return known.german_only and len(number) <= 2 and name not in _GERMAN_OPENERS


def _cut(text: str, sentence: tuple[int, int], span: tuple[int, int], limit: int) -> str:
    """Cut a sentence on both sides of a span, at words, sharing the room fairly."""
    middle = text[slice(*span)]
    room = limit - len(middle) - 2 * len(ELLIPSIS)
    if room <= 0:
        return bounded(middle, limit)
    before, after = span[0] - sentence[0], sentence[1] - span[1]
    left = min(before, max(room // 2, room - after))
    right = min(after, room - left)
    start = sentence[0] if left == before else _later(text, span[0] - left, span[0])
    end = sentence[1] if right == after else _earlier(text, span[1] + right, span[1])
    return _dotted(text[start:end], start > sentence[0], end < sentence[1])


def _dotted(text: str, before: bool, after: bool) -> str:
    return (ELLIPSIS if before else "") + text.strip() + (ELLIPSIS if after else "")


def _later(text: str, at: int, end: int) -> int:
    """Return the first place from a position on, at most end, where a text may begin."""
    words = next((i for i in range(at, end) if text[i - 1] in _BLANKS), end)
    if words <= at + (end - at) // 2:
        return words
    return next((i for i in range(at, words) if _may_cut(text, i)), words)


def _earlier(text: str, at: int, start: int) -> int:
    """Return the last place up to a position, at least start, where a text may end."""
    words = next((i for i in range(at, start, -1) if text[i : i + 1] in _BLANKS), start)
    if words >= at - (at - start) // 2:
        return words
    return next((i for i in range(at, words, -1) if _may_cut(text, i)), words)


def _may_cut(text: str, at: int) -> bool:
    """Tell whether a text of a script without blanks may be cut between two of its characters."""
    left, right = text[at - 1 : at], text[at : at + 1]
    if not left or not right:
        return True
    if not (_is_spaceless(left) and _is_spaceless(right)):
        return False
    return left not in _NOT_LAST and right not in _NOT_FIRST and is_boundary(text, at)


def is_boundary(text: str, at: int) -> bool:
    """Tell whether a position of a text lies between whole characters as people see them (UAX 29 GB3 to GB13)."""
    if at <= 0 or at >= len(text):
        return True
    left, right = text[at - 1], text[at]
    if right.isascii():
        return True
    if unicodedata.category(right)[0] == "M" or right in _EXTENDS or left == "\u200d" or left in _VIRAMAS:
        return False
    if _is_flag(left) and _is_flag(right):
        return (at - len(text[:at].rstrip(_FLAGS))) % 2 == 0
    return not (_is_jamo(left) and "\u1160" <= right <= "\u11ff")


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\uac00" <= character <= "\ud7a3"


def _is_wide(character: str) -> bool:
    """Tell whether a character is one of East Asian writing."""
    return character >= "\u2e80" and unicodedata.east_asian_width(character) in ("W", "F")


def _columns(text: str) -> int:
    """Return how much a text says, in columns of a terminal: East Asian characters say, and take, two each."""
    return len(text) if text.isascii() else sum(2 if _is_wide(character) else 1 for character in text)


def _is_spaceless(character: str) -> bool:
    """Tell whether a character is of a script that puts no blanks between words; Korean does."""
    if _is_wide(character):
        return not "\uac00" <= character <= "\ud7a3"
    return any(low <= character <= high for low, high in _INDOCHINA)
