"""Living links: a link is followed through its whole life, over the real parts.

A mention is approved by a person, then its source changes; the tables say what becomes of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from linkback.core.errors import FetchError, Problem, TimedOut, Unreachable
from linkback.core.model import Change, Headers, Mention, Page, Status
from tests.verbs.fakes import HTML, SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
MOVED = "https://new.example/a"

Act = Callable[[Web], None]


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


@pytest.fixture
async def approved(linkback: Linkback, web: Web) -> Mention:
    """A mention that a person approved."""
    put(web, post())
    await linkback.ping(SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    return await linkback.known(SOURCE, TARGET)


def post(
    title: str = "A walk in the hills",
    before: str = "On my way home I read",
    rel: str = "",
    head: str = "",
    href: str = TARGET,
) -> str:
    link = f'<a href="{href}" rel="{rel}">what she wrote</a>'
    return f"<title>{title}</title>{head}<article><p>{before} {link} about rain.</p></article>"


def put(web: Web, html: str, url: str = SOURCE, *, status: int = 200, headers: Headers = HTML) -> None:
    web.pages[url] = Page(status, headers, html.encode())


def answers(status: int, html: str = "") -> Act:
    return lambda web: put(web, html, status=status)


def says(html: str, headers: Headers = HTML) -> Act:
    return lambda web: put(web, html, headers=headers)


def fails(error: FetchError) -> Act:
    def act(web: Web) -> None:
        web.pages[SOURCE] = error

    return act


def moves(web: Web) -> None:
    put(web, post(), MOVED)
    web.moves(SOURCE, MOVED)


def moves_to_nothing(web: Web) -> None:
    put(web, "<title>Parked</title>", MOVED)
    web.moves(SOURCE, MOVED)


def moves_to_the_target(web: Web) -> None:
    web.moves(SOURCE, TARGET)


async def later(linkback: Linkback, clock: Clock, days: float = 2) -> Mention:
    clock.move(days=days)
    await linkback.work()
    return await linkback.known(SOURCE, TARGET)


def rules(mention: Mention) -> list[str]:
    assert mention.verdict is not None
    return [reason.rule for reason in mention.verdict.reasons]


STAYS = {
    "the same page": says(post()),
    "304": answers(304),
    "500": answers(500),
    "503": answers(503),
    "429": answers(429),
    "403": answers(403),
    "401": answers(401),
    "451": answers(451),
    "one 404": answers(404),
    "no answer": fails(Unreachable(SOURCE)),
    "a time-out": fails(TimedOut(SOURCE)),
    "no text any more": says(post(), (("content-type", "image/png"),)),
    "an edited title": says(post(title="A long walk in the hills")),
    "an edited text": says(post(before="On my way home today I gladly read")),
    "no title any more": says(post(title="")),
    "nofollow": says(post(rel="nofollow")),
    "ugc": says(post(rel="ugc sponsored")),
    "noindex": says(post(head='<meta name="robots" content="noindex">')),
    "noindex by header": says(post(), (*HTML, ("x-robots-tag", "noindex"))),
    "moved": moves,
}
GOES = {
    "410": answers(410),
    "410 by meta": says(post(head='<meta http-equiv="Status" content="410 Gone">')),
    "no link": says("<p>nothing</p>"),
    "a link to another page": says(post(href=TARGET + "-2")),
    "only a comment": says(f'<!-- <a href="{TARGET}">x</a> -->'),
    "parked elsewhere": moves_to_nothing,
    "redirected to the target": moves_to_the_target,
}
HELD = {
    "another title": says(post(title="Cheap pills")),
    "another text": says(f'<title>A walk in the hills</title><p>Buy <a href="{TARGET}">casino bonus</a> now</p>'),
    "another page": says(f'<title>Cheap pills</title><p>Buy <a href="{TARGET}">casino bonus</a> now</p>'),
}


@pytest.mark.parametrize("act", STAYS.values(), ids=STAYS.keys())
async def test_what_never_takes_an_approved_mention_away(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, act: Act
) -> None:
    act(web)
    mention = await later(linkback, clock)
    assert (mention.status, mention.decided_by) == (Status.APPROVED, "ana")
    assert mention.next_look_at is not None
    assert web.requests(SOURCE) == 2


@pytest.mark.parametrize("act", GOES.values(), ids=GOES.keys())
async def test_what_takes_it_away_whatever_a_person_said(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, act: Act
) -> None:
    act(web)
    mention = await later(linkback, clock)
    assert (mention.status, mention.decided_by) == (Status.GONE, None)
    assert mention.trouble


@pytest.mark.parametrize("act", HELD.values(), ids=HELD.keys())
async def test_bait_and_switch_is_held_and_says_what_was_replaced(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, act: Act
) -> None:
    act(web)
    mention = await later(linkback, clock)
    assert (mention.status, mention.decided_by) == (Status.HELD, None)
    assert rules(mention)[0] == "changed"
    assert mention.verdict is not None
    assert "was replaced" in mention.verdict.reasons[0].sentence


WHY = {
    "410": "The page says that it is gone for good (410).",
    "410 by meta": "The page says that it is gone for good (410).",
    "no link": "The page does not link here any more.",
    "a link to another page": "The page does not link here any more.",
    "redirected to the target": "The page leads to your own site now.",
}


@pytest.mark.parametrize("name", WHY)
async def test_what_is_gone_says_why_until_it_is_back(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, name: str
) -> None:
    GOES[name](web)
    gone = await later(linkback, clock)
    assert gone.verdict is not None
    assert gone.verdict.reasons[0].sentence == WHY[name]
    assert (await linkback.events(gone))[-1].after == f"gone: {WHY[name]}"
    put(web, post())
    assert "gone" not in rules(await later(linkback, clock, 8))


async def test_404_twice_says_so(linkback: Linkback, web: Web, clock: Clock, approved: Mention) -> None:
    put(web, "", status=404)
    await later(linkback, clock)
    gone = await later(linkback, clock)
    assert gone.verdict is not None
    assert gone.verdict.reasons[0].sentence == "The page was not there twice, a day apart (404)."


@pytest.mark.parametrize("approves", [True, False])
async def test_why_it_waited_is_told_no_more_once_a_person_approved_it(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, approves: bool
) -> None:
    put(web, post(title="Cheap pills"))
    assert rules(await later(linkback, clock))[0] == "changed"
    if approves:
        await linkback.parts.moderator.approve(approved.id, by="ana")
    put(web, "", status=410)
    assert ("changed" in rules(await later(linkback, clock, 8))) is not approves


async def test_404_twice_a_day_apart_takes_it_away(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, "", status=404)
    assert (await later(linkback, clock)).status is Status.APPROVED
    for days, status in ((0.9, Status.APPROVED), (0.2, Status.GONE)):
        assert (await later(linkback, clock, days)).status is status


async def test_404_503_and_404_again_the_next_day_take_it_away_but_a_good_look_between_does_not(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, "", status=404)
    await later(linkback, clock)
    put(web, post())
    await later(linkback, clock, 1)
    put(web, "", status=404)
    assert (await later(linkback, clock, 20)).status is Status.APPROVED
    put(web, "", status=503)
    assert (await later(linkback, clock, 1.1)).status is Status.APPROVED
    put(web, "", status=404)
    assert (await later(linkback, clock, 1.1)).status is Status.GONE


@pytest.mark.parametrize("by", ["the next look", "a pingback", "a webmention"])
async def test_what_comes_back_is_held_with_the_reason(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, by: str
) -> None:
    put(web, "", status=410)
    assert (await later(linkback, clock)).status is Status.GONE
    put(web, post())
    if by == "a pingback":
        assert (await linkback.ping(SOURCE, TARGET)).ok
    elif by == "a webmention":
        assert (await linkback.webmention(SOURCE, TARGET)).ok
    mention = await later(linkback, clock, 7 if by == "the next look" else 0)
    assert (mention.status, mention.decided_by, rules(mention)[0]) == (Status.HELD, None, "came_back")


async def test_what_is_gone_is_looked_at_with_long_gaps_and_then_left_alone(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, "", status=410)
    await later(linkback, clock)
    looks = []
    for days in (6, 1, 29, 1, 89, 1, 400):
        await later(linkback, clock, days)
        looks.append(web.requests(SOURCE))
    assert looks == [2, 3, 3, 4, 4, 5, 5]


async def test_what_was_gone_and_is_sent_again_in_vain_is_gone_and_not_invalid(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, "", status=410)
    await later(linkback, clock)
    await linkback.webmention(SOURCE, TARGET)
    assert await linkback.status(SOURCE, TARGET) is Status.RECEIVED
    assert (await later(linkback, clock, 0)).status is Status.GONE


async def test_gaps_between_looks_grow(linkback: Linkback, web: Web, clock: Clock, approved: Mention) -> None:
    looked: list[int] = []
    for day in range(1, 300):
        before = web.requests(SOURCE)
        await later(linkback, clock, 1)
        if web.requests(SOURCE) > before:
            looked.append(day)
    gaps = [after - before for before, after in pairwise(looked)]
    assert gaps == sorted(gaps)
    assert gaps[0] < 7 < 60 < gaps[-1]


async def test_a_look_asks_only_for_what_has_changed_and_then_reads_nothing(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    put(web, post(), headers=(*HTML, ("etag", '"1"'), ("last-modified", "Tue, 24 Nov 2026 10:00:00 GMT")))
    await linkback.ping(SOURCE, TARGET)
    put(web, "<p>the body of a 304 is none</p>", status=304)
    mention = await later(linkback, clock, 4)
    asked = dict(web.asked[-1].headers)
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"1"', "Tue, 24 Nov 2026 10:00:00 GMT")
    assert (mention.status, mention.citation.title) == (Status.HELD, "A walk in the hills")
    assert mention.verified_at == clock()


async def test_a_304_that_nobody_asked_for_proves_no_link(linkback: Linkback, web: Web) -> None:
    put(web, "", status=304)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.SOURCE_NOT_FOUND
    assert await linkback.every() == []


async def test_a_304_does_not_bring_back_what_is_gone(linkback: Linkback, web: Web, clock: Clock) -> None:
    put(web, post(), headers=(*HTML, ("etag", '"1"')))
    await linkback.ping(SOURCE, TARGET)
    put(web, "<p>nothing</p>")
    await later(linkback, clock, 4)
    put(web, "", status=304)
    assert (await later(linkback, clock, 8)).status is Status.GONE
    assert "if-none-match" not in dict(web.asked[-1].headers)


@pytest.mark.parametrize(
    ("html", "rule", "sentence"),
    [
        (post(rel="nofollow"), "nofollow", "The link is marked nofollow now."),
        (post(rel="ugc sponsored"), "nofollow", "The link is marked sponsored and ugc now."),
        (
            post(head='<meta name="robots" content="noindex">'),
            "noindex",
            "The page asks search engines to keep it out now.",
        ),
    ],
)
async def test_a_link_that_is_worth_less_is_noticed_until_it_is_mended(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, html: str, rule: str, sentence: str
) -> None:
    put(web, html)
    for days in (2, 7):
        mention = await later(linkback, clock, days)
        assert mention.verdict is not None
        assert [reason.sentence for reason in mention.verdict.reasons if reason.rule == rule] == [sentence]
    put(web, post())
    assert rule not in rules(await later(linkback, clock, 30))


async def test_a_page_that_moves_is_followed_and_noticed(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    moves(web)
    mention = await later(linkback, clock)
    assert (mention.id, mention.source, mention.source_page) == (approved.id, SOURCE, MOVED)
    assert mention.verdict is not None
    assert mention.verdict.reasons[0].sentence == "The page has moved from blog.example to new.example."
    assert (await linkback.known(MOVED, TARGET)).id == approved.id
    again = await later(linkback, clock, 10)
    assert rules(again).count("moved") == 1


async def test_a_page_that_moves_within_its_site_moves_quietly(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, post(), "https://www.blog.example/b")
    web.moves(SOURCE, "https://www.blog.example/b")
    mention = await later(linkback, clock)
    assert (mention.status, mention.source_page) == (Status.APPROVED, "https://www.blog.example/b")
    assert "moved" not in rules(mention)


async def test_every_change_is_an_event_with_before_and_after(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, post(rel="nofollow"))
    await later(linkback, clock)
    put(web, "", status=410)
    mention = await later(linkback, clock, 30)
    told = [(event.change, event.before, event.after, event.by) for event in await linkback.events(mention)]
    assert told[0] == (Change.STATUS, "held", "approved", "ana")
    assert told[1] == (Change.REL, "nothing", "nofollow", None)
    assert (told[2][0], told[2][1]) == (Change.STATUS, "approved")
    assert told[2][2].startswith("gone")


@pytest.mark.parametrize("decision", ["approve", "spam", "remove"])
async def test_a_decision_outlives_re_sends_trouble_and_moves(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, decision: str
) -> None:
    decided = await getattr(linkback.parts.moderator, decision)(approved.id, by="eve")
    for act in (answers(503), fails(TimedOut(SOURCE)), fails(Unreachable(SOURCE)), moves, says(post())):
        act(web)
        await linkback.ping(SOURCE, TARGET)
        await linkback.webmention(SOURCE, TARGET)
        mention = await later(linkback, clock, 3)
        assert (mention.id, mention.status, mention.decided_by) == (approved.id, decided.status, "eve")


@pytest.mark.parametrize("decision", ["spam", "remove"])
@pytest.mark.parametrize("act", [answers(410), says("<p>nothing</p>"), says(post(title="Cheap pills"))])
async def test_what_a_person_took_away_does_not_come_back_by_going(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, decision: str, act: Act
) -> None:
    decided = await getattr(linkback.parts.moderator, decision)(approved.id, by="eve")
    act(web)
    clock.move(minutes=11)
    await linkback.ping(SOURCE, TARGET)
    await later(linkback, clock)
    put(web, post())
    await linkback.ping(SOURCE, TARGET)
    mention = await later(linkback, clock)
    assert (mention.status, mention.decided_by) == (decided.status, "eve")


async def test_a_gone_mention_that_a_person_approves_is_looked_at_at_once(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, "", status=410)
    await later(linkback, clock)
    put(web, post())
    await linkback.parts.moderator.approve(approved.id, by="ana")
    mention = await later(linkback, clock, 0)
    assert (mention.status, mention.decided_by, mention.trouble) == (Status.APPROVED, "ana", "")


@pytest.mark.parametrize("former", ["spam", "remove"])
async def test_what_a_person_brings_back_is_looked_at_at_once(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, former: str
) -> None:
    await getattr(linkback.parts.moderator, former)(approved.id, by="ana")
    put(web, "<p>nothing</p>")
    await later(linkback, clock, 400)
    await linkback.parts.moderator.approve(approved.id, by="ana")
    assert (await later(linkback, clock, 0)).status is Status.GONE


async def test_a_changed_page_that_a_person_approves_again_stays_approved(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, post(title="Cheap pills"))
    assert (await later(linkback, clock)).status is Status.HELD
    await linkback.parts.moderator.approve(approved.id, by="ana")
    for _ in range(3):
        assert (await later(linkback, clock, 30)).status is Status.APPROVED


async def while_it_is_looked_at(linkback: Linkback, web: Web, clock: Clock, decide: str, html: str) -> Mention:
    """Have a person decide after a look began, whose page says something else than what the person saw."""
    put(web, html)
    release = web.slow(SOURCE)
    web.asked.clear()
    web.expected.clear()
    clock.move(days=8)
    looking = asyncio.create_task(linkback.work())
    await web.until_asked(SOURCE)
    seen = await linkback.known(SOURCE, TARGET)
    await getattr(linkback.parts.moderator, decide)(seen.id, by="eve")
    release.set()
    await looking
    return await linkback.known(SOURCE, TARGET)


async def test_a_person_who_approves_during_a_look_approves_what_was_there_to_be_seen(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    put(web, post())
    await linkback.ping(SOURCE, TARGET)
    mention = await while_it_is_looked_at(linkback, web, clock, "approve", post(title="Cheap pills"))
    assert (mention.status, rules(mention)[0]) == (Status.HELD, "changed")


async def test_a_person_who_approves_what_was_gone_is_not_overruled_by_the_look_that_finds_it_back(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, "", status=410)
    await later(linkback, clock)
    mention = await while_it_is_looked_at(linkback, web, clock, "approve", post())
    assert (mention.status, mention.decided_by) == (Status.APPROVED, "eve")


@pytest.mark.parametrize("decision", ["spam", "remove"])
async def test_what_a_person_takes_away_during_a_look_stays_away(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention, decision: str
) -> None:
    mention = await while_it_is_looked_at(linkback, web, clock, decision, post(title="Cheap pills"))
    assert (mention.decided_by, mention.next_look_at) == ("eve", None)


async def test_a_page_that_is_replaced_in_small_steps_is_replaced(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    for title in ("A walk in the pills", "Walk in the cheap pills", "The cheap pills"):
        put(web, post(title=title))
        mention = await later(linkback, clock, 91)
        assert (mention.status is Status.HELD) is (title == "The cheap pills")
    assert mention.verdict is not None
    assert mention.verdict.reasons[0].sentence == (
        "The title was replaced: “A walk in the hills” became “The cheap pills”."
    )


async def test_a_page_that_goes_empty_first_is_replaced_all_the_same(
    linkback: Linkback, web: Web, clock: Clock, approved: Mention
) -> None:
    put(web, post(title=""))
    assert (await later(linkback, clock, 8)).status is Status.APPROVED
    put(web, post(title="Cheap pills"))
    assert (await later(linkback, clock, 8)).status is Status.HELD


async def test_a_source_that_redirects_to_the_target_is_refused_as_the_same_page(linkback: Linkback, web: Web) -> None:
    web.moves(SOURCE, TARGET)
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.SAME_PAGE


@pytest.mark.parametrize(("allowed", "problem"), [(False, Problem.SELF_PING), (True, None)])
async def test_a_source_that_redirects_into_the_own_site_is_a_self_ping(
    linkback: Linkback, web: Web, allowed: bool, problem: Problem | None
) -> None:
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, self_pings=allowed))
    put(web, post(), SITE + "mine")
    web.moves(SOURCE, SITE + "mine")
    assert (await linkback.ping(SOURCE, TARGET)).problem is problem
