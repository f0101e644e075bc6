"""Events: what changed of a mention is written down, by whom, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from linkback.core.changes import Difference
from linkback.core.model import Change, Citation, Event, Mention, Ping, Site, Status
from linkback.storage import events, mentions, sites
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import events as table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PING = Ping("https://a.example/", "https://me.example/", "webmention")


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, PING.target, NOW)


@pytest.fixture
async def mention(database: Database, site: Site) -> Mention:
    settlement = Settlement(site.id, PING.source, PING.target, Status.APPROVED, NOW, Citation("Bread"), ping=PING)
    return await database.write(mentions.settle, settlement)


def again(site: Site, title: str, status: Status = Status.APPROVED, *, force: bool = False) -> Settlement:
    return Settlement(site.id, PING.source, PING.target, status, LATER, Citation(title), force=force)


def titles(number: int) -> list[Difference]:
    return [(Change.TITLE, str(at), str(at + 1)) for at in range(number)]


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


async def test_the_first_writing_is_no_event(database: Database, mention: Mention) -> None:
    assert await database.read(events.of, mention.id) == ()


async def test_a_look_that_finds_nothing_new_writes_nothing(database: Database, site: Site, mention: Mention) -> None:
    await database.write(mentions.settle, again(site, "Bread"))
    assert await database.read(events.of, mention.id) == ()


async def test_a_change_is_written_with_the_look_that_found_it(
    database: Database, site: Site, mention: Mention
) -> None:
    await database.write(mentions.settle, again(site, "Pills", Status.HELD))
    expected = (Event(LATER, Change.STATUS, "approved", "held"), Event(LATER, Change.TITLE, "Bread", "Pills"))
    assert await database.read(events.of, mention.id) == expected


async def test_a_decision_says_who_made_it(database: Database, mention: Mention) -> None:
    decide = mentions.decide
    for by in ("ana", "ben"):
        await database.write(decide, mention.id, Status.SPAM, by=by, now=LATER, next_look_at=None)
    assert await database.read(events.of, mention.id) == (Event(LATER, Change.STATUS, "approved", "spam", "ana"),)


async def test_a_report_that_begins_anew_is_an_event(database: Database, site: Site, mention: Mention) -> None:
    gone = again(site, "Bread", Status.GONE, force=True)
    await database.write(mentions.settle, gone)
    await database.write(mentions.keep, PING, site_id=site.id, now=LATER, look_at=LATER)
    told = await database.read(events.of, mention.id)
    assert [(event.before, event.after) for event in told] == [("approved", "gone"), ("gone", "received")]


async def test_only_the_newest_events_of_a_mention_are_kept(database: Database, site: Site, mention: Mention) -> None:
    other = await database.write(
        mentions.settle, Settlement(site.id, "https://b.example/", PING.target, Status.HELD, NOW, ping=PING)
    )
    await database.write(events.note, other.id, titles(2), at=NOW)
    for _ in range(3):
        await database.write(events.note, mention.id, titles(99), at=NOW)
    kept = await database.read(events.of, mention.id)
    assert len(kept) == events.MOST_KEPT
    assert [event.before for event in kept[-2:]] == ["97", "98"]
    assert len(await database.read(events.of, other.id)) == 2


async def test_hostile_words_do_not_lose_the_event(database: Database, mention: Mention) -> None:
    await database.write(events.note, mention.id, [(Change.TITLE, "a\0b", "c\ud800d")], at=NOW)
    assert await database.read(events.of, mention.id) == (Event(NOW, Change.TITLE, "ab", "c?d"),)


async def test_a_history_goes_with_its_mention(database: Database, site: Site, mention: Mention) -> None:
    await database.write(events.note, mention.id, titles(3), at=NOW)
    await database.write(sites.remove, site.url)
    assert await database.read(count) == 0
