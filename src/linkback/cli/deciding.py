"""What people decide of one mention or of thousands, and how they take it back: commands of linkback mentions."""

import getpass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from linkback.cli.options import Command, WebAddress, json_option, run, settings_of, storage_options
from linkback.cli.output import moment, print_json, print_table, progress
from linkback.core.model import Mention, Status
from linkback.desk import Action, Counted, Done, Selection, Undone, What, open_desk
from linkback.settings import Settings

SHOWN = 10  # mentions of a selection that are shown before somebody says yes
ASKED_FROM = 2  # mentions: one that is named by a filter is as clear as one that is named by its number

WORDS = {
    What.APPROVE: ("approve", "Let mentions be seen.", "approved"),
    What.SPAM: ("spam", "Mark mentions as junk.", "marked as spam"),
    What.REMOVE: ("remove", "Take mentions away.", "removed"),
    What.HOLD: ("hold", "Put mentions back into the queue.", "put back into the queue"),
    What.SPONSORED: ("sponsored", "", "marked as paid for"),
    What.UNSPONSORED: ("not sponsored", "", "no longer marked as paid for"),
    What.TRUST: ("trust", "", "approved, with their hosts trusted"),
    What.BLOCK: ("block", "", "marked as spam, with their hosts blocked"),
    What.MUTE: ("mute", "", "removed, with their hosts muted"),
}
COLUMNS = ("id", "status", "score", "source", "target", "title", "received")


def row(mention: Mention) -> tuple[str, ...]:
    """Return a mention as it stands in a table of COLUMNS."""
    score = f"{mention.verdict.score:.2f}" if mention.verdict else ""
    told = (mention.source, mention.target, mention.citation.title, moment(mention.received_at))
    return str(mention.id), mention.status.value, score, *told


def selection_options(command: Command) -> Command:
    """Add the options that name many mentions by what they have in common."""
    statuses = click.Choice([status.value for status in Status])
    for option in (
        click.option("--older-than", type=click.FloatRange(0, 36_500), metavar="DAYS", help="received before that"),
        click.option("--score-below", type=click.FloatRange(0, 1), metavar="SCORE", help="more honest than that"),
        click.option("--score-above", type=click.FloatRange(0, 1), metavar="SCORE", help="more like junk than that"),
        click.option("--author", default="", metavar="TEXT", help="a part of the author's name or address"),
        click.option("--target", type=WebAddress(), help="only those of this page"),
        click.option("--host", default="", metavar="NAME", help="only those from this host and all below it"),
        click.option("--status", multiple=True, type=statuses, help="only those that stand here; may be repeated"),
    ):
        command = option(command)
    return command


def selection_of(
    *,
    status: tuple[str, ...],
    host: str,
    target: str | None,
    author: str,
    score_above: float | None,
    score_below: float | None,
    older_than: float | None,
) -> Selection:
    """Return the mentions that options name."""
    before = None if older_than is None else datetime.now(UTC) - timedelta(days=older_than)
    statuses = frozenset(map(Status, status))
    return Selection(statuses, host.strip().lower(), target or "", author, score_above, score_below, before)


def decision(what: What) -> click.Command:
    """Return the command that decides one thing of many mentions."""
    name, words, _ = WORDS[what]

    @storage_options
    @selection_options
    @click.argument("mention_ids", type=int, nargs=-1, metavar="[ID...]")
    @click.option("--dry-run", is_flag=True, help="say which mentions are meant, and change nothing")
    @click.option("--yes", is_flag=True, help="do not ask")
    def command(
        config: Path | None,
        database: str | None,
        mention_ids: tuple[int, ...],
        dry_run: bool,
        yes: bool,
        **named: object,
    ) -> None:
        wanted = selection_of(**named)  # type: ignore[arg-type]  # click gives each option its type
        if bool(mention_ids) == wanted.is_narrow:
            raise click.UsageError("Name mentions by their numbers, or by what they have in common: --host, --status …")
        settings = settings_of(config, database)
        if mention_ids:
            _tell(what, run(_decide(settings, what, mention_ids, None)))
            return
        counted, first = run(_meant(settings, wanted))
        _preview(counted, first)
        if dry_run or not counted.ids:
            return
        if len(counted.ids) >= ASKED_FROM and not yes:
            click.confirm(f"{name.capitalize()} {len(counted.ids)} mentions?", abort=True, err=True)
        _tell(what, run(_decide(settings, what, counted.ids, wanted)))

    return click.command(name, help=f"{words} Name them by number, or by what they have in common.")(command)


@click.command()
@storage_options
@click.argument("mention_ids", type=int, nargs=-1, required=True, metavar="ID...")
@click.option("--off", is_flag=True, help="it was not paid for after all")
def sponsored(config: Path | None, database: str | None, mention_ids: tuple[int, ...], off: bool) -> None:
    """Say that links were paid for, so that they are shown with rel="sponsored"."""
    what = What.UNSPONSORED if off else What.SPONSORED
    _tell(what, run(_decide(settings_of(config, database), what, mention_ids, None)))


@click.command()
@storage_options
@click.argument("action_id", type=int, required=False, metavar="[ACTION]")
def undo(config: Path | None, database: str | None, action_id: int | None) -> None:
    """Take back what was decided: the last action, or the one that is named."""
    undone = run(_undo(settings_of(config, database), action_id))
    words = f"Taken back: action {undone.action.id}, {WORDS[undone.action.what][2]}, {_mentions(undone.count)}."
    click.echo(f"{words} linkback mentions undo {undone.action_id} does it again.", err=True)
    if undone.left:
        names = ", ".join(map(str, undone.left[:SHOWN])) + (" …" if len(undone.left) > SHOWN else "")
        stay = "stays as it is" if len(undone.left) == 1 else "stay as they are"
        click.echo(f"{_mentions(len(undone.left))} changed since and {stay}: {names}.", err=True)


@click.command()
@storage_options
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="how many")
@json_option
def actions(config: Path | None, database: str | None, limit: int, as_json: bool) -> None:
    """List the latest actions, which undo takes back."""
    found = run(_actions(settings_of(config, database), limit))
    if as_json:
        print_json([_action_json(action) for action in found])
        return
    columns = ("action", "when", "by", "what", "mentions", "")
    print_table(columns, map(_action_row, found), empty="Nothing was decided yet.")


async def _decide(settings: Settings, what: What, ids: tuple[int, ...], only: Selection | None) -> Done:
    async with open_desk(settings) as desk:
        with progress(WORDS[what][0]) as bar:
            task = bar.add_task("", total=len(ids))
            return await desk.moderator.decide(
                what, ids, by=who(), only=only, told=lambda count: bar.advance(task, count)
            )


async def _meant(settings: Settings, wanted: Selection) -> tuple[Counted, list[Mention]]:
    async with open_desk(settings) as desk:
        return await desk.moderator.meant(wanted), await desk.moderator.page(wanted, limit=SHOWN)


async def _undo(settings: Settings, action_id: int | None) -> Undone:
    async with open_desk(settings) as desk:
        return await desk.moderator.undo(action_id, by=who())


async def _actions(settings: Settings, limit: int) -> list[Action]:
    async with open_desk(settings) as desk:
        return await desk.moderator.actions(limit)


def who() -> str:
    """Return who decides: the name of the account this runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def _preview(counted: Counted, first: list[Mention]) -> None:
    print_table(COLUMNS, map(row, first), empty="There are no such mentions.")
    if len(counted.ids) > len(first):
        standing = ", ".join(f"{count} {status.value}" for status, count in counted.by_status.items())
        click.echo(f"These are the newest {len(first)} of {len(counted.ids)}: {standing}.", err=True)


def _tell(what: What, done: Done) -> None:
    """Say what was done, and how it is taken back."""
    told = f"{_mentions(done.count)} {WORDS[what][2]}."
    if done.already:
        told += f" {done.already} already {'was' if done.already == 1 else 'were'}."
    if done.action_id is not None:
        told += f" linkback mentions undo {done.action_id} takes it back."
    click.echo(told, err=True)


def _mentions(count: int) -> str:
    return "1 mention" if count == 1 else f"{count} mentions"


def _action_row(action: Action) -> tuple[str, ...]:
    state = f"takes back {action.undoes}" if action.undoes else ""
    if action.undone_at:
        state = f"taken back{f' by {action.undone_by}' if action.undone_by else ''}"
    return str(action.id), moment(action.at), action.by, WORDS[action.what][2], str(action.count), state


def _action_json(action: Action) -> dict[str, object]:
    undone = {"undoes": action.undoes, "undone_at": action.undone_at, "undone_by": action.undone_by}
    return {"id": action.id, "at": action.at, "by": action.by, "what": action.what, "count": action.count, **undone}
