import asyncio
import time
from dataclasses import replace

import pytest

from linkback.core.addresses import parse_networks
from linkback.core.errors import Forbidden, Unreachable
from linkback.fetch import get
from linkback.fetch import resolver as module
from linkback.fetch.guard import Guard, NotPublicError
from linkback.fetch.standing import texts_of
from tests.fetch.conftest import LOOPBACK, NameServer, Open, Serve, ok

SIXTY_DEAD = [f"127.0.8.{number}" for number in range(1, 61)]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_name_leads_to_its_address(open_door: Open, serve: Serve, names: NameServer) -> None:
    host = await serve(ok())
    names.zone["blog.example"] = [[host.address]]
    page = await open_door(name_servers=(names.where,))(get(f"http://blog.example:{host.port}/"))
    assert page.status == 200
    assert b"Host: blog.example:%d\r\n" % host.port in host.requests[0]


async def test_an_alias_is_followed(open_door: Open, serve: Serve, names: NameServer) -> None:
    host = await serve(ok())
    names.aliases["www.blog.example"] = "hosting.example"
    names.zone["hosting.example"] = [[host.address]]
    door = open_door(name_servers=(names.where,))
    assert (await door(get(f"http://www.blog.example:{host.port}/"))).status == 200


async def test_an_alias_to_a_private_address_is_refused(open_door: Open, names: NameServer) -> None:
    names.aliases["www.blog.example"] = "inside.example"
    names.zone["inside.example"] = [["10.0.0.1"]]
    with pytest.raises(Forbidden):
        await open_door(name_servers=(names.where,))(get("http://www.blog.example/"))


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.1"],
        ["127.0.6.1", "10.0.0.1"],
        ["10.0.0.1", "127.0.6.1"],
        ["127.0.6.1", "::1"],
        ["127.0.6.1", "fd00:ec2::254"],
        ["127.0.6.1", "::ffff:127.0.6.1"],
        ["127.0.6.1", "64:ff9b::7f00:601"],
        ["127.0.6.1"] * 5 + ["169.254.169.254"],
    ],
)
async def test_a_name_with_any_private_address_is_refused(
    open_door: Open, serve: Serve, names: NameServer, addresses: list[str]
) -> None:
    host = await serve(ok())
    names.zone["mixed.example"] = [addresses]
    with pytest.raises(Forbidden):
        await open_door(name_servers=(names.where,))(get(f"http://mixed.example:{host.port}/"))
    assert host.connections == 0


async def test_a_name_that_moves_between_look_ups_is_refused_at_the_second(
    open_door: Open, serve: Serve, names: NameServer
) -> None:
    host = await serve(ok(b"", "Connection: close"))
    names.zone["rebind.example"] = [[host.address], ["10.0.0.1"]]
    clock = Clock()
    door = open_door(clock, name_servers=(names.where,))
    url = f"http://rebind.example:{host.port}/"
    assert (await door(get(url))).status == 200
    clock.now += module.REMEMBER
    with pytest.raises(Forbidden):
        await door(get(url))
    assert len(host.requests) == 1


async def test_one_fetch_looks_a_name_up_once(open_door: Open, serve: Serve, names: NameServer) -> None:
    host = await serve(ok())
    names.zone["once.example"] = [[host.address], ["10.0.0.1"]]
    await open_door(name_servers=(names.where,))(get(f"http://once.example:{host.port}/"))
    assert len(names.asked) == 2  # A and AAAA


async def test_a_name_is_remembered_for_a_moment(open_door: Open, serve: Serve, names: NameServer) -> None:
    host = await serve(ok(b"", "Connection: close"))
    names.zone["again.example"] = [[host.address]]
    clock = Clock()
    door = open_door(clock, name_servers=(names.where,))
    for path in "abc":
        await door(get(f"http://again.example:{host.port}/{path}"))
    assert (host.connections, len(names.asked)) == (3, 2)
    clock.now += module.REMEMBER
    await door(get(f"http://again.example:{host.port}/d"))
    assert len(names.asked) > 2


async def test_what_is_remembered_is_bounded(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_REMEMBERED", 2)
    names.zone.update({f"h{number}.example": [["127.0.6.1"]] for number in range(3)})
    settings = replace(LOOPBACK, name_servers=(names.where,))
    resolver = module.Resolver(Guard(settings), Clock())
    for name in ("h0.example", "h1.example", "h2.example", "h2.example", "h0.example"):
        assert await resolver.resolve(name, 80) == ["127.0.6.1"]
    await resolver.close()
    assert names.asked.count("h0.example") > 2  # A and AAAA, and at least the A again
    assert names.asked.count("h2.example") == 2


async def test_a_remembered_name_is_held_to_the_ports_of_the_moment(names: NameServer) -> None:
    names.zone["ports.example"] = [["93.184.215.14"]]
    settings = replace(LOOPBACK, name_servers=(names.where,))
    resolver = module.Resolver(Guard(settings), Clock())
    assert await resolver.resolve("ports.example", 80) == ["93.184.215.14"]
    with pytest.raises(NotPublicError):
        await resolver.resolve("ports.example", 22)
    await resolver.close()


async def test_when_ipv6_is_dead_ipv4_is_taken(open_door: Open, serve: Serve, names: NameServer) -> None:
    host = await serve(ok())
    names.zone["both.example"] = [[host.address, "fd00:dead::1"]]
    door = open_door(name_servers=(names.where,), allow=parse_networks(["127.0.0.0/8", "fd00:dead::/32"]))
    assert (await door(get(f"http://both.example:{host.port}/"))).status == 200


async def test_sixty_dead_addresses_are_not_sixty_connections(open_door: Open, names: NameServer) -> None:
    names.zone["dead.example"] = [SIXTY_DEAD]
    door = open_door(name_servers=(names.where,))
    with pytest.raises(Unreachable):
        await door(get("http://dead.example:9/"))
    resolver = module.Resolver(Guard(door.settings), Clock())
    assert len(await resolver.resolve("dead.example", 9)) == 2
    await resolver.close()


async def test_a_name_that_does_not_exist_is_unreachable(open_door: Open, names: NameServer) -> None:
    names.zone["empty.example"] = [[]]
    with pytest.raises(Unreachable):
        await open_door(name_servers=(names.where,))(get("http://empty.example/"))


async def test_a_hundred_names_on_a_silent_server_hold_up_nobody(
    open_door: Open, serve: Serve, names: NameServer
) -> None:
    host = await serve(ok())
    names.zone["quick.example"] = [[host.address]]
    door = open_door(name_servers=(names.where,))
    silent = [asyncio.create_task(door(get(f"http://silent.host{n}.example/"))) for n in range(100)]
    while len(names.asked) < 200:
        names.heard.clear()
        await names.heard.wait()
    assert (await door(get(f"http://quick.example:{host.port}/"))).status == 200
    assert not any(task.done() for task in silent)
    await door.close()
    results = await asyncio.gather(*silent, return_exceptions=True)
    assert all(isinstance(result, Unreachable) for result in results)


async def test_a_silent_server_ends_a_look_up_at_its_deadline(
    open_door: Open, names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKUP_DEADLINE", 0.05)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        await open_door(name_servers=(names.where,))(get("http://silent.example/"))
    assert time.monotonic() - started >= 0.04  # timers of uvloop are whole milliseconds


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "localhost.", "a.localhost"])
async def test_localhost_is_held_to_the_same_rule(open_door: Open, name: str) -> None:
    with pytest.raises((Forbidden, Unreachable)):
        await open_door(allow=())(get(f"http://{name}/"))


async def test_localhost_is_found_in_the_family_that_is_open(open_door: Open, serve: Serve) -> None:
    host = await serve(ok(), "127.0.0.1")
    assert (await open_door()(get(f"http://localhost:{host.port}/"))).status == 200


@pytest.mark.parametrize("said", [["linkback=word"], ["v=spf1 -all", "x" * 300], ["b\u00fccher"], []])
async def test_the_texts_of_a_name_are_told_whole(names: NameServer, said: list[str]) -> None:
    names.texts["_linkback.blog.example"] = said
    settings = replace(LOOPBACK, name_servers=(names.where,))
    assert await texts_of("_linkback.blog.example", settings) == said


async def test_a_silent_server_says_no_texts(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOKUP_DEADLINE", 0.05)
    assert await texts_of("_linkback.silent.example", replace(LOOPBACK, name_servers=(names.where,))) is None


async def test_what_is_no_name_has_no_texts(names: NameServer) -> None:
    assert not await texts_of(f"_linkback.{'a' * 70}.example", replace(LOOPBACK, name_servers=(names.where,)))
