"""What is kept of people: names, seats, sessions, passes, tokens, tries, keys, and links that were used."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from linkback.core.errors import NotFound, Unfit
from linkback.core.model import Pace, Pass, Purpose, Role, Scope, Seat, Session, Site, User
from linkback.storage import keys, passes, seats, sessions, sites, spent, tokens, tries, users
from linkback.storage.database import Database
from linkback.storage.tables import metadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SECRET = "a secret that a browser or a program holds"


async def person(database: Database, name: str = "Ana", *, admin: bool = False, email: str = "") -> User:
    return await database.write(users.add, User(0, name, email, admin=admin), "a hash", NOW)


async def site_at(database: Database, url: str) -> Site:
    return await database.write(sites.add, url, NOW)


async def test_a_person_is_kept_as_said(database: Database) -> None:
    ana = await person(database, email="ana@example.org", admin=True)
    assert ana == User(ana.id, "Ana", "ana@example.org", True, Pace.DAILY, 7, NOW)
    assert await database.read(users.by_id, ana.id) == ana
    kept = await database.read(users.secured, "ana")
    assert kept == users.Secured(ana, "a hash")


@pytest.mark.parametrize("name", ["ana", "ANA", "Ana", "\N{FULLWIDTH LATIN SMALL LETTER A}na", "a\0na"])
async def test_a_person_is_found_in_whatever_letters_their_name_is_written(database: Database, name: str) -> None:
    ana = await person(database)
    assert await database.read(users.get, name) == ana
    with pytest.raises(Unfit):
        await database.write(users.add, User(0, name), "", NOW)
    assert await database.read(users.every) == [ana]


async def test_a_person_is_found_by_their_address_for_mail(database: Database) -> None:
    ana = await person(database, email="Ana@Example.org")
    ida = await person(database, "Ida", email="ana@example.org")
    await person(database, "Ben")
    assert await database.read(users.at_address, "ana@example.ORG", 5) == [ana, ida]
    assert await database.read(users.at_address, "ana@example.ORG", 1) == [ana]
    assert await database.read(users.at_address, "", 5) == []
    assert await database.read(users.at_address, "ben@example.org", 5) == []


async def test_a_person_is_changed_and_forgotten(database: Database) -> None:
    ana = await person(database)
    changed = replace(ana, name="Anna", email="a@b.example", pace=Pace.NEVER, mail_at=23, admin=True)
    await database.write(users.save, changed)
    assert await database.read(users.get, "anna") == changed
    await database.write(users.remove, ana.id)
    for change in (lambda c: users.save(c, ana), lambda c: users.remove(c, ana.id), lambda c: users.by_id(c, ana.id)):
        with pytest.raises(NotFound):
            await database.write(change)


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**20])
async def test_an_id_that_nobody_can_have_is_not_found(database: Database, number: int) -> None:
    ana = await person(database)
    for look in (lambda c: users.by_id(c, number), lambda c: tokens.drop(c, ana.id, number)):
        with pytest.raises(NotFound):
            await database.write(look)


async def test_an_admin_has_a_seat_at_every_site_and_others_at_those_given_to_them(database: Database) -> None:
    ana, ben = await person(database, admin=True), await person(database, "Ben")
    z, a = await site_at(database, "https://z.example/"), await site_at(database, "https://a.example/")
    await database.write(seats.put, Seat(ben.id, z.id, Role.OWNER))
    await database.write(seats.put, Seat(ben.id, z.id, Role.MODERATOR))
    assert await database.read(seats.of, ana) == [(a, Role.OWNER), (z, Role.OWNER)]
    assert await database.read(seats.of, ben) == [(z, Role.MODERATOR)]
    assert await database.read(seats.at, z.id) == [Seat(ben.id, z.id, Role.MODERATOR)]
    await database.write(seats.remove, ben.id, z.id)
    assert await database.read(seats.of, ben) == []


async def test_sites_are_akin_by_an_owner_in_common_and_those_of_nobody_are_the_admins(database: Database) -> None:
    root, ann, bob = await person(database, "Root", admin=True), await person(database), await person(database, "Bob")
    a, b, too, nobodys, roots = [
        (await site_at(database, f"https://{name}.example/")).id for name in ("a", "b", "too", "nobodys", "roots")
    ]
    assert await database.read(seats.akin, a) == await database.read(seats.akin, None) == {a, b, too, nobodys, roots}
    owners = ((ann, a), (ann, too), (bob, b), (root, roots))
    for who, site in owners:
        await database.write(seats.put, Seat(who.id, site, Role.OWNER))
    await database.write(seats.put, Seat(ann.id, b, Role.MODERATOR))
    found = {site: await database.read(seats.akin, site) for site in (a, b, nobodys, roots, None)}
    operators = {nobodys, roots}
    assert found == {a: {a, too}, b: {b}, nobodys: operators, roots: operators, None: operators}


async def test_a_session_is_found_by_its_secret_until_it_ends(database: Database) -> None:
    ana = await person(database)
    session = Session(ana.id, "a form key", NOW, NOW, LATER)
    await database.write(sessions.add, SECRET, session)
    assert await database.read(sessions.find, SECRET, NOW) == (session, ana)
    assert await database.read(sessions.find, SECRET, LATER) is None
    assert await database.read(sessions.find, f"{SECRET}.", NOW) is None
    await database.write(sessions.touch, SECRET, LATER, LATER + timedelta(days=1))
    assert await database.read(sessions.find, SECRET, LATER) is not None
    await database.write(sessions.end, SECRET)
    assert await database.read(sessions.find, SECRET, NOW) is None


async def test_sessions_end_together_and_those_that_ended_are_forgotten(database: Database) -> None:
    ana, ben = await person(database), await person(database, "Ben")
    for number, user in enumerate((ana, ana, ben)):
        await database.write(sessions.add, f"{number}", Session(user.id, "", NOW, NOW, LATER))
    assert await database.write(sessions.end_all, ana.id) == 2
    assert await database.write(sessions.forget, NOW) == 0
    assert await database.write(sessions.forget, LATER) == 1


async def test_a_pass_is_used_once_for_its_purpose_and_in_its_time(database: Database) -> None:
    ana = await person(database)
    issued = Pass(Purpose.RESET, LATER, ana.id)
    await database.write(passes.add, SECRET, issued)
    assert await database.write(passes.take, SECRET, Purpose.INVITE, NOW) is None
    assert await database.write(passes.take, SECRET, Purpose.RESET, LATER) is None
    assert await database.read(passes.find, SECRET, Purpose.RESET, NOW) == issued
    assert await database.write(passes.take, SECRET, Purpose.RESET, NOW) == issued
    assert await database.write(passes.take, SECRET, Purpose.RESET, NOW) is None


async def test_of_several_who_use_a_pass_at_once_one_gets_it(database: Database) -> None:
    await database.write(passes.add, SECRET, Pass(Purpose.SETUP, LATER))
    taken = await asyncio.gather(*(database.write(passes.take, SECRET, Purpose.SETUP, NOW) for _ in range(6)))
    assert sum(each is not None for each in taken) == 1


async def test_passes_that_ended_are_forgotten(database: Database) -> None:
    await database.write(passes.add, SECRET, Pass(Purpose.SETUP, LATER))
    assert await database.write(passes.forget, NOW) == 0
    assert await database.write(passes.forget, LATER) == 1


async def test_a_token_is_found_by_its_secret_and_belongs_to_a_person(database: Database) -> None:
    ana, ben = await person(database), await person(database, "Ben")
    site = await site_at(database, "https://a.example/")
    scopes = {Scope.READ, Scope.DECIDE}
    made = await database.write(tokens.add, SECRET, ana.id, "A reader", scopes, site.id, NOW)
    assert (made.name, made.scopes, made.site_id, made.created_at, made.used_at) == (
        "A reader", scopes, site.id, NOW, None,
    )  # fmt: skip
    assert await database.read(tokens.of, ana.id) == [made]
    assert await database.read(tokens.count, ben.id) == 0
    assert await database.read(tokens.find, SECRET) == (made, ana)
    await database.write(tokens.note_use, made.id, LATER)
    assert await database.read(tokens.find, SECRET) == (replace(made, used_at=LATER), ana)
    with pytest.raises(NotFound):
        await database.write(tokens.drop, ben.id, made.id)
    await database.write(tokens.drop, ana.id, made.id)
    assert await database.read(tokens.find, SECRET) is None


async def test_a_token_for_one_site_goes_with_the_site(database: Database) -> None:
    ana, site = await person(database), await site_at(database, "https://a.example/")
    await database.write(tokens.add, SECRET, ana.id, "A reader", {Scope.READ}, site.id, NOW)
    await database.write(sites.remove, site.url)
    assert await database.read(tokens.find, SECRET) is None


async def test_all_that_is_a_persons_goes_with_them(database: Database) -> None:
    ana, site = await person(database), await site_at(database, "https://a.example/")
    await database.write(seats.put, Seat(ana.id, site.id, Role.OWNER))
    await database.write(sessions.add, SECRET, Session(ana.id, "", NOW, NOW, LATER))
    await database.write(passes.add, SECRET, Pass(Purpose.RESET, LATER, ana.id))
    await database.write(tokens.add, SECRET, ana.id, "A reader", {Scope.READ}, None, NOW)
    await database.write(users.remove, ana.id)
    assert await database.read(seats.at, site.id) == []
    assert await database.read(sessions.find, SECRET, NOW) is None
    assert await database.read(passes.find, SECRET, Purpose.RESET, NOW) is None
    assert await database.read(tokens.find, SECRET) is None


async def test_no_secret_stands_in_any_table(database: Database) -> None:
    ana = await person(database)
    await database.write(sessions.add, SECRET, Session(ana.id, "", NOW, NOW, LATER))
    await database.write(passes.add, SECRET, Pass(Purpose.RESET, LATER, ana.id))
    await database.write(tokens.add, SECRET, ana.id, "A reader", {Scope.READ}, None, NOW)
    await database.write(spent.spend, SECRET, LATER)
    kept = await database.read(everything)
    assert kept
    assert not [value for value in kept if SECRET.encode() in value]


def everything(connection: Connection) -> list[bytes]:
    found: list[bytes] = []
    for name in ("sessions", "passes", "tokens", "spent"):
        for row in connection.execute(select(metadata.tables[name])):
            found += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return found


async def test_tries_are_counted_by_subject_and_forgotten_in_time(database: Database) -> None:
    key = await database.write(keys.key_for, "tries")
    ana, ben = tries.subject(key, "account", "ana"), tries.subject(key, "account", "ben")
    ids = await database.write(tries.add, [ana, ben], NOW)
    await database.write(tries.add, [ana], LATER)
    before = NOW - timedelta(seconds=1)
    assert await database.read(tries.latest, ana, before, 10) == [LATER, NOW]
    assert await database.read(tries.latest, ana, before, 1) == [LATER]
    assert await database.read(tries.latest, ana, NOW, 10) == [LATER]
    await database.write(tries.take_back, ids)
    assert await database.read(tries.latest, ana, before, 10) == [LATER]
    assert await database.read(tries.latest, ben, before, 10) == []
    assert await database.write(tries.forget, NOW) == 0
    assert await database.write(tries.forget, LATER) == 1


def test_a_subject_of_tries_tells_nothing_without_the_key() -> None:
    assert tries.subject(b"one", "account", "ana") != tries.subject(b"another", "account", "ana")
    assert tries.subject(b"one", "account", "ana") != tries.subject(b"one", "address", "ana")


async def test_a_key_is_made_once_for_each_purpose(database: Database) -> None:
    assert await database.read(keys.find, "forms") is None
    made: Iterable[bytes] = await asyncio.gather(*(database.write(keys.key_for, "forms") for _ in range(6)))
    (key,) = set(made)
    assert len(key) == 32
    assert await database.read(keys.find, "forms") == key == await database.write(keys.hold, "forms")
    assert await database.write(keys.key_for, "mail") != key


async def test_a_signed_link_is_spent_once(database: Database) -> None:
    assert not await database.read(spent.is_spent, SECRET)
    first = await asyncio.gather(*(database.write(spent.spend, SECRET, LATER) for _ in range(6)))
    assert sum(first) == 1
    assert await database.read(spent.is_spent, SECRET)
    assert await database.write(spent.forget, NOW) == 0
    assert await database.write(spent.forget, LATER) == 1
    assert not await database.read(spent.is_spent, SECRET)
