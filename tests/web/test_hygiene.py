"""Every place that shows a link to a stranger's page says whose link it is, and who vouches for it."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import linkback.web.demo
from linkback.core.formats import Paging, jf2
from linkback.core.hygiene import Lists
from linkback.core.model import Author, Citation, Listed, ListedAction, ListedKind, Mention, Status
from linkback.web.entries import entries
from linkback.web.site import TEMPLATES, render
from tests.web.running import Running, Site, ask

NUMBERS = count()
WEB = Path(linkback.web.demo.__file__).parent
ANCHOR = re.compile(r"<a\b[^>]*>", re.DOTALL)
# Addresses of our own pages: whatever else a template puts into a link may lead to a stranger.
OWN = {"previous", "next", "entry.target", "base", "page", "version"}
# Those of the desk; it links to strangers by its macro `outward`, or as that does: with a rel, and without a referrer.
OWN |= {"older", "newer", "rest", "path", "within", "place", "all_url", "host_url", "page_url", "row.host_url"}
OWN |= {"row.page_url", "heap.url", "heap.all_url", "bar.url", "warning.url"}
OUTWARD = re.compile(r'rel="\{\{ (row\.)?rel \}\} noreferrer"')
REL_OF = {"entry.url": "entry.rel", "entry.author_url": "entry.author_rel"}

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CITATION = Citation("A post", Author("Ana", "https://ana.example/"), excerpt="I read it.")
MENTION = Mention(1, 7, "https://ana.example/1", "https://me.example/", Status.APPROVED, NOW, CITATION)
FOLLOWED: Lists = {7: (Listed(ListedAction.FOLLOW, ListedKind.HOST, "ana.example"),)}
SHOWN = [
    (MENTION, {}, "ugc nofollow"),
    (MENTION, {8: FOLLOWED[7]}, "ugc nofollow"),
    (MENTION, FOLLOWED, "ugc"),
    (replace(MENTION, sponsored=True), FOLLOWED, "sponsored nofollow ugc"),
]


class Links(HTMLParser):
    """The rel of each link to a host in some markup."""

    def __init__(self, markup: str, host: str) -> None:
        super().__init__()
        self.host = host
        self.rels: list[str | None] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("a", "area", "link") and self.host in (told.get("href") or ""):
            self.rels.append(told.get("rel"))


@pytest.mark.parametrize("name", sorted(TEMPLATES.list_templates()))
def test_no_template_links_to_a_stranger_without_saying_so(name: str) -> None:
    for anchor in ANCHOR.findall((WEB / "templates" / name).read_text()):
        for start, shown in re.findall(r"href=[\"']?([^\"']*?)\{\{\s*([\w.]+)", anchor):
            is_ours = shown in OWN or re.match(r"/(?!/)|#", start)
            assert is_ours or OUTWARD.search(anchor) or f'rel="{{{{ {REL_OF.get(shown)} }}}}"' in anchor, anchor


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.py")), ids=lambda path: path.name)
def test_no_markup_in_code_links_to_a_stranger_without_saying_so(path: Path) -> None:
    for anchor in ANCHOR.findall(path.read_text()):
        for shown in re.findall(r"href=[\"']?\{(\w+)\}", anchor):
            assert shown == "target" or 'rel="{rel}"' in anchor, anchor


@pytest.mark.parametrize(("mention", "lists", "rel"), SHOWN)
@pytest.mark.parametrize("name", ["mentions.html", "mentions-fragment.html"])
def test_pages_show_links_as_the_owner_says(name: str, mention: Mention, lists: Lists, rel: str) -> None:
    shown = {"entries": entries([mention], lists), "targets": (), "paging": Paging(0, 20, 1)}
    markup = render(name, {**shown, "previous": "", "next": ""}).decode()
    assert Links(markup, "ana.example").rels == [rel] * 3


@pytest.mark.parametrize(("mention", "lists", "rel"), SHOWN)
def test_programs_are_told_of_an_unusual_rel(mention: Mention, lists: Lists, rel: str) -> None:
    (entry,) = json.loads(jf2.write([mention], Paging(0, 20, 1), lists))["children"]
    assert entry.get("wm-rel", "ugc nofollow") == rel
    assert ("wm-rel" in entry) == (rel != "ugc nofollow")


def test_jf2_holds_no_markup_that_could_link() -> None:
    written = jf2.write([replace(MENTION, citation=replace(CITATION, content='<a href="//x">'))], Paging(0, 20, 1))
    assert b"<" not in written


@pytest.fixture
def page(own: Site) -> str:
    return f"{own.url}clean-{next(NUMBERS)}"


def read(linkback: Running, page: str) -> tuple[list[str | None], Any]:
    html = ask(linkback, f"/api/mentions.html?target={page}").body.decode()
    (entry,) = json.loads(ask(linkback, f"/api/mentions.jf2?target={page}").body)["children"]
    return Links(html, "followed.example").rels, entry.get("wm-rel")


def test_what_an_owner_lists_reaches_the_pages(linkback: Running, own: Site, page: str) -> None:
    linkback.mention("https://blog.followed.example/1", page, Citation("T", Author("A", "https://followed.example/")))
    assert read(linkback, page) == (["ugc nofollow"] * 3, None)
    linkback.follow(own.url, "followed.example")
    assert read(linkback, page) == (["ugc"] * 3, "ugc")
