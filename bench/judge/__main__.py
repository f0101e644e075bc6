"""The command: python -m bench.judge."""

from pathlib import Path

import click

from bench.judge import report
from bench.judge.evaluation import QUICK, WHOLE, evaluate
from bench.judge.testset.plan import SEED


@click.command()
@click.option("--quick", is_flag=True, help="a small sample, to see that it runs; its figures mean nothing")
@click.option("--seed", default=SEED, show_default=True, help="of the pages; another seed makes other pages")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@click.option(
    "--write", "page", metavar="FILE", type=click.Path(path_type=Path), help="write the page of the reference"
)
def judge(quick: bool, seed: int, as_json: bool, page: Path | None) -> None:
    """Tell how often the judge is right, on pages that were made for it."""
    measure(quick=quick, seed=seed, as_json=as_json, page=page)


def measure(*, quick: bool = False, seed: int = SEED, as_json: bool = False, page: Path | None = None) -> None:
    """Evaluate, print the figures, and write the page if one is named."""
    told = evaluate(QUICK if quick else WHOLE, seed, lambda step: click.echo(f"judge: {step}", err=True))
    click.echo((report.as_json if as_json else report.as_text)(told))
    if page is not None:
        page.write_text(report.as_page(told), "utf-8")
    click.echo(report.headline(told), err=True)


if __name__ == "__main__":
    judge(prog_name="python -m bench.judge")
