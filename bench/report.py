"""What is told of the measurement: a table for people, a document for programs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import msgspec

from bench import machine
from bench.contenders import SETTINGS
from bench.rounds import Pair, Plan, Round

FIGURES = ("pings_per_second", "cpu_ms", "p50_ms", "p99_ms", "peak_memory_mb")
COLUMNS = ("", "pings/s", "CPU ms/ping", "p50 ms", "p99 ms", "peak MB")
ROW = "{:<16} {:>9} {:>12} {:>9} {:>9} {:>9}"
BUSY = 0.9  # of its core; beyond this the load may be what is measured


@dataclass(frozen=True, slots=True)
class Ratio:
    """Linkback's pings per second as a share of the floor's, over all pairs."""

    median: float
    lowest: float
    highest: float


def ratio_of(pairs: Iterable[Pair]) -> Ratio:
    """Return the ratio of the pairs."""
    ratios = [pair.ratio for pair in pairs]
    return Ratio(median(ratios), min(ratios), max(ratios))


def rounds_of(pairs: Iterable[Pair]) -> dict[str, list[Round]]:
    """Return the rounds of each contender, by its name."""
    return {name: [getattr(pair, name) for pair in pairs] for name in ("floor", "linkback")}


def is_sound(pairs: Iterable[Pair]) -> bool:
    """Tell whether every answer of every round was right, and every acknowledged ping is kept."""
    return all(measured.is_sound for pair in pairs for measured in (pair.floor, pair.linkback))


def conditions(plan: Plan, database: str | None) -> dict[str, Any]:
    """Return under which conditions was measured."""
    return {
        "settings": SETTINGS,
        "database": database.partition(":")[0] if database else "sqlite",
        "folder": str(plan.folder),
        "file_system": machine.file_system(plan.folder),
        "cores": asdict(plan.cores),
        "seconds": plan.seconds,
        "rounds": plan.rounds,
        "connections": plan.connections,
    }


def as_json(plan: Plan, database: str | None, pairs: list[Pair]) -> str:
    """Return the whole measurement as one JSON document."""
    document = {
        "conditions": conditions(plan, database),
        "ratio": ratio_of(pairs),
        "medians": {name: medians(rounds) for name, rounds in rounds_of(pairs).items()},
        "pairs": [{"ratio": pair.ratio, "floor": pair.floor, "linkback": pair.linkback} for pair in pairs],
        "sound": is_sound(pairs),
    }
    return msgspec.json.format(msgspec.json.encode(document)).decode()


def medians(rounds: list[Round]) -> dict[str, float]:
    """Return the median of every figure."""
    return {figure: median(getattr(measured, figure) for measured in rounds) for figure in FIGURES}


def as_text(plan: Plan, database: str | None, pairs: list[Pair]) -> str:
    """Return the measurement as a table with what one has to know beside it."""
    table = [ROW.format(*COLUMNS)]
    for name, rounds in rounds_of(pairs).items():
        table += [_row(f"{name} {number}", asdict(measured)) for number, measured in enumerate(rounds, 1)]
        table.append(_row(f"{name}, median", medians(rounds)))
    ratio = ratio_of(pairs)
    share = f"linkback / floor, verified pings/s: {ratio.median:.2f} ({ratio.lowest:.2f} to {ratio.highest:.2f})"
    return "\n".join([*_conditions(plan, database), "", *table, "", share, *_warnings(plan, pairs)])


def one_line(measured: Round) -> str:
    """Return the figures of a round in a line."""
    return _row(measured.contender, asdict(measured))


def _row(name: str, figures: dict[str, float]) -> str:
    forms = ("{:.0f}", "{:.3f}", "{:.1f}", "{:.1f}", "{:.0f}")
    return ROW.format(name, *(form.format(figures[figure]) for form, figure in zip(forms, FIGURES, strict=True)))


def _conditions(plan: Plan, database: str | None) -> list[str]:
    told = conditions(plan, database)
    settings = ", ".join(f"{name} = {value}" for name, value in SETTINGS.items())
    pinned = f"server on core {plan.cores.server}, load and source on core {plan.cores.others}"
    return [
        f"{plan.rounds} rounds of {plan.seconds:g} s each, in turn; {plan.connections} callers at once",
        pinned if plan.cores.server is not None else "one core for all: ratios only",
        f"{told['database']}; files on {told['file_system']} ({plan.folder})",
        f"production settings, but {settings}",
    ]


def _warnings(plan: Plan, pairs: list[Pair]) -> list[str]:
    warnings = []
    if machine.file_system(plan.folder) in machine.IN_MEMORY:
        warnings.append("WARNING: the files are in memory, so nothing here was durable. Set TMPDIR to a disk.")
    for name, rounds in rounds_of(pairs).items():
        if any(measured.driver_busy > BUSY for measured in rounds):
            warnings.append(f"WARNING: load and source used up their core beside {name}: it may be faster than this.")
        for measured in rounds:
            warnings += [f"ERROR: {name}: {count} x {what}" for what, count in measured.errors.items()]
            if measured.verified != measured.kept:
                lost = f"{measured.verified} pings acknowledged, {measured.kept} in the database"
                warnings.append(f"ERROR: {name}: {lost}")
    return warnings
