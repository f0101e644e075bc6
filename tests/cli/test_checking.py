"""linkback check and linkback discover, told to real servers on loopback."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkback.core.protocols import PROTOCOLS
from linkback.settings import Settings
from tests.cli.conftest import Desk
from tests.web.running import HTML, Running, Site, running, web_server

LOOPBACK = ("--allow-network", "127.0.0.0/8")
KEYS = {"level", "point", "sentence", "mend", "instead"}


@dataclass
class World:
    """A blog, and a Linkback that its pages name."""

    blog: Site
    server: Running

    def sound(self, path: str) -> str:
        """Put a page there that is in order, and return its address."""
        url = self.blog.url + path
        lines = [protocol.advertise(self.server.url + protocol.NAME, url)[1] for protocol in PROTOCOLS]
        return self.blog.page(path, f"<!doctype html><html><head>{''.join(lines)}</head></html>")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    settings = Settings(database=f"sqlite:///{folder}/w.db", network_allow=("127.0.0.0/8",))
    with web_server("127.0.5.4") as blog, running(settings) as server:
        server.add_site(blog.url)
        yield World(blog, server)


def test_a_page_in_order_ends_with_0(linkback: Desk, world: World) -> None:
    done = linkback("check", world.sound("sound"), *LOOPBACK)
    assert (done.status, done.err) == (0, "")
    assert "good      pingback element:" in done.out
    assert done.out.rstrip().endswith("good.")
    assert "wrong" not in done.out


def test_programs_get_each_point_and_nothing_else(linkback: Desk, world: World) -> None:
    url = world.sound("json")
    done = linkback("check", url, "--json", *LOOPBACK)
    assert (done.status, done.err, done.json["url"]) == (0, "", url)
    assert all(set(finding) == KEYS for finding in done.json["findings"])
    assert {finding["level"] for finding in done.json["findings"]} == {"good", "doubtful"}


def test_a_page_that_says_nothing_ends_with_1_and_shows_what_to_paste(linkback: Desk, world: World) -> None:
    done = linkback("check", world.blog.page("nothing", "<p>hello</p>"), *LOOPBACK)
    assert (done.status, done.err) == (1, "")
    assert "wrong     offers:" in done.out
    assert '  <link rel="pingback" href="https://YOUR-LINKBACK.example/pingback">\n' in done.out


def test_where_our_own_server_is_known_its_endpoints_are_shown(
    linkback: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKBACK_PUBLIC_URL", "https://links.example/")
    done = linkback("check", world.blog.page("nothing-yet", "<p>hello</p>"), *LOOPBACK)
    assert '  <link rel="webmention" href="https://links.example/webmention">\n' in done.out


def test_the_output_is_within_80_columns_but_for_what_is_pasted(
    linkback: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    page = world.blog.page("long", f"<link href='{world.server.url}pingback' rel=pingback class='{'x' * 200}'>")
    out = linkback("check", page, *LOOPBACK).out
    assert "In place of:" in out
    assert [line for line in out.splitlines() if len(line) > 80 and not line.startswith("  <")] == []
    assert "x" * 200 in out


def test_what_a_page_says_gives_the_terminal_no_orders(linkback: Desk, world: World) -> None:
    url = world.blog.page("escape", "<link href='/\x1b[31mred' rel=pingback>")
    assert "\x1b" not in linkback("check", url, *LOOPBACK).out


def test_a_page_that_is_not_there_ends_with_1(linkback: Desk, world: World) -> None:
    done = linkback("check", world.blog.url + "missing", *LOOPBACK)
    assert (done.status, done.err) == (1, "")
    assert "status 404" in done.out


def test_a_page_that_nobody_may_fetch_ends_with_1(linkback: Desk, world: World) -> None:
    done = linkback("check", world.sound("private"))
    assert (done.status, done.err) == (1, "")
    assert "The world cannot reach the page" in re.sub(r"\s+", " ", done.out)


@pytest.mark.parametrize(
    ("commands", "status", "words"),
    [
        ([], 1, "lies in no site that is registered here"),
        ([["add"]], 0, "registered and takes webmention, pingback, trackback"),
        ([["add"], ["set", "--protocols", "webmention"]], 1, "pingback, which is switched off"),
        ([["add"], ["set", "--close", "/own*"]], 1, "closed for pings"),
    ],
)
def test_our_own_server_is_asked_what_it_would_take(
    linkback: Desk, world: World, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]], status: int, words: str
) -> None:
    monkeypatch.setenv("LINKBACK_PUBLIC_URL", world.server.url)
    for name, *options in commands:
        assert linkback("sites", name, world.blog.url, *options).status == 0
    done = linkback("check", world.sound("own-page"), *LOOPBACK)
    assert done.status == status
    assert words in re.sub(r"\s+", " ", done.out)


def test_a_check_makes_no_database(linkback: Desk, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert linkback("check", world.sound("alone"), "--database", "sqlite:///none.db", *LOOPBACK).status == 0
    assert not (linkback.folder / "none.db").exists()


@pytest.mark.parametrize(
    ("path", "element", "found_in", "words"),
    [
        ("exact", '<link rel="pingback" href="{}">', "link", "in its exact form"),
        ("lenient", "<link href='{}' rel='pingback'>", "lenient", "strict programs do not find"),
    ],
)
def test_where_a_page_says_what_it_takes(
    linkback: Desk, world: World, path: str, element: str, found_in: str, words: str
) -> None:
    endpoint = world.server.url + "pingback"
    url = world.blog.page(path, element.format(endpoint))
    found = linkback("discover", url, "--json", *LOOPBACK)
    offer = {"protocol": "pingback", "endpoint": endpoint, "found_in": found_in}
    assert found.json == {
        "url": url,
        "page": url,
        "redirects": [],
        "first": offer,
        "endpoints": [offer],
        "offers": [offer | {"written": element.format(endpoint)}],
    }
    assert words in linkback("discover", url, *LOOPBACK).out


def test_discover_lists_every_offer_and_says_which_is_used_first(linkback: Desk, world: World) -> None:
    page = world.sound("several")
    url = world.blog.page("old", status=301, headers=(*HTML, ("Location", page)))
    done = linkback("discover", url, *LOOPBACK)
    assert (done.status, done.err) == (0, f"{url} leads to {page}\n")
    uses = [
        line.split(maxsplit=1)[0] + ":" + re.split(r"\s{2,}", line.rstrip())[-1] for line in done.out.splitlines()[1:]
    ]
    assert uses == [
        "webmention:first",
        "pingback:by who speaks only this",
        "trackback:by who speaks only this",
        "trackback:no",
    ]


def test_a_page_that_says_nothing_is_told(linkback: Desk, world: World) -> None:
    url = world.blog.page("says-nothing")
    assert linkback("discover", url, "--json", *LOOPBACK).json["endpoints"] == []
    done = linkback("discover", url, *LOOPBACK)
    assert (done.status, done.err) == (0, "The page does not say that it takes pings.\n")


def test_a_terminal_gets_colours_beside_the_words(
    linkback: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    done = linkback("check", world.blog.page("plain", "<p>hello</p>"), *LOOPBACK)
    assert "\x1b[1;31mwrong" in done.out
    assert "\x1b[32mgood      \x1b[0mpage: The page answers" in done.out
