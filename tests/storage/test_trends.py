"""Figures by day: each mention on the day it came and under where it stands now, of the sites that are asked for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection

from linkback.core.model import Citation, Delivery, DeliveryStatus, Ping, Reason, Status, Verdict
from linkback.storage import deliveries, junk, mentions, sites, trends
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY, YESTERDAY = date(2026, 3, 10), date(2026, 3, 9)
SINCE = datetime(2026, 3, 4, tzinfo=UTC)
SITE, OTHER = "https://me.example/", "https://other.example/blog"
SPAM = Verdict(Status.SPAM, 0.99, (Reason("outbound", "x", -3.0), Reason("copied", "y", 2.5)))
LOST = Verdict(Status.GONE, 0.1, (Reason("gone", "The page does not link here any more."),))
NUMBERS = count()


def keep(
    connection: Connection,
    /,
    status: Status = Status.APPROVED,
    *,
    at: datetime = NOW,
    host: str = "blog.example",
    page: str = "post",
    site: str = SITE,
    over: tuple[str, ...] = ("pingback",),
    **what: Any,
) -> int:
    """Keep a mention as if it had come, been looked at and been judged at a time."""
    source, target = f"https://{host}/{next(NUMBERS)}", f"{site.rstrip('/')}/{page}"
    at_site = sites.add(connection, site, NOW)
    for protocol in over:
        settled = Settlement(at_site.id, source, target, status, at, ping=Ping(source, target, protocol), **what)
        mention = mentions.settle(connection, settled)
    return mention.id


def owe(connection: Connection, source: str, status: DeliveryStatus, at: datetime = NOW) -> None:
    target = f"https://elsewhere.example/{next(NUMBERS)}"
    deliveries.add(connection, [Delivery(0, source, target, DeliveryStatus.WAITING, at)])
    owed = next(one for one in deliveries.of(connection, source) if one.target == target)
    deliveries.note(connection, replace(owed, status=status), at)


def lose(connection: Connection, mention_id: int, at: datetime, verdict: Verdict | None = LOST) -> None:
    """Let looks find that the link of a mention stands there, and that it went away."""
    known = mentions.get(connection, mention_id)
    stands = Settlement(known.site_id, known.source, known.target, Status.APPROVED, at)
    mentions.settle(connection, stands)
    mentions.settle(connection, replace(stands, status=Status.GONE, verdict=verdict, trouble="no_link"))


def return_(connection: Connection, mention_id: int, at: datetime) -> None:
    """Let a look find that the link of a mention is there again."""
    known = mentions.get(connection, mention_id)
    mentions.settle(connection, Settlement(known.site_id, known.source, known.target, Status.APPROVED, at))


async def of(database: Database, *urls: str) -> frozenset[int]:
    known = await database.read(sites.every)
    return frozenset(site.id for site in known if site.url in urls)


async def test_mentions_are_counted_by_day_and_by_where_they_stand(database: Database) -> None:
    def come(connection: Connection) -> None:
        for status in (Status.HELD, Status.APPROVED, Status.APPROVED, Status.REMOVED, Status.GONE, Status.RECEIVED):
            keep(connection, status)
        keep(connection, Status.APPROVED, at=datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC))
        keep(connection, Status.APPROVED, at=SINCE - timedelta(seconds=1))
        keep(connection, Status.SPAM)
        keep(connection, Status.INVALID)

    await database.write(come)
    found = await database.read(trends.by_status, await of(database, SITE), SINCE)
    assert found == {
        **{(TODAY, status): 1 for status in ("held", "removed", "gone", "received")},
        (TODAY, "approved"): 2,
        (YESTERDAY, "approved"): 1,
    }


async def test_what_came_over_two_protocols_counts_for_both(database: Database) -> None:
    def come(connection: Connection) -> None:
        keep(connection, over=("pingback", "webmention"))
        keep(connection, over=("webmention",), at=NOW - DAY)
        keep(connection, Status.SPAM, over=("trackback",))

    await database.write(come)
    found = await database.read(trends.by_protocol, await of(database, SITE), SINCE)
    assert found == {(TODAY, "pingback"): 1, (TODAY, "webmention"): 1, (YESTERDAY, "webmention"): 1}


async def test_only_the_sites_that_are_asked_for_are_counted(database: Database) -> None:
    def come(connection: Connection) -> None:
        keep(connection, host="mine.example")
        keep(connection, site=OTHER, host="theirs.example")
        keep(connection, Status.SPAM, site=OTHER)
        lose(connection, keep(connection, site=OTHER), NOW)
        keep(connection, Status.HELD, site=OTHER)

    await database.write(come)
    mine, both = await of(database, SITE), await of(database, SITE, OTHER)
    for sites_asked, links, spam in ((mine, 1, 0), (both, 4, 1)):
        assert (await database.read(trends.by_status, sites_asked, SINCE)).total() == links
        assert (await database.read(trends.by_protocol, sites_asked, SINCE)).total() == links
        assert (await database.read(trends.junk, sites_asked, SINCE)).total() == spam
    assert (await database.read(trends.ranking, mine, SINCE)).hosts == (("mine.example", 1),)
    assert [one.host for one in (await database.read(trends.new_hosts, mine, SINCE))[1]] == ["mine.example"]
    assert [(await database.read(trends.gone, one, SINCE))[0] for one in (mine, both)] == [0, 1]
    assert [await database.read(trends.waiting, one) for one in (mine, both)] == [0, 1]


async def test_of_no_site_there_is_nothing(database: Database) -> None:
    await database.write(keep)
    nobody = frozenset[int]()
    assert not await database.read(trends.by_status, nobody, SINCE)
    assert not await database.read(trends.junk, nobody, SINCE)
    assert await database.read(trends.ranking, nobody, SINCE) == trends.Ranking((), (), 0)
    assert await database.read(trends.waiting, nobody) == 0
    assert await database.read(trends.gone, nobody, SINCE) == (0, ())


async def test_junk_is_counted_the_same_before_and_after_it_is_counted_away(database: Database) -> None:
    def come(connection: Connection) -> list[int]:
        keep(connection, Status.SPAM, verdict=SPAM)
        old = [keep(connection, Status.SPAM, verdict=SPAM, at=at) for at in (NOW - DAY, NOW - DAY, SINCE - DAY)]
        by_hand = keep(connection, Status.SPAM, verdict=SPAM, at=NOW - DAY)
        mentions.decide(connection, by_hand, Status.SPAM, by="ana", now=NOW, next_look_at=None)
        return old

    old = await database.write(come)
    mine = await of(database, SITE)
    for _ in range(2):
        assert await database.read(trends.junk, mine, SINCE) == {TODAY: 1, YESTERDAY: 3}
        told = await database.read(trends.rules, mine, SINCE)
        assert told == trends.Rules((("copied", 3), ("by hand", 1)), 4)
        await database.write(junk.count_away, old)


async def test_hosts_and_pages_are_ranked_and_junk_is_not(database: Database) -> None:
    def come(connection: Connection) -> None:
        for host, page, times in (("a.example", "one", 3), ("b.example", "two", 2), ("c.example", "one#part", 1)):
            for _ in range(times):
                keep(connection, host=host, page=page)
        keep(connection, Status.GONE, host="b.example", page="two")
        for status in (Status.SPAM, Status.REMOVED, Status.INVALID):
            keep(connection, status, host="junk.example", page="three")
        keep(connection, host="old.example", page="old", at=SINCE - DAY)

    await database.write(come)
    found = await database.read(trends.ranking, await of(database, SITE), SINCE)
    assert found.hosts == (("a.example", 3), ("b.example", 3), ("c.example", 1))
    assert [(page.split("#")[0], times) for page, times in found.pages] == [(f"{SITE}one", 4), (f"{SITE}two", 3)]
    assert found.counted == 7


async def test_no_more_than_the_busiest_ten_are_named(database: Database) -> None:
    def come(connection: Connection) -> None:
        for number in range(12):
            lose(connection, keep(connection, host=f"h{number}.example", page=f"{number}"), NOW)
            keep(connection, host=f"h{number}.example")

    await database.write(come)
    mine = await of(database, SITE)
    ranked = await database.read(trends.ranking, mine, SINCE)
    assert (len(ranked.hosts), len(ranked.pages)) == (10, 10)
    assert ranked.pages[0] == (f"{SITE}post", 12)
    for question in (trends.new_hosts, trends.gone):
        times, named = await database.read(question, mine, SINCE)
        assert (times, len(named)) == (12, 10)


async def test_a_new_host_is_one_that_never_linked_before_and_is_no_junk(database: Database) -> None:
    def come(connection: Connection) -> None:
        keep(connection, host="known.example", at=SINCE - DAY)
        keep(connection, host="known.example")
        keep(connection, host="earlier.example", at=NOW - DAY)
        for _ in range(2):
            keep(connection, Status.HELD, host="new.example")
        keep(connection, Status.SPAM, host="junk.example")

    await database.write(come)
    found = await database.read(trends.new_hosts, await of(database, SITE), SINCE)
    latest = (trends.NewHost("new.example", NOW, 2), trends.NewHost("earlier.example", NOW - DAY, 1))
    assert found == (2, latest)


async def test_a_link_is_gone_since_it_was_last_seen_to_go_and_only_while_it_is(database: Database) -> None:
    def go(connection: Connection) -> tuple[int, int]:
        titled, long_ago = Citation(title="A title"), SINCE - 9 * DAY
        first, second = (keep(connection, at=long_ago, citation=titled) for _ in range(2))
        lose(connection, first, SINCE - DAY)
        lose(connection, first, NOW - DAY)
        lose(connection, second, NOW, None)
        lose(connection, keep(connection), SINCE - DAY)
        back = keep(connection)
        lose(connection, back, NOW)
        return_(connection, back, NOW)
        return first, second

    first, second = await database.write(go)
    times, named = await database.read(trends.gone, await of(database, SITE), SINCE)
    assert times == 2
    assert [(one.id, one.at, one.title, one.host, one.target) for one in named] == [
        (second, NOW, "A title", "blog.example", f"{SITE}post"),
        (first, NOW - DAY, "A title", "blog.example", f"{SITE}post"),
    ]


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("https://me.example/post", True),
        ("http://me.example/post", True),
        ("https://me.example.evil.example/post", False),
        ("https://other.example/blog/post", False),
        ("https://elsewhere.example/?u=https://me.example/", False),
    ],
)
async def test_deliveries_of_a_site_are_those_of_its_posts(database: Database, source: str, counts: bool) -> None:
    def come(connection: Connection) -> None:
        keep(connection)
        owe(connection, source, DeliveryStatus.SENT)

    await database.write(come)
    expected = {(TODAY, "sent"): 1}
    assert await database.read(trends.sent, await of(database, SITE), SINCE) == (expected if counts else {})
    assert await database.read(trends.sent, None, SINCE) == expected


async def test_deliveries_are_counted_by_day_and_by_what_became_of_them(database: Database) -> None:
    def come(connection: Connection) -> None:
        owe(connection, SITE, DeliveryStatus.SENT)
        owe(connection, SITE, DeliveryStatus.FAILED, NOW - DAY)
        owe(connection, SITE, DeliveryStatus.FAILED, NOW - DAY)
        owe(connection, SITE, DeliveryStatus.SENT, SINCE - DAY)

    await database.write(come)
    assert await database.read(trends.sent, None, SINCE) == {(TODAY, "sent"): 1, (YESTERDAY, "failed"): 2}


async def test_what_others_send_from_the_same_server_cuts_nothing_of_a_site(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trends, "MOST_SENT", 3)

    def come(connection: Connection) -> None:
        keep(connection)
        keep(connection, site=OTHER)
        for at in range(5):
            owe(connection, SITE, DeliveryStatus.SENT, NOW - at * DAY)
        for _ in range(9):
            owe(connection, OTHER, DeliveryStatus.FAILED)

    await database.write(come)
    mine, both = await of(database, SITE), await of(database, SITE, OTHER)
    found = await database.read(trends.sent, mine, SINCE)
    assert found.total() == 3
    assert {status for _, status in found} == {"sent"}
    assert await database.read(trends.sent, both, SINCE) == {(TODAY, "failed"): 3}
    assert await database.read(trends.sent, frozenset(), SINCE) == {}
