"""How a ping is answered, and what is kept of it."""

import asyncio
from dataclasses import replace

import pytest

from linkback.core.errors import Forbidden, Problem, TooBusy, Unreachable
from linkback.core.model import Moderation, Site, Status
from tests.verbs.fakes import SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


async def until_settled(linkback: Linkback) -> None:
    flights = linkback.parts.receiver._flights
    while flights:
        await asyncio.wait([flight.task for flight in flights.values()])


async def test_a_real_link_is_taken_and_its_host_held_the_first_time(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    mention = await linkback.known(SOURCE, TARGET)
    assert mention.status is Status.HELD
    assert mention.citation.excerpt == "I read this today."
    assert mention.verdict is not None
    assert "blog.example has never linked here before." in [reason.sentence for reason in mention.verdict.reasons]
    assert mention.protocols == ("pingback",)


async def test_a_host_that_was_approved_before_is_trusted(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    web.page("https://blog.example/b", links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    await linkback.ping("https://blog.example/b", TARGET)
    assert await linkback.status("https://blog.example/b", TARGET) is Status.APPROVED


@pytest.mark.parametrize(
    ("moderation", "status"),
    [(Moderation.HOLD, Status.HELD), (Moderation.FIRST_TIME, Status.HELD), (Moderation.JUDGE, Status.APPROVED)],
)
async def test_the_site_says_what_waits_for_its_owner(
    linkback: Linkback, web: Web, moderation: Moderation, status: Status
) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, moderation=moderation))
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    assert await linkback.status(SOURCE, TARGET) is status


@pytest.mark.parametrize(
    ("source", "target", "problem"),
    [
        ("mailto:ana@blog.example", TARGET, Problem.SOURCE_NOT_FOUND),
        ("no address at all", TARGET, Problem.SOURCE_NOT_FOUND),
        ("https://user@blog.example/", TARGET, Problem.SOURCE_NOT_FOUND),
        (SOURCE, "me.example/post", Problem.TARGET_NOT_ACCEPTED),
        (SOURCE, "https://other.example/post", Problem.TARGET_NOT_ACCEPTED),
        (SOURCE, "https://me.example.evil.example/post", Problem.TARGET_NOT_ACCEPTED),
        (TARGET + "#comments", TARGET, Problem.SAME_PAGE),
        (SITE + "another", TARGET, Problem.SELF_PING),
    ],
)
async def test_what_is_refused_before_any_network(
    linkback: Linkback, web: Web, source: str, target: str, problem: Problem
) -> None:
    assert (await linkback.ping(source, target)).problem is problem
    assert web.asked == []


@pytest.mark.parametrize(
    ("status", "problem", "kept"),
    [
        (404, Problem.SOURCE_NOT_FOUND, None),
        (410, Problem.SOURCE_NOT_FOUND, None),
        (403, Problem.SOURCE_NOT_FOUND, None),
        (500, Problem.SOURCE_TROUBLE, Status.RECEIVED),
        (503, Problem.SOURCE_TROUBLE, Status.RECEIVED),
        (429, Problem.SOURCE_TROUBLE, Status.RECEIVED),
    ],
)
async def test_what_a_source_answers_decides(
    linkback: Linkback, web: Web, status: int, problem: Problem, kept: Status | None
) -> None:
    web.page(SOURCE, links_to=TARGET, status=status)
    assert (await linkback.ping(SOURCE, TARGET)).problem is problem
    assert await linkback.status(SOURCE, TARGET) is kept


async def test_a_source_that_was_in_trouble_is_verified_later(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, status=503)
    await linkback.ping(SOURCE, TARGET)
    web.page(SOURCE, links_to=TARGET)
    clock.move(hours=1)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


@pytest.mark.parametrize(
    "html",
    [
        "<p>https://me.example/post</p>",
        '<!-- <a href="https://me.example/post">x</a> -->',
        '<a href="https://me.example/post-2">prefix counts as link: never</a>',
        '<a href="https://other.example/?u=https://me.example/post">x</a>',
    ],
)
async def test_a_page_without_a_real_link_is_refused_and_not_kept(linkback: Linkback, web: Web, html: str) -> None:
    web.page(SOURCE, html)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.NO_LINK
    assert await linkback.mention(SOURCE, TARGET) is None


async def test_an_image_is_no_source(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET, headers=(("content-type", "image/png"),))
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.SOURCE_NOT_FOUND


@pytest.mark.parametrize("error", [Unreachable(SOURCE), Forbidden(SOURCE)], ids=["unreachable", "forbidden"])
async def test_every_failure_without_an_answer_is_the_same_fault_when_the_wait_is_over(
    linkback: Linkback, web: Web, error: Unreachable
) -> None:
    web.pages[SOURCE] = error
    loop = asyncio.get_running_loop()
    began = loop.time()
    reply = await linkback.ping(SOURCE, TARGET)
    assert (reply.problem, reply.message) == (Problem.SOURCE_NOT_FOUND, "")
    assert loop.time() - began >= linkback.parts.settings.pingback_wait - 0.01
    assert await linkback.mention(SOURCE, TARGET) is None


async def test_a_silent_source_is_accepted_kept_and_verified_later(linkback: Linkback, web: Web, clock: Clock) -> None:
    release = web.silent(SOURCE)
    reply = await linkback.ping(SOURCE, TARGET)
    assert reply.ok
    assert "later" in reply.message
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    release.set()
    await until_settled(linkback)
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    web.page(SOURCE, links_to=TARGET)
    clock.move(hours=1)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


async def test_when_the_wait_ends_the_running_fetch_goes_on_and_settles_the_row(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    release = web.slow(SOURCE)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    release.set()
    await until_settled(linkback)
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert web.requests(SOURCE) == 1


@pytest.mark.parametrize("how", ["ping", "trackback"])
@pytest.mark.parametrize("unverified", [False, True])
@pytest.mark.parametrize(("status", "html"), [(200, f'<a href="{TARGET}">x</a>'), (200, "<p>nothing</p>"), (503, "")])
async def test_a_ping_that_is_kept_while_its_source_is_looked_at_is_one_report(
    linkback: Linkback, web: Web, how: str, unverified: bool, status: int, html: str
) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, unverified=unverified))
    web.page(SOURCE, html, status=status)
    release = web.slow(SOURCE)
    assert (await getattr(linkback, how)(SOURCE, TARGET)).ok
    release.set()
    await until_settled(linkback)
    [mention] = await linkback.every()
    assert [receipt.times for receipt in mention.receipts] == [1]


async def test_a_late_page_without_the_link_makes_the_row_invalid(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>nothing</p>")
    release = web.slow(SOURCE)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    release.set()
    await until_settled(linkback)
    assert await linkback.status(SOURCE, TARGET) is Status.INVALID


async def test_a_caller_that_comes_as_a_look_ends_is_answered_without_another_fetch(
    linkback: Linkback, web: Web
) -> None:
    sources = [f"{SOURCE}/{number}" for number in range(40)]
    for number, source in enumerate(sources):
        web.page(source, links_to=TARGET)
        calls = []
        for _ in range(5):
            calls.append(asyncio.create_task(linkback.ping(source, TARGET)))
            for _ in range(number):
                await asyncio.sleep(0)
        await asyncio.gather(*calls)
    assert [web.requests(source) for source in sources] == [1] * len(sources)


async def test_two_callers_with_one_ping_share_the_fetch_and_the_row(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    release = web.slow(SOURCE)
    calls = [asyncio.create_task(linkback.ping(SOURCE, TARGET)) for _ in range(5)]
    await asyncio.sleep(0)
    release.set()
    replies = await asyncio.gather(*calls)
    assert all(reply.ok or reply.problem is Problem.ALREADY_REGISTERED for reply in replies)
    assert web.requests(SOURCE) == 1


@pytest.mark.parametrize("decision", ["approve", "spam", "remove"])
async def test_re_sending_resets_no_decision(linkback: Linkback, web: Web, clock: Clock, decision: str) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    mention = await linkback.known(SOURCE, TARGET)
    decided = await getattr(linkback.parts.moderator, decision)(mention.id, by="ana")
    for _ in range(3):
        clock.move(minutes=11)
        assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.ALREADY_REGISTERED
        await linkback.work()
    again = await linkback.known(SOURCE, TARGET)
    assert (again.status, again.decided_by) == (decided.status, "ana")


async def test_a_known_ping_is_looked_at_again_at_most_every_ten_minutes(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    for minutes, looks in ((1, 1), (8, 1), (2, 2), (1, 2), (10, 3)):
        clock.move(minutes=minutes)
        await linkback.ping(SOURCE, TARGET)
        await linkback.work()
        assert web.requests(SOURCE) == looks
    assert (await linkback.known(SOURCE, TARGET)).receipts[0].times == 6


@pytest.mark.parametrize(("status", "problem"), [(404, Problem.TARGET_NOT_FOUND), (410, Problem.TARGET_NOT_FOUND)])
async def test_a_page_that_does_not_exist_takes_no_pings(
    linkback: Linkback, web: Web, status: int, problem: Problem
) -> None:
    web.page(TARGET, status=status)
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).problem is problem
    assert web.requests(SOURCE) == 0


async def test_a_page_that_advertises_nothing_takes_no_pings(linkback: Linkback, web: Web) -> None:
    web.page(TARGET, "<p>mine</p>")
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.TARGET_NOT_ACCEPTED
    assert web.requests(SOURCE) == 0


async def test_a_page_that_advertises_somebody_else_takes_no_pings(linkback: Linkback, web: Web) -> None:
    web.page(TARGET, headers=(("content-type", "text/html"), ("x-pingback", "https://links.example.evil.example/")))
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.TARGET_NOT_ACCEPTED


async def test_the_own_page_is_looked_at_once_in_ten_minutes(linkback: Linkback, web: Web) -> None:
    for name in "abc":
        web.page(f"https://{name}.example/", links_to=TARGET)
        assert (await linkback.ping(f"https://{name}.example/", TARGET)).ok
    assert web.requests(TARGET) == 1
    assert {request.budget for request in web.asked if request.url == TARGET} == {"own"}


@pytest.mark.parametrize("trouble", [None, 500], ids=["silence", "500"])
async def test_an_own_site_in_trouble_refuses_nothing_and_the_ping_is_kept(
    linkback: Linkback, web: Web, clock: Clock, trouble: int | None
) -> None:
    web.pages[TARGET] = Unreachable(TARGET)
    if trouble:
        web.page(TARGET, status=trouble)
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    assert web.requests(SOURCE) == 0
    clock.move(minutes=2)
    await linkback.work()
    clock.move(minutes=10)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


async def test_a_sender_over_its_budget_is_told_when_to_come_back(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    for _ in range(60):
        await linkback.ping(SOURCE, TARGET, sender="203.0.113.9")
    reply = await linkback.ping(SOURCE, TARGET, sender="203.0.113.9")
    assert reply.problem is Problem.TOO_MANY
    assert reply.retry_after
    assert (await linkback.ping(SOURCE, TARGET, sender="203.0.113.10")).problem is Problem.ALREADY_REGISTERED


async def test_a_host_over_its_budget_is_not_asked(linkback: Linkback, web: Web) -> None:
    web.busy = 7.0
    reply = await linkback.ping(SOURCE, TARGET)
    assert (reply.problem, reply.retry_after) == (Problem.TOO_MANY, 7.0)


async def test_a_host_that_fills_up_in_the_meantime_is_too_many_as_well(linkback: Linkback, web: Web) -> None:
    web.pages[SOURCE] = TooBusy(SOURCE, retry_after=3.0)
    reply = await linkback.ping(SOURCE, TARGET)
    assert (reply.problem, reply.retry_after) == (Problem.TOO_MANY, 3.0)


async def test_unverified_rows_of_one_host_are_bounded(linkback: Linkback, web: Web) -> None:
    linkback.parts = replace(linkback.parts, receiver=replace(linkback.parts.receiver, most_waiting_per_host=3))
    replies = []
    for number in range(5):
        web.page(f"{SOURCE}{number}", status=503)
        replies.append((await linkback.ping(f"{SOURCE}{number}", TARGET)).problem)
    assert replies == [Problem.SOURCE_TROUBLE] * 3 + [Problem.TOO_MANY] * 2


async def test_when_all_slots_are_taken_a_ping_is_kept_and_verified_by_the_worker(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    receiver = replace(linkback.parts.receiver, inline=1)
    linkback.parts = replace(linkback.parts, receiver=receiver)
    release = web.silent("https://slow.example/")
    waiting = asyncio.create_task(linkback.ping("https://slow.example/", TARGET))
    await web.until_asked("https://slow.example/")
    web.page(SOURCE, links_to=TARGET)
    reply = await linkback.ping(SOURCE, TARGET)
    assert reply.ok
    assert "later" in reply.message
    assert web.requests(SOURCE) == 0
    release.set()
    await waiting
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


@pytest.mark.parametrize("pattern", ["/post", "/p*", "*"])
async def test_a_closed_page_takes_no_pings(linkback: Linkback, pattern: str) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, closed=(pattern,)))
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.TARGET_NOT_ACCEPTED


async def test_a_protocol_that_is_switched_off_takes_no_pings(linkback: Linkback) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, protocols=frozenset({"webmention"})))
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.TARGET_NOT_ACCEPTED


async def test_self_pings_are_taken_when_they_are_on(linkback: Linkback, web: Web) -> None:
    def on(site: Site) -> Site:
        return replace(site, self_pings=True)

    await linkback.parts.registrar.change(SITE, on)
    web.page(SITE + "another", links_to=TARGET)
    assert (await linkback.ping(SITE + "another", TARGET)).ok


async def test_a_link_that_was_gone_and_comes_back_is_held(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, status=410)
    clock.move(days=2)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.GONE
    web.page(SOURCE, links_to=TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).ok
    mention = await linkback.known(SOURCE, TARGET)
    assert mention.status is Status.HELD
    assert mention.verdict is not None
    assert mention.verdict.reasons[0].rule == "came_back"


@pytest.mark.parametrize("answer", [500, 503, 429, 403, None])
async def test_a_time_out_or_trouble_never_removes_a_mention(
    linkback: Linkback, web: Web, clock: Clock, answer: int | None
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    if answer:
        web.page(SOURCE, status=answer)
    else:
        web.pages[SOURCE] = Unreachable(SOURCE)
    for _ in range(15):
        clock.move(days=2)
        await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED


async def test_one_404_is_not_gone_but_two_a_day_apart_are(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, status=404)
    clock.move(days=1.5)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED
    clock.move(hours=12)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED
    clock.move(hours=13)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.GONE


async def test_a_page_that_says_something_else_after_approval_is_held_again(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, f'<title>Cheap pills</title><p>Buy <a href="{TARGET}">casino</a> bonus now</p>')
    clock.move(days=2)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert mention.status is Status.HELD
    assert mention.verdict is not None
    assert mention.verdict.reasons[0].rule == "changed"


@pytest.mark.parametrize("how", ["ping", "trackback"])
async def test_a_site_that_is_removed_during_a_look_takes_no_pings(linkback: Linkback, web: Web, how: str) -> None:
    web.page(SOURCE, links_to=TARGET)
    release = web.slow(SOURCE)
    pinging = asyncio.create_task(getattr(linkback, how)(SOURCE, TARGET))
    await web.until_asked(SOURCE)
    await linkback.parts.registrar.remove(SITE)
    release.set()
    assert (await pinging).problem is Problem.TARGET_NOT_ACCEPTED
    assert await linkback.every() == []
