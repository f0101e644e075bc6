"""linkback mentions: look at what links here, and decide."""

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from linkback.cli.options import WebAddress, json_option, run, settings_of, storage_options
from linkback.cli.output import event_json, facts, mention_json, moment, print_json, print_table
from linkback.core.model import Change, Citation, Event, Mention, Receipt, Status
from linkback.desk import Desk, open_desk
from linkback.settings import Settings

# What the last look in vain found, in words for people.
TROUBLE = {
    "no_link": "The page did not show the link.",
    "source_not_found": "The page was not there.",
    "unreachable": "The page could not be reached.",
}
Decide = Callable[[Desk, int, str], Awaitable[Mention]]


@click.group()
def mentions() -> None:
    """List mentions, show one with its reasons, and decide what becomes of them."""


@mentions.command("list")
@storage_options
@click.option("--status", type=click.Choice([status.value for status in Status]), help="only those that stand here")
@click.option("--target", type=WebAddress(), help="only those of this page")
@json_option
def list_(config: Path | None, database: str | None, status: str | None, target: str | None, as_json: bool) -> None:
    """List mentions, newest first."""
    found = run(_list(settings_of(config, database), Status(status) if status else None, target))
    if as_json:
        print_json([mention_json(mention) for mention in found])
        return
    columns = ("id", "status", "source", "target", "title", "received")
    print_table(columns, map(_row, found), empty="There are no such mentions.")


@mentions.command()
@storage_options
@click.argument("mention_id", type=int, metavar="ID")
@json_option
def show(config: Path | None, database: str | None, mention_id: int, as_json: bool) -> None:
    """Show one mention with all that is known of it, why it stands where it stands, and what changed of it."""
    mention, history = run(_show(settings_of(config, database), mention_id))
    if as_json:
        print_json({**mention_json(mention), "events": [event_json(event) for event in history]})
        return
    click.echo(facts(_facts(mention)))
    if history:
        click.echo("\nWhat changed since:")
        click.echo(facts(map(_change, history)))


def _decision(name: str, words: str, decide: Decide) -> click.Command:
    """Return a command that makes one decision of many mentions."""

    @storage_options
    @click.argument("mention_ids", type=int, nargs=-1, required=True, metavar="ID...")
    def command(config: Path | None, database: str | None, mention_ids: tuple[int, ...]) -> None:
        run(_decide(settings_of(config, database), mention_ids, decide))

    return click.command(name, help=words)(command)


mentions.add_command(
    _decision("approve", "Let mentions be seen.", lambda desk, key, by: desk.moderator.approve(key, by=by))
)
mentions.add_command(_decision("spam", "Mark mentions as junk.", lambda desk, key, by: desk.moderator.spam(key, by=by)))
mentions.add_command(
    _decision("remove", "Take mentions away.", lambda desk, key, by: desk.moderator.remove(key, by=by))
)


async def _list(settings: Settings, status: Status | None, target: str | None) -> list[Mention]:
    async with open_desk(settings) as desk:
        return await desk.moderator.listing(status=status, target=target)


async def _show(settings: Settings, mention_id: int) -> tuple[Mention, tuple[Event, ...]]:
    async with open_desk(settings) as desk:
        return await desk.moderator.show(mention_id), await desk.moderator.history(mention_id)


async def _decide(settings: Settings, mention_ids: tuple[int, ...], decide: Decide) -> None:
    async with open_desk(settings) as desk:
        for mention_id in mention_ids:
            mention = await decide(desk, mention_id, _who())
            click.echo(f"{mention.id} is {mention.status.value}: {mention.source}", err=True)


def _who() -> str:
    """Return who decides: the name of the account this runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def _row(mention: Mention) -> tuple[str, ...]:
    return (
        str(mention.id),
        mention.status.value,
        mention.source,
        mention.target,
        mention.citation.title,
        moment(mention.received_at),
    )


def _facts(mention: Mention) -> list[tuple[str, str]]:
    citation, verdict = mention.citation, mention.verdict
    rows = [
        ("id", str(mention.id)),
        ("status", mention.status.value + (f", decided by {mention.decided_by}" if mention.decided_by else "")),
        ("source", mention.source),
        ("led to", mention.source_page),
        ("target", mention.target),
        ("which is", mention.target_page),
        *(("reported by", _report(receipt)) for receipt in mention.receipts),
        ("kind", f"{citation.kind}: {citation.rsvp}" if citation.rsvp else citation.kind),
        ("title", citation.title),
        ("author", " ".join(filter(None, (citation.author.name, citation.author.url)))),
        ("sentence", citation.excerpt),
        ("content", citation.content),
        ("link", _link(citation) if mention.verified_at else ""),
        ("search", "The page keeps search engines out." if citation.noindex else ""),
        ("received", moment(mention.received_at)),
        ("verified", moment(mention.verified_at)),
        ("trouble", TROUBLE.get(mention.trouble, mention.trouble)),
        ("next look", moment(mention.next_look_at)),
    ]
    if verdict:
        rows.append(("score", f"{verdict.score:.2f} (0 honest … 1 junk)"))
        # What a person decided stands for no reason of ours.
        label = "noticed" if mention.decided_by else "because"
        rows += [(label, reason.sentence) for reason in verdict.reasons]
    return rows


def _link(citation: Citation) -> str:
    return " ".join(filter(None, (citation.anchor, f"[{citation.place}]", " ".join(citation.rel))))


def _report(receipt: Receipt) -> str:
    first, last = moment(receipt.first_at), moment(receipt.last_at)
    return f"{receipt.protocol} ({receipt.times}×), {first}" + ("" if first == last else f" to {last}")


def _change(event: Event) -> tuple[str, str]:
    by = f", by {event.by}" if event.by else ""
    if event.change is Change.MERGED:
        return moment(event.at), f"united with {event.before}"
    return moment(event.at), f"{event.change.value}: {event.before or 'nothing'} → {event.after or 'nothing'}{by}"
