"""linkback report: what was kept away, whom the owner is warned of, and who links to the site."""

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from linkback.cli.options import json_option, run, settings_of, storage_options
from linkback.cli.output import moment, print_json, print_table
from linkback.cli.rules import site_option
from linkback.core.model import Alert
from linkback.desk import KeptAway, open_desk
from linkback.settings import Settings
from linkback.web.spoken import rule_words

SHOWN = 10  # rules and domains
ALERT = ("when", "what", "times", "warning")

# Commands in modules of their own, each imported when it is needed.
ELSEWHERE = {
    "neighbourhood": ("linkback.cli.neighbourhood", "neighbourhood"),
    "import": ("linkback.cli.surveying", "import_"),
    "survey": ("linkback.cli.surveying", "survey"),
}


class Reports(click.Group):
    """The reports that stand in this module, and those that stand elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, those of this module first."""
        return [*super().list_commands(ctx), *ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, name = ELSEWHERE[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Reports)
def report() -> None:
    """Say what was kept away, and who links to the site."""


@report.command()
@storage_options
@site_option
@click.option("--days", type=click.IntRange(1, 3650), default=7, show_default=True, help="how far back")
@json_option
def junk(config: Path | None, database: str | None, site: str | None, days: int, as_json: bool) -> None:
    """Say what was kept away, and by which rule."""
    found = run(_kept_away(settings_of(config, database), site, datetime.now(UTC) - timedelta(days=days)))
    if as_json:
        print_json(_junk_json(found))
        return
    time = "last day" if days == 1 else f"last {days} days"
    approved = f"{found.approved} {'was' if found.approved == 1 else 'were'} approved"
    held = f"{found.held} {'waits' if found.held == 1 else 'wait'} for you"
    click.echo(
        f"Junk kept away from {found.site} in the {time}: {found.junk}. In the same time {approved}, and {held}."
    )
    if found.junk:
        click.echo()
        rows = [(rule_words(rule), str(count)) for rule, count in found.by_rule[:SHOWN]]
        print_table(("what spoke the loudest", "mentions"), rows, empty="")
    if found.domains:
        click.echo()
        rows = [(domain, str(count)) for domain, count in found.domains[:SHOWN]]
        print_table(("from", "mentions"), rows, empty="")
    _print_alerts(list(found.alerts))


@report.command()
@storage_options
@site_option
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="how far back")
@json_option
def alerts(config: Path | None, database: str | None, site: str | None, days: int, as_json: bool) -> None:
    """List what you were warned of.

    That is a burst of mentions, an approved page or a trusted host that turned, a bad neighbour.
    """
    found = run(_alerts(settings_of(config, database), site, timedelta(days=days)))
    if as_json:
        print_json([{"site": url, **_alert_json(alert)} for url, alert in found])
        return
    rows = [(*_alert_row(alert), url) for url, alert in found]
    print_table((*ALERT, "site"), rows, empty="There is nothing to warn you of.")


async def _kept_away(settings: Settings, url: str | None, since: datetime) -> KeptAway:
    async with open_desk(settings) as desk:
        return await desk.overview.kept_away(await desk.rulebook.site(url), since)


async def _alerts(settings: Settings, url: str | None, since: timedelta) -> list[tuple[str, Alert]]:
    """Return alerts, each with the base URL of its site."""
    async with open_desk(settings) as desk:
        site = await desk.rulebook.site(url) if url is not None else None
        names = {one.id: one.url for one in await desk.overview.sites()}
        return [(names.get(alert.site_id, ""), alert) for alert in await desk.overview.alerts(site, since=since)]


def _print_alerts(found: list[Alert]) -> None:
    if found:
        click.echo()
        print_table(ALERT, map(_alert_row, found), empty="")


def _alert_row(alert: Alert) -> tuple[str, str, str, str]:
    return moment(alert.last_at), alert.kind.value, str(alert.count), alert.message


def _alert_json(alert: Alert) -> dict[str, object]:
    told = {"at": alert.at, "last_at": alert.last_at, "count": alert.count, "told_at": alert.told_at}
    return {"kind": alert.kind, "subject": alert.subject, "message": alert.message, **told}


def _junk_json(found: KeptAway) -> dict[str, object]:
    return {
        "site": found.site,
        "since": found.since,
        "junk": found.junk,
        "by_rule": dict(found.by_rule),
        "by_day": {day.isoformat(): count for day, count in found.by_day},
        "domains": dict(found.domains),
        "held": found.held,
        "approved": found.approved,
        "alerts": [_alert_json(alert) for alert in found.alerts],
    }
