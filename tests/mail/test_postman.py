"""Letters reach a real mail server, over connections that keep secrets, and what goes wrong is said and tried again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from linkback.core.model import Letter, User
from linkback.mail import Postman, Relay, Stationery, Trouble
from linkback.mail.postman import LETTER_LEASE
from linkback.storage import letters, users
from linkback.storage.database import Database
from tests.mail.servers import Certified, MailServer, certified, mail_server, read, text_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANA = "ana@me.example"
STATIONERY = Stationery("links@links.example", "links.example")


@pytest.fixture(scope="module")
def tls() -> Certified:
    return certified()


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database.open(sqlite_url)
    yield opened
    await asyncio.to_thread(opened.close)


def relay_at(server: MailServer, security: str = "none", **more: object) -> Relay:
    return replace(Relay("127.0.0.1", server.port, STATIONERY.sender, security, patience=5.0), **more)  # type: ignore[arg-type]  # fields of Relay, by name


def postman_of(database: Database, relay: Relay | None, now: datetime = NOW) -> Postman:
    return Postman(database, relay, STATIONERY, lambda: now)


async def sent(postman: Postman, count: int = 1, *, to: str = ANA) -> list[Letter]:
    """Post letters, and have what is due sent."""
    for number in range(count):
        assert await postman.post(to, f"Letter {number}", ["Good day."], link="https://links.example/reset/x")
    return await round_of(postman)


async def round_of(postman: Postman) -> list[Letter]:
    now = postman.now()
    return await postman.send(await postman.database.write(letters.claim, now, now + LETTER_LEASE, 20))


async def test_a_letter_arrives_as_it_was_written(database: Database) -> None:
    with mail_server() as server:
        [letter] = await sent(postman_of(database, relay_at(server)))
    [message] = server.messages()
    assert (letter.sent_at, letter.next_try_at, letter.trouble) == (NOW, None, "")
    assert server.envelopes == [(STATIONERY.sender, [ANA])]
    assert (message["To"], message["From"]) == (ANA, "Linkback <links@links.example>")
    assert "https://links.example/reset/x" in text_of(message)
    assert message["List-Unsubscribe"] is None  # somebody asked for it


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_name_and_password_go_over_tls_only(database: Database, tls: Certified, security: str) -> None:
    offered = {"starttls": {"starttls": tls.server}, "tls": {"tls": tls.server}}[security]
    password = {"starttls": "secret", "tls": ""}[security]  # aiosmtpd offers no AUTH on a port that is TLS already
    with mail_server(password=password, **offered) as server:
        relay = relay_at(server, security, trust=tls.client, user="ana" if password else "", password=password)
        [letter] = await sent(postman_of(database, relay))
    assert letter.sent_at == NOW
    assert (server.signed_in, server.encrypted) == ([bool(password)], [True])


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("wrong password", "refused name and password"),
        ("no STARTTLS", "offers no STARTTLS"),
        ("unknown certificate", "certificate"),
        ("nobody there", "cannot be reached"),
        ("no TLS", "No TLS"),
        ("no AUTH", "asks for no name and password"),
    ],
)
async def test_a_connection_that_fails_is_said_in_words_and_tried_again(
    database: Database, tls: Certified, case: str, words: str
) -> None:
    offered = {"starttls": tls.server} if case in ("wrong password", "unknown certificate") else {}
    with mail_server(password="secret" if case == "wrong password" else "", **offered) as server:
        relay = {
            "wrong password": relay_at(server, "starttls", trust=tls.client, user="ana", password="open sesame"),
            "no STARTTLS": relay_at(server, "starttls"),
            "unknown certificate": relay_at(server, "starttls"),
            "nobody there": relay_at(MailServer(port=9)),
            "no TLS": relay_at(server, "tls", trust=tls.client),
            "no AUTH": relay_at(server, user="ana", password="open sesame"),
        }[case]
        [letter] = await sent(postman_of(database, relay))
    assert words in letter.trouble
    assert "sesame" not in letter.trouble + repr(relay)
    assert (letter.tries, letter.sent_at, letter.refused) == (1, None, False)
    assert letter.next_try_at == NOW + timedelta(minutes=1)
    assert server.letters == []


async def test_one_connection_carries_all_letters_of_a_round(database: Database) -> None:
    with mail_server() as server:
        done = await sent(postman_of(database, relay_at(server)), 3)
    assert [letter.sent_at for letter in done] == [NOW] * 3
    assert (len(server.letters), server.connections) == (3, 1)


async def test_an_address_that_is_refused_for_good_is_not_tried_again_and_holds_up_no_other(database: Database) -> None:
    with mail_server() as server:
        server.refusals = {ANA: "550 5.1.1 Nobody of that name\x07 here"}
        postman = postman_of(database, relay_at(server))
        await postman.post("ben@me.example", "Later", ["Good day."])
        refused, taken = sorted(await sent(postman), key=lambda letter: letter.recipient)
        assert await round_of(postman_of(database, postman.relay, NOW + timedelta(days=9))) == []
    assert (refused.next_try_at, refused.refused) == (None, True)
    assert refused.trouble == "The mail server refused the address: 550 5.1.1 Nobody of that name here"
    assert taken.sent_at == NOW


async def test_what_is_refused_for_now_is_tried_again_in_the_same_bytes_and_given_up_in_the_end(
    database: Database,
) -> None:
    now, tries = NOW, 1
    with mail_server() as server:
        server.at_end = "451 4.3.0 Later, please"
        [letter] = await sent(postman_of(database, relay_at(server)))
        while letter.next_try_at is not None:
            assert await round_of(postman_of(database, relay_at(server), now)) == []
            now, tries = letter.next_try_at, tries + 1
            [letter] = await round_of(postman_of(database, relay_at(server), now))
    assert (letter.tries, letter.refused) == (tries, False)
    assert timedelta(days=2) < now - NOW < timedelta(days=5)
    assert len(set(server.letters)) == 1


async def test_a_postman_who_dies_before_he_notes_it_sends_the_same_letter_once_more(database: Database) -> None:
    with mail_server() as server:
        postman = postman_of(database, relay_at(server))
        await postman.post(ANA, "Twice", ["Good day."])
        [claimed] = await database.write(letters.claim, NOW, NOW + LETTER_LEASE, 20)
        assert postman.relay is not None
        async with postman.relay.connected() as connection:
            await connection.send(claimed.recipient, claimed.message)
        assert await round_of(postman) == []  # somebody has it
        await round_of(postman_of(database, postman.relay, NOW + LETTER_LEASE))
        assert await round_of(postman_of(database, postman.relay, NOW + timedelta(days=9))) == []
    first, second = server.letters
    assert first == second
    assert read(first)["Message-ID"]


@pytest.mark.parametrize("rescued", ["saved again", "answered once"])
async def test_an_address_that_refused_three_letters_in_a_row_gets_no_more(database: Database, rescued: str) -> None:
    refused = partial(letters.trouble_with, user_id=1, address=ANA)
    await database.write(_a_person)
    for number in range(3):
        assert await database.read(refused) == ""
        await database.write(letters.add, _ended(number, refused=True))
    assert await database.read(refused) == "550 nobody"
    if rescued == "saved again":
        await database.write(letters.forgive, 1)
    else:
        await database.write(letters.add, _ended(9, refused=False))
    assert await database.read(refused) == ""


async def test_without_a_mail_server_nothing_is_posted(database: Database) -> None:
    postman = postman_of(database, None)
    assert not await postman.post(ANA, "Nothing", ["Good day."])
    assert await postman.latest(9, every=True) == []
    with pytest.raises(Trouble, match="No mail server is set"):
        await postman.try_out(ANA)


async def test_what_was_sent_is_listed_without_its_text(database: Database) -> None:
    with mail_server() as server:
        postman = postman_of(database, relay_at(server))
        await sent(postman)
    assert await postman.latest(9) == []
    [letter] = await postman.latest(9, every=True)
    assert (letter.message, letter.recipient, letter.tries) == (b"", ANA, 1)


@pytest.mark.parametrize("answer", ["550 5.1.1 nobody", "554 5.7.1 no"])
async def test_the_text_of_a_letter_that_failed_is_forgotten(database: Database, answer: str) -> None:
    with mail_server() as server:
        server.at_end = answer
        await sent(postman := postman_of(database, relay_at(server)))
    [letter] = await postman.latest(9)
    assert (letter.message, letter.next_try_at, letter.sent_at) == (b"", None, None)


async def test_a_letter_is_tried_no_more_once_its_link_is_good_for_nothing(database: Database) -> None:
    now = NOW
    with mail_server() as server:
        server.at_end = "451 4.3.0 Later, please"
        await postman_of(database, relay_at(server)).post(ANA, "Reset", ["Soon."], lasts=timedelta(hours=1))
        while due := await database.read(letters.next_due):
            now = due
            await round_of(postman_of(database, relay_at(server), now))
    assert len(server.letters) > 1
    assert now < NOW + timedelta(hours=1)
    [letter] = await postman_of(database, None).latest(9)
    assert letter.message == b""


async def test_old_letters_are_forgotten_but_for_the_newest_few_of_a_person(database: Database) -> None:
    await database.write(_a_person)
    for number in range(5):
        await database.write(letters.add, _ended(number, refused=number != 2))
        await database.write(letters.add, replace(_ended(number, refused=True), user_id=None))
    assert await database.write(letters.forget, NOW) == 0
    assert await database.write(letters.forget, NOW + timedelta(days=1)) == 7
    assert [one.tries for one in await database.read(letters.latest, 9)] == [4, 3, 2]
    assert await database.read(letters.last_at, 1) == NOW


def _a_person(connection: Connection) -> None:
    users.add(connection, User(0, "ana", ANA), "", NOW)


def _ended(number: int, *, refused: bool) -> Letter:
    sent_at = None if refused else NOW
    return Letter(0, ANA, b"x", NOW, user_id=1, tries=number, sent_at=sent_at, trouble="550 nobody", refused=refused)
