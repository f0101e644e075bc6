"""One domain that links often within an hour works through a list.

Levels: `some` (five mentions within the last hour), `many` (20), `flood` (100).
"""

from linkback.core import urls
from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("some", "many", "flood")
STEPS = ((100, "flood"), (20, "many"), (5, "some"))  # a blog that is moved or imported tells of a few posts at once
LEAST = STEPS[-1][0]


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against a domain by how many of its mentions came within the last hour."""
    count = candidate.evidence.company.of_domain
    if count < LEAST:
        return None
    level = next(level for least, level in STEPS if count >= least)
    domain = urls.registrable_domain(urls.host_of(candidate.source))
    return Signal("velocity", f"{domain} sent {count} other mentions within the last hour.", level)
