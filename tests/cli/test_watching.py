"""linkback watch, over feeds and pages on real servers on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from linkback.settings import Settings
from tests.cli.conftest import Desk
from tests.web.running import HTML, Running, Site, running, web_server

LOOPBACK = ("--allow-network", "127.0.0.0/8")
XML = (("Content-Type", "application/rss+xml"),)


@dataclass
class Blogs:
    """My blog, and another one that takes pings by a Linkback of its own."""

    mine: Site
    theirs: Site
    server: Running

    def target(self, path: str) -> str:
        """Put a page of theirs there, and return its address."""
        return self.theirs.page(path, headers=(*HTML, ("X-Pingback", self.server.url + "pingback")))

    def feed(self, name: str, *posts: str) -> str:
        """Put a feed there that lists posts, and return its address."""
        items = "".join(f"<item><link>{post}</link></item>" for post in posts)
        return self.mine.page(name, f'<rss version="2.0"><channel>{items}</channel></rss>', headers=XML)


@pytest.fixture(scope="module")
def blogs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blogs]:
    folder: Path = tmp_path_factory.mktemp("theirs")
    settings = Settings(database=f"sqlite:///{folder}/t.db", network_allow=("127.0.0.0/8",))
    with web_server("127.0.5.6") as mine, web_server("127.0.5.7") as theirs, running(settings) as server:
        server.add_site(theirs.url)
        yield Blogs(mine, theirs, server)


def test_a_feed_is_watched_and_a_new_post_is_told_of_once(linkback: Desk, blogs: Blogs) -> None:
    old, target = blogs.mine.post("w/old", blogs.target("w/other")), blogs.target("w/theirs")
    feed = blogs.feed("w/feed", old)
    added = linkback("watch", "add", feed, *LOOPBACK)
    assert (added.status, added.out) == (0, "")
    assert added.err == f"{feed} is watched (rss): 1 post counts as told already.\n"
    new = blogs.mine.post("w/new", target)
    blogs.feed("w/feed", new, old)
    first = linkback("watch", "run", feed, "--json", *LOOPBACK)
    assert (first.status, first.json["feeds"][0]["message"]) == (0, "2 listed, 1 new or changed.")
    assert [post["source"] for post in first.json["posts"]] == [new]
    [delivery] = first.json["deliveries"]
    assert (delivery["source"], delivery["target"], delivery["status"]) == (new, target, "sent")
    again = linkback("watch", "run", *LOOPBACK)
    assert (again.status, again.out) == (0, "")
    assert again.err.splitlines() == [f"{feed}: 2 listed, 0 new or changed.", "Nothing is to be sent."]
    assert [mention.source for mention in blogs.server.mentions() if mention.target == target] == [new]


def test_a_dry_run_shows_what_would_be_sent_and_keeps_nothing(linkback: Desk, blogs: Blogs) -> None:
    target = blogs.target("d/theirs")
    post = blogs.mine.post("d/post", target)
    feed = blogs.feed("d/feed", post, blogs.mine.url + "d/missing")
    shown = linkback("watch", "add", feed, "--since", "all", "--dry-run", *LOOPBACK)
    assert shown.status == 0
    assert "planned" in shown.out
    assert {post, target, "not"} <= set(shown.out.split())
    assert blogs.server.url + "pingback" in shown.out
    assert "answered 404" in shown.out
    assert linkback("watch", "list", "--json").json == []
    assert target not in {mention.target for mention in blogs.server.mentions()}
    read, lost = linkback("watch", "add", feed, "--since", "all", "--dry-run", "--json", *LOOPBACK).json
    assert (read["source"], read["deliveries"][0]["status"], lost["deliveries"]) == (post, "planned", [])


def test_a_dry_run_of_what_is_watched_shows_what_is_new(linkback: Desk, blogs: Blogs) -> None:
    feed = blogs.feed("n/feed", blogs.mine.page("n/old"))
    linkback("watch", "add", feed, *LOOPBACK)
    nothing = linkback("watch", "run", "--dry-run", *LOOPBACK)
    assert (nothing.status, nothing.out, nothing.err) == (0, "", "Nothing is to be sent.\n")
    new = blogs.mine.post("n/new", blogs.target("n/theirs"))
    blogs.feed("n/feed", new)
    assert [seen["source"] for seen in linkback("watch", "run", "--dry-run", "--json", *LOOPBACK).json] == [new]
    assert linkback("watch", "list", "--json").json[0]["posts"] == 1


@pytest.mark.parametrize(("since", "due"), [("all", 2), ("2020-01-01", 0), ("2020-01-01T10:00+02:00", 0)])
def test_posts_are_told_of_from_the_day_that_is_named(linkback: Desk, blogs: Blogs, since: str, due: int) -> None:
    feed = blogs.feed("s/feed", blogs.mine.page("s/a"), blogs.mine.page("s/b"))
    assert linkback("watch", "add", feed, "--since", since, "--json", *LOOPBACK).json["due"] == due


def test_a_feed_that_is_watched_already_is_told(linkback: Desk, blogs: Blogs) -> None:
    feed = blogs.feed("k/feed", blogs.mine.page("k/a"))
    first, again = (linkback("watch", "add", feed, "--since", "all", *LOOPBACK) for _ in range(2))
    assert "1 post waits for linkback watch run" in first.err
    assert (again.status, again.err) == (0, f"{feed} is watched already (1 post).\n")


def test_the_list_says_how_the_last_poll_went(linkback: Desk, blogs: Blogs) -> None:
    feed = blogs.feed("l/feed", blogs.mine.page("l/a"))
    linkback("watch", "add", feed, *LOOPBACK)
    blogs.mine.page("l/feed", status=410)
    done = linkback("watch", "run", feed, *LOOPBACK)
    assert (done.status, "410" in done.err) == (1, True)
    shown = linkback("watch", "list")
    assert {feed, "rss", "never"} <= set(shown.out.split())
    assert "gone for good" in shown.out
    [row] = linkback("watch", "list", "--json").json
    assert (row["feed"], row["kind"], row["posts"], row["due"]) == (feed, "rss", 1, 0)
    assert row["next_poll_at"] is None


def test_the_list_says_when_no_feed_is_polled_by_itself(
    linkback: Desk, blogs: Blogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKBACK_WATCH_MINUTES", "0")
    linkback("watch", "add", blogs.feed("z/feed", blogs.mine.page("z/a")), *LOOPBACK)
    assert "by watch run" in linkback("watch", "list").out


def test_a_feed_that_fails_ends_with_1_and_the_others_are_run_all_the_same(linkback: Desk, blogs: Blogs) -> None:
    failing = blogs.feed("f/a", blogs.mine.page("f/old"))
    healthy = blogs.feed("f/b", blogs.mine.page("f/old"))
    for feed in (failing, healthy):
        linkback("watch", "add", feed, *LOOPBACK)
    blogs.mine.page("f/a", status=500)
    new = blogs.mine.post("f/new", blogs.target("f/theirs"))
    blogs.feed("f/b", new)
    done = linkback("watch", "run", "--json", *LOOPBACK)
    assert done.status == 1
    assert [feed["failures"] for feed in done.json["feeds"]] == [1, 0]
    assert [delivery["status"] for delivery in done.json["deliveries"]] == ["sent"]


def test_a_post_that_cannot_be_read_ends_with_1_and_is_shown(linkback: Desk, blogs: Blogs) -> None:
    feed = blogs.feed("u/feed", blogs.mine.url + "u/missing")
    linkback("watch", "add", feed, "--since", "all", *LOOPBACK)
    done = linkback("watch", "run", *LOOPBACK)
    assert (done.status, "answered 404" in done.out) == (1, True)


def test_what_is_no_longer_watched_is_gone_from_the_list(linkback: Desk, blogs: Blogs) -> None:
    feed = blogs.feed("r/feed", blogs.mine.page("r/a"))
    linkback("watch", "add", feed, *LOOPBACK)
    assert linkback("watch", "remove", feed).err == f"{feed} is no longer watched.\n"
    empty = linkback("watch", "list")
    assert (empty.status, empty.out) == (0, "")
    assert "No feed is watched" in empty.err


@pytest.mark.parametrize("words", [("remove",), ("run",)])
def test_a_feed_that_is_not_watched_is_told(linkback: Desk, words: tuple[str, ...]) -> None:
    done = linkback("watch", *words, "https://me.example/feed")
    assert (done.status, done.err) == (1, "Error: There is no feed https://me.example/feed.\n")


def test_a_page_that_is_no_feed_is_told(linkback: Desk, blogs: Blogs) -> None:
    done = linkback("watch", "add", blogs.mine.page("plain", "<p>Hello"), *LOOPBACK)
    assert (done.status, done.out) == (1, "")
    assert "This is no feed" in done.err


def test_a_date_that_is_none_is_used_wrongly(linkback: Desk) -> None:
    done = linkback("watch", "add", "https://me.example/feed", "--since", "yesterday")
    assert (done.status, "2026-11-24" in done.err) == (2, True)
