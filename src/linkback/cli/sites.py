"""linkback sites: which sites are served, and how each takes pings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from linkback.cli.options import WebAddress, json_option, run, settings_of, storage_options
from linkback.cli.output import print_json, print_table
from linkback.core.errors import Unfit
from linkback.core.model import Moderation, Site
from linkback.desk import fit_name, open_desk
from linkback.settings import Settings

PROTOCOL_NAMES = ("webmention", "pingback", "trackback")
COLUMNS = ("site", "name", "protocols", "self-pings", "unverified", "moderation", "closed pages")


class ProtocolList(click.ParamType[frozenset[str]]):
    """A list of protocols, separated by commas; `none` and `all` are understood."""

    name = "list"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        """Return the names, or fail with a sentence."""
        if value in ("none", "all"):
            return frozenset(PROTOCOL_NAMES if value == "all" else ())
        names = frozenset(name.strip() for name in str(value).split(","))
        if wrong := sorted(names - set(PROTOCOL_NAMES)):
            self.fail(f"{wrong[0]!r} is no protocol; there are {', '.join(PROTOCOL_NAMES)}, all, none.", param, ctx)
        return names


class SiteName(click.ParamType[str]):
    """A name for /NAME/webmention; nothing takes the name away."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, or fail with a sentence."""
        try:
            return fit_name(str(value))
        except Unfit as error:
            self.fail(str(error), param, ctx)


@click.group()
def sites() -> None:
    """Add sites, and set how each takes pings."""


@sites.command()
@storage_options
@click.argument("url", type=WebAddress())
def add(config: Path | None, database: str | None, url: str) -> None:
    """Register a site by its base URL."""
    site = run(_add(settings_of(config, database), url))
    click.echo(f"{site.url} is registered.", err=True)


@sites.command("list")
@storage_options
@json_option
def list_(config: Path | None, database: str | None, as_json: bool) -> None:
    """List the sites with their settings."""
    every = run(_every(settings_of(config, database)))
    if as_json:
        print_json([_site_json(site) for site in every])
        return
    print_table(COLUMNS, map(_row, every), empty="No site is registered; linkback sites add URL registers one.")


@sites.command("set")
@storage_options
@click.argument("url", type=WebAddress())
@click.option("--self-pings", type=click.Choice(["on", "off"]), help="pings from pages of the site itself")
@click.option(
    "--protocols", type=ProtocolList(), metavar="LIST", help="which are taken: names with commas, all or none"
)
@click.option("--close", "closed", multiple=True, metavar="PATTERN", help="pages that take none, such as '/about*'")
@click.option("--open", "opened", multiple=True, metavar="PATTERN", help="take a pattern of --close back")
@click.option("--unverified", type=click.Choice(["on", "off"]), help="hold trackbacks whose source shows no link")
@click.option("--name", type=SiteName(), help="take pings at /NAME/webmention and /NAME/xmlrpc too; '' takes it away")
@click.option("--moderation", type=click.Choice([way.value for way in Moderation]), help="what waits for the owner")
def set_(
    config: Path | None,
    database: str | None,
    url: str,
    self_pings: str | None,
    protocols: frozenset[str] | None,
    closed: tuple[str, ...],
    opened: tuple[str, ...],
    unverified: str | None,
    name: str | None,
    moderation: str | None,
) -> None:
    """Change how a site takes pings; what is not named stays. Several sites may share a name."""

    def edit(site: Site) -> Site:
        patterns = dict.fromkeys((*site.closed, *closed))
        return replace(
            site,
            self_pings=site.self_pings if self_pings is None else self_pings == "on",
            protocols=site.protocols if protocols is None else protocols,
            moderation=Moderation(moderation or site.moderation),
            closed=tuple(pattern for pattern in patterns if pattern not in opened),
            unverified=site.unverified if unverified is None else unverified == "on",
            name=site.name if name is None else name,
        )

    site = run(_change(settings_of(config, database), url, edit))
    print_table(COLUMNS, [_row(site)], empty="")


@sites.command()
@storage_options
@click.argument("url", type=WebAddress())
@click.confirmation_option(prompt="All mentions of the site go with it. Go on?")
def remove(config: Path | None, database: str | None, url: str) -> None:
    """Forget a site and all its mentions."""
    run(_remove(settings_of(config, database), url))
    click.echo(f"{url} and its mentions are forgotten.", err=True)


async def _add(settings: Settings, url: str) -> Site:
    async with open_desk(settings) as desk:
        return await desk.registrar.add(url)


async def _every(settings: Settings) -> list[Site]:
    async with open_desk(settings) as desk:
        return await desk.registrar.every()


async def _change(settings: Settings, url: str, edit: Callable[[Site], Site]) -> Site:
    async with open_desk(settings) as desk:
        return await desk.registrar.change(url, edit)


async def _remove(settings: Settings, url: str) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.remove(url)


def _row(site: Site) -> tuple[str, ...]:
    protocols = " ".join(name for name in PROTOCOL_NAMES if name in site.protocols)
    return (
        site.url,
        site.name,
        protocols or "none",
        "on" if site.self_pings else "off",
        "held" if site.unverified else "refused",
        site.moderation.value,
        " ".join(site.closed),
    )


def _site_json(site: Site) -> dict[str, object]:
    return {
        "url": site.url,
        "protocols": sorted(site.protocols),
        "self_pings": site.self_pings,
        "moderation": site.moderation,
        "closed": site.closed,
        "unverified": site.unverified,
        "name": site.name,
    }
