"""Whether the links of the page to other sites advertise what junk sells, wherever on the page they stand.

Levels: `one` (one or two links, which an honest page has by chance or for its keep), `some` (three), `many` (ten, or a
third of five links and more).
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("one", "some", "many")
SOME, MANY = 3, 10  # links; more than ten are not counted
SHARE = 3  # one in so many
ENOUGH = 5  # links, for their share to mean something


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that advertise by their links."""
    makeup = candidate.evidence.makeup
    selling, links = makeup.selling, makeup.links
    if not selling:
        return None
    mostly = links >= ENOUGH and SHARE * selling >= links and selling >= SOME
    level = "many" if mostly or selling >= MANY else "some" if selling >= SOME else "one"
    count = f"{selling} and more" if selling >= MANY else str(selling)
    return Signal("advertising", f"Links to other sites that advertise what junk sells: {count} of {links}.", level)
