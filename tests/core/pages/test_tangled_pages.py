"""Pages made to grow: what is left open is opened anew in each block that follows, a hundred times over.

And pages of 1 MiB that are made to be read many times over: items in items, properties without end.
Work is counted in calls, ours and the parser's, and in processor time, where one call may be the slow one.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from types import FrameType

import pytest

from linkback.core.model import Citation, Page
from linkback.core.pages import citation, document, links

LEFT_OPEN = "".join(f"<b id={number}>" for number in range(300))
BLOCKS = "<p>x" * 5000
TARGET = "http://me.example/post"
LINK = f'<p><a href="{TARGET}">x</a>'
HTML = "text/html"
ESCAPED = LEFT_OPEN.encode().replace(b"<b", b"<\x1b(Bb")  # the escape says "ASCII", which it was all along


def page(body: bytes, kind: str = HTML) -> Page:
    return Page(200, (("content-type", kind),), body, "http://blog.example/")


@pytest.mark.parametrize(
    "tangled",
    [
        pytest.param(page((LEFT_OPEN + BLOCKS + LINK).encode()), id="plain"),
        pytest.param(page((LEFT_OPEN.upper() + BLOCKS + LINK).encode()), id="capitals"),
        pytest.param(page((LEFT_OPEN.replace("<b", "<nobr") + BLOCKS + LINK).encode()), id="another element"),
        pytest.param(page((LEFT_OPEN.replace(" ", "/") + BLOCKS + LINK).encode()), id="slashes"),
        pytest.param(page((LEFT_OPEN + BLOCKS + LINK).encode("utf-16")), id="UTF-16 by its mark"),
        pytest.param(page((LEFT_OPEN + BLOCKS + LINK).encode("utf-16-le"), f"{HTML}; charset=utf-16le"), id="UTF-16"),
        pytest.param(page(ESCAPED + (BLOCKS + LINK).encode(), f"{HTML}; charset=iso-2022-jp"), id="escapes"),
        pytest.param(
            page(b"<meta charset=iso-2022-jp>" + ESCAPED + (BLOCKS + LINK).encode()), id="escapes that the page names"
        ),
    ],
)
def test_a_tangled_page_becomes_no_larger_than_what_is_written(tangled: Page) -> None:
    read = document.read(tangled)
    assert len(read.tree.select("*")) < 2 * (300 + 5000)
    assert len(links.find(read, TARGET)) == 1


def test_a_long_honest_page_keeps_what_its_bold_words_say() -> None:
    post = "<p>One <b class=p-author>word</b> and <em>more</em>, " + LINK.removeprefix("<p>")
    read = document.read(page((f"<article>{post}" + BLOCKS).encode()))
    assert "One word and more, x" in (read.tree.text or "")
    assert read.tree.select(".p-author")[0].text == "word"
    assert len(links.find(read, TARGET)) == 1


MIB = 1 << 20
READ_WITHIN = 1.0  # seconds of processor time, as promised for a page of 1 MiB; what others do counts for nothing
MOST_CALLS = 4_000_000  # of ours and of the parser, to read one page; a call takes a tenth of a microsecond
MOST_MEMORY = 16 * MIB  # of ours, beside the tree of the parser
MINE = f"<a href={TARGET}>x</a>"
IN_ENTRY = f"<div class=h-entry>{MINE}"


def filled(size: int, unit: str, before: str = "", after: str = MINE) -> str:
    return before + unit * ((size - len(before) - len(after)) // len(unit)) + after


Shape = Callable[[int], str]
SHAPES: dict[str, Shape] = {
    "entries in entries": lambda size: filled(size, "<div class=h-entry>"),
    "cards in cards": lambda size: filled(size, "<div class='p-author h-card'>", "<div class=h-entry>"),
    "cards in cards, of nobody": lambda size: filled(size, "<div class=h-card>"),
    "citations in citations": lambda size: filled(size, "<div class='u-in-reply-to h-cite'>", "<div class=h-entry>"),
    "entries that answer, and a hundred links": lambda size: filled(
        size, "<div class='h-entry u-like-of'>", after=MINE * 100
    ),
    "one in the other, and a hundred links": lambda size: filled(
        size,
        "<div class=h-entry><div class='p-author h-card'><div class='u-in-reply-to h-cite'>",
        after=MINE * 100,
    ),
    "one in the other, left open": lambda size: filled(
        size, "<div class=h-entry><p class='p-author h-card'><b class='u-in-reply-to h-cite'>", after=MINE * 100
    ),
    "names": lambda size: filled(size, "<b class=p-name></b>", IN_ENTRY),
    "dates": lambda size: filled(size, "<b class=dt-published>soon</b>", IN_ENTRY),
    "authors": lambda size: filled(size, "<b class='p-author h-card'></b>", IN_ENTRY),
    "authors of a feed": lambda size: filled(
        size, "<b class='p-author h-card'></b>", "<div class=h-feed>", f"<div class=h-entry>{MINE}"
    ),
    "pictures that lead nowhere": lambda size: filled(size, "<img class=u-photo src=//[>", IN_ENTRY),
    "answers to others": lambda size: filled(size, "<a class=u-like-of href=http://other.example/></a>", IN_ENTRY),
    "answers in answers": lambda size: filled(size, "<a href=/x></a>", IN_ENTRY + "<div class=u-like-of>" * 500),
    "answers in answers, of citations": lambda size: filled(
        size, "<div class=h-cite><a href=/x></a></div>", IN_ENTRY + "<div class='u-like-of h-cite'>" * 500
    ),
    "rsvps that say nothing": lambda size: filled(
        size, "<b class=p-rsvp>perhaps</b>", f"<div class=h-entry><a class=u-in-reply-to href={TARGET}>x</a>"
    ),
    "names inside of heights": lambda size: filled(
        size, "<div class=h-full>", "<div class=h-entry>", "<b class=p-name></b>" * 500 + MINE
    ),
    "names inside of many heights": lambda size: filled(
        size, f"<div class='{'h-auto ' * 100}'>", "<div class=h-entry>", "<b class=p-name></b>" * 500 + MINE
    ),
    "a card of heights": lambda size: filled(size, "<div class=h-full>", "<div class=h-card>"),
    "cards of many pages": lambda size: filled(size, f"<div class=h-card>{'<a class=u-url href=/x></a>' * 400}</div>"),
    "an author who may be any card": lambda size: filled(
        size,
        f"<div class=h-card>{'<a class=u-url href=/x></a>' * 400}</div>",
        f"{IN_ENTRY}<a class=u-author href=/me></a></div>",
    ),
    "cards that may be mine": lambda size: filled(
        size, "<a rel=me href=http://x.example/></a><a class=h-card href=/x></a>"
    ),
    "many names of one element": lambda size: filled(size, "p-name ", "<div class='h-entry ", f"'>{MINE}"),
    "a long name of a class": lambda size: filled(size, "a-", f"{IN_ENTRY}<b class='h-", "'><i class=p-name>x</i></b>"),
    "properties in templates": lambda size: filled(size, "<template><b class=p-name>x</b></template>", IN_ENTRY),
    "parts of a date": lambda size: filled(size, "<i class=value>2026</i>", IN_ENTRY + "<b class=dt-published>"),
    "the text of an answer": lambda size: filled(
        size, "<i> </i>", f"<div class=h-entry><a class=u-like-of href={TARGET}>x</a><div class=e-content>"
    ),
    "texts in texts": lambda size: filled(
        size, "<div class=e-content>", f"<div class=h-entry><a class=u-like-of href={TARGET}>x</a>"
    ),
    "links in entries": lambda size: filled(size, f"<div class='h-entry u-like-of'>{MINE}", after=""),
}


def cited(read: document.Document) -> Citation:
    link = citation.best(links.find(read, TARGET))
    assert link is not None
    return citation.cite(read, link, TARGET)


def calls_for(body: str) -> int:
    """Count the calls that it takes to read what a page says."""
    calls = 0

    def count(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    read = document.read(page(body.encode()))
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        cited(read)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_page_of_items_in_items_is_read_in_bounded_steps(shape: Shape) -> None:
    half, whole = calls_for(shape(MIB // 2)), calls_for(shape(MIB))
    assert whole < MOST_CALLS
    assert whole < 2.5 * half


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_page_of_items_in_items_is_read_in_time_and_little_room(shape: Shape) -> None:
    large = page(shape(MIB).encode())
    began = time.thread_time()
    cited(document.read(large))
    assert time.thread_time() - began < READ_WITHIN

    read = document.read(large)
    tracemalloc.start()
    try:
        cited(read)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_what_is_cited_of_a_tangled_page_is_bounded() -> None:
    said = cited(document.read(page(SHAPES["names"](MIB).encode())))
    assert (said.title, said.kind) == ("", "mention")
