"""Webmention, section 3.2, through the receiver: taken at once, verified later, updated, deleted, told in a word."""

from dataclasses import replace

import pytest

from linkback.core.errors import FetchError, Forbidden, Problem, TimedOut, TooLarge, Unreachable
from linkback.core.model import Listed, ListedAction, ListedKind, Page, Reply, Request, Status
from linkback.receive.states import UNREACHABLE_AFTER
from linkback.storage.tables import pair_key
from tests.verbs.fakes import ADVERTISED, OURS, SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
TOKEN = pair_key(SOURCE, TARGET).hex()


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post", "other")


async def approved(linkback: Linkback, web: Web) -> Reply:
    """Have a webmention verified and approved by a person."""
    web.page(SOURCE, links_to=TARGET)
    reply = await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    return reply


async def test_wm_r1_r6_it_is_kept_durably_before_its_source_is_looked_at(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    reply = await linkback.webmention(SOURCE, TARGET)
    assert reply.ok
    assert (await linkback.known(SOURCE, TARGET)).status is Status.RECEIVED
    assert web.requests(SOURCE) == 0
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.citation.title, mention.protocols) == (Status.HELD, "A post", ("webmention",))


async def test_wm_r2_it_is_told_where_to_see_what_became_of_it(linkback: Linkback, web: Web) -> None:
    reply = await linkback.webmention(SOURCE, TARGET)
    assert reply.location == f"{OURS}webmention/{TOKEN}"
    state = await linkback.parts.receiver.state_of(TOKEN)
    assert state is not None
    assert (state.source, state.target, state.word) == (SOURCE, TARGET, "pending")


async def test_wm_r2_without_a_public_address_the_location_is_a_path(linkback: Linkback) -> None:
    linkback.parts = replace(linkback.parts, receiver=replace(linkback.parts.receiver, public_url=""))
    assert (await linkback.webmention(SOURCE, TARGET)).location == f"/webmention/{TOKEN}"


@pytest.mark.parametrize("token", ["", "0", "x" * 40, TOKEN, TOKEN.upper(), TOKEN + "0", "é" * 40])
async def test_of_what_never_came_nothing_is_told(linkback: Linkback, token: str) -> None:
    assert await linkback.parts.receiver.state_of(token) is None


@pytest.mark.parametrize(
    ("source", "target", "problem"),
    [
        ("asdf", TARGET, Problem.SOURCE_NOT_FOUND),
        ("ftp://blog.example/a", TARGET, Problem.SOURCE_NOT_FOUND),
        (SOURCE, "asdf", Problem.TARGET_NOT_ACCEPTED),
        ("asdf", "asdf", Problem.SOURCE_NOT_FOUND),
        (SOURCE, "https://other.example/", Problem.TARGET_NOT_ACCEPTED),
        (TARGET, TARGET, Problem.SAME_PAGE),
        ("http://me.example/post/", TARGET, Problem.SAME_PAGE),
        (SITE + "another", TARGET, Problem.SELF_PING),
    ],
)
async def test_wm_r3_r4_r5_what_is_refused_at_once_is_not_kept(
    linkback: Linkback, web: Web, source: str, target: str, problem: Problem
) -> None:
    reply = await linkback.webmention(source, target)
    assert (reply.problem, reply.location) == (problem, "")
    assert web.asked == []
    assert await linkback.every() == []


@pytest.mark.parametrize(
    ("status", "html", "problem"),
    [(404, "", Problem.TARGET_NOT_FOUND), (410, "", Problem.TARGET_NOT_FOUND), (200, "x", Problem.TARGET_NOT_ACCEPTED)],
)
async def test_wm_r5_the_own_page_says_at_once_whether_it_takes_webmentions(
    linkback: Linkback, web: Web, status: int, html: str, problem: Problem
) -> None:
    web.page(TARGET, html, status=status)
    assert (await linkback.webmention(SOURCE, TARGET)).problem is problem
    assert await linkback.every() == []


@pytest.mark.parametrize("trouble", ["silence", "500", "no answer"])
async def test_an_own_page_that_says_nothing_within_the_wait_refuses_nothing(
    linkback: Linkback, web: Web, trouble: str
) -> None:
    if trouble == "silence":
        web.silent(TARGET)
    elif trouble == "500":
        web.page(TARGET, status=500)
    else:
        web.pages[TARGET] = Unreachable(TARGET)
    assert (await linkback.webmention(SOURCE, TARGET)).ok
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED


async def test_a_source_host_that_is_busy_refuses_nothing(linkback: Linkback, web: Web) -> None:
    web.busy = 7.0
    assert (await linkback.webmention(SOURCE, TARGET)).ok


async def test_rows_that_wait_are_bounded(linkback: Linkback) -> None:
    linkback.parts = replace(linkback.parts, receiver=replace(linkback.parts.receiver, most_waiting_per_host=3))
    replies = [await linkback.webmention(f"{SOURCE}{number}", TARGET) for number in range(5)]
    assert [reply.problem for reply in replies] == [None] * 3 + [Problem.TOO_MANY] * 2
    assert replies[-1].retry_after
    assert (await linkback.webmention(f"{SOURCE}0", TARGET)).ok


async def test_wm_r9_only_the_very_target_counts(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET + "-2")
    reply = await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.INVALID
    assert await linkback.state(reply) == "no_link"


async def test_wm_r9_the_name_that_the_own_page_gives_itself_was_not_claimed(linkback: Linkback, web: Web) -> None:
    claimed = TARGET + "?from=feed"
    web.page(claimed, f'<link rel="canonical" href="{TARGET}">', headers=ADVERTISED)
    web.page(SOURCE, links_to=TARGET)
    reply = await linkback.webmention(SOURCE, claimed)
    await linkback.work()
    assert await linkback.state(reply) == "no_link"


async def test_wm_r12_an_update_a_minute_after_the_first_is_seen_as_soon_as_ten_minutes_are_over(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    first = await approved(linkback, web)
    clock.move(minutes=1)
    web.pages[SOURCE] = Page(200, (("content-type", "text/html"),), _post("A post, mended", TARGET))
    assert await linkback.webmention(SOURCE, TARGET) == first
    await linkback.work()
    assert (await linkback.known(SOURCE, TARGET)).citation.title == "A post"
    clock.move(minutes=9)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.citation.title, mention.status, mention.decided_by) == ("A post, mended", Status.APPROVED, "ana")


async def test_wm_r12_an_update_that_comes_while_the_source_is_looked_at_is_not_lost(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    async def meanwhile(request: Request) -> Page:
        clock.move(seconds=1)
        await linkback.webmention(SOURCE, TARGET)
        clock.move(seconds=1)
        return Page(200, (("content-type", "text/html"),), _post("The first version", TARGET), url=request.url)

    web.pages[SOURCE] = meanwhile
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    web.pages[SOURCE] = Page(200, (("content-type", "text/html"),), _post("The second version", TARGET))
    clock.move(minutes=10)
    await linkback.work()
    assert (await linkback.known(SOURCE, TARGET)).citation.title == "The second version"


async def test_wm_r12_update_1_a_page_links_to_one_post_and_then_to_another_too(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    web.page(SOURCE, f'<p>And <a href="{SITE}other">that</a>.</p>', links_to=TARGET)
    clock.move(minutes=11)
    for target in (TARGET, SITE + "other"):
        assert (await linkback.webmention(SOURCE, target)).ok
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert await linkback.status(SOURCE, SITE + "other") is Status.HELD


async def test_wm_r13_update_2_a_page_links_to_two_posts_and_then_to_one(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, f'<p>And <a href="{SITE}other">that</a>.</p>', links_to=TARGET)
    for target in (TARGET, SITE + "other"):
        await linkback.webmention(SOURCE, target)
    await linkback.work()
    web.page(SOURCE, links_to=TARGET)
    clock.move(minutes=11)
    replies = [await linkback.webmention(SOURCE, target) for target in (TARGET, SITE + "other")]
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert await linkback.status(SOURCE, SITE + "other") is Status.GONE
    assert [await linkback.state(reply) for reply in replies] == ["accepted", "no_link"]


@pytest.mark.parametrize("how", ["410", "meta"])
async def test_wm_r13_a_deleted_source_takes_its_mention_away(
    linkback: Linkback, web: Web, clock: Clock, how: str
) -> None:
    await approved(linkback, web)
    clock.move(minutes=11)
    if how == "410":
        web.page(SOURCE, status=410)
    else:
        tombstone = b'<meta http-equiv="Status" content="410 Gone">' + _post("Gone", TARGET)
        web.pages[SOURCE] = Page(200, (("content-type", "text/html"),), tombstone)
    reply = await linkback.webmention(SOURCE, TARGET)
    assert reply.ok
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.GONE
    assert await linkback.state(reply) == "source_not_found"


async def test_wm_r13_a_deleted_source_that_is_put_back_is_held(linkback: Linkback, web: Web, clock: Clock) -> None:
    await approved(linkback, web)
    web.page(SOURCE, status=410)
    clock.move(minutes=11)
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    web.page(SOURCE, links_to=TARGET)
    clock.move(minutes=1)
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.decided_by) == (Status.HELD, None)
    assert mention.verdict is not None
    assert mention.verdict.reasons[0].rule == "came_back"


@pytest.mark.parametrize("decision", ["hold", "approve", "spam", "remove"])
async def test_wm_r14_what_is_known_gets_the_same_answer_whatever_was_decided(
    linkback: Linkback, web: Web, clock: Clock, decision: str
) -> None:
    web.page(SOURCE, links_to=TARGET)
    first = await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    if decision != "hold":
        await getattr(linkback.parts.moderator, decision)((await linkback.known(SOURCE, TARGET)).id, by="ana")
    before = await linkback.known(SOURCE, TARGET)
    for minutes, looks in ((1, 1), (11, 2)):
        clock.move(minutes=minutes)
        assert await linkback.webmention(SOURCE, TARGET) == first
        await linkback.work()
        assert web.requests(SOURCE) == looks
    assert await linkback.state(first) == "accepted"
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.id, mention.status, mention.receipts[0].times) == (before.id, before.status, 3)


@pytest.mark.parametrize("decision", ["hold", "approve", "spam", "remove"])
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, ["no_link", "no_link"]),
        (404, ["accepted", "source_not_found"]),
        (410, ["source_not_found", "source_not_found"]),
        (403, ["accepted", "accepted"]),
        (503, ["accepted", "accepted"]),
    ],
)
async def test_a_link_that_goes_shows_the_same_words_whatever_was_decided(
    linkback: Linkback, web: Web, clock: Clock, decision: str, status: int, words: list[str]
) -> None:
    web.page(SOURCE, links_to=TARGET)
    first = await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    if decision != "hold":
        await getattr(linkback.parts.moderator, decision)((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, "<p>nothing</p>", status=status)
    for word in words:
        clock.move(days=1, minutes=1)
        await linkback.webmention(SOURCE, TARGET)
        clock.move(minutes=11)
        await linkback.work()
        assert await linkback.state(first) == word
    web.page(SOURCE, links_to=TARGET)
    await linkback.webmention(SOURCE, TARGET)
    clock.move(minutes=11)
    await linkback.work()
    assert await linkback.state(first) == "accepted"


@pytest.mark.parametrize("decision", ["hold", "approve", "spam", "remove", "spam by a machine"])
async def test_what_became_of_a_link_is_told_for_a_month_whatever_was_decided(
    linkback: Linkback, web: Web, clock: Clock, decision: str
) -> None:
    web.page(SOURCE, links_to=TARGET)
    if decision == "spam by a machine":
        lists = (Listed(ListedAction.BLOCK, ListedKind.WORD, "I read this"),)
        await linkback.parts.registrar.change(SITE, lambda site: replace(site, lists=lists))
    reply = await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    if decision in {"approve", "spam", "remove"}:
        await getattr(linkback.parts.moderator, decision)((await linkback.known(SOURCE, TARGET)).id, by="ana")
    for _ in range(2):
        clock.move(days=29)
        await linkback.parts.worker.tidy()
        assert await linkback.state(reply) == "accepted"
        assert await linkback.webmention(SOURCE, TARGET) == reply
    clock.move(days=30)
    assert await linkback.parts.receiver.state_of(TOKEN) is None
    clock.move(seconds=1)
    await linkback.parts.worker.tidy()
    counted_away = decision == "spam by a machine"
    assert (await linkback.mention(SOURCE, TARGET) is None) is counted_away
    assert await linkback.webmention(SOURCE, TARGET) == reply
    await linkback.work()
    assert await linkback.state(reply) == "accepted"


async def test_wm_r14_a_ping_that_waits_already_waits_once(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to=TARGET)
    first, again = [await linkback.webmention(SOURCE, TARGET) for _ in range(2)]
    assert first == again
    await linkback.work()
    assert web.requests(SOURCE) == 1
    [mention] = await linkback.every()
    assert mention.receipts[0].times == 2


async def test_a_ping_whose_source_fails_is_tried_within_ten_minutes_of_being_sent_again(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, status=503)
    await linkback.webmention(SOURCE, TARGET)
    for _ in range(8):
        await linkback.work()
        clock.move(days=1)
    web.page(SOURCE, links_to=TARGET)
    looks = web.requests(SOURCE)
    await linkback.webmention(SOURCE, TARGET)
    clock.move(minutes=10)
    await linkback.work()
    assert web.requests(SOURCE) == looks + 1
    assert await linkback.status(SOURCE, TARGET) is Status.HELD


async def test_a_source_that_has_no_link_yet_is_verified_at_once_when_it_is_sent_again(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.page(SOURCE, "<p>a draft</p>")
    await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.INVALID
    web.page(SOURCE, links_to=TARGET)
    clock.move(minutes=1)
    reply = await linkback.webmention(SOURCE, TARGET)
    assert await linkback.state(reply) == "pending"
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert await linkback.state(reply) == "accepted"


@pytest.mark.parametrize(
    ("status", "word"), [(404, "source_not_found"), (410, "source_not_found"), (403, "source_not_found")]
)
async def test_a_source_that_answers_tells_its_word_at_once(
    linkback: Linkback, web: Web, status: int, word: str
) -> None:
    web.page(SOURCE, status=status)
    reply = await linkback.webmention(SOURCE, TARGET)
    await linkback.work()
    assert await linkback.state(reply) == word


@pytest.mark.parametrize(
    "error",
    [Forbidden(SOURCE), Unreachable(SOURCE), TimedOut(SOURCE), TooLarge(SOURCE)],
    ids=lambda e: type(e).__name__,
)
async def test_every_failure_without_an_answer_shows_the_same_word_at_the_same_time(
    linkback: Linkback, web: Web, clock: Clock, error: FetchError
) -> None:
    web.pages[SOURCE] = error
    reply = await linkback.webmention(SOURCE, TARGET)
    words = [await linkback.state(reply)]
    for _ in range(3):
        await linkback.work()
        words.append(await linkback.state(reply))
        clock.move(seconds=UNREACHABLE_AFTER.total_seconds() / 3)
    words.append(await linkback.state(reply))
    assert words == ["pending"] * 4 + ["unreachable"]


async def test_a_page_of_ours_that_takes_none_later_has_no_link_to_it(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.pages[TARGET] = Unreachable(TARGET)
    web.page(SOURCE, links_to=TARGET)
    reply = await linkback.webmention(SOURCE, TARGET)
    web.page(TARGET, status=404)
    await linkback.work()
    assert await linkback.state(reply) == "no_link"


async def test_an_address_spelled_in_another_way_has_the_same_status_page(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, links_to="http://me.example/post/")
    first = await linkback.webmention(SOURCE, TARGET)
    web.own("post/")
    web.page("http://me.example/post/", headers=ADVERTISED)
    again = await linkback.webmention(SOURCE, "http://me.example/post/")
    assert first == again
    await linkback.work()
    [mention] = await linkback.every()
    assert mention.status is Status.HELD


async def test_three_seconds_of_an_update_are_not_three_looks(linkback: Linkback, web: Web, clock: Clock) -> None:
    await approved(linkback, web)
    for _ in range(3):
        clock.move(seconds=1)
        await linkback.webmention(SOURCE, TARGET)
        await linkback.work()
    assert web.requests(SOURCE) == 1
    clock.move(minutes=10)
    await linkback.work()
    assert web.requests(SOURCE) == 2


def _post(title: str, target: str) -> bytes:
    return f'<title>{title}</title><article><p>I read <a href="{target}">this</a> today.</p></article>'.encode()
