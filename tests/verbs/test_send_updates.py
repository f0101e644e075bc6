"""What a post that changes, loses links or goes owes to whom, and that the ledger tells it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from linkback.core.errors import Problem, Unreachable
from linkback.core.model import Delivery, DeliveryStatus, Page, Reply
from linkback.core.protocols import pingback, trackback, webmention
from linkback.ledger import Ledger
from linkback.send import NoSource
from linkback.send.planning import ASK_AGAIN_AFTER
from linkback.storage import attempts, deliveries
from tests.verbs.fakes import HTML, SITE, Clock, Linkback, Web

POST = SITE + "post"
THEIRS = "https://theirs.example/notes"
OTHER = "https://other.example/"
BY = {protocol.NAME: protocol for protocol in (webmention, pingback, trackback)}
TAKEN = Reply(message="Thanks.")


def endpoint_of(url: str) -> str:
    return url + "-endpoint"


def takes(web: Web, url: str, protocol: str = "webmention", reply: Reply = TAKEN) -> None:
    """Put a page there that takes pings by one protocol, and the endpoint that answers them."""
    endpoint = endpoint_of(url)
    (name, value), _ = BY[protocol].advertise(endpoint, url)
    web.page(url, "<p>theirs</p>", headers=(*HTML, (name.lower(), value)))
    response = BY[protocol].build_response(reply)
    where = endpoint if protocol != "trackback" else value.partition(">")[0].strip("<")
    web.pages[where] = Page(response.status, response.headers, response.body, url=where)


def told(web: Web, url: str) -> int:
    """How often the endpoint of a page was asked."""
    return sum(request.method == "POST" and request.url.startswith(endpoint_of(url)) for request in web.asked)


def says(web: Web, text: str, *targets: str) -> None:
    anchors = "".join(f'<p>See <a href="{target}">this</a>.</p>' for target in targets)
    web.page(POST, f"<title>Mine</title><article><p>{text}</p>{anchors}</article>")


async def send(linkback: Linkback, *targets: str) -> list[Delivery]:
    sender = linkback.parts.sender
    return await sender.send(await sender.read(POST), targets)


async def follow(linkback: Linkback) -> list[Delivery]:
    sender = linkback.parts.sender
    return await sender.follow(await sender.read(POST))


def statuses(found: list[Delivery]) -> list[str]:
    return [delivery.status.value for delivery in found]


async def test_wm_s11_when_a_link_is_added_both_targets_hear_of_the_second_version(
    linkback: Linkback, web: Web
) -> None:
    takes(web, THEIRS)
    takes(web, OTHER)
    says(web, "First.", THEIRS)
    await send(linkback)
    says(web, "Second.", THEIRS, OTHER)
    assert statuses(await send(linkback)) == ["sent", "sent"]
    assert (told(web, THEIRS), told(web, OTHER)) == (2, 1)


async def test_wm_s11_when_a_link_goes_both_targets_hear_of_it(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    takes(web, OTHER)
    says(web, "First.", THEIRS, OTHER)
    await send(linkback)
    says(web, "Second.", THEIRS)
    stays, gone = await send(linkback)
    assert (told(web, THEIRS), told(web, OTHER)) == (2, 2)
    assert (stays.target, stays.removed, gone.target, gone.removed) == (THEIRS, False, OTHER, True)
    assert gone.message == "The post no longer links to it. Taken: Thanks."


async def test_wm_s12_the_endpoint_is_looked_for_anew_at_each_update(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    says(web, "First.", THEIRS)
    await send(linkback)
    takes(web, THEIRS, "pingback")
    says(web, "Second.", THEIRS)
    [delivery] = await send(linkback)
    assert (delivery.protocol, delivery.status, web.requests(THEIRS)) == ("pingback", DeliveryStatus.SENT, 2)


@pytest.mark.parametrize(
    "gone",
    [
        Page(410, HTML, b"<p>Deleted.</p>"),
        Page(404, HTML, b"<p>Not here.</p>"),
        Page(200, HTML, b'<meta http-equiv="Status" content="410 Gone"><p>Deleted.</p>'),
    ],
    ids=["410", "404", "meta"],
)
async def test_wm_s14_when_the_post_is_gone_its_targets_hear_of_it_once(
    linkback: Linkback, web: Web, gone: Page
) -> None:
    takes(web, THEIRS)
    takes(web, OTHER, "pingback", Reply(Problem.ALREADY_REGISTERED))
    says(web, "First.", THEIRS, OTHER)
    await send(linkback)
    web.pages[POST] = gone
    heard = await send(linkback)
    assert statuses(heard) == ["sent", "sent"]
    assert all(delivery.message.startswith("The post is gone. ") for delivery in heard)
    await send(linkback)
    assert (told(web, THEIRS), told(web, OTHER)) == (2, 2)


async def test_a_post_that_is_gone_and_was_never_told_of_owes_nothing(linkback: Linkback, web: Web) -> None:
    web.page(POST, status=410)
    assert await send(linkback) == []
    web.page(POST, status=404)
    with pytest.raises(NoSource, match="404"):
        await linkback.parts.sender.read(POST)


@pytest.mark.parametrize("protocol", ["pingback", "trackback"])
async def test_those_who_take_no_updates_are_not_told_of_a_mere_change(
    linkback: Linkback, web: Web, protocol: str
) -> None:
    takes(web, THEIRS, protocol)
    says(web, "First.", THEIRS)
    await send(linkback)
    says(web, "Second.", THEIRS)
    assert statuses(await send(linkback)) == ["sent"]
    assert told(web, THEIRS) == 1


@pytest.mark.parametrize(("protocol", "times"), [("webmention", 2), ("pingback", 2), ("trackback", 1)])
async def test_a_removed_link_is_told_by_all_protocols_but_trackback(
    linkback: Linkback, web: Web, protocol: str, times: int
) -> None:
    takes(web, THEIRS, protocol)
    says(web, "First.", THEIRS)
    await send(linkback)
    says(web, "First.")
    for _ in range(2):
        [delivery] = await send(linkback)
        assert (delivery.removed, delivery.status) == (True, DeliveryStatus.SENT)
        assert delivery.message.startswith("The post no longer links to it. Taken")
    assert told(web, THEIRS) == times


async def test_a_removed_link_is_never_told_by_trackback_even_when_the_page_now_takes_nothing_else(
    linkback: Linkback, web: Web
) -> None:
    takes(web, THEIRS, "pingback")
    says(web, "First.", THEIRS)
    await send(linkback)
    takes(web, THEIRS, "trackback")
    says(web, "First.")
    assert statuses(await send(linkback)) == ["no_endpoint"]
    assert told(web, THEIRS) == 1


@pytest.mark.parametrize(
    ("problem", "becomes"),
    [(Problem.NO_LINK, "sent"), (Problem.SOURCE_NOT_FOUND, "sent"), (Problem.ACCESS_DENIED, "refused")],
)
async def test_who_answers_that_a_removed_link_is_not_there_knows(
    linkback: Linkback, web: Web, problem: Problem, becomes: str
) -> None:
    takes(web, THEIRS)
    says(web, "First.", THEIRS)
    await send(linkback)
    takes(web, THEIRS, reply=Reply(problem))
    says(web, "First.")
    assert statuses(await send(linkback)) == [becomes]


async def test_a_link_that_comes_back_is_new_again(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS, "pingback")
    for targets in ((THEIRS,), (), (THEIRS,)):
        says(web, "First.", *targets)
        [delivery] = await send(linkback)
    assert (delivery.status, delivery.removed, delivery.message) == (DeliveryStatus.SENT, False, "Taken: Thanks.")
    assert told(web, THEIRS) == 3


async def test_a_link_that_goes_before_anybody_was_told_is_called_off(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    web.pages[THEIRS] = Unreachable(THEIRS)
    says(web, "First.", THEIRS)
    await send(linkback)
    says(web, "First.")
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.next_try_at, delivery.removed) == (DeliveryStatus.SKIPPED, None, True)
    takes(web, THEIRS)
    clock.move(days=9)
    await linkback.work()
    assert told(web, THEIRS) == 0
    says(web, "First.", THEIRS)
    assert statuses(await send(linkback)) == ["sent"]


async def test_a_post_that_changes_while_it_is_told_of_is_told_again(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    release = web.slow(endpoint_of(THEIRS))
    says(web, "First.", THEIRS)
    running = asyncio.create_task(send(linkback))
    await web.until_asked(endpoint_of(THEIRS))
    says(web, "Second.", THEIRS)
    assert statuses(await send(linkback)) == ["waiting"]
    assert told(web, THEIRS) == 1
    release.set()
    assert statuses(await running) == ["waiting"]
    assert statuses(await send(linkback)) == ["sent"]
    assert statuses(await send(linkback)) == ["sent"]
    assert told(web, THEIRS) == 2


async def test_a_link_that_goes_while_it_is_told_is_told_again(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    release = web.slow(endpoint_of(THEIRS))
    says(web, "First.", THEIRS)
    running = asyncio.create_task(send(linkback))
    await web.until_asked(endpoint_of(THEIRS))
    says(web, "First.")
    assert statuses(await send(linkback)) == ["skipped"]
    release.set()
    await running
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.removed, told(web, THEIRS)) == (DeliveryStatus.SENT, True, 2)


async def change_while_told(linkback: Linkback, web: Web, *targets: str) -> Delivery:
    """Change a post while its one target is told of it, and return the delivery when nothing more is owed."""
    where = next(url for url in web.pages if url.startswith(endpoint_of(THEIRS)))
    release = web.slow(where)
    says(web, "First.", THEIRS)
    running = asyncio.create_task(send(linkback))
    await web.until_asked(where)
    says(web, "Second.", *targets)
    await send(linkback)
    release.set()
    await running
    [delivery] = await send(linkback)
    return delivery


@pytest.mark.parametrize(("protocol", "times"), [("webmention", 2), ("pingback", 1), ("trackback", 1)])
async def test_who_takes_no_updates_is_told_once_even_when_the_post_changes_meanwhile(
    linkback: Linkback, web: Web, protocol: str, times: int
) -> None:
    takes(web, THEIRS, protocol)
    delivery = await change_while_told(linkback, web, THEIRS)
    assert (delivery.status, delivery.removed, told(web, THEIRS)) == (DeliveryStatus.SENT, False, times)


@pytest.mark.parametrize(("protocol", "times"), [("webmention", 2), ("pingback", 2), ("trackback", 1)])
async def test_a_link_that_goes_while_it_is_told_is_told_by_those_who_can(
    linkback: Linkback, web: Web, protocol: str, times: int
) -> None:
    takes(web, THEIRS, protocol)
    delivery = await change_while_told(linkback, web)
    assert (delivery.status, delivery.removed, told(web, THEIRS)) == (DeliveryStatus.SENT, True, times)
    assert delivery.message.startswith("The post no longer links to it. Taken")


async def test_a_link_that_goes_while_nobody_can_be_reached_stays_called_off(linkback: Linkback, web: Web) -> None:
    release = web.silent(THEIRS)
    says(web, "First.", THEIRS)
    running = asyncio.create_task(send(linkback))
    await web.until_asked(THEIRS)
    says(web, "First.")
    await send(linkback)
    release.set()
    assert statuses(await running) == ["skipped"]


async def test_only_the_named_targets_hear_of_their_removal(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    takes(web, OTHER)
    says(web, "First.", THEIRS, OTHER)
    await send(linkback)
    says(web, "Second.")
    [delivery] = await send(linkback, THEIRS)
    assert (delivery.target, delivery.removed) == (THEIRS, True)
    assert (told(web, THEIRS), told(web, OTHER)) == (2, 1)


@pytest.mark.parametrize("status", [200, 404])
async def test_a_page_that_took_nothing_is_asked_again_when_the_post_changed_and_a_week_passed(
    linkback: Linkback, web: Web, clock: Clock, status: int
) -> None:
    web.page(THEIRS, status=status)
    says(web, "First.", THEIRS)
    [before] = await send(linkback)
    clock.move(days=30)
    await send(linkback)
    assert web.requests(THEIRS) == 1
    says(web, "Second.", THEIRS)
    takes(web, THEIRS)
    assert before.updated_at is not None
    clock.time = before.updated_at + ASK_AGAIN_AFTER - timedelta(seconds=1)
    await send(linkback)
    assert web.requests(THEIRS) == 1
    clock.move(seconds=1)
    assert statuses(await send(linkback)) == ["sent"]


async def test_a_post_that_was_told_before_versions_were_kept_is_not_told_again(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    says(web, "First.", THEIRS)
    [delivery] = await send(linkback)
    await linkback.parts.database.write(deliveries.change, [replace(delivery, version="")])
    await send(linkback)
    assert told(web, THEIRS) == 1
    says(web, "Second.", THEIRS)
    await send(linkback)
    assert told(web, THEIRS) == 2


async def test_a_dry_run_shows_changes_and_removals_and_tells_nobody(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    takes(web, OTHER)
    says(web, "First.", THEIRS, OTHER)
    await send(linkback)
    says(web, "Second.", THEIRS)
    sender = linkback.parts.sender
    changed, removed = await sender.preview(await sender.read(POST))
    assert (changed.status, changed.endpoint) == (DeliveryStatus.PLANNED, endpoint_of(THEIRS))
    assert (removed.status, removed.message) == (DeliveryStatus.PLANNED, "The post no longer links to it.")
    assert (told(web, THEIRS), told(web, OTHER)) == (1, 1)
    await sender.send(await sender.read(POST))
    changed, removed = await sender.preview(await sender.read(POST))
    assert statuses([changed, removed]) == ["sent", "sent"]


async def test_a_host_without_endpoint_is_left_alone_for_a_day_unless_somebody_asks_by_hand(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    one, two = OTHER + "1", OTHER + "2"
    web.page(one)
    takes(web, two)
    says(web, "First.", one)
    await send(linkback)
    clock.move(hours=1)
    says(web, "Second.", one, two)
    _, put_off = await follow(linkback)
    assert (put_off.status, put_off.next_try_at) == (DeliveryStatus.WAITING, clock().replace(hour=12, day=25))
    assert "takes no pings" in put_off.message
    await linkback.work()
    assert web.requests(two) == 0
    clock.move(days=1)
    await linkback.work()
    assert told(web, two) == 1


async def test_send_by_hand_asks_a_host_that_is_left_alone(linkback: Linkback, web: Web) -> None:
    one, two = OTHER + "1", OTHER + "2"
    web.page(one)
    takes(web, two)
    says(web, "First.", one)
    await send(linkback)
    says(web, "Second.", one, two)
    await follow(linkback)
    assert statuses(await send(linkback)) == ["no_endpoint", "sent"]


async def test_a_host_that_took_a_ping_before_is_not_left_alone(linkback: Linkback, web: Web) -> None:
    takes(web, OTHER + "1")
    web.page(OTHER + "2")
    takes(web, OTHER + "3")
    says(web, "First.", OTHER + "1", OTHER + "2")
    await send(linkback)
    says(web, "Second.", OTHER + "1", OTHER + "2", OTHER + "3")
    await follow(linkback)
    await linkback.work()
    assert told(web, OTHER + "3") == 1


async def test_the_ledger_keeps_every_attempt(linkback: Linkback, web: Web, clock: Clock) -> None:
    web.pages[THEIRS] = Unreachable(THEIRS)
    says(web, "First.", THEIRS)
    await send(linkback)
    takes(web, THEIRS, reply=Reply(Problem.TOO_MANY, retry_after=7200))
    clock.move(minutes=2)
    [waiting] = await send(linkback)
    takes(web, THEIRS)
    clock.move(hours=1, minutes=59)
    await linkback.work()
    clock.move(minutes=1)
    await linkback.work()
    tries = await linkback.parts.database.read(attempts.of, waiting.id)
    endpoint = endpoint_of(THEIRS)
    assert [(tried.status.value, tried.protocol, tried.endpoint, tried.http_status) for tried in tries] == [
        ("waiting", None, None, None),
        ("waiting", "webmention", endpoint, 429),
        ("sent", "webmention", endpoint, 202),
    ]
    assert tries[0].message.startswith("The page could not be reached: ")
    assert tries[1].message.startswith("Not now, they say: ")
    assert tries[2].at == clock()


async def test_the_page_that_tells_what_becomes_of_a_webmention_is_in_the_ledger(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS, reply=Reply(location="https://theirs.example/status/7"))
    says(web, "First.", THEIRS)
    [delivery] = await send(linkback)
    assert delivery.message.endswith("What becomes of it stands at https://theirs.example/status/7")


@pytest.mark.parametrize(
    ("link", "nofollow", "why"),
    [
        ('<a class="no-webmention" href="{}">x</a>', True, "class no-webmention"),
        ('<a rel="nofollow" href="{}">x</a>', False, "marked nofollow"),
        ('<a rel="nofollow" href="{}">x</a>', True, ""),
    ],
)
async def test_a_link_is_skipped_with_a_reason(
    linkback: Linkback, web: Web, link: str, nofollow: bool, why: str
) -> None:
    takes(web, THEIRS)
    web.page(POST, f"<article><p>{link.format(THEIRS)}</p></article>")
    sender = replace(linkback.parts.sender, nofollow=nofollow)
    [delivery] = await sender.send(await sender.read(POST))
    assert (delivery.status is DeliveryStatus.SKIPPED) is bool(why)
    assert why in delivery.message
    assert told(web, THEIRS) == (0 if why else 1)


async def test_what_the_author_asks_not_to_tell_is_called_off(linkback: Linkback, web: Web) -> None:
    web.pages[THEIRS] = Unreachable(THEIRS)
    says(web, "First.", THEIRS)
    await send(linkback)
    web.page(POST, f'<article><p><a class="nomention" href="{THEIRS}">x</a></p></article>')
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.next_try_at) == (DeliveryStatus.SKIPPED, None)
    assert await linkback.parts.database.read(deliveries.next_due) is None


async def test_links_inside_the_own_site_are_told_when_the_setting_says_so(linkback: Linkback, web: Web) -> None:
    takes(web, SITE + "other")
    says(web, "First.", SITE + "other")
    sender = replace(linkback.parts.sender, own_links=True)
    assert statuses(await sender.send(await sender.read(POST))) == ["sent"]


async def test_a_trackback_tells_title_beginning_and_blog(linkback: Linkback, web: Web, clock: Clock) -> None:
    takes(web, THEIRS, "trackback")
    web.page(
        POST,
        '<title>Mine</title><meta property="og:site_name" content="A diary">'
        '<article class="h-entry"><h1 class="p-name">On bread</h1>'
        f'<div class="e-content">Bread <a href="{THEIRS}">takes</a> time.</div></article>',
    )
    read = await linkback.parts.sender.read(POST)
    planned = await linkback.parts.sender.plan(read)
    forgetful = replace(linkback.parts.sender, _said={})
    claimed = await linkback.parts.database.write(
        deliveries.claim_ids, [planned[0].id], clock(), clock().replace(hour=23)
    )
    await forgetful.deliver(claimed[0])
    form = next(request.body.decode() for request in web.asked if request.method == "POST")
    assert "title=On+bread" in form
    assert "excerpt=Bread+takes+time." in form
    assert "blog_name=A+diary" in form
    assert web.requests(POST) == 2


async def test_what_a_person_wants_tried_again_is_tried_by_whoever_works(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    takes(web, THEIRS, reply=Reply(Problem.ACCESS_DENIED))
    says(web, "First.", THEIRS)
    [refused] = await send(linkback)
    takes(web, THEIRS, reply=Reply(Problem.INTERNAL))
    ledger = Ledger(linkback.parts.database, clock)
    await ledger.retry([refused.id])
    await linkback.work()
    waiting, tries = await ledger.show(refused.id)
    assert (waiting.status, waiting.attempts) == (DeliveryStatus.WAITING, 1)
    assert [tried.status.value for tried in tries] == ["refused", "waiting"]
    assert waiting.next_try_at == clock() + timedelta(minutes=1)


async def test_every_link_of_a_post_has_a_story_of_its_own(linkback: Linkback, web: Web) -> None:
    takes(web, THEIRS)
    web.page(OTHER, status=503)
    web.page("https://quiet.example/")
    says(web, "First.", THEIRS, OTHER, "https://quiet.example/", SITE + "mine")
    await send(linkback)
    takes(web, OTHER, "pingback")
    assert statuses(await send(linkback)) == ["sent", "waiting", "no_endpoint", "skipped"]
    assert told(web, THEIRS) == 1
