"""Every way on which an address that a stranger wrote comes to the door, gone with the real parts.

Runs inside of the namespace: strangers and the owner are on public addresses there, and what they name is not
public. How often the door was asked is counted, so that a way which leads nowhere any more is noticed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path

import structlog

from linkback.app import App, build
from linkback.core import urls
from linkback.core.errors import BadURL, LinkbackError
from linkback.core.model import Page, Ping, Request, Status
from linkback.core.protocols import PROTOCOLS
from linkback.desk import utc_now
from linkback.doctor import Advice, Doctor
from linkback.fetch import Door
from linkback.fetch.standing import is_public
from linkback.settings import Settings
from linkback.storage.database import Database

STRANGER, OWNER = "93.184.215.15", "93.184.215.16"
NAMED = "own.evil.example"  # the stranger by a name that shares its domain with names of private addresses
OURS = "http://links.example/"
INSIDE = (
    "http://10.0.0.1/",
    "http://127.1:8080/",
    "http://0xac100001/",
    "http://169.254.169.254/latest/",
    "http://168.63.129.16/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "https://192.168.1.1:8443/",
    "http://n0.evil.example/",
    "http://first3.evil.example/",
    "http://last4.evil.example/",
    "http://inside.hosts.example/",
)
NUMBERS = range(len(INSIDE))

RDF = (
    '<!-- <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/">'
    '<rdf:Description rdf:about="{page}" dc:identifier="{page}" trackback:ping="{url}" /></rdf:RDF> -->'
)
# How a page names its endpoint: a header, and what stands in the page.
FORMS = {
    "webmention header": ('Link: <{url}>; rel="webmention"', ""),
    "webmention link": ("", '<link rel="webmention" href="{url}">'),
    "webmention a": ("", '<a rel="webmention" href="{url}">x</a>'),
    "pingback header": ("X-Pingback: {url}", ""),
    "pingback link": ("", '<link rel="pingback" href="{url}">'),
    "trackback header": ('Link: <{url}>; rel="trackback"', ""),
    "trackback link": ("", '<link rel="trackback" href="{url}">'),
    "trackback rdf": ("", RDF),
    **{
        f"{name} that leads on by {status}": (f"{header}{{to}}/{status}/{{number}}{end}", "")
        for status in (301, 302, 303, 307, 308)
        for name, header, end in (("webmention", "Link: <", '>; rel="webmention"'), ("pingback", "X-Pingback: ", ""))
    },
}
NAMES = tuple(protocol.NAME for protocol in PROTOCOLS)
TO = f"http://{STRANGER}/to"
POST = f"http://{OWNER}/post/"
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n{}\r\n"


@dataclass
class Web:
    """What strangers and the owner say. `flipped`: sources of before lead on to somewhere else now."""

    flipped: bool = False

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        _, what, *rest = head.split(" ")[1].split("/")
        writer.write(self.answer(what, [part.replace("-", " ") for part in rest]).encode())
        writer.close()

    def answer(self, what: str, rest: list[str]) -> str:
        if what == "to" or (what == "source" and self.flipped):
            status = rest[0] if what == "to" else "302"
            location = INSIDE[int(rest[1])]
            return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        if what == "created":
            return f"HTTP/1.1 201 Created\r\nLocation: {INSIDE[int(rest[0])]}\r\nContent-Length: 0\r\n\r\n"
        header, body = getattr(self, what)(*rest)
        return HEAD.format(len(body.encode()), f"{header}\r\n" if header else "") + body

    def post(self, *_: str) -> tuple[str, str]:
        return f"X-Pingback: {OURS}pingback", "<p>A post of the owner's."

    def called(self, number: str, *_: str) -> tuple[str, str]:
        return self.post()[0], f'<link rel="canonical" href="{INSIDE[int(number)]}"><p>A post.'

    def renamed(self, *_: str) -> tuple[str, str]:
        return self.post()[0], f'<link rel="canonical" href="http://{OWNER}/unheard-of/"><p>A post.'

    def source(self, kind: str, number: str, *_: str) -> tuple[str, str]:
        """Return a page that links to the post, and names an inside address as all that a page can name."""
        inside = INSIDE[int(number)]
        body = f"""<link rel="canonical" href="{inside}"><link rel="icon" href="{inside}"><base href="{inside}">
        <article class="h-entry"><a class="p-author h-card" href="{inside}"><img class="u-photo" src="{inside}">Ann</a>
        <a class="u-in-reply-to" href="{POST}{kind}/">this</a><img class="u-photo" src="{inside}"></article>
        <meta property="og:image" content="{inside}"><script src="{inside}"></script>
        <link rel="authorization_endpoint" href="{inside}"><a rel="author" href="{inside}">x</a>"""
        return f'Link: <{inside}>; rel="webmention"', body

    def says(self, form: str, number: str, *_: str) -> tuple[str, str]:
        """Return a page that names an endpoint."""
        page = f"http://{STRANGER}/says/{form.replace(' ', '-')}/{number}/"
        values = {"url": INSIDE[int(number)], "page": page, "to": TO, "number": number}
        header, body = FORMS[form]
        return header.format(**values), body.format(**values)

    def pleased(self, number: str, *_: str) -> tuple[str, str]:
        return f'Link: <http://{STRANGER}/created/{number}>; rel="webmention"', ""

    def article(self, form: str, *_: str) -> tuple[str, str]:
        """Return a post of the owner's with links to targets of one kind."""
        return "", "<article>" + "".join(f'<p><a href="{url}">x</a>' for url in targets(form)) + "</article>"

    def lists(self, kind: str, *_: str) -> tuple[str, str]:
        """Return a feed or sitemap index that lists what lies inside, or leads there."""
        places = [*INSIDE, *(f"http://{NAMED}/to/302/{number}" for number in NUMBERS)]
        if kind == "index":
            named = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in places)
            return "", f"<sitemapindex>{named}</sitemapindex>"
        items = "".join(f"<item><title>x</title><link>{escape(url)}</link></item>" for url in places)
        return "", f'<rss version="2.0"><channel>{items}</channel></rss>'

    def offers(self, number: str, *_: str) -> tuple[str, str]:
        return "", f'<link rel="alternate" type="application/rss+xml" href="{INSIDE[int(number)]}">'


def targets(form: str) -> list[str]:
    """Return what an article of one kind links to."""
    if form == "inside":
        return list(INSIDE)
    if form == "leading inside":
        return [f"{TO}/301/{number}" for number in NUMBERS]
    where = "pleased" if form == "pleased" else f"says/{form.replace(' ', '-')}"
    return [f"http://{STRANGER}/{where}/{number}/" for number in NUMBERS]


def sources(kind: str) -> list[str]:
    """Return pages of the stranger's that link to the post of a kind."""
    return [f"http://{STRANGER}/source/{kind}/{number}/" for number in NUMBERS]


def post(kind: str) -> list[str]:
    """Return the owner's post of a kind, once for each source."""
    return [f"{POST}{kind}/"] * len(INSIDE)


@dataclass
class Counting:
    """The door, and what it was asked for."""

    door: Door
    asked: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=lambda: ["/to/", "/unheard-of/"])  # of addresses that lead inside

    async def __call__(self, request: Request) -> Page:
        self.asked.append(request.url)
        return await self.door(request)

    def wait_for(self, url: str, budget: str = "world") -> float:
        return self.door.wait_for(url, budget)

    async def close(self) -> None:
        await self.door.close()

    def attempts(self) -> int:
        """Return how often an inside address, or what leads to one, was asked for, and begin anew."""
        asked, self.asked = self.asked, []
        return sum(normal(url) in LEADS_INSIDE or any(mark in url for mark in self.marks) for url in asked)


def normal(url: str) -> str:
    """Return an address as the door sees it."""
    try:
        return urls.normalize(url)
    except BadURL:
        return url


LEADS_INSIDE = frozenset(map(normal, INSIDE))


@dataclass
class Walk:
    """The parts that go the ways."""

    app: App
    doctor: Doctor
    counting: Counting
    web: Web

    async def ping(self, sources: list[str], targets: list[str], protocol: str) -> None:
        """Have pings come in, and look at them as long as something is due."""
        waits = protocol != "webmention"
        pairs = zip(sources, targets, strict=True)
        before = asyncio.all_tasks()
        await asyncio.gather(*(self.app.receiver.accept(Ping(*pair, protocol, waits=waits)) for pair in pairs))
        await self.app.worker.run_until_idle()
        while late := asyncio.all_tasks() - before:  # looks that nobody waits for any more
            await asyncio.wait(late)

    async def send(self, form: str, *, preview: bool = False) -> None:
        post = await self.app.sender.read(f"http://{OWNER}/article/{form.replace(' ', '-')}/")
        assert len(post.links) == len(INSIDE), (form, post.links)
        await (self.app.sender.preview(post) if preview else self.app.sender.send(post))

    async def follow(self, feeds: list[str]) -> None:
        for feed in feeds:
            await self.quietly(self.app.watcher.add(feed, None))
        await self.app.worker.run_until_idle()

    async def check(self, pages: list[str]) -> None:
        for page in pages:
            await self.quietly(self.doctor.check(page))

    async def discover(self, pages: list[str]) -> None:
        for page in pages:
            await self.quietly(self.doctor.discover(page))

    async def quietly(self, work: Awaitable[object]) -> None:
        """Go one way; that it ends with one of our errors is what it should do."""
        try:
            await work
        except LinkbackError:
            return

    async def look_again(self) -> None:
        """Have sources lead inside that linked when they were looked at first."""
        self.web.flipped = True
        self.counting.marks.append("/source/")
        for mention in await self.app.moderator.listing(status=Status.HELD):
            await self.app.receiver.look_again(mention)

    def ways(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Return the ways that must end at the door: nobody inside sees a connection."""
        leading = [f"{TO}/{(301, 302, 303, 307, 308)[number % 5]}/{number}" for number in NUMBERS]
        own = [f"http://{OWNER}/to/302/{number}" for number in NUMBERS]
        return {
            **{f"source of a {name}": partial(self.ping, list(INSIDE), post(name), name) for name in NAMES},
            **{f"redirect of a source, {name}": partial(self.ping, leading, post(name), name) for name in NAMES},
            **{
                f"own page that leads on, {name}": partial(self.ping, sources(f"o-{name}"), own, name) for name in NAMES
            },
            "target of a post": partial(self.send, "inside"),
            "target of a post, dry run": partial(self.send, "leading inside", preview=True),
            "target of a post that leads on": partial(self.send, "leading inside"),
            **{f"endpoint: {form}": partial(self.send, form) for form in FORMS},
            "feed": partial(self.follow, list(INSIDE)),
            "feed that leads on": partial(self.follow, leading),
            "feed that a page names": partial(self.follow, [f"http://{STRANGER}/offers/{n}/" for n in NUMBERS]),
            "sitemaps of an index": partial(self.follow, [f"http://{NAMED}/lists/index/"]),
            "entries of a feed": partial(self.follow, [f"http://{NAMED}/lists/rss/"]),
            "page to check": partial(self.check, list(INSIDE)),
            "page to check that leads on": partial(self.check, leading),
            **{f"probe of a check: {form}": partial(self.check, targets(form)) for form in FORMS},
            "page to discover": partial(self.discover, list(INSIDE)),
        }

    def never(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Return the ways on which nobody may go at all: what a page names is no reason for a fetch of its own."""
        called = [f"http://{OWNER}/called/{number}/" for number in NUMBERS]
        renamed = [f"http://{OWNER}/renamed/{number}/" for number in NUMBERS]
        return {
            **{f"what a source names, {name}": partial(self.ping, sources(name), post(name), name) for name in NAMES},
            "canonical address of an own page, elsewhere": partial(self.ping, sources("a"), called, "webmention"),
            "canonical address of an own page": partial(self.ping, sources("b"), renamed, "webmention"),
            "status page that an endpoint names": partial(self.send, "pleased"),
        }


async def walk(folder: Path, door: Door) -> dict[str, dict[str, int]]:
    """Go every way, and return for each how often the door was asked for what lies inside."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    web, counting = Web(), Counting(door)
    for address in (STRANGER, OWNER):
        await asyncio.start_server(web.talk, address, 80)
    database = Database.open(f"sqlite:///{folder}/ways.db")
    database.upgrade()
    settings = Settings(public_url=OURS, pingback_wait=0.1, limits_inline=0)
    app = build(settings, database, counting, utc_now)
    await app.registrar.add(f"http://{OWNER}/")
    going = Walk(app, Doctor(counting, partial(is_public, settings=door.settings), Advice(OURS)), counting, web)
    counted: dict[str, dict[str, int]] = {"ways": {}, "never": {}}
    for kind, ways in (("never", going.never()), ("ways", going.ways()), ("ways", {"re-check": going.look_again})):
        for name, go in ways.items():
            await go()
            counted[kind][name] = counting.attempts()
    await app.receiver.close()
    await counting.close()
    await asyncio.to_thread(database.close)
    return counted
