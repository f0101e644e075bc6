"""Processes see each other's mentions, only verified ones, each once, and without asking at every ping."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from linkback.core.company import BURST_FROM, Arrival
from linkback.core.model import Company, Evidence, Makeup, Mention, Ping, Status
from linkback.storage import mentions, sites
from linkback.storage.crowdbook import FRESH_FOR, CrowdBook, arrival_of
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import url_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SITE = "https://me.example/"
TARGET = SITE + "post"
EVIDENCE = Evidence(Makeup(words=300, template="t", wording="w"))
ASKED = Arrival(0, 1, "asked.example", url_key(TARGET).hex(), NOW, True, "t", "w")


@dataclass
class Process:
    """A crowd book with a clock of its own."""

    database: Database
    seconds: float = 0.0
    book: CrowdBook = field(init=False)

    def __post_init__(self) -> None:
        self.book = CrowdBook(self.database, lambda: NOW, lambda: self.seconds)

    async def sees(self) -> Company:
        """Return the company in which a new page comes, some seconds later."""
        self.seconds += FRESH_FOR
        return await self.book.company_of(ASKED)


@pytest.fixture
async def process(database: Database) -> Process:
    await database.write(sites.add, SITE, NOW)
    return Process(database)


def judged(connection: Connection, /, number: int, status: Status = Status.HELD, **what: Any) -> Mention:
    source = what.pop("source", f"https://h{number}.example/")
    told: dict[str, Any] = {"ping": Ping(source, TARGET, "pingback"), "evidence": EVIDENCE} | what
    return mentions.settle(connection, Settlement(1, source, TARGET, status, NOW, **told))


async def test_what_others_judged_is_seen_within_seconds(process: Process) -> None:
    assert await process.sees() == Company()
    for number in range(3):
        await process.database.write(judged, number)
    found = await process.sees()
    assert found == Company(template_hosts=3, wording_hosts=3, at_target=3, at_site=3, new_at_site=3)
    assert await process.sees() == found


async def test_what_was_there_at_the_start_is_known(process: Process) -> None:
    await process.database.write(judged, 1)
    assert (await process.sees()).at_site == 1


async def test_within_seconds_the_database_is_not_asked_again(process: Process) -> None:
    await process.sees()
    await process.database.write(judged, 1)
    assert await process.book.company_of(ASKED) == Company()


async def test_what_was_judged_here_counts_at_once_and_once(process: Process) -> None:
    await process.sees()
    mention = await process.database.write(judged, 1)
    process.book.note(arrival_of(mention, new=True))
    assert (await process.book.company_of(ASKED)).at_site == 1
    assert (await process.sees()).at_site == 1


async def test_what_nobody_verified_yet_counts_for_nobody_until_it_is(process: Process) -> None:
    ping = Ping("https://claimed.example/", TARGET, "webmention")
    await process.database.write(lambda c: mentions.keep(c, ping, site_id=1, now=NOW, look_at=NOW))
    await process.database.write(judged, 1)
    assert (await process.sees()).at_site == 1
    await process.database.write(judged, 2, source=ping.source)
    assert (await process.sees()).at_site == 2


async def test_a_mention_of_a_host_that_is_approved_here_is_none_of_a_new_one(process: Process) -> None:
    await process.database.write(judged, 1, Status.APPROVED)
    await process.database.write(judged, 2, source="https://h1.example/again")
    found = await process.sees()
    assert (found.at_site, found.new_at_site) == (2, 0)


async def test_a_burst_is_told_as_it_begins_and_as_it_doubles(process: Process) -> None:
    said = [process.book.burst(1, Company(at_site=number)) for number in range(4 * BURST_FROM)]
    assert [number + 1 for number, words in enumerate(said) if words] == [BURST_FROM, 2 * BURST_FROM, 4 * BURST_FROM]


async def test_a_burst_on_another_day_is_news(process: Process) -> None:
    later = [NOW]
    process.book = CrowdBook(process.database, lambda: later[0])
    assert process.book.burst(1, Company(at_site=BURST_FROM))
    assert not process.book.burst(1, Company(at_site=BURST_FROM))
    later[0] += timedelta(days=2)
    assert process.book.burst(1, Company(at_site=BURST_FROM))
