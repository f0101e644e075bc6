"""Trackbacks with a real WordPress, both ways; its brakes are off, so that it says what it means."""

from collections.abc import Iterator
from typing import Any

import pytest

from linkback.core.protocols import trackback
from tests.interop.blogs import SIGNED_IN, Blog, Post, Rig
from tests.interop.own_pages import Pages, page
from tests.interop.running import OPEN, Linkback, wait_for

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("wordpress"), pytest.mark.timeout(600)]

# What classic themes print below a post; WordPress has the words for it, but no theme of today calls for them.
CLASSIC_THEME = """<?php
add_action( 'wp_footer', function () {
    if ( is_singular() ) { setup_postdata( $GLOBALS['post'] ); echo '<!--'; trackback_rdf(); echo '-->'; }
} );
"""
LINK = '<p>Long ago they wrote <a href="{}">a piece on bread</a> over there. I liked it.</p>'


@pytest.fixture
def blog(brakes_off: Rig) -> Iterator[Blog]:
    """A blog with a classic theme."""
    theme = brakes_off.folder / "mu-plugins" / "classic-theme.php"
    theme.write_text(CLASSIC_THEME)
    theme.chmod(0o644)
    yield brakes_off.b
    theme.unlink()


@pytest.fixture
def post(blog: Blog) -> Post:
    """A post of the blog to link to."""
    return blog.publish("A piece on bread & butter", "<p>Bread needs time.</p>")


def test_our_trackback_stands_in_the_moderation_queue(blog: Blog, post: Post, site: Pages, sender: Linkback) -> None:
    source = site.put("tracked", page(LINK.format(post.url), title="What I liked & why"))
    row = told(sender, source)
    assert row["status"] == "sent", row
    assert row["protocol"] == "trackback"
    assert row["endpoint"] == f"{post.url}trackback/"
    (queued,) = trackbacks(blog, post)
    assert queued["comment_author_url"] == source
    assert "What I liked" in queued["comment_content"]
    assert "a piece on bread" in queued["comment_content"]


def test_a_post_that_was_told_is_not_told_again_by_trackback(
    blog: Blog, post: Post, site: Pages, sender: Linkback
) -> None:
    source = site.put("twice", page(LINK.format(post.url), title="Twice"))
    told(sender, source)
    site.put("twice", page(LINK.format(post.url) + "<p>One word more.</p>", title="Twice"))
    told(sender, source)
    assert len(trackbacks(blog, post)) == 1


def test_a_refusal_of_wordpress_stands_in_the_ledger(blog: Blog, site: Pages, sender: Linkback) -> None:
    closed = blog.publish("Closed", "<p>No pings here.</p>", ping_status="closed")
    source = site.put("refused", page(LINK.format(closed.url), title="Refused"))
    row = told(sender, source)
    assert row["status"] in ("refused", "no_endpoint"), row
    assert trackbacks(blog, closed) == []


def test_a_trackback_of_wordpress_is_verified_and_kept(blog: Blog, site: Pages, linkback: Linkback) -> None:
    target = takes_trackbacks(site, linkback, "notes")
    source = publish_with_trackback(blog, LINK.format(target), f"{linkback.url}trackback?for={target}")
    blog.send_pings()
    mention = wait_for(lambda: next(iter(linkback.mentions(target)), None))
    assert mention["source"] == source
    assert mention["protocols"] == ["trackback"]
    assert mention["status"] == "held"
    assert mention["excerpt"] == "Long ago they wrote a piece on bread over there."


def test_a_trackback_of_wordpress_without_a_link_is_refused(blog: Blog, site: Pages, linkback: Linkback) -> None:
    target = takes_trackbacks(site, linkback, "unlinked")
    publish_with_trackback(blog, "<p>No link at all.</p>", f"{linkback.url}trackback/{target}")
    blog.send_pings()
    wait_for(lambda: linkback.answers(target) == ["no_link"] or None)
    assert linkback.mentions(target) == []


def test_the_same_post_by_trackback_and_pingback_is_one_mention(blog: Blog, site: Pages, linkback: Linkback) -> None:
    target = takes_trackbacks(site, linkback, "both")
    source = publish_with_trackback(blog, LINK.format(target), f"{linkback.url}trackback?for={target}")
    blog.send_pings()
    mention = wait_for(lambda: next(iter(linkback.mentions(target)), None))
    blog.php(
        "include_once ABSPATH . WPINC . '/class-IXR.php';"
        "include_once ABSPATH . WPINC . '/class-wp-http-ixr-client.php';"
        "$client = new WP_HTTP_IXR_Client($given['endpoint']);"
        "return $client->query('pingback.ping', $given['source'], $given['target']);",
        endpoint=linkback.endpoint,
        source=source,
        target=target,
    )
    both = linkback.mention(target)
    assert both["id"] == mention["id"]
    assert sorted(both["protocols"]) == ["pingback", "trackback"]


def takes_trackbacks(site: Pages, linkback: Linkback, path: str) -> str:
    """Put a page on our owner's site that takes trackbacks, and return its address."""
    target = site.url + path
    header, elements = trackback.advertise(f"{linkback.url}trackback", target)
    return site.put(path, page(f"<p>Here is something to link to.</p>{elements}", headers=(header,)))


def publish_with_trackback(blog: Blog, html: str, endpoint: str) -> str:
    """Publish a post with a trackback address typed in by its author, and return where it is."""
    content = {"title": "Read & liked", "description": html, "mt_tb_ping_urls": [endpoint]}
    number = str(blog.call("metaWeblog.newPost", 1, *SIGNED_IN, content, True))
    return str(blog.call("wp.getPost", 1, *SIGNED_IN, number)["link"])


def trackbacks(blog: Blog, post: Post) -> list[dict[str, str]]:
    """Return the trackbacks that a post has, oldest first."""
    rows: list[dict[str, str]] = blog.driver("comments", str(post.id))
    return [row for row in rows if row["comment_type"] == "trackback"]


def told(sender: Linkback, source: str) -> dict[str, Any]:
    """Tell the one page that a post links to by trackback, and return its row of the ledger."""
    done = sender.run("send", source, "--json", "--protocol", "trackback", *OPEN)
    assert done.output, done.words
    (row,) = done.document["deliveries"]
    assert isinstance(row, dict)
    return row
