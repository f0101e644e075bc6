"""linkback mentions: look at what links here, and decide."""

from dataclasses import replace
from pathlib import Path

import click

from linkback.cli.deciding import (
    COLUMNS,
    actions,
    decision,
    row,
    selection_of,
    selection_options,
    sponsored,
    undo,
)
from linkback.cli.options import json_option, run, settings_of, storage_options
from linkback.cli.output import facts, moment, print_json, print_table
from linkback.core.formats import owner
from linkback.core.model import Change, Citation, Event, Mention, Receipt, Site, Status
from linkback.desk import STATUS_OF, Selection, open_desk, standing, why
from linkback.settings import Settings

# What the last look in vain found, in words for people.
TROUBLE = {
    "no_link": "The page did not show the link.",
    "source_not_found": "The page was not there.",
    "unreachable": "The page could not be reached.",
}

# What costs no attention: it is listed only for who asks for it. Muted mentions are removed ones.
TAKEN_AWAY = {Status.SPAM: "junk", Status.REMOVED: "removed"}


@click.group()
def mentions() -> None:
    """List mentions, show one with its reasons, and decide what becomes of them."""


@mentions.command("list")
@storage_options
@selection_options
@json_option
def list_(config: Path | None, database: str | None, as_json: bool, **named: object) -> None:
    """List mentions, newest first; without what was taken away, unless --status names it or with --json."""
    wanted = selection_of(**named)  # type: ignore[arg-type]  # click gives each option its type
    found, hidden = run(_list(settings_of(config, database), wanted, everything=as_json))
    if as_json:
        print_json([owner.described(mention) for mention in found])
        return
    print_table(COLUMNS, map(row, found), empty="There are no such mentions.")
    if hidden:
        told = " and ".join(f"{count} {TAKEN_AWAY[status]}" for status, count in hidden.items())
        how = " and ".join(f"--status {status.value}" for status in hidden)
        click.echo(f"{told} not shown; {how} lists {'it' if len(hidden) == 1 else 'them'}.", err=True)


@mentions.command()
@storage_options
@click.argument("mention_id", type=int, metavar="ID")
@json_option
def show(config: Path | None, database: str | None, mention_id: int, as_json: bool) -> None:
    """Show one mention with all that is known of it, why it stands where it stands, and what changed of it."""
    mention, history, site = run(_show(settings_of(config, database), mention_id))
    if as_json:
        print_json({**owner.described(mention), "events": [owner.changed(event) for event in history]})
        return
    click.echo(facts((*_facts(mention), *why(mention, site))))
    if history:
        click.echo("\nWhat changed since:")
        click.echo(facts(map(_change, history)))


for _what in STATUS_OF:
    mentions.add_command(decision(_what))
for _command in (sponsored, undo, actions):
    mentions.add_command(_command)


async def _list(settings: Settings, wanted: Selection, *, everything: bool) -> tuple[list[Mention], dict[Status, int]]:
    """Return the mentions that are meant, and how many of them are not shown unless they are asked for."""
    async with open_desk(settings) as desk:
        hidden: dict[Status, int] = {}
        if not everything and not wanted.statuses:
            hidden = await desk.moderator.count(replace(wanted, statuses=frozenset(TAKEN_AWAY)))
            wanted = replace(wanted, statuses=frozenset(Status).difference(TAKEN_AWAY))
        found: list[Mention] = []
        while part := await desk.moderator.page(wanted, before_id=found[-1].id if found else None):
            found += part
        return found, dict(sorted(hidden.items(), reverse=True))


async def _show(settings: Settings, mention_id: int) -> tuple[Mention, tuple[Event, ...], Site]:
    async with open_desk(settings) as desk:
        mention = await desk.moderator.show(mention_id)
        return mention, await desk.moderator.history(mention_id), await desk.moderator.site_of(mention)


def _facts(mention: Mention) -> list[tuple[str, str]]:
    citation = mention.citation
    return [
        ("id", str(mention.id)),
        ("status", standing(mention)),
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
        ("paid for", "A person says that this link was paid for." if mention.sponsored else ""),
        ("search", "The page keeps search engines out." if citation.noindex else ""),
        ("received", moment(mention.received_at)),
        ("verified", moment(mention.verified_at)),
        ("trouble", TROUBLE.get(mention.trouble, mention.trouble)),
        ("next look", moment(mention.next_look_at)),
    ]


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
