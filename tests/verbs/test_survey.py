"""The survey of listed links: polite, resumable, and judged like what was reported."""

import asyncio
from contextlib import suppress

import pytest

from linkback.core.errors import Forbidden, TooBusy, Unreachable
from linkback.core.model import Page, Request, Site, Status
from linkback.core.neighbours.backlink import Backlink, Found
from linkback.neighbourhood import Neighbourhood
from linkback.neighbourhood.survey import DOMAINS_AT_ONCE, Surveyed, Surveyor
from linkback.storage import backlinks, sites
from linkback.storage.lorebook import LoreBook
from tests.verbs.fakes import HTML, SITE, Clock, Linkback, Web

POST = SITE + "post"


class Owner:
    """An owner who has a list of links looked at."""

    def __init__(self, linkback: Linkback, web: Web, site: Site) -> None:
        self.linkback, self.database, self.web, self.site = linkback, linkback.parts.database, web, site
        self.reporter = Neighbourhood(self.database, linkback.clock)
        self.surveyor = Surveyor(self.database, web, LoreBook(self.database), linkback.clock)

    async def take(self, *sources: str, target: str = "") -> None:
        rows = "".join(f"{source},{target}\n" for source in sources)
        await self.reporter.take(self.site, f"Source URL,Target URL\n{rows}".encode())

    async def survey(self, limit: int = 100) -> Surveyed:
        return await self.surveyor.survey(self.site, limit)

    async def every(self) -> list[Backlink]:
        return await self.database.read(backlinks.page, self.site.id)

    async def one(self) -> Backlink:
        [found] = await self.every()
        return found


@pytest.fixture
async def owner(linkback: Linkback, web: Web) -> Owner:
    [site] = await linkback.parts.database.read(sites.every)
    return Owner(linkback, web, site)


async def test_a_listed_page_is_read_and_judged(owner: Owner, web: Web, clock: Clock) -> None:
    web.page("https://ana.example/1", "<p>Long ago.</p>", links_to=POST)
    await owner.take("https://ana.example/1", target=POST)
    done = await owner.survey()
    assert (done.looked_at, done.found[Found.LINKED], done.waiting) == (1, 1, 0)
    found = await owner.one()
    assert (found.state, found.target, found.citation.anchor) == (Found.LINKED, POST, "this")
    assert found.verdict is not None
    assert found.verdict.reasons
    assert (found.fetched_at, found.next_fetch_at) == (clock(), None)
    [neighbour] = (await owner.reporter.report(owner.site)).neighbours
    assert (neighbour.domain, neighbour.listed, neighbour.seen, neighbour.mean) == (
        "ana.example",
        1,
        1,
        found.verdict.score,
    )


async def test_where_the_list_names_no_target_any_link_to_the_site_counts(owner: Owner, web: Web) -> None:
    web.page("https://ana.example/1", links_to=SITE + "other?x=1#part")
    await owner.take("https://ana.example/1")
    await owner.survey()
    assert (await owner.one()).target == SITE + "other?x=1"


async def test_a_link_to_another_page_than_the_list_names_counts_too(owner: Owner, web: Web) -> None:
    web.page("https://ana.example/1", links_to=SITE + "moved")
    await owner.take("https://ana.example/1", target=POST)
    await owner.survey()
    assert (await owner.one()).target == SITE + "moved"


STATES = [
    ("no link", Page(200, HTML, b"<p>nothing</p>"), Found.NO_LINK, False),
    ("not there", Page(404, HTML, b""), Found.GONE, False),
    ("no text", Page(200, (("content-type", "image/png"),), b""), Found.GONE, False),
    ("in trouble", Page(503, HTML, b""), Found.UNREACHABLE, True),
    ("silent", Unreachable("https://ana.example/1"), Found.UNREACHABLE, True),
    ("not to be asked", Forbidden("https://ana.example/1"), Found.UNREACHABLE, False),
]


@pytest.mark.parametrize(("what", "state", "again"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
async def test_a_page_that_is(owner: Owner, web: Web, what: Page | Unreachable, state: Found, again: bool) -> None:
    web.pages["https://ana.example/1"] = what
    await owner.take("https://ana.example/1")
    done = await owner.survey()
    found = await owner.one()
    assert (found.state, done.found[state]) == (state, 1)
    assert (found.next_fetch_at is not None) == again


async def test_a_page_that_leads_to_the_site_itself_links_nowhere(owner: Owner, web: Web) -> None:
    web.page(POST, links_to=SITE)
    web.moves("https://ana.example/1", POST)
    await owner.take("https://ana.example/1")
    await owner.survey()
    assert (await owner.one()).state is Found.NO_LINK


async def test_what_failed_is_tried_again_later_and_given_up_in_the_end(owner: Owner, clock: Clock) -> None:
    await owner.take("https://silent.example/1")
    looks = 0
    while (await owner.one()).next_fetch_at is not None:
        looks += (await owner.survey()).looked_at
        clock.move(days=5)
    assert looks == 10
    assert (await owner.survey()).looked_at == 0


async def test_a_page_is_fetched_once(owner: Owner, web: Web) -> None:
    web.page("https://ana.example/1", links_to=POST)
    for _ in range(2):
        await owner.take("https://ana.example/1")
        await owner.survey()
    assert web.requests("https://ana.example/1") == 1


async def test_what_a_mention_tells_of_is_not_fetched_again(owner: Owner, web: Web) -> None:
    web.own("post")
    web.page("https://ana.example/1", links_to=POST)
    await owner.take("https://ana.example/1")
    await owner.linkback.ping("https://ana.example/1", POST)
    assert await owner.linkback.status("https://ana.example/1", POST) is Status.HELD
    done = await owner.survey()
    assert (done.looked_at, web.requests("https://ana.example/1")) == (0, 1)


async def test_a_host_that_has_had_enough_is_left_alone_for_this_run(owner: Owner, web: Web, clock: Clock) -> None:
    for n in range(5):
        web.pages[f"https://busy.example/{n}"] = TooBusy("https://busy.example/", retry_after=30)
    web.page("https://ana.example/1", links_to=POST)
    await owner.take(*(f"https://busy.example/{n}" for n in range(5)), "https://ana.example/1")
    done = await owner.survey()
    assert (done.looked_at, done.put_off, done.waiting) == (1, 1, 4)
    assert len(web.asked) == 2
    clock.move(seconds=31)
    web.page("https://busy.example/0", links_to=POST)
    assert (await owner.survey(1)).looked_at in {0, 1}


async def test_a_survey_looks_at_no_more_pages_than_it_may(owner: Owner, web: Web) -> None:
    await owner.take(*(f"https://{n}.example/" for n in range(7)))
    done = await owner.survey(3)
    assert (done.looked_at, done.waiting, len(web.asked)) == (3, 4, 3)


async def test_pages_of_one_domain_are_asked_for_one_at_a_time(owner: Owner, web: Web) -> None:
    asked, most, open_ = 0, 0, 0

    async def page(request: Request) -> Page:
        nonlocal asked, most, open_
        asked, open_ = asked + 1, open_ + 1
        most = max(most, open_)
        await asyncio.sleep(0)
        open_ -= 1
        return Page(200, HTML, b"", request.url)

    sources = [f"https://{n}.farm.example/" for n in range(10)]
    web.pages |= dict.fromkeys(sources, page)
    await owner.take(*sources)
    await owner.survey()
    assert (asked, most) == (10, 1)


async def test_only_a_few_domains_are_asked_at_once(owner: Owner, web: Web) -> None:
    release = [web.silent(f"https://{n}.example/") for n in range(20)]
    await owner.take(*(f"https://{n}.example/" for n in range(20)))
    running = asyncio.ensure_future(owner.survey())
    await web.until_asked(f"https://{DOMAINS_AT_ONCE - 1}.example/")
    assert len(web.asked) == DOMAINS_AT_ONCE
    for event in release:
        event.set()
    assert (await running).looked_at == 20


async def test_a_survey_that_is_stopped_goes_on_where_it_was(owner: Owner, web: Web) -> None:
    web.page("https://ana.example/1", links_to=POST)
    web.silent("https://silent.example/1")
    await owner.take("https://ana.example/1", "https://silent.example/1")
    noted: list[Backlink] = []
    done = asyncio.Event()

    def note(one: Backlink) -> None:
        noted.append(one)
        done.set()

    running = asyncio.ensure_future(owner.surveyor.survey(owner.site, 100, note))
    await web.until_asked("https://silent.example/1")
    await done.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert [one.source for one in noted] == ["https://ana.example/1"]
    web.page("https://silent.example/1", links_to=POST)
    assert (await owner.survey()).looked_at == 1
    assert {one.state for one in await owner.every()} == {Found.LINKED}
    assert web.requests("https://ana.example/1") == 1


async def test_a_page_whose_survey_crashed_is_due_again_when_the_lease_is_over(owner: Owner, clock: Clock) -> None:
    await owner.take("https://ana.example/1")
    crashed = await owner.database.write(backlinks.claim, owner.site.id, clock(), clock.time.replace(minute=1))
    assert crashed is not None
    assert (await owner.survey()).looked_at == 0
    clock.move(minutes=2)
    assert (await owner.survey()).looked_at == 1
