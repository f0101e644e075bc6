"""The whole fit: weights, bias, words and thresholds, from pages that are read and judged in their order."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, tanh

from bench.judge import metrics
from bench.judge.metrics import Scored
from bench.judge.tuning import beliefs, wordlist
from bench.judge.tuning.collecting import Row
from bench.judge.tuning.fitting import Belief, Example, fit
from linkback.core.learner.weighing import PRIOR_MOST
from linkback.core.rules.weights import WEIGHTS

# Pages that all rows together count for, honest and junk alike: what was made of a few dozen templates
# proves no more than some hundred pages would that nobody made.
WORTH = 400.0
BIAS = "bias"
BIAS_BELIEF = Belief(0.0, 2.0, -3.0, 1.0)
FOLDS = 4
FALSE_ALARMS = 0.001  # of honest pages, at most, that may be called spam by a machine
JUNK_THROUGH = 0.03  # of junk, at most, that a machine may approve where it is trusted to


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted: weights of signals and of words, in tenths, and the bias."""

    signals: Mapping[str, float]
    words: Mapping[str, float]
    bias: float

    def score(self, row: Row) -> float:
        """Return the log-odds of a row."""
        return self.bias + sum(self.signals.get(key, 0.0) for key in row.signals) + general(row, self.words)


def general(row: Row, words: Mapping[str, float]) -> float:
    """Return what the prior says of a row, held in its bounds as the learner holds it."""
    return PRIOR_MOST * tanh(sum(words.get(feature, 0.0) for feature in row.features) / PRIOR_MOST)


def fitted(rows: Sequence[Row], *, with_words: bool = True) -> Fitted:
    """Fit signals, then words on what signals leave open, then signals once more on what words leave open."""
    counts = _counts(rows)
    believed = wordlist.believed() if with_words else {}
    words = {feature: belief.weight for feature, belief in believed.items()}
    signals = _signals(rows, counts, words)
    if with_words:
        # Words that nobody set by hand are taken only where many hosts have them.
        words = wordlist.by_hand() | _words(rows, counts, signals, believed)
        words = {feature: round(weight, 1) for feature, weight in words.items() if abs(weight) >= wordlist.QUIETEST}
        signals = _signals(rows, counts, words)
    bias = round(signals.pop(BIAS), 1)
    return Fitted({key: round(weight, 1) for key, weight in signals.items()}, words, bias)


def _counts(rows: Sequence[Row]) -> list[float]:
    """Return how much each row counts: honest and junk the same in all, big families and hosts less a page."""
    hosts, families = Counter(row.host for row in rows), Counter((row.junk, row.family) for row in rows)
    counts = [1 / (hosts[row.host] * families[row.junk, row.family]) ** 0.5 for row in rows]
    sums = {
        kind: sum(count for count, row in zip(counts, rows, strict=True) if row.junk is kind) for kind in (False, True)
    }
    return [WORTH / 2 * count / sums[row.junk] for count, row in zip(counts, rows, strict=True)]


def _signals(rows: Sequence[Row], counts: Sequence[float], words: Mapping[str, float]) -> dict[str, float]:
    examples = [
        Example((BIAS, *row.signals), row.junk, count, general(row, words))
        for row, count in zip(rows, counts, strict=True)
    ]
    return fit(examples, {BIAS: BIAS_BELIEF, **beliefs.of_signals(WEIGHTS)}, beliefs.CHAINS)


def _words(
    rows: Sequence[Row], counts: Sequence[float], signals: Mapping[str, float], believed: Mapping[str, Belief]
) -> dict[str, float]:
    moved = wordlist.common(rows, believed)
    fixed = {feature: belief.weight for feature, belief in believed.items() if feature not in moved}
    examples = []
    for row, count in zip(rows, counts, strict=True):
        before = signals[BIAS] + sum(signals.get(key, 0.0) for key in row.signals)
        before += sum(fixed.get(feature, 0.0) for feature in row.features)
        examples.append(Example(tuple(one for one in row.features if one in moved), row.junk, count, before))
    return fit(examples, moved)


def out_of_sample(rows: Sequence[Row], key: Callable[[Row], str], *, with_words: bool = True) -> list[Scored]:
    """Return what rows score by a fit on the rows of other groups; `key` names the group of a row."""
    groups = {junk: sorted({key(row) for row in rows if row.junk is junk}) for junk in (False, True)}
    fold_of = {(junk, name): place % FOLDS for junk in groups for place, name in enumerate(groups[junk])}
    scores = [0.0] * len(rows)
    for fold in range(FOLDS):
        left = [fold_of[row.junk, key(row)] == fold for row in rows]
        known = fitted([row for row, out in zip(rows, left, strict=True) if not out], with_words=with_words)
        for number, row in enumerate(rows):
            if left[number]:
                scores[number] = known.score(row)
    return [scored(row, score) for row, score in zip(rows, scores, strict=True)]


def scored(row: Row, score: float) -> Scored:
    return Scored(score, row.junk, row.family, row.host)


def recalls(pages: Iterable[Scored]) -> list[float]:
    """Return the recall at each of metrics.LIMITS."""
    return [cut.recall for cut in metrics.cuts_at(metrics.ranked(pages), metrics.LIMITS)]


def thresholds(by_host: Sequence[Scored], by_family: Sequence[Scored]) -> tuple[float, float]:
    """Return up to which score to approve, and from which to call spam, by scores of hosts and families left out.

    Spam begins halfway between where hosts that were never seen allow it and where families do: the world has pages
    of families that nobody thought of, but fewer than a set of which a quarter was left out.
    """
    cuts = [metrics.cut_at(pages, FALSE_ALARMS).score for pages in (by_host, by_family)]
    junk = sorted(page.score for page in by_family if page.junk)
    through = junk[int(JUNK_THROUGH * len(junk))]
    return round(_chance(through), 2), round(_chance(sum(cuts) / len(cuts)), 2)


def _chance(margin: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, margin))))
