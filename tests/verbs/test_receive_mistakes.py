"""The mistakes of other programs that receive, each by its name: none of them is ours."""

import asyncio

import pytest

from linkback.core.errors import Problem, TimedOut, Unreachable
from linkback.core.model import Page, Request, Status
from tests.verbs.fakes import HTML, SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
LINK = f'<p>I read <a href="{TARGET}">this</a> today.</p>'


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


async def approved(linkback: Linkback, web: Web) -> int:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    mention = await linkback.known(SOURCE, TARGET)
    await linkback.parts.moderator.approve(mention.id, by="ana")
    return mention.id


@pytest.mark.parametrize("answer", [503, 500, 429, None])
@pytest.mark.parametrize("again", ["re-check", "re-send"])
async def test_a_503_or_any_fetch_error_deletes_the_mention(
    linkback: Linkback, web: Web, clock: Clock, answer: int | None, again: str
) -> None:
    await approved(linkback, web)
    if answer:
        web.page(SOURCE, status=answer)
    else:
        web.pages[SOURCE] = Unreachable(SOURCE)
    for _ in range(3):
        clock.move(days=3)
        if again == "re-send":
            await linkback.webmention(SOURCE, TARGET)
        await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED


async def test_a_link_removed_from_a_living_page_is_never_deleted(linkback: Linkback, web: Web, clock: Clock) -> None:
    await approved(linkback, web)
    web.page(SOURCE, "<p>The post lives, its link does not.</p>")
    clock.move(minutes=11)
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.GONE


@pytest.mark.parametrize("protocol", ["webmention", "pingback", "trackback"])
async def test_re_sending_un_approves(linkback: Linkback, web: Web, clock: Clock, protocol: str) -> None:
    await approved(linkback, web)
    clock.move(minutes=11)
    await getattr(linkback, "ping" if protocol == "pingback" else protocol)(SOURCE, TARGET)
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED


@pytest.mark.parametrize("protocol", ["webmention", "pingback"])
async def test_a_time_out_condemns_for_good(linkback: Linkback, web: Web, clock: Clock, protocol: str) -> None:
    web.pages[SOURCE] = TimedOut(SOURCE)
    await (linkback.ping if protocol == "pingback" else linkback.webmention)(SOURCE, TARGET)
    for _ in range(4):
        await linkback.work()
        clock.move(minutes=10)
    web.page(SOURCE, links_to=TARGET)
    clock.move(days=1)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


@pytest.mark.parametrize("protocol", ["webmention", "pingback"])
async def test_the_page_is_fetched_inside_a_transaction(linkback: Linkback, web: Web, protocol: str) -> None:
    web.page(SOURCE, links_to=TARGET)
    release = web.slow(SOURCE)
    report = linkback.ping if protocol == "pingback" else linkback.webmention
    waiting = asyncio.create_task(report(SOURCE, TARGET))
    working = asyncio.create_task(linkback.parts.worker.run())
    await web.until_asked(SOURCE)
    async with asyncio.timeout(10):
        await linkback.parts.registrar.add("https://written.example/")
    release.set()
    assert (await waiting).ok
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{TARGET}</p>",
        f"<!-- {LINK} -->",
        f"<script>'{TARGET}'</script>",
        f"<template>{LINK}</template>",
        f'<a href="{TARGET}-2">x</a>',
        f'<a href="https://other.example/?u={TARGET}">x</a>',
    ],
)
async def test_the_target_is_somewhere_in_the_body(linkback: Linkback, web: Web, html: str) -> None:
    web.page(SOURCE, html)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.NO_LINK
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.INVALID


async def test_the_ping_is_stored_even_when_no_link_was_found(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>nothing</p>")
    await linkback.ping(SOURCE, TARGET)
    await linkback.trackback(SOURCE, TARGET)
    assert await linkback.every() == []


async def test_a_page_without_a_title_is_refused(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, LINK)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    assert (await linkback.known(SOURCE, TARGET)).citation.title == ""


async def test_a_cap_of_150_kilobytes_cuts_the_link_off(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>words</p>" * 40_000 + LINK)
    assert (await linkback.ping(SOURCE, TARGET)).ok


async def test_what_lies_beyond_the_part_that_was_read_is_taken_for_missing(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    await approved(linkback, web)
    web.pages[SOURCE] = Page(200, HTML, b"<p>a very long page", truncated=True)
    clock.move(days=2)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED


async def test_a_page_that_says_404_verifies(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET, status=404)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.SOURCE_NOT_FOUND


async def test_an_ampersand_in_the_source_makes_a_duplicate(linkback: Linkback, web: Web) -> None:
    source = "https://blog.example/?p=1&x=2"
    web.page(source, links_to=TARGET)
    for _ in range(2):
        await linkback.ping(source, TARGET)
        await linkback.webmention(source, TARGET)
    [mention] = await linkback.every()
    assert mention.source == source


async def test_addresses_over_200_characters_are_cut(linkback: Linkback, web: Web) -> None:
    sources = [f"https://blog.example/{'long-' * 60}{end}" for end in "ab"]
    for source in sources:
        web.page(source, links_to=TARGET)
        await linkback.ping(source, TARGET)
    assert sorted(mention.source for mention in await linkback.every()) == sources


async def test_get_pingbacks_lists_held_pings(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    assert await linkback.parts.receiver.sources_of(TARGET) == []
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    assert await linkback.parts.receiver.sources_of(TARGET) == [SOURCE]


async def test_the_same_mention_is_sent_every_minute_and_its_page_is_asked_as_often(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    for _ in range(30):
        await linkback.webmention(SOURCE, TARGET)
        await linkback.work()
        clock.move(minutes=1)
    assert web.requests(SOURCE) == 3


async def test_the_status_is_overwritten_by_every_re_check(linkback: Linkback, web: Web, clock: Clock) -> None:
    mention = await approved(linkback, web)
    await linkback.parts.moderator.remove(mention, by="ana")
    for _ in range(3):
        clock.move(days=2)
        await linkback.ping(SOURCE, TARGET)
        await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.REMOVED


async def test_the_first_look_holds_the_second_report_up(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)

    async def never(request: Request) -> Page:
        await asyncio.Event().wait()
        raise TimedOut(request.url)

    web.pages["https://hangs.example/"] = never
    hanging = asyncio.create_task(linkback.ping("https://hangs.example/", TARGET))
    await web.until_asked("https://hangs.example/")
    assert (await linkback.ping(SOURCE, TARGET)).message.startswith("Thank you")
    assert (await hanging).ok
    await linkback.parts.receiver.close()
