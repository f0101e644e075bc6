"""linkback rules: what is blocked, held, trusted or muted, and what a change would have done."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from linkback.cli.options import Command, WebAddress, json_option, run, settings_of, storage_options
from linkback.cli.output import moment, print_json, print_table
from linkback.core import learner
from linkback.core.model import Listed, ListedAction, ListedKind, Moderation, Site
from linkback.desk import Desk, Proposal, Trial, Tried, entry, open_desk, with_entry, written
from linkback.settings import Settings

MONTH = timedelta(days=30.4375)
ACTIONS = click.Choice([action.value for action in ListedAction])
KINDS = click.Choice([kind.value for kind in ListedKind])
SHOWN = 20  # mentions of each outcome in a table; --json has more


class Score(click.ParamType[float]):
    """A score from 0 to 1, or "default": the one that goes with how the site is moderated."""

    name = "score"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the score, below nought for the default; or fail with a sentence."""
        if value == "default":
            return -1.0
        try:
            score = float(value)
        except ValueError:
            score = -1.0
        if not 0 <= score <= 1:
            self.fail(f"{value!r} is no score; one lies between 0 (honest) and 1 (junk), or is default.", param, ctx)
        return score


def site_option(command: Command) -> Command:
    """Add --site, which is needed where there are several."""
    words = "which site is meant, where there are several"
    return click.option("--site", type=WebAddress(), metavar="URL", help=words)(command)


def change_options(command: Command) -> Command:
    """Add the options that name a change: thresholds and how the site is moderated."""
    command = click.option("--approve-up-to", type=Score(), metavar="SCORE", help="what is let through, at most")(
        command
    )
    command = click.option("--spam-from", type=Score(), metavar="SCORE", help="what is junk, at least")(command)
    ways = click.Choice([way.value for way in Moderation])
    return click.option("--moderation", type=ways, help="what waits for the owner")(command)


@click.group()
def rules() -> None:
    """Say what is blocked, held, trusted or muted, and try a change before it is saved."""


@rules.command("list")
@storage_options
@site_option
@json_option
def list_(config: Path | None, database: str | None, site: str | None, as_json: bool) -> None:
    """List the rules of a site."""
    found = run(_site(settings_of(config, database), site))
    if as_json:
        print_json({"site": found.url, **_policy_json(found), "rules": [_listed_json(one) for one in found.lists]})
        return
    click.echo(f"{found.url} {_policy(found)}")
    rows = [(one.action.value, one.kind.value, one.pattern, one.note) for one in found.lists]
    empty = "Nothing is listed; linkback rules add block host NAME lists something."
    print_table(("action", "what", "pattern", "note"), rows, empty=empty)


@rules.command()
@storage_options
@site_option
@click.argument("action", type=ACTIONS)
@click.argument("kind", type=KINDS)
@click.argument("pattern")
@click.option("--note", default="", metavar="TEXT", help="why, for later")
@click.option("--yes", is_flag=True, help="do not ask, even if honest mentions would be worse off")
def add(
    config: Path | None,
    database: str | None,
    site: str | None,
    action: str,
    kind: str,
    pattern: str,
    note: str,
    yes: bool,
) -> None:
    """Block, hold, trust, mute or follow a host, a path, a word or a network.

    Before it is saved, it says what the rule would have done to the mentions of the last twelve months.
    """
    listed = entry(action, kind, pattern, note)
    settings = settings_of(config, database)
    trial = run(_tried(settings, site, lambda found: with_entry(found, listed), None))
    click.echo(f"{_named(listed)} {_effect(trial)}", err=True)
    if trial.wrong and not yes:
        _print_wrong(trial)
        click.confirm("Save it all the same?", abort=True, err=True)
    run(_saved(settings, site, lambda desk, found: desk.rulebook.add(found, listed)))
    click.echo(f"Saved. linkback rules remove {action} {kind} {listed.pattern!r} takes it back.", err=True)


@rules.command()
@storage_options
@site_option
@click.argument("action", type=ACTIONS)
@click.argument("kind", type=KINDS)
@click.argument("pattern")
def remove(config: Path | None, database: str | None, site: str | None, action: str, kind: str, pattern: str) -> None:
    """Take a rule from the list."""
    listed = entry(action, kind, pattern)
    run(_saved(settings_of(config, database), site, lambda desk, found: desk.rulebook.remove(found, listed)))
    click.echo(f"Removed: {_named(listed)}", err=True)


@rules.command("set")
@storage_options
@site_option
@change_options
def set_(
    config: Path | None,
    database: str | None,
    site: str | None,
    moderation: str | None,
    approve_up_to: float | None,
    spam_from: float | None,
) -> None:
    """Set how a site is moderated, and from which scores on; "default" takes a score back."""
    proposal = _proposal(moderation, approve_up_to, spam_from)
    saved = run(_saved(settings_of(config, database), site, lambda desk, found: desk.rulebook.save(found, proposal)))
    click.echo(f"{saved.url} {_policy(saved)}", err=True)


@rules.command("try")
@storage_options
@site_option
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@change_options
@click.option("--rule", "named", nargs=3, multiple=True, metavar="ACTION WHAT PATTERN", help="with this rule too")
@click.option("--months", type=click.FloatRange(0, 1200), default=12.0, show_default=True, help="how far back")
@json_option
def try_(
    config: Path | None,
    database: str | None,
    site: str | None,
    file: Path | None,
    moderation: str | None,
    approve_up_to: float | None,
    spam_from: float | None,
    named: tuple[tuple[str, str, str], ...],
    months: float,
    as_json: bool,
) -> None:
    """Say what a change would have done to the mentions that came so far. Nothing is changed.

    FILE holds rules as linkback rules export writes them. Spam counts as junk and approved mentions as honest.
    """
    change = _proposal(moderation, approve_up_to, spam_from)
    told = Proposal.parse(file.read_text(encoding="utf-8", errors="replace")) if file else Proposal()
    added = [entry(*one) for one in named]
    since = datetime.now(UTC) - months * MONTH
    trial = run(_tried(settings_of(config, database), site, lambda found: _together(found, told, change, added), since))
    if as_json:
        print_json(_trial_json(trial))
        return
    click.echo(_effect(trial))
    _print_trial(trial)


@rules.command()
@storage_options
@site_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="do not ask, even if honest mentions would be worse off")
def save(config: Path | None, database: str | None, site: str | None, file: Path, yes: bool) -> None:
    """Keep the rules of a file; what it does not name stays. linkback rules try FILE says what they would do."""
    settings, proposal = settings_of(config, database), Proposal.parse(file.read_text("utf-8", "replace"))
    trial = run(_tried(settings, site, lambda _: proposal, None))
    click.echo(_effect(trial), err=True)
    if trial.wrong and not yes:
        _print_wrong(trial)
        click.confirm("Save them all the same?", abort=True, err=True)
    saved = run(_saved(settings, site, lambda desk, found: desk.rulebook.save(found, proposal)))
    click.echo(f"Saved. {saved.url} {_policy(saved)}", err=True)


@rules.command()
@storage_options
@site_option
def export(config: Path | None, database: str | None, site: str | None) -> None:
    """Write the rules of a site, as rules try and rules save read them."""
    click.echo(written(run(_site(settings_of(config, database), site))), nl=False)


@rules.command()
@storage_options
@site_option
def learned(config: Path | None, database: str | None, site: str | None) -> None:
    """Write what the decisions of a site's owner taught, as one JSON document."""

    async def read(settings: Settings) -> str:
        async with _opened(settings, site) as (desk, found):
            return learner.dump(await desk.rulebook.lore(found))

    click.echo(run(read(settings_of(config, database))))


@asynccontextmanager
async def _opened(settings: Settings, url: str | None) -> AsyncIterator[tuple[Desk, Site]]:
    async with open_desk(settings) as desk:
        yield desk, await desk.rulebook.site(url)


async def _site(settings: Settings, url: str | None) -> Site:
    async with _opened(settings, url) as (_, site):
        return site


async def _saved(settings: Settings, url: str | None, save: Callable[[Desk, Site], Awaitable[Site]]) -> Site:
    async with _opened(settings, url) as (desk, site):
        return await save(desk, site)


async def _tried(
    settings: Settings, url: str | None, propose: Callable[[Site], Proposal], since: datetime | None
) -> Trial:
    async with _opened(settings, url) as (desk, site):
        return await desk.rulebook.try_out(site, propose(site), since=since)


def _proposal(moderation: str | None, approve_up_to: float | None, spam_from: float | None) -> Proposal:
    return Proposal(Moderation(moderation) if moderation else None, approve_up_to, spam_from)


def _together(site: Site, told: Proposal, change: Proposal, added: list[Listed]) -> Proposal:
    """Return what a file, options and further rules change together; options win over the file."""
    lists = (*(site.lists if told.lists is None else told.lists), *added)
    good = told.approve_up_to if change.approve_up_to is None else change.approve_up_to
    junk = told.spam_from if change.spam_from is None else change.spam_from
    return Proposal(change.moderation or told.moderation, good, junk, lists)


def _effect(trial: Trial) -> str:
    """Return in a sentence what rules would have done."""
    if not trial.looked_at:
        return "There are no mentions yet that it could be tried on."
    words = f"Of {_counted(trial.looked_at, 'mention')}: catches {trial.caught.count}"
    words += f" ({trial.newly_caught.count} more than today)" if trial.newly_caught.count else ""
    words += f", would wrongly hold {trial.newly_held.count}"
    words += f", would wrongly call {trial.condemned.count} junk" if trial.condemned.count else ""
    words += f", would let {trial.let_through.count} through" if trial.let_through.count else ""
    words += f", would keep away {_counted(trial.away.count, 'other')}" if trial.away.count else ""
    return words + "."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _named(listed: Listed) -> str:
    return f"{listed.action} {listed.kind} {listed.pattern}:"


OUTCOMES = {
    "would wrongly be junk": "condemned",
    "would wrongly wait": "newly_held",
    "junk let through": "let_through",
    "newly caught": "newly_caught",
    "kept away, too": "away",
}
WRONG = ("condemned", "newly_held")
COLUMNS = ("what", "id", "source", "title", "received", "because")


def _print_trial(trial: Trial, outcomes: tuple[str, ...] = tuple(OUTCOMES.values())) -> None:
    print_table(COLUMNS, _rows(trial, outcomes), empty="No mention would be treated in another way than today.")
    hidden = sum(max(0, getattr(trial, name).count - SHOWN) for name in outcomes)
    if hidden:
        click.echo(f"{hidden} more are not shown; --json has up to 500 of each kind.", err=True)


def _print_wrong(trial: Trial) -> None:
    _print_trial(trial, WRONG)


def _rows(trial: Trial, outcomes: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for words, name in OUTCOMES.items():
        if name in outcomes:
            yield from (_row(words, tried) for tried in getattr(trial, name).first[:SHOWN])


def _row(words: str, tried: Tried) -> tuple[str, ...]:
    mention = tried.mention
    because = tried.after.reasons[0].sentence if tried.after.reasons else ""
    return words, str(mention.id), mention.source, mention.citation.title, moment(mention.received_at), because


def _trial_json(trial: Trial) -> dict[str, object]:
    outcomes = ("caught", *OUTCOMES.values())
    return {"looked_at": trial.looked_at} | {
        name: {"count": getattr(trial, name).count, "first": list(map(_tried_json, getattr(trial, name).first))}
        for name in outcomes
    }


def _tried_json(tried: Tried) -> dict[str, object]:
    mention, before, after = tried.mention, tried.before, tried.after
    verdicts = {"before": before.decision, "after": after.decision, "score": after.score}
    reasons = [reason.sentence for reason in after.reasons]
    return {"id": mention.id, "source": mention.source, "status": mention.status, **verdicts, "reasons": reasons}


WAYS = {
    Moderation.HOLD: "holds every mention for its owner",
    Moderation.FIRST_TIME: "holds the first mention of each host for its owner",
    Moderation.JUDGE: "publishes what the judge finds good",
}


def _policy(site: Site) -> str:
    scores = ((site.approve_up_to, "good is a score up to"), (site.spam_from, "junk one from"))
    told = (f"{words} {score:g}" for score, words in scores if score is not None)
    return "; ".join((WAYS[site.moderation], *told)) + "."


def _policy_json(site: Site) -> dict[str, object]:
    return {"moderation": site.moderation, "approve_up_to": site.approve_up_to, "spam_from": site.spam_from}


def _listed_json(one: Listed) -> dict[str, object]:
    return {"action": one.action, "what": one.kind, "pattern": one.pattern, "note": one.note}
