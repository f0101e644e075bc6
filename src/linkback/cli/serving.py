"""linkback serve and linkback worker: the programs that go on running."""

from pathlib import Path

import click

from linkback.app import open_app
from linkback.cli.logs import log_to_stderr
from linkback.cli.options import WebAddress, network_options, run, run_until_stopped, settings_of, storage_options
from linkback.core.addresses import is_public
from linkback.core.errors import LinkbackError
from linkback.core.model import Pace, User
from linkback.core.urls import host_of
from linkback.desk import open_desk
from linkback.settings import Settings
from linkback.web.server import Listener


@click.command()
@storage_options
@network_options
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H", help="address to listen on")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), metavar="N", help="0 takes any free one"
)
@click.option(
    "--site",
    "sites",
    multiple=True,
    type=WebAddress(),
    metavar="URL",
    help="base URL of a site to serve; may be repeated",
)
@click.option("--public-url", type=WebAddress(), metavar="URL", help="where the world reaches this server")
def serve(
    config: Path | None,
    database: str | None,
    allow_network: tuple[str, ...],
    host: str,
    port: int,
    sites: tuple[str, ...],
    public_url: str | None,
) -> None:
    """Take pings, verify them, and try again what is due."""
    settings = settings_of(config, database, allow_network, public_url)
    log_to_stderr()
    run(_register(settings, sites))
    listener = Listener(host, port)
    if not settings.public_url:
        settings = settings_of(config, database, allow_network, listener.url)
    _say_what_to_know(settings, listener.url)
    run(_invite_the_first(settings))
    if not listener.run(settings):
        raise LinkbackError("The server could not start; the lines above say why.")
    click.echo("Stopped.", err=True)


@click.command()
@storage_options
@network_options
def worker(config: Path | None, database: str | None, allow_network: tuple[str, ...]) -> None:
    """Do background work only: look at sources that are due, and deliver pings that are owed."""
    settings = settings_of(config, database, allow_network)
    log_to_stderr()
    run_until_stopped(_work(settings))


async def _register(settings: Settings, sites: tuple[str, ...]) -> None:
    async with open_desk(settings) as desk:
        for site in sites:
            await desk.registrar.add(site)
        if not await desk.registrar.every():
            click.echo("No site is registered yet, so every ping is refused: linkback sites add URL.", err=True)
        if not settings.mail_server and any(map(wants_mail, await desk.accounts.every())):
            click.echo("People want mail, and none is sent: no mail server is set (mail.server).", err=True)


async def _invite_the_first(settings: Settings) -> None:
    """Print the way to the first account, to whoever sees this program's messages: nobody else is to have it."""
    async with open_desk(settings) as desk:
        key = await desk.accounts.open_setup()
    if key is not None:
        link = f"{settings.public_url.rstrip('/')}/setup?key={key}"
        click.echo(
            f"Nobody has an account yet. This link makes the first one; it works once, for a day:\n{link}", err=True
        )


async def _work(settings: Settings) -> None:
    async with open_app(settings) as app:
        click.echo("Working; Ctrl-C stops.", err=True)
        if settings.mail_server and not settings.public_url:
            click.echo(
                "No news are mailed: links in mail need to know where the world reaches the server (public_url).",
                err=True,
            )
        await app.worker.run()


def wants_mail(user: User) -> bool:
    """Tell whether a person hears of news by mail."""
    return bool(user.email) and user.pace is not Pace.NEVER


def _say_what_to_know(settings: Settings, url: str) -> None:
    click.echo(f"Linkback listens on {url} and is reached as {settings.public_url}", err=True)
    base = settings.public_url.rstrip("/")
    click.echo(f"Pages advertise it by:  X-Pingback: {base}/pingback", err=True)
    click.echo(f'                        Link: <{base}/webmention>; rel="webmention"', err=True)
    click.echo(f"The page {base}/about shows elements for pages too, and TrackBack's.", err=True)
    if not is_public(host_of(url)) and not settings.server_trusted_proxies:
        click.echo(
            "Pings from loopback and private addresses have no budget per sender: "
            "if a proxy stands in front, name it in server.trusted_proxies.",
            err=True,
        )
