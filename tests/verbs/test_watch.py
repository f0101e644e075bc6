"""Which posts of a feed are told of, and when; and that nothing is told twice or lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.errors import NotFound, TooBusy
from linkback.core.model import Delivery, Feed, FollowedPost, Headers, Page, Reply, Request, Role, Seat, User
from linkback.core.protocols import pingback
from linkback.storage import attempts, deliveries, feeds, followed_posts, seats, users
from linkback.watch import NoListing, Watcher
from tests.verbs.fakes import SITE, Clock, Linkback, Web

FEED = SITE + "feed.xml"
XML = (("content-type", "application/rss+xml"),)
THEIRS, OTHERS = "https://theirs.example/notes", "https://others.example/page"
KEPT = "https://kept.example/page"


def item(path: str, text: str = "", date: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><link>{path}</link><description>{text}</description>{dated}</item>"


def lists(web: Web, *items: str, headers: Headers = XML, url: str = FEED) -> None:
    """Put a feed there."""
    web.page(url, f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>', headers=headers)


def posts(web: Web, path: str, *targets: str) -> str:
    """Put a post of the own site there, and return its address."""
    anchors = "".join(f'<p>See <a href="{target}">{target[8:]}</a>.</p>' for target in targets)
    web.page(SITE + path, f"<title>Mine</title><article>{anchors}</article>")
    return SITE + path


def takes_pings(web: Web, url: str) -> str:
    """Put a page there that takes pings, and return its endpoint."""
    endpoint = url + "/ping"
    web.page(url, "<p>theirs</p>", headers=(("content-type", "text/html"), ("x-pingback", endpoint)))
    response = pingback.build_response(Reply(message="Thanks."))
    web.pages[endpoint] = Page(response.status, response.headers, response.body, url=endpoint)
    return endpoint


def takes_webmentions(web: Web, url: str) -> str:
    """Put a page there that takes webmentions, and return its endpoint."""
    endpoint = url + "/ping"
    web.page(url, "<p>theirs</p>", headers=(("content-type", "text/html"), ("link", f'<{endpoint}>; rel="webmention"')))
    web.page(endpoint, "Thanks.", status=202)
    return endpoint


@pytest.fixture
def watcher(linkback: Linkback) -> Watcher:
    return linkback.parts.watcher


@pytest.fixture(autouse=True)
def blog(web: Web) -> None:
    """A blog with two posts that link to pages that take pings."""
    takes_pings(web, THEIRS)
    takes_pings(web, OTHERS)
    posts(web, "old", OTHERS)
    posts(web, "new", THEIRS)
    lists(web, item("/old", date="Mon, 02 Nov 2026 09:00:00 GMT"))


async def again(linkback: Linkback, clock: Clock, **later: float) -> None:
    """Do what is due when some time has passed: 20 minutes, if it is not said."""
    clock.move(**(later or {"minutes": 20}))
    await linkback.work()


async def rows(linkback: Linkback, url: str = FEED) -> dict[str, FollowedPost]:
    feed = await state(linkback, url)
    known = await linkback.parts.database.read(followed_posts.of, feed.id)
    return {post.url.removeprefix(SITE): post for post in known}


async def state(linkback: Linkback, url: str = FEED) -> Feed:
    return await linkback.parts.database.read(feeds.get, url)


async def ledger(linkback: Linkback, path: str) -> list[Delivery]:
    return await linkback.parts.database.read(deliveries.of, SITE + path)


async def test_what_a_new_feed_lists_counts_as_told(linkback: Linkback, watcher: Watcher, web: Web) -> None:
    followed = await watcher.add(FEED)
    await linkback.work()
    assert (followed.feed.kind, followed.posts, followed.due) == ("rss", 1, 0)
    assert web.requests(OTHERS) == 0


async def test_a_post_dated_in_the_future_counts_as_told_too(linkback: Linkback, watcher: Watcher, web: Web) -> None:
    lists(web, item("/old", date="Mon, 02 Nov 2037 09:00:00 GMT"))
    assert (await watcher.add(FEED)).due == 0


@pytest.mark.parametrize(
    ("since", "told"),
    [(None, {"a", "b", "c"}), (datetime.fromisoformat("2026-11-10T00:00Z"), {"b"})],
    ids=["all", "since the 10th"],
)
async def test_older_posts_are_told_of_when_the_owner_says_since_when(
    linkback: Linkback, watcher: Watcher, web: Web, since: datetime | None, told: set[str]
) -> None:
    dated = [item("/a", date="Mon, 02 Nov 2026 09:00 GMT"), item("/b", date="Fri, 20 Nov 2026 09:00 GMT"), item("/c")]
    lists(web, *dated)
    for path in "abc":
        posts(web, path, THEIRS)
    assert (await watcher.add(FEED, since)).due == len(told)
    await linkback.work()
    assert {path for path in "abc" if await ledger(linkback, path)} == told


async def test_a_new_post_is_told_of_by_the_next_poll(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    lists(web, item("/new", date="Tue, 24 Nov 2026 00:00:00 GMT"), item("/old", date="Mon, 02 Nov 2026 09:00:00 GMT"))
    await again(linkback, clock, minutes=14)
    assert web.requests(FEED) == 1
    await again(linkback, clock, minutes=2)
    [delivery] = await ledger(linkback, "new")
    assert (delivery.status, delivery.target) == ("sent", THEIRS)
    assert (web.requests(THEIRS + "/ping"), web.requests(OTHERS)) == (1, 0)
    new = (await rows(linkback))["new"]
    assert (new.sent_at, new.next_send_at, new.tries) == (clock(), None, 0)


async def test_a_post_listed_again_unchanged_is_left_alone(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED, None)
    for _ in range(3):
        await again(linkback, clock)
    assert web.requests(FEED) == 4
    assert (web.requests(SITE + "old"), web.requests(OTHERS + "/ping")) == (1, 1)


async def test_a_feed_that_grows_at_its_end_lists_no_news(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    old = item("/old", date="Mon, 02 Nov 2026 09:00:00 GMT")
    lists(web, old, item("/older", date="Thu, 01 Jan 2026 09:00:00 GMT"))
    await again(linkback, clock)
    assert (await rows(linkback))["older"].next_send_at is None
    assert web.requests(SITE + "older") == 0


async def test_the_first_post_of_an_empty_feed_is_news_even_if_it_is_dated_to_the_day(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    lists(web)
    await watcher.add(FEED)
    lists(web, item("/new", date="Tue, 24 Nov 2026 00:00:00 GMT"))
    await again(linkback, clock)
    assert [delivery.status for delivery in await ledger(linkback, "new")] == ["sent"]


async def test_what_was_sent_by_hand_is_not_sent_twice(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    sender = linkback.parts.sender
    await sender.send(await sender.read(SITE + "new"))
    lists(web, item("/new"))
    await again(linkback, clock)
    assert web.requests(THEIRS + "/ping") == 1


async def test_an_unchanged_feed_costs_one_conditional_request(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    lists(web, item("/old"), headers=(*XML, ("etag", '"1"'), ("last-modified", "Mon, 02 Nov 2026 09:00:00 GMT")))
    await watcher.add(FEED)
    web.page(FEED, status=304)
    await again(linkback, clock)
    assert dict(web.asked[-1].headers).items() >= {
        ("if-none-match", '"1"'),
        ("if-modified-since", "Mon, 02 Nov 2026 09:00:00 GMT"),
    }
    feed = await state(linkback)
    assert (feed.polled_at, feed.etag, feed.failures) == (clock(), '"1"', 0)


async def test_a_feed_that_is_well_again_and_unchanged_shows_no_trouble_any_more(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    lists(web, item("/old"), headers=(*XML, ("etag", '"one"')))
    await watcher.add(FEED)
    messages = []
    for status in (500, 304):
        web.page(FEED, status=status)
        await again(linkback, clock, hours=1)
        messages.append((await state(linkback)).message)
    assert messages == ["It answers 500.", "It has not changed."]


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [((), 15), ((("cache-control", "public, max-age=1800"),), 30), ((("cache-control", "max-age=9999999"),), 60)],
)
async def test_a_feed_is_not_asked_for_while_it_says_that_it_is_fresh(
    watcher: Watcher, web: Web, clock: Clock, headers: Headers, minutes: int
) -> None:
    lists(web, item("/old"), headers=(*XML, *headers))
    assert (await watcher.add(FEED)).feed.next_poll_at == clock() + timedelta(minutes=minutes)


async def test_a_failing_feed_is_asked_for_ever_more_rarely_and_loses_nothing(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    web.page(FEED, status=500)
    gaps: list[float] = []
    for _ in range(8):
        clock.move(days=1)
        await linkback.work()
        feed = await state(linkback)
        assert feed.next_poll_at is not None
        gaps.append((feed.next_poll_at - clock()).total_seconds() / 60)
    assert gaps == [30, 60, 120, 240, 480, 960, 1440, 1440]
    assert (feed.failures, feed.message) == (8, "It answers 500.")
    lists(web, item("/new"))
    await again(linkback, clock, days=1)
    assert (await state(linkback)).failures == 0
    assert [delivery.status for delivery in await ledger(linkback, "new")] == ["sent"]


@pytest.mark.parametrize(
    ("status", "headers", "hours"),
    [(503, (("retry-after", "7200"),), 2), (429, (("retry-after", "9999999"),), 24), (404, (), 0.5)],
)
async def test_a_feed_that_asks_to_be_left_alone_is(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock, status: int, headers: Headers, hours: float
) -> None:
    await watcher.add(FEED)
    web.page(FEED, status=status, headers=headers)
    await again(linkback, clock)
    assert (await state(linkback)).next_poll_at == clock() + timedelta(hours=hours)


async def test_our_own_politeness_is_no_failure_of_the_feed(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    web.pages[FEED] = TooBusy(FEED, retry_after=7)
    await again(linkback, clock)
    feed = await state(linkback)
    assert (feed.failures, feed.next_poll_at) == (0, clock() + timedelta(seconds=7))


async def test_a_feed_that_is_gone_is_polled_no_more_and_says_so(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    web.page(FEED, status=410)
    await again(linkback, clock)
    await again(linkback, clock, days=30)
    assert web.requests(FEED) == 2
    feed = await state(linkback)
    assert feed.next_poll_at is None
    assert "410" in feed.message


@pytest.mark.parametrize(
    ("moved", "kept"),
    [(SITE + "atom.xml", SITE + "atom.xml"), ("https://feeds.me.example/1", "https://feeds.me.example/1"),
     ("https://strange.example/feed", FEED)],
)  # fmt: skip
async def test_a_feed_that_moved_for_good_is_asked_for_where_it_is_unless_that_is_a_strangers(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock, moved: str, kept: str
) -> None:
    await watcher.add(FEED)
    page = web.pages[FEED]
    assert isinstance(page, Page)
    web.pages[FEED] = replace(page, url=moved, redirects=(FEED,), moved=moved)
    await again(linkback, clock)
    assert [feed.url for feed in await linkback.parts.database.read(feeds.every)] == [kept]


async def test_a_feed_that_moved_onto_another_one_ends(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    other = SITE + "atom.xml"
    lists(web, item("/old"), url=other)
    await watcher.add(FEED)
    await watcher.add(other)
    page = web.pages[FEED]
    assert isinstance(page, Page)
    web.pages[FEED] = replace(page, url=other, redirects=(FEED,), moved=other)
    await again(linkback, clock)
    feed = await state(linkback)
    assert feed.next_poll_at is None
    assert other in feed.message


async def test_posts_of_strangers_are_left_alone_and_counted(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await linkback.parts.registrar.add("https://second.example/blog")
    linkback.parts.sites._read_at = float("-inf")
    near = ["https://second.example/blog/x", "https://sub.me.example/x"]
    far = ["https://second.example/other", "https://planet.example/x", "https://me.example.evil.example/"]
    lists(web, *map(item, [*near, *far]))
    followed = await watcher.add(FEED, None)
    assert {post.url for post in (await rows(linkback)).values()} == set(near)
    assert "3 on other sites" in followed.feed.message


BOBS, ANNS_TOO, NOBODYS = "https://bob.example/", "https://ann.example/", "https://nobody.example/"


@pytest.fixture
async def shared(linkback: Linkback) -> None:
    """A server that Ann and Bob share: SITE and another are hers, one is his, and one has no owner."""
    database, registrar = linkback.parts.database, linkback.parts.registrar
    await registrar.add(NOBODYS)
    for name, role, *urls in (
        ("ann", Role.OWNER, SITE, ANNS_TOO), ("bob", Role.OWNER, BOBS), ("moderator", Role.MODERATOR, SITE, BOBS)
    ):  # fmt: skip
        person = await database.write(users.add, User(0, name), "", datetime.now(UTC))
        for url in urls:
            await database.write(seats.put, Seat(person.id, (await registrar.add(url)).id, role))
    linkback.parts.sites._read_at = float("-inf")


async def test_a_feed_speaks_for_no_site_of_another_owner(
    linkback: Linkback, watcher: Watcher, web: Web, shared: None
) -> None:
    lists(web, *(item(url + "x") for url in (BOBS, ANNS_TOO, NOBODYS, SITE)))
    followed = await watcher.add(FEED, None)
    assert {post.url for post in (await rows(linkback)).values()} == {ANNS_TOO + "x", SITE + "x"}
    assert "2 on other sites" in followed.feed.message


async def test_a_feed_does_not_move_into_the_hands_of_another_owner(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock, shared: None
) -> None:
    await watcher.add(FEED)
    page = web.pages[FEED]
    assert isinstance(page, Page)
    for moved, kept in ((BOBS + "feed", FEED), (ANNS_TOO + "feed", ANNS_TOO + "feed")):
        web.pages[FEED] = replace(page, url=moved, redirects=(FEED,), moved=moved)
        await again(linkback, clock)
        assert [feed.url for feed in await linkback.parts.database.read(feeds.every)] == [kept]


async def test_a_post_that_leads_to_the_site_of_another_owner_is_not_told_of(
    linkback: Linkback, watcher: Watcher, web: Web, shared: None
) -> None:
    page = web.pages[SITE + "old"]
    assert isinstance(page, Page)
    web.pages[SITE + "old"] = replace(page, url=BOBS + "x", redirects=(SITE + "old",))
    await watcher.add(FEED, None)
    await linkback.work()
    assert web.requests(OTHERS) == 0


async def test_a_post_that_leads_to_a_stranger_is_not_told_of(linkback: Linkback, watcher: Watcher, web: Web) -> None:
    page = web.pages[SITE + "old"]
    assert isinstance(page, Page)
    web.pages[SITE + "old"] = replace(page, url="https://planet.example/x", redirects=(SITE + "old",))
    await watcher.add(FEED, None)
    await linkback.work()
    assert web.requests(OTHERS) == 0
    old = (await rows(linkback))["old"]
    assert old.next_send_at is None
    assert "planet.example" in old.message


async def test_a_post_that_cannot_be_read_is_tried_again_until_it_can(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    page = web.pages[SITE + "old"]
    web.page(SITE + "old", status=500)
    await watcher.add(FEED, None)
    await linkback.work()
    old = (await rows(linkback))["old"]
    assert (old.tries, old.next_send_at) == (1, clock() + timedelta(minutes=2))
    assert "500" in old.message
    for _ in range(12):
        await again(linkback, clock, days=8)
    assert web.requests(SITE + "old") == 13
    web.pages[SITE + "old"] = page
    await again(linkback, clock, days=8)
    assert [delivery.status for delivery in await ledger(linkback, "old")] == ["sent"]
    assert (await rows(linkback))["old"].tries == 0


async def test_a_post_whose_host_had_enough_of_us_waits_without_a_try(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    web.busy = 100.0
    await watcher.add(FEED, None)
    await linkback.work()
    assert web.requests(SITE + "old") == 0
    old = (await rows(linkback))["old"]
    assert (old.tries, old.next_send_at) == (0, clock() + timedelta(seconds=100))
    web.busy, web.pages[SITE + "old"] = 0.0, TooBusy(SITE + "old", retry_after=30)
    await again(linkback, clock)
    old = (await rows(linkback))["old"]
    assert (old.tries, old.next_send_at) == (0, clock() + timedelta(seconds=30))


async def test_a_crash_between_poll_and_telling_loses_nothing(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED, None)
    page = web.pages[SITE + "old"]

    async def crash(request: object) -> Page:
        raise RuntimeError("a bug")

    web.pages[SITE + "old"] = crash
    await linkback.work()
    web.pages[SITE + "old"] = page
    await linkback.work()
    assert web.requests(SITE + "old") == 1
    await again(linkback, clock, minutes=6)
    assert [delivery.status for delivery in await ledger(linkback, "old")] == ["sent"]


async def test_two_workers_never_tell_twice(linkback: Linkback, watcher: Watcher, web: Web, clock: Clock) -> None:
    for at in range(12):
        posts(web, f"p{at}", f"{THEIRS}/{at}")
        takes_pings(web, f"{THEIRS}/{at}")
    lists(web, *(item(f"/p{at}") for at in range(12)))
    await watcher.add(FEED, None)
    second = replace(linkback.parts.worker, _running=set(), _reading=set())
    await asyncio.gather(linkback.work(), second.run_until_idle(), linkback.work())
    assert {web.requests(f"{SITE}p{at}") for at in range(12)} == {1}
    assert {web.requests(f"{THEIRS}/{at}/ping") for at in range(12)} == {1}


async def test_nothing_is_polled_by_itself_when_the_owner_wants_it_so(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    worker = replace(linkback.parts.worker, watcher=replace(watcher, minutes=0))
    clock.move(days=2)
    await worker.run_until_idle()
    assert web.requests(FEED) == 1
    [feed] = await watcher.take(FEED)
    await watcher.poll(feed)
    assert web.requests(FEED) == 2


async def test_a_feed_that_is_taken_is_left_to_whoever_took_it(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    clock.move(hours=1)
    assert [feed.url for feed in await watcher.take()] == [FEED]
    await linkback.work()
    assert web.requests(FEED) == 1


async def test_a_page_leads_to_the_feed_that_it_names(linkback: Linkback, watcher: Watcher, web: Web) -> None:
    web.page(
        SITE,
        '<link rel="alternate" type="application/rss+xml" href="/missing">'
        '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><div class="h-entry"></div>',
    )
    assert (await watcher.add(SITE)).feed.url == FEED
    assert (await watcher.add(SITE)).known


async def test_a_page_that_names_no_feed_is_one_if_it_marks_posts(watcher: Watcher, web: Web) -> None:
    web.page(SITE, '<div class="h-entry"><a class="u-url p-name" href="/old">Old</a></div>')
    followed = await watcher.add(SITE)
    assert (followed.feed.url, followed.feed.kind, followed.posts) == (SITE, "h-feed", 1)
    assert web.requests(SITE) == 1


@pytest.mark.parametrize(("html", "status", "words"), [("<p>hi", 200, "no feed"), ("", 404, "answers 404")])
async def test_what_is_no_feed_is_not_followed(
    linkback: Linkback, watcher: Watcher, web: Web, html: str, status: int, words: str
) -> None:
    web.page(SITE, html, status=status)
    with pytest.raises(NoListing, match=words):
        await watcher.add(SITE)
    assert await watcher.every() == []


async def test_the_sitemaps_of_an_index_are_read_together_but_for_those_of_strangers(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    index, parts = SITE + "sitemap.xml", [SITE + "1.xml", "https://evil.example/2.xml", SITE + "3.xml"]
    names = "".join(f"<sitemap><loc>{part}</loc></sitemap>" for part in parts)
    web.page(index, f"<sitemapindex>{names}</sitemapindex>", headers=(*XML, ("etag", '"1"')))
    for part, path in zip(parts, ("old", "bad", "new"), strict=True):
        web.page(part, f"<urlset><url><loc>{SITE}{path}</loc></url></urlset>", headers=XML)
    followed = await watcher.add(index)
    assert (followed.feed.kind, followed.posts, followed.feed.etag) == ("sitemap", 2, None)
    assert web.requests(parts[1]) == 0
    web.page(parts[0], status=500)
    await again(linkback, clock)
    assert web.requests(SITE + "old") == 0


@pytest.mark.parametrize(("is_there", "is_said"), [(True, False), (False, True)])
async def test_a_feed_that_is_read_in_part_says_so(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock, is_there: bool, is_said: bool
) -> None:
    index, part = SITE + "sitemap.xml", SITE + "part.xml"
    web.page(index, f"<sitemapindex><sitemap><loc>{part}</loc></sitemap></sitemapindex>")
    if is_there:
        web.page(part, f"<urlset><url><loc>{SITE}old</loc></url></urlset>")
    followed = await watcher.add(index)
    assert ("Only a part of it was read" in followed.notes) is is_said
    await again(linkback, clock)
    assert (await state(linkback, index)).message.endswith(followed.notes or "0 new or changed.")


async def test_a_post_that_vanished_from_among_newer_ones_is_looked_at_once(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    dates = [f"{day:02} Nov 2026 09:00:00 GMT" for day in (20, 10, 2)]
    lists(web, item("/a", date=dates[0]), item("/b", date=dates[1]), item("/c", date=dates[2]))
    for path in "abc":
        posts(web, path, THEIRS)
    await watcher.add(FEED)
    lists(web, item("/a", date=dates[0]), item("/c", date=dates[2]))
    await again(linkback, clock)
    await again(linkback, clock)
    assert [web.requests(SITE + path) for path in "abc"] == [0, 1, 0]
    lists(web, item("/a", date=dates[0]))
    await again(linkback, clock)
    assert web.requests(SITE + "c") == 0, "a feed drops its oldest"


@pytest.mark.parametrize("broken", ["<rss version='2.0'><channel></channel></rss>", "<rss version='2.0'><chan"])
async def test_a_feed_that_is_suddenly_empty_says_nothing_of_its_posts(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock, broken: str
) -> None:
    await watcher.add(FEED)
    web.page(FEED, broken, headers=XML)
    await again(linkback, clock)
    assert web.requests(SITE + "old") == 0


async def test_a_preview_says_what_would_be_sent_and_writes_nothing(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    lists(web, item("/old"), item("/lost"))
    old, lost = await watcher.preview(FEED, None)
    assert [(delivery.target, delivery.status) for delivery in old.deliveries] == [(OTHERS, "planned")]
    assert old.deliveries[0].endpoint == OTHERS + "/ping"
    assert (lost.url, lost.deliveries) == (SITE + "lost", ())
    assert "lost could not be read" in lost.trouble
    assert await watcher.preview(FEED) == []
    assert await watcher.every() == []
    assert await ledger(linkback, "old") == []
    assert web.requests(OTHERS + "/ping") == 0


async def test_a_preview_of_a_followed_feed_shows_what_is_new(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED)
    lists(web, item("/old", date="Mon, 02 Nov 2026 09:00:00 GMT"), item("/new"))
    assert [seen.url for seen in await watcher.preview(FEED)] == [SITE + "new"]
    assert (await rows(linkback)).keys() == {"old"}


async def test_a_feed_that_is_not_followed_can_neither_be_polled_nor_removed(watcher: Watcher) -> None:
    for act in (watcher.take, watcher.remove):
        with pytest.raises(NotFound):
            await act(FEED)


async def test_a_removed_feed_leaves_the_ledger_as_it_is(linkback: Linkback, watcher: Watcher, web: Web) -> None:
    await watcher.add(FEED, None)
    await linkback.work()
    await watcher.remove(FEED)
    assert await watcher.every() == []
    assert len(await ledger(linkback, "old")) == 1


async def test_a_changed_post_tells_old_targets_again_and_those_whose_link_it_lost(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    takes_webmentions(web, KEPT)
    posts(web, "old", OTHERS, KEPT)
    await watcher.add(FEED, None)
    await linkback.work()
    assert (web.requests(OTHERS + "/ping"), web.requests(KEPT + "/ping")) == (1, 1)
    posts(web, "old", KEPT, THEIRS)
    lists(web, item("/old", "changed", date="Mon, 02 Nov 2026 09:00:00 GMT"))
    await again(linkback, clock)
    told = {delivery.target: (delivery.removed, delivery.status) for delivery in await ledger(linkback, "old")}
    assert told == {OTHERS: (True, "sent"), KEPT: (False, "sent"), THEIRS: (False, "sent")}
    assert [web.requests(url + "/ping") for url in (OTHERS, KEPT, THEIRS)] == [2, 2, 1]


@pytest.mark.parametrize("status", [404, 410])
async def test_the_targets_of_a_deleted_post_are_told(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock, status: int
) -> None:
    dates = [f"{day:02} Nov 2026 09:00:00 GMT" for day in (20, 10, 2)]
    items = [item("/a", date=dates[0]), item("/old", date=dates[1]), item("/c", date=dates[2])]
    posts(web, "a")
    posts(web, "c")
    lists(web, *items)
    await watcher.add(FEED, None)
    await linkback.work()
    web.page(SITE + "old", status=status)
    lists(web, items[0], items[2])
    await again(linkback, clock)
    [delivery] = await ledger(linkback, "old")
    assert (delivery.removed, web.requests(OTHERS + "/ping")) == (True, 2)
    await again(linkback, clock)
    assert web.requests(SITE + "old") == 2


async def test_a_post_that_is_missing_while_its_feed_lists_it_is_believed_gone_after_an_hour(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    await watcher.add(FEED, None)
    await linkback.work()
    web.page(SITE + "old", status=404)
    lists(web, item("/old", "changed", date="Mon, 02 Nov 2026 09:00:00 GMT"))
    for _ in range(3):
        await again(linkback, clock, minutes=61)
        [delivery] = await ledger(linkback, "old")
        assert not delivery.removed
    await again(linkback, clock, minutes=61)
    [delivery] = await ledger(linkback, "old")
    assert (delivery.removed, web.requests(OTHERS + "/ping")) == (True, 2)


async def test_two_posts_are_read_at_once_and_no_third(linkback: Linkback, watcher: Watcher, web: Web) -> None:
    paths = [f"p{at}" for at in range(5)]
    releases = {path: web.slow(posts(web, path)) for path in paths}
    lists(web, *(item(f"/{path}") for path in paths))
    await watcher.add(FEED, None)
    working = asyncio.create_task(linkback.work())
    await asyncio.gather(web.until_asked(SITE + "p0"), web.until_asked(SITE + "p1"))
    assert [web.requests(SITE + path) for path in paths] == [1, 1, 0, 0, 0]
    releases["p0"].set()
    await web.until_asked(SITE + "p2")
    assert [web.requests(SITE + path) for path in paths] == [1, 1, 1, 0, 0]
    for release in releases.values():
        release.set()
    await working
    assert {web.requests(SITE + path) for path in paths} == {1}


async def test_a_delivery_that_is_tried_twice_in_one_run_is_told_of_once(
    linkback: Linkback, watcher: Watcher, web: Web, clock: Clock
) -> None:
    web.page(THEIRS, status=503)
    web.page(OTHERS, status=404)
    database, sender = linkback.parts.database, linkback.parts.sender
    busy, _ = await sender.follow(await sender.read(posts(web, "new", THEIRS, OTHERS)))

    async def slow(request: Request) -> Page:
        while not await database.read(attempts.of, busy.id):
            pass  # each look takes a turn of the loop
        clock.move(minutes=2)
        return Page(404, (), url=request.url)

    web.pages[OTHERS] = slow
    assert [delivery.status for delivery in await watcher.deliver_all()] == ["waiting", "failed"]
    assert web.requests(THEIRS) == 2
