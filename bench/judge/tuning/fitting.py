"""The fit: logistic regression on what is there or not, held near to beliefs and within bounds. Pure, deterministic.

Coordinate descent: each weight in turn takes the step that Newton would, and is kept within its bounds. Weights
that are no more than a belief stay what they are believed to be where no page speaks of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log1p

CYCLES = 30
LONGEST_STEP = 0.7
SETTLED = 0.003  # log-odds; when no weight moves further than this in a cycle, the fit is done


@dataclass(frozen=True, slots=True)
class Belief:
    """What a weight is held to be before any page was seen, how firmly, and what it may never pass.

    `spread` is the standard deviation of the belief, in log-odds.
    """

    weight: float
    spread: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Example:
    """What is present in a page (each key once), whether it is junk, how much it counts, and what was said before."""

    keys: tuple[str, ...]
    junk: bool
    counts: float = 1.0
    before: float = 0.0


def fit(
    examples: Sequence[Example],
    beliefs: Mapping[str, Belief],
    chains: Iterable[Sequence[str]] = (),
    cycles: int = CYCLES,
) -> dict[str, float]:
    """Return the weight of each key that there is a belief of; keys without one are passed over.

    `chains` are keys whose weights must not fall in this order.
    """
    weights = {key: belief.weight for key, belief in beliefs.items()}
    columns = _columns(examples, beliefs)
    margins = [one.before + sum(weights[key] for key in one.keys if key in weights) for one in examples]
    counts = [one.counts for one in examples]
    labels = [1.0 if one.junk else 0.0 for one in examples]
    chained = [chain for chain in chains if all(key in weights for key in chain)]
    for _ in range(cycles):
        farthest = 0.0
        for key, column in columns.items():
            step = _step(column, margins, counts, labels, weights[key], beliefs[key])
            farthest = max(farthest, abs(step))
            _move(column, margins, step)
            weights[key] += step
        for chain in chained:
            farthest = max(farthest, _order(chain, columns, margins, weights))
        if farthest < SETTLED:
            break
    return weights


def loss(examples: Iterable[Example], weights: Mapping[str, float]) -> float:
    """Return the mean logarithmic loss of examples."""
    total = whole = 0.0
    for one in examples:
        margin = one.before + sum(weights.get(key, 0.0) for key in one.keys)
        margin = -margin if one.junk else margin
        total += one.counts * (log1p(exp(min(margin, 30.0))) if margin < 30.0 else margin)
        whole += one.counts
    return total / whole if whole else 0.0


def _columns(examples: Sequence[Example], beliefs: Mapping[str, Belief]) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {key: [] for key in beliefs}
    for number, one in enumerate(examples):
        for key in one.keys:
            if key in columns:
                columns[key].append(number)
    return {key: column for key, column in columns.items() if column}


def _step(
    column: list[int], margins: list[float], counts: list[float], labels: list[float], weight: float, belief: Belief
) -> float:
    """Return how far a weight moves."""
    firm = 1 / belief.spread**2
    slope, bend = (weight - belief.weight) * firm, firm
    for number in column:
        chance = 1 / (1 + exp(-margins[number]))
        slope += counts[number] * (chance - labels[number])
        bend += counts[number] * chance * (1 - chance)
    step = max(-LONGEST_STEP, min(LONGEST_STEP, -slope / bend))
    return max(belief.low, min(belief.high, weight + step)) - weight


def _move(column: list[int], margins: list[float], step: float) -> None:
    if step:
        for number in column:
            margins[number] = max(-30.0, min(30.0, margins[number] + step))


def _order(
    chain: Sequence[str], columns: Mapping[str, list[int]], margins: list[float], weights: dict[str, float]
) -> float:
    """Make neighbours of a chain equal that stand in the wrong order, and return how far one was moved."""
    farthest = 0.0
    for lower, higher in pairwise(chain):
        if weights[lower] <= weights[higher]:
            continue
        few, many = (max(1, len(columns.get(key, ()))) for key in (lower, higher))
        shared = (weights[lower] * few + weights[higher] * many) / (few + many)
        for key in (lower, higher):
            _move(columns.get(key, []), margins, shared - weights[key])
            farthest = max(farthest, abs(shared - weights[key]))
            weights[key] = shared
    return farthest
