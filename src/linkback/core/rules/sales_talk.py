"""Words of what is sold by links, in the title of the page, its author's name and the text around the link.

Levels: `soft` (no loud word, but four softer ones), `word` (one loud word), `words` (two loud ones, or one among
several softer ones), `title` (a loud word in the title or the author's name).
"""

from linkback.core.model import Candidate, HostHistory, Signal
from linkback.core.vocabulary import quoted, selling

LEVELS = ("soft", "word", "words", "title")
AMONG, ALONE = 3, 4  # softer words, with a loud one and without


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against pages that advertise, by what their title and the text around the link say."""
    citation = candidate.citation
    loud, soft = selling(f"{citation.title}\n{citation.author.name}\n{citation.excerpt}")
    if not loud and len(soft) < ALONE:
        return None
    if titled := selling(citation.title)[0]:
        return Signal("sales_talk", f"The title of the page advertises: {quoted(titled)}.", "title")
    if named := selling(citation.author.name)[0]:
        return Signal("sales_talk", f"The author's name advertises: {quoted(named)}.", "title")
    loud, soft = selling(citation.excerpt)
    if not loud and len(soft) < ALONE:
        return None
    level = "soft" if not loud else "words" if len(loud) > 1 or len(soft) >= AMONG else "word"
    return Signal("sales_talk", f"The text around the link advertises: {quoted(loud + soft)}.", level)
