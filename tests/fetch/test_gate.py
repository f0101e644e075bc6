import asyncio

import pytest

from linkback.core.errors import TooBusy
from linkback.fetch import gate as module
from linkback.fetch import get
from linkback.fetch.gate import Gate, Turns
from tests.fetch.conftest import Host, NameServer, Open, Serve, ok


async def slowly(host: Host, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer once the loop has gone round a few times, so that requests can pile up."""
    for _ in range(20):
        await asyncio.sleep(0)
    writer.write(ok())
    await writer.drain()


async def test_a_host_sees_two_connections_at_most(open_door: Open, serve: Serve) -> None:
    host = await serve(slowly)
    door = open_door(host_burst=0)
    await asyncio.gather(*(door(get(f"{host.url}/{n}")) for n in range(20)))
    assert (host.most_open, len(host.requests)) == (2, 20)


async def test_a_domain_sees_two_connections_at_most_whatever_its_host_names(
    open_door: Open, serve: Serve, names: NameServer
) -> None:
    host = await serve(slowly)
    door = open_door(host_burst=0, name_servers=(names.where,))
    urls = [f"http://h{n}.victim.example:{host.port}/" for n in range(12)]
    names.zone.update({f"h{n}.victim.example": [[host.address]] for n in range(12)})
    await asyncio.gather(*(door(get(url)) for url in urls))
    for url in urls:
        await door(get(url))
    assert len(host.requests) == 24
    assert host.most_open <= 2 + 1  # the server learns a moment later that a connection was closed


async def test_the_whole_world_sees_no_more_than_the_limit(open_door: Open, serve: Serve) -> None:
    hosts = [await serve(slowly, f"127.0.6.{number}") for number in range(2, 8)]
    door = open_door(connections=3)
    most = 0

    async def fetch(host: Host) -> None:
        nonlocal most
        await door(get(host.url))
        most = max(most, sum(len(host.requests) for host in hosts))

    await asyncio.gather(*(fetch(host) for host in hosts))
    assert most == 6


async def test_the_queue_before_a_host_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    gate = Gate(per_domain=1, in_all=10)
    room = await gate.enter("a.example", "http://a.example/")
    waiting = [asyncio.create_task(gate.enter("a.example", "http://a.example/")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy) as caught:
        await gate.enter("a.example", "http://a.example/")
    assert caught.value.retry_after is not None
    for task in waiting:
        gate.leave(room)
        room = await task
    gate.leave(room)


async def test_who_waits_too_long_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_WAIT", 0.01)
    gate = Gate(per_domain=1, in_all=10)
    room = await gate.enter("a.example", "http://a.example/")
    with pytest.raises(TooBusy):
        await gate.enter("a.example", "http://a.example/")
    gate.leave(room)
    gate.leave(await gate.enter("a.example", "http://a.example/"))


async def test_a_full_world_holds_back_a_host_that_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_WAIT", 0.01)
    gate = Gate(per_domain=2, in_all=1)
    room = await gate.enter("a.example", "http://a.example/")
    with pytest.raises(TooBusy):
        await gate.enter("b.example", "http://b.example/")
    gate.leave(room)
    gate.leave(await gate.enter("b.example", "http://b.example/"))


async def test_hosts_that_are_done_with_take_no_memory() -> None:
    gate = Gate(per_domain=2, in_all=10)
    for number in range(100):
        gate.leave(await gate.enter(f"h{number}.example", "http://a.example/"))
    assert not gate._rooms


async def waiting_for(turns: Turns, number: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(turns.wait()) for _ in range(number)]
    await asyncio.sleep(0)
    return tasks


async def test_turns_come_in_the_order_of_asking() -> None:
    turns = Turns(1)
    assert turns.take()
    tasks = await waiting_for(turns, 3)
    for number in range(3):
        turns.give()
        await tasks[number]
        assert [task.done() for task in tasks] == [place <= number for place in range(3)]
    assert not turns.take()


async def test_who_gives_up_waiting_is_passed_over() -> None:
    turns = Turns(1)
    assert turns.take()
    first, second = await waiting_for(turns, 2)
    first.cancel()
    turns.give()
    await second
    turns.give()
    assert turns.take()
    assert first.cancelled()


async def test_a_turn_that_comes_in_the_moment_of_giving_up_goes_to_the_next() -> None:
    turns = Turns(1)
    assert turns.take()
    first, second = await waiting_for(turns, 2)
    turns.give()
    first.cancel()
    await second
    turns.give()
    assert turns.take()
    assert not turns.take()


async def test_a_turn_given_up_by_the_last_is_free_again() -> None:
    turns = Turns(1)
    assert turns.take()
    (only,) = await waiting_for(turns, 1)
    turns.give()
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    assert turns.take()


async def test_who_gave_up_waiting_takes_no_memory() -> None:
    turns = Turns(1)
    assert turns.take()
    for task in await waiting_for(turns, 100):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not turns._line
