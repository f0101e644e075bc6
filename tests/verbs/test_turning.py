"""Pages that turn after they were judged: looked at anew, told once, and no decision of a person undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from linkback.app import build
from linkback.core.model import AlertKind, Mention, Moderation, Status
from linkback.core.rules import APPROVE_UP_TO, SPAM_FROM
from linkback.settings import Settings
from linkback.storage import alerts, mentions
from tests.verbs.fakes import ADVERTISED, HTML, SITE, Clock, Linkback, Web

SOURCE = "https://baker.example/loaf"
TARGET = SITE + "post"
NOTES = " ".join(
    f"Step {step}: knead the {what} dough until it is {how}, and let it rest in a {where} bowl overnight."
    for step, (what, how, where) in enumerate(
        [("white", "smooth", "large"), ("dark", "elastic", "glass"), ("rye", "sticky", "covered")] * 5, start=1
    )
)
SENTENCE = (
    f'When I baked, I kept to these <a href="{TARGET}" REL>notes on dough</a>, and it came out well after a long and '
    "slow night in a covered bowl."
)
LOAF = (
    '<title>Loaf</title><article class="h-entry"><h1 class="p-name">Loaf</h1><a class="p-author h-card" href="/me">Ana'
    f'</a><div class="e-content"><p>My dough was sticky. {SENTENCE}</p>'
    "<p>The rye needs its rest: I knead until smooth, and let the dough sit overnight.</p></div></article>"
)
SHOPS = "".join(
    f'<a href="https://cheap-casino{number}.example/">casino bonus slots viagra payday loan {number}</a> '
    for number in range(80)
)


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.page(TARGET, f"<title>Bread</title><article><p>{NOTES}</p></article>", headers=ADVERTISED)
    show(web)


def show(web: Web, more: str = "", rel: str = "", head: str = "") -> None:
    web.page(SOURCE, head + LOAF.replace("REL", f'rel="{rel}"' if rel else "") + more, headers=HTML)


async def standing(linkback: Linkback, mode: Moderation, *, by: str = "") -> Mention:
    """Return a mention that was judged, and approved by a person where one is named."""
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, moderation=mode))
    await linkback.ping(SOURCE, TARGET)
    mention = await linkback.known(SOURCE, TARGET)
    if by:
        await linkback.parts.moderator.approve(mention.id, by=by)
    return await linkback.known(SOURCE, TARGET)


async def looked_at(linkback: Linkback, clock: Clock, **later: float) -> Mention:
    clock.move(**(later or {"days": 4}))
    await linkback.work()
    return await linkback.known(SOURCE, TARGET)


def score_of(mention: Mention) -> float:
    assert mention.verdict is not None
    return mention.verdict.score


def rules_of(mention: Mention) -> set[str]:
    assert mention.verdict is not None
    return {reason.rule for reason in mention.verdict.reasons}


async def test_what_a_machine_approved_and_looks_like_junk_now_waits_for_its_owner(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    assert (await standing(linkback, Moderation.JUDGE)).status is Status.APPROVED
    show(web, SHOPS)
    mention = await looked_at(linkback, clock)
    assert (mention.status, mention.decided_by) == (Status.HELD, None)
    assert score_of(mention) > APPROVE_UP_TO
    assert "turned" in rules_of(mention)
    [alert] = await linkback.parts.database.read(alerts.every)
    assert (alert.kind, alert.subject) == (AlertKind.TURNED, "baker.example")
    assert "waits for you" in alert.message


async def test_what_a_person_approved_stays_and_its_owner_is_told(linkback: Linkback, web: Web, clock: Clock) -> None:
    await standing(linkback, Moderation.FIRST_TIME, by="ana")
    web.page(SOURCE, f"<title>Loaf</title><div class='footer'>{SHOPS}<p>{SENTENCE}</p></div>")
    mention = await looked_at(linkback, clock)
    assert (mention.status, mention.decided_by) == (Status.APPROVED, "ana")
    assert score_of(mention) >= SPAM_FROM
    await looked_at(linkback, clock, days=30)
    [alert] = await linkback.parts.database.read(alerts.every)
    assert (alert.count, alert.subject) == (1, "baker.example")
    assert "looks like junk now" in alert.message


@pytest.mark.parametrize("mode", Moderation)
async def test_no_machine_approves_by_a_second_look_what_it_held(
    linkback: Linkback, web: Web, clock: Clock, mode: Moderation
) -> None:
    show(web, SHOPS)
    mention = await standing(linkback, mode)
    assert mention.status in {Status.HELD, Status.SPAM}
    show(web)
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, moderation=Moderation.JUDGE))
    again = await looked_at(linkback, clock)
    assert again.status is mention.status


async def test_what_waits_tells_its_owner_what_the_page_is_now(linkback: Linkback, web: Web, clock: Clock) -> None:
    before = await standing(linkback, Moderation.FIRST_TIME)
    show(web, SHOPS)
    after = await looked_at(linkback, clock)
    assert (before.status, after.status) == (Status.HELD, Status.HELD)
    assert score_of(before) < score_of(after)
    assert before.evidence is not None
    assert after.evidence is not None
    assert after.evidence.makeup.links >= 80 > before.evidence.makeup.links
    assert after.evidence.likeness.relevance is not None
    assert await linkback.parts.database.read(alerts.every) == []


async def test_a_page_that_stays_as_it_was_keeps_its_verdict(linkback: Linkback, clock: Clock) -> None:
    before = await standing(linkback, Moderation.FIRST_TIME, by="ana")
    after = await looked_at(linkback, clock)
    assert after.verified_at != before.verified_at
    assert (after.verdict, after.evidence) == (before.verdict, before.evidence)


async def test_in_what_hour_a_mention_came_is_remembered_from_the_first_look(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    for number in range(4):
        web.page(f"https://h{number}.example/", links_to=TARGET)
        await linkback.ping(f"https://h{number}.example/", TARGET)
    before = await standing(linkback, Moderation.FIRST_TIME)
    show(web, "<p>One more thing about the crust of bread.</p>")
    after = await looked_at(linkback, clock)
    assert before.evidence is not None
    assert after.evidence is not None
    assert before.evidence.company.at_target == after.evidence.company.at_target == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda web: show(web, rel="nofollow"), "marked nofollow now"),
        (lambda web: show(web, rel="sponsored ugc"), "marked sponsored and ugc now"),
        (lambda web: show(web, head='<meta name="robots" content="noindex">'), "keep it out now"),
        (
            lambda web: web.moves(SOURCE, "https://elsewhere.example/loaf"),
            "moved from baker.example to elsewhere.example",
        ),
    ],
    ids=["nofollow", "sponsored", "noindex", "moved"],
)
async def test_an_approved_page_that_is_worth_less_or_moved_is_told_once(
    linkback: Linkback, web: Web, clock: Clock, change: Callable[[Web], None], words: str
) -> None:
    web.pages["https://elsewhere.example/loaf"] = web.pages[SOURCE]
    mention = await standing(linkback, Moderation.FIRST_TIME, by="ana")
    change(web)
    assert (await looked_at(linkback, clock)).status is mention.status
    [alert] = await linkback.parts.database.read(alerts.every)
    assert (alert.kind, alert.subject) == (AlertKind.TURNED, "baker.example")
    assert words in alert.message
    await looked_at(linkback, clock, days=30)
    assert [one.count for one in await linkback.parts.database.read(alerts.every)] == [1]


async def test_what_nobody_approved_turns_unheard(linkback: Linkback, web: Web, clock: Clock) -> None:
    await standing(linkback, Moderation.FIRST_TIME)
    show(web, rel="nofollow")
    await looked_at(linkback, clock)
    assert await linkback.parts.database.read(alerts.every) == []


async def test_a_host_does_not_speak_for_itself(linkback: Linkback, web: Web, clock: Clock) -> None:
    """Its own approval makes no host trusted when the page is judged anew."""
    await standing(linkback, Moderation.FIRST_TIME, by="ana")
    show(web, "<p>One more thing about the crust of bread.</p>")
    assert "trusted_host" not in rules_of(await looked_at(linkback, clock))


@pytest.mark.parametrize(
    ("decided", "more", "asked"),
    [(Status.HELD, "", 0), (Status.HELD, SHOPS, 1), (Status.SPAM, SHOPS, 0), (Status.REMOVED, SHOPS, 0)],
    ids=["as it was", "changed", "spam", "removed"],
)
async def test_the_own_page_is_asked_only_for_a_page_that_changed_and_was_not_taken_away(
    linkback: Linkback, web: Web, clock: Clock, settings: Settings, decided: Status, more: str, asked: int
) -> None:
    before = await standing(linkback, Moderation.FIRST_TIME)
    if decided is Status.SPAM:
        await linkback.parts.moderator.spam(before.id, by="ana")
    elif decided is Status.REMOVED:
        await linkback.parts.moderator.remove(before.id, by="ana")
    await linkback.parts.database.write(mentions.look_soon, before.id, clock() + timedelta(days=3))
    before = await linkback.known(SOURCE, TARGET)
    show(web, more)
    looks, so_far = web.requests(SOURCE), web.requests(TARGET)
    restarted = Linkback(build(settings, linkback.parts.database, web, clock), clock)
    after = await looked_at(restarted, clock)
    assert (web.requests(SOURCE) - looks, web.requests(TARGET) - so_far) == (1, asked)
    assert after.status is decided
    assert (after.evidence != before.evidence) is bool(asked)
