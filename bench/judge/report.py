"""What is told of the evaluation: a text for the terminal, a document for programs, a page for the reference."""

from collections.abc import Iterable, Sequence

import msgspec

from bench.judge.evaluation import BAYES, FIRST_TIME, SHIPPED, THRESHOLDS, Evaluation, Way
from bench.judge.metrics import LIMITS, Confusion, Interval
from linkback.core.model import Status

Row = Sequence[str]

TOLD_FAMILIES = 8  # on each side, in the text; the page and the document have all
CALLED = (Status.APPROVED, Status.HELD, Status.SPAM)

SYNTHETIC = (
    "The pages are synthetic: a program made them, and the label of a page is what the program was told to make. "
    "Real junk is made by people who read what filters do. These figures compare ways to judge on equal terms; "
    "they do not predict what a real site will see."
)
NOT_SHOWN = (
    "how the judge does on real linkbacks: no public collection of them with labels exists;",
    "what an owner who errs, or is away, teaches it: this one decides correctly, once a day;",
    "junk that is written against this judge: these pages were made before it;",
    "how often junk comes: here every second page is junk, at a real site it may be all but one in a hundred. "
    "Recall at a share of false positives does not depend on that, precision and accuracy do;",
    "what the endings of host names tell: all hosts here end in .example or .test;",
    "pages that change after they were judged.",
)


def as_json(told: Evaluation) -> str:
    """Return all figures as one JSON document."""
    document = {"limits": LIMITS, "thresholds": THRESHOLDS, "evaluation": told}
    return msgspec.json.format(msgspec.json.encode(document)).decode()


def as_text(told: Evaluation) -> str:
    """Return the figures for a terminal."""
    parts = [_made_of(told), SYNTHETIC, ""]
    for title, rows in _tables(told, TOLD_FAMILIES):
        parts += [title, *_columns(rows), ""]
    return "\n".join([*parts, _cost(told)])


def as_page(told: Evaluation) -> str:
    """Return the page of the reference, in Markdown."""
    parts = [
        "# How often the judge is right",
        "This page is written by `python -m bench.judge --write docs/reference/judge.md`; "
        "[the README of the bench](../../bench/judge/README.md) tells how the pages were made.",
        f"**{SYNTHETIC}**",
        _made_of(told),
        "What it does not show:",
        "\n".join(f"- {one}" for one in NOT_SHOWN),
    ]
    for title, rows in _tables(told, None):
        parts += [f"## {title}", _markdown(rows)]
    parts += ["## What it costs", _cost(told)]
    return "\n\n".join(parts) + "\n"


def _made_of(told: Evaluation) -> str:
    pages = told.pages
    lessons = told.lessons
    frozen = "the pages as they were frozen" if pages.frozen else "NOT the pages that were frozen"
    return (
        f"{pages.honest} honest pages of {pages.honest_hosts} hosts and {pages.junk} junk pages of {pages.junk_hosts} "
        f"hosts in {pages.languages} languages; {pages.mixed} hosts have both. Seed {told.seed}, {frozen}. "
        f"The owner decided on {lessons['junk']} junk and {lessons['honest']} honest mentions "
        "of those that were held. Each page is judged as it comes, before anything is decided on it. "
        "In brackets: 95 % intervals, by drawing hosts anew."
    )


def _tables(told: Evaluation, most: int | None) -> Iterable[tuple[str, list[Row]]]:
    yield "Recall of junk, at a share of false positives", list(_recalls((*told.ways,)))
    if told.filled_ways:
        yield "The same with paragraphs of public mail corpora in English pages", list(_recalls(told.filled_ways))
    else:
        yield "With paragraphs of public mail corpora", [("not installed, so not measured",)]
    yield f"Beside: {FIRST_TIME}", list(_held(told))
    yield "At the shipped thresholds", list(_at_thresholds(told.ways))
    for name, confusion in told.modes.items():
        yield f"What becomes of mentions, mode: {name}", _confusion(confusion)
    yield f"Learning curve, on {told.exam} later pages of hosts on which the owner never decided", list(_curve(told))
    at = f"{told.cut.false:.2%} false positives (score {told.cut.score:.3f} and above)"
    yield f"Recall by family of junk at {at}, worst first", _families(told.junk_families[:most])
    yield "The worst of them, with its interval", [(told.junk_families[0][0], _interval(told.junk_floor))]
    yield f"False positives by family of honest pages at {at}, worst first", _families(told.honest_families[:most])
    yield "Junk that the default mode published, by family, worst first", _families(told.shown_families[:most])


def _recalls(ways: Iterable[Way]) -> Iterable[Row]:
    yield ("", *(f"at {limit:.1%}" for limit in LIMITS))
    for way in ways:
        yield (way.name, *map(_interval, way.recalls))


def _interval(figure: Interval) -> str:
    return f"{figure.value:.1%} ({figure.low:.1%} – {figure.high:.1%})"


def _held(told: Evaluation) -> Iterable[Row]:
    yield (
        "",
        "junk that it holds",
        "honest that it holds",
        "junk that the judge catches at as many",
        "decisions for it",
    )
    owners = {f"the owner decides {told.decisions} times": told.holding, "on all that waits": told.tireless}
    for owner, holding in owners.items():
        yield (
            owner,
            _interval(holding.recall),
            _interval(holding.false),
            f"{holding.judge_at_same:.1%}",
            str(holding.decided),
        )


def _at_thresholds(ways: Iterable[Way]) -> Iterable[Row]:
    yield ("called spam by the machine", "precision", "recall", "false positives", "accuracy")
    for way in ways:
        figures = (way.precision, way.recall, way.false, way.accuracy)
        if way.name != BAYES:
            yield (way.name, *("" if figure is None else f"{figure:.2%}" for figure in figures))


def _confusion(confusion: Confusion) -> list[Row]:
    rows: list[Row] = [("", *(status.value for status in CALLED))]
    for name, counted in (("honest", confusion.honest), ("junk", confusion.junk)):
        total = max(1, counted.total())
        rows.append((name, *(f"{counted[status.value]} ({counted[status.value] / total:.1%})" for status in CALLED)))
    called, kept = Status.SPAM.value, Status.HELD.value
    rows.append(("precision, recall and accuracy of spam", f"{confusion.precision(called):.2%}",
                 f"{confusion.recall(called):.2%}", f"{confusion.accuracy(called):.2%}"))  # fmt: skip
    rows.append(("junk that was not published", f"{confusion.recall(called, kept):.2%}"))
    return rows


def _curve(told: Evaluation) -> Iterable[Row]:
    yield ("decisions", *(f"recall at {limit:.1%}" for limit in LIMITS))
    for step in told.curve:
        yield (str(step.decisions), *(f"{recall:.1%}" for recall in step.recalls))


def _families(families: Sequence[tuple[str, int, float]]) -> list[Row]:
    return [("family", "pages", "share"), *((name, str(pages), f"{share:.1%}") for name, pages, share in families)]


def _cost(told: Evaluation) -> str:
    cost = told.cost
    return (
        f"Processor time per mention on the machine that ran this, mean (median): {cost.judge_mean:.3f} ms "
        f"({cost.judge_median:.3f}) to judge, its company and history included; {cost.read_mean:.3f} ms "
        f"({cost.read_median:.3f}) to tell makeup and likeness of a page that was parsed."
    )


def _columns(rows: Sequence[Row]) -> Iterable[str]:
    widths = [max(len(row[place]) for row in rows if place < len(row)) for place in range(max(map(len, rows)))]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _markdown(rows: Sequence[Row]) -> str:
    width = max(map(len, rows))
    if width == 1:
        return rows[0][0].capitalize() + "."
    head, *rest = rows if rows[0][0] in ("", "family", "decisions") or "called" in rows[0][0] else [("", ""), *rows]
    filled = [(*row, *[""] * (width - len(row))) for row in (head, *rest)]
    lines = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


def headline(told: Evaluation) -> str:
    """Return the figure that the project aims at, in a line."""
    way = next(way for way in told.ways if way.name == SHIPPED)
    return f"recall at {LIMITS[1]:.1%} false positives: {_interval(way.recalls[1])}"
