"""The report on the neighbourhood: what it gathers, what it remembers, and of what it warns."""

import asyncio
from datetime import timedelta

import pytest

from linkback.core.model import (
    Alert,
    AlertKind,
    Citation,
    Listed,
    ListedAction,
    ListedKind,
    Ping,
    Site,
    Status,
    Verdict,
)
from linkback.neighbourhood import Neighbourhood, Report
from linkback.storage import alerts, mentions, sites
from linkback.storage.settlement import Settlement
from tests.verbs.fakes import SITE, Clock, Linkback

DAY = timedelta(days=1)


class Owner:
    """An owner who asks for reports on one site."""

    def __init__(self, linkback: Linkback, site: Site) -> None:
        self.database, self.clock, self.site = linkback.parts.database, linkback.clock, site
        self.verb = Neighbourhood(self.database, self.clock)

    async def mention(self, source: str, status: Status = Status.HELD, score: float = 0.3) -> None:
        settlement = Settlement(
            *(self.site.id, source, f"{SITE}post", status, self.clock()),
            citation=Citation("A post", anchor="Ben's notes"),
            verdict=Verdict(status, score),
            ping=Ping(source, f"{SITE}post", "pingback"),
        )
        await self.database.write(mentions.settle, settlement)

    async def junk(self, domain: str) -> None:
        await self.mention(f"https://{domain}/1", Status.SPAM, 0.97)

    async def report(self, **since: timedelta) -> Report:
        ago = since.get("ago")
        return await self.verb.report(self.site, self.clock() - ago if ago else None)

    async def alerts(self) -> list[Alert]:
        return await self.database.read(alerts.every)


@pytest.fixture
async def owner(linkback: Linkback) -> Owner:
    [site] = await linkback.parts.database.read(sites.every)
    return Owner(linkback, site)


def news_of(report: Report) -> list[tuple[str, str]]:
    return [(one.neighbour.domain, one.sentence) for one in report.news]


async def test_nothing_links_to_a_new_site(owner: Owner) -> None:
    report = await owner.report()
    assert (report.neighbours, report.news, report.previous, report.links) == ((), (), None, 0)


async def test_mentions_and_listed_links_are_gathered_together(owner: Owner) -> None:
    await owner.mention("https://blog.ana.example/1")
    taken = await owner.verb.take(owner.site, b"https://www.ana.example/2\nhttps://ben.example/\n")
    assert (taken.added, taken.waiting) == (2, 2)
    report = await owner.report()
    ana, ben = report.neighbours
    assert (ana.domain, ana.mentions, ana.listed, ana.unread) == ("ana.example", 1, 1, 1)
    assert (ben.domain, ben.score) == ("ben.example", None)
    assert (report.links, report.unread) == (3, 2)


async def test_a_listed_page_that_a_mention_tells_of_counts_once(owner: Owner) -> None:
    await owner.mention("https://ana.example/1")
    taken = await owner.verb.take(owner.site, b"https://ana.example/1\n")
    assert (taken.added, taken.waiting) == (1, 0)
    [ana] = (await owner.report()).neighbours
    assert (ana.mentions, ana.listed) == (1, 0)


async def test_the_first_report_has_no_news_and_the_next_one_says_what_is_new(owner: Owner, clock: Clock) -> None:
    await owner.mention("https://ana.example/1")
    first = await owner.report()
    assert (first.previous, first.news) == (None, ())
    made = clock()
    clock.move(days=1)
    await owner.mention("https://ben.example/1")
    second = await owner.report()
    assert second.previous == made
    assert news_of(second) == [("ben.example", "Links here for the first time.")]
    clock.move(days=1)
    assert news_of(await owner.report()) == []


async def test_who_looks_twice_in_a_row_sees_the_same_news(owner: Owner, clock: Clock) -> None:
    await owner.report()
    clock.move(days=1)
    await owner.mention("https://ana.example/1")
    first = await owner.report()
    clock.move(minutes=5)
    again = await owner.report()
    assert news_of(first) == news_of(again) == [("ana.example", "Links here for the first time.")]


async def test_a_day_may_be_named_since_which_things_are_new(owner: Owner, clock: Clock) -> None:
    await owner.mention("https://old.example/1")
    clock.move(days=30)
    await owner.mention("https://new.example/1")
    report = await owner.report(ago=7 * DAY)
    assert [one.domain for one in report.neighbours] == ["new.example"]
    assert news_of(report) == [("new.example", "Links here for the first time.")]
    clock.move(days=1)
    assert news_of(await owner.report()) == []


async def test_a_bad_domain_that_is_new_raises_one_alert(owner: Owner, clock: Clock) -> None:
    await owner.mention("https://ana.example/1")
    await owner.report()
    clock.move(days=1)
    await owner.junk("casino.example")
    await owner.report()
    clock.move(days=1)
    await owner.report()
    [alert] = await owner.alerts()
    assert (alert.kind, alert.subject, alert.count) == (AlertKind.NEIGHBOUR, "casino.example", 1)
    assert alert.message.startswith("casino.example links to you and scores 0.9")


async def test_of_many_bad_domains_the_owner_is_told_at_once(owner: Owner) -> None:
    for n in range(9):
        await owner.junk(f"casino{n}.example")
    await owner.report()
    [alert] = await owner.alerts()
    assert alert.subject == ""
    assert alert.message.startswith(
        "9 domains with a bad score link to you that were not known as bad: casino0.example,"
    )


@pytest.mark.parametrize("action", [ListedAction.TRUST, ListedAction.BLOCK])
async def test_nobody_is_warned_of_whom_the_owner_knows(owner: Owner, action: ListedAction) -> None:
    await owner.junk("casino.example")
    lists = (Listed(action, ListedKind.HOST, "casino.example"),)
    owner.site = Site(owner.site.id, owner.site.url, lists=lists)
    await owner.report()
    assert await owner.alerts() == []


async def test_who_looks_while_a_report_is_made_waits_for_that_one(owner: Owner) -> None:
    await owner.mention("https://ana.example/1")
    first, second = await asyncio.gather(owner.verb.look(owner.site), owner.verb.look(owner.site))
    assert first is second
    assert len(first.neighbours) == 1
    assert await owner.verb.look(owner.site) is not first


async def test_who_goes_away_takes_no_report_from_those_who_wait(owner: Owner) -> None:
    hasty, patient = (asyncio.create_task(owner.verb.look(owner.site)) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    assert (await patient).links == 0
    assert hasty.cancelled()
