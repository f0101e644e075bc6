"""What the commands print: tables for people, JSON for programs."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

import click
import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from linkback.core.model import Delivery
from linkback.core.text import clean

GAP = 2  # columns between two cells
READABLE = 24  # columns that a text needs to be read when it is folded


def print_json(document: object) -> None:
    """Print one JSON document."""
    click.echo(msgspec.json.format(msgspec.json.encode(document, enc_hook=str), indent=2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, empty: str) -> None:
    """Print a table, or a sentence when there are no rows. Cells are plain text, never markup.

    Addresses stay whole, so that they can be copied: where they do not fit side by side, each row becomes
    a few lines. Where nobody looks at a terminal, a row is one line, however long.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    if not cells:
        click.echo(empty, err=True)
        return
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    if not console.is_terminal:
        console.width = max(console.width, sum(widths) + GAP * len(widths))
    if _least_width(cells, widths) > console.width:
        click.echo("\n\n".join(facts(zip(columns, row, strict=True)) for row in cells))
        return
    console.print(_table(columns, cells), soft_wrap=False)


def _least_width(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> int:
    """Return how many columns the table needs when texts are folded and addresses are not."""
    whole = [any("://" in cell for cell in column) for column in zip(*cells, strict=True)]
    least = (width if keep else min(width, READABLE) for width, keep in zip(widths, whole, strict=True))
    return sum(least) + GAP * (len(widths) - 1)


def _table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for column, texts in zip(columns, zip(*cells, strict=True), strict=True):
        table.add_column(column, no_wrap=any("://" in text for text in texts), overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return lines of a name and what it is; addresses and sentences are left to the terminal to fold."""
    told = [(name, clean(text)) for name, text in pairs if text]
    width = max((len(name) for name, _ in told), default=0) + GAP
    return "\n".join(f"{name:<{width}}{text}" for name, text in told)


def progress(words: str) -> Progress:
    """Return a progress bar on standard error; where that is no terminal, it stays silent."""
    console = Console(file=sys.stderr)
    columns = (SpinnerColumn(), TextColumn(escape(words)), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


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


def delivery_words(delivery: Delivery) -> str:
    """Return in a sentence what happened to a delivery, or where a dry run would send it, and when it is tried next."""
    words = delivery.message or (f"To {delivery.endpoint}" if delivery.endpoint else "")
    if not delivery.next_try_at:
        return words
    end = "" if not words or words.endswith((".", "!", "?", "…")) else "."
    return f"{words}{end} Next try: {moment(delivery.next_try_at)}.".lstrip()


def moment(time: datetime | None) -> str:
    """Return a time as people read it: local, to the minute."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M") if time else ""
