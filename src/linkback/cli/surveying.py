"""linkback report import and survey: lists of links that others made are taken, and their pages looked at."""

from pathlib import Path

import click

from linkback.app import Surveyed, open_app
from linkback.cli.neighbourhood import counted
from linkback.cli.options import json_option, network_options, run, settings_of, storage_options
from linkback.cli.output import print_json, progress
from linkback.cli.rules import site_option
from linkback.core.model import Site
from linkback.core.text import clean
from linkback.desk import Taken, open_desk
from linkback.settings import Settings

MAX_BYTES = 64 << 20  # of a list; 100 000 lines with two long addresses are less
LIMIT = 500  # pages in one survey: a few minutes

FOUND = {
    "linked": ("links here", "link here"),
    "no_link": ("does not", "do not"),
    "gone": ("is gone", "are gone"),
    "unreachable": ("could not be read", "could not be read"),
}


@click.command("import")
@storage_options
@site_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
def import_(config: Path | None, database: str | None, site: str | None, file: Path, as_json: bool) -> None:
    """Take a list of links that others made.

    The survey looks at its pages. FILE is an export of Search Console, Ahrefs, Bing or Majestic, or has one address
    a line. Which column is which is found out and said.
    """
    with file.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise click.UsageError(f"{file} is larger than {MAX_BYTES >> 20} MB; cut it into several.")
    taken = run(_take(settings_of(config, database), site, content))
    if as_json:
        print_json(_taken_json(taken))
    else:
        _print_taken(taken, file)
    if not taken.listed.links:
        click.get_current_context().exit(1)


@click.command()
@storage_options
@network_options
@site_option
@click.option("--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="pages to look at, at most")
@json_option
def survey(
    config: Path | None,
    database: str | None,
    allow_network: tuple[str, ...],
    site: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Look at the pages of imported lists.

    Those that link to the site are judged as if they had been reported. Asks politely: one page of a domain at a
    time. May be stopped at any time, and goes on where it was.
    """
    done = run(_survey(settings_of(config, database, allow_network), site, limit))
    if as_json:
        print_json(_surveyed_json(done))
        return
    click.echo(_surveyed(done))


async def _take(settings: Settings, url: str | None, content: bytes) -> Taken:
    async with open_desk(settings) as desk:
        return await desk.neighbourhood.take(await desk.rulebook.site(url), content)


async def _site(settings: Settings, url: str | None) -> Site:
    async with open_desk(settings) as desk:
        return await desk.rulebook.site(url)


async def _survey(settings: Settings, url: str | None, limit: int) -> Surveyed:
    site = await _site(settings, url)
    async with open_app(settings) as app:
        due = await app.surveyor.due(site)
        with progress("looking") as bar:
            task = bar.add_task("", total=min(limit, due))
            return await app.surveyor.survey(site, limit, lambda _: bar.advance(task))


def _print_taken(taken: Taken, file: Path) -> None:
    listed = taken.listed
    click.echo(f"{clean(file.name)}: {listed.detected}")
    for line in listed.bad:
        click.echo(f"  line {line.number}: {line.why}", err=True)
    if listed.bad_count > len(listed.bad) > 0:
        click.echo(f"  and {listed.bad_count - len(listed.bad)} more", err=True)
    bad = f", {counted(listed.bad_count, 'line')} left out" if listed.bad_count else ""
    more = " The list goes on; cut what was read from it, and import the rest." if listed.more else ""
    click.echo(f"{counted(len(listed.links), 'link')} read, {taken.added} not known before{bad}.{more}")
    if taken.waiting:
        waits = "waits" if taken.waiting == 1 else "wait"
        click.echo(f"{counted(taken.waiting, 'page')} {waits} to be looked at: linkback report survey")


def _surveyed(done: Surveyed) -> str:
    if not done.looked_at and not done.waiting and not done.put_off:
        return "No page of a list waits to be looked at."
    told = [
        f"{done.found[state]} {words[done.found[state] != 1]}" for state, words in FOUND.items() if done.found[state]
    ]
    looked = f"Looked at {counted(done.looked_at, 'page')}{': ' if told else ''}{', '.join(told)}."
    bad = f" {done.bad} of those that link {'is' if done.bad == 1 else 'are'} bad." if done.bad else ""
    rest = done.waiting + done.put_off
    waiting = f" {counted(rest, 'page')} left; run it again." if rest else ""
    return looked + bad + waiting


def _taken_json(taken: Taken) -> dict[str, object]:
    listed = taken.listed
    return {
        "detected": listed.detected,
        "links": len(listed.links),
        "added": taken.added,
        "waiting": taken.waiting,
        "more": listed.more,
        "bad": {"count": listed.bad_count, "first": [{"line": one.number, "why": one.why} for one in listed.bad]},
    }


def _surveyed_json(done: Surveyed) -> dict[str, object]:
    found = {state: done.found[state] for state in FOUND}
    return {"looked_at": done.looked_at, **found, "bad": done.bad, "put_off": done.put_off, "waiting": done.waiting}
