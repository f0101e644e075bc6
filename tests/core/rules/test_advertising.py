"""Links that advertise: counted on the page, and told by how many they are."""

import pytest

from linkback.core.model import Candidate, Citation, Evidence, HostHistory, Makeup, Page
from linkback.core.pages import document, links, makeup
from linkback.core.rules import advertising

SOURCE, TARGET = "https://blog.example/a", "https://me.example/post"
NEW = HostHistory("blog.example")


def selling_on(body: str) -> int:
    html = f'<body><p>See <a href="{TARGET}">a post</a>.</p>{body}</body>'
    read = document.read(Page(status=200, headers=(("content-type", "text/html"),), body=html.encode(), url=SOURCE))
    return makeup.read_of(read, links.find(read, TARGET)[0]).makeup.selling


def link(text: str, url: str = "https://other.example/x") -> str:
    return f'<a href="{url}">{text}</a>'


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("", 0),
        (link("a post on bread"), 0),
        (link("online casino") * 3, 3),
        (link("cheap"), 0),
        (link("buy cheap pills"), 1),
        (link("казино"), 1),
        (link("最高のカジノ"), 1),
        (link("here", "https://bestcasino24.example/"), 1),
        (link("here", "https://cheap-loans.example/"), 1),
        (link("casino night", "/posts/casino"), 0),
        (link("casino night", "https://www.blog.example/casino"), 0),
        (f"<footer>{link('viagra')}</footer><div hidden>{link('porn')}</div>", 2),
        (link("a post") * 1000 + link("payday loans"), 1),
        (link("porn") * 200, 10),
    ],
)
def test_links_to_other_sites_are_counted_that_advertise(body: str, count: int) -> None:
    assert selling_on(body) == count


@pytest.mark.parametrize(
    ("selling", "of", "level"),
    [
        (0, 30, None),
        (1, 1, "one"),
        (2, 40, "one"),
        (3, 4, "some"),
        (3, 30, "some"),
        (3, 9, "many"),
        (10, 200, "many"),
    ],
)
def test_a_page_is_doubted_for_the_links_that_advertise(selling: int, of: int, level: str | None) -> None:
    evidence = Evidence(Makeup(words=300, links=of, hosts=of, selling=selling))
    signal = advertising.check(Candidate(SOURCE, TARGET, Citation(), evidence), NEW)
    assert (signal and signal.level) == level
    assert signal is None or f": {selling}" in signal.sentence
