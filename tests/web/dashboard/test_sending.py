"""The ledger and the feeds watched, on pages: each person sees what is of their own sites, and no more."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from linkback.core.model import Delivery, DeliveryStatus, Role
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from linkback.storage import deliveries
from linkback.web.dashboard import sending
from tests.web.conftest import NUMBERS
from tests.web.dashboard.reading import errors_of, text_of
from tests.web.desk import Browser, signed_in
from tests.web.running import HTML, Running, Site, running, until

SENT, WATCHED = "/dashboard/sent", "/dashboard/watched"
XML = (("Content-Type", "application/rss+xml"),)
HOSTILE = "https://evil.example/<script>alert(1)</script>"


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
def linkback(settings: Settings, own: Site, blog: Site) -> Iterator[Running]:
    with running(settings) as started:
        started.add_site(own.url)
        started.add_site(blog.url)
        yield started


@pytest.fixture(scope="module")
def blogs(linkback: Running, own: Site, blog: Site) -> Blogs:
    return Blogs(own, blog, linkback)


@pytest.fixture
def ana(linkback: Running, own: Site) -> Browser:
    browser = signed_in(linkback, "ana", admin=False, roles={own.url: Role.OWNER})
    browser.get(SENT)
    return browser


@pytest.fixture
def ben(linkback: Running, blog: Site) -> Browser:
    """The browser of the owner of the other site."""
    browser = signed_in(linkback, "ben", admin=False, roles={blog.url: Role.OWNER})
    browser.get(SENT)
    return browser


@pytest.fixture
def bob(linkback: Running, own: Site) -> Browser:
    """The browser of a moderator of my site."""
    browser = signed_in(linkback, "bob", admin=False, roles={own.url: Role.MODERATOR})
    browser.get(SENT)
    return browser


@pytest.fixture
def root(linkback: Running) -> Browser:
    browser = signed_in(linkback, "root")
    browser.get(SENT)
    return browser


def owe(linkback: Running, *owed: tuple[str, str, DeliveryStatus]) -> list[int]:
    return asyncio.run(_owe(linkback.settings, owed))


async def _owe(settings: Settings, owed: tuple[tuple[str, str, DeliveryStatus], ...]) -> list[int]:
    async with open_database(settings) as database:
        new = [Delivery(0, source, target, status, utc_now(), message="It said so.") for source, target, status in owed]
        await database.write(deliveries.add, new)
        found = [await database.read(deliveries.of, one.source) for one in new]
        return [
            each.id for one, several in zip(new, found, strict=True) for each in several if each.target == one.target
        ]


def targets_on(browser: Browser, query: str = "") -> list[str]:
    return re.findall(r'<th scope="row"><a href="/dashboard/sent/\d+"><bdi>(.*?)</bdi>', browser.get(SENT + query).text)


def test_a_post_is_sent_after_its_plan_was_seen(ana: Browser, blogs: Blogs) -> None:
    post = blogs.mine.post("sent/post", blogs.target("sent/target"))
    planned = ana.post(SENT, {"url": post})
    assert planned.status == 200
    assert "1 page would be told" in text_of(planned)
    assert targets_on(ana, f"?source={post}") == []
    sent = ana.post(SENT, {"url": post, "send": "1"})
    assert sent.status == 303
    until(lambda: "Sent" in text_of(ana.get(sent.location)).partition("What was sent, newest first")[2])
    assert [one.source for one in blogs.server.mentions() if one.target == blogs.theirs.url + "sent/target"] == [post]


def test_a_post_that_links_to_nothing_is_not_sent(ana: Browser, blogs: Blogs) -> None:
    shown = ana.post(SENT, {"url": blogs.mine.page("lonely", "<p>hello</p>")})
    assert "links to nothing" in text_of(shown)
    assert "Send it" not in text_of(shown)


@pytest.mark.parametrize("send", [{}, {"send": "1"}])
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://elsewhere.example/post", "no page of one of your sites"),
        ("{theirs}post", "no page of one of your sites"),
        ("nonsense", "not absolute"),
        ("", "empty"),
        ("{mine}missing", "answered 404"),
        ("{mine}away", "leads to {theirs}"),
    ],
)
def test_only_a_page_of_ones_own_is_sent_for(
    ana: Browser, blogs: Blogs, url: str, sentence: str, send: dict[str, str]
) -> None:
    blogs.mine.page("away", status=302, headers=(("Location", blogs.theirs.page("target-of-away")),))
    names = {"mine": blogs.mine.url, "theirs": blogs.theirs.url}
    shown = ana.post(SENT, {"url": url.format(**names), **send})
    assert shown.status == 422
    assert sentence.format(**names) in errors_of(shown)[0]
    assert f'value="{url.format(**names)}"' in shown.text


def test_each_sees_what_was_sent_for_their_own_sites(
    ana: Browser, ben: Browser, bob: Browser, root: Browser, linkback: Running, blogs: Blogs
) -> None:
    here, there = f"https://x.example/{next(NUMBERS)}", f"https://y.example/{next(NUMBERS)}"
    hers, his = owe(
        linkback,
        (f"{blogs.mine.url}private", here, DeliveryStatus.FAILED),
        (f"{blogs.theirs.url}private", there, DeliveryStatus.FAILED),
    )
    for browser, seen in ((ana, [here]), (bob, [here]), (ben, [there]), (root, [there, here])):
        assert [target for target in targets_on(browser) if target in (here, there)] == seen
    assert "It said so." in text_of(ana.get(f"{SENT}/{hers}"))
    for browser, foreign in ((ana, his), (bob, his), (ben, hers)):
        assert browser.get(f"{SENT}/{foreign}").status == 404
        browser.get(SENT)
        assert browser.post(f"{SENT}/{foreign}/retry").status == 404
    assert root.get(f"{SENT}/{his}").status == 200


def test_a_delivery_is_tried_again_when_asked(ana: Browser, linkback: Running, blogs: Blogs) -> None:
    post = blogs.mine.post("retry/post", blogs.target("retry/target"))
    (delivery,) = owe(linkback, (post, blogs.theirs.url + "retry/target", DeliveryStatus.REFUSED))
    assert ana.post(f"{SENT}/{delivery}/retry").location == f"{SENT}/{delivery}?said=delivery-again"
    until(lambda: "Sent" in text_of(ana.get(f"{SENT}/{delivery}")).partition("Tries, oldest first")[2])


def test_the_ledger_is_filtered_by_status_page_and_target(ana: Browser, linkback: Running, blogs: Blogs) -> None:
    post, other = f"{blogs.mine.url}filter/a", f"{blogs.mine.url}filter/b"
    waits, failed, elsewhere = (f"https://f{number}.example/" for number in range(3))
    owe(
        linkback,
        (post, waits, DeliveryStatus.SKIPPED),
        (post, failed, DeliveryStatus.NO_ENDPOINT),
        (other, elsewhere, DeliveryStatus.NO_ENDPOINT),
    )
    assert targets_on(ana, f"?source={post}") == [failed, waits]
    assert targets_on(ana, f"?source={post}&status=skipped") == [waits]
    assert targets_on(ana, f"?target={elsewhere}") == [elsewhere]
    assert targets_on(ana, "?status=no_endpoint")[:2] == [elsewhere, failed]
    assert targets_on(ana, f"?source={blogs.mine.url}filter/none") == []


def test_only_an_owner_has_a_delivery_tried_again(bob: Browser, linkback: Running, blogs: Blogs) -> None:
    (delivery,) = owe(linkback, (f"{blogs.mine.url}not-yours", "https://z.example/", DeliveryStatus.FAILED))
    assert "Try again now" not in text_of(bob.get(f"{SENT}/{delivery}"))
    assert bob.post(f"{SENT}/{delivery}/retry").status == 404
    assert status_of(linkback, delivery) is DeliveryStatus.FAILED


@pytest.mark.parametrize("status", [DeliveryStatus.SKIPPED, DeliveryStatus.SENT])
def test_what_was_left_out_or_taken_is_not_tried_again(
    ana: Browser, linkback: Running, blogs: Blogs, status: DeliveryStatus
) -> None:
    (delivery,) = owe(linkback, (f"{blogs.mine.url}{status}", f"https://{status}.example/", status))
    assert "Try again now" not in text_of(ana.get(f"{SENT}/{delivery}"))
    shown = ana.post(f"{SENT}/{delivery}/retry", follow=True)
    assert "That is not tried again" in text_of(shown)
    assert status_of(linkback, delivery) is status


def test_what_was_taken_is_told_a_second_time_where_somebody_says_so(
    ana: Browser, linkback: Running, blogs: Blogs
) -> None:
    post = blogs.mine.post("twice/post", blogs.target("twice/target"))
    (delivery,) = owe(linkback, (post, blogs.theirs.url + "twice/target", DeliveryStatus.SENT))
    assert "Send it a second time" in text_of(ana.get(f"{SENT}/{delivery}"))
    ana.post(f"{SENT}/{delivery}/retry", {"again": "yes"})
    until(lambda: "Sent" in text_of(ana.get(f"{SENT}/{delivery}")).partition("Tries, oldest first")[2])


def status_of(linkback: Running, delivery_id: int) -> DeliveryStatus:
    return asyncio.run(_status_of(linkback.settings, delivery_id))


async def _status_of(settings: Settings, delivery_id: int) -> DeliveryStatus:
    async with open_database(settings) as database:
        return (await database.read(deliveries.get, delivery_id)).status


@pytest.mark.parametrize(
    "query", ["?status=x&before=x", "?before=-1", "?before=" + "9" * 30, "?status=planned", "?" + "a=1&" * 60]
)
def test_nonsense_in_a_query_is_not_said(ana: Browser, query: str) -> None:
    assert ana.get(SENT + query).status == 200


def test_an_address_that_is_none_is_told(ana: Browser) -> None:
    assert errors_of(ana.get(f"{SENT}?source=nonsense"))


def test_a_long_ledger_is_read_a_page_at_a_time(ana: Browser, linkback: Running, blogs: Blogs) -> None:
    post = f"{blogs.mine.url}long"
    every = [f"https://long.example/{number}" for number in range(sending.PER_PAGE + 1)]
    owe(linkback, *((post, target, DeliveryStatus.SKIPPED) for target in every))
    first = ana.get(f"{SENT}?source={post}&status=skipped")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older
    assert targets_on(ana, f"?source={post}&status=skipped") == every[:0:-1]
    assert targets_on(ana, older[1].replace("&amp;", "&").removeprefix(SENT)) == every[:1]


def test_what_strangers_wrote_is_inert(ana: Browser, linkback: Running, blogs: Blogs) -> None:
    (delivery,) = owe(linkback, (f"{blogs.mine.url}hostile", HOSTILE, DeliveryStatus.FAILED))
    for path in (SENT, f"{SENT}/{delivery}"):
        assert "<script>alert" not in ana.get(path).text


def watched(browser: Browser, url: str, **more: str) -> str:
    """Watch a feed and return the address of its page."""
    browser.get(WATCHED)
    shown = browser.post(WATCHED, {"url": url, "since": "now", "day": "", **more})
    assert shown.status == 303, errors_of(shown)
    return shown.location.partition("?")[0]


def test_a_feed_is_watched_looked_at_and_left(ana: Browser, blogs: Blogs) -> None:
    old = blogs.mine.post("w/old", blogs.target("w/other"))
    page = watched(ana, blogs.feed("w/feed", old))
    assert old in ana.get(page).text
    new = blogs.mine.post("w/new", blogs.target("w/theirs"))
    blogs.feed("w/feed", new, old)
    assert ana.post(f"{page}/look").location == f"{page}?said=feed-asked"
    until(lambda: new in ana.get(page).text)
    until(lambda: blogs.theirs.url + "w/theirs" in targets_on(ana))
    ana.get(page)
    assert ana.post(f"{page}/delete").location == f"{WATCHED}?said=feed-dropped"
    assert ana.get(page).status == 404
    assert blogs.theirs.url + "w/theirs" in targets_on(ana)


def test_a_feed_that_a_page_names_is_watched(ana: Browser, blogs: Blogs) -> None:
    blogs.feed("named/feed")
    home = blogs.mine.page("named/", '<link rel="alternate" type="application/rss+xml" href="/named/feed">')
    assert blogs.mine.url + "named/feed" in ana.get(watched(ana, home)).text


@pytest.mark.parametrize(
    ("url", "more", "field"),
    [
        ("https://elsewhere.example/feed", {}, "one of your sites"),
        ("{theirs}feed", {}, "one of your sites"),
        ("{mine}leads", {}, "not on one of your sites"),
        ("{mine}missing", {}, "404"),
        ("nonsense", {}, "not absolute"),
        ("{mine}any", {"since": "day", "day": "yesterday"}, "a day such as"),
        ("{mine}any", {"since": "day", "day": ""}, "a day such as"),
    ],
)
def test_a_feed_that_will_not_do_is_shown_again_with_a_sentence(
    ana: Browser, blogs: Blogs, url: str, more: dict[str, str], field: str
) -> None:
    blogs.theirs.page("feed", '<rss version="2.0"><channel></channel></rss>', headers=XML)
    link = f'<link rel="alternate" type="application/rss+xml" href="{blogs.theirs.url}feed">'
    blogs.mine.page("leads", link)
    ana.get(WATCHED)
    named = url.format(mine=blogs.mine.url, theirs=blogs.theirs.url)
    shown = ana.post(WATCHED, {"url": named, "since": "now", "day": "", **more})
    assert shown.status == 422
    assert field in errors_of(shown)[0]
    assert f'value="{named}"' in shown.text
    assert "No feed is watched" in text_of(ana.get(WATCHED)) or f"{blogs.theirs.url}feed" not in ana.get(WATCHED).text


def test_each_sees_the_feeds_of_their_own_sites(
    ana: Browser, ben: Browser, bob: Browser, root: Browser, blogs: Blogs
) -> None:
    page = watched(ana, blogs.feed(f"mine-{next(NUMBERS)}"))
    assert root.get(page).status == 200
    for browser in (ben, bob):
        assert browser.get(page).status == 404
        browser.get(WATCHED)
        for path in (f"{page}/look", f"{page}/delete"):
            assert browser.post(path).status == 404
    assert ana.get(page).status == 200


def test_who_owns_no_site_is_offered_no_sending(bob: Browser) -> None:
    assert "Send for a page" not in text_of(bob.get(SENT))
    assert "Watch it" not in text_of(bob.get(WATCHED))
