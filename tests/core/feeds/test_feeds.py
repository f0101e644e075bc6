"""What feeds of every kind and dialect list, and what is no feed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback.core.errors import BadFeed
from linkback.core.feeds import Listing, offered, read
from linkback.core.feeds.listing import MAX_ENTRIES
from linkback.core.feeds.sitemap import DOCTYPE, MAX_SITEMAPS
from linkback.core.model import Page
from linkback.core.pages import document

VECTORS = Path(__file__).parents[2] / "vectors" / "feeds"
ME = "https://me.example/"
FRIDAY, SATURDAY = datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 21, 8, tzinfo=UTC)
LATIN = "Brötchen für José"


def page(body: bytes | str, media: str = "application/xml", *, truncated: bool = False) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return Page(200, (("content-type", media),), raw, url=ME + "feed", truncated=truncated)


def vector(name: str) -> Listing:
    media = {".html": "text/html", ".json": "application/feed+json"}.get(name[name.rindex(".") :], "application/xml")
    return read(page((VECTORS / name).read_bytes(), media))


def listed(listing: Listing) -> list[tuple[str, str, datetime | None, datetime | None]]:
    return [(entry.url.removeprefix(ME), entry.title, entry.published, entry.updated) for entry in listing.entries]


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def urls(listing: Listing) -> list[str]:
    return [entry.url.removeprefix(ME) for entry in listing.entries]


@pytest.mark.parametrize(
    ("name", "kind", "entries"),
    [
        ("rss-0.90.xml", "rss", [("rye", "Rye & water", None, None)]),
        ("rss-0.91.xml", "rss", [("rye", "Rye & water", None, None)]),
        ("rss-1.0.xml", "rss", [("rye", "Rye & water", FRIDAY, None)]),
        ("rss-2.0.xml", "rss", [("rye", "Rye & water", FRIDAY, None), ("guid", "By its name", None, None)]),
        ("rss-relative.xml", "rss", [("blog/rye", "Rye", None, None)]),
        ("rss-namespaced.xml", "rss", [("rye", "Rye", None, None)]),
        ("rss-tag-soup.xml", "rss", [("rye", "Rye & water only", FRIDAY, None), ("wheat", "Wheat", None, None)]),
        ("rss-latin1.xml", "rss", [("rye", LATIN, None, None)]),
        ("rss-bom.xml", "rss", [("rye", LATIN, None, None)]),
        ("rss-utf16.xml", "rss", [("rye", LATIN, None, None)]),
        ("atom-1.0.xml", "atom", [("blog/rye", "Rye <b>!</b>", FRIDAY, SATURDAY), ("named", "By name", None, None)]),
        ("atom-0.3.xml", "atom", [("rye", "Rye", None, None)]),
        ("atom-prefixed.xml", "atom", [("rye", "Rye", None, FRIDAY.replace(hour=0))]),
        ("json-1.0.json", "json", [("rye", "Rye", FRIDAY, None)]),
        ("json-1.1.json", "json", [("named", "", None, SATURDAY), ("rye", "", None, None)]),
        ("h-feed.html", "h-feed", [("blog/rye", "Rye & water", FRIDAY, None)]),
        ("hatom.html", "h-feed", [("rye", "Rye", FRIDAY.replace(hour=0), SATURDAY.replace(hour=0))]),
        ("sitemap.xml", "sitemap", [("rye?a=1&b=2", "", None, FRIDAY.replace(hour=0)), ("wheat", "", None, None)]),
        ("sitemap-prefixed.xml", "sitemap", [("rye", "", None, None)]),
        ("sitemap-index.xml", "sitemap", []),
    ],
)  # fmt: skip
def test_what_a_feed_lists(
    name: str, kind: str, entries: list[tuple[str, str, datetime | None, datetime | None]]
) -> None:
    listing = vector(name)
    assert (listing.kind, listed(listing), listing.whole) == (kind, entries, True)


def test_every_vector_is_tested() -> None:
    tested = {mark.args[1][at][0] for mark in test_what_a_feed_lists.pytestmark for at in range(len(mark.args[1]))}  # type: ignore[attr-defined]  # pytest puts it there
    assert tested == {path.name for path in VECTORS.iterdir()}


def test_an_index_names_its_sitemaps_and_those_that_changed_last_first() -> None:
    assert vector("sitemap-index.xml").more == (ME + "new.xml", ME + "old.xml", ME + "undated.xml")


@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/octet-stream", "application/json"])
def test_what_a_feed_is_its_body_decides_and_not_its_media_type(media: str) -> None:
    assert urls(read(page(rss("<item><link>/a</link></item>"), media))) == ["a"]


@pytest.mark.parametrize(
    "change",
    [("<title>A", "<title>B"), ("text", "other"), ("2026", "2025"), ("<author>x", "<author>y")],
    ids=["title", "content", "date", "author"],
)
def test_the_digest_changes_with_whatever_the_feed_says_of_a_post(change: tuple[str, str]) -> None:
    body = rss(
        "<item><link>/a</link><title>A</title><description>text</description><author>x</author>"
        "<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item>"
    )
    (before,), (after,) = read(page(body)).entries, read(page(body.replace(*change))).entries
    assert before.digest != after.digest


def test_the_digest_does_not_depend_on_what_is_said_of_other_posts() -> None:
    one, other = "<item><link>/a</link></item>", "<item><link>/b</link></item>"
    assert read(page(rss(one))).entries[0] == read(page(rss(other, one))).entries[1]


def test_a_sitemap_notices_a_page_by_its_date() -> None:
    body = "<urlset><url><loc>/a</loc><lastmod>{}</lastmod></url></urlset>"
    dates = ("2026-11-20", "2026-11-20", "2026-11-21")
    first, same, other = (read(page(body.format(date))).entries[0].digest for date in dates)
    assert first == same != other


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "no feed"),
        ("<p>Hello</p>", "no feed"),
        ("<html><body><div class='h-entry'>no address</div></body></html>", "no feed"),
        ("\0\1\2", "no feed"),
        ("[1, 2]", "no feed"),
        ("<feed><entry/></feed>", "form that no version"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "no list"),
        ('{"items": []}', "no JSON Feed"),
        ('{"version": 1, "items": []}', "no JSON Feed"),
        ('{"version', "no JSON"),
        ('{"a":' + "[" * 100_000, "no JSON"),
        ("<urlset><url></urlset>", "well-formed"),
        ("<urlset>&nbsp;</urlset>", "well-formed"),
        ('<!DOCTYPE urlset [<!ENTITY a "b">]><urlset>&a;</urlset>', DOCTYPE),
        ('<!DOCTYPE urlset SYSTEM "http://evil.example/"><urlset/>', DOCTYPE),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_with_a_sentence(body: str, words: str) -> None:
    with pytest.raises(BadFeed, match=words):
        read(page(body))


def test_a_packed_file_is_refused_with_what_would_be_right() -> None:
    with pytest.raises(BadFeed, match="Content-Encoding"):
        read(page(b"", "application/gzip"))


def test_no_entity_is_ever_followed() -> None:
    layers = "".join(f'<!ENTITY a{at + 1} "{f"&a{at};" * 10}">' for at in range(9))
    bomb = f'<!DOCTYPE rss [<!ENTITY a0 "xxxxxxxxxx">{layers}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    entry = "<item><link>/a</link><title>&a9;&f;</title></item>"
    assert [entry.title for entry in read(page(bomb + rss(entry))).entries] == ["&a9;&f;"]


RSS = rss("<item><link>/a</link></item>" * 3, "<item><link>/b</link><title>B</title></item>", "<item><link>/c</link>")
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/></entry><entry><link href="/b"/></entry>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    "<item><link>/a</link></item><item><link>/b</link></item><item>"
)


@pytest.mark.parametrize(
    ("body", "cut"),
    [(RSS, "<item><link>/c</link>"), (ATOM + "<entry><ti", ""), (RDF, ""),
     ("<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url><url><loc>/c", "")],
    ids=["rss", "atom", "rdf", "sitemap"],
)  # fmt: skip
def test_of_a_feed_that_was_cut_off_the_whole_entries_count(body: str, cut: str) -> None:
    listing = read(page(body[: body.index(cut) + len(cut)] if cut else body, truncated=True))
    assert (urls(listing), listing.whole) == (["a", "b"], False)


def test_a_json_feed_that_was_cut_off_is_refused() -> None:
    with pytest.raises(BadFeed, match="1 MiB"):
        read(page('{"version": "https://jsonfeed.org/version/1.1", "items": [', truncated=True))


def test_what_is_listed_is_bounded() -> None:
    listing = read(page(rss(*(f"<item><link>/{at}</link></item>" for at in range(MAX_ENTRIES + 1)))))
    assert (len(listing.entries), listing.whole) == (MAX_ENTRIES, False)
    index = "".join(f"<sitemap><loc>/{at}</loc></sitemap>" for at in range(MAX_SITEMAPS + 1))
    listing = read(page(f"<sitemapindex>{index}</sitemapindex>"))
    assert (len(listing.more), listing.whole) == (MAX_SITEMAPS, False)


def many(text: str) -> str:
    return text * (200_000 // len(text))


@pytest.mark.parametrize(
    "body",
    [
        many("<a>"), many("<!--x-->"), many("<?a?>"), many("<!DOCTYPE a["), many("<!--"), many(" "),
        many('<rss version="2.0">'), '<rss version="2.0"><channel>' + many("<item>"),
        '<rss version="2.0"><channel>' + many("<item><b><i>"), '<rss version="2.0">' + many("<![CDATA["),
        "<urlset>" + many("<url>"), "<urlset><url><loc>" + many("<loc>"), "<sitemapindex>" + many("<sitemap><loc>"),
        many('<div class="h-entry">'), many('<div class="h-entry"><a class="u-url" href="/a"></a>'),
        many('<link rel="alternate" type="application/rss+xml" href="x">'),
        '{"version":"https://jsonfeed.org/version/1.1","items":[' + many("[") + "]}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("truncated", [True, False])
def test_a_hostile_page_comes_to_a_listing_or_a_refusal(body: str, truncated: bool) -> None:
    listing = reading(page(body, truncated=truncated))
    assert listing is None or len(listing.entries) <= MAX_ENTRIES


def reading(of: Page) -> Listing | None:
    try:
        return read(of)
    except BadFeed as error:
        assert str(error)
        return None


PIECES = [
    b"<?xml version='1.0' encoding='utf-7'?>", b"xml:base='http://[' ", b"9999-12-31T23:59:59-12:00",
    b"<time class=dt-published datetime=0000-00-00>", b"<rss version='2.0'>", b"<channel>", b"<item>", b"</item>",
    b"<link>", b"/a",
    b"</link>", b"<pubDate>",
    b"<urlset>", b"<url>", b"<loc>", b"</loc>", b"</url>", b"</urlset>", b"<entry>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<link href='/b'/>", b"<![CDATA[", b"]]>", b"&amp;", b"&#0;", b"&x;", b"\xff\xfe", b"\0",
    b'{"version":"https://jsonfeed.org/version/1.1","items":[', b'{"url":', b'"/c"', b"}", b"]", b"<div class=h-entry>",
    b"<a class=u-url href=/d>",
]  # fmt: skip


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join),
    st.sampled_from(["application/xml", "text/html; charset=utf-16", "image/png", "", "application/gzip"]),
    st.booleans(),
)
def test_whatever_the_bytes_are_a_listing_or_a_refusal_comes_of_them(body: bytes, media: str, truncated: bool) -> None:
    listing = reading(page(body, media, truncated=truncated))
    for entry in listing.entries if listing else ():
        assert entry.url.startswith(("http://", "https://"))
        assert len(entry.digest) == 32


KEYS = st.sampled_from(["url", "id", "title", "date_published", "content_html"])
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=9)


@given(st.recursive(VALUES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)))
def test_whatever_the_items_of_a_json_feed_are_a_listing_comes_of_them(items: object) -> None:
    reading(page(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})))


RSS_TYPE = 'type="application/rss+xml"'


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (f'<link rel="alternate" {RSS_TYPE} href="a">', ["a"]),
        ('<link rel="Alternate home" type=" Application/ATOM+xml" href="/a">', ["a"]),
        (
            f'<link rel="alternate" type="application/json" href="a"><link rel="alternate" {RSS_TYPE} href="b">',
            ["a", "b"],
        ),
        (f'<base href="/blog/"><link rel="alternate" {RSS_TYPE} href="a">', ["blog/a"]),
        ('<link rel="alternate" type="text/html" hreflang="de" href="a">', []),
        (f'<link rel="stylesheet" {RSS_TYPE} href="a">', []),
        (f'<template><link rel="alternate" {RSS_TYPE} href="a"></template>', []),
        (f'<link rel="alternate" {RSS_TYPE} href="mailto:a">', []),
    ],
)
def test_which_feeds_a_page_names(html: str, found: list[str]) -> None:
    assert [url.removeprefix(ME) for url in offered(document.read(page(html, "text/html")))] == found
