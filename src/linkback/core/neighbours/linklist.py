"""A list of links to a site that somebody else knows of: an export of a search engine or a crawler, or bare addresses.

What was detected is said; lines that make no sense are counted, and the first of them named. Cells are text of
strangers: they leave as plain text and normalised addresses. Nothing raises.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linkback.core.errors import BadURL
from linkback.core.neighbours.columns import Column, Layout, is_address, is_bare_address, layout_of
from linkback.core.neighbours.dates import date_of, is_day_first
from linkback.core.neighbours.tabular import DELIMITERS, MAX_ROWS, Sheet, sheet_of
from linkback.core.text import bounded, clean
from linkback.core.urls import host_of, normalize, registrable_domain, same_site

MAX_ANCHOR = 300  # characters, as in a citation
MOST_NAMED = 20  # bad lines that are named
LONGEST_QUOTED = 80  # characters of a cell in a sentence

NO_SOURCE = "There is no address of a page or a domain in it."
OWN_PAGE = "a page of the site itself"
ELSEWHERE = "leads to another site: {}"
NO_ADDRESS = "no address: {}"
EMPTY = "no address in it"
TOO_LONG = "longer than any such line is"


@dataclass(frozen=True, slots=True)
class ListedLink:
    """One line of a list: a page that is said to link. `target` is empty where the list does not name it."""

    source: str
    target: str = ""
    anchor: str = ""
    seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that makes no sense: its number, from 1, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class LinkList:
    """What was read of a list. `detected` says in a sentence what it was taken for; `bad` names the first bad lines."""

    links: tuple[ListedLink, ...]
    detected: str
    bad: tuple[BadLine, ...] = ()
    bad_count: int = 0
    more: bool = False


def read_list(content: bytes, site: str) -> LinkList:
    """Read a list of links to a site, at most MAX_ROWS lines of it."""
    sheet = sheet_of(content)
    layout = layout_of(sheet.rows, site)
    bad = [BadLine(number, TOO_LONG) for number in sheet.too_long]
    if layout.source is None:
        return LinkList((), NO_SOURCE, (), len(sheet.rows) + len(bad), sheet.more)
    links = list(_links(sheet, layout, site, bad))
    bad.sort(key=lambda line: line.number)
    return LinkList(tuple(links), _detected(sheet, layout), tuple(bad[:MOST_NAMED]), len(bad), sheet.more)


def _links(sheet: Sheet, layout: Layout, site: str, bad: list[BadLine]) -> Iterable[ListedLink]:
    rows = sheet.rows[layout.header + 1 :][:MAX_ROWS]
    dates = layout.columns.get(Column.DATE)
    day_first = dates is not None and is_day_first(_cell(cells, dates) for _, cells in rows)
    for number, cells in rows:
        told = {column: _cell(cells, at) for column, at in layout.columns.items()}
        try:
            yield _link(told, site, day_first=day_first)
        except _NoLinkError as error:
            bad.append(BadLine(number, str(error)))


class _NoLinkError(Exception):
    """A line that names no link; the message says why."""


def _link(told: dict[Column, str], site: str, *, day_first: bool) -> ListedLink:
    source = _address(told.get(Column.SOURCE) or told.get(Column.DOMAIN, ""))
    if registrable_domain(host_of(source)) == registrable_domain(host_of(site)):
        raise _NoLinkError(OWN_PAGE)
    target = _address(told[Column.TARGET]) if told.get(Column.TARGET) else ""
    if target and not same_site(target, site):
        raise _NoLinkError(ELSEWHERE.format(_quoted(target)))
    anchor = bounded(clean(told.get(Column.ANCHOR, "")), MAX_ANCHOR)
    return ListedLink(source, target, anchor, date_of(told.get(Column.DATE, ""), day_first=day_first))


def _address(cell: str) -> str:
    """Return an address as it is stored; a host without a scheme is taken to be one of https."""
    if not cell:
        raise _NoLinkError(EMPTY)
    whole = cell if is_address(cell) else f"https://{cell}" if is_bare_address(cell) else ""
    try:
        return normalize(whole)
    except BadURL as error:
        words = f"{NO_ADDRESS.format(_quoted(cell))} ({error})" if whole else NO_ADDRESS.format(_quoted(cell))
        raise _NoLinkError(words) from None


def _cell(cells: tuple[str, ...], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _quoted(cell: str) -> str:
    return f"“{bounded(clean(cell), LONGEST_QUOTED)}”"


def _detected(sheet: Sheet, layout: Layout) -> str:
    shape = f"cells parted by {DELIMITERS[sheet.delimiter]}" if sheet.delimiter else "one address a line"
    told = [f"{column} from {_title(layout, column)}" for column in Column if column in layout.columns]
    return f"{sheet.encoding}, {shape}: {', '.join(told)}."


def _title(layout: Layout, column: Column) -> str:
    title = layout.titles.get(column)
    return _quoted(title) if title else f"column {layout.columns[column] + 1}"
