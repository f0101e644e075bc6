import asyncio
import socket
from ipaddress import ip_network

import pytest

from linkback.core.errors import FetchError, Forbidden, TooBusy, Unreachable
from linkback.core.model import Request, first_header
from linkback.fetch import Door, get
from tests.fetch.conftest import Host, Open, Serve, moved, ok


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_page_comes_back_with_its_address_and_headers(door: Door, serve: Serve) -> None:
    host = await serve(ok(b"<p>hi</p>", "X-One: 1", "x-one: 2"))
    page = await door(get(f"{host.url}/a?b=c"))
    assert (page.status, page.body, page.url, page.redirects) == (200, b"<p>hi</p>", f"{host.url}/a?b=c", ())
    assert [value for name, value in page.headers if name == "x-one"] == ["1", "2"]
    assert not page.truncated


@pytest.mark.parametrize("status", [204, 304, 401, 404, 410, 429, 500, 503])
async def test_any_status_is_a_page(door: Door, serve: Serve, status: int) -> None:
    host = await serve(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())
    assert (await door(get(host.url))).status == status


async def test_a_body_without_a_length_is_read_to_its_end(door: Door, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        await writer.drain()
        writer.close()

    page = await door(get((await serve(talk)).url))
    assert (page.body, page.truncated) == (b"all of it", False)


async def test_what_is_sent_is_small_and_says_who_asks(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    await door(get(f"{host.url}/{'p' * 200}", about="me.example"))
    head = host.requests[0]
    assert len(head) <= 512
    assert b"User-Agent: linkback/0.0.0 (verifying a link to me.example)\r\n" in head
    assert b"Accept-Encoding: gzip, deflate\r\n" in head
    names = {line.partition(b":")[0] for line in head.split(b"\r\n")[1:] if line}
    assert names == {b"Host", b"User-Agent", b"Accept", b"Accept-Encoding"}


async def test_the_address_goes_out_as_it_is(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    await door(get(f"{host.url}/a%2Fb%20c;d=%C3%A9?q=a+b%26c&d[]=1#part"))
    assert host.paths == ["/a%2Fb%20c;d=%C3%A9?q=a+b%26c&d[]=1"]


async def test_a_second_fetch_uses_the_same_connection(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    for path in "abc":
        await door(get(f"{host.url}/{path}"))
    assert (len(host.requests), host.connections) == (3, 1)


async def test_cookies_are_not_kept(door: Door, serve: Serve) -> None:
    host = await serve(ok(b"", "Set-Cookie: session=1; Path=/"))
    for path in "ab":
        await door(get(f"{host.url}/{path}"))
    assert b"cookie" not in b"".join(host.requests).lower()


async def test_proxies_of_the_environment_are_not_used(
    open_door: Open, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, host = await serve(ok(b"proxy")), await serve(ok(b"host"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert (await open_door()(get(host.url))).body == b"host"
    assert not proxy.requests


async def test_equal_requests_in_flight_are_one(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    pages = await asyncio.gather(*(door(get(f"{host.url}/same")) for _ in range(20)))
    assert len(host.requests) == 1
    assert all(page is pages[0] for page in pages)


async def test_requests_one_after_the_other_are_not_shared(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    await door(get(host.url))
    await door(get(host.url))
    assert len(host.requests) == 2


async def test_other_validators_or_budgets_are_other_requests(door: Door, serve: Serve) -> None:
    host = await serve(ok())
    await asyncio.gather(door(get(host.url)), door(get(host.url, etag='"1"')), door(get(host.url, budget="own")))
    assert len(host.requests) == 3


class Held:
    """A host that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    async def __call__(
        self, host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.set()
        await self.answer.wait()
        writer.write(ok(b"late"))
        await writer.drain()


async def test_a_caller_that_gives_up_takes_nothing_from_the_others(door: Door, serve: Serve) -> None:
    held = Held()
    host = await serve(held)
    first, second = (asyncio.create_task(door(get(host.url))) for _ in range(2))
    await held.asked.wait()
    first.cancel()
    held.answer.set()
    assert (await second).body == b"late"
    assert first.cancelled() or await asyncio.wait([first])
    assert len(host.requests) == 1


async def test_a_fetch_nobody_waits_for_ends(door: Door, serve: Serve) -> None:
    held = Held()
    host = await serve(held)
    only = asyncio.create_task(door(get(host.url)))
    await held.asked.wait()
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    held.answer.set()
    await host.gone.wait()
    assert (await door(get(host.url))).body == b"late"
    assert len(host.requests) == 2


async def test_closing_the_door_ends_what_is_under_way(open_door: Open, serve: Serve) -> None:
    held, door = Held(), open_door()
    host = await serve(held)
    waiting = asyncio.create_task(door(get(host.url)))
    await held.asked.wait()
    await door.close()
    with pytest.raises(Unreachable):
        await waiting
    held.answer.set()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_moved_page_is_followed(door: Door, serve: Serve, status: int) -> None:
    end = await serve(ok(b"here"))
    start = await serve(moved(status, f"{end.url}/new"))
    page = await door(get(f"{start.url}/old"))
    assert (page.body, page.url, page.redirects) == (b"here", f"{end.url}/new", (f"{start.url}/old",))


def along(*answers: bytes) -> dict[str, bytes]:
    return {f"/{number}": answer for number, answer in enumerate(answers)}


async def by_path(host: Host, answers: dict[str, bytes], writer: asyncio.StreamWriter) -> None:
    writer.write(answers[host.paths[-1]])
    await writer.drain()


@pytest.mark.parametrize(
    ("statuses", "where"),
    [((301, 308), "/2"), ((301, 302), "/1"), ((302, 301), ""), ((307,), "")],
    ids=["for good twice", "for good, then for now", "for now, then for good", "for now"],
)
async def test_a_page_says_where_it_has_moved_for_good(
    door: Door, serve: Serve, statuses: tuple[int, ...], where: str
) -> None:
    answers = along(*(moved(status, f"/{at + 1}") for at, status in enumerate(statuses)), ok(b"here"))
    host = await serve(lambda host, _head, _reader, writer: by_path(host, answers, writer))
    page = await door(get(f"{host.url}/0"))
    assert (page.body, page.moved) == (b"here", where and host.url + where)


@pytest.mark.parametrize(("hops", "arrives"), [(5, True), (6, False)])
async def test_five_redirects_are_followed_and_no_sixth(door: Door, serve: Serve, hops: int, arrives: bool) -> None:
    answers = along(*(moved(302, f"/{number + 1}") for number in range(hops)), ok(b"end"))

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await by_path(host, answers, writer)

    host = await serve(talk)
    if arrives:
        assert (await door(get(f"{host.url}/0"))).body == b"end"
    else:
        with pytest.raises(Unreachable):
            await door(get(f"{host.url}/0"))
    assert len(host.requests) == 6


async def test_a_circle_is_left_at_once(door: Door, serve: Serve) -> None:
    host = await serve(moved(302, "/a"))
    with pytest.raises(Unreachable):
        await door(get(f"{host.url}/a"))
    assert len(host.requests) == 1


async def test_a_redirect_without_a_place_is_the_answer(door: Door, serve: Serve) -> None:
    host = await serve(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")
    assert (await door(get(host.url))).status == 302


POST = (("content-type", "text/xml"),)


@pytest.mark.parametrize("status", [307, 308])
async def test_a_post_is_repeated_within_its_origin_where_the_standard_says_so(
    door: Door, serve: Serve, status: int
) -> None:
    got: list[bytes] = []

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.readexactly(4))
        writer.write(moved(status, "/new") if len(got) == 1 else ok(b"taken"))
        await writer.drain()

    host = await serve(talk)
    page = await door(Request("POST", f"{host.url}/old", POST, b"<x/>"))
    assert (page.body, got, host.paths) == (b"taken", [b"<x/>"] * 2, ["/old", "/new"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_post_is_not_sent_on_to_another_host(door: Door, serve: Serve, status: int) -> None:
    other = await serve(ok(), "127.0.6.2")

    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(4)
        writer.write(moved(status, other.url))
        await writer.drain()

    page = await door(Request("POST", (await serve(talk)).url, POST, b"<x/>"))
    assert page.status == status
    assert not other.requests


async def test_a_post_goes_over_a_new_connection_and_is_never_sent_twice(door: Door, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if head.startswith(b"GET"):
            writer.write(ok())
            await writer.drain()
        else:
            writer.close()

    host = await serve(talk)
    await door(get(host.url))
    with pytest.raises(Unreachable):
        await door(Request("POST", host.url, POST, b"<x/>"))
    assert host.connections == 2
    assert len(host.requests) == 2


async def test_a_connection_that_died_while_idle_is_replaced(door: Door, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if host.connections == 1 and len(host.requests) == 2:
            writer.close()
            return
        writer.write(ok(b"%d" % host.connections))
        await writer.drain()

    host = await serve(talk)
    assert (await door(get(f"{host.url}/1"))).body == b"1"
    assert (await door(get(f"{host.url}/2"))).body == b"2"


async def test_a_new_connection_that_is_dropped_is_not_tried_again(door: Door, serve: Serve) -> None:
    async def talk(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    host = await serve(talk)
    with pytest.raises(Unreachable):
        await door(get(host.url))
    assert len(host.requests) == 1


async def test_beyond_the_minute_nothing_is_sent(open_door: Open, serve: Serve) -> None:
    clock, host = Clock(), await serve(ok())
    door = open_door(clock, host_per_minute=3, host_burst=0)
    for path in "abc":
        await door(get(f"{host.url}/{path}"))
    with pytest.raises(TooBusy) as caught:
        await door(get(f"{host.url}/d"))
    assert caught.value.retry_after == door.wait_for(f"{host.url}/e") == 60.0
    assert len(host.requests) == 3
    clock.now += 60
    assert door.wait_for(f"{host.url}/e") == 0.0
    assert (await door(get(f"{host.url}/e"))).status == 200


async def test_a_burst_is_held_back(open_door: Open, serve: Serve) -> None:
    host = await serve(ok())
    door = open_door(Clock())
    results = await asyncio.gather(*(door(get(f"{host.url}/{n}")) for n in range(40)), return_exceptions=True)
    assert sum(isinstance(result, TooBusy) for result in results) == 10
    assert len(host.requests) == 30


async def test_strangers_do_not_use_up_the_looks_at_the_own_site(open_door: Open, serve: Serve) -> None:
    host = await serve(ok())
    door = open_door(Clock(), host_per_minute=1)
    await door(get(f"{host.url}/a"))
    with pytest.raises(TooBusy):
        await door(get(f"{host.url}/b"))
    assert door.wait_for(host.url, "own") == 0.0
    assert (await door(get(f"{host.url}/b", budget="own"))).status == 200


async def test_every_hop_uses_the_budget_of_its_host(open_door: Open, serve: Serve) -> None:
    victim = await serve(ok(), "127.0.6.2")
    start = await serve(moved(302, victim.url))
    door = open_door(Clock(), host_per_minute=1)
    await door(get(start.url))
    assert door.wait_for(victim.url) == 60.0
    assert door.wait_for("http://127.0.6.3/") == 0.0


@pytest.mark.parametrize("url", ["", "nonsense", "http://[", "mailto:a@b.example"])
def test_there_is_no_wait_for_what_is_no_address(url: str) -> None:
    assert Door().wait_for(url) == 0.0


async def test_a_page_that_goes_on_too_long_is_cut(open_door: Open, serve: Serve) -> None:
    host = await serve(ok(b"x" * 5000))
    page = await open_door(max_bytes=1000)(get(host.url))
    assert (len(page.body), page.truncated) == (1000, True)


async def test_what_is_not_text_is_not_read(door: Door, serve: Serve) -> None:
    host = await serve(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 4000000000\r\n\r\n")
    page = await door(get(host.url))
    assert (page.status, page.body, page.truncated) == (200, b"", True)
    assert first_header(page.headers, "content-type") == "video/mp4"


async def test_a_closed_port_is_unreachable(door: Door) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.6.1", 0))
        with pytest.raises(Unreachable):
            await door(get(f"http://127.0.6.1:{taken.getsockname()[1]}/"))


async def test_only_our_errors_come_out_and_they_keep_their_cause(door: Door, serve: Serve) -> None:
    host = await serve(b"SSH-2.0-OpenSSH_9.2\r\n")
    with pytest.raises(FetchError) as caught:
        await door(get(host.url))
    assert caught.value.__cause__ is not None


async def test_an_opened_network_opens_nothing_beside_it(open_door: Open, serve: Serve) -> None:
    host = await serve(ok(), "127.0.6.1")
    with pytest.raises(Forbidden):
        await open_door(allow=(ip_network("127.0.7.0/24"),))(get(host.url))
    assert host.connections == 0


@pytest.mark.parametrize("port", [22, 25, 81, 3306, 6379])
async def test_a_port_that_is_no_web_port_is_refused_before_any_look_up(port: int) -> None:
    door = Door()
    with pytest.raises(Forbidden):
        await door(get(f"http://example.invalid:{port}/"))
    await door.close()
