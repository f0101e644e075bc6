"""What goes over the wire when we ask and tell: over real sockets, through the door (XR, PB-C, WM-S, WM-SEC)."""

import asyncio
import gzip
from xmlrpc.client import loads

import pytest

from linkback.core.addresses import parse_networks
from linkback.core.errors import FetchError, Forbidden, TimedOut
from linkback.core.model import Citation, Ping, Request
from linkback.core.protocols import discover, pingback, webmention
from linkback.core.protocols import xmlrpc as wire
from linkback.fetch import Door, get
from tests.fetch.conftest import Host, Open, Serve, moved, ok

SOURCE = "http://alice.example/post"
ANSWER = wire.write_response("Thanks.")


def fields_of(head: bytes) -> dict[bytes, bytes]:
    """The fields of a request's head, names in lower case."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}


class Listening:
    """A server that reads a whole request before it answers."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.body = b""

    async def __call__(
        self, host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.body = await reader.readexactly(int(fields_of(head).get(b"content-length", b"0")))
        writer.write(self.answer)


async def test_xr_1_xr_2_xr_3_xr_4_a_call_goes_out_as_the_document_says(door: Door, serve: Serve) -> None:
    listening = Listening(ok(ANSWER))
    host = await serve(listening)
    endpoint = f"{host.url}/some/where?x=1"
    await door(pingback.build_request(endpoint, Ping(SOURCE, "http://bob.example/é", "pingback"), Citation()))
    fields = fields_of(host.requests[0])
    assert host.requests[0].startswith(b"POST /some/where?x=1 HTTP/1.1\r\n")
    assert fields[b"host"] == host.url.removeprefix("http://").encode()
    assert fields[b"user-agent"].startswith(b"linkback/")
    assert fields[b"content-type"] == b"text/xml"
    assert int(fields[b"content-length"]) == len(listening.body)
    assert loads(listening.body) == ((SOURCE, "http://bob.example/é"), "pingback.ping")


async def test_pb_c1_pb_c12_pb_c14_the_target_is_fetched_and_what_it_names_is_called(door: Door, serve: Serve) -> None:
    listening = Listening(ok(ANSWER))
    rpc = await serve(listening, "127.0.6.2")
    page = await serve(ok(b"<p>x", f"X-Pingback: {rpc.url}/rpc"))
    target = f"{page.url}/post"
    offer = discover(await door(get(target)))
    assert offer is not None
    reply = pingback.parse_response(
        await door(pingback.build_request(offer.url, Ping(SOURCE, target, "pingback"), Citation()))
    )
    assert (page.paths, rpc.paths) == (["/post"], ["/rpc"])
    assert loads(listening.body) == ((SOURCE, target), "pingback.ping")
    assert reply.ok


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_wm_s2_wm_s6_redirects_of_the_target_are_followed(door: Door, serve: Serve, status: int) -> None:
    there = await serve(ok(b"<link rel=webmention href=endpoint>"), "127.0.6.2")
    here = await serve(moved(status, f"{there.url}/a/b"))
    offer = discover(await door(get(f"{here.url}/old")))
    assert offer is not None
    assert offer.url == f"{there.url}/a/endpoint"


async def test_wm_s7_wm_s8_a_form_goes_to_the_address_with_its_query(door: Door, serve: Serve) -> None:
    listening = Listening(ok(b""))
    host = await serve(listening)
    await door(
        webmention.build_request(f"{host.url}/wm?token=a%26b", Ping(SOURCE, "http://b.example/#c", "x"), Citation())
    )
    assert host.paths == ["/wm?token=a%26b"]
    assert fields_of(host.requests[0])[b"content-type"] == b"application/x-www-form-urlencoded"
    assert listening.body == b"source=http%3A%2F%2Falice.example%2Fpost&target=http%3A%2F%2Fb.example%2F%23c"


async def test_wm_s10_wm_r7_a_look_says_who_asks_and_what_can_be_read(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    await door(get(f"{host.url}/", about="me.example"))
    fields = fields_of(host.requests[0])
    assert fields[b"user-agent"].startswith(b"linkback/")
    assert b"text/html" in fields[b"accept"]


async def test_pb_s10_wm_sec2_redirects_have_a_limit(door: Door, serve: Serve) -> None:
    async def endless(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(moved(302, f"/{len(host.requests)}"))

    host = await serve(endless)
    with pytest.raises(FetchError):
        await door(get(f"{host.url}/post"))
    assert len(host.requests) == 6


async def test_pb_s10_pb_c10_wm_sec2_bytes_have_a_limit_packed_ones_too(open_door: Open, serve: Serve) -> None:
    packed = gzip.compress(b"x" * 500_000)
    for body, field in ((b"x" * 500_000, "Server: x"), (packed, "Content-Encoding: gzip")):
        host = await serve(ok(body, field))
        page = await open_door(max_bytes=100_000)(get(f"{host.url}/"))
        assert page.truncated
        assert len(page.body) == 100_000


async def test_pb_s10_wm_sec2_seconds_have_a_limit(open_door: Open, serve: Serve) -> None:
    async def silence(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await host.gone.wait()

    host = await serve(silence)
    with pytest.raises(TimedOut):
        await open_door(deadline=0.2)(get(f"{host.url}/"))
    host.gone.set()


INSIDE = [
    "http://localhost/wm",
    "http://127.0.0.1/wm",
    "http://127.8.9.1/wm",
    "http://127.1/wm",
    "http://2130706433/wm",
    "http://[::1]/wm",
    "http://[::ffff:127.0.0.1]/wm",
    "http://10.0.0.1/wm",
    "http://192.168.1.1/wm",
    "http://169.254.169.254/wm",
    "http://[fd00::1]/wm",
]


@pytest.mark.parametrize("endpoint", INSIDE)
async def test_wm_sec3_wm_sec5_nothing_is_sent_inside(open_door: Open, endpoint: str) -> None:
    request = webmention.build_request(endpoint, Ping(SOURCE, "http://b.example/", "webmention"), Citation())
    with pytest.raises(Forbidden):
        await open_door(allow=())(request)


async def test_wm_sec5_nothing_inside_is_reached_by_a_redirect(open_door: Open, serve: Serve) -> None:
    inside = await serve(ok(b"secret"), "127.0.7.1")
    outside = await serve(moved(302, f"{inside.url}/"))
    with pytest.raises(Forbidden):
        await open_door(allow=parse_networks(["127.0.6.0/24"]))(Request("GET", f"{outside.url}/"))
    assert inside.requests == []
