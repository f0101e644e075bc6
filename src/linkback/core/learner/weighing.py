"""What prior and lore say of features together, and which of them spoke the loudest. Pure, deterministic.

The prior is a sum of weights. The lore is what naive Bayes makes of counts, held back where few decisions speak:
each feature by Robinson's degree of belief, only the strongest few, the whole by how many decisions of both kinds
there were. Both are bounded. How often an owner marks junk at all says nothing, since only doubtful mentions wait.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
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
# When all decisions were of one kind, it cannot be told what is special of it: each counts as a tenth of one.
ONE_SIDED = 0.1
STRONGEST = 8  # features on each side; more only repeat each other
# Words of a text come together, so they prove less than they would if each came by itself; and what an owner decides on
# is doubtful, no fair sample. On the tuning pages a larger share made the judge worse than the prior alone.
OVERLAP = 0.3
BELIEF = 0.5  # half an unseen mention of each kind in which a feature stood: one alone proves little
# Mentions of each kind, like all others, that are thought to have come before: so of few of one kind nothing is sure.
EVEN = 10.0
# A word stands in one mention in a hundred before any were counted; the rest in as many as it was seen in.
SCARCE = 0.01
SCARCE_SEEN = 10.0  # mentions that this guess is worth
REMEMBERED = 128  # lores, and what their counts say: a few hundred numbers each

AUDIBLE = 0.05  # log-odds; what weighs less is not told
CLEAR = 0.1  # the same of one feature
MOST_TOLD = 3  # features of one group in a sentence
QUIET = 0.25  # of the loudest group; one that says less is not told

MANY_SMALL = {True: "Many small things that are common in junk.", False: "Many small things of honest mentions."}

Part = tuple[float, str]  # so that parts are sorted by what they weigh


def weigh(found: Iterable[str], lore: Lore) -> Reason | None:
    """Return what prior and lore say of features, with those that spoke the loudest; None when nothing speaks."""
    features = tuple(found)
    taught, general = _taught(features, lore), _general(features)
    weight = _whole(taught) + _whole(general)
    if abs(weight) < AUDIBLE:
        return None
    groups = [*_groups(taught, known=True), *_groups(general, known=False)]
    loudest = max((group[0] for group in groups), default=0.0)
    told = [group[1:] for group in sorted(groups, reverse=True) if group[0] >= QUIET * loudest]
    return Reason("learned", sentence(told) if told else MANY_SMALL[weight > 0], round(weight, 3))


def explain(found: Iterable[str], lore: Lore) -> tuple[tuple[str, float], ...]:
    """Return each feature that speaks with what it adds to the whole, in log-odds, the loudest first."""
    features = tuple(found)
    total: dict[str, float] = {}
    for weight, feature in (*_taught(features, lore), *_general(features)):
        total[feature] = total.get(feature, 0.0) + weight
    return tuple(sorted(total.items(), key=lambda part: (-abs(part[1]), part[0])))


def strongest(lore: Lore, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the features that speak loudest for junk, and those for honest mentions, by what an owner taught alone."""
    words, others = _evidence(lore.junk, lore.honest)
    parts = sorted([((words if name[1] == ":" else others)[seen], name) for name, seen in lore.counts.items()])
    junk = tuple(name for weight, name in parts[: -most - 1 : -1] if weight >= CLEAR)
    return junk, tuple(name for weight, name in parts[:most] if weight <= -CLEAR)


def _general(features: Sequence[str]) -> list[Part]:
    """Return what the prior says, in parts that add up to at most PRIOR_MOST."""
    return _within(sorted([(PRIOR[feature], feature) for feature in features if feature in PRIOR]), PRIOR_MOST)


def _taught(features: Sequence[str], lore: Lore) -> list[Part]:
    """Return what the lore says, in parts that add up to at most what so many decisions may say."""
    if not lore.counts:
        return []
    get, (words, others) = lore.counts.get, _evidence(lore.junk, lore.honest)
    # Of words, and of nothing else, the prefix is one letter.
    parts = [((words if name[1] == ":" else others)[seen], name) for name in features if (seen := get(name))]
    parts.sort()
    strongest = [part for part in parts[:STRONGEST] if part[0] < 0] + [
        part for part in parts[-STRONGEST:] if part[0] > 0
    ]
    few, many = sorted((lore.junk, lore.honest))
    decisions = 2 * few + ONE_SIDED * (many - few)
    return _within(strongest, LORE_MOST * decisions / (decisions + HALFWAY), OVERLAP)


class _Evidence(dict[tuple[int, int], float]):
    """What a feature says that stood in (junk, honest) mentions: reckoned once, since most share a few counts.

    That is near nothing while it was seen once, or while only one kind was decided on. `expected` is the share of
    mentions in which it stands before any were counted, and `worth` how many mentions that guess is worth.
    """

    __slots__ = ("decided", "expected", "worth")

    def __init__(self, decided: tuple[int, int], expected: float, worth: float) -> None:
        self.decided, self.expected, self.worth = decided, expected, worth

    def __missing__(self, seen: tuple[int, int]) -> float:
        (junk, honest), (all_junk, all_honest) = seen, self.decided
        usual = (junk + honest + self.worth * self.expected) / max(1, all_junk + all_honest + self.worth)
        in_junk = (junk + EVEN * usual) / (all_junk + EVEN)
        in_honest = (honest + EVEN * usual) / (all_honest + EVEN)
        share = (junk + honest) / (in_junk + in_honest)
        weight = self[seen] = log((BELIEF + share * in_junk) / (BELIEF + share * in_honest))
        return weight


@lru_cache(REMEMBERED)
def _evidence(junk: int, honest: int) -> tuple[_Evidence, _Evidence]:
    """Return what words and what other features say after so many decisions."""
    return _Evidence((junk, honest), SCARCE, SCARCE_SEEN), _Evidence((junk, honest), 0.0, 0.0)


def _within(parts: list[Part], most: float, share: float = 1.0) -> list[Part]:
    """Return a share of parts, in their order, made smaller alike so that their sum never passes `most` or -`most`."""
    if not parts or not most:
        return []
    whole = share * _whole(parts)
    scale = most * tanh(share * whole / most) / whole if whole else share
    return [(weight * scale, feature) for weight, feature in parts]


def _whole(parts: Iterable[Part]) -> float:
    return sum([weight for weight, _ in parts])


def _groups(parts: list[Part], *, known: bool) -> list[tuple[float, bool, bool, list[str]]]:
    """Return of each side how loud it is, whether it was taught and is junk, and its clear features, loudest first."""
    if not parts:
        return []
    honest = [feature for weight, feature in parts[:MOST_TOLD] if weight <= -CLEAR]
    junk = [feature for weight, feature in parts[: -MOST_TOLD - 1 : -1] if weight >= CLEAR]
    loud = sum([weight for weight, _ in parts if weight > 0])
    groups = [(loud, known, True, junk), (loud - _whole(parts), known, False, honest)]
    return [group for group in groups if group[3]]
