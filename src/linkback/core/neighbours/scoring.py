"""How bad a neighbour is: a table of signals, each a weight and a plain sentence.

Weights are in log-odds, as those of the judge are; what they add up to becomes a score from 0 (good) to 1 (bad).
The owner's own lists settle it. A domain of which nothing was read has no score.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import exp, log

from linkback.core.model import Reason
from linkback.core.neighbours.seen import Neighbour

BAD_FROM = 0.8  # of the score: worth a warning, and a line in a draft
DOUBTFUL_FROM = 0.5

BIAS = -0.5
LOUDEST = 2.5  # log-odds that the mean of the judge's scores adds at most
FEWEST = 0.005  # a score of the judge is never quite 0 or 1
MANY_PAGES = 50  # links; a blogroll or a footer brings as many
BUSY_WEEK = 20  # links of one domain within a week
SAME_THEME = 5  # other domains with one template: popular themes have as many, farms have more
SAME_WORDS = 3  # bad domains that link with the same words
ASIDE = frozenset({"sidebar", "footer", "navigation", "header"})
UNFOLLOWED = frozenset({"nofollow", "ugc", "sponsored"})
JUDGED = "judged"
FOLLOWED = "followed"  # under what a link without any of these is counted

Said = tuple[float, str] | None
Signal = Callable[[Neighbour], Said]


def scored(neighbour: Neighbour) -> Neighbour:
    """Return a neighbour with its score and the reasons, the weightiest first and the judge's last."""
    if neighbour.trusted:
        return replace(neighbour, score=0.0, reasons=(Reason("trusted", "You trust it."),))
    if neighbour.blocked:
        return replace(neighbour, score=1.0, reasons=(Reason("blocked", "You block it."),))
    if not neighbour.seen:
        unread = Reason("unread", "No page of it was seen to link to you yet.")
        return replace(neighbour, score=None, reasons=(unread,))
    # What the judge thinks says little to who reads; what can be checked comes first.
    reasons = sorted(_reasons(neighbour), key=lambda reason: (reason.rule == JUDGED, -abs(reason.weight)))
    score = 1 / (1 + exp(-BIAS - sum(reason.weight for reason in reasons)))
    return replace(neighbour, score=round(score, 3), reasons=tuple(reasons))


def is_bad(neighbour: Neighbour) -> bool:
    """Tell whether a neighbour is worth a warning."""
    return neighbour.score is not None and neighbour.score >= BAD_FROM


def _reasons(neighbour: Neighbour) -> Iterable[Reason]:
    for name, signal in SIGNALS.items():
        if said := signal(neighbour):
            yield Reason(name, said[1], said[0])


def _judged(neighbour: Neighbour) -> Said:
    if neighbour.mean is None:
        return None
    mean = min(max(neighbour.mean, FEWEST), 1 - FEWEST)
    weight = round(max(-LOUDEST, min(LOUDEST, log(mean / (1 - mean)))), 2)
    return weight, f"Its pages score {neighbour.mean:.2f} of 1 for junk."


def _junk(neighbour: Neighbour) -> Said:
    junk = neighbour.statuses.get("spam", 0)
    if not junk:
        return None
    return (2.0 if 2 * junk >= neighbour.mentions else 0.7), f"{_of(junk, neighbour.mentions)} spam."


def _removed(neighbour: Neighbour) -> Said:
    removed = neighbour.statuses.get("removed", 0)
    return (1.0, f"{_of(removed, neighbour.mentions)} removed.") if removed else None


def _approved(neighbour: Neighbour) -> Said:
    approved = neighbour.statuses.get("approved", 0)
    if not approved:
        return None
    return (-2.5 if approved > 1 else -1.8), f"{_of(approved, neighbour.mentions)} approved."


def _changed(neighbour: Neighbour) -> Said:
    if not neighbour.changed:
        return None
    pages = "A page that was" if neighbour.changed == 1 else f"{neighbour.changed} pages that were"
    return 2.0, f"{pages} approved {'says' if neighbour.changed == 1 else 'say'} something else now."


def _gone(neighbour: Neighbour) -> Said:
    if not neighbour.gone:
        return None
    links = "An approved link is" if neighbour.gone == 1 else f"{neighbour.gone} approved links are"
    return (0.6 if neighbour.gone > 2 else 0.2), f"{links} gone."


def _same_text(neighbour: Neighbour) -> Said:
    count = neighbour.same_text_count
    if not count:
        return None
    return (
        2.2 if count >= SAME_THEME else 1.3
    ), f"Nearly the same text stands on {_others(count, neighbour.same_text)}."


def _same_template(neighbour: Neighbour) -> Said:
    count = neighbour.same_template_count
    if count < SAME_THEME:
        return None
    return (0.8 if count >= 4 * SAME_THEME else 0.3), f"{_others(count, neighbour.same_template)} look the same."


def _same_anchors(neighbour: Neighbour) -> Said:
    if neighbour.same_anchors < SAME_WORDS:
        return None
    return 0.8, f"{neighbour.same_anchors} other bad domains link with the same words."


def _many_pages(neighbour: Neighbour) -> Said:
    if neighbour.links < MANY_PAGES:
        return None
    return 0.3, f"It links from {neighbour.links} pages, as a link on every page of a site does."


def _fast(neighbour: Neighbour) -> Said:
    if neighbour.busiest < BUSY_WEEK or 2 * neighbour.busiest < neighbour.links:
        return None
    part = "All its" if neighbour.busiest == neighbour.links else f"{neighbour.busiest} of its"
    return 0.7, f"{part} {neighbour.links} links came within a week."


def _hidden(neighbour: Neighbour) -> Said:
    hidden = neighbour.places.get("hidden", 0)
    return (1.8, f"{_of(hidden, neighbour.seen, 'link')} hidden from readers.") if hidden else None


def _aside(neighbour: Neighbour) -> Said:
    places = set(neighbour.places)
    if not places or not places <= ASIDE:
        return None
    return 0.4, f"Its links stand in the {' and the '.join(sorted(places))} of its pages only."


def _unfollowed(neighbour: Neighbour) -> Said:
    if not neighbour.rels or neighbour.rels.get(FOLLOWED, 0):
        return None
    return -0.3, "All its links tell search engines not to follow them."


SIGNALS: dict[str, Signal] = {
    JUDGED: _judged, "spam": _junk, "removed": _removed, "approved": _approved, "changed": _changed, "gone": _gone,
    "same_text": _same_text, "same_template": _same_template, "same_anchors": _same_anchors,
    "many_pages": _many_pages, "fast": _fast, "hidden": _hidden, "aside": _aside, "unfollowed": _unfollowed,
}  # fmt: skip


def _of(count: int, all_: int, noun: str = "mention") -> str:
    if all_ == 1:
        return f"Its only {noun} is"
    if count == all_:
        return f"All its {all_} {noun}s are"
    return f"{count} of its {all_} {noun}s {'is' if count == 1 else 'are'}"


def _others(count: int, named: tuple[str, ...]) -> str:
    if count == 1 and named:
        return f"another domain ({named[0]})"
    return f"{count} other domains ({', '.join([*named[:1], '…'])})"
