"""linkback mail: see whether mail arrives, and what became of letters."""

from pathlib import Path

import click

from linkback.app import Trouble, open_app
from linkback.cli.options import json_option, run, settings_of, storage_options
from linkback.cli.output import moment, print_json, print_table
from linkback.core.errors import LinkbackError
from linkback.core.model import Letter
from linkback.settings import Settings

MOST_LISTED = 200
NO_ADDRESS = "{!r} is no address that mail can be sent to."


@click.group()
def mail() -> None:
    """Send a letter to see whether mail arrives, and list letters that wait or failed."""


@mail.command()
@storage_options
@click.argument("address")
def test(config: Path | None, database: str | None, address: str) -> None:
    """Send a letter to ADDRESS now, and say what the mail server said."""
    settings = settings_of(config, database)
    run(_test(settings, address))
    words = f"The mail server {settings.mail_server} took the letter to {address}. Look whether it arrives, and where."
    click.echo(words, err=True)


@mail.command("list")
@storage_options
@click.option("--all", "every", is_flag=True, help="those that were sent, too")
@json_option
def list_(config: Path | None, database: str | None, every: bool, as_json: bool) -> None:
    """List letters that wait to be sent, or failed, newest first."""
    found = run(_list(settings_of(config, database), every))
    if as_json:
        print_json([_json(letter) for letter in found])
        return
    columns = ("id", "state", "to", "written", "tries", "next try", "what happened")
    print_table(columns, map(_row, found), empty="There are no such letters.")


async def _test(settings: Settings, address: str) -> None:
    async with open_app(settings) as app:
        try:
            await app.postman.try_out(address)
        except ValueError:
            raise LinkbackError(NO_ADDRESS.format(address)) from None
        except Trouble as trouble:
            raise LinkbackError(f"Nothing was sent. {trouble}") from trouble


async def _list(settings: Settings, every: bool) -> list[Letter]:
    async with open_app(settings) as app:
        return await app.postman.latest(MOST_LISTED, every=every)


def _row(letter: Letter) -> tuple[str, ...]:
    return (
        str(letter.id),
        state_of(letter),
        letter.recipient,
        moment(letter.created_at),
        str(letter.tries),
        moment(letter.next_try_at),
        letter.trouble,
    )


def _json(letter: Letter) -> dict[str, object]:
    return {
        "id": letter.id,
        "state": state_of(letter),
        "to": letter.recipient,
        "written_at": letter.created_at,
        "tries": letter.tries,
        "next_try_at": letter.next_try_at,
        "sent_at": letter.sent_at,
        "message": letter.trouble,
    }


def state_of(letter: Letter) -> str:
    """Return in a word how a letter stands."""
    if letter.sent_at is not None:
        return "sent"
    return "waiting" if letter.next_try_at is not None else "failed"
