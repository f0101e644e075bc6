"""Lists of links: exports of several tools as bytes, their columns made out, and lines that make no sense."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.neighbours import LinkList, read_list
from linkback.core.neighbours.dates import date_of
from linkback.core.neighbours.linklist import MOST_NAMED, NO_SOURCE
from linkback.core.neighbours.tabular import MAX_ROWS

VECTORS = Path(__file__).parent.parent.parent / "vectors" / "links"
SITE = "https://me.example/"
BREAD = "https://ana.example/2026/bread"
SOURDOUGH = "https://me.example/sourdough"

Row = tuple[str, str, str, str]  # source, target, anchor, day


def read(name: str) -> LinkList:
    return read_list((VECTORS / name).read_bytes(), SITE)


def rows(found: LinkList) -> list[Row]:
    days = (link.seen.date().isoformat() if link.seen else "" for link in found.links)
    return [(link.source, link.target, link.anchor, day) for link, day in zip(found.links, days, strict=True)]


LISTS: dict[str, list[Row]] = {
    "search-console-latest.csv": [
        (BREAD, "", "", "2026-11-20"),
        ("https://blog.ben.example/?p=7&lang=en", "", "", "2026-11-19"),
        ("https://www.xn--caf-dma.example/liens", "", "", "2026-10-02"),
    ],
    "search-console-latest-de.csv": [
        ("https://ana.example/2026/brot", "", "", "2026-11-20"),
        ("https://blog.ben.example/", "", "", "2026-02-03"),
    ],
    "search-console-latest-fr.csv": [
        ("https://ana.example/2026/pain", "", "", "2026-11-20"),
        ("https://blog.ben.example/", "", "", "2026-02-03"),
    ],
    "search-console-samples.csv": [
        (BREAD, "", "", ""),
        ("https://farm1.example/a", "", "", ""),
        ("https://farm2.example/a", "", "", ""),
    ],
    "search-console-sites.csv": [
        ("https://ana.example/", "", "", ""),
        ("https://farm.example/", "", "", ""),
        ("https://ben.co.uk/", "", "", ""),
    ],
    "ahrefs.csv": [
        (BREAD, SOURDOUGH, 'Ben\'s "notes"', "2026-01-05"),
        ("https://farm.example/x", SITE, '=HYPERLINK("https://evil.example/")', "2026-11-02"),
    ],
    "bing.csv": [(BREAD, SOURDOUGH, "notes, on sourdough", "")],
    "majestic.csv": [
        (BREAD, SOURDOUGH, "Sourdough", "2025-03-14"),
        ("https://ben.example/1", SITE, "here", "2024-12-01"),
    ],
    "bare.txt": [
        (BREAD, "", "", ""),
        ("https://ben.example/1", "", "", ""),
        ("https://farm.example/links", "", "", ""),
    ],
    "unknown-names.csv": [(BREAD, SOURDOUGH, "", "2026-11-20"), ("https://ben.example/1", SITE, "", "2026-11-21")],
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read(name: str) -> None:
    assert rows(read(name)) == LISTS[name]


DETECTED = {
    "search-console-latest.csv": (
        "UTF-8, cells parted by commas: source from “Linking page”, date from “Last crawled”."
    ),
    "search-console-sites.csv": "UTF-8, cells parted by commas: domain from “Site”.",
    "ahrefs.csv": (
        "UTF-16, cells parted by tabs: source from “Referring page URL”, target from “Target URL”, "
        "date from “First seen”, anchor from “Anchor”."
    ),
    "bare.txt": "UTF-8, one address a line: source from column 1.",
    "unknown-names.csv": (
        "UTF-8, cells parted by bars: source from “Страница А”, target from “Куда”, date from “Когда”."
    ),
}


@pytest.mark.parametrize("name", DETECTED)
def test_what_was_detected_is_said(name: str) -> None:
    assert read(name).detected == DETECTED[name]


def test_bad_lines_are_counted_and_named() -> None:
    found = read("bare.txt")
    assert [(line.number, line.why) for line in found.bad] == [
        (5, "no address: “not an address”"),
        (6, "no address: “ftp://old.example/x”"),
    ]
    assert found.bad_count == 2


def test_pages_of_the_site_and_links_to_others_are_named_too() -> None:
    whys = [(line.number, line.why) for line in read("bing.csv").bad]
    assert whys == [(3, "a page of the site itself"), (4, "leads to another site: “https://other.example/”")]


def test_a_hostile_list_takes_down_nothing_but_its_own_lines() -> None:
    found = read("hostile.csv")
    assert [link.source for link in found.links] == [
        "https://a.example/1",
        "https://c.example/1",
        "https://127.0.0.1/x",
    ]
    assert [line.number for line in found.bad] == [3, 5, 6, 8, 9]
    assert found.links[1].anchor == "[31mred"
    told = "".join(line.why for line in found.bad) + "".join(link.anchor for link in found.links)
    assert not set("\x1b\x00\u202e") & set(told)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe", b"name,age\nana,7\n", b"\x00" * 999, b'"' * 5000])
def test_what_holds_no_links_is_said_to_hold_none(content: bytes) -> None:
    found = read_list(content, SITE)
    assert found.links == ()
    assert found.detected


def test_a_table_without_addresses_says_so() -> None:
    assert read_list(b"name,age\nana,7\nben,8\n", SITE).detected == NO_SOURCE


def test_utf_16_is_known_without_its_mark() -> None:
    content = "Linking page\thost\nhttps://ana.example/1\tx\n".encode("utf-16-le")
    assert [link.source for link in read_list(content, SITE).links] == ["https://ana.example/1"]


def test_a_list_is_bounded_and_says_that_it_goes_on() -> None:
    content = b"".join(b"https://ana.example/%d\n" % n for n in range(MAX_ROWS + 10))
    found = read_list(content, SITE)
    assert len(found.links) == MAX_ROWS
    assert found.more


def test_of_many_bad_lines_the_first_are_named() -> None:
    found = read_list(b"https://ana.example/1\n" * 60 + b"nonsense here\n" * 40, SITE)
    assert (len(found.links), len(found.bad), found.bad_count) == (60, MOST_NAMED, 40)


@given(st.binary(max_size=400))
@settings(max_examples=30, deadline=None)
def test_no_bytes_raise(content: bytes) -> None:
    found = read_list(b"Linking page,Anchor\nhttps://ana.example/1,x\n" + content, SITE)
    assert all(link.source.startswith(("http://", "https://")) for link in found.links)
    assert found.detected


DATES = [
    ("2026-11-20", "2026-11-20"),
    ("2026-11-20T10:11:12Z", "2026-11-20"),
    ("2026/1/5", "2026-01-05"),
    ("20.11.2026", "2026-11-20"),
    ("3/4/2026", "2026-03-04"),
    ("Nov 20, 2026", "2026-11-20"),
    ("20 November 2026", "2026-11-20"),
    ("20-Nov-2026", "2026-11-20"),
]


@pytest.mark.parametrize(("cell", "day"), DATES)
def test_a_date_is_read(cell: str, day: str) -> None:
    assert date_of(cell) == datetime.fromisoformat(day).replace(
        tzinfo=UTC, hour=10 * ("T10" in cell), minute=11 * ("T10" in cell)
    )


@pytest.mark.parametrize("cell", ["", "12", "2026-13-01", "31/31/2026", "0001-01-01", "yesterday", "Foo 2026"])
def test_what_is_no_date_is_none(cell: str) -> None:
    assert date_of(cell) is None


def test_one_date_tells_the_order_of_a_whole_column() -> None:
    content = b"Linking page,Date\nhttps://a.example/1,03/02/2026\nhttps://b.example/1,20/11/2026\n"
    days = [link.seen.date().isoformat() for link in read_list(content, SITE).links if link.seen]
    assert days == ["2026-02-03", "2026-11-20"]
