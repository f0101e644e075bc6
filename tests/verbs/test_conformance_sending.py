"""What is told to whom: the real sender over a real database, with a made-up web (PB-C, TB-S, WM-S)."""

from urllib.parse import parse_qs

import pytest

from linkback.core.model import Delivery, Page, Ping, Reply
from linkback.core.protocols import pingback, trackback, webmention
from tests.verbs.fakes import HTML, SITE, Clock, Linkback, Web

POST = SITE + "post"
THEIRS = "https://theirs.example/notes"
OTHER = "https://other.example/notes"


def takes(web: Web, url: str) -> str:
    """Put a page there that takes webmentions, and return where."""
    endpoint = url + "-endpoint?token=1"
    web.page(url, headers=(*HTML, ("link", f'<{endpoint}>; rel="webmention"')))
    web.pages[endpoint] = Page(202, (), b"", url=endpoint)
    return endpoint


def links(web: Web, *targets: str, more: str = "") -> None:
    anchors = "".join(f'<p>See <a href="{target}">this</a>.</p>' for target in targets)
    web.page(POST, f"<title>Mine</title><article>{anchors}{more}</article>")


async def send(linkback: Linkback, *targets: str) -> list[Delivery]:
    sender = linkback.parts.sender
    return await sender.send(await sender.read(POST), targets)


def told(web: Web, endpoint: str) -> list[tuple[str, str]]:
    """Source and target of each webmention that came to an endpoint."""
    forms = [parse_qs(request.body.decode()) for request in web.asked if request.url == endpoint]
    return [(form["source"][0], form["target"][0]) for form in forms]


async def test_pb_c13_wm_s1_each_link_is_told_of_and_nothing_else(linkback: Linkback, web: Web) -> None:
    theirs, other, third = takes(web, THEIRS), takes(web, OTHER), takes(web, "https://third.example/")
    links(web, THEIRS, OTHER)
    await send(linkback)
    assert told(web, theirs) == [(POST, THEIRS)]
    assert told(web, other) == [(POST, OTHER)]
    assert told(web, third) == []


async def test_wm_s1_a_target_that_is_not_linked_is_not_told(linkback: Linkback, web: Web) -> None:
    endpoint = takes(web, OTHER)
    links(web, THEIRS)
    await send(linkback, OTHER)
    assert told(web, endpoint) == []


async def test_pb_c1_pb_c8_a_page_that_takes_pingbacks_only_is_called(linkback: Linkback, web: Web) -> None:
    web.page(THEIRS + "#part", headers=(*HTML, ("x-pingback", "https://theirs.example/rpc")))
    answer = pingback.build_response(Reply())
    web.pages["https://theirs.example/rpc"] = Page(200, answer.headers, answer.body)
    links(web, THEIRS + "#part")
    [delivery] = await send(linkback)
    call = next(request for request in web.asked if request.method == "POST")
    assert delivery.status.value == "sent"
    assert pingback.parse_request(call) == Ping(POST, THEIRS + "#part", "pingback")


async def test_tb_s1_tb_s5_a_page_that_takes_trackbacks_only_is_told_the_title_too(
    linkback: Linkback, web: Web
) -> None:
    endpoint = "https://theirs.example/tb/1"
    block = f'<rdf:Description dc:identifier="{THEIRS}" trackback:ping="{endpoint}" />'
    web.page(THEIRS, f"<!-- <rdf:RDF>{block}</rdf:RDF> -->")
    answer = trackback.build_response(Reply())
    web.pages[endpoint] = Page(200, answer.headers, answer.body)
    links(web, THEIRS)
    [delivery] = await send(linkback)
    form = parse_qs(next(request for request in web.asked if request.url == endpoint).body.decode())
    assert delivery.status.value == "sent"
    assert (form["url"], form["title"]) == ([POST], ["Mine"])


async def test_wm_s11_an_update_is_told_to_earlier_and_new_targets(linkback: Linkback, web: Web, clock: Clock) -> None:
    theirs, other = takes(web, THEIRS), takes(web, OTHER)
    links(web, THEIRS)
    await send(linkback)
    clock.move(hours=1)
    links(web, THEIRS, OTHER, more="<p>And more.</p>")
    await send(linkback)
    assert told(web, theirs) == [(POST, THEIRS)] * 2
    assert told(web, other) == [(POST, OTHER)]


async def test_wm_s11_a_removed_link_is_told(linkback: Linkback, web: Web, clock: Clock) -> None:
    theirs, other = takes(web, THEIRS), takes(web, OTHER)
    links(web, THEIRS, OTHER)
    await send(linkback)
    clock.move(hours=1)
    links(web, THEIRS)
    await send(linkback)
    assert told(web, other) == [(POST, OTHER)] * 2
    assert told(web, theirs)[0] == (POST, THEIRS)


async def test_wm_s12_the_endpoint_is_found_anew_at_each_update(linkback: Linkback, web: Web, clock: Clock) -> None:
    old = takes(web, THEIRS)
    links(web, THEIRS)
    await send(linkback)
    new = "https://theirs.example/new"
    web.page(THEIRS, f"<link rel=webmention href={new}>")
    web.pages[new] = Page(202, (), b"", url=new)
    clock.move(hours=1)
    links(web, THEIRS, more="<p>And more.</p>")
    await send(linkback)
    assert (len(told(web, old)), len(told(web, new))) == (1, 1)


async def test_wm_s13_a_response_that_is_shown_on_the_post_is_an_update(
    linkback: Linkback, web: Web, clock: Clock
) -> None:
    endpoint = takes(web, THEIRS)
    links(web, THEIRS)
    await send(linkback)
    clock.move(hours=1)
    links(web, THEIRS, more='<div class="u-comment h-cite"><p>Well said.</p></div>')
    await send(linkback)
    assert len(told(web, endpoint)) == 2


@pytest.mark.parametrize(
    "gone",
    [
        Page(410, HTML, b"<p>This post was deleted.</p>"),
        Page(200, HTML, b'<meta http-equiv="Status" content="410 Gone"><p>This post was deleted.</p>'),
    ],
    ids=["410", "meta"],
)
async def test_wm_s14_when_the_post_is_gone_all_its_targets_hear_of_it(
    linkback: Linkback, web: Web, clock: Clock, gone: Page
) -> None:
    theirs, other = takes(web, THEIRS), takes(web, OTHER)
    links(web, THEIRS, OTHER)
    await send(linkback)
    clock.move(hours=1)
    web.pages[POST] = gone
    await send(linkback)
    assert (len(told(web, theirs)), len(told(web, other))) == (2, 2)


async def test_wm_s15_a_target_is_fetched_once_however_often_it_is_linked(linkback: Linkback, web: Web) -> None:
    endpoint = takes(web, THEIRS)
    links(web, THEIRS, THEIRS, THEIRS)
    await send(linkback)
    await send(linkback)
    assert (web.requests(THEIRS), len(told(web, endpoint))) == (1, 1)


async def test_wm_s8_a_webmention_is_preferred_and_only_one_is_sent(linkback: Linkback, web: Web) -> None:
    endpoint = "https://theirs.example/wm"
    headers = (*HTML, ("x-pingback", "https://theirs.example/rpc"), ("link", f"<{endpoint}>; rel={webmention.NAME}"))
    web.page(THEIRS, headers=headers)
    web.pages[endpoint] = Page(299, (), b"fine")
    links(web, THEIRS)
    [delivery] = await send(linkback)
    assert (delivery.status.value, delivery.protocol) == ("sent", "webmention")
    assert [request.url for request in web.asked if request.method == "POST"] == [endpoint]
