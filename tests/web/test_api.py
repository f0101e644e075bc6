"""The read API over real sockets: what programs and people see of the mentions of a page."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode
from xmlrpc.client import ServerProxy

import pytest

from linkback.core.model import Author, Citation
from linkback.core.urls import normalize
from linkback.web.queries import MOST_TARGETS
from tests.web.conftest import Pair
from tests.web.running import Answer, Running, Site, ask

NUMBERS = count()
HOSTILE = """</script></h2><img src=x onerror=alert(1)><a href="javascript:alert(1)">'"&amp;"""
HOSTILE_CITATION = Citation(
    title=HOSTILE,
    author=Author(HOSTILE, "javascript:alert(1)", "javascript:alert(1)"),
    excerpt=HOSTILE,
    photo="data:,x",
)
FORMATS = ["jf2", "html"]


@pytest.fixture
def page(own: Site) -> str:
    """The address of a page of the owner; another one for each test."""
    return f"{own.url}read-{next(NUMBERS)}"


def read(linkback: Running, target: str, *, form: str = "jf2", **more: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in more.items()}
    return ask(linkback, f"/api/mentions.{form}?" + urlencode({"target": target} | fields))


def children(linkback: Running, target: str, **more: str) -> Any:
    return json.loads(read(linkback, target, **more).body)["children"]


class Page(HTMLParser):
    """Collects the elements of a page, each with its attributes, and its text."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(answer.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> Iterator[dict[str, str]]:
        return (attributes for tag, attributes in self.elements if tag == "a" and "href" in attributes)


def test_programs_read_jf2(linkback: Running, page: str) -> None:
    citation = Citation(title="A post", author=Author("Ana", "https://ana.example/"), excerpt="I read it.")
    number = linkback.mention("https://ana.example/1", f"{page}#part", citation)
    answer = read(linkback, page)
    assert (answer.status, answer.header("content-type")) == (200, "application/json;charset=UTF-8")
    feed = json.loads(answer.body)
    assert feed["paging"] == {"per-page": 20, "page": 0, "total": 1, "total-pages": 1}
    (child,) = feed["children"]
    assert (child["wm-id"], child["wm-source"], child["wm-target"]) == (number, "https://ana.example/1", f"{page}#part")
    assert (child["name"], child["author"]["name"], child["content"]) == ("A post", "Ana", {"text": "I read it."})
    assert (child["wm-protocol"], child["mention-of"]) == ("webmention", f"{page}#part")


def test_what_is_not_approved_is_not_there(linkback: Running, rpc: ServerProxy, pair: Pair) -> None:
    rpc.pingback.ping(pair.source, pair.target)
    assert pair.source in {mention.source for mention in linkback.mentions()}
    assert children(linkback, pair.target) == []
    assert pair.source.encode() not in read(linkback, pair.target, form="html").body


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", ["mentions", "links"])
def test_every_page_anywhere_may_read_and_nobody_keeps_it(linkback: Running, path: str, form: str, page: str) -> None:
    answer = ask(linkback, f"/api/{path}.{form}?target={page}")
    assert answer.status == 200
    assert (answer.header("access-control-allow-origin"), answer.header("cache-control")) == ("*", "no-store")
    assert answer.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("form", FORMATS)
def test_a_browser_that_asks_first_is_told_that_it_may(linkback: Running, form: str) -> None:
    wish = "Origin: https://me.example\r\nAccess-Control-Request-Method: GET\r\n"
    answer = ask(linkback, f"/api/mentions.{form}?target=x", method="OPTIONS", headers=wish)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("access-control-allow-origin") == "*"
    assert answer.header("access-control-allow-methods") == "GET, HEAD"


@pytest.mark.parametrize("form", FORMATS)
def test_head_is_answered_like_get(linkback: Running, form: str, page: str) -> None:
    seen, head = (ask(linkback, f"/api/mentions.{form}?target={page}", method=method) for method in ("GET", "HEAD"))
    assert (head.status, head.body, head.header("content-length")) == (200, b"", str(len(seen.body)))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?per-page=5",
        "?target=",
        "?target[]=",
        "?target=hello",
        "?target=ftp://a.example/",
        "?target=javascript:alert(1)",
        "?" + "&".join(f"target[]=https://a.example/{number}" for number in range(MOST_TARGETS + 1)),
        "?" + "&".join(f"a{number}=1" for number in range(300)),
        "?target=http%3A//a.example/%FF%00",
    ],
)
def test_a_query_that_asks_for_nothing_is_refused_in_json(linkback: Running, form: str, query: str) -> None:
    answer = ask(linkback, f"/api/mentions.{form}{query}")
    told = json.loads(answer.body)
    assert (answer.status, told["error"]) == (400, "invalid_input")
    assert re.fullmatch(r"[A-Z].*\.", told["error_description"])
    assert answer.header("access-control-allow-origin") == "*"
    assert not re.search(rb"hello|javascript|ftp:", answer.body)


@pytest.mark.parametrize("path", ["/api/mentions", "/api/links.json", "/api/mentions?target=https://a.example/"])
def test_the_older_json_is_not_there_and_says_what_is(linkback: Running, path: str) -> None:
    answer = ask(linkback, path)
    assert (answer.status, json.loads(answer.body)["error"]) == (404, "not_found")
    assert b"/api/mentions.jf2" in answer.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_mentions_are_only_read_here(linkback: Running, method: str) -> None:
    assert ask(linkback, "/api/mentions.jf2", method=method).status == 405


def test_several_pages_are_read_at_once_however_their_names_are_written(linkback: Running, page: str) -> None:
    for number in range(3):
        linkback.mention(f"https://several.example/{number}", f"{page}-{number}")
    bare = f"{page}-2".removeprefix("http:")
    spellings = (f"target[]={page}-0", f"target%5B%5D={quote(page, safe='')}-1", f"target[7]={bare}")
    answer = ask(linkback, "/api/mentions.jf2?" + "&".join(spellings))
    assert json.loads(answer.body)["paging"]["total"] == 3


def test_pages_are_cut_as_they_are_asked_for(linkback: Running, page: str) -> None:
    for number in range(5):
        linkback.mention(f"https://cut.example/{number}", page)
    feed = json.loads(read(linkback, page, per_page="2", page="1").body)
    assert [child["wm-source"] for child in feed["children"]] == ["https://cut.example/2", "https://cut.example/1"]
    assert feed["paging"] == {"per-page": 2, "page": 1, "total": 5, "total-pages": 3}
    assert [child["wm-source"][-1] for child in children(linkback, page, perPage="3", sort_dir="up")] == ["0", "1", "2"]


def test_kinds_are_asked_for_by_their_properties(linkback: Running, page: str) -> None:
    for kind in ("mention", "reply", "like", "rsvp"):
        linkback.mention(f"https://{kind}.example/", page, Citation(kind=kind, rsvp="yes" if kind == "rsvp" else ""))
    asked = {
        "wm-property=like-of": ["like-of"],
        "wm-property[]=like-of&wm-property[]=rsvp": ["rsvp", "like-of"],
        "wm-property=mention-of": ["mention-of"],
        "wm-property=follow-of": [],
    }
    for query, properties in asked.items():
        answer = ask(linkback, f"/api/mentions.jf2?target={page}&{query}")
        assert [child["wm-property"] for child in json.loads(answer.body)["children"]] == properties


def test_people_see_a_page_that_microformats_can_be_read_from(linkback: Running, page: str) -> None:
    citation = Citation(
        title="A post", author=Author("Ana", "https://ana.example/"), kind="reply", content="I read it."
    )
    linkback.mention("https://ana.example/answer", page, citation)
    answer = read(linkback, page, form="html")
    shown = Page(answer)
    classes = {name for _, attributes in shown.elements for name in attributes.get("class", "").split()}
    assert {"h-feed", "h-entry", "h-card", "u-author", "p-name", "e-content", "u-in-reply-to", "u-url"} <= classes
    assert "Ana replied to this page" in " ".join(shown.text.split())
    assert answer.body.startswith(b"<!doctype html>")


def test_a_part_for_another_page_has_no_page_around_it(linkback: Running, page: str) -> None:
    linkback.mention("https://ana.example/part", page, Citation(title="A post"))
    answer = read(linkback, page, form="html", fragment="1")
    assert re.fullmatch(rb'<div class="mentions h-feed">.*</div>\s*', answer.body, re.DOTALL)
    assert {tag for tag, _ in Page(answer).elements} == {"div", "article", "p", "span", "a", "h3", "time"}


@pytest.mark.parametrize("fragment", ["0", "1"])
def test_nothing_hostile_comes_to_life_in_html(linkback: Running, page: str, fragment: str) -> None:
    source = "https://hostile.example/\"onclick='x'<script>?a=1&b=%22%3E"
    linkback.mention(normalize(source), page, HOSTILE_CITATION)
    answer = read(linkback, page, form="html", fragment=fragment)
    shown = Page(answer)
    assert not {tag for tag, _ in shown.elements} & {"script", "style", "iframe", "base"}
    assert all(
        attributes.get("src", "/").startswith("/static/mark.svg") for tag, attributes in shown.elements if tag == "img"
    )
    assert not [name for _, attributes in shown.elements for name in attributes if name.startswith("on")]
    assert all(not link["href"].lower().startswith(("javascript", "data")) for link in shown.links())
    assert shown.text.count(HOSTILE) == 3


@pytest.mark.parametrize("fragment", ["0", "1"])
def test_every_link_to_a_source_says_that_the_owner_did_not_write_it(
    linkback: Running, page: str, fragment: str
) -> None:
    linkback.mention("https://ana.example/rel", page, Citation(title="T", author=Author("Ana", "https://ana.example/")))
    links = [
        link for link in Page(read(linkback, page, form="html", fragment=fragment)).links() if "ana" in link["href"]
    ]
    assert {link["href"] for link in links} == {"https://ana.example/rel", "https://ana.example/"}
    assert {link.get("rel") for link in links} == {"ugc nofollow"}


def test_nothing_hostile_comes_to_life_in_jf2(linkback: Running, page: str) -> None:
    linkback.mention("https://hostile.example/jf2", page, HOSTILE_CITATION)
    answer = read(linkback, page)
    assert not {*b"<>&"} & {*answer.body}
    (child,) = json.loads(answer.body)["children"]
    assert (child["name"], child["author"]["url"], child["author"]["photo"]) == (HOSTILE, "", "")


def test_a_long_list_leads_from_page_to_page(linkback: Running, page: str) -> None:
    for number in range(3):
        linkback.mention(f"https://long.example/{number}", page, Citation(kind="like"))
    path = f"/api/mentions.html?target={page}&wm-property=like-of&per-page=1&sort-dir=up"
    for number in range(3):
        shown = Page(ask(linkback, path))
        assert f"https://long.example/{number}" in {link["href"] for link in shown.links()}
        turns = {link["rel"]: link["href"] for link in shown.links() if link.get("rel") in ("prev", "next")}
        assert set(turns) == {"prev", "next"} - ({"prev"} if number == 0 else {"next"} if number == 2 else set())
        path = "/api/mentions.html" + turns.get("next", "")


def test_no_mention_is_a_page_too(linkback: Running, page: str) -> None:
    answer = read(linkback, page, form="html")
    assert (answer.status, "No page links yet" in Page(answer).text) == (200, True)
    assert b"h-entry" not in read(linkback, page, form="html", fragment="1").body


@pytest.mark.parametrize("form", FORMATS)
def test_the_host_of_a_request_is_never_repeated(linkback: Running, page: str, form: str) -> None:
    linkback.mention("https://ana.example/host", page)
    for query in (f"?target={page}&per-page=1", ""):
        answer = ask(linkback, f"/api/mentions.{form}{query}", host="evil.example")
        assert b"evil" not in answer.body
        assert not any("evil" in value for _, value in answer.headers)
