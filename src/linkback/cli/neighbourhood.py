"""linkback report neighbourhood: who links to a site, how good company that is, and what is new."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from linkback.cli.options import json_option, run, settings_of, storage_options
from linkback.cli.output import moment, print_json, print_table
from linkback.cli.rules import site_option
from linkback.core.errors import LinkbackError
from linkback.core.model import Alert
from linkback.core.neighbours import DOUBTFUL_FROM, Draft, Neighbour, disavow, first_of_each, is_bad
from linkback.core.text import clean
from linkback.desk import Report, open_desk
from linkback.settings import Settings

SHOWN = 10  # domains, and as many news, unless all are asked for
REASONS = 2  # of each domain in a table; --json has all
WIDTH = 100  # columns of sentences

STATUSES = ("approved", "held", "received", "spam", "removed", "gone", "invalid")
UNSEEN = "unseen"  # no page of it was read with its link
NOBODY = "Nobody links to {} yet, as far as is known."
DRAFTED = (
    "{file}: {domains}. It is a draft, and nobody sends it. Google says that most sites never need one, and that it "
    "can harm: read what it says at the top before you use it."
)


@click.command()
@storage_options
@site_option
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="only what was seen, or is new, since")
@click.option("--all", "show_all", is_flag=True, help="every domain, not only the ten that matter most")
@json_option
@click.option(
    "--disavow", "draft", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="write a draft"
)
@click.option("--with-approved", is_flag=True, help="name domains in the draft that have approved mentions too")
def neighbourhood(
    config: Path | None,
    database: str | None,
    site: str | None,
    since: datetime | None,
    show_all: bool,
    as_json: bool,
    draft: Path | None,
    with_approved: bool,
) -> None:
    """Say who links to a site, the worst first, and what is new.

    Each domain has a score from 0 (good) to 1 (bad) with the reasons. --disavow writes a draft of a file for Google;
    nothing is ever sent.
    """
    if draft is not None and draft.exists():
        raise click.UsageError(f"{draft} exists already, and may hold what you changed; name another file.")
    report = run(_report(settings_of(config, database), site, since.replace(tzinfo=UTC) if since else None))
    if as_json:
        print_json(_report_json(report))
    else:
        _print_report(report, None if show_all else SHOWN)
    if draft is not None:
        _write(draft, disavow(report.neighbours, report.site.url, report.at.date(), approved_too=with_approved))


async def _report(settings: Settings, url: str | None, since: datetime | None) -> Report:
    async with open_desk(settings) as desk:
        return await desk.neighbourhood.report(await desk.rulebook.site(url), since)


def _print_report(report: Report, most: int | None) -> None:
    if not report.neighbours:
        click.echo(NOBODY.format(report.site.url), err=True)
        return
    click.echo(_summary(report))
    click.echo()
    columns = ("domain", "score", "links", "first", "last", "why")
    shown = _first_of_each(report.neighbours, most)
    print_table(columns, map(_row, shown), empty="")
    _print_more(len(report.neighbours) - len(shown))
    _print_news(report, most)
    _print_alerts(report.alerts)
    if report.unread:
        click.echo(f"\n{counted(report.unread, 'listed page')} not looked at yet: linkback report survey")


def _print_news(report: Report, most: int | None) -> None:
    if report.previous is None and not report.news:
        click.echo("\nThis is the first report; the next one says what is new.")
        return
    since = f" since {_day(report.previous)}" if report.previous else ""
    if not report.news:
        click.echo(f"\nNothing is new{since}.")
        return
    click.echo(f"\nNew{since}:\n")
    shown = {one.domain for one in _first_of_each([one.neighbour for one in report.news], most)}
    rows = [
        (one.neighbour.domain, _score(one.neighbour), one.sentence)
        for one in report.news
        if one.neighbour.domain in shown
    ]
    print_table(("domain", "score", "what"), rows, empty="")
    _print_more(len(report.news) - len(rows))


def _print_alerts(alerts: Iterable[Alert]) -> None:
    if rows := [(moment(alert.last_at), alert.kind.value, alert.message) for alert in alerts]:
        click.echo("\nWarnings of the last week:\n")
        print_table(("when", "what", "warning"), rows, empty="")


def _print_more(count: int) -> None:
    if count:
        click.echo(f"\n{count} more; --all shows them.")


def _first_of_each(neighbours: Sequence[Neighbour], most: int | None) -> list[Neighbour]:
    return list(neighbours) if most is None else first_of_each(neighbours, most)


def _summary(report: Report) -> str:
    counts = Counter(map(_grade, report.neighbours))
    told = ", ".join(f"{counts[grade]} {grade}" for grade in ("bad", "doubtful", "good", UNSEEN) if counts[grade])
    one = len(report.neighbours) == 1
    words = f"{counted(len(report.neighbours), 'domain')} {'links' if one else 'link'} to {report.site.url}: {told}."
    overlooked = f" {counted(report.overlooked, 'link')} of further domains left out." if report.overlooked else ""
    return words + overlooked


def _grade(one: Neighbour) -> str:
    if one.score is None:
        return UNSEEN
    return "bad" if is_bad(one) else "doubtful" if one.score >= DOUBTFUL_FROM else "good"


def _row(one: Neighbour) -> tuple[str, ...]:
    return one.domain, _score(one), _links(one), _day(one.first_seen), _day(one.last_seen), _why(one)


def _score(one: Neighbour) -> str:
    return "?" if one.score is None else f"{one.score:.2f}"


def _links(one: Neighbour) -> str:
    """Return how many links there are by where they stand, such as "3 approved, 1 spam, 2 listed"."""
    told = [f"{one.statuses[status]} {status}" for status in STATUSES if one.statuses.get(status)]
    return ", ".join([*told, *([f"{one.listed} listed"] if one.listed else [])])


def _why(one: Neighbour) -> str:
    """Return the reasons that count most; those that speak for it only where nothing speaks against it."""
    against = [reason for reason in one.reasons if reason.weight >= 0]
    said = against if one.score is not None and one.score >= DOUBTFUL_FROM and against else one.reasons
    return " ".join(reason.sentence for reason in said[:REASONS])


def _day(time: datetime | None) -> str:
    return time.astimezone().strftime("%Y-%m-%d") if time else ""


def counted(count: int, noun: str) -> str:
    """Return a number of things in words: "1 page", "7 pages"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _write(file: Path, draft: Draft) -> None:
    try:
        file.write_text(draft.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise LinkbackError(f"{file} cannot be written ({error.strerror}).") from error
    words = DRAFTED.format(file=clean(str(file)), domains=counted(draft.domains, "domain"))
    spared = f" {draft.spared} with approved mentions left out; --with-approved names them." if draft.spared else ""
    shared = f" {draft.shared} where anybody may publish left out." if draft.shared else ""
    cut = f" {draft.cut} more did not fit." if draft.cut else ""
    click.echo(textwrap.fill(words + spared + shared + cut, WIDTH), err=True)


def _report_json(report: Report) -> dict[str, object]:
    return {
        "site": report.site.url,
        "at": report.at,
        "previous": report.previous,
        "links": report.links,
        "overlooked": report.overlooked,
        "unread": report.unread,
        "bad": report.bad,
        "neighbours": list(map(_neighbour_json, report.neighbours)),
        "alerts": [
            {"kind": one.kind, "subject": one.subject, "message": one.message, "last_at": one.last_at}
            for one in report.alerts
        ],
        "news": [{"domain": one.neighbour.domain, "first": one.first, "what": one.sentence} for one in report.news],
    }


def _neighbour_json(one: Neighbour) -> dict[str, object]:
    counts = {"statuses": one.statuses, "listed": one.listed, "unread": one.unread, "busiest_week": one.busiest}
    seen = {"first_seen": one.first_seen, "last_seen": one.last_seen}
    tallies = {"anchors": one.anchors, "rel": one.rels, "places": one.places}
    alike = {
        "same_text": {"count": one.same_text_count, "domains": one.same_text},
        "same_template": {"count": one.same_template_count, "domains": one.same_template},
        "same_anchors": one.same_anchors,
    }
    return {
        "domain": one.domain,
        "score": one.score,
        "grade": _grade(one),
        **counts,
        **seen,
        **tallies,
        "kinds": one.kinds,
        "languages": one.languages,
        "mean": one.mean,
        "changed": one.changed,
        "gone": one.gone,
        **alike,
        "trusted": one.trusted,
        "blocked": one.blocked,
        "junk_pages": one.pages,
        "reasons": [
            {"rule": reason.rule, "weight": reason.weight, "sentence": reason.sentence} for reason in one.reasons
        ],
    }
