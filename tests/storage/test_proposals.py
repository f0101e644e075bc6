"""Sites that people want to add: kept with their word until they are proven, given up, or old."""

from datetime import UTC, datetime, timedelta

import pytest

from linkback.core.errors import NotFound
from linkback.core.model import User
from linkback.storage import proposals, users
from linkback.storage.database import Database
from linkback.storage.proposals import ProposedSite

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://blog.example/"


async def person(database: Database, name: str) -> User:
    return await database.write(users.add, User(0, name), "", NOW)


async def proposed(
    database: Database, user: User, url: str = URL, word: str = "word", at: datetime = NOW
) -> ProposedSite:
    return await database.write(proposals.add, ProposedSite(0, user.id, url, word, at))


async def test_a_proposal_keeps_its_word_when_it_is_made_again(database: Database) -> None:
    ana = await person(database, "ana")
    first = await proposed(database, ana)
    assert first == ProposedSite(first.id, ana.id, URL, "word", NOW)
    assert await proposed(database, ana, word="another", at=NOW + timedelta(1)) == first
    assert await database.read(proposals.of, ana.id) == [first]


async def test_two_people_may_propose_one_site_and_neither_sees_the_other(database: Database) -> None:
    ana, ben = await person(database, "ana"), await person(database, "ben")
    hers, his = await proposed(database, ana), await proposed(database, ben, word="his")
    assert await database.read(proposals.get, ben.id, his.id) == his
    assert await database.read(proposals.count, ana.id) == 1
    for user_id, proposal_id in ((ben.id, hers.id), (ana.id, 0), (ana.id, 2**70)):
        with pytest.raises(NotFound):
            await database.read(proposals.get, user_id, proposal_id)


async def test_what_a_look_was_short_of_is_kept_a_line_each(database: Database) -> None:
    ana = await person(database, "ana")
    kept = await proposed(database, ana)
    await database.write(proposals.note, kept.id, ("no\nheader", "404\0", "no record"))
    assert (await database.read(proposals.get, ana.id, kept.id)).troubles == ("no header", "404", "no record")


async def test_a_proposal_is_forgotten(database: Database) -> None:
    ana = await person(database, "ana")
    old, new = [await proposed(database, ana, f"{URL}{n}/", at=NOW + timedelta(n)) for n in (0, 1)]
    assert await database.write(proposals.forget, NOW) == 1
    assert await database.read(proposals.of, ana.id) == [new]
    await database.write(proposals.drop, new.id)
    assert await database.read(proposals.of, ana.id) == []
    assert old != new


async def test_proposals_go_with_the_person_who_made_them(database: Database) -> None:
    ana = await person(database, "ana")
    await proposed(database, ana)
    await database.write(users.remove, ana.id)
    assert await database.read(proposals.of, ana.id) == []
