"""linkback user: who works with this server, what each may do, and the tokens of their programs."""

import sys
from pathlib import Path

import click

from linkback.cli.options import WebAddress, json_option, run, settings_of, storage_options
from linkback.cli.output import moment, print_json, print_table
from linkback.core.errors import NotFound
from linkback.core.model import ApiToken, Role, Scope, Site, User
from linkback.desk import Desk, open_desk
from linkback.settings import Settings

COLUMNS = ("name", "mail", "may do", "last signed in")
TOKENS = ("id", "name", "may", "at", "last used")
ADDRESS = "http://127.0.0.1:8000/"  # where serve listens unless it is told otherwise
ROLES = ("admin", *(role.value for role in Role), "none")
NOBODY = "Nobody has an account yet; linkback user add NAME makes the first one."
Seated = tuple[User, list[tuple[Site, Role]]]


@click.group()
def user() -> None:
    """Add people, say what each may do, and make tokens for their programs."""


@user.command()
@storage_options
@json_option
@click.argument("name")
@click.option("--email", default="", metavar="ADDRESS", help="where mail for this person goes")
@click.option("--admin", is_flag=True, help="owns every site, and looks after people; the first person always does")
def add(config: Path | None, database: str | None, as_json: bool, name: str, email: str, admin: bool) -> None:
    """Add a person, and print a link by which they choose a password; it works once, for a week."""
    settings = settings_of(config, database)
    added, key = run(_add(settings, name, email, admin))
    link = f"{_base(settings)}invite/{key}"
    if as_json:
        print_json({**_user_json(added, []), "link": link})
        return
    click.echo(
        f"{added.name} is added{' as an admin' if added.admin else ''}. The link to choose a password:", err=True
    )
    click.echo(link)


@user.command("list")
@storage_options
@json_option
def list_(config: Path | None, database: str | None, as_json: bool) -> None:
    """List the people, and what each may do where."""
    every = run(_every(settings_of(config, database)))
    if as_json:
        print_json([_user_json(*each) for each in every])
        return
    print_table(COLUMNS, (_row(*each) for each in every), empty=NOBODY)


@user.command()
@storage_options
@click.argument("name")
@click.confirmation_option(prompt="Their sessions and tokens end at once. Go on?")
def remove(config: Path | None, database: str | None, name: str) -> None:
    """Forget a person with their sessions and tokens; what they decided stands."""
    gone = run(_remove(settings_of(config, database), name))
    click.echo(f"{gone.name} is forgotten.", err=True)


@user.command()
@storage_options
@click.argument("name")
@click.option("--link", is_flag=True, help="print a link by which the person chooses one instead")
@click.option("--stdin", is_flag=True, help="read the password from standard input, to the end of its first line")
def password(config: Path | None, database: str | None, name: str, link: bool, stdin: bool) -> None:
    """Give a person a new password; all their sessions end."""
    settings = settings_of(config, database)
    if link:
        click.echo(f"{_base(settings)}invite/{run(_invite(settings, name))}")
        return
    chosen = sys.stdin.readline().rstrip("\r\n") if stdin else click.prompt("Password", hide_input=True, err=True)
    if not stdin:
        click.prompt("Once more", hide_input=True, err=True, value_proc=lambda text: _same(text, chosen))
    run(_give_password(settings, name, chosen))
    click.echo("The password is changed, and all sessions have ended.", err=True)


@user.command()
@storage_options
@click.argument("name")
@click.argument("what", type=click.Choice(ROLES), metavar="|".join(ROLES))
@click.argument("site", type=WebAddress(), required=False)
def role(config: Path | None, database: str | None, name: str, what: str, site: str | None) -> None:
    """Say what a person may do at SITE: owner, moderator, none; or without one: admin of all, or none."""
    if what != "none" and (site is None) != (what == "admin"):
        raise click.UsageError("An admin is one of all sites; the other roles are at one SITE.")
    run(_seat(settings_of(config, database), name, what, site))
    click.echo(f"{name} is {'no longer anything' if what == 'none' else what} at {site or 'all sites'}.", err=True)


@user.group()
def token() -> None:
    """Make tokens for programs of a person, list them, and end them."""


@token.command("add")
@storage_options
@json_option
@click.argument("name")
@click.argument("label", metavar="TOKEN")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="what a program may do with it; may be repeated",
)
@click.option("--site", type=WebAddress(), metavar="URL", help="at this site only")
def add_token(
    config: Path | None,
    database: str | None,
    as_json: bool,
    name: str,
    label: str,
    scopes: tuple[str, ...],
    site: str | None,
) -> None:
    """Make a token called TOKEN for a program of a person; it is shown now and never again."""
    settings = settings_of(config, database)
    made, secret = run(_add_token(settings, name, label, frozenset(map(Scope, scopes)), site))
    if as_json:
        print_json({**_token_json(made, site), "token": secret})
        return
    click.echo("Keep it well: it is not shown again.", err=True)
    click.echo(secret)


@token.command("list")
@storage_options
@json_option
@click.argument("name")
def list_tokens(config: Path | None, database: str | None, as_json: bool, name: str) -> None:
    """List the tokens of a person, never the secrets."""
    made, urls = run(_tokens(settings_of(config, database), name))
    if as_json:
        print_json([_token_json(each, urls.get(each.site_id or 0)) for each in made])
        return
    rows = ((str(t.id), t.name, _scopes(t), urls.get(t.site_id or 0, "all sites"), moment(t.used_at)) for t in made)
    print_table(TOKENS, rows, empty=f"{name} has no token.")


@token.command("drop")
@storage_options
@click.argument("name")
@click.argument("number", type=int, metavar="ID")
def drop_token(config: Path | None, database: str | None, name: str, number: int) -> None:
    """Make a token of a person good for nothing."""
    run(_drop_token(settings_of(config, database), name, number))
    click.echo(f"Token {number} of {name} is good for nothing from now on.", err=True)


async def _add(settings: Settings, name: str, email: str, admin: bool) -> tuple[User, str]:
    async with open_desk(settings) as desk:
        first = await desk.accounts.needs_setup()
        return await desk.accounts.add(name, email, admin=admin or first)


async def _every(settings: Settings) -> list[Seated]:
    async with open_desk(settings) as desk:
        return [(each, await desk.accounts.sites_of(each)) for each in await desk.accounts.every()]


async def _remove(settings: Settings, name: str) -> User:
    async with open_desk(settings) as desk:
        return await desk.accounts.remove(await desk.accounts.get(name))


async def _invite(settings: Settings, name: str) -> str:
    async with open_desk(settings) as desk:
        return await desk.accounts.invite_again(await desk.accounts.get(name))


async def _give_password(settings: Settings, name: str, chosen: str) -> None:
    async with open_desk(settings) as desk:
        await desk.accounts.give_password(name, chosen)


async def _seat(settings: Settings, name: str, what: str, url: str | None) -> None:
    async with open_desk(settings) as desk:
        person = await desk.accounts.get(name)
        if url is None:
            await desk.accounts.set_admin(person, what == "admin")
            return
        site = await _site(desk, url)
        await desk.accounts.seat(person.id, site.id, None if what == "none" else Role(what))


async def _add_token(
    settings: Settings, name: str, label: str, scopes: frozenset[Scope], url: str | None
) -> tuple[ApiToken, str]:
    async with open_desk(settings) as desk:
        site_id = None if url is None else (await _site(desk, url)).id
        return await desk.accounts.add_token(await desk.accounts.get(name), label, scopes, site_id)


async def _tokens(settings: Settings, name: str) -> tuple[list[ApiToken], dict[int, str]]:
    async with open_desk(settings) as desk:
        made = await desk.accounts.tokens(await desk.accounts.get(name))
        return made, {site.id: site.url for site in await desk.registrar.every()}


async def _drop_token(settings: Settings, name: str, number: int) -> None:
    async with open_desk(settings) as desk:
        await desk.accounts.drop_token(await desk.accounts.get(name), number)


async def _site(desk: Desk, url: str) -> Site:
    for site in await desk.registrar.every():
        if site.url.rstrip("/") == url.rstrip("/"):
            return site
    raise NotFound("site", url)


def _base(settings: Settings) -> str:
    return f"{settings.public_url.rstrip('/')}/" if settings.public_url else ADDRESS


def _same(text: str, chosen: str) -> str:
    if text != chosen:
        raise click.UsageError("The two are not the same.")
    return text


def _row(person: User, seated: list[tuple[Site, Role]]) -> tuple[str, ...]:
    may = "admin" if person.admin else " ".join(f"{role.value}: {site.url}" for site, role in seated)
    return (person.name, person.email, may or "nothing", moment(person.signed_in_at))


def _user_json(person: User, seated: list[tuple[Site, Role]]) -> dict[str, object]:
    return {
        "name": person.name,
        "email": person.email,
        "admin": person.admin,
        "roles": {} if person.admin else {site.url: role for site, role in seated},
        "signed_in_at": person.signed_in_at,
    }


def _token_json(made: ApiToken, url: str | None) -> dict[str, object]:
    return {
        "id": made.id,
        "name": made.name,
        "scopes": sorted(made.scopes),
        "site": url,
        "created_at": made.created_at,
        "used_at": made.used_at,
    }


def _scopes(made: ApiToken) -> str:
    return " ".join(sorted(made.scopes))
