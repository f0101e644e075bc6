"""Which domains led to the page before it was reached. Moves within one domain, to https or www, are none.

Levels: `other` (one other domain), `chain` (several).
"""

from linkback.core import urls
from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("other", "chain")


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that are reached by way of other domains."""
    if not candidate.evidence.via:
        return None
    own = urls.registrable_domain(urls.host_of(candidate.source))
    others = [name for name in dict.fromkeys(map(urls.registrable_domain, candidate.evidence.via)) if name != own]
    if not others:
        return None
    named = ", ".join(others[:3])
    return Signal("redirects", f"The page was reached by way of {named}.", "other" if len(others) == 1 else "chain")
