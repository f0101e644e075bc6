"""linkback send, told to real servers on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkback.settings import Settings
from tests.cli.conftest import Desk
from tests.web.running import HTML, Running, Site, running, web_server

LOOPBACK = ("--allow-network", "127.0.0.0/8")
KEYS = {"target", "protocol", "endpoint", "status", "message", "http_status", "next_try_at"}


@dataclass
class Blogs:
    """My blog, another one that takes pings by a Linkback of its own, and a third one that it does not know."""

    mine: Site
    theirs: Site
    strange: Site
    server: Running

    def page(self, site: Site, path: str) -> str:
        """Put a page there that advertises the Linkback, and return its address."""
        return site.page(path, headers=(*HTML, ("X-Pingback", self.server.url + "pingback")))


@pytest.fixture(scope="module")
def blogs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blogs]:
    folder: Path = tmp_path_factory.mktemp("theirs")
    settings = Settings(database=f"sqlite:///{folder}/t.db", network_allow=("127.0.0.0/8",))
    with (
        web_server("127.0.5.1") as mine,
        web_server("127.0.5.2") as theirs,
        web_server("127.0.5.3") as strange,
        running(settings) as server,
    ):
        server.add_site(theirs.url)
        yield Blogs(mine, theirs, strange, server)


def test_a_post_is_sent_once(linkback: Desk, blogs: Blogs) -> None:
    target = blogs.page(blogs.theirs, "once")
    source = blogs.mine.post("once", target)
    first = linkback("send", source, "--json", *LOOPBACK)
    again = linkback("send", source, "--json", *LOOPBACK)
    assert (first.status, first.err) == (0, "")
    assert first.json["source"] == source
    (delivery,) = first.json["deliveries"]
    assert set(delivery) == KEYS
    assert (delivery["target"], delivery["protocol"], delivery["status"]) == (target, "pingback", "sent")
    assert delivery["endpoint"] == blogs.server.url + "pingback"
    assert (again.status, again.json) == (0, first.json)
    (kept,) = [mention for mention in blogs.server.mentions() if mention.source == source]
    assert kept.receipts[0].times == 1


def test_people_see_the_ledger_with_whole_addresses(linkback: Desk, blogs: Blogs) -> None:
    target = blogs.page(blogs.theirs, "a-rather-long-name-of-a-page-" * 5)
    done = linkback("send", blogs.mine.post("long", target), *LOOPBACK)
    assert (done.status, done.err) == (0, "")
    head, row = done.out.splitlines()
    assert head.split()[:3] == ["target", "status", "protocol"]
    assert row.startswith(target + "  ")


def test_a_dry_run_sends_nothing(linkback: Desk, blogs: Blogs) -> None:
    target = blogs.page(blogs.theirs, "dry")
    source = blogs.mine.post("dry", target)
    (delivery,) = linkback("send", source, "--dry-run", "--json", *LOOPBACK).json["deliveries"]
    assert (delivery["target"], delivery["status"]) == (target, "planned")
    assert source not in {mention.source for mention in blogs.server.mentions()}


def test_a_dry_run_shows_people_where_a_ping_would_go_or_why_none_does(linkback: Desk, blogs: Blogs) -> None:
    there, gone = blogs.page(blogs.theirs, "there"), blogs.theirs.url + "nowhere"
    source = blogs.mine.page("both", f'<article><a href="{there}">x</a> <a href="{gone}">y</a></article>')
    shown = linkback("send", source, "--dry-run", *LOOPBACK)
    assert f"To {blogs.server.url}pingback" in shown.out
    assert "The page answers 404: there is nobody to tell." in shown.out


def test_a_page_that_takes_nothing_is_no_failure(linkback: Desk, blogs: Blogs) -> None:
    source = blogs.mine.post("mute", blogs.theirs.page("mute", "<p>takes nothing</p>"))
    done = linkback("send", source, "--json", *LOOPBACK)
    assert (done.status, done.json["deliveries"][0]["status"]) == (0, "no_endpoint")


def test_a_refused_delivery_ends_with_1_and_says_why(linkback: Desk, blogs: Blogs) -> None:
    source = blogs.mine.post("refused", blogs.page(blogs.strange, "not-served"))
    done = linkback("send", source, "--json", *LOOPBACK)
    (delivery,) = done.json["deliveries"]
    assert (done.status, delivery["status"]) == (1, "refused")
    assert "takes no pingbacks here" in delivery["message"]


def test_only_what_is_named_is_sent(linkback: Desk, blogs: Blogs) -> None:
    one, other = blogs.page(blogs.theirs, "one"), blogs.page(blogs.theirs, "other")
    source = blogs.mine.page("both", f'<article><a href="{one}">one</a> <a href="{other}">other</a></article>')
    told = linkback("send", source, one, "--json", *LOOPBACK).json
    assert [delivery["target"] for delivery in told["deliveries"]] == [one]


def test_a_post_without_links_is_told(linkback: Desk, blogs: Blogs) -> None:
    done = linkback("send", blogs.mine.page("alone", "<p>no links</p>"), *LOOPBACK)
    assert (done.status, done.out, done.err) == (0, "", "The page links to nothing that could be told.\n")


def test_a_post_that_is_not_there_is_told(linkback: Desk, blogs: Blogs) -> None:
    done = linkback("send", blogs.mine.url + "nowhere", "--json", *LOOPBACK)
    assert (done.status, done.out) == (1, "")
    assert "answered 404" in done.err
