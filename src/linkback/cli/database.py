"""linkback db: the version of the tables."""

from pathlib import Path

import click

from linkback.cli.options import json_option, settings_of, storage_options
from linkback.cli.output import print_json
from linkback.desk import database_at


@click.group()
def db() -> None:
    """See to the database."""


@db.command()
@storage_options
def upgrade(config: Path | None, database: str | None) -> None:
    """Bring the tables up to the version this program needs; serve and worker do so by themselves."""
    opened = database_at(settings_of(config, database))
    try:
        opened.upgrade()
        click.echo(f"The tables are at version {opened.revision()[1]}.", err=True)
    finally:
        opened.close()


@db.command()
@storage_options
@json_option
def status(config: Path | None, database: str | None, as_json: bool) -> None:
    """Say which version the tables have, and which is needed."""
    opened = database_at(settings_of(config, database))
    try:
        current, needed = opened.revision()
    finally:
        opened.close()
    if as_json:
        print_json({"current": current, "needed": needed, "up_to_date": current == needed})
        return
    if current == needed:
        click.echo(f"The tables are at version {needed}: up to date.")
        return
    click.echo(f"The tables are at version {current or 'none yet'}, needed is {needed}: linkback db upgrade.")
