"""linkback deliveries: look at what was sent and what became of it, and have something tried again."""

from pathlib import Path

import click

from linkback.cli.options import WebAddress, json_option, run, settings_of, storage_options
from linkback.cli.output import delivery_json, facts, moment, print_json, print_table
from linkback.core.model import Attempt, Delivery, DeliveryStatus
from linkback.desk import open_desk
from linkback.settings import Settings

NEVER_WRITTEN = {DeliveryStatus.PLANNED}
STATUSES = [status.value for status in DeliveryStatus if status not in NEVER_WRITTEN]


@click.group()
def deliveries() -> None:
    """List what was sent and is to be sent, show one with all its tries, and try again."""


@deliveries.command("list")
@storage_options
@click.option("--status", type=click.Choice(STATUSES), help="only those that stand here")
@click.option("--source", type=WebAddress(), help="only those of this post")
@click.option("--target", type=WebAddress(), help="only those to this page")
@json_option
def list_(
    config: Path | None,
    database: str | None,
    status: str | None,
    source: str | None,
    target: str | None,
    as_json: bool,
) -> None:
    """List deliveries, newest first."""
    wanted = DeliveryStatus(status) if status else None
    found = run(_list(settings_of(config, database), wanted, source, target))
    if as_json:
        print_json([ledger_json(delivery) for delivery in found])
        return
    columns = ("id", "status", "from", "to", "protocol", "what happened", "next try")
    print_table(columns, map(_row, found), empty="There are no such deliveries.")


@deliveries.command()
@storage_options
@click.argument("delivery_id", type=int, metavar="ID")
@json_option
def show(config: Path | None, database: str | None, delivery_id: int, as_json: bool) -> None:
    """Show one delivery: where it went, each try, what was answered, and when it is tried next."""
    delivery, tries = run(_show(settings_of(config, database), delivery_id))
    if as_json:
        print_json({**ledger_json(delivery), "tries": list(map(_try_json, tries))})
        return
    click.echo(facts([*_facts(delivery), *_tries(tries)]))


@deliveries.command()
@storage_options
@click.argument("delivery_ids", type=int, nargs=-1, required=True, metavar="ID...")
def retry(config: Path | None, database: str | None, delivery_ids: tuple[int, ...]) -> None:
    """Try deliveries again now, refused and failed ones too.

    A running server or worker does so at once; else the next `linkback send` of their post does.
    """
    for delivery in run(_retry(settings_of(config, database), delivery_ids)):
        click.echo(f"{delivery.id} is tried again: {delivery.target}", err=True)


async def _list(
    settings: Settings, status: DeliveryStatus | None, source: str | None, target: str | None
) -> list[Delivery]:
    async with open_desk(settings) as desk:
        return await desk.ledger.listing(status=status, source=source, target=target)


async def _show(settings: Settings, delivery_id: int) -> tuple[Delivery, tuple[Attempt, ...]]:
    async with open_desk(settings) as desk:
        return await desk.ledger.show(delivery_id)


async def _retry(settings: Settings, delivery_ids: tuple[int, ...]) -> list[Delivery]:
    async with open_desk(settings) as desk:
        return await desk.ledger.retry(delivery_ids)


def ledger_json(delivery: Delivery) -> dict[str, object]:
    """Return a delivery as programs see it that read the ledger."""
    return {
        "id": delivery.id,
        "source": delivery.source,
        **delivery_json(delivery),
        "attempts": delivery.attempts,
        "removed": delivery.removed,
    }


def _try_json(tried: Attempt) -> dict[str, object]:
    return {
        "at": tried.at,
        "status": tried.status,
        "protocol": tried.protocol,
        "endpoint": tried.endpoint,
        "http_status": tried.http_status,
        "message": tried.message,
    }


def _row(delivery: Delivery) -> tuple[str, ...]:
    return (
        str(delivery.id),
        delivery.status.value,
        delivery.source,
        delivery.target,
        delivery.protocol or "",
        delivery.message,
        moment(delivery.next_try_at),
    )


def _facts(delivery: Delivery) -> list[tuple[str, str]]:
    return [
        ("id", str(delivery.id)),
        ("status", delivery.status.value),
        ("from", delivery.source),
        ("to", delivery.target + (", to which the post no longer links" if delivery.removed else "")),
        ("protocol", delivery.protocol or ""),
        ("endpoint", delivery.endpoint or ""),
        ("planned", moment(delivery.created_at)),
        ("what happened", delivery.message),
        ("next try", moment(delivery.next_try_at)),
    ]


def _tries(tries: tuple[Attempt, ...]) -> list[tuple[str, str]]:
    return [(f"try {number}", _told(tried)) for number, tried in enumerate(tries, start=1)]


def _told(tried: Attempt) -> str:
    how = ", ".join(filter(None, (tried.protocol, f"HTTP {tried.http_status}" if tried.http_status else "")))
    return f"{moment(tried.at)} {tried.status.value}{f' ({how})' if how else ''}: {tried.message}"
