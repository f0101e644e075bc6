"""The judge among live pings: what is known of a source, what the owner's lists do, and what nobody learns from us."""

import pytest

from linkback.core.errors import Problem
from linkback.core.model import AlertKind, Listed, ListedAction, ListedKind, Moderation, Reply, Status
from linkback.rulebook import Proposal, Rulebook
from linkback.storage import alerts
from tests.verbs.fakes import ADVERTISED, HTML, SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
ARTICLE = " ".join(
    f"Step {step}: knead the {what} dough until it is {how}, and let it rest in a {where} bowl overnight."
    for step, (what, how, where) in enumerate(
        [("white", "smooth", "large"), ("dark", "elastic", "glass"), ("rye", "sticky", "covered")] * 5, start=1
    )
)
CASINO = (
    "<title>Best casino bonus</title><div class='footer'>"
    + "".join(f"<a href='https://casino{number}.example/'>casino bonus slots {number}</a> " for number in range(60))
    + f"<a href='{TARGET}'>cheap viagra casino</a></div>"
)


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.page(TARGET, f"<title>Bread</title><article><p>{ARTICLE}</p></article>", headers=ADVERTISED)


async def sent(linkback: Linkback, source: str, target: str, sender: str | None = None) -> Reply:
    """Send a pingback, and wait until it is verified, also where that takes longer than its caller waits."""
    reply = await linkback.ping(source, target, sender)
    await linkback.work()
    return reply


async def rules(
    linkback: Linkback, *lists: tuple[ListedAction, ListedKind, str], mode: Moderation | None = None
) -> None:
    """Give the site these lists and this way of moderating, as its owner would."""
    book = Rulebook(linkback.parts.database, linkback.clock)
    listed = tuple(Listed(*one) for one in lists)
    await book.save(await book.site(None), Proposal(moderation=mode, lists=listed))
    linkback.parts.sites._read_at = float("-inf")


async def test_a_mention_keeps_what_was_known_of_its_source(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, f'<title>Mine</title><article><p>{ARTICLE}</p><a href="{TARGET}">more</a></article>')
    await sent(linkback, SOURCE, TARGET)
    mention = await linkback.known(SOURCE, TARGET)
    assert mention.evidence is not None
    assert mention.evidence.makeup.words > 100
    assert mention.evidence.likeness.copied == pytest.approx(1.0, abs=0.1)
    assert mention.verdict is not None
    assert any("copies" in reason.sentence for reason in mention.verdict.reasons)


async def test_what_came_by_a_redirect_is_judged_with_the_hosts_on_the_way(linkback: Linkback, web: Web) -> None:
    web.page("https://far.example/x", links_to=TARGET)
    web.moves(SOURCE, "https://far.example/x")
    await sent(linkback, SOURCE, TARGET)
    evidence = (await linkback.known(SOURCE, TARGET)).evidence
    assert evidence is not None
    assert evidence.via == ("blog.example",)


async def test_junk_is_kept_away_and_its_sender_hears_what_everybody_hears(linkback: Linkback, web: Web) -> None:
    web.page("https://best-casino-bonus.example/", CASINO)
    web.page(SOURCE, links_to=TARGET)
    junk, honest = [await sent(linkback, source, TARGET) for source in ("https://best-casino-bonus.example/", SOURCE)]
    assert await linkback.status("https://best-casino-bonus.example/", TARGET) is Status.SPAM
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert {junk.problem, honest.problem} == {None}
    again = [await sent(linkback, source, TARGET) for source in ("https://best-casino-bonus.example/", SOURCE)]
    assert again == [Reply(Problem.ALREADY_REGISTERED)] * 2


async def test_junk_stays_junk_when_it_is_sent_again_and_looked_at_again(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    source = "https://best-casino-bonus.example/"
    web.page(source, CASINO)
    reply = await linkback.webmention(source, TARGET)
    await linkback.work()
    assert await linkback.state(reply) == "accepted"
    clock.move(days=1)
    await linkback.webmention(source, TARGET)
    await linkback.work()
    assert await linkback.status(source, TARGET) is Status.SPAM


@pytest.mark.parametrize(
    ("kind", "pattern", "source", "sender"),
    [
        (ListedKind.HOST, "blog.example", SOURCE, None),
        (ListedKind.HOST, "blog.example", "https://deep.blog.example/", None),
        (ListedKind.PATH, "*.example/a", SOURCE, None),
        (ListedKind.NETWORK, "203.0.113.0/24", SOURCE, "203.0.113.9"),
    ],
)
async def test_what_is_blocked_is_refused_before_anything_is_fetched(
    linkback: Linkback, web: Web, kind: ListedKind, pattern: str, source: str, sender: str | None
) -> None:
    await rules(linkback, (ListedAction.BLOCK, kind, pattern))
    web.page(source, links_to=TARGET)
    assert await sent(linkback, source, TARGET, sender) == Reply(Problem.ACCESS_DENIED)
    assert web.asked == []
    assert await linkback.every() == []


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (ListedAction.TRUST, Status.APPROVED),
        (ListedAction.HOLD, Status.HELD),
        (ListedAction.MUTE, Status.REMOVED),
        (ListedAction.FOLLOW, Status.HELD),
    ],
)
@pytest.mark.parametrize("mode", Moderation)
async def test_a_hard_rule_decides_alone_and_says_so(
    linkback: Linkback, web: Web, action: ListedAction, status: Status, mode: Moderation
) -> None:
    await rules(linkback, (action, ListedKind.HOST, "blog.example"), mode=mode)
    web.page(SOURCE, links_to=TARGET)
    assert (await sent(linkback, SOURCE, TARGET)).ok
    mention = await linkback.known(SOURCE, TARGET)
    if action is ListedAction.FOLLOW and mode is Moderation.JUDGE:
        assert mention.status in {Status.HELD, Status.APPROVED}
        return
    assert (mention.status, mention.decided_by) == (status, None)
    assert mention.verdict is not None
    if action is not ListedAction.FOLLOW:
        assert [reason.rule for reason in mention.verdict.reasons] == ["owner_lists"]
        assert "blog.example" in mention.verdict.reasons[0].sentence


async def test_a_blocked_word_is_junk_once_it_is_read(linkback: Linkback, web: Web) -> None:
    await rules(linkback, (ListedAction.BLOCK, ListedKind.WORD, "sourdough"))
    web.page(SOURCE, f'<title>On Sourdough</title><p>I read <a href="{TARGET}">this</a>.</p>')
    assert (await sent(linkback, SOURCE, TARGET)).ok
    assert await linkback.status(SOURCE, TARGET) is Status.SPAM


async def test_what_a_person_decided_outlives_the_judge(linkback: Linkback, web: Web, clock: Clock) -> None:
    source = "https://best-casino-bonus.example/"
    web.page(source, CASINO)
    await sent(linkback, source, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(source, TARGET)).id, by="ana")
    clock.move(days=40)
    await linkback.work()
    await sent(linkback, source, TARGET)
    await linkback.work()
    assert await linkback.status(source, TARGET) is Status.APPROVED


async def test_the_owner_teaches_the_judge(linkback: Linkback, web: Web) -> None:
    """The same kind of page scores higher once its like were called junk."""
    pages = [f"https://h{number}.example/" for number in range(8)]
    for page in pages:
        title = "<title>Garden furniture outlet prices</title>"
        web.page(
            page, f'{title}<p>Garden furniture outlet, see <a href="{TARGET}">furniture prices</a>.</p>', headers=HTML
        )
    for page in pages[:-1]:
        await sent(linkback, page, TARGET)
    first = await linkback.known(pages[0], TARGET)
    for page in pages[:-1]:
        await linkback.parts.moderator.spam((await linkback.known(page, TARGET)).id, by="ana")
    linkback.parts.receiver.verifier.lore._held.clear()
    await sent(linkback, pages[-1], TARGET)
    taught = await linkback.known(pages[-1], TARGET)
    assert first.verdict is not None
    assert taught.verdict is not None
    learned = {one.rule: one.weight for one in taught.verdict.reasons}.get("learned", 0.0)
    assert learned > {one.rule: one.weight for one in first.verdict.reasons}.get("learned", 0.0)
    assert taught.verdict.score > first.verdict.score


async def test_an_approved_page_that_turns_is_told_once(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, f'<title>Bread</title><p>I baked after <a href="{TARGET}">these notes on dough</a> today.</p>')
    await sent(linkback, SOURCE, TARGET)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, f'<title>Pills</title><p>Order cheap tablets <a href="{TARGET}">without prescription</a> now.</p>')
    clock.move(days=2)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.HELD
    [alert] = await linkback.parts.database.read(alerts.every)
    assert (alert.kind, alert.subject) == (AlertKind.TURNED, "blog.example")
    assert "says something else now" in alert.message


async def test_a_verdict_of_a_machine_does_not_speak_for_the_next_one(linkback: Linkback, web: Web) -> None:
    host = "https://best-casino-bonus.example/"
    sources = [f"{host}{number}" for number in range(3)]
    for source in sources:
        web.page(source, CASINO)
    for source in sources[:2]:
        await sent(linkback, source, TARGET)
    found = [await linkback.known(source, TARGET) for source in sources[:2]]
    assert [one.status for one in found] == [Status.SPAM] * 2
    assert not any(reason.rule == "held_before" for one in found if one.verdict for reason in one.verdict.reasons)
    await linkback.parts.moderator.spam(found[0].id, by="ana")
    await sent(linkback, sources[2], TARGET)
    told = await linkback.known(sources[2], TARGET)
    assert told.verdict is not None
    [reason] = [reason for reason in told.verdict.reasons if reason.rule == "held_before"]
    assert reason.sentence == "Earlier mentions by best-casino-bonus.example: 1 marked as spam."


async def test_a_host_that_is_only_on_the_way_is_not_warned_of(linkback: Linkback, web: Web) -> None:
    """A shortener was approved itself; what it leads to is junk, and says nothing of it."""
    web.page("https://short.example/own", links_to=TARGET)
    await sent(linkback, "https://short.example/own", TARGET)
    own = await linkback.known("https://short.example/own", TARGET)
    await linkback.parts.moderator.approve(own.id, by="ana")
    web.page("https://best-casino-bonus.example/", CASINO)
    web.moves("https://short.example/x", "https://best-casino-bonus.example/")
    await sent(linkback, "https://short.example/x", TARGET)
    led = await linkback.known("https://short.example/x", TARGET)
    assert led.source_page == "https://best-casino-bonus.example/"
    company = linkback.parts.receiver.verifier.crowd
    assert [one.new for one in company._crowd._recent if one.id == led.id] == [True]
