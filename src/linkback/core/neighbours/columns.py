"""Which column of a table of links is which: by the names that tools give them, in several languages, and by content.

A name alone is not believed: "Target pages" is a list of addresses in one export and a number in another. What no
name tells is told by what stands in the column.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from linkback.core.neighbours.dates import date_of
from linkback.core.neighbours.tabular import MAX_CELLS, SAMPLE, Row
from linkback.core.urls import host_of, registrable_domain

ABOVE = 10  # rows above a header that tools write about themselves
MOST_OF = 0.5  # of the cells of a sample that must be what the column is said to hold


class Column(StrEnum):
    """What a column may hold."""

    SOURCE = "source"
    TARGET = "target"
    DATE = "date"
    ANCHOR = "anchor"
    DOMAIN = "domain"


# As the tools call them, folded: letters and digits only. What is not listed is told by content.
_SOURCE = """
linkingpage linkingpages sourceurl sourcepage source referringpage referringpageurl urlfrom fromurl pageurl
backlink backlinkurl linkfrom linksource verlinkendeseite verweisendeseite quelle quellurl quellseite
pagedorigine pagesource pageréférente urlsource páginadeenlace páginaqueenlaza páginadeorigen urldeorigen
paginadiorigine paginacollegata paginadecollegamento paginacollegante páginadevinculação páginadeorigem
linkendepagina bronpagina bronurl stronalinkująca linkującastrona ссылающаясястраница страницасоссылкой リンク元ページ
リンク元 链接网页 来源网页 链接页面 연결페이지
"""
_TARGET = """
targetpage targetpages targeturl target linkurl destinationurl destinationpage urlto tourl linkedpage
landingpage zielseite zielurl ziel verlinkteseite pagecible urlcible cible páginadedestino urldedestino
páginaenlazada paginadidestinazione doelpagina doelurl stronadocelowa
целеваястраница リンク先ページ リンク先 目标网页 目標網頁
"""
_DATE = """
lastcrawled date firstseen lastseen discovered datediscovered discoverydate firstindexeddate lastcrawl lastfound
lastcheck firstfound datum zuletztgecrawlt letztescrawling zuletztgesehen dernièreexploration
datededernièreexploration fecha últimorastreo últimafechaderastreo ultimascansione data últimorastreamento
laatstgecrawld ostatnieindeksowanie дата последнеесканирование 前回のクロール 上次抓取 上次抓取时间
"""
_ANCHOR = """
anchor anchortext linkanchor linktext text ankertext linktexte ancre textedancrage textedulien textoancla
textodeanclaje textodelenlace testodiancoraggio testodelcollegamento textoâncora ankertekst tekstzakotwiczenia
текстссылки анкор アンカーテキスト 锚文本
"""
_DOMAIN = """
site sites website websites domain domains linkingsite linkingdomain referringdomain rootdomain sourcedomain
verlinkendewebsite websitename domaine domaines sitio sitioweb dominio domínio сайт домен サイト 网站 웹사이트
"""
NAMES: dict[Column, frozenset[str]] = {
    Column.SOURCE: frozenset(_SOURCE.split()),
    Column.TARGET: frozenset(_TARGET.split()),
    Column.DATE: frozenset(_DATE.split()),
    Column.ANCHOR: frozenset(_ANCHOR.split()),
    Column.DOMAIN: frozenset(_DOMAIN.split()),
}
_FOLDED = re.compile(r"[\W_]+")
_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_BARE = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?::\d{1,5})?(?:[/?#]\S*)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what stands in a table, and how those columns are called. `header` is the row of the names, -1 for none."""

    columns: dict[Column, int]
    titles: dict[Column, str]
    header: int = -1

    @property
    def source(self) -> int | None:
        """Return the column of the pages that link, or else of their domains; None where there is neither."""
        return self.columns.get(Column.SOURCE, self.columns.get(Column.DOMAIN))


def layout_of(rows: Sequence[Row], site: str) -> Layout:
    """Tell which column is which in a table of links to a site."""
    header = _header(rows)
    body = [cells for _, cells in rows[header + 1 : header + 1 + SAMPLE]]
    titles = rows[header][1] if header >= 0 else ()
    found: dict[Column, int] = {}
    for at, title in enumerate(titles):
        column = _named(title)
        if column and column not in found and _holds(column, _at(body, at)):
            found[column] = at
    _tell_by_content(found, body, registrable_domain(host_of(site)))
    return Layout(found, {column: titles[at] for column, at in found.items() if at < len(titles)}, header)


def is_address(cell: str) -> bool:
    """Tell whether a cell looks like a whole address."""
    return _ADDRESS.match(cell) is not None


def is_bare_address(cell: str) -> bool:
    """Tell whether a cell looks like a host name, with or without a path."""
    return _BARE.fullmatch(cell) is not None


def _header(rows: Sequence[Row]) -> int:
    """Return which of the first rows names the columns, -1 for none."""
    for at, (_, cells) in enumerate(rows[:ABOVE]):
        if any(map(is_address, cells)):
            break
        if any(map(_named, cells)):
            return at
    first = next((at for at, (_, cells) in enumerate(rows[: ABOVE + 1]) if any(map(is_address, cells))), None)
    if first is not None:
        return first - 1
    # Of a list of domains alone, the first line may be a name that is not known.
    return 0 if rows and not any(map(is_bare_address, rows[0][1])) else -1


def _named(title: str) -> Column | None:
    folded = _FOLDED.sub("", title.casefold())
    return next((column for column, names in NAMES.items() if folded in names), None)


def _at(body: Sequence[tuple[str, ...]], at: int) -> list[str]:
    return [cells[at] for cells in body if at < len(cells) and cells[at]]


def _holds(column: Column, cells: Sequence[str]) -> bool:
    """Tell whether most cells of a sample are what their column is said to hold."""
    if column is Column.ANCHOR:
        return not _mostly(cells, is_address)
    return _mostly(cells, _is_date if column is Column.DATE else _is_of_the_web)


def _mostly(cells: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(holds, cells)) >= MOST_OF * len(cells)


def _tell_by_content(found: dict[Column, int], body: Sequence[tuple[str, ...]], own: str) -> None:
    """Fill in what no name told."""
    width = min(MAX_CELLS, max(map(len, body), default=0))
    free = [at for at in range(width) if at not in found.values()]
    for at in free:
        cells = _at(body, at)
        if _mostly(cells, _is_of_the_web):
            column = _kind_of_address(cells, own)
        elif _mostly(cells, _is_date):
            column = Column.DATE
        else:
            continue
        found.setdefault(column, at)


def _kind_of_address(cells: Sequence[str], own: str) -> Column:
    if sum(map(is_bare_address, cells)) > len(cells) / 2:
        return Column.DOMAIN
    return Column.TARGET if _mostly(cells, lambda cell: _domain(cell) == own) else Column.SOURCE


def _is_of_the_web(cell: str) -> bool:
    return is_address(cell) or is_bare_address(cell)


def _is_date(cell: str) -> bool:
    return date_of(cell) is not None or date_of(cell, day_first=True) is not None


def _domain(cell: str) -> str:
    return registrable_domain(host_of(cell.lower()))
