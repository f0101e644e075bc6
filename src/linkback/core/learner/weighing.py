"""What prior and lore say of features together, and which of them spoke the loudest. Pure, deterministic.

The prior is a sum of weights. The lore is what naive Bayes makes of counts, held back where few decisions speak:
each feature by Robinson's degree of belief, only the strongest few, the whole by how many decisions of both kinds
there were. Both are bounded. How often an owner marks junk at all says nothing, since only doubtful mentions wait.
"""

from collections.abc import Iterable, Sequence
from math import log, tanh

from linkback.core.learner.lore import Lore
from linkback.core.learner.prior import PRIOR
from linkback.core.learner.wording import sentence
from linkback.core.model import Reason

# By default junk begins at a score of 0.97, which is 3.5: words that are suspicious everywhere never get there alone.
PRIOR_MOST = 3.0
# More than the prior: an owner whose site is about casinos can outvote it. Not so much more that the rules are mute.
LORE_MOST = 4.0
HALFWAY = 10.0  # decisions, of both kinds alike, after which the lore may say half of LORE_MOST
# When all decisions were of one kind, it cannot be told what is special of it: each counts as a quarter of one.
ONE_SIDED = 0.25
STRONGEST = 8  # features on each side; more only repeat each other
OVERLAP = 0.5  # words of a text come together, so they prove half of what they would if each came by itself
BELIEF = 0.5  # half an unseen mention of each kind in which a feature stood: one alone proves little
# A word stands in one mention in a hundred before any were counted; the rest in as many as it was seen in.
SCARCE = 0.01
SCARCE_SEEN = 10.0  # mentions that this guess is worth
WORDY = ("w:", "h:", "p:")

AUDIBLE = 0.05  # log-odds; what weighs less is not told
CLEAR = 0.1  # the same of one feature
MOST_TOLD = 4  # features of one group in a sentence

MANY_SMALL = {True: "Many small things that are common in junk.", False: "Many small things of honest mentions."}

Part = tuple[str, float]


def weigh(found: Iterable[str], lore: Lore) -> Reason | None:
    """Return what prior and lore say of features, with those that spoke the loudest; None when nothing speaks."""
    features = tuple(found)
    taught, general = _taught(features, lore), _general(features)
    weight = sum(part[1] for part in taught) + sum(part[1] for part in general)
    if abs(weight) < AUDIBLE:
        return None
    groups = [
        (known, junk, part) for known, parts in ((True, taught), (False, general)) for junk, part in _sides(parts)
    ]
    if not groups:
        return Reason("learned", MANY_SMALL[weight > 0], round(weight, 3))
    groups.sort(key=lambda group: -abs(sum(weight for _, weight in group[2])))
    told = [(known, junk, [feature for feature, _ in parts[:MOST_TOLD]]) for known, junk, parts in groups]
    return Reason("learned", sentence(told), round(weight, 3))


def explain(found: Iterable[str], lore: Lore) -> tuple[tuple[str, float], ...]:
    """Return each feature that speaks with what it adds to the whole, in log-odds, the loudest first."""
    features = tuple(found)
    total: dict[str, float] = {}
    for feature, weight in (*_taught(features, lore), *_general(features)):
        total[feature] = total.get(feature, 0.0) + weight
    return tuple(sorted(total.items(), key=lambda part: (-abs(part[1]), part[0])))


def _general(features: Sequence[str]) -> list[Part]:
    """Return what the prior says, in parts that add up to at most PRIOR_MOST."""
    return _within([(feature, PRIOR[feature]) for feature in features if feature in PRIOR], PRIOR_MOST)


def _taught(features: Sequence[str], lore: Lore) -> list[Part]:
    """Return what the lore says, in parts that add up to at most what so many decisions may say."""
    get = lore.counts.get
    parts = [(_evidence(feature, *counts, lore), feature) for feature in features if (counts := get(feature))]
    parts.sort()
    honest = [(feature, OVERLAP * weight) for weight, feature in parts[:STRONGEST] if weight < 0]
    junk = [(feature, OVERLAP * weight) for weight, feature in parts[-STRONGEST:] if weight > 0]
    few, many = sorted((lore.junk, lore.honest))
    decisions = 2 * few + ONE_SIDED * (many - few)
    return _within([*junk, *honest], LORE_MOST * decisions / (decisions + HALFWAY))


def _evidence(feature: str, junk: int, honest: int, lore: Lore) -> float:
    """Return what one feature says: near nothing while it was seen once, or while only one kind was."""
    seen, decided = junk + honest, lore.junk + lore.honest
    if feature.startswith(WORDY):
        usual = (seen + SCARCE_SEEN * SCARCE) / (decided + SCARCE_SEEN)
    else:
        usual = seen / max(1, decided)
    in_junk, in_honest = (junk + usual) / (lore.junk + 1), (honest + usual) / (lore.honest + 1)
    share = seen / (in_junk + in_honest)
    return log((BELIEF + share * in_junk) / (BELIEF + share * in_honest))


def _within(parts: list[Part], most: float) -> list[Part]:
    """Return parts made smaller alike, so that their sum nears `most` on either side and never passes it."""
    whole = sum(weight for _, weight in parts)
    if not whole or not most:
        return [] if not most else parts
    scale = most * tanh(whole / most) / whole
    return [(feature, weight * scale) for feature, weight in parts]


def _sides(parts: list[Part]) -> list[tuple[bool, list[Part]]]:
    """Return the parts that speak clearly for junk and those that speak against it, the loudest first."""
    clear = sorted((part for part in parts if abs(part[1]) >= CLEAR), key=lambda part: (-abs(part[1]), part[0]))
    sides = ((junk, [part for part in clear if (part[1] > 0) is junk]) for junk in (True, False))
    return [(junk, side) for junk, side in sides if side]
