"""Memory is bounded, whatever is read, and the server stays well meanwhile."""

import asyncio
import gzip
from collections.abc import Callable
from functools import cache
from itertools import count

import pytest

from tests.durability.ledger import messages, statuses, waiting, watch
from tests.durability.pinging import WEBMENTION, each, ping, watched
from tests.durability.programs import Desk, Server, wait_for
from tests.durability.test_floods import HEALTH_PROMISED, SLACK
from tests.durability.web import HOME, Visit, Web, ok

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


RSS = b'<rss version="2.0"><channel>'
JSON = b'{"version":"https://jsonfeed.org/version/1.1","items":'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a0 "ha">%b]>' % b"".join(
    b'<!ENTITY a%d "%b">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 12)
)
QUADRATIC = b'<!DOCTYPE a [<!ENTITY a "%b">]>' % (b"a" * 4000)


def filled(head: bytes, part: bytes) -> bytes:
    """Return a feed that begins like this, and goes on with a part for longer than is read."""
    return ok(head + part * (MIB // len(part) + 1))


def numbered(head: bytes, part: bytes) -> bytes:
    """Return a feed that goes on with a part, each with a number of its own, for longer than is read."""
    return ok(head + b"".join([part % number for number in range(MIB // (len(part) - 2))]))


HOSTILE_FEEDS: dict[str, Callable[[], bytes]] = {
    "items in items": lambda: filled(RSS, b"<item>"),
    "items": lambda: filled(RSS, b"<item><link>/x</link></item>"),
    "items, each another": lambda: numbered(RSS, b"<item><link>/%d</link></item>"),
    "one long title": lambda: filled(RSS + b"<item><link>/x</link><title>", b"&lt;b&gt;"),
    "one long address": lambda: filled(RSS + b"<item><link>/", b"x"),
    "comments": lambda: filled(RSS, b"<!---->"),
    "no end of CDATA": lambda: filled(RSS + b"<item><description><![CDATA[", b"]]"),
    "attributes": lambda: filled(b"<rss ", b"a='b' "),
    "declarations": lambda: filled(b"", b"<?xml ?>"),
    "laughs": lambda: filled(LAUGHS + RSS + b"<item><link>/x</link><title>&a11;</title></item>", b"&a11;"),
    "quadratic": lambda: filled(QUADRATIC + RSS + b"<item><link>/x</link><title>", b"&a;"),
    "atom": lambda: numbered(b'<feed xmlns="http://www.w3.org/2005/Atom">', b'<entry><link href="/%d"/></entry>'),
    "lists in JSON": lambda: filled(JSON, b"["),
    "objects in JSON": lambda: filled(JSON + b"[", b'{"a":'),
    "items of JSON": lambda: ok(JSON + b"[" + b",".join([b'{"url":"/%d"}' % n for n in range(60_000)]) + b"]}"),
    "numbers in JSON": lambda: filled(JSON, b"9"),
    "marked posts": lambda: filled(b"<!doctype html>", b"<div class=h-entry><a class=u-url href=x>"),
    "marked posts side by side": lambda: numbered(b"<!doctype html>", b"<p class=h-entry><a class=u-url href=%d>x</a>"),
    "bomb": bomb,
    "properties": lambda: filled(b"<!doctype html><div class=h-entry>", b"<a class='u-url p-name' href=x>"),
}
HOSTILE_SITEMAPS: dict[str, Callable[[], bytes]] = {
    "pages in pages": lambda: filled(b"<urlset>", b"<url><loc>"),
    "laughs in a sitemap": lambda: filled(LAUGHS + b"<urlset><url><loc>&a11;", b"&a11;"),
    "quadratic sitemap": lambda: filled(QUADRATIC + b"<urlset><url><loc>", b"&a;"),
    "sitemaps": lambda: numbered(b"<sitemapindex>", b"<sitemap><loc>/page/%d/</loc></sitemap>"),
    "index of full sitemaps": lambda: ok(
        b"<sitemapindex>"
        + b"".join(b"<sitemap><loc>/full/%d/</loc></sitemap>" % number for number in range(100))
        + b"</sitemapindex>"
    ),
}


@pytest.mark.parametrize("hostile", [HOSTILE_FEEDS, HOSTILE_SITEMAPS], ids=["feeds", "sitemaps"])
async def test_no_single_feed_takes_much(
    office: Desk, web: Web, hostile: dict[str, Callable[[], bytes]], record_property: Record
) -> None:
    made = cache(lambda name: hostile[name.replace("-", " ")]())

    async def talk(visit: Visit) -> None:
        await visit.say(made(visit.path.split("/")[2]))

    async def full(visit: Visit) -> None:
        number = visit.path.split("/")[2].encode()
        await visit.say(numbered(b"<urlset>", b"<url><loc>/" + number + b"/%d</loc></url>"))

    web.talks |= {"hostile": talk, "full": full}
    server = await office.serve()
    before = await idle(server, web)
    grown, slowest, numbers = {}, 0.0, count()
    for name in hostile:
        feed = web.url(HOME, f"hostile/{name.replace(' ', '-')}/")
        server.forget_peak()
        async with watched(server.url) as looks:
            watch(office.database, feed)
            while not messages(office.database)[feed]:
                outcome = await ping(server.url, web.spread("page", next(numbers)), web.target, WEBMENTION)
                assert outcome.acknowledged
                slowest = max(slowest, outcome.seconds)
                await asyncio.sleep(0.2)
        grown[name] = server.memory("VmHWM") - before
        slowest = max(slowest, *looks)
        record_property(f"{name}: MiB, what was said", (grown[name] // MIB, messages(office.database)[feed]))
    record_property("seconds to /health or a 201", slowest)
    assert {name: size for name, size in grown.items() if size > FOR_ONE} == {}
    assert slowest < HEALTH_PROMISED * SLACK
