"""Names of hosts that are made of what they sell: best-cheap-casino-bonus.example.

Levels: `soft` (one or two of the softer words), `word` (one loud word), `words` (a loud word and others that sell, or
three softer ones).
"""

import re
from functools import lru_cache

from linkback.core import urls
from linkback.core.model import Candidate, HostHistory, Signal
from linkback.core.vocabulary import INSIDE, quoted, selling

LEVELS = ("soft", "word", "words")
SEVERAL = 3  # softer words
REMEMBERED = 1024  # hosts

_DIGITS = re.compile("[0-9]+")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against hosts that are named for what is sold by links."""
    host = urls.host_of(candidate.source)
    level, words = _named(host)
    if not level:
        return None
    return Signal("keyword_host", f"The site's name advertises: {host} ({quoted(words)}).", level)


@lru_cache(REMEMBERED)
def _named(host: str) -> tuple[str, tuple[str, ...]]:
    """Return the level of a host's name and the words that it sells by; its last label is nobody's choice of words."""
    name = _DIGITS.sub(" ", host.rpartition(".")[0])
    loud, soft = selling(name)
    loud += tuple(word for word in INSIDE if word in name and word not in loud)
    if loud:
        return "words" if len(loud) + len(soft) > 1 else "word", loud + soft
    level = "words" if len(soft) >= SEVERAL else "soft" if soft else ""
    return level, soft
