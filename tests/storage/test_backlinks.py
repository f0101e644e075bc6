"""Backlinks and reports: pages from lists, kept once, claimed in turns; how domains stood at a report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from linkback.core.model import Citation, Evidence, Makeup, Ping, Reason, Site, Status, Verdict
from linkback.core.neighbours import ListedLink, Standing
from linkback.core.neighbours.backlink import Backlink, Found
from linkback.storage import backlinks, events, mentions, reports, sightings, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import backlinks as table

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)
SITE = "https://me.example/"


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, SITE, NOW)


async def add(database: Database, site: Site, *links: ListedLink) -> int:
    return await database.write(backlinks.add, site.id, links, NOW)


async def every(database: Database, site: Site) -> list[Backlink]:
    return await database.read(backlinks.page, site.id)


async def claim(database: Database, site: Site, now: datetime = NOW, *busy: str) -> str:
    found = await database.write(backlinks.claim, site.id, now, now + LEASE, busy)
    return found.source if found else ""


def mention(site: Site, source: str, status: Status = Status.APPROVED, **what: object) -> Settlement:
    ping = Ping(source, SITE, "pingback")
    settled = Settlement(site.id, source, SITE, status, NOW, Citation("A post", anchor="Ben's notes"), ping=ping)
    return replace(settled, **what)  # type: ignore[arg-type]  # each test names fields of the right type


async def test_a_page_of_a_list_is_kept_once_and_is_due(database: Database, site: Site) -> None:
    link = ListedLink("https://a.b.co.uk/1", SITE, "notes\0", NOW - LEASE)
    assert await add(database, site, link, link) == 1
    assert await add(database, site, link) == 0
    [kept] = await every(database, site)
    assert (kept.source, kept.domain, kept.target, kept.state) == (link.source, "b.co.uk", SITE, Found.LISTED)
    assert (kept.citation.anchor, kept.seen_at, kept.next_fetch_at) == ("notes", NOW - LEASE, NOW)
    assert await database.read(backlinks.count_due, site.id, NOW) == 1


async def test_a_second_list_fills_in_what_the_first_did_not_know(database: Database, site: Site) -> None:
    await add(database, site, ListedLink("https://a.example/1"))
    await add(database, site, ListedLink("https://a.example/1", f"{SITE}post", "notes", NOW))
    await add(database, site, ListedLink("https://a.example/1", f"{SITE}other", "other"))
    [kept] = await every(database, site)
    assert (kept.target, kept.citation.anchor, kept.seen_at) == (f"{SITE}post", "notes", NOW)


async def test_what_is_claimed_is_due_again_when_the_lease_is_over(database: Database, site: Site) -> None:
    await add(database, site, ListedLink("https://a.example/1"), ListedLink("https://b.example/1"))
    assert await claim(database, site) == "https://a.example/1"
    assert await claim(database, site) == "https://b.example/1"
    assert await claim(database, site) == ""
    assert await claim(database, site, NOW + LEASE) == "https://a.example/1"


async def test_a_busy_domain_waits_for_its_turn(database: Database, site: Site) -> None:
    await add(database, site, ListedLink("https://x.a.example/1"), ListedLink("https://b.example/1"))
    assert await claim(database, site, NOW, "a.example") == "https://b.example/1"
    assert await claim(database, site, NOW, "a.example") == ""


async def test_what_a_look_found_stands_in_the_row(database: Database, site: Site) -> None:
    await add(database, site, ListedLink("https://a.example/1"))
    found = await database.write(backlinks.claim, site.id, NOW, NOW + LEASE)
    assert found is not None
    looked = replace(
        found,
        target=f"{SITE}post",
        state=Found.LINKED,
        citation=Citation("Title", anchor="notes", rel=("ugc",), place="footer", language="de"),
        evidence=Evidence(Makeup(words=9, template="abcd", wording="ef")),
        verdict=Verdict(Status.HELD, 0.7, (Reason("rule", "Why.", 1.5),)),
        fetched_at=NOW,
        next_fetch_at=None,
        tries=2,
    )
    await database.write(backlinks.settle, looked)
    assert await every(database, site) == [looked]


async def test_of_one_domain_only_so_many_pages_are_looked_at(database: Database, site: Site) -> None:
    await add(
        database, site, *(ListedLink(f"https://farm.example/{n}") for n in range(30)), ListedLink("https://b.example/")
    )
    assert await database.write(backlinks.spare, site.id) == 30 - backlinks.MOST_OF_DOMAIN
    assert await database.write(backlinks.spare, site.id) == 0
    assert await database.read(backlinks.count_due, site.id, NOW) == backlinks.MOST_OF_DOMAIN + 1
    assert await database.read(backlinks.count, site.id) == 31


async def test_what_a_mention_tells_of_is_covered(database: Database, site: Site) -> None:
    await database.write(mentions.settle, mention(site, "https://a.example/1", source_page="https://a.example/moved"))
    await database.write(mentions.settle, mention(site, "https://b.example/1", Status.RECEIVED))
    sources = ("https://a.example/1/", "http://a.example/moved", "https://b.example/1")
    await add(database, site, *map(ListedLink, sources))
    last = await database.write(backlinks.cover, site.id)
    assert await database.write(backlinks.cover, site.id, after_id=last) == 0
    assert [one.source for one in await every(database, site)] == ["https://b.example/1"]
    assert await database.read(backlinks.count_due, site.id, NOW) == 1


async def test_mentions_are_seen_as_links(database: Database, site: Site) -> None:
    verdict = Verdict(Status.HELD, 0.4)
    evidence = Evidence(Makeup(template="abcd", wording="ef"))
    await database.write(
        mentions.settle, mention(site, "https://x.a.example/1", Status.HELD, verdict=verdict, evidence=evidence)
    )
    [seen], last = await database.read(sightings.page, site.id)
    assert (seen.domain, seen.status, seen.score, seen.anchor) == ("a.example", "held", 0.4, "Ben's notes")
    assert (seen.template, seen.wording, seen.read, seen.changed, seen.gone) == ("abcd", "ef", True, False, False)
    assert await database.read(sightings.page, site.id, after_id=last) == ([], 0)


@pytest.mark.parametrize(
    ("status", "changed", "gone"),
    [(Status.HELD, True, False), (Status.GONE, False, True), (Status.REMOVED, False, False)],
)
async def test_what_a_machine_took_from_where_it_was_approved_is_told(
    database: Database, site: Site, status: Status, changed: bool, gone: bool
) -> None:
    await database.write(mentions.settle, mention(site, "https://a.example/1"))
    await database.write(mentions.settle, mention(site, "https://a.example/1", status))
    [seen], _ = await database.read(sightings.page, site.id)
    assert (seen.changed, seen.gone) == (changed, gone)


async def test_what_a_person_took_back_did_not_change_by_itself(database: Database, site: Site) -> None:
    kept = await database.write(mentions.settle, mention(site, "https://a.example/1"))
    held = {"by": "ana", "now": NOW, "next_look_at": None}
    await database.write(lambda c: mentions.decide(c, kept.id, Status.HELD, **held))  # type: ignore[arg-type]  # by name
    assert [event.by for event in await database.read(events.of, kept.id)] == ["ana"]
    [seen], _ = await database.read(sightings.page, site.id)
    assert not seen.changed


async def test_a_report_is_remembered_and_the_oldest_are_forgotten(database: Database, site: Site) -> None:
    assert await database.read(reports.latest, site.id, NOW) is None
    for n in range(reports.MOST_KEPT + 3):
        await database.write(reports.save, site.id, {"a.example": Standing(0.5, n, 1, 2)}, NOW + n * LEASE)
    assert await database.read(reports.latest, site.id, NOW + 2.5 * LEASE) is None
    assert await database.read(reports.latest, site.id, NOW + 3.5 * LEASE) == (
        NOW + 3 * LEASE,
        {"a.example": Standing(0.5, 3, 1, 2)},
    )


async def test_two_who_claim_at_once_get_two_pages(database: Database, site: Site) -> None:
    await add(database, site, ListedLink("https://a.example/1"), ListedLink("https://b.example/1"))

    def twice(connection: Connection) -> set[str]:
        found = [backlinks.claim(connection, site.id, NOW, NOW + LEASE) for _ in range(2)]
        connection.execute(update(table).values(tries=0))
        return {one.source for one in found if one}

    assert await database.write(twice) == {"https://a.example/1", "https://b.example/1"}
