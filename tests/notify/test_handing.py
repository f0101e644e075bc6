"""News become letters on every database, each once, however many workers there are."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from linkback.core.model import Citation, News, NewsKind, Pace, Ping, Role, Seat, Site, Status, User
from linkback.mail import Stationery
from linkback.moderate import Moderator
from linkback.notify import Handed, Notifier, Office, hand_out
from linkback.notify.notifier import PUT_OFF
from linkback.notify.writing import MOST_NOTICES, write_to
from linkback.storage import letters, mentions, news, notices, seats, sites, users
from linkback.storage.database import Database
from linkback.storage.settlement import Settlement
from linkback.storage.tables import news as table
from tests.mail.servers import read, text_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
OFFICE = Office("https://links.example/", Stationery("links@links.example", "links.example"))
ALL = 1_000


@pytest.fixture
async def site(database: Database) -> Site:
    return await database.write(sites.add, "https://me.example/", NOW)


@pytest.fixture
async def ana(database: Database, site: Site) -> User:
    user = await database.write(users.add, User(0, "ana", "ana@me.example", pace=Pace.DAILY), "", NOW)
    await database.write(seats.put, Seat(user.id, site.id, Role.OWNER))
    return user


async def came(database: Database, site: Site, path: str, status: Status = Status.HELD) -> int:
    ping = Ping(f"https://blog.example/{path}", f"{site.url}post", "webmention")
    said = Citation(f"About {path}", excerpt="I read this.")
    seen = Settlement(site.id, ping.source, ping.target, status, NOW, said, ping=ping)
    return (await database.write(mentions.settle, seen)).id


async def test_several_workers_hand_each_piece_of_news_out_once(database: Database, site: Site, ana: User) -> None:
    for number in range(20):
        await came(database, site, f"{number}")
    handed: list[Handed] = await asyncio.gather(*(database.write(hand_out, NOW) for _ in range(6)))
    assert sum(one.count for one in handed) == 20
    assert len(await database.read(notices.of, ana.id, ALL)) == 20
    assert await database.read(news.next_due) is None


async def test_the_notices_of_who_cannot_be_written_to_are_dropped(database: Database, site: Site, ana: User) -> None:
    await came(database, site, "waits")
    await database.write(hand_out, NOW)
    await database.write(users.save, replace(ana, email="jürgen@me.example"))
    assert await database.write(write_to, ana.id, OFFICE, TOMORROW) is None
    assert await database.read(notices.of, ana.id, ALL) == []


async def test_several_workers_write_one_letter(database: Database, site: Site, ana: User) -> None:
    for path, status in (("waits", Status.HELD), ("public", Status.APPROVED), ("junk", Status.SPAM)):
        await came(database, site, path, status)
    withdrawn = await came(database, site, "withdrawn", Status.APPROVED)
    await Moderator(database, lambda: NOW).remove(withdrawn, by="ben")
    own = await came(database, site, "own")
    await Moderator(database, lambda: NOW).approve(own, by="ana")
    await database.write(hand_out, NOW)
    claimed = await asyncio.gather(*(database.write(notices.claim, TOMORROW, TOMORROW, 10) for _ in range(3)))
    assert [user.id for part in claimed for user in part][:1] == [ana.id]
    unit = partial(write_to, user_id=ana.id, office=OFFICE, now=TOMORROW)
    written = [one for one in await asyncio.gather(*(database.write(unit) for _ in range(4))) if one is not None]
    [letter] = await database.write(letters.claim, TOMORROW, TOMORROW + timedelta(hours=1), 10)
    assert [one.id for one in written] == [letter.id]
    text = text_of(read(letter.message))
    for path, is_told in (("waits", True), ("public", True), ("withdrawn", True), ("junk", False), ("own", False)):
        assert (f"https://blog.example/{path}\n" in text) is is_told, path
    assert "1 junk mention was kept away" in text


async def test_what_is_handed_out_without_mail_is_kept_for_nobody(database: Database, site: Site, ana: User) -> None:
    await came(database, site, "a")
    handed = await database.write(partial(hand_out, by_mail=False), NOW)
    assert (handed.count, await database.read(notices.of, ana.id, ALL)) == (1, [])


async def test_a_person_hears_of_what_others_did_to_what_they_decided(
    database: Database, site: Site, ana: User
) -> None:
    mention_id = await came(database, site, "a")
    later = TOMORROW + timedelta(hours=1)
    await Moderator(database, lambda: TOMORROW).approve(mention_id, by="ana")
    await Moderator(database, lambda: later).undo(by="ben")
    await database.write(hand_out, later)
    told = [one.news.kind for one in await database.read(notices.of, ana.id, ALL)]
    assert told == [NewsKind.WAITING, NewsKind.WITHDRAWN, NewsKind.WAITING]


async def test_bad_news_are_put_off_and_hold_up_no_others(database: Database, site: Site, ana: User) -> None:
    for path in "abc":
        await came(database, site, path)
    spoil = update(table).where(table.c.mention_id == 2).values(kind="of a later version")
    await database.write(lambda connection: connection.execute(spoil))
    notifier = Notifier(database, OFFICE, lambda: NOW, by_mail=True)
    handed = await notifier.hand_out()
    assert (handed.count, len(handed.troubles)) == (2, 1)
    assert [one.news.mention_id for one in await database.read(notices.of, ana.id, ALL)] == [1, 3]
    assert await database.read(news.next_due) == NOW + PUT_OFF


async def test_what_does_not_fit_into_a_letter_comes_in_the_next_even_if_that_one_is_not_worth_it(
    database: Database, site: Site, ana: User
) -> None:
    decided, waiting = await came(database, site, "decided"), await came(database, site, "waiting")
    await Moderator(database, lambda: NOW).remove(decided, by="ana")
    about = [News(0, site.id, NewsKind.WAITING, NOW, decided)] * MOST_NOTICES
    last = News(0, site.id, NewsKind.WAITING, NOW, waiting)
    await database.write(notices.add, [(ana.id, one) for one in (*about, last)])
    assert await database.write(write_to, ana.id, OFFICE, NOW) is None
    due = await database.read(notices.next_due)
    assert due is not None
    letter = await database.write(write_to, ana.id, OFFICE, due)
    assert letter is not None
    assert "https://blog.example/waiting" in text_of(read(letter.message))
