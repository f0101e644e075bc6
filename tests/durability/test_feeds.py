"""A crash loses no post of a watched feed, and tells of none twice but those whose ping was under way."""

from collections import Counter

import pytest

from tests.durability.ledger import age_leases, poll_now, posts, sent
from tests.durability.programs import Desk, wait_for
from tests.durability.web import HOME, Visit, Web, ok

POSTS = 6


class Journal:
    """The owner's feed, whose posts link to a blog each. What is told to wait does so: feed, posts, blogs."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.feed = web.url(HOME, "feed/")
        self.listed = 0
        self.waits = ""
        self.read: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.entries = [web.url(HOME, f"entry/{number:05}/") for number in range(1, POSTS + 1)]
        self.targets = [web.spread("blog", number) for number in range(1, POSTS + 1)]
        web.talks |= {"feed": self._feed, "entry": self._entry, "blog": self._blog, "take": self._take}

    async def _wait(self, what: str) -> None:
        if self.waits == what:
            await self.web.released.wait()

    async def _feed(self, visit: Visit) -> None:
        await self._wait("feed")
        items = "".join(f"<item><title>x</title><link>{url}</link></item>" for url in self.entries[: self.listed])
        await visit.say(ok(f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'))

    async def _entry(self, visit: Visit) -> None:
        number = int(visit.path.split("/")[2])
        self.read[self.entries[number - 1]] += 1
        await self._wait("entry")
        await visit.say(ok(f'<article><p><a href="{self.targets[number - 1]}">x</a>'))

    async def _blog(self, visit: Visit) -> None:
        where = self.web.url("127.0.41.1", f"take{visit.path}")
        await visit.say(ok("<p>A post.", f'Link: <{where}>; rel="webmention"'))

    async def _take(self, visit: Visit) -> None:
        self.told[self.targets[int(visit.path.split("/")[3]) - 1]] += 1
        await self._wait("blog")
        await visit.say(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def journal(web: Web) -> Journal:
    return Journal(web)


async def test_a_crash_anywhere_between_poll_and_ping_loses_no_post(any_office: Desk, journal: Journal) -> None:
    database = any_office.database
    await any_office.run("watch", "add", journal.feed)
    journal.listed, journal.waits = POSTS, "feed"

    asked = journal.web.asked["/feed/"]
    poll_now(database)
    server = await any_office.serve()
    await wait_for(lambda: journal.web.asked["/feed/"] > asked)
    server.kill()
    assert posts(database) == {}

    journal.waits = "entry"
    poll_now(database)
    server = await any_office.serve()
    await wait_for(lambda: journal.read)
    server.kill()
    assert posts(database) == dict.fromkeys(journal.entries, True)
    assert not journal.told

    journal.waits = "blog"
    age_leases(database)
    server = await any_office.serve()
    await wait_for(lambda: len(journal.told) == POSTS)
    server.kill()
    assert posts(database) == dict.fromkeys(journal.entries, False)
    assert sent(database) == set()

    journal.waits = ""
    age_leases(database)
    poll_now(database)
    polled = journal.web.asked["/feed/"]
    await any_office.serve()
    await wait_for(lambda: sent(database) == set(journal.targets))
    await wait_for(lambda: journal.web.asked["/feed/"] > polled)
    assert journal.told == Counter(dict.fromkeys(journal.targets, 2))
    await any_office.run("watch", "run")
    assert journal.told == Counter(dict.fromkeys(journal.targets, 2))
