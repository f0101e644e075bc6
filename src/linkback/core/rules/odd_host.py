"""Names of hosts that nobody would choose to be remembered by.

Levels: `address` (a number instead of a name), `random` (a long label that cannot be spoken), `hyphens` (four parts
and more in one label), `digits` (five digits and more), `long` (26 characters in one label), `deep` (six labels and
more).
"""

import re
from functools import lru_cache

from linkback.core import urls
from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("address", "random", "hyphens", "digits", "long", "deep")
SENTENCES = {
    "address": "The site has only a number for a name: {}.",
    "random": "The site's name looks made up by a machine: {}.",
    "hyphens": "The site's name is strung together with hyphens: {}.",
    "digits": "The site's name is full of digits: {}.",
    "long": "The site's name is unusually long: {}.",
    "deep": "The site's name has unusually many parts: {}.",
}
HYPHENS = 3
DIGITS = 5
LONGEST = 26  # characters of a label
LABELS = 6
REMEMBERED = 1024  # hosts

# Nine consonants in a row, or twice five: German has eight (Angstschweiß), but once. Or letters and digits in turn.
_C = "[bcdfghjklmnpqrstvwxz]"
_UNSPOKEN = re.compile(f"{_C}{{9}}|{_C}{{5}}[^.]*[aeiouy0-9-]{_C}{{5}}|(?:[a-z]+[0-9]+){{3}}")
_DIGIT = re.compile("[0-9]")
_LONG = 10  # characters; short names are abbreviations


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against names that are odd."""
    host = urls.host_of(candidate.source)
    level = _oddity(host)
    return Signal("odd_host", SENTENCES[level].format(host), level) if level else None


@lru_cache(REMEMBERED)
def _oddity(host: str) -> str:
    """Return the level of a host's name, empty for a plain one."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return "address"
    names = [label for label in labels[:-1] if not label.startswith("xn--")]
    if any(len(name) >= _LONG and _UNSPOKEN.search(name) for name in names):
        return "random"
    if any(name.count("-") >= HYPHENS for name in names):
        return "hyphens"
    if any(len(_DIGIT.findall(name)) >= DIGITS for name in names):
        return "digits"
    if any(len(name) >= LONGEST for name in names):
        return "long"
    return "deep" if len(labels) >= LABELS else ""
