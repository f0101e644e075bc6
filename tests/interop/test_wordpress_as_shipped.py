"""We ping a WordPress as everybody has it: one ping in fifteen seconds for the whole blog, and faults without words."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.interop.blogs import Blog, Post, Rig, age_pings
from tests.interop.own_pages import Pages, by_header, page
from tests.interop.running import Linkback, serving, wait_for

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("wordpress"), pytest.mark.timeout(600)]

LINK = '<p>Long ago they wrote <a href="{}">a piece on bread</a> over there. I liked it.</p>'
US = "linkback/"


@pytest.fixture
def blog(as_shipped: Rig) -> Blog:
    age_pings(as_shipped.b)
    return as_shipped.b


@pytest.fixture
def post(blog: Blog) -> Post:
    """A post of the blog to link to."""
    return blog.publish("A piece on bread", "<p>Bread needs time.</p>")


@pytest.fixture
def put_off(blog: Blog, post: Post, site: Pages, sender: Linkback) -> str:
    """The address of a page of ours whose ping came too soon after another one."""
    first, second = (site.put(name, page(LINK.format(post.url), title=name)) for name in ("first", "second"))
    status, ledger = sender.send(first)
    assert (status, ledger[post.url]["status"]) == (0, "sent")
    status, ledger = sender.send(second)
    assert (status, ledger[post.url]["status"]) == (0, "waiting")
    return second


def test_a_ping_too_soon_after_another_waits_and_has_not_failed(
    blog: Blog, post: Post, sender: Linkback, put_off: str
) -> None:
    calls = blog.calls_by(US)
    status, ledger = sender.send(put_off)
    assert status == 0
    assert ledger[post.url]["status"] == "waiting"
    assert "Slow down" in ledger[post.url]["message"]
    next_try = datetime.fromisoformat(ledger[post.url]["next_try_at"])
    assert timedelta(seconds=15) < next_try - datetime.now(UTC) <= timedelta(minutes=2)
    assert blog.calls_by(US) == calls, "what is not due is not sent"
    assert len(blog.queue(post)) == 1


def test_what_waits_gets_through_with_the_next_send_once_it_is_due(
    blog: Blog, post: Post, sender: Linkback, put_off: str
) -> None:
    age_pings(blog)
    make_due(sender)
    status, ledger = sender.send(put_off)
    assert (status, ledger[post.url]["status"]) == (0, "sent")
    assert ledger[post.url]["next_try_at"] is None
    assert [row["comment_author"] for row in blog.queue(post)] == ["first", "second"]


def test_what_waits_gets_through_by_the_server_once_it_is_due(
    blog: Blog, post: Post, site: Pages, sender: Linkback, put_off: str
) -> None:
    age_pings(blog)
    make_due(sender)
    with serving(sender.folder, sender.compiled, site.url):
        wait_for(lambda: len(blog.queue(post)) == 2)
        status, ledger = wait_for(lambda: settled(sender, put_off))
    assert (status, ledger[post.url]["status"]) == (0, "sent")


def test_a_refusal_without_words_says_so(blog: Blog, elsewhere: Pages, site: Pages, sender: Linkback) -> None:
    foreign = elsewhere.put("foreign", by_header(blog.endpoint))
    source = site.put("lost", page(LINK.format(foreign), title="Lost"))
    status, ledger = sender.send(source)
    assert (status, ledger[foreign]["status"]) == (1, "refused")
    assert ledger[foreign]["message"] == "Refused without a reason (fault 0)."


def settled(sender: Linkback, source: str) -> tuple[int, dict[str, Any]] | None:
    """Return the exit status and the ledger of a page, once nothing of it waits."""
    status, ledger = sender.send(source)
    return None if any(row["status"] == "waiting" for row in ledger.values()) else (status, ledger)


def make_due(linkback: Linkback) -> None:
    """Let the time pass that a waiting delivery has to wait."""
    with sqlite3.connect(linkback.database) as database:
        changed = database.execute("UPDATE deliveries SET next_try_at = 1 WHERE status = 'waiting'")
        assert changed.rowcount == 1
    database.close()
