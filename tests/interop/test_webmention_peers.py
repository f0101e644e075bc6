"""Webmentions exchanged with programs of others: the packages `webmentions` (takes and sends) and `ronkyuu` (sends)."""

from collections.abc import Iterator
from typing import Any

import pytest

from linkback.core.protocols import webmention
from tests.interop.own_pages import Pages, page
from tests.interop.peers import Blog, a_blog, is_here, ronkyuu
from tests.interop.running import Linkback, wait_for

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("peers"), pytest.mark.timeout(300)]

HOW_TO_HAVE_IT = "the other programs are not here: ./dev test makes .venv-peers"
THEIRS = '<!doctype html><title>{title}</title><article class="h-entry"><p class="e-content">{text}</p></article>'
LINK = '<p>Today I read <a href="{}">a piece on bread</a> over there, and liked it.</p>'


@pytest.fixture(scope="module")
def blog() -> Iterator[Blog]:
    """A blog of somebody else."""
    if not is_here():
        pytest.skip(HOW_TO_HAVE_IT)
    with a_blog("127.0.31.1") as blog:
        yield blog


@pytest.fixture
def post(blog: Blog, request: pytest.FixtureRequest) -> str:
    """A page of that blog to link to; each test has its own."""
    return blog.put(request.node.name.replace("[", "-").replace("]", ""), THEIRS.format(title="Bread", text="Dough."))


@pytest.fixture
def ours(linkback: Linkback, site: Pages) -> str:
    """A page of our owner's site that takes webmentions."""
    header, _ = webmention.advertise(f"{linkback.url}webmention", "")
    return site.put("bread", page("<p>Bread needs time.</p>", title="Bread", headers=(header,)))


def test_they_take_our_webmention(blog: Blog, post: str, site: Pages, sender: Linkback) -> None:
    source = site.put("liked", page(LINK.format(post), title="What I liked"))
    status, ledger = sender.send(source)
    assert status == 0, ledger
    assert ledger[post]["status"] == "sent"
    assert ledger[post]["protocol"] == "webmention"
    assert ledger[post]["endpoint"] == blog.endpoint
    (taken,) = blog.taken(post)
    assert taken["source"] == source
    assert taken["title"] == "What I liked"


def test_they_forget_a_mention_when_our_post_is_gone(blog: Blog, post: str, site: Pages, sender: Linkback) -> None:
    source = site.put("short-lived", page(LINK.format(post), title="Short-lived"))
    sender.send(source)
    assert blog.taken(post)
    site.put("short-lived", page("<p>This was taken away.</p>", title="Gone", status=410))
    _, ledger = sender.send(source)
    assert ledger[post]["status"] in ("sent", "refused"), ledger
    assert blog.taken(post) == []


def test_they_hear_of_a_changed_post(blog: Blog, post: str, site: Pages, sender: Linkback) -> None:
    source = site.put("growing", page(LINK.format(post), title="First thoughts"))
    sender.send(source)
    site.put("growing", page(LINK.format(post) + "<p>And one thing more.</p>", title="Second thoughts"))
    sender.send(source)
    assert [taken["title"] for taken in blog.taken(post)] == ["Second thoughts"]


def test_we_take_their_webmention(blog: Blog, linkback: Linkback, ours: str, post: str) -> None:
    source = blog.put("reading", THEIRS.format(title="Reading", text=LINK.format(ours)))
    blog.tell(source)
    mention = wait_for(lambda: _verified(linkback, ours))
    assert mention["source"] == source
    assert mention["protocols"] == ["webmention"]
    assert mention["status"] == "held"
    assert "a piece on bread" in mention["excerpt"]


def test_we_take_a_webmention_of_ronkyuu_and_tell_it_where_it_stands(blog: Blog, linkback: Linkback, ours: str) -> None:
    source = blog.put("by-hand", THEIRS.format(title="By hand", text=LINK.format(ours)))
    status, location = ronkyuu(source, ours)
    assert status == 201
    assert location.startswith(f"{linkback.url}webmention/")
    assert wait_for(lambda: _verified(linkback, ours))["source"] == source


def test_their_changed_post_changes_our_mention_and_one_without_the_link_ends_it(
    blog: Blog, linkback: Linkback, ours: str
) -> None:
    source = blog.put("changing", THEIRS.format(title="One", text=LINK.format(ours)))
    ronkyuu(source, ours)
    first = wait_for(lambda: _verified(linkback, ours))
    linkback.long_ago(first["id"])
    blog.put("changing", THEIRS.format(title="One, and a half", text=LINK.format(ours)))
    assert ronkyuu(source, ours)[0] == 201
    wait_for(lambda: linkback.mention(ours)["title"] == "One, and a half" or None)
    linkback.long_ago(first["id"])
    blog.put("changing", THEIRS.format(title="One, and a half", text="Nothing of bread."))
    assert ronkyuu(source, ours)[0] == 201
    wait_for(lambda: linkback.mention(ours)["status"] == "gone" or None)


def _verified(linkback: Linkback, target: str) -> dict[str, Any] | None:
    found = linkback.mentions(target)
    return found[0] if found and found[0]["verified_at"] else None
