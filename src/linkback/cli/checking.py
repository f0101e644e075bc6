"""linkback check and linkback discover: test a page's set-up, and see raw what it accepts."""

import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from linkback.app import Discovery, Examination, Finding, Level, Offer, open_doctor, own_server
from linkback.cli.options import WebAddress, json_option, network_options, run, settings_of, storage_options
from linkback.cli.output import print_json, print_table
from linkback.core.model import Endpoint
from linkback.core.text import clean
from linkback.desk import sites_as_they_are
from linkback.settings import Settings

STYLES = {Level.GOOD: "green", Level.DOUBTFUL: "yellow", Level.WRONG: "bold red"}
INDENT = " " * 10  # the longest level, and two columns
HARMLESS = dict.fromkeys([*range(32), *range(127, 160)], "\ufffd")  # what a terminal could take for an order
WIDEST = 100  # columns; longer lines are hard to read

WHERE = {
    "header": "the HTTP header",
    "link": "the element, in its exact form",
    "anchor": "a link that people can click",
    "rdf": "the block of RDF",
    "lenient": "an element in a form that strict programs do not find",
}


@click.command()
@storage_options
@network_options
@click.argument("url", type=WebAddress())
@json_option
def check(config: Path | None, database: str | None, allow_network: tuple[str, ...], url: str, as_json: bool) -> None:
    """Test a page's set-up point by point, and say how to mend it.

    Looks at the page, and asks each endpoint that it names one harmless question. Ends with 1 when something is
    wrong; what is only doubtful ends with 0.
    """
    found = run(_check(settings_of(config, database, allow_network), url))
    if as_json:
        print_json({"url": found.url, "findings": [_finding_json(finding) for finding in found.findings]})
    else:
        _print(found)
    if found.count(Level.WRONG):
        click.get_current_context().exit(1)


@click.command()
@storage_options
@network_options
@click.argument("url", type=WebAddress())
@json_option
def discover(
    config: Path | None, database: str | None, allow_network: tuple[str, ...], url: str, as_json: bool
) -> None:
    """Say what a page accepts, and where it says so: every offer, those first that are used first."""
    found = run(_discover(settings_of(config, database, allow_network), url))
    if as_json:
        print_json(_discovery_json(found))
        return
    for passed, onward in pairwise((*found.redirects, found.page)):
        click.echo(f"{passed} leads to {onward}", err=True)
    rows = [(offer.protocol, offer.url, WHERE[offer.found_in], _use(found, offer)) for offer in found.offers]
    print_table(("protocol", "endpoint", "found in", "used"), rows, empty="The page does not say that it takes pings.")


async def _check(settings: Settings, url: str) -> Examination:
    sites = await sites_as_they_are(settings)
    server = own_server(settings, sites, url) if sites is not None else None
    async with open_doctor(settings) as doctor:
        return await doctor.check(url, server)


async def _discover(settings: Settings, url: str) -> Discovery:
    async with open_doctor(settings) as doctor:
        return await doctor.discover(url, strict=settings.strict_discovery)


def _print(found: Examination) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in told(found, min(console.width, WIDEST)):
        console.print(line)


def told(found: Examination, width: int) -> Iterator[Text]:
    """Yield an examination as lines for people, folded to a width but for what is to be pasted."""
    for finding in found.findings:
        yield from _lines(finding, width)
    yield _summary(found)


def _lines(finding: Finding, width: int) -> Iterator[Text]:
    """Yield a finding as lines: the level, the point and the sentence, folded; then what mends it, never folded."""
    said = textwrap.wrap(
        f"{finding.point}: {clean(finding.sentence)}",
        width - len(INDENT),
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield Text.assemble((f"{finding.level.value:<{len(INDENT)}}", STYLES[finding.level]), said[0])
    yield from (Text(INDENT + line) for line in said[1:])
    if not finding.mend or finding.level is Level.GOOD:
        return
    if finding.instead:
        yield Text(f"{INDENT}In place of:", "dim")
        yield from _quoted(finding.instead)
        yield Text(f"{INDENT}{'write' if finding.mend.startswith('<') else 'send'}:", "dim")
    else:
        yield Text(f"{INDENT}{_where_to(finding.mend)}:", "dim")
    yield from _quoted(finding.mend)
    yield Text("")


# How what mends a page begins, and what is to be done with it; the first that fits.
PLACES = (
    ("<", "Put this into the page, first in its <head>"),
    ("linkback ", "Type this"),
    ("[server]", "Write this into linkback.toml"),
    ("", "Send this header"),
)


def _where_to(mend: str) -> str:
    return next(words for beginning, words in PLACES if mend.startswith(beginning))


def _quoted(lines: str) -> Iterator[Text]:
    """Yield what stands in a page, or is to stand there: whole, so that it can be copied, and harmless to terminals."""
    for line in lines.splitlines():
        yield Text("  " + line.expandtabs().translate(HARMLESS), "cyan")


def _summary(found: Examination) -> Text:
    counts = [(level, found.count(level)) for level in reversed(Level)]
    parts = [Text(f"{number} {level.value}", STYLES[level]) for level, number in counts if number]
    return Text(", ").join(parts) + Text(".")


def _finding_json(finding: Finding) -> dict[str, str]:
    return {
        "level": finding.level,
        "point": finding.point,
        "sentence": finding.sentence,
        "mend": finding.mend,
        "instead": finding.instead,
    }


def _discovery_json(found: Discovery) -> dict[str, object]:
    return {
        "url": found.url,
        "page": found.page,
        "redirects": found.redirects,
        "first": _offer_json(found.used[0]) if found.used else None,
        "endpoints": [_offer_json(offer) for offer in found.used],
        "offers": [_offer_json(offer) | {"written": offer.written} for offer in found.offers],
    }


def _offer_json(offer: Endpoint | Offer) -> dict[str, object]:
    return {"protocol": offer.protocol, "endpoint": offer.url, "found_in": offer.found_in}


def _use(found: Discovery, offer: Offer) -> str:
    """Return whether senders use an offer: the first one of all, or one for those who speak no other protocol."""
    places = [(used.protocol, used.url, used.found_in) for used in found.used]
    place = (offer.protocol, offer.url, offer.found_in)
    if place not in places:
        return "no"
    return "first" if place == places[0] else "by who speaks only this"
