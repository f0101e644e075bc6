"""Mentions: keeping, settling, deciding, claiming and listing them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.errors import NotFound, StorageError
from linkback.core.model import Author, Citation, Mention, Ping, Reason, Receipt, Site, Status, Verdict
from linkback.storage import hosts, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(days=1)
TARGET = "https://me.example/post"
PING = Ping("https://a.example/1", TARGET, "pingback", "192.0.2.7")
CITATION = Citation(
    title="Ein Titel – 見出し",
    author=Author("Ana", "https://a.example/ana", "https://a.example/ana.jpg"),
    kind="reply",
    published=datetime(1999, 12, 31, 23, 59, 59, 123456, tzinfo=UTC),
    anchor="the post",
    excerpt="She wrote the post that I read twice.",
    rel=("nofollow", "ugc"),
    place="sidebar",
    language="de",
)
VERDICT = Verdict(Status.HELD, 0.25, (Reason("first_time", "The host is new here.", 0.5), Reason("link", "Ok.", -1.0)))


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, "https://me.example/", NOW)


def settlement(site: Site, ping: Ping = PING, status: Status = Status.HELD) -> Settlement:
    return Settlement(site.id, ping.source, ping.target, status, NOW, CITATION, VERDICT, ping, LATER)


async def settled(database: Database, site: Site, source: str, status: Status, target: str = TARGET) -> Mention:
    ping = Ping(source, target, "pingback")
    return await database.write(mentions.settle, settlement(site, ping, status))


async def kept(database: Database, site: Site, ping: Ping = PING, at: datetime = NOW) -> Mention:
    return await database.write(mentions.keep, ping, site_id=site.id, now=at, look_at=at + timedelta(minutes=1))


async def test_a_kept_ping_waits_for_its_look(database: Database, site: Site) -> None:
    mention = await kept(database, site)
    receipts = (Receipt("pingback", NOW, NOW, 1),)
    expected = Mention(
        mention.id, site.id, PING.source, TARGET, Status.RECEIVED, NOW, receipts=receipts, next_look_at=SOON
    )
    assert mention == expected
    assert await database.read(mentions.get, mention.id) == expected


async def test_a_settled_mention_is_read_back_whole(database: Database, site: Site) -> None:
    whole = replace(settlement(site), looks=3, missed_at=SOON, etag='W/"1"', last_modified="Sun, 01 Mar 2026")
    mention = await database.write(mentions.settle, whole)
    assert (mention.citation, mention.verdict, mention.verified_at) == (CITATION, VERDICT, NOW)
    assert (mention.looks, mention.missed_at, mention.next_look_at) == (3, SOON, LATER)
    assert await database.read(mentions.find, PING.source, TARGET) == mention


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("https://A.example:443/1#top", TARGET),
        (PING.source, "https://me.example/post#comments"),
        (PING.source, "https://me.example/%70ost"),
    ],
)
async def test_a_mention_is_found_however_it_is_spelled(
    database: Database, site: Site, source: str, target: str
) -> None:
    mention = await kept(database, site)
    assert await database.read(mentions.find, source, target) == mention
    again = await kept(database, site, Ping(source, target, "pingback"))
    assert (again.id, again.source, again.target) == (mention.id, PING.source, TARGET)


@pytest.mark.parametrize("other", ["https://a.example/12", "https://a.example/", "https://b.example/1"])
async def test_another_page_is_another_mention(database: Database, site: Site, other: str) -> None:
    await kept(database, site)
    assert await database.read(mentions.find, other, TARGET) is None


async def test_one_link_reported_over_two_protocols_is_one_mention(database: Database, site: Site) -> None:
    first = await kept(database, site)
    second = await kept(database, site, replace(PING, protocol="webmention"), SOON)
    assert second.id == first.id
    assert second.protocols == ("pingback", "webmention")
    assert await database.read(mentions.get, first.id) == second


async def test_a_report_that_comes_again_is_counted(database: Database, site: Site) -> None:
    await kept(database, site)
    mention = await kept(database, site, at=SOON)
    assert mention.receipts == (Receipt("pingback", NOW, SOON, 2),)
    assert (await database.read(mentions.get, mention.id)).receipts == mention.receipts


@pytest.mark.parametrize("status", [Status.GONE, Status.INVALID])
async def test_what_was_gone_or_never_there_waits_again_when_reported(
    database: Database, site: Site, status: Status
) -> None:
    await settled(database, site, PING.source, status)
    mention = await kept(database, site, at=LATER)
    assert (mention.status, mention.next_look_at) == (Status.RECEIVED, LATER + timedelta(minutes=1))
    assert await database.read(mentions.get, mention.id) == mention


@pytest.mark.parametrize("status", [Status.HELD, Status.APPROVED, Status.SPAM, Status.REMOVED])
async def test_what_stands_is_left_alone_when_reported_again(database: Database, site: Site, status: Status) -> None:
    before = await settled(database, site, PING.source, status)
    mention = await kept(database, site, at=SOON)
    assert (mention.status, mention.next_look_at) == (status, before.next_look_at)


async def test_one_that_nobody_would_look_at_any_more_is_looked_at_when_reported_again(
    database: Database, site: Site
) -> None:
    mention = await kept(database, site)
    await database.write(mentions.look_later, mention.id, None, looks=9)
    assert (await kept(database, site, at=LATER)).next_look_at == LATER + timedelta(minutes=1)


async def test_re_sending_resets_no_decision(database: Database, site: Site) -> None:
    mention = await settled(database, site, PING.source, Status.APPROVED)
    await database.write(mentions.decide, mention.id, Status.REMOVED, by="ana", now=NOW, next_look_at=None)
    again = await database.write(mentions.settle, settlement(site, status=Status.APPROVED))
    assert (again.status, again.decided_by) == (Status.REMOVED, "ana")
    assert await database.read(mentions.get, mention.id) == again


async def test_what_is_read_of_a_decided_mention_is_written_all_the_same(database: Database, site: Site) -> None:
    mention = await kept(database, site)
    await database.write(mentions.decide, mention.id, Status.APPROVED, by="ana", now=NOW, next_look_at=None)
    await database.write(mentions.settle, replace(settlement(site), ping=None))
    found = await database.read(mentions.get, mention.id)
    assert (found.status, found.citation, found.verdict) == (Status.APPROVED, CITATION, VERDICT)


async def test_a_forced_settlement_replaces_a_decision_and_forgets_it(database: Database, site: Site) -> None:
    mention = await kept(database, site)
    await database.write(mentions.decide, mention.id, Status.APPROVED, by="ana", now=NOW, next_look_at=None)
    forced = replace(settlement(site, status=Status.GONE), ping=None, citation=None, verdict=None, force=True)
    await database.write(mentions.settle, forced)
    found = await database.read(mentions.get, mention.id)
    assert (found.status, found.decided_by) == (Status.GONE, None)


async def test_a_look_that_read_nothing_new_keeps_what_was_read(database: Database, site: Site) -> None:
    await settled(database, site, PING.source, Status.APPROVED)
    unread = Settlement(site.id, PING.source, TARGET, Status.APPROVED, LATER, verified=False)
    mention = await database.write(mentions.settle, unread)
    assert (mention.citation, mention.verdict, mention.verified_at) == (CITATION, VERDICT, NOW)
    assert await database.read(mentions.get, mention.id) == mention


async def test_a_look_at_what_is_not_kept_is_not_settled(database: Database, site: Site) -> None:
    with pytest.raises(NotFound):
        await database.write(mentions.settle, replace(settlement(site), ping=None))


async def test_a_ping_for_a_site_that_is_gone_is_refused_for_good(database: Database, site: Site) -> None:
    await database.write(sites.remove, site.url)
    with pytest.raises(StorageError) as caught:
        await database.write(mentions.settle, settlement(site))
    assert caught.value.permanent


@pytest.mark.parametrize("mention_id", [0, -1, 7, 2**63 - 1, 2**63, 10**30])
async def test_a_mention_that_is_not_there_is_not_found(database: Database, mention_id: int) -> None:
    with pytest.raises(NotFound):
        await database.read(mentions.get, mention_id)
    with pytest.raises(NotFound):
        await database.write(mentions.decide, mention_id, Status.SPAM, by="ana", now=NOW, next_look_at=None)


async def test_text_that_no_database_takes_does_not_lose_the_mention(database: Database, site: Site) -> None:
    hostile = "a\0b\ud800c"
    citation = Citation(title=hostile, author=Author(hostile), excerpt=hostile, rel=(hostile,))
    verdict = Verdict(Status.HELD, 0.5, (Reason("r", hostile, 0.0),))
    told = replace(settlement(site), citation=citation, verdict=verdict, etag=hostile)
    mention = await database.write(mentions.settle, told)
    found = await database.read(mentions.get, mention.id)
    assert (found.citation.title, found.etag) == ("ab?c", "ab?c")


async def test_looks_are_put_off_and_counted(database: Database, site: Site) -> None:
    mention = await kept(database, site)
    await database.write(mentions.look_later, mention.id, LATER, looks=2, missed_at=NOW)
    found = await database.read(mentions.get, mention.id)
    assert (found.next_look_at, found.looks, found.missed_at) == (LATER, 2, NOW)


@pytest.mark.parametrize(("at", "then"), [(NOW, NOW), (LATER, SOON)])
async def test_a_look_is_only_brought_forward(database: Database, site: Site, at: datetime, then: datetime) -> None:
    mention = await kept(database, site)
    await database.write(mentions.look_soon, mention.id, at)
    assert (await database.read(mentions.get, mention.id)).next_look_at == then


async def test_what_is_due_is_claimed_once_until_the_lease_is_over(database: Database, site: Site) -> None:
    first = await kept(database, site)
    second = await kept(database, site, replace(PING, source="https://b.example/"), NOW - timedelta(hours=1))
    assert await database.read(mentions.next_due) == second.next_look_at
    assert await database.write(mentions.claim, NOW - timedelta(hours=2), LATER, 10) == []
    claimed = await database.write(mentions.claim, SOON, LATER, 10)
    assert [mention.id for mention in claimed] == [second.id, first.id]
    assert [mention.next_look_at for mention in claimed] == [LATER, LATER]
    assert claimed[1].receipts == first.receipts
    assert await database.write(mentions.claim, SOON, LATER, 10) == []
    assert len(await database.write(mentions.claim, LATER, LATER + timedelta(days=1), 1)) == 1


async def test_nothing_is_due_where_nothing_is_kept(database: Database) -> None:
    assert await database.read(mentions.next_due) is None


async def test_two_workers_never_get_the_same_mention(database: Database, site: Site, database_url: str) -> None:
    for at in range(60):
        await kept(database, site, replace(PING, source=f"https://a.example/{at}"))
    other = Database.open(database_url)
    calls = [d.write(mentions.claim, SOON, LATER, 5) for _ in range(6) for d in (database, other)]
    claimed = [mention.id for batch in await asyncio.gather(*calls) for mention in batch]
    other.close()
    assert len(claimed) == len(set(claimed)) == 60


async def test_mentions_are_listed_newest_first_page_by_page(database: Database, site: Site) -> None:
    made = [await settled(database, site, f"https://a.example/{at}", Status.HELD) for at in range(5)]
    newest_first = made[::-1]
    assert await database.read(mentions.listing, limit=3) == newest_first[:3]
    assert await database.read(mentions.listing, limit=3, before_id=newest_first[2].id) == newest_first[3:]
    assert await database.read(mentions.listing, before_id=10**30) == newest_first


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"status": Status.HELD}, [3, 0]),
        ({"target": TARGET}, [2, 1, 0]),
        ({"target": "https://me.example/post#x", "status": Status.APPROVED}, [1]),
        ({"site": 0}, [3, 2, 1, 0]),
        ({"site": 0, "status": Status.SPAM}, [2]),
        ({"site": 0, "target": TARGET}, [2, 1, 0]),
        ({"site": 1}, [4]),
        ({"site": 1, "target": TARGET}, []),
    ],
)
async def test_mentions_are_listed_by_site_status_and_target(
    database: Database, site: Site, wanted: dict[str, object], expected: list[int]
) -> None:
    other = await database.write(sites.add, "https://other.example/", NOW)
    made = [
        await settled(database, site, "https://a.example/0", Status.HELD),
        await settled(database, site, "https://a.example/1", Status.APPROVED),
        await settled(database, site, "https://a.example/2", Status.SPAM),
        await settled(database, site, "https://a.example/3", Status.HELD, "https://me.example/other"),
        await settled(database, other, "https://a.example/4", Status.APPROVED, "https://other.example/"),
    ]
    filters: dict[str, object] = {name: value for name, value in wanted.items() if name != "site"}
    if "site" in wanted:
        filters["site_id"] = [site.id, other.id][int(str(wanted["site"]))]
    found = await database.read(lambda connection: mentions.listing(connection, **filters))  # type: ignore[arg-type]  # a table of filters
    assert [made.index(mention) for mention in found] == expected


async def test_the_pingbacks_of_a_page_are_the_approved_ones_oldest_first(database: Database, site: Site) -> None:
    await settled(database, site, "https://b.example/", Status.APPROVED)
    await settled(database, site, "https://a.example/", Status.APPROVED)
    await settled(database, site, "https://held.example/", Status.HELD)
    await settled(database, site, "https://c.example/", Status.APPROVED, "https://me.example/other")
    webmention = Ping("https://w.example/", TARGET, "webmention")
    await database.write(mentions.settle, settlement(site, webmention, Status.APPROVED))
    expected = ["https://b.example/", "https://a.example/"]
    assert await database.read(mentions.sources_of, f"{TARGET}#top") == expected


async def test_what_waits_is_counted_in_all_and_for_each_host(database: Database, site: Site) -> None:
    for source in ("https://a.example/1", "https://a.example/2", "https://b.example/"):
        await kept(database, site, Ping(source, TARGET, "pingback"))
    await settled(database, site, "https://a.example/3", Status.HELD)
    assert await database.read(mentions.count_waiting, "a.example") == 2
    assert await database.read(mentions.count_waiting, "example") == 0
    assert await database.read(mentions.count_all_waiting) == 3


async def test_a_host_is_seen_once_a_mention_of_it_is_settled(database: Database, site: Site) -> None:
    assert not (await database.read(hosts.history, site.id, "a.example")).seen
    await kept(database, site)
    waiting = await database.read(hosts.history, site.id, "a.example")
    assert not waiting.seen
    assert waiting.count(Status.RECEIVED) == 1
    await settled(database, site, PING.source, Status.APPROVED)
    history = await database.read(hosts.history, site.id, "a.example")
    assert (history.first_seen, history.count(Status.APPROVED), history.count(Status.RECEIVED)) == (NOW, 1, 0)


async def test_a_decision_moves_the_counters_of_the_host(database: Database, site: Site) -> None:
    mention = await settled(database, site, PING.source, Status.HELD)
    await database.write(mentions.decide, mention.id, Status.SPAM, by="ana", now=LATER, next_look_at=None)
    history = await database.read(hosts.history, site.id, "a.example")
    assert (history.count(Status.HELD), history.count(Status.SPAM), history.first_seen) == (0, 1, NOW)


async def test_a_host_has_a_history_at_each_site(database: Database, site: Site) -> None:
    other = await database.write(sites.add, "https://other.example/", NOW)
    await settled(database, site, PING.source, Status.APPROVED)
    assert not (await database.read(hosts.history, other.id, "a.example")).seen
