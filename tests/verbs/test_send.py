"""How a post's links are told, and what the ledger says of each."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from linkback.core.errors import BadURL, Forbidden, Problem, TimedOut, TooBusy, Unreachable
from linkback.core.model import Delivery, DeliveryStatus, Page, Reply, Request
from linkback.core.protocols import PROTOCOLS, Protocol, pingback
from linkback.send import NoSource
from tests.verbs.fakes import HTML, OURS, SITE, Clock, Linkback, Web

POST = SITE + "post"
THEIRS = "https://theirs.example/notes"
ENDPOINT = "https://theirs.example/xmlrpc.php"


def takes_pings(web: Web, url: str, reply: Reply = Reply(message="Thanks."), endpoint: str = ENDPOINT) -> None:
    """Put a page there that takes pings, and the endpoint that answers them."""
    web.page(url, "<p>theirs</p>", headers=(("content-type", "text/html"), ("x-pingback", endpoint)))
    response = pingback.build_response(reply)
    web.pages[endpoint] = Page(response.status, response.headers, response.body, url=endpoint)


def links(web: Web, *targets: str) -> None:
    anchors = "".join(f'<p>See <a href="{target}">this</a>.</p>' for target in targets)
    web.page(POST, f"<title>Mine</title><article>{anchors}</article>")


async def send(linkback: Linkback, *targets: str) -> list[Delivery]:
    sender = linkback.parts.sender
    return await sender.send(await sender.read(POST), targets)


def statuses(deliveries: list[Delivery]) -> list[str]:
    return [delivery.status.value for delivery in deliveries]


async def test_a_page_that_takes_pings_is_told(linkback: Linkback, web: Web) -> None:
    takes_pings(web, THEIRS)
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.protocol, delivery.endpoint) == (DeliveryStatus.SENT, "pingback", ENDPOINT)
    assert "Thanks." in delivery.message
    told = pingback.parse_request(next(request for request in web.asked if request.url == ENDPOINT))
    assert (told.source, told.target) == (POST, THEIRS)  # type: ignore[union-attr]  # a Ping, as the test says


async def test_a_second_run_sends_nothing_twice(linkback: Linkback, web: Web) -> None:
    takes_pings(web, THEIRS)
    links(web, THEIRS)
    await send(linkback)
    again = await send(linkback)
    assert statuses(again) == ["sent"]
    assert web.requests(ENDPOINT) == 1


async def test_a_changed_post_sends_to_new_links_only(linkback: Linkback, web: Web) -> None:
    takes_pings(web, THEIRS)
    links(web, THEIRS)
    await send(linkback)
    other, endpoint = "https://other.example/", "https://other.example/x"
    takes_pings(web, other, endpoint=endpoint)
    links(web, THEIRS, other)
    assert statuses(await send(linkback)) == ["sent", "sent"]
    assert (web.requests(ENDPOINT), web.requests(endpoint)) == (1, 1)


async def test_a_link_costs_at_most_two_requests(linkback: Linkback, web: Web) -> None:
    takes_pings(web, THEIRS)
    links(web, THEIRS)
    await send(linkback)
    assert len([request for request in web.asked if request.url != POST]) == 2


async def test_a_hanging_target_does_not_hold_up_the_rest(linkback: Linkback, web: Web) -> None:
    hanging = "https://hanging.example/"
    release = web.silent(hanging)
    takes_pings(web, THEIRS)
    links(web, hanging, THEIRS)
    running = asyncio.create_task(send(linkback))
    await web.until_asked(ENDPOINT)
    assert not running.done()
    release.set()
    assert statuses(await running) == ["waiting", "sent"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unreachable(THEIRS), DeliveryStatus.WAITING),
        (TimedOut(THEIRS), DeliveryStatus.WAITING),
        (Forbidden(THEIRS), DeliveryStatus.FAILED),
    ],
)
async def test_what_a_failed_look_at_the_target_means(
    linkback: Linkback, web: Web, error: Unreachable, status: DeliveryStatus
) -> None:
    web.pages[THEIRS] = error
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert delivery.status is status
    assert (delivery.next_try_at is not None) is (status is DeliveryStatus.WAITING)


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        (404, "failed"),
        (410, "failed"),
        (403, "failed"),
        (500, "waiting"),
        (503, "waiting"),
        (429, "waiting"),
        (408, "waiting"),
        (425, "waiting"),
    ],
)
async def test_what_the_target_answers_means(linkback: Linkback, web: Web, status: int, becomes: str) -> None:
    web.page(THEIRS, status=status)
    links(web, THEIRS)
    assert statuses(await send(linkback)) == [becomes]


@pytest.mark.parametrize(
    ("problem", "becomes"),
    [
        (None, "sent"),
        (Problem.ALREADY_REGISTERED, "sent"),
        (Problem.TOO_MANY, "waiting"),
        (Problem.SOURCE_TROUBLE, "waiting"),
        (Problem.INTERNAL, "waiting"),
        (Problem.SOURCE_NOT_FOUND, "refused"),
        (Problem.NO_LINK, "refused"),
        (Problem.TARGET_NOT_ACCEPTED, "refused"),
        (Problem.ACCESS_DENIED, "refused"),
        (Problem.METHOD_NOT_FOUND, "refused"),
    ],
)
async def test_what_the_endpoint_answers_means(
    linkback: Linkback, web: Web, problem: Problem | None, becomes: str
) -> None:
    takes_pings(web, THEIRS, Reply(problem))
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert delivery.status == becomes
    assert delivery.message


@pytest.mark.parametrize(("status", "becomes"), [(200, "failed"), (404, "failed"), (502, "waiting"), (408, "waiting")])
async def test_nonsense_from_the_endpoint_is_said_to_be_nonsense(
    linkback: Linkback, web: Web, status: int, becomes: str
) -> None:
    takes_pings(web, THEIRS)
    web.page(ENDPOINT, "<h1>Hello</h1>", status=status)
    links(web, THEIRS)
    assert statuses(await send(linkback)) == [becomes]


HOURS = 7200  # seconds; longer than the first gap of our own


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.NAME)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_who_names_a_time_is_left_alone_for_as_long_whatever_the_trouble(
    linkback: Linkback, web: Web, clock: Clock, protocol: Protocol, status: int
) -> None:
    _, html = protocol.advertise(ENDPOINT, THEIRS)
    web.page(THEIRS, html)
    offer = protocol.discover(Page(200, HTML, html.encode(), url=THEIRS))
    assert offer is not None
    web.page(offer.url, "Oops", status=status, headers=(("retry-after", str(HOURS)),))
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.protocol) == (DeliveryStatus.WAITING, protocol.NAME)
    assert delivery.next_try_at == clock() + timedelta(seconds=HOURS)


async def test_a_page_that_takes_no_pings_is_left_alone(linkback: Linkback, web: Web) -> None:
    web.page(THEIRS, "<p>theirs</p>")
    links(web, THEIRS)
    assert statuses(await send(linkback)) == ["no_endpoint"]


async def test_what_waits_is_tried_again_by_the_worker_when_it_is_due(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    takes_pings(web, THEIRS, Reply(Problem.TOO_MANY, retry_after=60))
    links(web, THEIRS)
    [waiting] = await send(linkback)
    assert waiting.next_try_at is not None
    takes_pings(web, THEIRS)
    await linkback.work()
    assert web.requests(ENDPOINT) == 1
    clock.move(seconds=(waiting.next_try_at - clock()).total_seconds())
    await linkback.work()
    assert statuses(await send(linkback)) == ["sent"]
    assert web.requests(ENDPOINT) == 2


async def test_what_waits_is_tried_again_by_the_next_send_when_it_is_due(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    takes_pings(web, THEIRS, Reply(Problem.SOURCE_TROUBLE))
    links(web, THEIRS)
    await send(linkback)
    takes_pings(web, THEIRS)
    assert statuses(await send(linkback)) == ["waiting"]
    clock.move(hours=1)
    assert statuses(await send(linkback)) == ["sent"]


async def test_what_waits_for_ever_fails_in_the_end(linkback: Linkback, web: Web, clock: Clock) -> None:
    takes_pings(web, THEIRS, Reply(Problem.SOURCE_TROUBLE))
    links(web, THEIRS)
    await send(linkback)
    for _ in range(20):
        clock.move(days=3)
        await linkback.work()
    assert statuses(await send(linkback)) == ["failed"]


async def test_our_own_politeness_waits_a_little_and_counts_no_attempt(linkback: Linkback, web: Web) -> None:
    takes_pings(web, THEIRS)
    page = web.pages[THEIRS]
    assert isinstance(page, Page)

    async def busy_once(request: Request) -> Page:
        if web.requests(THEIRS) == 1:
            raise TooBusy(THEIRS, retry_after=0.01)
        return replace(page, url=request.url)

    web.pages[THEIRS] = busy_once
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.SENT, 1)


async def test_a_host_that_had_enough_for_long_is_put_off(linkback: Linkback, web: Web) -> None:
    web.pages[THEIRS] = TooBusy(THEIRS, retry_after=50.0)
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.WAITING, 0)


async def test_links_inside_the_own_site_are_skipped_until_self_pings_are_on(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    links(web, SITE + "other")
    takes_pings(web, SITE + "other", endpoint=OURS + "pingback")
    [skipped] = await send(linkback)
    assert skipped.status is DeliveryStatus.SKIPPED
    assert "self-pings" in skipped.message
    clock.move(seconds=1)
    await linkback.parts.registrar.change(SITE, lambda site: replace(site, self_pings=True))
    linkback.parts.sender.sites._read_at = float("-inf")
    assert statuses(await send(linkback)) == ["sent"]


async def test_only_the_targets_that_were_named_are_told_and_only_if_they_are_linked(
    linkback: Linkback, web: Web
) -> None:
    takes_pings(web, THEIRS)
    links(web, THEIRS, "https://third.example/")
    told = await send(linkback, THEIRS, "https://unlinked.example/")
    assert statuses(told) == ["sent", "skipped"]
    assert web.requests("https://third.example/") == 0


async def test_a_preview_says_what_would_be_sent_and_sends_nothing(linkback: Linkback, web: Web) -> None:
    takes_pings(web, THEIRS)
    web.page("https://quiet.example/", "<p>quiet</p>")
    links(web, THEIRS, "https://quiet.example/")
    sender = linkback.parts.sender
    shown = await sender.preview(await sender.read(POST))
    assert statuses(shown) == ["planned", "no_endpoint"]
    assert shown[0].endpoint == ENDPOINT
    assert web.requests(ENDPOINT) == 0


@pytest.mark.parametrize(
    ("page", "status", "message"),
    [
        (410, "no_endpoint", "The page answers 410: there is nobody to tell."),
        (503, "planned", "The page answers 503 for now."),
        (200, "no_endpoint", "The page does not say that it takes pings."),
    ],
)
async def test_a_preview_says_what_the_page_is_in_the_way_with(
    linkback: Linkback, web: Web, page: int, status: str, message: str
) -> None:
    web.page(THEIRS, "<p>theirs</p>", status=page)
    links(web, THEIRS)
    sender = linkback.parts.sender
    [shown] = await sender.preview(await sender.read(POST))
    assert (shown.status, shown.message, shown.http_status, shown.next_try_at) == (status, message, page, None)


@pytest.mark.parametrize("status", [404, 500])
async def test_a_post_that_cannot_be_read_is_an_error_with_a_sentence(
    linkback: Linkback, web: Web, status: int
) -> None:
    web.page(POST, status=status)
    with pytest.raises(NoSource, match=str(status)):
        await linkback.parts.sender.read(POST)


async def test_a_post_that_is_no_address_is_an_error(linkback: Linkback) -> None:
    with pytest.raises(BadURL):
        await linkback.parts.sender.read("mine")
