"""Rows of cells out of the bytes of a table that some tool exported: encoding, delimiter, quotes. Nothing raises.

Linear and bounded: a quote that is never closed takes a few lines with it, not the rest of the file.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_ROWS = 100_000
MAX_LINE = 10_000  # characters; two addresses of 2000 and an anchor are less
MAX_FOLDED = 5  # lines that one quoted cell may have
SAMPLE = 50  # lines by which a table is told
MAX_CELLS = 100

# What separates cells, with its name; the earlier wins where two would do.
DELIMITERS = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars"}
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
CALLED = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}

_LINES = re.compile(r"\r\n|\n|\r")

Row = tuple[int, tuple[str, ...]]  # the number of its first line, from 1, and its cells


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as rows of cells. `delimiter` is empty where each line is one cell, `more` that it goes on."""

    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    too_long: tuple[int, ...] = ()
    more: bool = False


def sheet_of(content: bytes) -> Sheet:
    """Return the rows of a table, empty lines left out, at most MAX_ROWS."""
    text, encoding = _decoded(content)
    lines = [(number, line) for number, line in enumerate(_LINES.split(text), 1) if line.strip()]
    delimiter = _delimiter([line for _, line in lines[:SAMPLE] if len(line) <= MAX_LINE])
    kept = lines[: MAX_ROWS + 1]  # one for the header
    fit = [(number, line) for number, line in kept if len(line) <= MAX_LINE]
    too_long = tuple(number for number, line in kept if len(line) > MAX_LINE)
    rows = tuple(_rows(fit, delimiter))
    return Sheet(rows, CALLED[encoding], delimiter, too_long, more=len(lines) > len(kept))


def _decoded(content: bytes) -> tuple[str, str]:
    """Return text and encoding: by its mark, by its zeros, else UTF-8, and Windows-1252 where it is none."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace").replace("\0", ""), encoding
    head = content[:200]
    if head.count(0) > len(head) // 4:
        encoding = "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
        return content.decode(encoding, "replace").replace("\0", ""), encoding
    try:
        return content.decode("utf-8").replace("\0", ""), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\0", ""), "cp1252"


def _delimiter(lines: Sequence[str]) -> str:
    """Return what parts the lines of a sample into equally many cells, the most of them; empty for nothing."""
    best, most = "", 0
    for delimiter in DELIMITERS:
        counts = Counter(len(_cells(line, delimiter)) for line in lines)
        alike = sum(count for cells, count in counts.items() if cells > 1)
        if 2 * alike > len(lines) and alike > most:
            best, most = delimiter, alike
    return best


def _rows(lines: Sequence[tuple[int, str]], delimiter: str) -> Iterator[Row]:
    """Yield rows; one whose quote stays open goes on in the next few lines, if it is closed there."""
    at = 0
    while at < len(lines):
        number, line = lines[at]
        used = 1
        if delimiter and line.count('"') % 2:
            used = _folded([one for _, one in lines[at : at + MAX_FOLDED]])
            line = " ".join(one for _, one in lines[at : at + used])
        yield number, _cells(line, delimiter)
        at += used


def _folded(lines: Sequence[str]) -> int:
    """Return over how many lines a row goes whose first line leaves a quote open; 1 where it is never closed."""
    quotes = 0
    for count, line in enumerate(lines, 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return count
    return 1


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    if not delimiter:
        return (line.strip().strip('"').strip(),)
    try:
        [cells] = csv.reader([line], delimiter=delimiter)
    except (csv.Error, ValueError):
        cells = line.split(delimiter)
    return tuple(cell.strip() for cell in cells[:MAX_CELLS])
