"""A real WordPress publishes a post that links to us."""

import xmlrpc.client
from collections.abc import Callable

import pytest

from tests.interop.blogs import Blog, Rig, ask
from tests.interop.own_pages import Answer, Pages, by_header, by_link
from tests.interop.running import Linkback, wait_for

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("wordpress"), pytest.mark.timeout(600)]

DECISIONS = {"approve": "approved", "spam": "spam", "remove": "removed"}
POST = '<p>Something before. I keep to <a href="{}">these notes on sourdough</a> in winter. Something after.</p>'
SENTENCE = "I keep to these notes on sourdough in winter."


@pytest.fixture
def blog(as_shipped: Rig) -> Blog:
    return as_shipped.a


@pytest.mark.parametrize(("advertised", "how"), [(by_header, "header"), (by_link, "link")])
def test_a_post_is_told_by_the_blogs_own_clock_and_arrives(
    blog: Blog, site: Pages, linkback: Linkback, advertised: Callable[[str], Answer], how: str
) -> None:
    target = site.put(f"notes-by-{how}", advertised(linkback.endpoint))
    post = blog.publish(f"Bread in winter, by {how}", POST.format(target))
    blog.run_clock()
    (mention,) = wait_for(lambda: linkback.mentions(target))
    assert mention["source"] == post.url
    assert mention["protocols"] == ["pingback"]
    assert mention["status"] == "held"
    assert mention["kind"] == "mention"
    assert mention["title"].startswith(f"Bread in winter, by {how}")
    assert mention["excerpt"] == SENTENCE
    assert mention["anchor"] == "these notes on sourdough"
    assert mention["verified_at"] >= mention["received_at"]
    assert mention["verdict"]["decision"] == "held"
    assert f"{blog.host} has never linked here before." in mention["verdict"]["reasons"]
    assert 0 <= mention["verdict"]["score"] <= 1


def test_the_author_is_who_the_post_says(blog: Blog, site: Pages, linkback: Linkback) -> None:
    target = site.put("authored", by_header(linkback.endpoint))
    byline = '<span class="p-author h-card"><a class="u-url p-name" href="http://ana.example/">Ana Weaver</a></span>'
    entry = f'<div class="h-entry">{byline}<div class="e-content">{POST.format(target)}</div></div>'
    blog.publish("An authored post", entry)
    blog.send_pings()
    mention = linkback.mention(target)
    assert mention["author"]["name"] == "Ana Weaver"
    assert mention["author"]["url"] == "http://ana.example/"


def test_links_are_understood_as_wordpress_writes_them(blog: Blog, site: Pages, linkback: Linkback) -> None:
    pages = [site.put(path, by_header(linkback.endpoint)) for path in ("plain", "asked?a=1&b=2", "long")]
    targets = [*pages[:2], pages[2] + "#middle"]
    links = "".join(POST.format(target.replace("&", "&amp;")) for target in targets)
    post = blog.publish("A post with links of all kinds", links)
    blog.send_pings()
    arrived = {mention["target"]: mention["excerpt"] for mention in linkback.mentions()}
    assert arrived == dict.fromkeys(targets, SENTENCE)
    assert blog.pinged(post) == targets[-1:]


def test_decisions_last_when_wordpress_sends_again(blog: Blog, site: Pages, linkback: Linkback) -> None:
    pages = {how: site.put(how, by_header(linkback.endpoint)) for how in (*DECISIONS, "nothing")}
    links = "".join(map(POST.format, pages.values()))
    post = blog.publish("Four links", links)
    blog.send_pings()
    before = {mention["target"]: mention for mention in linkback.mentions()}
    for how in DECISIONS:
        linkback.decide(how, before[pages[how]])
    # WordPress remembers one link of a post only, and tells of the others again at each edit.
    told = blog.pinged(post)
    blog.edit(post, links + "<p>A word more.</p>")
    blog.send_pings()
    answers = [linkback.answers(page) for page in pages.values() if page not in told]
    assert answers == [[None, "already_registered"]] * (len(pages) - 1)
    after = {mention["target"]: mention for mention in linkback.mentions()}
    assert {how: after[pages[how]]["status"] for how in DECISIONS} == DECISIONS
    assert {page: mention["id"] for page, mention in after.items()} == {p: m["id"] for p, m in before.items()}


def test_what_we_have_already_counts_as_told_for_wordpress(blog: Blog, site: Pages, linkback: Linkback) -> None:
    target = site.put("had", by_header(linkback.endpoint))
    post = blog.publish("Told twice", POST.format(target))
    with xmlrpc.client.ServerProxy(linkback.endpoint) as server:
        assert server.pingback.ping(post.url, target)
    blog.send_pings()
    assert linkback.answers(target) == [None, "already_registered"]
    assert blog.pinged(post) == [target]


def test_a_blog_that_was_approved_once_is_trusted(blog: Blog, site: Pages, linkback: Linkback) -> None:
    first, second = (site.put(f"trust-{name}", by_header(linkback.endpoint)) for name in ("first", "second"))
    blog.publish("A first post", POST.format(first))
    blog.send_pings()
    linkback.decide("approve", linkback.mention(first))
    blog.publish("A second post", POST.format(second))
    blog.send_pings()
    mention = linkback.mention(second)
    assert mention["status"] == "approved"
    assert f"{blog.host} has 1 mention approved here." in mention["verdict"]["reasons"]


def test_wordpress_is_told_only_of_approved_pingbacks(blog: Blog, site: Pages, linkback: Linkback) -> None:
    target = site.put("asked-of", by_header(linkback.endpoint))
    posts = [blog.publish(f"{name} about the page", POST.format(target)) for name in ("One", "Another")]
    blog.send_pings()
    assert pingbacks_of(blog, linkback, target) == []
    mentions = {mention["source"]: mention for mention in linkback.mentions(target)}
    assert set(mentions) == {post.url for post in posts}
    linkback.decide("approve", mentions[posts[0].url])
    assert pingbacks_of(blog, linkback, target) == [posts[0].url]


def pingbacks_of(blog: Blog, linkback: Linkback, target: str) -> object:
    """Return what WordPress's own client gets to hear of us."""
    return ask(blog, linkback.endpoint, "pingback.extensions.getPingbacks", target)
