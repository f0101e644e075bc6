"""One mention: whatever protocol reports a link, however source and target are spelled, wherever they lead."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import permutations

import pytest

from linkback.core.errors import Problem, Unreachable
from linkback.core.model import Change, Citation, Page, Reply, Request, Status
from tests.verbs.fakes import ADVERTISED, HTML, SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
ARTICLE = (
    '<article class="h-entry"><h1 class="p-name">A walk</h1><a class="p-author h-card" href="/ana">Ana</a>'
    f'<time class="dt-published" datetime="2026-11-20">then</time><p class="e-content">I read <a href="{TARGET}">this'
    "</a> today.</p></article>"
)

Report = Callable[[Linkback], Awaitable[Reply]]

REPORTS: dict[str, Report] = {
    "webmention": lambda linkback: linkback.webmention(SOURCE, TARGET),
    "pingback": lambda linkback: linkback.ping(SOURCE, TARGET),
    "trackback": lambda linkback: linkback.trackback(SOURCE, TARGET),
}


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post", "other")


def canonical(web: Web, url: str, name: str) -> None:
    """Put a page of the own site there that calls itself by a name."""
    web.page(url, f'<link rel="canonical" href="{name}"><p>mine</p>', headers=ADVERTISED)


@pytest.mark.parametrize("order", list(permutations(REPORTS)), ids="-".join)
async def test_three_protocols_one_mention_three_receipts(linkback: Linkback, web: Web, order: tuple[str, ...]) -> None:
    web.page(SOURCE, ARTICLE)
    for name in order:
        reply = await REPORTS[name](linkback)
        assert reply.ok or reply.problem is Problem.ALREADY_REGISTERED
        await linkback.work()
    [mention] = await linkback.every()
    assert sorted(mention.protocols) == ["pingback", "trackback", "webmention"]
    assert (mention.status, mention.citation.author.name, mention.citation.title) == (Status.HELD, "Ana", "A walk")
    assert [receipt.times for receipt in mention.receipts] == [1, 1, 1]
    assert web.requests(SOURCE) == 1


async def test_three_protocols_at_the_same_moment_are_one_mention_with_three_receipts(
    linkback: Linkback, web: Web
) -> None:
    web.page(SOURCE, ARTICLE)
    release = web.slow(SOURCE)
    calls = [asyncio.ensure_future(report(linkback)) for report in REPORTS.values()]
    await web.until_asked(SOURCE)
    release.set()
    replies = await asyncio.gather(*calls)
    # Who comes as the look ends may hear that the link is known already.
    assert all(reply.ok or reply.problem is Problem.ALREADY_REGISTERED for reply in replies)
    await linkback.work()
    [mention] = await linkback.every()
    assert sorted(mention.protocols) == ["pingback", "trackback", "webmention"]
    assert mention.status is Status.HELD


async def test_each_report_that_comes_while_the_own_page_is_in_trouble_has_a_receipt(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(TARGET, status=503)
    release = web.slow(TARGET)
    web.page(SOURCE, ARTICLE)
    calls = [asyncio.ensure_future(report(linkback)) for report in REPORTS.values()]
    await web.until_asked(TARGET)
    release.set()
    assert all(reply.ok for reply in await asyncio.gather(*calls))
    [mention] = await linkback.every()
    assert mention.status is Status.RECEIVED
    assert {receipt.protocol: receipt.times for receipt in mention.receipts} == dict.fromkeys(REPORTS, 1)


@pytest.mark.parametrize("name", REPORTS)
async def test_nothing_is_worse_after_a_second_report(linkback: Linkback, web: Web, clock: Clock, name: str) -> None:
    web.page(SOURCE, ARTICLE)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    first = await linkback.known(SOURCE, TARGET)
    web.page(SOURCE, f'<title>A walk</title><p>I read <a href="{TARGET}">this</a> today.</p>')
    clock.move(minutes=11)
    await REPORTS[name](linkback)
    await linkback.work()
    again = await linkback.known(SOURCE, TARGET)
    assert (again.id, again.status, again.decided_by) == (first.id, Status.APPROVED, "ana")
    assert (again.citation.author, again.citation.published) == (first.citation.author, first.citation.published)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("http://blog.example/a", TARGET),
        (SOURCE + "/", TARGET),
        ("https://BLOG.example:443/a", TARGET),
        (SOURCE + "#part", TARGET),
        (SOURCE, "http://me.example/post"),
        (SOURCE, TARGET + "/"),
        (SOURCE, TARGET + "#comments"),
    ],
)
@pytest.mark.parametrize("name", ["webmention", "pingback"])
async def test_other_spellings_are_the_same_mention(
    linkback: Linkback, web: Web, source: str, target: str, name: str
) -> None:
    for url in {SOURCE, source}:
        web.page(url, f'<p>I read <a href="{TARGET}">this</a> and <a href="{target}">that</a>.</p>')
    web.page(target, headers=ADVERTISED)
    await linkback.ping(SOURCE, TARGET)
    reply = await (linkback.ping(source, target) if name == "pingback" else linkback.webmention(source, target))
    assert reply.ok or reply.problem is Problem.ALREADY_REGISTERED
    await linkback.work()
    [mention] = await linkback.every()
    assert sum(receipt.times for receipt in mention.receipts) == 2


@pytest.mark.parametrize("target", [TARGET + "-2", TARGET + "?page=2", "https://www.me.example/post"])
async def test_another_page_is_another_mention(linkback: Linkback, web: Web, target: str) -> None:
    await linkback.parts.registrar.add("https://www.me.example/")
    web.page(target, headers=ADVERTISED)
    web.page(SOURCE, f'<a href="{TARGET}">this</a><a href="{target}">that</a>')
    await linkback.ping(SOURCE, TARGET)
    await linkback.ping(SOURCE, target)
    assert len(await linkback.every()) == 2


@pytest.mark.parametrize("name", ["webmention", "pingback"])
async def test_the_own_page_says_by_canonical_which_page_is_meant(linkback: Linkback, web: Web, name: str) -> None:
    printed = SITE + "print?id=7"
    canonical(web, printed, "/post")
    web.page(SOURCE, f'<a href="{TARGET}">this</a> and <a href="{printed}">that</a>')
    await linkback.ping(SOURCE, TARGET)
    await (linkback.ping(SOURCE, printed) if name == "pingback" else linkback.webmention(SOURCE, printed))
    await linkback.work()
    [mention] = await linkback.every()
    assert (mention.target, (await linkback.known(SOURCE, printed)).id) == (TARGET, mention.id)


async def test_the_own_page_says_by_a_redirect_which_page_is_meant(linkback: Linkback, web: Web) -> None:
    web.moves(SITE + "old", TARGET)
    web.page(SOURCE, f'<a href="{SITE}old">this</a>')
    await linkback.ping(SOURCE, SITE + "old")
    [mention] = await linkback.every()
    assert (mention.target, mention.target_page) == (SITE + "old", TARGET)


async def test_a_page_that_stands_in_for_now_gives_no_name(linkback: Linkback, web: Web) -> None:
    canonical(web, SITE + "being-mended", "/being-mended")
    web.moves(TARGET, SITE + "being-mended", for_good=False)
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    assert (await linkback.known(SOURCE, TARGET)).target_page == ""


async def test_a_claimed_target_is_looked_for_though_the_page_has_another_name(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.moves(SITE + "old", TARGET)
    web.page(SOURCE, f'<a href="{SITE}old">this</a>')
    await linkback.ping(SOURCE, SITE + "old")
    for html in (f'<a href="{SITE}old">this</a>', f'<a href="{TARGET}">this</a>'):
        web.page(SOURCE, html)
        clock.move(days=30)
        await linkback.work()
        [mention] = await linkback.every()
        assert (mention.status, mention.verified_at) == (Status.HELD, clock())


@pytest.mark.parametrize(
    "name",
    ["https://other.example/post", "https://me.example.evil.example/post", SITE, "/", "https://me.example", ""],
)
async def test_a_name_on_a_foreign_host_or_the_home_page_is_not_believed(
    linkback: Linkback, web: Web, name: str
) -> None:
    canonical(web, TARGET, name)
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    assert (await linkback.known(SOURCE, TARGET)).target_page == ""


@pytest.mark.parametrize("to", [SITE, "https://other.example/"])
async def test_a_redirect_to_the_home_page_or_elsewhere_names_no_page(linkback: Linkback, web: Web, to: str) -> None:
    web.page(to, headers=ADVERTISED)
    web.moves(TARGET, to)
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    assert (await linkback.known(SOURCE, TARGET)).target_page == ""


async def test_the_own_page_is_asked_no_more_often_for_its_name(linkback: Linkback, web: Web) -> None:
    canonical(web, SITE + "print", "/post")
    for name in "abc":
        web.page(f"https://{name}.example/", links_to=SITE + "print")
        await linkback.ping(f"https://{name}.example/", SITE + "print")
    assert (web.requests(SITE + "print"), web.requests(TARGET)) == (1, 0)


@pytest.mark.parametrize("name", ["webmention", "pingback", "trackback"])
async def test_a_source_that_redirects_to_a_known_one_is_the_same_mention(
    linkback: Linkback, web: Web, name: str
) -> None:
    short = "https://short.example/1"
    web.page(SOURCE, links_to=TARGET)
    web.moves(short, SOURCE)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    reports: dict[str, Callable[[str, str], Awaitable[Reply]]] = {
        "webmention": linkback.webmention,
        "pingback": linkback.ping,
        "trackback": linkback.trackback,
    }
    assert (await reports[name](short, TARGET)).ok
    await linkback.work()
    [mention] = await linkback.every()
    assert (mention.source, mention.status, mention.decided_by) == (SOURCE, Status.APPROVED, "ana")
    assert (await linkback.known(short, TARGET)).id == mention.id


async def test_a_page_is_judged_by_its_own_host_and_not_by_who_redirects_to_it(linkback: Linkback, web: Web) -> None:
    trusted = ["https://blog.example/trusted", "https://blog.example/out?to=evil"]
    web.page(trusted[0], links_to=TARGET)
    await linkback.ping(trusted[0], TARGET)
    await linkback.parts.moderator.approve((await linkback.known(trusted[0], TARGET)).id, by="ana")
    web.page("https://evil.example/", links_to=TARGET)
    web.moves(trusted[1], "https://evil.example/")
    await linkback.ping(trusted[1], TARGET)
    assert await linkback.status(trusted[1], TARGET) is Status.HELD
    web.page("https://blog.example/b", links_to=TARGET)
    web.moves("https://short.example/1", "https://blog.example/b")
    await linkback.ping("https://short.example/1", TARGET)
    assert await linkback.status("https://short.example/1", TARGET) is Status.APPROVED


async def test_two_rows_become_one_when_a_page_moves_to_the_other(linkback: Linkback, web: Web, clock: Clock) -> None:
    other = "https://blog.example/b"
    for url in (SOURCE, other):
        web.page(url, links_to=TARGET)
        await linkback.ping(url, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.moves(SOURCE, other)
    clock.move(days=4)
    await linkback.work()
    [mention] = await linkback.every()
    assert (mention.status, mention.decided_by) == (Status.APPROVED, "ana")
    assert Change.MERGED in [event.change for event in await linkback.events(mention)]
    assert {(await linkback.known(url, TARGET)).id for url in (SOURCE, other)} == {mention.id}


async def test_each_status_page_tells_of_the_pair_that_was_claimed(linkback: Linkback, web: Web) -> None:
    short = "https://short.example/1"
    web.page(SOURCE, links_to=TARGET)
    web.moves(short, SOURCE)
    replies = {source: await linkback.webmention(source, TARGET) for source in (SOURCE, short)}
    await linkback.work()
    for source, reply in replies.items():
        state = await linkback.parts.receiver.state_of(reply.location.rpartition("/")[2])
        assert state is not None
        assert (state.source, state.target, state.word) == (source, TARGET, "accepted")


async def test_a_row_that_waits_and_a_page_verified_meanwhile_are_one(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.webmention(SOURCE, TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    await linkback.work()
    [mention] = await linkback.every()
    assert (mention.status, sorted(mention.protocols)) == (Status.HELD, ["pingback", "webmention"])


async def test_a_second_report_that_fails_leaves_a_verified_mention_alone(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    first = await linkback.known(SOURCE, TARGET)
    web.pages[SOURCE] = Unreachable(SOURCE)
    clock.move(minutes=11)
    for report in REPORTS.values():
        await report(linkback)
    await linkback.work()
    again = await linkback.known(SOURCE, TARGET)
    assert (again.status, again.citation, again.verified_at) == (first.status, first.citation, first.verified_at)


async def test_what_a_trackback_tells_never_replaces_what_the_page_says(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, ARTICLE)
    await linkback.trackback(SOURCE, TARGET, Citation("Buy now", excerpt="Cheap"))
    assert (await linkback.known(SOURCE, TARGET)).citation.title == "A walk"


async def test_a_page_that_answers_for_two_addresses_at_once_stays_one_row(linkback: Linkback, web: Web) -> None:
    async def slow(request: Request) -> Page:
        await asyncio.sleep(0)
        return Page(200, HTML, f'<a href="{TARGET}">x</a>'.encode(), url=SOURCE, redirects=(request.url,))

    aliases = [f"https://short.example/{number}" for number in range(5)]
    for alias in aliases:
        web.pages[alias] = slow
    await asyncio.gather(*(linkback.ping(alias, TARGET) for alias in aliases))
    [mention] = await linkback.every()
    assert mention.receipts[0].times == 5
