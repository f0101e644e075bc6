"""What is owed is delivered at least once, and a crash repeats at most what it interrupted."""

import xmlrpc.client
from collections import Counter
from urllib.parse import parse_qs

import pytest

from tests.durability.ledger import age_leases, sent
from tests.durability.programs import Desk, wait_for
from tests.durability.web import Visit, Web, ok

LINKS = 12
KILLS = 2


class Blogs:
    """Blogs that take pings by one protocol each: every second one answers at once, the others not before they may."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.told: Counter[str] = Counter()
        self.targets = [web.spread(f"blog/{WAYS[number // 2 % len(WAYS)]}", number) for number in range(LINKS)]
        self.quick, self.slow = set(self.targets[::2]), set(self.targets[1::2])
        self.article = web.url("127.0.40.1", "article/")
        web.talks |= {"blog": self._blog, "take": self._take, "article": self._article}

    async def _article(self, visit: Visit) -> None:
        await visit.say(ok("<article>" + "".join(f'<p><a href="{target}">x</a>' for target in self.targets)))

    async def _blog(self, visit: Visit) -> None:
        way = visit.path.split("/")[2]
        await visit.say(ok("<p>A post.", ADVERTISED[way].format(self.web.url("127.0.41.1", f"take{visit.path}"))))

    async def _take(self, visit: Visit) -> None:
        _, _, _, way, number, _ = visit.path.split("/")
        target = self.web.spread(f"blog/{way}", int(number))
        assert named(way, visit.body) in (target, self.article)
        self.told[target] += 1
        if target in self.slow:
            await self.web.released.wait()
        await visit.say(TAKEN[way])


# How an endpoint is named in a header, and what it says to whom it takes.
ADVERTISED = {
    "webmention": 'Link: <{}>; rel="webmention"',
    "pingback": "X-Pingback: {}",
    "trackback": 'Link: <{}>; rel="trackback"',
}
TAKEN = {
    "webmention": b"HTTP/1.1 201 Created\r\nLocation: /status\r\nContent-Length: 0\r\n\r\n",
    "pingback": ok(xmlrpc.client.dumps(("Thank you.",), methodresponse=True)),
    "trackback": ok("<?xml version='1.0'?><response><error>0</error></response>"),
}
WAYS = (*TAKEN,)


def named(way: str, body: bytes) -> str:
    """Return the target that a ping names; of a trackback, which names none, its source."""
    if way == "pingback":
        (_, target), _ = xmlrpc.client.loads(body)
        return str(target)
    return parse_qs(body.decode())["target" if way == "webmention" else "url"][0]


@pytest.fixture
def blogs(web: Web) -> Blogs:
    return Blogs(web)


@pytest.mark.parametrize("command", ["send", "serve"])
async def test_a_crash_repeats_only_what_it_interrupted(any_office: Desk, blogs: Blogs, command: str) -> None:
    database = any_office.database
    for kill in range(1, KILLS + 1):
        first = kill == 1 or command == "send"
        program = any_office.start("send", blogs.article) if first else await any_office.serve()
        await wait_for(lambda: all(blogs.told[target] == kill for target in blogs.slow))  # noqa: B023  # called here
        await wait_for(lambda: sent(database) == blogs.quick)
        program.kill()
        age_leases(database)

    blogs.web.released.set()
    program = any_office.start("send", blogs.article) if command == "send" else await any_office.serve()
    await wait_for(lambda: sent(database) == set(blogs.targets))
    assert blogs.told == Counter(dict.fromkeys(blogs.quick, 1) | dict.fromkeys(blogs.slow, 1 + KILLS))
    program.kill()
    await any_office.run("send", blogs.article)
    assert blogs.told.total() == LINKS + KILLS * len(blogs.slow)


async def test_what_another_program_is_about_to_deliver_is_left_to_it(office: Desk, blogs: Blogs) -> None:
    first = office.start("send", blogs.article)
    await wait_for(lambda: all(blogs.told[target] for target in blogs.targets))
    await wait_for(lambda: sent(office.database) == blogs.quick)
    await office.run("send", blogs.article)
    blogs.web.released.set()
    assert await first.ended() == 0
    assert blogs.told == Counter(blogs.targets)
