from datetime import UTC, datetime

import mf2py  # type: ignore[import-untyped] # it ships no types
import pytest

from linkback.core.model import Author, Citation, Page
from linkback.core.pages.citation import best, cite
from linkback.core.pages.document import read
from linkback.core.pages.facts import date_of
from linkback.core.pages.links import find

SOURCE, TARGET = "http://src.example/entry", "http://me.example/post"
LINK = f"<a href={TARGET}>it</a>"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = Author("Ana", "http://src.example/ana", "http://src.example/ana.png")


def cited(body: str, media: str = "text/html; charset=utf-8") -> Citation:
    document = read(Page(200, (("content-type", media),), body.encode(), url=SOURCE))
    link = best(find(document, TARGET))
    assert link is not None
    return cite(document, link, TARGET)


MF2 = f"""<article class=h-entry><h1 class=p-name>From mf2</h1><a class="p-author h-card" href=/ana>
<img src=/ana.png alt=""> Ana</a><time class=dt-published datetime="2026-11-22T13:00+01:00">then</time>
<div class=e-content>{LINK}</div></article>"""
JSON_LD = """<script type="application/ld+json">{"@graph": [{"@type": "WebPage", "name": "no"},
{"@id": "#ana", "name": "Ana", "url": "/ana", "image": {"url": "/ana.png"}},
{"@type": ["BlogPosting"], "headline": "From JSON-LD", "author": {"@id": "#ana"},
"datePublished": "2026-11-22T12:00:00Z"}]}</script>"""
OPENGRAPH = """<meta property=og:title content="From OpenGraph"><meta property=article:author content="/ana">
<meta property=article:published_time content="2026-11-22 12:00">"""
PLAIN = """<title>From HTML</title><meta name=author content=Ana><a rel=author href=/ana>me</a>
<time datetime=2026-11-22T12:00>x</time>"""


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (PLAIN + OPENGRAPH + JSON_LD + MF2, "From mf2"),
        (PLAIN + OPENGRAPH + JSON_LD + LINK, "From JSON-LD"),
        (PLAIN + OPENGRAPH + LINK, "From OpenGraph"),
        (PLAIN + LINK, "From HTML"),
        ("<h1>From a heading</h1>" + LINK, "From a heading"),
        (LINK, ""),
    ],
)
def test_microformats_are_trusted_before_json_ld_opengraph_and_plain_html(markup: str, title: str) -> None:
    assert cited(markup).title == title


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        (MF2, ANA),
        (JSON_LD + LINK, ANA),
        (PLAIN + LINK, Author("Ana", "http://src.example/ana")),
        (OPENGRAPH + LINK, Author("/ana")),
        ("<meta property=article:author content=http://x.example/ana>" + LINK, Author("", "http://x.example/ana")),
    ],
)
def test_each_way_of_saying_it_names_the_author(markup: str, author: Author) -> None:
    assert cited(markup).author == author


@pytest.mark.parametrize("markup", [MF2, JSON_LD + LINK, OPENGRAPH + LINK, PLAIN + LINK])
def test_each_way_of_saying_it_dates_the_page_in_utc(markup: str) -> None:
    assert cited(markup).published == NOON


def test_an_author_is_of_one_piece() -> None:
    markup = "<meta name=author content=Bob><link rel=author href=/bob>"
    markup += f"<div class=h-entry><b class=p-author>Ana</b>{LINK}</div>"
    assert cited(markup).author == Author("Ana")
    assert cited(markup.replace("content=Bob", "content=ANA")).author == Author("Ana", "http://src.example/bob")


ENTRIES = [
    ("<div class=h-entry><a class='u-author h-card' href=/ana>Ana</a>%s</div>", Author("Ana", "http://src.example/ana")),
    ("<div class=h-entry><div class='p-author h-card'><img class=u-photo src=/ana.png><b class=p-name>Ana</b>"
     "<a class=u-url href=/ana>x</a></div>%s</div>", ANA),
    ("<div class=h-entry><img class='p-author h-card' src=/ana.png alt=Ana>%s</div>", Author("Ana", "", "http://src.example/ana.png")),
    ("<div class=h-entry><span class=p-author>Ana</span>%s</div>", Author("Ana")),
    ("<div class=h-entry><abbr class='p-author h-card' title=Ana>A.</abbr>%s</div>", Author("Ana")),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "author"), ENTRIES)
def test_an_author_is_read_as_the_oracle_reads_it(markup: str, author: Author) -> None:
    assert cited(markup % LINK).author == author
    (entry,) = mf2py.parse(doc=markup % LINK, url=SOURCE)["items"]
    oracle = entry["properties"]["author"][0]
    assert author.name == (oracle if isinstance(oracle, str) else oracle["properties"]["name"][0])


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ("<div class=h-feed><a class='p-author h-card' href=/ana>Ana</a><div class=h-entry>%s</div></div>", "Ana"),
        ("<a class=h-card href=/ana>Ana</a><div class=h-entry>%s</div>", "Ana"),
        ("<a class=h-card>Ana</a><a class=h-card>Bob</a><div class=h-entry>%s</div>", ""),
        ("<div class=hentry><span class='author vcard'><a class='url fn' href=/ana>Ana</a></span>%s</div>", "Ana"),
        ("<div class=h-entry>%s<div class='h-cite'><b class=p-author>Bob</b></div></div>", ""),
        ("<i class=h-entry><b class=p-author>Bob</b></i><i class=h-entry><b class=p-author>Ana</b>%s</i>", "Ana"),
        ("<div class=h-entry><b class=p-author>Ana</b></div>%s", "Ana"),
        ("<i class=h-entry><b class=p-author>Bob</b><i class='u-comment h-cite'><b class=p-author>Ana</b>%s", "Ana"),
    ],
)  # fmt: skip
def test_the_author_is_the_one_of_the_entry_around_the_link(markup: str, author: str) -> None:
    assert cited(markup % LINK).author.name == author


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<div class=h-entry>%s</div>", "mention"),
        ("<div class=h-entry><a class=u-in-reply-to href=[T]>x</a></div>", "reply"),
        ("<div class=h-entry><a class=u-like-of href=[T]>x</a></div>", "like"),
        ("<div class=h-entry><a class=u-repost-of href=[T]>x</a></div>", "repost"),
        ("<div class=h-entry><a class=u-bookmark-of href=[T]>x</a></div>", "bookmark"),
        ("<div class=h-entry><div class='u-in-reply-to h-cite'><a class=u-url href=[T]>x</a></div></div>", "reply"),
        ("<div class=h-entry><a class=u-in-reply-to href=[T]>x</a><data class=p-rsvp value=yes></div>", "rsvp"),
        ("<div class=h-entry><a class=u-in-reply-to href=[T]>x</a><b class=p-rsvp>perhaps</b></div>", "reply"),
        ("<div class=h-entry><a class=u-in-reply-to href=http://x.example/>x</a>%s</div>", "mention"),
        ("<div class=h-entry>%s<a class='u-like-of' href=http://me.example/post#x></a></div>", "like"),
        ("<a class=u-like-of href=[T]>x</a>", "mention"),
        ("<div class=h-entry><a class=u-like-of href=http://me.example/post-2>x</a></div>%s", "mention"),
    ],
)  # fmt: skip
def test_the_kind_is_what_the_entry_says_it_is_to_the_target(markup: str, kind: str) -> None:
    assert cited(markup.replace("%s", LINK).replace("[T]", TARGET)).kind == kind


def test_a_note_without_a_name_is_titled_by_the_page() -> None:
    assert (
        cited(
            f"<title>Notes</title><div class=h-entry><p class='e-content p-name'>What I say of {LINK}</p></div>"
        ).title
        == "Notes"
    )


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2026-11-22T12:00:00Z", NOON),
        ("2026-11-22T12:00:00.000Z", NOON),
        ("2026-11-22t14:00:00+0200", NOON),
        ("2026-11-22 07:00 -05:00", NOON),
        ("20261122T120000Z", NOON),
        ("2026-11-22T12:00 (noon)", NOON),
        ("2026-11-22", NOON.replace(hour=0)),
        ("Sun, 22 Nov 2026 13:00:00 +0100", NOON),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-99-99", None),
        ("2026-11-22T12:00:00+99:99", NOON),
    ],
)
def test_dates_are_read_as_pages_write_them(written: str | None, date: datetime | None) -> None:
    assert date_of(written) == date


@pytest.mark.parametrize(
    "script",
    [
        "{",
        "[]",
        "3",
        '{"@type": 3}',
        '{"@type": "Article", "headline": {"a": 1}, "author": [[]], "datePublished": []}',
        "[" * 50_000,
    ],
)
def test_broken_json_ld_says_nothing(script: str) -> None:
    assert cited(f'<script type="application/ld+json">{script}</script>{LINK}').title == ""


def test_addresses_are_http_or_nothing() -> None:
    card = "<a class='p-author h-card' href='javascript:x'><img src='data:image/png,x' alt=Ana></a>"
    assert cited(f"<div class=h-entry>{card}{LINK}</div>").author == Author("Ana")


def test_nothing_invisible_comes_through() -> None:
    evil = "a\u202eb\u2066c\u200bd\ufeffe\U000e0041f&#x7;gh"
    markup = f"<title>{evil}</title><meta name=author content='{evil}'><p>{evil} <a href={TARGET}>{evil}</a></p>"
    citation = cited(markup)
    assert citation.title == citation.author.name == citation.anchor == "abcdefgh"
    assert citation.excerpt == "abcdefgh abcdefgh"


def test_the_language_is_that_of_the_words_around_the_link() -> None:
    assert cited(f"<html lang=en><p lang=de>{LINK}</p>").language == "de"
    assert cited(f"<html lang=en><p>{LINK}</p>").language == "en"


def test_the_first_link_in_the_content_is_cited_and_not_the_menu() -> None:
    citation = cited(f"<nav><a href={TARGET}>menu</a></nav><p>Words <a rel=nofollow href={TARGET}>here</a></p>")
    assert (citation.anchor, citation.place, citation.rel) == ("here", "content", ("nofollow",))


def test_json_is_cited_by_what_stands_at_its_top() -> None:
    text = '{"name": "A note", "author": {"name": "Ana", "url": "/ana"}, "published": "2026-11-22",'
    text += '"like-of": ["http://me.example/post"]}'
    citation = cited(text, "application/jf2+json")
    assert (citation.title, citation.author, citation.kind) == (
        "A note",
        Author("Ana", "http://src.example/ana"),
        "like",
    )
    assert citation.published == NOON.replace(hour=0)


def test_plain_text_is_cited_by_its_paragraph() -> None:
    citation = cited(
        "First paragraph.\n\nI wrote a long piece about\nhttp://me.example/post, and it was good.\n\nLast.",
        "text/plain",
    )
    assert citation.excerpt == "I wrote a long piece about http://me.example/post, and it was good."
    assert citation.anchor == "http://me.example/post"
