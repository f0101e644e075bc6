"""What the commands print: tables for people, JSON for programs."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from linkback.core.model import Citation, Delivery, Mention, Verdict

NARROWEST = 100  # columns assumed where no terminal says otherwise; tables are read by people


def print_json(document: object) -> None:
    """Print one JSON document."""
    click.echo(msgspec.json.format(msgspec.json.encode(document, enc_hook=str), indent=2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Print a table, or a sentence when there are no rows. Cells are text, never markup."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    cells = [[Text(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(empty, err=True)
        return
    for row in cells:
        table.add_row(*row)
    console = Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else NARROWEST)
    console.print(table)


def progress(words: str) -> Progress:
    """Return a progress bar on standard error; it is not drawn where that is no terminal."""
    console = Console(file=sys.stderr)
    return Progress(
        SpinnerColumn(), TextColumn(escape(words)), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    )


def mention_json(mention: Mention) -> dict[str, object]:
    """Return a mention as programs see it."""
    citation: Citation = mention.citation
    return {
        "id": mention.id,
        "source": mention.source,
        "target": mention.target,
        "protocols": mention.protocols,
        "status": mention.status,
        "kind": citation.kind,
        "title": citation.title,
        "excerpt": citation.excerpt,
        "anchor": citation.anchor,
        "author": {"name": citation.author.name, "url": citation.author.url, "photo": citation.author.photo},
        "rel": citation.rel,
        "place": citation.place,
        "language": citation.language,
        "published": citation.published,
        "received_at": mention.received_at,
        "verified_at": mention.verified_at,
        "next_look_at": mention.next_look_at,
        "decided_by": mention.decided_by,
        "verdict": _verdict_json(mention.verdict),
    }


def _verdict_json(verdict: Verdict | None) -> dict[str, object] | None:
    if verdict is None:
        return None
    reasons = [reason.sentence for reason in verdict.reasons]
    return {"decision": verdict.decision, "score": verdict.score, "reasons": reasons}


def delivery_json(delivery: Delivery) -> dict[str, object]:
    """Return a delivery as programs see it."""
    return {
        "target": delivery.target,
        "protocol": delivery.protocol,
        "endpoint": delivery.endpoint,
        "status": delivery.status,
        "message": delivery.message,
        "http_status": delivery.http_status,
        "next_try_at": delivery.next_try_at,
    }


def moment(time: datetime | None) -> str:
    """Return a time as people read it: local, to the minute."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M") if time else ""
