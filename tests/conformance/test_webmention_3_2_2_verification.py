"""Webmention, section 3.2.2: what in a source is a mention of the target, by the type of the source (WM-R8, WM-R9).

HTML and all XML (XHTML, Atom, RSS, SVG) are read as a browser reads HTML, so an attribute that links
counts in any of them. The text of an element does not, be it the `<link>` of RSS or escaped HTML.
"""

import json

import pytest

from linkback.core.model import Page
from linkback.core.pages import document, links

SOURCE, TARGET = "https://a.example/reply", "https://b.example/post"
XML = '<?xml version="1.0" encoding="utf-8"?>'
MARKUP = ["text/html; charset=utf-8", "application/xhtml+xml"]
FEEDS = ["application/atom+xml", "application/rss+xml", "application/xml", "text/xml", "image/svg+xml"]
TEXTS = ["text/plain; charset=utf-8", "text/markdown"]
JSONS = ["application/json", "application/activity+json", "application/feed+json", "application/ld+json; profile=x"]
NEVER = ["application/pdf", "image/png", "image/jpeg", "audio/mpeg", "video/mp4", "application/zip", "font/woff2"]

LINKING = [
    *(("a", "href"), ("area", "href"), ("img", "src"), ("video", "src"), ("audio", "src"), ("source", "src")),
    *(("iframe", "src"), ("blockquote", "cite"), ("q", "cite"), ("ins", "cite"), ("del", "cite")),
]
NOT_LINKING = [
    *(("link", "href"), ("base", "href"), ("script", "src"), ("embed", "src"), ("track", "src"), ("input", "src")),
    *(("video", "poster"), ("object", "data"), ("form", "action"), ("button", "formaction"), ("a", "ping")),
    *(("a", "title"), ("a", "data-href"), ("img", "alt"), ("p", "href"), ("meta", "content"), ("time", "datetime")),
]
OTHERS = [
    f"{TARGET}-2", f"{TARGET}/", f"{TARGET}/2", f"{TARGET}?p=1", f"{TARGET}.html", "https://b.example/", "/post",
    "https://b.example/Post", "http://b.example/post", "https://b.example:8443/post", "https://www.b.example/post",
    f"https://c.example/?u={TARGET}", "https://c.example/?u=https%3A%2F%2Fb.example%2Fpost", f"https://c.example/#{TARGET}",
    f"https://c.example/{TARGET}", "https://b.example.c.example/post", "https://b.example@c.example/post",
]  # fmt: skip
WRITTEN = {
    "text/html": '<a href="{}">x</a>',
    "application/xhtml+xml": f'{XML}<html xmlns="http://www.w3.org/1999/xhtml"><a href="{{}}">x</a></html>',
    "application/atom+xml": f'{XML}<feed><entry><content type="xhtml"><a href="{{}}">x</a></content></entry></feed>',
    "application/json": '{{"like-of": "{}"}}',
    "text/plain": "Read {} today",
    "text/markdown": "Read [this]({}) today",
}


def mentions(body: str | bytes, content_type: str) -> bool:
    raw = body.encode() if isinstance(body, str) else body
    return links.links_to(document.read(Page(200, (("content-type", content_type),), raw, url=SOURCE)), TARGET)


@pytest.mark.parametrize("content_type", MARKUP)
@pytest.mark.parametrize(("tag", "attribute"), LINKING)
def test_wm_r8_in_html_each_attribute_that_links_is_a_mention(tag: str, attribute: str, content_type: str) -> None:
    assert mentions(f'<body><div><{tag} {attribute}="{TARGET}"></{tag}></div>', content_type)
    assert not mentions(f'<body><div><{tag} {attribute}="{TARGET}-2"></{tag}></div>', content_type)


@pytest.mark.parametrize("content_type", MARKUP)
@pytest.mark.parametrize(("tag", "attribute"), NOT_LINKING)
def test_wm_r8_in_html_no_other_attribute_is_one(tag: str, attribute: str, content_type: str) -> None:
    assert not mentions(f'<body><div><{tag} {attribute}="{TARGET}"></{tag}></div>', content_type)


@pytest.mark.parametrize("content_type", [*MARKUP, *FEEDS])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<p>{TARGET}</p>", id="text"),
        pytest.param(f'<!-- <a href="{TARGET}">x</a> -->', id="comment"),
        pytest.param(f"<script>'<a href=\"{TARGET}\">x</a>'</script>", id="script"),
        pytest.param(f'<style>a {{ background: url("{TARGET}") }}</style>', id="style"),
        pytest.param(f'<template><a href="{TARGET}">x</a></template>', id="template"),
        pytest.param(f'<div><template><p><a href="{TARGET}">x</a></p></template></div>', id="deep in a template"),
        pytest.param(f'<textarea><a href="{TARGET}">x</a></textarea>', id="form field"),
        pytest.param(f'<title><a href="{TARGET}">x</a></title>', id="title"),
        pytest.param(f'&lt;a href="{TARGET}"&gt;x&lt;/a&gt;', id="escaped"),
        pytest.param(f"<p title='<a href=\"{TARGET}\">x</a>'>x</p>", id="inside of an attribute"),
        pytest.param(f'<svg><image href="{TARGET}"/></svg>', id="image of SVG"),
    ],
)
def test_wm_r8_in_markup_what_is_no_link_is_no_mention(body: str, content_type: str) -> None:
    assert not mentions(f"<body>{body}", content_type)


@pytest.mark.parametrize(
    "written", ["//b.example/post", "HTTPS://B.EXAMPLE/post", f"{TARGET}#part", f" \n{TARGET} ", "../post"]
)
@pytest.mark.parametrize("content_type", MARKUP)
def test_wm_r9_in_markup_an_address_counts_however_it_is_spelled(written: str, content_type: str) -> None:
    assert mentions(f'<base href="https://b.example/x/"><a href="{written}">x</a>', content_type)


@pytest.mark.parametrize("content_type", FEEDS)
def test_wm_r8_in_a_feed_the_markup_of_an_entry_is_a_mention(content_type: str) -> None:
    entry = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><a href="{TARGET}">x</a></div></content>'
    assert mentions(f"{XML}<feed xmlns='http://www.w3.org/2005/Atom'><entry>{entry}</entry></feed>", content_type)


@pytest.mark.parametrize("content_type", FEEDS)
@pytest.mark.parametrize(
    "body",
    [
        f'<feed><entry><link rel="related" href="{TARGET}"/></entry></feed>',
        f"<rss><channel><item><link>{TARGET}</link><guid>{TARGET}</guid></item></channel></rss>",
        f"<rss><channel><item><comments>{TARGET}</comments></item></channel></rss>",
        f'<feed><entry><content type="html">&lt;a href="{TARGET}"&gt;x&lt;/a&gt;</content></entry></feed>',
        f"<feed><entry><id>{TARGET}</id></entry></feed>",
    ],
)
def test_wm_r8_in_a_feed_its_own_elements_and_escaped_markup_are_none(body: str, content_type: str) -> None:
    assert not mentions(XML + body, content_type)


@pytest.mark.parametrize("content_type", JSONS)
@pytest.mark.parametrize(
    "value",
    [
        {"url": TARGET},
        {"a": {"b": {"c": TARGET}}},
        {"in-reply-to": [TARGET]},
        [[{"x": [None, 1, True, "y", TARGET]}]],
        {"type": ["h-entry"], "properties": {"like-of": [{"type": ["h-cite"], "properties": {"url": [TARGET]}}]}},
        {"object": f"{TARGET}#part"},
    ],
)
def test_wm_r8_in_json_a_value_that_equals_the_address_is_a_mention(value: object, content_type: str) -> None:
    assert mentions(json.dumps(value), content_type)
    assert mentions(json.dumps(value).replace("/", "\\/"), content_type)


@pytest.mark.parametrize("content_type", JSONS)
@pytest.mark.parametrize(
    "value",
    [
        {TARGET: "x"},
        {TARGET: {TARGET: None}},
        {"content": f"see {TARGET}"},
        {"content": f"{TARGET} is good"},
        {"content": f'<a href="{TARGET}">x</a>'},
        {"content": f" {TARGET}"},
        ["https://b.example", "/post"],
        {"url": "/post"},
        {"url": "//b.example/post"},
    ],
)
def test_wm_r8_in_json_neither_a_key_nor_a_part_of_a_text_is_one(value: object, content_type: str) -> None:
    assert not mentions(json.dumps(value), content_type)


@pytest.mark.parametrize("body", [f'{{"url": "{TARGET}"', f'{{"url": "{TARGET}"}} x', "[" * 100_000 + f'"{TARGET}"'])
def test_wm_r8_what_is_no_json_is_none(body: str) -> None:
    assert not mentions(body, "application/json")


@pytest.mark.parametrize("content_type", TEXTS)
@pytest.mark.parametrize(
    "text",
    [
        TARGET,
        f"Read {TARGET} today",
        f"Read {TARGET}.",
        f"<{TARGET}>",
        f"(see {TARGET})",
        f"[this]({TARGET}), twice",
        f'"{TARGET}"',
        f"one\n{TARGET}\ntwo",
        f"{TARGET}#part",
        f"見よ {TARGET}。",
    ],
)
def test_wm_r8_in_plain_text_the_whole_address_is_a_mention(text: str, content_type: str) -> None:
    assert mentions(text, content_type)


@pytest.mark.parametrize("content_type", TEXTS)
@pytest.mark.parametrize("text", ["b.example/post", "//b.example/post", "[this](/post)", "https://b.example /post", ""])
def test_wm_r8_in_plain_text_a_part_of_the_address_is_none(text: str, content_type: str) -> None:
    assert not mentions(text, content_type)


@pytest.mark.parametrize("content_type", NEVER)
@pytest.mark.parametrize("body", [f'<a href="{TARGET}">x</a>', f'["{TARGET}"]', TARGET, f"%PDF-1.7 /URI ({TARGET})"])
def test_wm_r8_what_is_no_text_never_is_a_mention(body: str, content_type: str) -> None:
    assert not mentions(body, content_type)


@pytest.mark.parametrize("content_type", ["text/css", "application/javascript", "text/csv", "application/yaml"])
def test_wm_r8_text_that_is_no_document_never_is_a_mention(content_type: str) -> None:
    assert not mentions(f"url({TARGET})\n{TARGET}\n", content_type)


@pytest.mark.parametrize("content_type", WRITTEN)
def test_wm_r9_the_very_address_is_a_mention(content_type: str) -> None:
    assert mentions(WRITTEN[content_type].format(TARGET), content_type)


@pytest.mark.parametrize("content_type", WRITTEN)
@pytest.mark.parametrize("other", OTHERS)
def test_wm_r9_no_other_address_is_a_mention(other: str, content_type: str) -> None:
    assert not mentions(WRITTEN[content_type].format(other), content_type)
