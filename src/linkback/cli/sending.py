"""linkback send: tell the pages that a post links to."""

from pathlib import Path

import click

from linkback.app import open_app
from linkback.cli.options import (
    WebAddress,
    json_option,
    network_options,
    run,
    settings_of,
    storage_options,
)
from linkback.cli.output import delivery_json, delivery_words, print_json, print_table, progress
from linkback.core.model import Delivery, DeliveryStatus
from linkback.core.protocols import PROTOCOLS, Protocol
from linkback.settings import Settings

NOT_DONE = (DeliveryStatus.FAILED, DeliveryStatus.REFUSED)


@click.command()
@storage_options
@network_options
@click.argument("source", type=WebAddress())
@click.argument("targets", type=WebAddress(), nargs=-1)
@click.option(
    "--protocol",
    type=click.Choice(["auto", "webmention", "pingback", "trackback"]),
    default="auto",
    show_default=True,
    help="which protocol to use",
)
@click.option("--dry-run", is_flag=True, help="say what would be sent, and send nothing")
@json_option
def send(
    config: Path | None,
    database: str | None,
    allow_network: tuple[str, ...],
    source: str,
    targets: tuple[str, ...],
    protocol: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Tell the pages that SOURCE links to; with TARGETs, only those of them.

    What was sent before is sent again only when the post has changed, to those who take updates, or when its link
    is gone. Ends with 1 when a delivery failed or was refused.
    """
    settings = settings_of(config, database, allow_network)
    source, ledger = run(_send(settings, source, targets, _chosen(protocol), dry_run))
    if as_json:
        print_json({"source": source, "deliveries": [delivery_json(delivery) for delivery in ledger]})
    else:
        print_table(("target", "status", "protocol", "what happened"), map(_row, ledger), empty=NOTHING_LINKED)
    if any(delivery.status in NOT_DONE for delivery in ledger):
        click.get_current_context().exit(1)


NOTHING_LINKED = "The page links to nothing that could be told."


async def _send(
    settings: Settings, source: str, targets: tuple[str, ...], protocols: tuple[Protocol, ...], dry_run: bool
) -> tuple[str, list[Delivery]]:
    async with open_app(settings) as app:
        post = await app.sender.read(source)
        if dry_run:
            return post.url, await app.sender.preview(post, targets, protocols)
        with progress("telling") as bar:
            task = bar.add_task("", total=len(targets or post.links))
            return post.url, await app.sender.send(post, targets, protocols, lambda _: bar.advance(task))


def _chosen(name: str) -> tuple[Protocol, ...]:
    chosen = tuple(protocol for protocol in PROTOCOLS if name in ("auto", protocol.NAME))
    if not chosen:
        spoken = ", ".join(protocol.NAME for protocol in PROTOCOLS)
        raise click.UsageError(f"{name} is not spoken by this version; it speaks {spoken}.")
    return chosen


def _row(delivery: Delivery) -> tuple[str, ...]:
    return delivery.target, delivery.status.value, delivery.protocol or "", delivery_words(delivery)
