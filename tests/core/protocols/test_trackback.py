"""TrackBack: where a page takes pings, what a form says, how a reply is worded and read."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.model import (
    Answer,
    Author,
    Citation,
    Endpoint,
    Headers,
    Page,
    Ping,
    Reply,
    Request,
    Response,
    first_header,
)
from linkback.core.protocols import Protocol, trackback
from linkback.core.protocols.trackback import rdf
from linkback.core.text import clean
from linkback.core.urls import normalize, same_page

VECTORS = Path(__file__).parents[2] / "vectors" / "trackback"
SOURCE, TARGET = "http://blog-a.test/2026/source/", "http://blog.example/2026/post"
HTML = ("content-type", "text/html; charset=utf-8")
XML: Headers = (("content-type", "text/xml; charset=UTF-8"),)
FORM = "application/x-www-form-urlencoded"
PING_URL = "http://blog.example/tb/7"


def vector(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def page(body: str | bytes = "", *headers: tuple[str, str], url: str = TARGET, passed: tuple[str, ...] = ()) -> Page:
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    return Page(200, headers or (HTML,), raw, url=url, redirects=passed)


def block(identifier: str = TARGET, ping: str = PING_URL) -> str:
    return f'<rdf:RDF><rdf:Description dc:identifier="{identifier}" trackback:ping="{ping}" /></rdf:RDF>'


def posted(body: bytes, content_type: str | None = FORM, url: str = f"/trackback?for={quote(TARGET, safe='')}") -> Ping:
    headers = (("content-type", content_type),) if content_type else ()
    return trackback.parse_request(Request("POST", url, headers, body, "192.0.2.1"))


def target_of(url: str) -> str:
    return posted(b"url=http://a.example/", url=url).target


def told(body: bytes, content_type: str | None = FORM) -> Citation:
    citation = posted(b"url=http://a.example/&" + body, content_type).told
    assert citation is not None
    return citation


def refused(body: bytes, content_type: str | None = FORM) -> Problem:
    with pytest.raises(BadPing) as caught:
        posted(body, content_type)
    assert caught.value.sentence.endswith(".")
    return caught.value.problem


def test_the_module_has_the_shape_of_a_protocol() -> None:
    protocol: Protocol = trackback
    assert protocol.NAME == "trackback"


# --- where a page takes pings


@pytest.mark.parametrize(
    ("body", "headers", "found_in"),
    [
        pytest.param(f"<!-- {block()} -->", [HTML], "rdf", id="in a comment"),
        pytest.param(f"<p>x{block()}", [HTML], "rdf", id="in the page"),
        pytest.param(f"<!-- {block('/2026/post', '/tb/7')} -->", [HTML], "rdf", id="relative"),
        pytest.param(f"<!-- {block(TARGET + '/')} -->", [HTML], "rdf", id="slash at the end"),
        pytest.param(f"<!-- {block(TARGET.replace('http', 'https', 1))} -->", [HTML], "rdf", id="other scheme"),
        pytest.param(
            f"<!-- {block('http://x.example/', 'http://x.example/tb')} {block()} -->", [HTML], "rdf", id="2nd"
        ),
        pytest.param(
            f"<!-- {block()} --><link rel=trackback href=/other>",
            [HTML, ("link", "</another>; rel=trackback")],
            "rdf",
            id="RDF first",
        ),
        pytest.param(
            f"<!-- {block('http://x.example/')} --><link rel=trackback href=/other>",
            [HTML, ("link", "</tb/7>; rel=trackback")],
            "header",
            id="header where the RDF is of another entry",
        ),
        pytest.param(
            "", [("content-type", "image/png"), ("link", f'<{PING_URL}>; rel="x trackback"')], "header", id="png"
        ),
        pytest.param('<LINK HREF="/tb/7" REL="x TrackBack">', [HTML], "link", id="link"),
        pytest.param('<a rel=trackback href="/tb/7">TB</a><link rel=trackback href=/x>', [HTML], "anchor", id="anchor"),
        pytest.param('<a rel=trackback href="mailto:a@b"><a rel=trackback href="/tb/7">', [HTML], "anchor", id="2nd a"),
        pytest.param(
            '<link rel=trackback href="/tb/7">', [HTML, ("link", "<ftp://x/>; rel=trackback")], "link", id="ftp"
        ),
    ],
)
def test_a_page_that_takes_pings_is_found_out(body: str, headers: list[tuple[str, str]], found_in: str) -> None:
    assert trackback.discover(page(body, *headers)) == Endpoint(PING_URL, "trackback", found_in)
    assert trackback.discover(page(body, *headers), strict=True) == Endpoint(PING_URL, "trackback", found_in)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param("", [HTML], id="nothing"),
        pytest.param(f"<!-- {block('http://blog.example/2026/post-2')} -->", [HTML], id="another entry"),
        pytest.param(f"<!-- {block(ping='')} -->", [HTML], id="no ping address"),
        pytest.param(f"<!-- {block('')} -->", [HTML], id="no identifier"),
        pytest.param(f"<!-- {block(ping='javascript:x')} -->", [HTML], id="no web address"),
        pytest.param(f"<!-- <rdf:Description rdf:about='{TARGET}' trackback:ping='/tb'> -->", [HTML], id="about only"),
        pytest.param("<!-- <rdf:Description> trackback:ping='/tb' dc:identifier='/2026/post' -->", [HTML], id="ended"),
        pytest.param(f"<pre>{block().replace('<', '&lt;')}</pre>", [HTML], id="escaped text"),
        pytest.param(f"<pre>{block()}</pre>", [HTML], id="pre"),
        pytest.param(f"<pre><!-- {block()} --></pre>", [HTML], id="comment in pre"),
        pytest.param(f"<code>{block()}</code>", [HTML], id="code"),
        pytest.param(f"<template><!-- {block()} -->{block()}</template>", [HTML], id="template"),
        pytest.param(f"<script>'{block()}'</script>", [HTML], id="script"),
        pytest.param(f"<textarea>{block()}</textarea>", [HTML], id="textarea"),
        pytest.param(block(), [("content-type", "text/plain")], id="plain text"),
        pytest.param("<!-- <link rel=trackback href=/tb> -->", [HTML], id="link in a comment"),
        pytest.param("<template><link rel=trackback href=/tb></template>", [HTML], id="link in a template"),
        pytest.param("<link rel=trackbacks href=/tb>", [HTML], id="longer token"),
        pytest.param("<link rel=trackback>", [HTML], id="no href"),
        pytest.param("", [HTML, ("link", "</tb>; rel=pingback")], id="header of another protocol"),
        pytest.param("", [HTML, ("link", '</tb>; rel=trackback; anchor="/other"')], id="header of another page"),
    ],
)
def test_a_page_that_takes_none_is_left_alone(body: str, headers: list[tuple[str, str]]) -> None:
    assert trackback.discover(page(body, *headers)) is None


@pytest.mark.parametrize("url", ["http://new.example/post", TARGET])
def test_an_address_that_was_passed_on_the_way_names_the_entry_too(url: str) -> None:
    moved = page(f"<!-- {block()} -->", url=url, passed=("http://short.example/x", TARGET))
    assert trackback.discover(moved) == Endpoint(PING_URL, "trackback", "rdf")


MONTH = "http://garden.example/archives/2004_05.html"
WEATHER = "http://weather.example/2026/rain-gauges"


@pytest.mark.parametrize(
    ("name", "url", "endpoint"),
    [
        ("archive-of-a-month.html", f"{MONTH}#000041", "http://garden.example/cgi-bin/mt-tb.cgi/33"),
        ("archive-of-a-month.html", f"{MONTH}#000042", "http://garden.example/cgi-bin/mt-tb.cgi?id=34&from=archive"),
        ("archive-of-a-month.html", MONTH, None),
        ("archive-of-a-month.html", f"{MONTH}#000043", None),
        ("archive-of-a-month.html", "http://garden.example/archives/2004_06.html", None),
        ("entry.html", f"{WEATHER}/", "http://weather.example/tb/rain-gauges"),
        ("entry.html", f"{WEATHER}#comments", "http://weather.example/tb/rain-gauges"),
        ("entry.html", f"{WEATHER}-2/", None),
    ],
)
def test_the_block_of_the_entry_that_was_asked_for_is_taken(name: str, url: str, endpoint: str | None) -> None:
    found = trackback.discover(page(vector(name), url=url))
    assert found == (endpoint and Endpoint(endpoint, "trackback", "rdf"))


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_page_in_another_encoding_is_searched_like_any_other(encoding: str) -> None:
    raw = f"<!doctype html><title>é</title><!-- {block()} -->".encode(encoding)
    assert trackback.discover(page(raw)) == Endpoint(PING_URL, "trackback", "rdf")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("?a=1&amp;b=2", "?a=1&b=2"),
        ("?a=&#38;&#x26;", "?a=&&"),
        ("?a=-&#45;b", "?a=--b"),
        ("?a=&amp;lt;", "?a=&lt;"),
        ("?a&copy=1&eacute;", "?a&copy=1&eacute;"),
        ("?a=&#9999999;", "?a=&#9999999;"),
    ],
)
def test_references_in_a_comment_are_decoded_once_as_in_xml(written: str, meant: str) -> None:
    found = trackback.discover(page(f"<!-- {block(ping=PING_URL + written)} -->"))
    assert found == Endpoint(normalize(PING_URL + meant), "trackback", "rdf")


ADDRESSES = [
    TARGET,
    "https://me.example/a--b---c----d/--",
    "https://me.example/-->/x",
    "https://me.example/--!>",
    "https://me.example/?a=1&b=<2>&c=%22&amp;=3",
    "https://me.example/é✓/x'y\"z?ü",
    "https://bücher.example/",
    "https://me.example/{a}|b^`",
    "http://[2001:db8::1]:8080/post#part--2",
    "https://me.example/100%",
]


def advertised(target: str, endpoint: str = "https://links.example/trackback") -> tuple[str, str, str]:
    (name, value), html = trackback.advertise(endpoint, target)
    return name.lower(), value, html


@pytest.mark.parametrize("target", ADDRESSES)
def test_what_is_advertised_is_found_in_all_three_ways(target: str) -> None:
    name, value, html = advertised(target)
    comment, _, element = html.rpartition("\n")
    found = [
        trackback.discover(page(comment, url=normalize(target))),
        trackback.discover(page("", HTML, (name, value), url=normalize(target))),
        trackback.discover(page(element, url=normalize(target))),
    ]
    assert [offer and offer.found_in for offer in found] == ["rdf", "header", "link"]
    assert len({offer and offer.url for offer in found}) == 1
    assert found[0] is not None
    assert same_page(target_of(found[0].url.removeprefix("https://links.example")), target)


@given(st.text(st.characters(exclude_characters="\\", exclude_categories=["C", "Z"]), max_size=60))
def test_any_target_is_found_by_what_is_advertised_for_it(tail: str) -> None:
    target = f"https://me.example/{tail}"
    _, _, html = advertised(target)
    comment = html.rpartition("\n")[0]
    assert comment.count("--") == 2
    found = trackback.discover(page(comment, url=normalize(target)))
    assert found is not None
    assert same_page(target_of(found.url.removeprefix("https://links.example")), target)


@given(st.text(max_size=60))
def test_nothing_in_a_target_breaks_out_of_header_comment_or_element(target: str) -> None:
    _, value, html = advertised(target)
    assert html.count("-->") == html.count("--") - 1 == 1
    assert html.isascii()
    assert value.isascii()
    assert value.isprintable()
    assert html.count('"') == 18
    assert html.count(">") == 5


@pytest.mark.parametrize("endpoint", ["https://links.example/tb?x=1", "https://links.example/a--b/trackback"])
def test_the_target_is_added_to_any_endpoint(endpoint: str) -> None:
    _, value, html = advertised(TARGET, endpoint)
    mark = "&" if "?" in endpoint else "?"
    expected = Endpoint(f"{endpoint}{mark}for={quote(TARGET, safe='')}", "trackback", "rdf")
    assert trackback.discover(page(html)) == expected
    assert value == f'<{expected.url}>; rel="trackback"'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<!-- " + "<rdf:Description a='trackback:ping" * 20_000, id="unclosed quotes in a comment"),
        pytest.param("<!-- " + '<rdf:Description a="trackback:ping' * 20_000 + " -->", id="unclosed double quotes"),
        pytest.param("<!-- <rdf:Description trackback:ping" + "a" * 500_000 + " -->", id="endless name"),
        pytest.param("<!-- <rdf:Description trackback:ping " + "a= " * 300_000 + " -->", id="names without values"),
        pytest.param("<!-- <rdf:Description trackback:ping" + " " * 500_000 + "= -->", id="endless blanks"),
        pytest.param(f"<!-- {block('http://x.example/', 'http://x.example/')} -->" * 5_000, id="many blocks"),
        pytest.param("<!-- trackback:ping -->" * 40_000, id="many comments"),
        pytest.param("<rdf:description trackback:ping=x dc:identifier=y>" * 15_000, id="deep elements"),
        pytest.param("<!-- trackback:ping &#" + "1" * 500_000 + "-->", id="endless reference"),
    ],
)
def test_hostile_pages_are_read_in_one_pass(body: str) -> None:
    assert trackback.discover(page(body)) is None


def test_no_more_blocks_are_looked_at_than_an_honest_page_has() -> None:
    others = f"<!-- {block('http://x.example/')} -->" * rdf.MAX_BLOCKS
    assert trackback.discover(page(f"{others}<!-- {block()} -->")) is None
    assert trackback.discover(page(f"<!-- {block()} -->{others}")) is not None


# --- what a form says


def test_wordpress_own_form_is_a_ping() -> None:
    told = Citation(title="Trackback & sender", excerpt="One “quoted” word.", author=Author(name="Blog A"))
    source = "http://blog-a.test/2026/11/22/trackback-sender/"
    ping = posted(vector("wordpress-ping.txt"), f"{FORM}; charset=UTF-8")
    assert ping == Ping(source, TARGET, "trackback", "192.0.2.1", told=told)
    assert ping.waits


PLAIN = st.text(st.characters(exclude_characters="<&", categories=["L", "N", "P"]), max_size=60)


@given(PLAIN, PLAIN, PLAIN)
def test_a_request_survives_the_wire(title: str, excerpt: str, name: str) -> None:
    told = Citation(title=title, excerpt=excerpt, author=Author(name=name))
    endpoint = f"https://links.example/trackback?for={quote(TARGET, safe='')}"
    request = trackback.build_request(endpoint, Ping(SOURCE, TARGET, "trackback"), told)
    assert (request.method, request.url) == ("POST", endpoint)
    heard = trackback.parse_request(request)
    assert (heard.source, heard.target) == (SOURCE, TARGET)
    assert heard.told is not None
    assert heard.told.title == clean(title)
    assert heard.told.author.name == clean(name)


ESCAPED = quote(TARGET, safe="")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        pytest.param(f"/trackback?for={ESCAPED}", TARGET, id="for"),
        pytest.param(f"/trackback/?for={ESCAPED}", TARGET, id="for with a slash"),
        pytest.param(f"/trackback?x=1&for={ESCAPED}&for=http%3A%2F%2Fx%2F&y", TARGET, id="first for"),
        pytest.param(f"/trackback?for={TARGET}", TARGET, id="for raw"),
        pytest.param("/trackback?for=http%3A%2Fblog.example/2026/post", TARGET, id="for without a slash"),
        pytest.param("/trackback?for=http://b.example/a+b%2520c", "http://b.example/a+b%20c", id="plus"),
        pytest.param(f"/trackback/{ESCAPED}", TARGET, id="path"),
        pytest.param(f"/trackback/{TARGET}", TARGET, id="path raw"),
        pytest.param("/trackback/http:/blog.example/2026/post", TARGET, id="path without a slash"),
        pytest.param("/trackback/http%3A/blog.example/2026/post", TARGET, id="path half escaped"),
        pytest.param("/trackback/HTTPS://b.example/", "HTTPS://b.example/", id="path in capitals"),
        pytest.param(f"/trackback/{TARGET}?p=1&q=%26", f"{TARGET}?p=1&q=%26", id="query of a raw one"),
        pytest.param(f"/trackback/{TARGET}?for=http://x.example/", f"{TARGET}?for=http://x.example/", id="for inside"),
        pytest.param(f"/trackback/{ESCAPED}%3Fp%3D1?x=2", f"{TARGET}?p=1", id="query of an escaped one"),
        pytest.param("/trackback/http://b.example/a%20b", "http://b.example/a%20b", id="raw escapes stay"),
        pytest.param("/trackback/http://b.example/trackback/x", "http://b.example/trackback/x", id="its name inside"),
        pytest.param(f"/links/trackback/{ESCAPED}", TARGET, id="below another path"),
        pytest.param("/trackback?for=nonsense", "nonsense", id="nonsense is for others to judge"),
    ],
)
def test_the_address_names_the_target(url: str, target: str) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url", ["/trackback", "/trackback/", "/trackback?for=", "/trackback?x=1", "/trackback?FOR=x", ""]
)
def test_an_address_without_a_target_is_refused(url: str) -> None:
    with pytest.raises(BadPing, match="does not name the entry") as caught:
        posted(b"url=http://a.example/", url=url)
    assert caught.value.problem is Problem.TARGET_NOT_FOUND


@pytest.mark.parametrize("body", [b"", b"title=x", b"url=", b"url=++%0A", b"URL=http://a.example/"])
def test_a_form_without_url_is_refused(body: bytes) -> None:
    assert refused(body) is Problem.BAD_PARAMETERS


def test_fields_in_the_address_do_not_count() -> None:
    with pytest.raises(BadPing) as caught:
        posted(b"title=x", url=f"/trackback?for={ESCAPED}&url=http://a.example/")
    assert caught.value.problem is Problem.BAD_PARAMETERS


def test_white_space_around_the_source_is_taken_off() -> None:
    assert posted(b"url=%20http://a.example/%0A").source == "http://a.example/"


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        pytest.param(b"title=%C3%BC", f"{FORM}; charset=utf-8", "ü", id="UTF-8"),
        pytest.param(b"title=%FC", f"{FORM}; charset=iso-8859-1", "ü", id="Latin-1"),
        pytest.param(b"title=%83e%83X%83g", f"{FORM}; charset=Shift_JIS", "テスト", id="Shift_JIS"),
        pytest.param(b"title=%FC&charset=ISO-8859-1", FORM, "ü", id="charset as a field"),
        pytest.param(b"charset=euc-jp&title=%A5%C6", FORM, "テ", id="charset as the first field"),
        pytest.param(b"title=%C3%BC&charset=ISO-8859-1", f"{FORM}; charset=utf-8", "ü", id="the header counts first"),
        pytest.param(b"title=%C3%BC&charset=", FORM, "ü", id="empty charset"),
        pytest.param(b"title=%C3%BC", FORM, "ü", id="guess UTF-8"),
        pytest.param(b"title=%FC+%93x%94", FORM, "ü “x”", id="guess windows-1252"),
        pytest.param(b"title=%81u%83e%81v", FORM, "「テ」", id="guess Shift_JIS"),
        pytest.param(b"title=x", None, "x", id="no content type"),
    ],
)
def test_the_charset_is_named_or_guessed(body: bytes, content_type: str | None, title: str) -> None:
    assert told(body, content_type).title == title


def test_a_form_in_latin_1_without_a_word_about_it_is_read() -> None:
    citation = posted(vector("latin-1-ping.txt")).told
    assert citation == Citation(title="Gemüse", excerpt="“Zäh”", author=Author(name="Gemüse & Garten"))


@pytest.mark.parametrize(
    ("body", "content_type", "problem"),
    [
        (b"title=%2BADw-", f"{FORM}; charset=utf-7", Problem.UNSUPPORTED_ENCODING),
        (b"title=%2BADw-&charset=UTF-7", FORM, Problem.UNSUPPORTED_ENCODING),
        (b"title=x&charset=UTF-8,UTF-8,UTF-8", FORM, Problem.UNSUPPORTED_ENCODING),
        (b"title=x&charset=zlib_codec", FORM, Problem.UNSUPPORTED_ENCODING),
        (b"title=x&charset=%ff", FORM, Problem.UNSUPPORTED_ENCODING),
        (b"title=%FC", f"{FORM}; charset=utf-8", Problem.BAD_CHARACTER),
        (b"title=%81%20%FF", FORM, Problem.BAD_CHARACTER),
        (b"title=x", "application/json", Problem.NOT_CONFORMING),
        (b"a=1&" * 200, FORM, Problem.NOT_CONFORMING),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(body: bytes, content_type: str, problem: Problem) -> None:
    assert refused(b"url=http://a.example/&" + body, content_type) is problem


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Trackback &#038; sender", "Trackback & sender"),
        ("AT&amp;amp;T", "AT&T"),
        ("<b>Bold</b> <i>and</i> more", "Bold and more"),
        ("<p>One</p><p>two<br>three", "One two three"),
        ("x<script>alert(1)</script><style>s</style>y", "xy"),
        ("a < b & c", "a < b & c"),
        ("first\r\nsecond\u202e\u200b", "first second"),
        ("&#x202e;x&#0;y", "x�y"),
        ("[...] and so on [...]", "[...] and so on [...]"),
        ("<!-- x -->", ""),
    ],
)
def test_what_a_sender_tells_is_plain_text(written: str, plain: str) -> None:
    citation = told(b"title=" + quote(written).encode())
    assert citation.title == plain


def test_what_a_sender_tells_is_bounded() -> None:
    long = b"+".join([b"word%3Cb%3E"] * 4000)
    citation = told(b"title=" + long + b"&excerpt=" + long + b"&blog_name=" + long)
    assert len(citation.title) <= 300
    assert len(citation.excerpt) <= 300
    assert len(citation.author.name) <= 100
    assert citation.title.startswith("word word")
    assert citation.title.endswith("…")


# --- how a reply is worded, and read

SUCCESS = b'<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>'


@pytest.mark.parametrize(
    "reply", [Reply(), Reply(message="Kept."), Reply(Problem.ALREADY_REGISTERED), Answer(["what nobody asks for"])]
)
def test_success_has_no_words(reply: Reply | Answer) -> None:
    assert trackback.build_response(reply) == Response(200, (("content-type", "text/xml; charset=utf-8"),), SUCCESS)


REFUSALS = [problem for problem in Problem if problem is not Problem.ALREADY_REGISTERED]


@pytest.mark.parametrize("problem", REFUSALS)
def test_a_refusal_survives_the_wire(problem: Problem) -> None:
    reply = trackback.parse_response(trackback.build_response(Reply(problem)))
    assert reply.problem is (Problem.TOO_MANY if problem is Problem.TOO_MANY else Problem.ACCESS_DENIED)
    assert reply.code == 1
    assert reply.message == trackback.SENTENCES[problem]


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_sentence(problem: Problem) -> None:
    assert trackback.SENTENCES[problem].endswith(".")
    assert len(trackback.SENTENCES[problem]) <= trackback.MAX_MESSAGE


@given(st.text(max_size=100))
def test_any_message_is_xml(message: str) -> None:
    body = trackback.build_response(Reply(Problem.NO_LINK, f"No: {message}")).body
    assert body.startswith(SUCCESS.replace(b"0", b"1", 2).replace(b"1.1", b"1.0").partition(b"</error>")[0])
    assert trackback.parse_response(Response(200, XML, body)).problem is not None


@pytest.mark.parametrize(("seconds", "header"), [(None, "60"), (0.0, "1"), (0.2, "1"), (12.1, "13"), (3600.0, "3600")])
def test_over_a_budget_is_429_with_whole_seconds(seconds: float | None, header: str) -> None:
    response = trackback.build_response(Reply(Problem.TOO_MANY, retry_after=seconds))
    assert (response.status, first_header(response.headers, "retry-after")) == (429, header)
    assert b"<error>1</error>" in response.body
    assert trackback.parse_response(response).retry_after == float(header)


CLOSED = "Sorry, trackbacks are closed for this item."
ALREADY = "There is already a ping from that URL for this post."
SLOW = "You are posting comments too quickly. Slow down."
SAID = "Duplicate comment detected; it looks as though you’ve already said that!"


@pytest.mark.parametrize(
    ("name", "status", "reply"),
    [
        ("wordpress-success.xml", 200, Reply()),
        ("wordpress-already.xml", 200, Reply(Problem.ALREADY_REGISTERED, ALREADY, None, 1)),
        ("wordpress-closed.xml", 200, Reply(Problem.ACCESS_DENIED, CLOSED, None, 1)),
        ("wordpress-429.xml", 429, Reply(Problem.TOO_MANY, SLOW, 60.0)),
        ("wordpress-429.xml", 200, Reply(Problem.TOO_MANY, SLOW, 60.0)),
        ("wordpress-409.xml", 409, Reply(Problem.ALREADY_REGISTERED, SAID)),
        ("wordpress-409.xml", 200, Reply(Problem.ALREADY_REGISTERED, SAID)),
        ("mark-and-space-before.xml", 200, Reply()),
        ("latin-1-refusal.xml", 200, Reply(Problem.ACCESS_DENIED, "Pings fermés – désolé.", None, 1)),
        ("latin-1-undeclared.xml", 200, Reply(Problem.ACCESS_DENIED, "Geschlossen für immer.", None, 1)),
    ],
)
def test_answers_of_others_are_understood(name: str, status: int, reply: Reply) -> None:
    assert trackback.parse_response(Response(status, XML, vector(name))) == reply


def answered(error: str, message: str = "") -> Response:
    return Response(200, XML, f"<response>{error}<message>{message}</message></response>".encode())


@pytest.mark.parametrize(
    ("error", "code"), [("1", 1), ("-3", -3), ("00", 0), ("2147483648000", None), ("no", None), ("0.0", None)]
)
def test_any_error_but_0_is_a_refusal(error: str, code: int | None) -> None:
    reply = trackback.parse_response(answered(f"<error>{error}</error>", "no"))
    assert reply == Reply(Problem.ACCESS_DENIED, "no", None, code)


def test_a_refusal_without_words_is_told_by_its_code() -> None:
    reply = trackback.parse_response(answered("<error>-2</error>"))
    assert reply.message == "Refused without a reason (error -2)."


@pytest.mark.parametrize("error", ["", "<error/>", "<error> </error>", "<faults>0</faults>"])
def test_an_answer_without_a_code_is_none(error: str) -> None:
    with pytest.raises(BadReply, match="missing or empty"):
        trackback.parse_response(answered(error, "fine"))


def test_a_strangers_message_is_one_short_line_of_plain_text() -> None:
    said = "first\r\nsecond\u202e\u200b &lt;b&gt;third&lt;/b&gt;<![CDATA[<script>x</script>]]> " + "long " * 1000
    message = trackback.parse_response(answered("<error>1</error>", said)).message
    assert message.startswith("first second third long")
    assert len(message) <= 300


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_endpoint_names_its_time(status: int) -> None:
    headers = (("retry-after", "120"),)
    reply = trackback.parse_response(Response(status, headers, b"<html>Too busy</html>"))
    assert (reply.problem, reply.retry_after) == (Problem.TOO_MANY, 120.0)
    slow = trackback.parse_response(Response(status, headers, vector("wordpress-429.xml")))
    assert (slow.problem, slow.retry_after) == (Problem.TOO_MANY, 120.0)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"", "^The answer is no TrackBack response: it is empty"),
        (200, b"<!DOCTYPE html><html>", "^The answer is no TrackBack response: an HTML page came instead"),
        (200, b"thanks", "text that is no XML came instead"),
        (200, b"<methodResponse/>", "XML of another kind came instead"),
        (200, b"<response><error>0</error>", "XML of another kind came instead"),
        (200, b"<!DOCTYPE response [<!ENTITY e '0'>]><response><error>&e;</error></response>", "no TrackBack response"),
        (200, b"<response><error>&e;</error></response>", "no TrackBack response"),
        (200, b"<response>" + b"<a>" * 20 + b"</a>" * 20 + b"</response>", "no TrackBack response"),
        (200, b"<response><error>0</error>" + b" " * (1 << 16) + b"</response>", "larger than 64 KiB"),
        (404, b"<html>", "^HTTP 404"),
        (405, b"", "^HTTP 405"),
        (500, b"oops", "^HTTP 500"),
    ],
)
def test_what_is_no_answer_is_told_in_plain_words(status: int, body: bytes, said: str) -> None:
    with pytest.raises(BadReply, match=said):
        trackback.parse_response(Response(status, (), body))


@given(st.binary(max_size=300))
def test_whatever_is_answered_is_a_reply_or_none(body: bytes) -> None:
    try:
        trackback.parse_response(Response(200, XML, body))
    except BadReply as error:
        assert str(error).endswith(".")
