"""We publish a post that links to a real WordPress; its brakes are off, so that it says what it means."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.interop.blogs import Blog, Post, Rig
from tests.interop.own_pages import Answer, Pages, by_header, page
from tests.interop.running import Linkback

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("wordpress"), pytest.mark.timeout(600)]

LINK = '<p>Long ago they wrote <a href="{}">a piece on bread</a> over there. I liked it.</p>'
US = "linkback/"
# WordPress looks for the link in the first 150 KB of a page only.
TOO_FAR_FOR_WORDPRESS = "<p>And so on.</p>" * 10_000


@pytest.fixture
def blog(brakes_off: Rig) -> Blog:
    return brakes_off.b


@pytest.fixture
def post(blog: Blog) -> Post:
    """A post of the blog to link to."""
    return blog.publish("A piece on bread", "<p>Bread needs time.</p>")


def test_our_ping_stands_in_the_moderation_queue(blog: Blog, post: Post, site: Pages, sender: Linkback) -> None:
    source = site.put("liked", page(LINK.format(post.url), title="What I liked"))
    status, ledger = sender.send(source)
    assert status == 0
    assert list(ledger) == [post.url]
    assert ledger[post.url]["status"] == "sent"
    assert ledger[post.url]["protocol"] == "pingback"
    assert ledger[post.url]["endpoint"] == blog.endpoint
    assert ledger[post.url]["http_status"] == 200
    assert f"Pingback from {source} to {post.url} registered." in ledger[post.url]["message"]
    assert ledger[post.url]["next_try_at"] is None
    (queued,) = blog.queue(post)
    assert queued["comment_author"] == "What I liked"
    assert queued["comment_author_url"] == source
    assert "a piece on bread" in queued["comment_content"]
    assert queued["comment_agent"].startswith(US)
    assert queued["comment_approved"] == "0"
    assert blog.call("pingback.extensions.getPingbacks", post.url) == [source]


def test_nothing_is_sent_twice_and_a_changed_post_is_sent_to_its_new_links(
    blog: Blog, post: Post, site: Pages, sender: Linkback
) -> None:
    source = site.put("growing", page(LINK.format(post.url), title="Growing"))
    before = blog.calls_by(US)
    _, first = sender.send(source)
    assert blog.calls_by(US) == before + 1
    assert sender.send(source) == (0, first)
    assert blog.calls_by(US) == before + 1
    other = blog.publish("Another piece", "<p>Dough.</p>")
    site.put("growing", page(LINK.format(post.url) + LINK.format(other.url), title="Growing"))
    status, ledger = sender.send(source)
    assert status == 0
    assert {target: row["status"] for target, row in ledger.items()} == {post.url: "sent", other.url: "sent"}
    assert blog.calls_by(US) == before + 2
    assert [len(blog.queue(one)) for one in (post, other)] == [1, 1]


def test_one_post_tells_every_blog_it_links_to(brakes_off: Rig, site: Pages, sender: Linkback) -> None:
    blogs = (brakes_off.a, brakes_off.b)
    posts = [(blog, blog.publish(f"Post {n}", "<p>Words.</p>")) for blog in blogs for n in range(4)]
    source = site.put("many", page("".join(LINK.format(post.url) for _, post in posts), title="Many links"))
    status, ledger = sender.send(source)
    assert status == 0
    assert {row["status"] for row in ledger.values()} == {"sent"}
    queued = {row["comment_post_ID"] for row in brakes_off.a.queue() if row["comment_author_url"] == source}
    assert queued == {str(post.id) for blog, post in posts if blog.letter == "a"}


def test_a_post_says_in_its_header_that_it_takes_pings(blog: Blog, post: Post, sender: Linkback) -> None:
    expected = {"protocol": "pingback", "endpoint": blog.endpoint, "found_in": "header"}
    assert sender.discover(post.url) == [expected]


@dataclass(frozen=True)
class World:
    """Who plays a part: our pages, somebody else's, and a blog with a post."""

    site: Pages
    elsewhere: Pages
    blog: Blog
    post: Post

    def links(self, path: str, *, to: str = "", title: str = "A page", before: str = "") -> str:
        """Put a page of ours that links to the post, or elsewhere, and return its address."""
        return self.site.put(path, page(before + LINK.format(to or self.post.url), title=title))


@pytest.fixture
def world(site: Pages, elsewhere: Pages, blog: Blog, post: Post) -> World:
    return World(site, elsewhere, blog, post)


# Each puts a page of ours, and returns its address and the one it links to.


def nothing_to_read(world: World) -> tuple[str, str]:
    world.site.for_wordpress["/nothing"] = Answer(b"")
    return world.links("nothing"), world.post.url


def link_beyond_reach(world: World) -> tuple[str, str]:
    return world.links("far", before=TOO_FAR_FOR_WORDPRESS), world.post.url


def no_title(world: World) -> tuple[str, str]:
    return world.links("untitled", title=""), world.post.url


def closed_post(world: World) -> tuple[str, str]:
    # Old themes print the element on every page, whether it takes pings or not.
    element = f'<link rel="pingback" href="{world.blog.endpoint}" /><p>Closed.</p>'
    closed = str(world.blog.driver("post", "closed", "A closed piece", element, "ping_status=closed")["url"])
    return world.links("knocks", to=closed), closed


def foreign_target(world: World) -> tuple[str, str]:
    foreign = world.elsewhere.put("foreign", by_header(world.blog.endpoint))
    return world.links("lost", to=foreign), foreign


def known_already(world: World) -> tuple[str, str]:
    source = world.links("known")
    assert world.blog.call("pingback.ping", source, world.post.url)
    return source, world.post.url


def same_words(world: World) -> tuple[str, str]:
    first, second = (world.links(name, title="Twins") for name in ("one", "two"))
    assert world.blog.call("pingback.ping", first, world.post.url)
    return second, world.post.url


Put = Callable[[World], tuple[str, str]]
ANSWERS: list[tuple[Put, str, str]] = [
    (nothing_to_read, "refused", "The source URL does not exist"),  # 16
    (link_beyond_reach, "refused", "does not contain a link to the target URL"),  # 17
    (no_title, "refused", "A title on that page cannot be found."),  # 32
    (closed_post, "refused", "cannot be used as a target"),  # 33
    (foreign_target, "refused", "Is there no link to us?"),  # 0
    (known_already, "sent", "They have this link already."),  # 48
    (same_words, "sent", "They have this link already."),  # 409
]


@pytest.mark.parametrize(("put", "status", "words"), ANSWERS, ids=[put.__name__ for put, _, _ in ANSWERS])
def test_what_wordpress_answers_stands_in_the_ledger(
    world: World, sender: Linkback, put: Put, status: str, words: str
) -> None:
    source, target = put(world)
    ended, ledger = sender.send(source)
    assert ledger[target]["status"] == status
    assert words in ledger[target]["message"]
    assert ledger[target]["endpoint"] == world.blog.endpoint
    assert ledger[target]["next_try_at"] is None
    assert ended == {"sent": 0, "refused": 1}[status]
