"""The command: python -m bench.judge.tuning."""

from collections.abc import Sequence

import click

from bench.judge.pipeline import read_all
from bench.judge.tuning import tune, writing
from bench.judge.tuning.collecting import OWNERS, Row, rows_of
from bench.judge.tuning.tuningset import SEED, cases
from bench.judge.tuning.wordlist import tables

TABLES = ("WORDS", "HOST_WORDS", "PATH_WORDS")
FIGURES = "  {:<34} recall at 0.1 / 0.5 / 1 % false alarms: {}"


@click.group()
def tuning() -> None:
    """Fit the judge's weights on pages that were made for it."""


@tuning.command()
@click.option("--seed", default=SEED, show_default=True, help="of the pages")
@click.option("--size", default=1.0, show_default=True, help="share of the pages that is made")
def fit(seed: int, size: float) -> None:
    """Fit weights, words and thresholds, and write them into the modules that ship."""
    by_owner = _rows(seed, size)
    rows = [row for some in by_owner for row in some]
    found = tune.fitted(rows)
    left_out = [tune.out_of_sample(by_owner[1], key) for key in (_host, _family)]
    approve_up_to, spam_from = tune.thresholds(*left_out)
    weighed = writing.with_weights(
        writing.WEIGHTS.read_text("utf-8"),
        found.signals,
        bias=found.bias,
        approve_up_to=approve_up_to,
        spam_from=spam_from,
    )
    # Of anything but words the rules speak already.
    words = {**dict(zip(TABLES, tables(found.words), strict=True)), "TRAITS": {}}
    heard = writing.with_words(writing.PRIOR.read_text("utf-8"), words)
    writing.WEIGHTS.write_text(weighed, "utf-8")
    writing.PRIOR.write_text(heard, "utf-8")
    click.echo(f"bias {found.bias}, approve up to {approve_up_to}, spam from {spam_from}")
    click.echo("Run it once more: what is known of hosts depends on what the judge said of them.")


@tuning.command()
@click.option("--seed", default=SEED, show_default=True, help="of the pages")
@click.option("--size", default=1.0, show_default=True, help="share of the pages that is made")
def check(seed: int, size: float) -> None:
    """Tell what a fit is worth on hosts, and on families of pages, that it has not seen."""
    by_owner = _rows(seed, size)
    rows = [row for some in by_owner for row in some]
    for with_words in (True, False):
        for name in ("host", "family"):
            key = {"host": _host, "family": _family}[name]
            pages = tune.out_of_sample(rows, key, with_words=with_words)
            click.echo(f"left out by {name}, {'with' if with_words else 'without'} words of the prior")
            at = 0
            for (decisions, moderation), some in zip(OWNERS, by_owner, strict=True):
                figures = tune.recalls(pages[at : at + len(some)])
                owner = f"{min(decisions, len(some))} decisions, {moderation.value}"
                click.echo(FIGURES.format(owner, " / ".join(f"{figure:.3f}" for figure in figures)))
                at += len(some)


def _host(row: Row) -> str:
    return row.host


def _family(row: Row) -> str:
    return row.family


def _rows(seed: int, size: float) -> Sequence[Sequence[Row]]:
    """Return what the judge saw, for each kind of owner."""
    reads = read_all(cases(seed, size))
    return [rows_of(reads, decisions, moderation)[0] for decisions, moderation in OWNERS]


if __name__ == "__main__":
    tuning()
