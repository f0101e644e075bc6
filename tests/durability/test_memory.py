"""Memory is bounded, whatever is read, and the server stays well meanwhile."""

import asyncio
import gzip
from collections.abc import Callable

from tests.durability.ledger import statuses, waiting
from tests.durability.pinging import each, ping, watched
from tests.durability.programs import Desk, Server, wait_for
from tests.durability.test_floods import HEALTH_PROMISED, SLACK
from tests.durability.web import Visit, Web, ok

Record = Callable[[str, object], None]

MIB = 1 << 20
PAGES = 200
FOR_ALL = 300 * MIB  # above idle, for 200 pages of 1 MiB at once
FOR_ONE = 100 * MIB  # above idle, for any single page


async def idle(server: Server, web: Web) -> int:
    """Return the memory of a server that has done everything once."""
    assert (await ping(server.url, web.spread("page", 99_999), web.target)).acknowledged
    return server.memory("VmRSS")


def big(web: Web) -> bytes:
    """Return a long post of a little less than 1 MiB, with a link at its end."""
    paragraph = '<p>Some words on <a href="/tag/{}/">this and that</a>, and <em>more</em> of them still.</p>\n'
    words = "".join(map(paragraph.format, range(20_000)))[: MIB - 1000]
    return f"<title>Long</title><article>{words}</p>{web.linking}</article>".encode()


async def test_two_hundred_large_pages_at_once_fit(office: Desk, web: Web, record_property: Record) -> None:
    page = ok(big(web))

    async def talk(visit: Visit) -> None:
        await web.released.wait()
        await visit.say(page)

    web.talks["big"] = talk
    server = await office.serve()
    before = await idle(server, web)
    sources = [web.spread("big", number) for number in range(PAGES)]
    async with watched(server.url) as looks:
        callers = asyncio.create_task(each(lambda source: ping(server.url, source, web.target), sources, PAGES))
        await wait_for(lambda: sum(web.asked.values()) >= PAGES)
        web.released.set()
        outcomes = await callers
        assert [outcome for outcome in outcomes if not outcome.acknowledged] == []
        await wait_for(lambda: not waiting(office.database))
    grown = server.memory("VmHWM") - before
    record_property("MiB: idle, grown by", (before // MIB, grown // MIB))
    record_property("seconds to /health", max(looks))
    assert grown < FOR_ALL
    assert set(statuses(office.database).values()) == {"held"}
    assert max(looks) < HEALTH_PROMISED * SLACK


def repeated(part: bytes) -> bytes:
    """Return as many of a part as a page may hold."""
    return ok(part * (MIB // len(part)))


def bomb() -> bytes:
    return ok(gzip.compress(bytes(100 * MIB), 1), "Content-Encoding: gzip")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nested": lambda: repeated(b"<div>"),
    "tables": lambda: repeated(b"<table><tr><td>"),
    "formatting": lambda: repeated(b"<b><i><p>"),
    "left open": lambda: ok(b"".join(b"<b id=%d>" % number for number in range(500)) + b"<p>x" * 250_000),
    "links": lambda: repeated(b"<a href=x>"),
    "attributes": lambda: ok(b"<a " + b" a=b" * (MIB // 4) + b">"),
    "entities": lambda: repeated(b"&amp;"),
    "comments": lambda: repeated(b"<!---->"),
    "one tag": lambda: ok(b"<" + b"a" * MIB),
    "meta": lambda: repeated(b'<meta name=x content="y">'),
    "microformats": lambda: repeated(b"<i class='h-entry h-card p-name u-url p-author'>"),
    "linked data": lambda: repeated(b'<script type="application/ld+json">{"@type":"Article"}</script>'),
    "lists in lists": lambda: ok(b'<script type="application/ld+json">' + b"[" * (MIB - 100) + b"</script>"),
    "bomb": bomb,
}


async def test_no_single_page_takes_much(office: Desk, web: Web, record_property: Record) -> None:
    async def talk(visit: Visit) -> None:
        await visit.say(HOSTILE[visit.path.split("/")[2].replace("-", " ")]())

    async def endless(visit: Visit) -> None:
        await visit.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not visit.writer.is_closing():
            await visit.say(b"<p>and on" * 1000)

    web.talks |= {"hostile": talk, "endless": endless}
    office.wait = 5.0
    server = await office.serve()
    before = await idle(server, web)
    names = [f"hostile/{name.replace(' ', '-')}/" for name in HOSTILE]
    grown = {}
    for name in [*names, "endless/"]:
        server.forget_peak()
        outcome = await ping(server.url, web.url("127.0.41.1", name), web.target)
        assert outcome.fault == 17 or outcome.later, (name, outcome)
        grown[name] = server.memory("VmHWM") - before
        record_property(f"{name}: MiB, seconds", (grown[name] // MIB, outcome.seconds))
    assert {name: size for name, size in grown.items() if size > FOR_ONE} == {}
