"""Names and words that look like others: letters of several writings in one word. It has two levels.

Levels: `host` (the name of the host), `text` (a word in the title, the anchor or the author's name).
Spec: Unicode UTS 39, of which only what is common in junk is looked at: Latin among Cyrillic or Greek letters
"""

import re
from functools import lru_cache

from linkback.core import urls
from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("host", "text")
REMEMBERED = 1024  # hosts
LEAST_LETTERS = 4  # of a word; µm and Ωcm are honest
# Domains whose own writing is Cyrillic: there a name of such letters only is what it seems.
CYRILLIC_ENDS = frozenset({"ru", "ua", "by", "bg", "rs", "mk", "kz", "su", "mn", "kg", "me"})

# Cyrillic letters that look just like Latin ones.
_LOOK_LATIN = frozenset("асеорхуіјѕԁһӏԛԝьѵ")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-zA-Z\u00c0-\u024f]")
_OTHER = re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0589\u13a0-\u13ff]")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against names and words that are dressed up as others."""
    if shown := _disguised(urls.host_of(candidate.source)):
        return Signal("homograph", f"The name of the site looks like another: “{shown}” mixes alphabets.", "host")
    citation = candidate.citation
    for text in (citation.title, citation.anchor, citation.author.name):
        if not text.isascii() and (word := _mixed_word(text)):
            return Signal("homograph", f"The word “{word}” mixes alphabets to look like another.", "text")
    return None


@lru_cache(REMEMBERED)
def _disguised(host: str) -> str:
    """Return the label of a host that looks like another, as it is shown, empty where none does."""
    if "xn--" not in host:
        return ""
    *labels, end = host.split(".")
    for label in filter(None, map(_shown, labels)):
        if _is_mixed(label) or (end.isascii() and end not in CYRILLIC_ENDS and _looks_latin(label)):
            return label
    return ""


def _shown(label: str) -> str:
    """Return a label as people see it, empty for one that is plain or cannot be read."""
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else ""
    except (UnicodeError, ValueError, OverflowError):
        return ""


def _looks_latin(label: str) -> bool:
    letters = [letter for letter in label if letter.isalpha()]
    return len(letters) >= LEAST_LETTERS and all(letter in _LOOK_LATIN for letter in letters)


def _mixed_word(text: str) -> str:
    words = (word for word in _WORD.findall(text) if len(word) >= LEAST_LETTERS)
    return next((word for word in words if _is_mixed(word)), "")


def _is_mixed(word: str) -> bool:
    return _OTHER.search(word) is not None and _LATIN.search(word) is not None
