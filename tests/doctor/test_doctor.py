"""The doctor over real sockets: a page and its endpoints on loopback, our own server among them."""

import asyncio
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import trustme

from linkback.core.addresses import parse_networks
from linkback.core.protocols import PROTOCOLS
from linkback.doctor import Advice, Doctor, Examination, Finding, Level
from linkback.fetch import Door
from linkback.fetch.standing import is_public
from linkback.settings import Settings
from tests.doctor.sick_pages import DOUBTFUL, GOOD, WRONG, at
from tests.fetch.conftest import Host, Open, Serve, moved, ok
from tests.web.running import PATIENCE, Running, Site, running, web_server

NAMES = [protocol.NAME for protocol in PROTOCOLS]
NO_METHOD = b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n"
REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def linkback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("doctor")
    settings = Settings(database=f"sqlite:///{folder}/d.db", network_allow=("127.0.0.0/8",), pingback_wait=0.5)
    with running(settings) as server:
        yield server


@pytest.fixture(scope="module")
def blog(linkback: Running) -> Iterator[Site]:
    with web_server("127.0.6.4") as site:
        linkback.add_site(site.url)
        yield site


def doctor(door: Door) -> Doctor:
    return Doctor(door, partial(is_public, settings=door.settings), Advice("https://links.example/"))


async def checked(door: Door, url: str) -> Examination:
    """Check a page; fail when that never ends."""
    async with asyncio.timeout(PATIENCE):
        return await doctor(door).check(url)


def only(found: Examination, point: str) -> Finding:
    (finding,) = at(point, found.findings)
    return finding


def advertising(name: str, endpoint: str) -> bytes:
    """Return a page that names one endpoint."""
    return ok(f'<html><head><link rel="{name}" href="{endpoint}"></head></html>'.encode())


async def test_our_own_server_answers_as_its_protocols_ask_and_keeps_nothing(
    door: Door, linkback: Running, blog: Site
) -> None:
    url = blog.url + "sound"
    lines = [protocol.advertise(linkback.url + protocol.NAME, url)[1] for protocol in PROTOCOLS]
    blog.page("sound", f"<html><head>{''.join(lines)}</head><p>hello</p></html>")
    found = await checked(door, url)
    assert found.count(Level.WRONG) == 0
    for name in NAMES:
        assert only(found, name).level is GOOD
        assert only(found, f"{name} endpoint").level is GOOD
        assert only(found, f"{name} address").level is DOUBTFUL
    assert {one.point for one in found.findings if one.level is DOUBTFUL} == {
        "address", "TLS", "webmention address", "pingback address", "trackback address",
    }  # fmt: skip
    assert await asyncio.to_thread(linkback.mentions) == []


@pytest.mark.parametrize("name", NAMES)
async def test_an_endpoint_is_asked_once_and_by_post(door: Door, serve: Serve, name: str) -> None:
    endpoint = await serve(NO_METHOD, "127.0.6.2")
    page = await serve(advertising(name, endpoint.url + "/e"))
    found = await checked(door, page.url + "/post")
    assert "takes no POST" in only(found, f"{name} endpoint").sentence
    assert [request.split(b" ")[0] for request in endpoint.requests] == [b"POST"]
    assert page.paths == ["/post"]


@pytest.mark.parametrize("name", NAMES)
async def test_an_endpoint_on_a_private_address_is_wrong(open_door: Open, serve: Serve, name: str) -> None:
    endpoint = await serve(REFUSAL, "127.0.7.1")
    page = await serve(advertising(name, endpoint.url + "/e"))
    found = await checked(open_door(allow=parse_networks(["127.0.6.0/24"])), page.url + "/post")
    assert only(found, f"{name} address").level is WRONG
    assert "The world cannot reach the endpoint" in only(found, f"{name} address").sentence
    assert endpoint.connections == 0


async def test_an_endpoint_that_only_network_allow_opens_is_doubtful(door: Door, serve: Serve) -> None:
    endpoint = await serve(REFUSAL, "127.0.6.2")
    page = await serve(advertising("webmention", endpoint.url + "/e"))
    found = await checked(door, page.url + "/post")
    assert only(found, "webmention address").level is DOUBTFUL
    assert only(found, "webmention endpoint").level is GOOD


@pytest.mark.parametrize("name", NAMES)
async def test_a_silent_endpoint_is_wrong_and_waited_for_no_longer_than_the_door_does(
    open_door: Open, serve: Serve, name: str
) -> None:
    let_go = asyncio.Event()

    async def silent(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await let_go.wait()

    endpoint = await serve(silent, "127.0.6.2")
    page = await serve(advertising(name, endpoint.url + "/e"))
    found = await checked(open_door(deadline=0.5), page.url + "/post")
    let_go.set()
    assert only(found, f"{name} endpoint").level is WRONG
    assert "in time" in only(found, f"{name} endpoint").sentence


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(made)
    return made


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [("127.0.6.2", GOOD, "certificate is right"), ("other.example", WRONG, "certificate of the host is not valid")],
)
async def test_the_certificate_of_an_endpoint_is_looked_at(
    open_door: Open, serve: Serve, tmp_path: Path, name: str, level: Level, words: str
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authorities.pem"))
    endpoint = await serve(REFUSAL, "127.0.6.2", tls=certified(authority, name))
    page = await serve(advertising("webmention", f"https://127.0.6.2:{endpoint.port}/e"))
    found = await checked(open_door(authorities=str(tmp_path / "authorities.pem")), page.url + "/post")
    assert only(found, "webmention TLS").level is level
    assert words in only(found, "webmention TLS").sentence
    assert bool(at("webmention endpoint", found.findings)) is (level is GOOD)


async def test_an_endpoint_that_leads_on_is_mended_by_where_it_leads(door: Door, serve: Serve) -> None:
    endpoint = await serve(moved(301, "https://new.example/w"), "127.0.6.2")
    page = await serve(advertising("webmention", endpoint.url + "/e"))
    found = only(await checked(door, page.url + "/post"), "webmention redirect")
    assert (found.level, found.mend) == (WRONG, '<link rel="webmention" href="https://new.example/w">')
    assert found.instead == f'<link rel="webmention" href="{endpoint.url}/e">'


async def test_what_stands_in_a_page_many_times_is_said_once(door: Door, serve: Serve) -> None:
    elements = (
        '<link rel="webmention" href="https://first.example/w">' + 50 * '<a rel=webmention href="https://b.example/">'
    )
    body = elements.encode()
    page = await serve(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    found = await checked(door, page.url + "/post")
    assert only(found, "webmention count").sentence.startswith("An <a> names https://b.example/")


async def test_of_a_page_that_is_not_there_nothing_more_is_asked(door: Door, serve: Serve) -> None:
    endpoint = await serve(REFUSAL, "127.0.6.2")
    missing = advertising("webmention", endpoint.url + "/e").replace(b"200 OK", b"404 Not Found")
    page = await serve(missing)
    found = await checked(door, page.url + "/post")
    assert only(found, "page").level is WRONG
    assert endpoint.connections == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.6.9:1/", "cannot be fetched"),
        ("http://10.0.0.1/", "The world cannot reach the page"),
        ("http://nowhere.localhost.invalid./", "cannot be fetched"),
    ],
)
async def test_a_page_that_cannot_be_fetched_is_a_finding_and_no_error(door: Door, url: str, words: str) -> None:
    (found,) = (await checked(door, url)).findings
    assert found.level is WRONG
    assert words in found.sentence


async def test_every_offer_is_discovered_with_the_redirects_on_the_way(door: Door, serve: Serve) -> None:
    html = b'<link rel="pingback" href="http://a.example/p"><link rel=pingback href="http://b.example/p">'
    html += b'<a rel=webmention href="/w">'
    page = await serve(ok(html, "Link: </h>; rel=webmention"))
    first = await serve(moved(302, page.url + "/post"), "127.0.6.2")
    found = await doctor(door).discover(first.url + "/old")
    assert (found.page, found.redirects) == (page.url + "/post", (first.url + "/old",))
    assert [(offer.protocol, offer.url, offer.found_in) for offer in found.offers] == [
        ("webmention", page.url + "/h", "header"),
        ("webmention", page.url + "/w", "anchor"),
        ("pingback", "http://a.example/p", "link"),
        ("pingback", "http://b.example/p", "lenient"),
    ]
    assert [offer.url for offer in found.used] == [page.url + "/h", "http://a.example/p"]
    strict = await doctor(door).discover(first.url + "/old", strict=True)
    assert "lenient" not in [offer.found_in for offer in strict.offers]
