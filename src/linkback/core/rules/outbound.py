"""To how many other sites the page links, and how thick with links its text is.

Levels: `few` (up to five other sites, in a text of at least 100 words), `many` (30 sites), `crowd` (100 sites),
`dense` (ten sites and more, a link to every ten words or fewer), `swarm` (30 sites and more, as dense).
Honest lists of links lead to many sites too, but they say something of each.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("few", "many", "crowd", "dense", "swarm")
FEW, SOME, MANY, CROWD = 5, 10, 30, 100  # other sites
A_TEXT = 100  # words
WORDS_PER_LINK = 10


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that link everywhere, and for those that choose."""
    makeup = candidate.evidence.makeup
    if not makeup.words or not makeup.hosts:
        return None
    links = f"{makeup.links} links" if makeup.links != 1 else "1 link"
    sites = f"{makeup.hosts} other sites" if makeup.hosts != 1 else "1 other site"
    if level := _level(makeup.hosts, makeup.links, makeup.words):
        return Signal("outbound", f"The page has {links} to {sites}, in {makeup.words} words.", level)
    return None


def _level(hosts: int, links: int, words: int) -> str:
    if hosts >= SOME and words <= WORDS_PER_LINK * links:
        return "swarm" if hosts >= MANY else "dense"
    if hosts >= MANY:
        return "crowd" if hosts >= CROWD else "many"
    return "few" if hosts <= FEW and words >= A_TEXT else ""
