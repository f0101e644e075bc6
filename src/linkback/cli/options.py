"""What the commands share: options that every one takes, and settings made of them."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from linkback.core import urls
from linkback.core.errors import BadURL
from linkback.settings import BY_NAME, Settings

Command = TypeVar("Command", bound=Callable[..., object])
Result = TypeVar("Result")


def storage_options(command: Command) -> Command:
    """Add --config and --database."""
    config = click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="settings (linkback.toml)")
    database = click.option("--database", metavar="URL", help=BY_NAME["database"].help)
    return config(database(command))


def network_options(command: Command) -> Command:
    """Add --allow-network."""
    words = BY_NAME["network.allow"].help + "; may be repeated"
    return click.option("--allow-network", "allow_network", multiple=True, metavar="CIDR", help=words)(command)


def json_option(command: Command) -> Command:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")(command)


def settings_of(
    config: Path | None = None,
    database: str | None = None,
    allow_network: tuple[str, ...] = (),
    public_url: str | None = None,
) -> Settings:
    """Read the settings with what the command line says of them; networks add to those of the file."""
    settings = Settings.load(config, os.environ, {"database": database, "public_url": public_url})
    if not allow_network:
        return settings
    flags = {"database": database, "public_url": public_url, "network.allow": [*settings.network_allow, *allow_network]}
    return Settings.load(config, os.environ, flags)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end; Ctrl-C cancels it and ends cleanly."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise click.Abort from None


def run_until_stopped(work: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine until Ctrl-C or SIGTERM, which is how such a command is meant to end."""
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


class WebAddress(click.ParamType[str]):
    """An address of a web page, normalised; http:// may not be left out, since https:// may be meant."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address as it is stored, or fail with a sentence."""
        try:
            return urls.normalize(str(value))
        except BadURL as error:
            self.fail(f"{value!r}: {error}", param, ctx)
