"""TrackBacks whose source shows no link: refused like others, or held where the site says so, never approved."""

from dataclasses import replace

import pytest

from linkback.core.errors import Problem, TimedOut, Unreachable
from linkback.core.model import Author, Citation, Mention, Moderation, Reply, Status
from tests.verbs.fakes import SITE, Clock, Linkback, Web

SOURCE = "https://blog.example/a"
TARGET = SITE + "post"
TOLD = Citation("What I think", Author("A blog"), excerpt="I think that it is so.")
UNLINKED = "The source does not link to your page; only the sender says so."
UNREAD = "The source cannot be read; only the sender says that it links to your page."


@pytest.fixture(autouse=True)
def own_page(web: Web) -> None:
    web.own("post")


@pytest.fixture
async def unverified(linkback: Linkback) -> None:
    """The site takes trackbacks whose source shows no link, and would approve whatever nothing speaks against."""
    change = linkback.parts.registrar.change
    await change(SITE, lambda site: replace(site, unverified=True, moderation=Moderation.JUDGE))


async def trackback(linkback: Linkback) -> Reply:
    return await linkback.trackback(SOURCE, TARGET, TOLD)


def sentences(mention: Mention) -> list[str]:
    return [reason.sentence for reason in mention.verdict.reasons] if mention.verdict else []


async def test_tb_r7_without_the_setting_it_is_verified_like_the_others(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>no link</p>")
    assert (await trackback(linkback)).problem is Problem.NO_LINK
    assert await linkback.every() == []
    web.page(SOURCE, links_to=TARGET)
    assert (await trackback(linkback)).ok
    assert (await linkback.known(SOURCE, TARGET)).citation.title == "A post"


@pytest.mark.usefixtures("unverified")
async def test_one_that_shows_no_link_is_held_as_its_sender_tells_it(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>no link</p>")
    assert (await trackback(linkback)).ok
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.verified_at, mention.citation) == (Status.HELD, None, TOLD)
    assert (sentences(mention), mention.protocols) == ([UNLINKED], ("trackback",))


@pytest.mark.usefixtures("unverified")
@pytest.mark.parametrize("status", [404, 503])
async def test_one_that_cannot_be_read_is_held_too(linkback: Linkback, web: Web, status: int) -> None:
    web.page(SOURCE, status=status)
    assert (await trackback(linkback)).ok
    assert sentences(await linkback.known(SOURCE, TARGET)) == [UNREAD]


@pytest.mark.usefixtures("unverified")
@pytest.mark.parametrize("error", [Unreachable(SOURCE), TimedOut(SOURCE)], ids=["unreachable", "timed out"])
async def test_a_source_without_an_answer_is_held_too(
    linkback: Linkback, web: Web, error: Unreachable | TimedOut
) -> None:
    web.pages[SOURCE] = error
    assert (await trackback(linkback)).ok
    assert sentences(await linkback.known(SOURCE, TARGET)) == [UNREAD]


@pytest.mark.usefixtures("unverified")
async def test_what_the_sender_tells_is_kept_though_the_source_is_silent(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.silent(SOURCE)
    assert (await trackback(linkback)).ok
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.citation) == (Status.HELD, TOLD)
    await linkback.parts.receiver.close()
    web.page(SOURCE, "<p>no link</p>")
    clock.move(minutes=2)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.citation) == (Status.HELD, TOLD)


@pytest.mark.usefixtures("unverified")
@pytest.mark.parametrize("source", ["no link", "410", "404", "503", "no answer"])
async def test_no_look_in_vain_approves_or_drops_it(linkback: Linkback, web: Web, clock: Clock, source: str) -> None:
    web.page(SOURCE, "<p>no link</p>")
    await trackback(linkback)
    if source == "no answer":
        web.pages[SOURCE] = Unreachable(SOURCE)
    elif source != "no link":
        web.page(SOURCE, status=int(source))
    for _ in range(4):
        clock.move(days=31)
        await linkback.work()
        assert await linkback.status(SOURCE, TARGET) is Status.HELD
    assert web.requests(SOURCE) == 5


@pytest.mark.usefixtures("unverified")
async def test_it_is_verified_when_its_link_appears(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, "<p>no link</p>")
    await trackback(linkback)
    web.page(SOURCE, links_to=TARGET)
    clock.move(days=4)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.citation.title, mention.verified_at, mention.trouble) == ("A post", clock(), "")
    assert UNLINKED not in sentences(mention)


@pytest.mark.usefixtures("unverified")
async def test_a_person_may_approve_it_and_that_lasts(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, "<p>no link</p>")
    await trackback(linkback)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    for _ in range(3):
        await linkback.work()
        clock.move(days=31)
    assert await linkback.status(SOURCE, TARGET) is Status.APPROVED


@pytest.mark.usefixtures("unverified")
async def test_it_is_held_again_when_its_page_says_something_else_than_was_told_and_approved(
    linkback: Linkback, web: Web
) -> None:
    web.page(SOURCE, "<p>no link</p>")
    await trackback(linkback)
    await linkback.parts.moderator.approve((await linkback.known(SOURCE, TARGET)).id, by="ana")
    web.page(SOURCE, f'<title>Cheap pills</title><p>Buy <a href="{TARGET}">casino bonus</a> now</p>')
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.citation.title) == (Status.HELD, "Cheap pills")
    assert sentences(mention)[0].startswith("The title was replaced: ")


@pytest.mark.usefixtures("unverified")
async def test_a_pingback_without_a_link_is_refused_all_the_same(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>no link</p>")
    assert (await linkback.ping(SOURCE, TARGET)).problem is Problem.NO_LINK
    assert await linkback.every() == []


@pytest.mark.usefixtures("unverified")
async def test_no_304_verifies_it(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, "<p>no link</p>", headers=(("content-type", "text/html"), ("etag", '"1"')))
    await trackback(linkback)
    web.page(SOURCE, status=304)
    clock.move(days=4)
    await linkback.work()
    mention = await linkback.known(SOURCE, TARGET)
    assert (mention.status, mention.verified_at) == (Status.HELD, None)


@pytest.mark.usefixtures("unverified")
async def test_what_was_verified_once_is_not_told_over(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.page(SOURCE, links_to=TARGET)
    await linkback.ping(SOURCE, TARGET)
    web.page(SOURCE, status=410)
    clock.move(days=4)
    await linkback.work()
    assert await linkback.status(SOURCE, TARGET) is Status.GONE
    await trackback(linkback)
    assert (await linkback.known(SOURCE, TARGET)).citation.title == "A post"


@pytest.mark.usefixtures("unverified")
async def test_what_is_only_told_of_one_host_is_bounded(linkback: Linkback, web: Web) -> None:
    linkback.parts = replace(linkback.parts, receiver=replace(linkback.parts.receiver, most_waiting_per_host=3))
    replies = []
    for number in range(5):
        web.page(f"{SOURCE}{number}", "<p>no link</p>")
        replies.append((await linkback.trackback(f"{SOURCE}{number}", TARGET, TOLD)).problem)
    assert replies == [None] * 3 + [Problem.TOO_MANY] * 2


@pytest.mark.usefixtures("unverified")
async def test_the_status_page_of_a_webmention_tells_that_there_is_no_link(linkback: Linkback, web: Web) -> None:
    web.page(SOURCE, "<p>no link</p>")
    await trackback(linkback)
    assert await linkback.state(await linkback.webmention(SOURCE, TARGET)) == "no_link"


@pytest.mark.usefixtures("unverified")
async def test_a_page_of_ours_that_takes_none_holds_none(linkback: Linkback, web: Web) -> None:
    web.page(TARGET, status=404)
    assert (await trackback(linkback)).problem is Problem.TARGET_NOT_FOUND
