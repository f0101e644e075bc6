"""What becomes of a ping: the real receiver over a real database, with a made-up web (PB-S, PB-U, PB-X, TB-R, WM-R)."""

from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Page, Ping, Reply, Request, Response, Status
from linkback.core.protocols import Protocol, trackback, webmention
from tests.verbs.fakes import HTML, SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
FORM = (("content-type", "application/x-www-form-urlencoded"),)


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


async def answered(linkback: Linkback, protocol: Protocol, request: Request) -> Response:
    """What an endpoint answers to a request that can be read."""
    ping = protocol.parse_request(request)
    assert isinstance(ping, Ping)
    return protocol.build_response(await linkback.parts.receiver.accept(ping))


async def mentioned(linkback: Linkback, source: str = SOURCE, target: str = TARGET) -> Response:
    body = urlencode({"source": source, "target": target}).encode()
    return await answered(linkback, webmention, Request("POST", "/webmention", FORM, body))


async def tracked(linkback: Linkback, source: str = SOURCE, target: str = TARGET) -> Response:
    body = urlencode({"url": source, "title": "As it says", "excerpt": "Told."}).encode()
    return await answered(linkback, trackback, Request("POST", f"/trackback?for={quote(target, safe='')}", FORM, body))


# --- Pingback


async def test_pb_s8_a_ping_is_verified_and_recorded_and_its_double_noticed(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    assert {request.url for request in web.asked} == {SOURCE, TARGET}
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.ALREADY_REGISTERED


async def test_pb_s8_pb_s5_whether_the_target_exists_is_checked(linkback: Linkback, web: Web) -> None:
    web.page(SITE + "nothing", status=404)
    assert (await linkback.ping(SOURCE, SITE + "nothing")).problem is Problem.TARGET_NOT_FOUND


@pytest.mark.parametrize("target", ["https://other.example/post", "https://me.example.other.example/", "nonsense"])
async def test_pb_s9_a_foreign_target_costs_no_fetch(linkback: Linkback, web: Web, target: str) -> None:
    assert (await linkback.ping(SOURCE, target)).problem is Problem.TARGET_NOT_ACCEPTED
    assert web.asked == []


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/octet-stream"])
async def test_pb_s9_a_source_is_text_of_some_sort(linkback: Linkback, web: Web, kind: str) -> None:
    web.page(SOURCE, links_to=TARGET, headers=(("content-type", kind),))
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.SOURCE_NOT_FOUND


@pytest.mark.parametrize("linked", [TARGET + "-2", TARGET + "/comments", SITE, f"https://r.example/?u={TARGET}"])
async def test_pb_s9_wm_r9_the_link_is_to_the_very_target(linkback: Linkback, web: Web, linked: str) -> None:
    web.page(SOURCE, links_to=linked)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.NO_LINK


async def test_pb_s9_title_and_extract_are_taken(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    citation = (await linkback.known(SOURCE, TARGET)).citation
    assert (citation.title, citation.excerpt) == ("A post", "I read this today.")


async def test_pb_s12_pings_are_taken_for_pages_that_are_served_elsewhere(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    assert web.requests(TARGET) == 1


async def test_pb_u1_pb_r1_only_pages_that_advertise_take_pings(linkback: Linkback, web: Web) -> None:
    web.page(SITE + "mute", "<p>mine</p>")
    web.page(SOURCE, links_to=SITE + "mute")
    assert (await linkback.ping(SOURCE, SITE + "mute")).problem is Problem.TARGET_NOT_ACCEPTED
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok


async def test_pb_x1_pb_x3_sources_of_approved_mentions_are_listed_oldest_first(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    sources = [f"https://blog{number}.example/a" for number in (3, 1, 2)]
    for source in sources:
        web.page(source, links_to=TARGET)
        await linkback.ping(source, TARGET)
        clock.move(minutes=1)
    assert await linkback.parts.receiver.sources_of(TARGET) == []
    for source in (sources[2], sources[0]):
        await linkback.parts.moderator.approve((await linkback.known(source, TARGET)).id, by="ana")
    assert await linkback.parts.receiver.sources_of(TARGET) == [sources[0], sources[2]]


# --- TrackBack


async def test_tb_r7_a_trackback_is_verified_like_the_others(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>no link</p>")
    assert b"<error>1</error>" in (await tracked(linkback)).body
    assert await linkback.status(SOURCE, TARGET) is None
    web.page("https://blog.example/b", links_to=TARGET)
    assert b"<error>0</error>" in (await tracked(linkback, "https://blog.example/b")).body
    assert await linkback.status("https://blog.example/b", TARGET) is Status.HELD


async def test_tb_r7_a_site_may_take_unverified_ones_and_they_are_held(linkback: Linkback, web: Web) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, unverified=True))
    web.page(SOURCE, "<p>no link</p>")
    assert b"<error>0</error>" in (await tracked(linkback)).body
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


async def test_tb_r1_a_second_trackback_is_a_success(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    assert (await tracked(linkback)).body == (await tracked(linkback)).body


# --- Webmention


async def test_wm_r1_wm_r2_the_answer_comes_before_the_source_is_asked(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    response = await mentioned(linkback)
    assert response.status == 201
    assert web.requests(SOURCE) == 0
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("nonsense", TARGET),
        (SOURCE, "nonsense"),
        ("nonsense", "nonsense"),
        ("ftp://blog.example/a", TARGET),
        ("mailto:ana@blog.example", TARGET),
        ("javascript:alert(1)", TARGET),
        ("/a", TARGET),
        (SOURCE, "/post"),
        (SOURCE, "gopher://me.example/post"),
    ],
)
async def test_wm_r3_wm_r10_what_is_no_web_address_is_refused(
    linkback: Linkback, web: Web, source: str, target: str
) -> None:
    assert (await mentioned(linkback, source, target)).status == 400
    assert web.asked == []


@pytest.mark.parametrize("source", [TARGET, TARGET + "#comments"])
async def test_wm_r4_wm_r10_a_page_that_mentions_itself_is_refused(linkback: Linkback, web: Web, source: str) -> None:
    response = await mentioned(linkback, source)
    assert response.status == 400
    assert b'"same_page"' in response.body
    assert web.asked == []


async def test_wm_r5_wm_r10_a_target_that_takes_none_is_refused_at_once(linkback: Linkback, web: Web) -> None:
    web.page(SITE + "nothing", status=404)
    web.page(SITE + "mute", "<p>mine</p>")
    for target in (SITE + "nothing", SITE + "mute", "https://other.example/"):
        assert (await mentioned(linkback, SOURCE, target)).status == 400


async def test_wm_r6_wm_sec1_nothing_comes_of_a_mention_whose_source_does_not_have_it(
    linkback: Linkback, web: Web
) -> None:
    web.page(SOURCE, f"<p>{TARGET}</p><!-- <a href='{TARGET}'>x</a> -->")
    await mentioned(linkback)
    await linkback.work()
    assert web.requests(SOURCE) == 1
    assert await linkback.status(SOURCE, TARGET) in (None, Status.INVALID)


async def test_wm_r12_a_mention_sent_again_brings_what_is_kept_up_to_date(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await mentioned(linkback)
    await linkback.work()
    entry = f'<div class="h-entry"><h1 class="p-name">New</h1><a class="u-in-reply-to" href="{TARGET}">re</a></div>'
    web.pages[SOURCE] = Page(200, HTML, f"<title>New</title>{entry}".encode())
    clock.move(hours=1)
    assert (await mentioned(linkback)).status == 201
    await linkback.work()
    citation = (await linkback.known(SOURCE, TARGET)).citation
    assert (citation.title, citation.kind) == ("New", "reply")


@pytest.mark.parametrize(
    "page", [Page(410, HTML, b"gone"), Page(200, HTML, b"<title>A post</title><p>The link is no more.</p>")]
)
async def test_wm_r13_a_source_that_is_gone_takes_its_mention_with_it(
    linkback: Linkback, web: Web, clock: Clock, page: Page
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await mentioned(linkback)
    await linkback.work()
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.pages[SOURCE] = page
    clock.move(hours=1)
    await mentioned(linkback)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.GONE


async def test_wm_r14_the_same_mention_twice_is_one(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    first = await mentioned(linkback)
    await linkback.work()
    clock.move(hours=1)
    assert await mentioned(linkback) == first
    await linkback.work()
    assert len(await linkback.parts.moderator.listing()) == 1


async def test_wm_r15_no_more_of_the_source_is_kept_than_a_quotation(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>word word word.</p>" * 2000, links_to=TARGET)
    await mentioned(linkback)
    await linkback.work()
    citation = (await linkback.known(SOURCE, TARGET)).citation
    assert len(citation.excerpt) <= 300
    assert len(citation.content) <= 2000


def test_wm_r10_wm_r11_whose_fault_it_was_decides_the_status() -> None:
    statuses = {problem: webmention.build_response(Reply(problem)).status for problem in Problem}
    assert statuses[Problem.INTERNAL] == 500
    assert {statuses[problem] for problem in (Problem.NO_LINK, Problem.SOURCE_NOT_FOUND, Problem.SAME_PAGE)} == {400}
