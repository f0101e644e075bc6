"""Which words the prior may know, and what each is believed to weigh: general words of junk and of those who read.

Neither the subjects of made-up pages nor the names on them are among these, so the prior cannot learn them.
"""

from collections.abc import Mapping, Sequence

from bench.judge.tuning.collecting import Row
from bench.judge.tuning.fitting import Belief
from bench.judge.tuning.speech import LANGUAGES, language
from bench.judge.tuning.wordbeliefs import HOST_WORDS, PATH_WORDS, WORDS
from linkback.core.learner.prior import Weighted
from linkback.core.learner.words import words_of

SEEN = 8  # domains that a word must stand on before pages may move it
LOUDEST, QUIETEST = 1.6, 0.25  # log-odds of one word; what weighs less is left out
HONEST_MOST = 0.7
SPREAD = 0.4
OFTEN = 0.25  # log-odds that a word of a list is believed to weigh which nobody set by hand
PREFIXES = ("w:", "h:", "p:")


def believed() -> dict[str, Belief]:
    """Return the words that the prior may know, as features, with what is believed of them."""
    weights = _listed() | by_hand()
    return {feature: _belief(weight) for feature, weight in sorted(weights.items())}


def by_hand() -> dict[str, float]:
    """Return what is believed of words that were set by hand."""
    tables = zip(PREFIXES, (WORDS, HOST_WORDS, PATH_WORDS), strict=True)
    return {
        f"{prefix}{name}": weight
        for prefix, table in tables
        for weight, names in table.items()
        for name in names.split()
    }


def _listed() -> dict[str, float]:
    """Return the words of junk and of readers of all languages; one that is both, or general, is neither."""
    weights: dict[str, float] = {}
    plain: set[str] = set()
    for code in LANGUAGES:
        known = language(code)
        for name, words in known.lists.items():
            features = {f"w:{word}" for text in words for word in words_of(text)}
            if name.startswith("spam."):
                weights |= dict.fromkeys(features, OFTEN)
            elif name == "discourse":
                weights |= dict.fromkeys(features - weights.keys(), -OFTEN)
            elif name in ("function", "general") or name.startswith("topic."):
                plain |= features
    return {feature: weight for feature, weight in weights.items() if feature not in plain}


def _belief(weight: float) -> Belief:
    return Belief(weight, SPREAD, 0.0, LOUDEST) if weight > 0 else Belief(weight, SPREAD, -HONEST_MOST, 0.0)


def common(rows: Sequence[Row], beliefs: Mapping[str, Belief]) -> dict[str, Belief]:
    """Return those beliefs whose words stand on enough domains for pages to speak of them."""
    domains: dict[str, set[str]] = {}
    for row in rows:
        for feature in row.features:
            if feature in beliefs:
                domains.setdefault(feature, set()).add(row.host)
    return {feature: beliefs[feature] for feature, found in domains.items() if len(found) >= SEEN}


def tables(weights: Mapping[str, float]) -> list[Weighted]:
    """Return words by weight as the prior holds them: of texts, of hosts, of paths."""
    return [_table(weights, prefix) for prefix in PREFIXES]


def _table(weights: Mapping[str, float], prefix: str) -> Weighted:
    table: dict[float, list[str]] = {}
    for feature, weight in weights.items():
        if feature.startswith(prefix) and abs(weight) >= QUIETEST:
            table.setdefault(round(weight, 1), []).append(feature.removeprefix(prefix))
    return {weight: " ".join(sorted(table[weight])) for weight in sorted(table, reverse=True)}
