"""Webmention over real sockets: what is taken and refused, the form for people, and the page that tells what became."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from urllib.parse import urljoin

import pytest

from linkback.core.model import Status
from linkback.settings import Settings
from linkback.web.site import render
from linkback.web.webmentions import STATES
from tests.web.conftest import Pair
from tests.web.running import (
    BROWSER,
    FORM,
    Answer,
    Running,
    Site,
    ask,
    closed_port,
    exchange,
    post,
    resetting_server,
    running,
    send_form,
    until,
)

NUMBERS = count()
PEOPLE = f"Accept: {BROWSER}"


def send(linkback: Running, source: str, target: str, *headers: str, path: str = "/webmention") -> Answer:
    return send_form(linkback, path, {"source": source, "target": target}, *headers)


def path_of(linkback: Running, location: str | None) -> str:
    assert location
    assert location.startswith(linkback.url)
    return "/" + location.removeprefix(linkback.url)


def state_of(linkback: Running, answer: Answer) -> str:
    told = json.loads(ask(linkback, path_of(linkback, answer.header("location"))).body)
    return str(told["status"])


def test_wm_r1_r2_a_webmention_is_taken_with_the_address_of_its_status_page(linkback: Running, pair: Pair) -> None:
    answer = send(linkback, pair.source, pair.target)
    told = json.loads(answer.body)
    assert (answer.status, answer.header("content-type")) == (201, "application/json")
    assert (told["status"], told["source"], told["target"]) == ("queued", pair.source, pair.target)
    assert re.fullmatch(r"[A-Z].*\.", told["summary"])
    assert told["location"] == answer.header("location")
    assert ask(linkback, path_of(linkback, answer.header("location"))).status == 200


def test_wm_r6_what_was_taken_is_verified_without_anybody_waiting(linkback: Running, pair: Pair) -> None:
    answer = send(linkback, pair.source, pair.target)
    until(lambda: state_of(linkback, answer) == "accepted")
    kept = next(mention for mention in linkback.mentions() if mention.source == pair.source)
    assert (kept.status, kept.citation.title, kept.protocols) == (Status.HELD, "A post", ("webmention",))


def test_wm_r14_the_same_webmention_again_has_the_same_status_page(linkback: Running, pair: Pair) -> None:
    first = send(linkback, pair.source, pair.target)
    until(lambda: state_of(linkback, first) == "accepted")
    again = send(linkback, pair.source, pair.target)
    assert (again.status, again.header("location")) == (201, first.header("location"))
    assert [mention.source for mention in linkback.mentions()].count(pair.source) == 1


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("https://links.example", "https://links.example/webmention/"),
        ("https://links.example/a/path/", "https://links.example/a/path/webmention/"),
    ],
)
def test_the_status_page_is_where_the_world_reaches_this_server(
    settings: Settings, tmp_path: Path, blog: Site, own: Site, url: str, folder: str
) -> None:
    changed = replace(settings, database=f"sqlite:///{tmp_path}/p.db", public_url=url, require_advertised=False)
    with running(changed) as started:
        started.add_site(own.url)
        target = own.page("public")
        answer = send(started, blog.post("public", target), target)
    assert (answer.header("location") or "").startswith(folder)


GARBAGE = [
    "hello",
    "",
    "ftp://a.example/",
    "http://",
    "http:///x",
    "//a.example/",
    "javascript:alert(1)",
    "http://a b/",
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("what", ["source", "target", "both"])
def test_wm_r3_r10_garbage_is_refused_with_400(linkback: Running, pair: Pair, what: str, garbage: str) -> None:
    source = pair.source if what == "target" else garbage
    target = pair.target if what == "source" else garbage
    answer = send(linkback, source, target)
    told = json.loads(answer.body)
    assert answer.status == 400
    assert re.fullmatch(r"[a-z_]+", told["error"])
    assert re.fullmatch(r"[A-Z].*\.", told["error_description"])


def test_wm_r4_a_page_does_not_mention_itself(linkback: Running, advertised: str) -> None:
    answer = send(linkback, advertised + "#a", advertised)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "same_page")


def test_wm_r5_a_target_that_takes_none_is_refused_at_once(linkback: Running, blog: Site, own: Site) -> None:
    for target in ("http://other.example/", own.page(f"mute-{next(NUMBERS)}", "<p>hi")):
        answer = send(linkback, blog.post(f"to-mute-{next(NUMBERS)}", target), target)
        assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_target")
    gone = own.page(f"gone-{next(NUMBERS)}", status=410)
    answer = send(linkback, blog.post(f"to-gone-{next(NUMBERS)}", gone), gone)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "target_not_found")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", FORM),
        (b"source=http://a.example/", FORM),
        (b"target=http://a.example/", FORM),
        (b"source=http://a.example/&source=http://b.example/&target=http://c.example/", FORM),
        (b'{"source": "http://a.example/", "target": "http://b.example/"}', "application/json"),
        (b"<methodCall/>", "text/xml"),
        (b"source=%FF&target=%FF", FORM),
        (b"source=+AGE-&target=b", FORM + "; charset=utf-7"),
        (b"a=1&" * 200, FORM),
    ],
)
def test_wm_r10_what_is_no_webmention_is_refused_with_a_sentence(
    linkback: Running, body: bytes, content_type: str
) -> None:
    (answer,) = exchange(linkback.port, post("/webmention", body, f"Content-Type: {content_type}"))
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_request")


class Form(HTMLParser):
    """The form of a page: where it goes, and its fields."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.attributes: dict[str, str | None] = {}
        self.fields: list[str] = []
        self.labels: list[str] = []
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.attributes = values
        if tag == "input":
            self.fields.append(values["name"] or "")
        if tag == "label":
            self.labels.append(values["for"] or "")


def test_people_get_a_form_that_goes_to_where_it_is(linkback: Running) -> None:
    page = ask(linkback, "/webmention", accept=BROWSER)
    form = Form(page)
    assert page.status == 200
    assert (form.attributes, form.fields, form.labels) == (
        {"method": "post"},
        ["source", "target"],
        ["source", "target"],
    )
    assert "form-action 'self'" in (page.header("content-security-policy") or "")
    assert [name for name, _ in page.headers].count("content-security-policy") == 1


@pytest.mark.parametrize(
    "path", ["/about", "/nowhere", "/static/mark.svg", "/api/mentions.html?target=https://a.example/"]
)
def test_no_other_page_may_send_a_form(linkback: Running, path: str) -> None:
    assert "form-action 'none'" in (ask(linkback, path, accept=BROWSER).header("content-security-policy") or "")


def test_people_who_sent_the_form_are_led_to_the_status_page(linkback: Running, pair: Pair) -> None:
    answer = send(linkback, pair.source, pair.target, PEOPLE)
    location = answer.header("location") or ""
    assert (answer.status, ":" in location) == (303, False)
    page = ask(linkback, urljoin("/webmention", location), accept=BROWSER)
    assert (page.status, page.header("content-type")) == (200, "text/html; charset=utf-8")
    assert pair.source.encode() in page.body


def test_people_are_refused_in_a_sentence_on_a_page(linkback: Running, advertised: str) -> None:
    answer = send(linkback, "http://a.example/<script>alert(1)</script>", advertised + "-not", PEOPLE)
    assert (answer.status, answer.header("content-type")) == (400, "text/html; charset=utf-8")
    assert b"<h1>This was not taken</h1>" in answer.body
    assert b"<script" not in answer.body
    assert "form-action 'none'" in (answer.header("content-security-policy") or "")
    assert (answer.header("x-content-type-options"), answer.header("cache-control")) == ("nosniff", "no-store")


def test_the_status_page_says_what_was_claimed_and_how_far_it_is(linkback: Running, pair: Pair) -> None:
    answer = send(linkback, pair.source, pair.target)
    until(lambda: state_of(linkback, answer) == "accepted")
    path = path_of(linkback, answer.header("location"))
    told, page = ask(linkback, path), ask(linkback, path, accept=BROWSER)
    assert {**json.loads(told.body), "summary": ""} == {
        "status": "accepted",
        "summary": "",
        "source": pair.source,
        "target": pair.target,
    }
    for shown in (told, page):
        assert (shown.header("cache-control"), shown.header("x-robots-tag")) == ("no-store", "noindex, nofollow")
        assert b"A post" not in shown.body
    assert b"<title>What became of a link" in page.body
    assert b'<meta name="robots" content="noindex, nofollow">' in page.body
    assert ask(linkback, path, method="HEAD").header("content-length") == str(len(told.body))


def test_the_status_page_shows_addresses_as_text(linkback: Running, blog: Site, advertised: str) -> None:
    source = blog.post("quoted-%22%3E%3Cscript%3Ealert(1)%3C/script%3E'", advertised)
    answer = send(linkback, source, advertised)
    page = ask(linkback, path_of(linkback, answer.header("location")), accept=BROWSER)
    assert b"<script" not in page.body
    assert b"quoted-%22%3E%3Cscript%3E" in page.body
    assert f'href="{source}'.encode() not in page.body


NO_TOKENS = {
    "unknown": "0" * 40,
    "too short": "0" * 39,
    "too long": "0" * 41,
    "no digits": "zz" * 20,
    "a letter": "%C3%BF",
    "NUL": "%00",
    "a way out": "..%2f..",
    "endless": "f" * 4000,
}


@pytest.mark.parametrize("token", NO_TOKENS.values(), ids=NO_TOKENS)
def test_a_state_that_nobody_was_given_is_not_there(linkback: Running, token: str) -> None:
    for accept in ("*/*", BROWSER):
        assert ask(linkback, f"/webmention/{token}", accept=accept).status == 404


@pytest.fixture
def dead_sources(blog: Site) -> Iterator[dict[str, str]]:
    """Sources that give no answer, each for another reason."""
    with ExitStack() as stack:
        yield {
            "forbidden": "http://10.0.0.1/post",
            "closed": f"http://127.0.3.1:{closed_port('127.0.3.1')}/post",
            "resetting": stack.enter_context(resetting_server("127.0.3.3")),
            "nameless": "http://nobody.onion/post",
            "bad TLS": blog.url.replace("http:", "https:") + "post",
        }


def test_a_source_without_an_answer_tells_nothing_of_why(
    linkback: Running, advertised: str, dead_sources: dict[str, str]
) -> None:
    answers = {what: send(linkback, source, advertised) for what, source in dead_sources.items()}
    assert {answer.status for answer in answers.values()} == {201}
    assert {state_of(linkback, answer) for answer in answers.values()} == {"pending"}


@pytest.mark.parametrize(("what", "word"), [("plain", "no_link"), ("missing", "source_not_found")])
def test_a_source_that_says_no_is_told_as_such(
    linkback: Running, blog: Site, advertised: str, what: str, word: str
) -> None:
    name = f"{what}-{next(NUMBERS)}"
    source = blog.page(name, f"<p>{advertised}</p>") if what == "plain" else blog.url + name
    answer = send(linkback, source, advertised)
    assert answer.status == 201
    until(lambda: state_of(linkback, answer) == word)


@pytest.mark.parametrize("path", ["/webmention", "/trackback", "/trackback/https://a.example/", "/me/webmention"])
def test_what_is_too_large_or_compressed_is_not_read_on_any_endpoint(linkback: Running, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nConnection: close\r\n"
    (large,) = exchange(linkback.port, f"{head}Content-Length: {60 << 20}\r\n\r\n".encode(), b"a" * 100_000)
    (packed,) = exchange(linkback.port, f"{head}Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na".encode())
    assert (large.status, packed.status) == (413, 415)


@pytest.mark.parametrize(("path", "shown"), [("/webmention", True), ("/trackback", True), ("/me/xmlrpc", False)])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_other_methods_hear_which_there_are(linkback: Running, path: str, shown: bool, method: str) -> None:
    answer = ask(linkback, path, method=method)
    assert (answer.status, answer.header("allow")) == (405, "GET, HEAD, POST" if shown else "POST")


def test_the_host_of_a_request_is_never_repeated(linkback: Running, pair: Pair) -> None:
    fields = f"source={pair.source}&target={pair.target}".encode()
    for accept in ("*/*", BROWSER):
        raw = post(
            "/webmention", fields, f"Content-Type: {FORM}", f"Accept: {accept}", "X-Forwarded-Host: evil.example"
        )
        (answer,) = exchange(linkback.port, raw.replace(b"Host: links.example", b"Host: evil.example"))
        assert answer.status in (201, 303)
        assert b"evil" not in answer.body
        assert not any("evil" in value for _, value in answer.headers)


@pytest.mark.parametrize("word", STATES)
def test_every_state_is_a_page_of_the_same_shape(word: str) -> None:
    claim = {"source": "https://a.example/", "target": "https://me.example/"}
    page = render("status.html", {"word": word, **STATES[word]._asdict(), **claim}).decode()
    assert re.findall(r"<(\w+)", page) == re.findall(r"<(\w+)", render_pending(claim))
    assert STATES[word].title in page
    assert re.fullmatch(r"[A-Z].*\.", STATES[word].sentence)


def render_pending(claim: dict[str, str]) -> str:
    return render("status.html", {"word": "pending", **STATES["pending"]._asdict(), **claim}).decode()


def test_there_is_a_page_for_the_five_states_and_no_other() -> None:
    assert set(STATES) == {"pending", "accepted", "no_link", "source_not_found", "unreachable"}
