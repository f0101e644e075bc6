"""Every fault of ours, as a real WordPress, Python's own client and a bare socket get to see it."""

import socket
import xmlrpc.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.interop.blogs import Blog, Rig, ask, tell
from tests.interop.own_pages import Pages, by_header, page
from tests.interop.running import Linkback, serving

pytestmark = [pytest.mark.interop, pytest.mark.xdist_group("wordpress"), pytest.mark.timeout(600)]

LINK = '<p>Here is <a href="{}">a link</a> to it.</p>'
PING = "pingback.ping"


@dataclass(frozen=True)
class World:
    """Our site, somebody else's pages, and where we listen; name tells the pages of one test from others'."""

    site: Pages
    elsewhere: Pages
    endpoint: str
    name: str

    def target(self) -> str:
        """Put a page of ours that takes pings."""
        return self.site.put(f"{self.name}/target", by_header(self.endpoint))

    def source(self, body: str, status: int = 200) -> str:
        """Put somebody else's page."""
        return self.elsewhere.put(f"{self.name}/source", page(body, status=status))


@pytest.fixture(scope="module")
def listening(site: Pages, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linkback]:
    """Linkback serving the site, for all tests of this module."""
    with serving(tmp_path_factory.mktemp("faults"), compiled, site.url) as running:
        yield running


@pytest.fixture
def world(site: Pages, elsewhere: Pages, listening: Linkback, tmp_path: Path) -> World:
    return World(site, elsewhere, listening.endpoint, tmp_path.name)


@pytest.fixture(scope="module")
def blog(rig: Rig) -> Blog:
    """A blog in whatever state it is: it only asks."""
    rig.started()
    return rig.a


# Each sets the stage and returns the call to make: a method and its parameters, or bytes that are none.
Call = tuple[str, ...] | bytes


def missing_source(world: World) -> Call:
    return PING, world.elsewhere.url + "missing", world.target()


def source_without_link(world: World) -> Call:
    return PING, world.source("<p>Nothing of that kind.</p>"), world.target()


def missing_target(world: World) -> Call:
    missing = world.site.url + "missing"
    return PING, world.source(LINK.format(missing)), missing


def foreign_target(world: World) -> Call:
    foreign = world.elsewhere.put("foreign", by_header(world.endpoint))
    return PING, world.source(LINK.format(foreign)), foreign


def target_that_takes_no_pings(world: World) -> Call:
    quiet = world.site.put("quiet", page("<p>No pings, please.</p>"))
    return PING, world.source(LINK.format(quiet)), quiet


def known_already(world: World) -> Call:
    target = world.target()
    source = world.source(LINK.format(target))
    with xmlrpc.client.ServerProxy(world.endpoint) as server:
        assert server.pingback.ping(source, target)
    return PING, source, target


def self_ping(world: World) -> Call:
    target = world.target()
    return PING, world.site.put("own", page(LINK.format(target))), target


def page_that_pings_itself(world: World) -> Call:
    target = world.target()
    return PING, target, target


def source_in_trouble(world: World) -> Call:
    target = world.target()
    return PING, world.source(LINK.format(target), status=503), target


def unknown_method(world: World) -> Call:
    return "pingback.pong", "http://a.example/", world.target()


def batch(world: World) -> Call:
    return "system.multicall", "[]"


def one_parameter(world: World) -> Call:
    return PING, world.target()


def no_parameters(world: World) -> Call:
    return (PING,)


def unclosed(world: World) -> Call:
    return b'<?xml version="1.0"?><methodCall><methodName>pingback.ping</methodName>'


def no_xml(world: World) -> Call:
    return b"source=http://a.example/&target=http://b.example/"


def entities(world: World) -> Call:
    return b'<!DOCTYPE m [<!ENTITY e "e">]><methodCall><methodName>&e;</methodName></methodCall>'


def answer_for_a_call(world: World) -> Call:
    return xmlrpc.client.dumps(("Thank you.",), methodresponse=True).encode()


FAULTS: list[tuple[Callable[[World], Call], int, str]] = [
    (missing_source, 16, "The source cannot be read."),
    (source_without_link, 17, "The source has no link to the target."),
    (missing_target, 32, "The target does not exist."),
    (foreign_target, 33, "The target takes no pingbacks here."),
    (target_that_takes_no_pings, 33, "The target takes no pingbacks here."),
    (known_already, 48, "This pingback is registered already."),
    (self_ping, 49, "Source and target belong to the same site"),
    (page_that_pings_itself, 49, "Source and target are the same page."),
    (source_in_trouble, 50, "The source's server has trouble"),
    (unclosed, -32700, "The body is not well-formed XML."),
    (no_xml, -32700, "The body is not well-formed XML."),
    (entities, -32600, "DOCTYPE"),
    (unknown_method, -32601, "There is no such method here."),
    (batch, -32601, "There is no such method here."),
    (one_parameter, -32602, "two strings"),
    (no_parameters, -32602, "two strings"),
    (answer_for_a_call, -32600, "The XML is no XML-RPC"),
]
IDS = [stage.__name__ for stage, _, _ in FAULTS]
each_fault = pytest.mark.parametrize(("stage", "code", "words"), FAULTS, ids=IDS)


@each_fault
def test_wordpress_sees_the_fault(
    world: World, blog: Blog, stage: Callable[[World], Call], code: int, words: str
) -> None:
    call = stage(world)
    said = tell(blog, world.endpoint, call) if isinstance(call, bytes) else ask(blog, world.endpoint, *call)
    assert said[0] == code
    assert words in unescape(said[1])  # WordPress reads strings as something to print in a page


@each_fault
def test_python_sees_the_fault(world: World, stage: Callable[[World], Call], code: int, words: str) -> None:
    with pytest.raises(xmlrpc.client.Fault) as fault:
        say(world.endpoint, body_of(stage(world)))
    assert fault.value.faultCode == code
    assert words in fault.value.faultString


@each_fault
def test_a_bare_socket_sees_the_fault(world: World, stage: Callable[[World], Call], code: int, words: str) -> None:
    head, answer = exchange(world.endpoint, body_of(stage(world)))
    status, *headers = head.decode("ascii").split("\r\n")
    assert status.startswith("HTTP/1.1 200 ")
    assert "content-type: text/xml; charset=utf-8" in map(str.lower, headers)
    assert f"content-length: {len(answer)}" in map(str.lower, headers)
    assert f"<value><int>{code}</int></value>".encode() in b"".join(answer.split())
    with pytest.raises(xmlrpc.client.Fault, match=words):
        xmlrpc.client.loads(answer)


def body_of(call: Call) -> bytes:
    """Return the body of a call."""
    return call if isinstance(call, bytes) else xmlrpc.client.dumps(call[1:], call[0]).encode()


def say(endpoint: str, body: bytes) -> object:
    """Send a body by Python's own client, and return the answer or raise the fault."""
    address = urlsplit(endpoint)
    transport = xmlrpc.client.Transport()
    try:
        return transport.request(address.netloc, address.path, body)
    finally:
        transport.close()


def exchange(endpoint: str, body: bytes) -> tuple[bytes, bytes]:
    """Write a request by hand, and return the head and the body of what comes back."""
    address = urlsplit(endpoint)
    lines = (
        f"POST {address.path} HTTP/1.1",
        f"Host: {address.netloc}",
        "Content-Type: text/xml",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        with connection.makefile("rb") as answer:
            head, _, rest = answer.read().partition(b"\r\n\r\n")
    return head, rest
