"""The command: python -m bench."""

import signal
import sys

import click

from bench import inbox, machine, report, sending
from bench.children import ChildFailed
from bench.contenders import Floor, Linkback
from bench.judge import __main__ as judging
from bench.rounds import Pair, Plan, Round, measure_pairs
from bench.scene import MOST_CONNECTIONS

INBOX_ROUNDS = 20  # answers of each view


@click.command()
@click.option(
    "--what",
    type=click.Choice(["ping", "send", "judge", "inbox"]),
    default="ping",
    show_default=True,
    help="what a ping costs that comes in, how long it takes to tell of a post, how often the judge is right, "
    "or how long the inbox takes to answer",
)
@click.option("--seconds", default=8.0, show_default=True, type=click.FloatRange(0.1, 600), help="length of a round")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 100), help="of each of the two, in turn")
@click.option(
    "--connections", default=64, show_default=True, type=click.IntRange(1, MOST_CONNECTIONS), help="callers at once"
)
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@click.option("--database", metavar="URL", help="use this database instead of a new SQLite file for each round")
def bench(what: str, seconds: float, rounds: int, connections: int, as_json: bool, database: str | None) -> None:
    """Measure what a verified ping costs Linkback beside the least that it can cost, or what --what names."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if what == "judge":
        judging.measure(as_json=as_json)
        return
    if what == "inbox":
        took = inbox.measure(inbox.MENTIONS, INBOX_ROUNDS)
        click.echo((inbox.as_json if as_json else inbox.as_text)(took, inbox.MENTIONS))
        sys.exit(0 if inbox.is_sound(took) else 1)
    plan = Plan(seconds, rounds, connections, machine.cores(), machine.disk_folder())
    try:
        if what == "send":
            sys.exit(0 if _send(plan, as_json) else 1)
        pairs = measure_pairs(plan, Floor(), Linkback(database), _tell)
    except ChildFailed as error:
        raise click.ClickException(str(error)) from error
    _show(plan, database, pairs, as_json)
    sys.exit(0 if report.is_sound(pairs) else 1)


def _send(plan: Plan, as_json: bool) -> bool:
    done = sending.measure(
        plan.rounds, plan.cores, plan.folder, lambda told: click.echo(sending.one_line(told), err=True)
    )
    click.echo((sending.as_json if as_json else sending.as_text)(done))
    return sending.is_sound(done)


def _tell(measured: Round) -> None:
    click.echo(report.one_line(measured), err=True)


def _show(plan: Plan, database: str | None, pairs: list[Pair], as_json: bool) -> None:
    form = report.as_json if as_json else report.as_text
    click.echo(form(plan, database, pairs))


if __name__ == "__main__":
    bench(prog_name="./dev bench")
