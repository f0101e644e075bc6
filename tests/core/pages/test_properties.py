"""Whatever the bytes are: values come out, bounded and plain, and a real link is found."""

from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkback.core.model import Link, Page
from linkback.core.pages.citation import best, cite
from linkback.core.pages.document import is_text, read
from linkback.core.pages.links import find, outgoing
from linkback.core.pages.matching import Matcher
from linkback.core.text import clean

SOURCE, TARGET = "http://src.example/a/b?c", "http://me.example/a/post?x=1"
HTTP = ("http://", "https://")
MEDIA = st.sampled_from(
    [
        "text/html",
        "text/html; charset=utf-8",
        "text/html; charset=utf-16",
        "application/json",
        "text/plain",
        "application/xml",
        "",
        "image/png",
        "text/html; charset=shift_jis",
    ]
)
TAGS = [
    "p",
    "div",
    "b",
    "a",
    "ul",
    "li",
    "table",
    "td",
    "nav",
    "svg",
    "template",
    "article class=h-entry",
    "br",
    "select",
    "i class=e-content",
    "i class='p-author h-card'",
    "span hidden",
    "math",
    "h1",
    "time datetime=2026",
    "blockquote",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag.partition(' ')[0]}>" for tag in TAGS]),
    st.sampled_from(
        [f"<a href='{TARGET}'>", f"<img src={TARGET} alt=x>", f"<a class=u-like-of href='{TARGET}#x'>y</a>"]
    ),
    st.sampled_from(
        [
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<style>",
            "<base href=//x.example/>",
            "<plaintext>",
            "&amp;",
            "&#x202e;",
        ]
    ),
    st.text(max_size=20),
)
MARKUP = st.lists(PIECES, max_size=40).map("".join)


def check(body: bytes, media: str) -> None:
    document = read(Page(200, (("content-type", media),), body, url=SOURCE))
    links = find(document, TARGET)
    is_text(document.page)
    for link in (*links[:3], Link(TARGET, "a")):
        citation = cite(document, link, TARGET)
        texts = (citation.title, citation.author.name, citation.anchor, citation.excerpt)
        assert (len(citation.excerpt) <= 300, len(citation.title) <= 300) == (True, True)
        assert len(citation.author.name) <= 100
        assert all(clean(text) == text for text in texts)
        assert all(url == "" or url.startswith(HTTP) for url in (citation.author.url, citation.author.photo))
    assert all(link.url.startswith(HTTP) for link in (*links, *outgoing(document)))
    assert all(url.startswith(HTTP) for url in document.offers("webmention"))
    assert document.noindex in (True, False)


@settings(deadline=None)
@given(st.binary(max_size=400), MEDIA)
def test_any_bytes_are_read_without_an_error(body: bytes, media: str) -> None:
    check(body, media)


@settings(deadline=None)
@given(MARKUP, MEDIA)
def test_any_markup_is_read_without_an_error(markup: str, media: str) -> None:
    check(markup.encode("utf-8", "surrogatepass"), media)


BLOCKS = st.sampled_from(
    ["<p>{}</p>", "<div><ul><li>{}</ul></div>", "<table><tr><td>{}</table>", "<b><i>{}</i></b>", "<h1>{}</h1>"]
)
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=400).map(escape)


@settings(deadline=None)
@given(BLOCKS, PLAIN, PLAIN, PLAIN)
@example("<p>{}</p>", "", "", "")
@example("<p>{}</p>", "x" * 400, "y" * 299, "z" * 400)
@example("<p>{}</p>", "x " * 200, "y" * 297, "z " * 200)
def test_a_planted_link_is_found_and_its_anchor_is_in_the_excerpt(
    block: str, before: str, anchor: str, after: str
) -> None:
    markup = block.format(f"{before}<a href='{TARGET}'>{anchor}</a>{after}")
    document = read(Page(200, (("content-type", "text/html; charset=utf-8"),), markup.encode(), url=SOURCE))
    link = best(find(document, TARGET))
    assert link is not None
    citation = cite(document, link, TARGET)
    assert citation.anchor in citation.excerpt
    assert len(citation.excerpt) <= 300


PARTS = st.lists(
    st.sampled_from(
        [
            "http:",
            "https:",
            "HTTP://",
            "//",
            "/",
            "\\",
            "me.example",
            "ME.example.",
            ":80",
            ":",
            "a",
            "post",
            "~",
            "%7e",
            "%7E",
            "%2e",
            ".",
            "..",
            "?",
            "x=1",
            "#",
            "b",
            " ",
            "\t",
            "\n",
            "é",
            "[",
            "'",
            "&",
            "1",
            "@",
        ]
    ),
    max_size=8,
).map("".join)
TARGETS = [
    "http://me.example/a/post?x=1",
    "http://me.example/",
    "http://me.example/a/",
    "http://me.example/?x=1",
    "http://me.example/a//",
    "http://me.example/~b",
    "http://me.example/a%20b/post",
    "http://1.2.3.4/a",
    "https://me.example/post",
]
BASES = [
    "http://me.example/a/b",
    "http://me.example/",
    "https://me.example/a/post?x=1",
    "http://src.example/a/",
    "http://me.example/a/",
]


@settings(deadline=None)
@given(st.lists(PARTS | st.sampled_from(TARGETS), max_size=5), st.sampled_from(TARGETS), st.sampled_from(BASES))
def test_looking_at_a_glance_never_changes_what_a_full_comparison_finds(
    references: list[str], target: str, base: str
) -> None:
    matcher = Matcher(base, target)
    assert matcher.among(references) == [i for i, one in enumerate(references) if matcher.is_target(one)]


LINK = f"<a href={TARGET}>it</a>"
UNITS = [
    "<div>",
    "<b>",
    "<ul><li>",
    "<table><tr><td>",
    "<span>",
    "<br>",
    "<a href=x>",
    f"<a href={TARGET}>",
    "<div class=h-entry>",
    "<svg>",
    "<div class='u-in-reply-to h-cite'>",
    f"<blockquote cite={TARGET}>t",
    "word ",
    "x",
    ". ",
    "「",
    "漢、",
    "กำ",
    "\u200d",
    "e\u0301",
    "<template>",
    "<b class='p-name p-author h-card'>x",
    "<meta name=a content=b>",
    "<time datetime=x>",
    "<base href=/>",
    f"<q cite={TARGET}>t",
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_hostile_page_of_a_megabyte_is_read_and_cited_within_bounds(unit: str) -> None:
    markup = LINK + unit * ((1 << 20) // len(unit.encode())) + LINK
    document = read(Page(200, (("content-type", "text/html; charset=utf-8"),), markup.encode(), url=SOURCE))
    links = find(document, TARGET)
    assert 1 <= len(links) <= 100
    assert len(outgoing(document)) <= 1000
    assert len(cite(document, links[-1], TARGET).excerpt) <= 300


@pytest.mark.parametrize("script", ["[" * 500_000, '{"@type":"Article","name":"x"},' * 30_000, '[{"@graph":' * 50_000])
def test_huge_json_ld_is_read_within_bounds(script: str) -> None:
    markup = f'<script type="application/ld+json">[{script}</script>{LINK}'
    document = read(Page(200, (("content-type", "text/html"),), markup.encode(), url=SOURCE))
    assert cite(document, find(document, TARGET)[0], TARGET).excerpt == "it"
