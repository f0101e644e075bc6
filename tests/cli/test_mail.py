"""linkback mail: see whether mail arrives, and what became of letters."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from linkback.cli.serving import wants_mail
from linkback.core.model import Letter, Pace, User
from linkback.desk import open_database
from linkback.settings import Settings
from linkback.storage import letters
from tests.cli.conftest import Desk
from tests.mail.servers import MailServer, certified, mail_server, text_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LETTERS = [
    Letter(0, "waits@me.example", b"x", NOW, next_try_at=NOW, tries=1, trouble="451 later"),
    Letter(0, "failed@me.example", b"x", NOW, tries=2, trouble="550 nobody", refused=True),
    Letter(0, "sent@me.example", b"x", NOW, tries=1, sent_at=NOW),
]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    with mail_server() as server:
        monkeypatch.setenv("LINKBACK_MAIL_SERVER", server.address)
        monkeypatch.setenv("LINKBACK_MAIL_SECURITY", "none")
        monkeypatch.setenv("LINKBACK_MAIL_SENDER", "links@links.example")
        yield server


async def _put(url: str) -> None:
    async with open_database(Settings(database=url)) as database:
        for letter in LETTERS:
            await database.write(letters.add, letter)


def test_a_letter_is_sent_at_once_to_see_whether_it_arrives(linkback: Desk, post: MailServer) -> None:
    done = linkback("mail", "test", "ana@me.example")
    assert (done.status, done.out) == (0, "")
    assert f"{post.address} took the letter to ana@me.example" in done.err
    [letter] = post.messages()
    assert (letter["To"], letter["Subject"]) == ("ana@me.example", "Mail of Linkback arrives")
    assert "It does." in text_of(letter)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("address refused", "refused the address: 550 5.1.1 nobody"),
        ("no STARTTLS", "offers no STARTTLS"),
        ("no TLS", "No TLS could be agreed on"),
        ("password", "asks for no name and password"),
        ("away", "cannot be reached"),
        ("no server", "No mail server is set (mail.server)"),
        ("no address", "'nonsense' is no address"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    linkback: Desk, post: MailServer, monkeypatch: pytest.MonkeyPatch, case: str, words: str
) -> None:
    post.refusals = {"ana@me.example": "550 5.1.1 nobody"}
    said = {
        "no STARTTLS": {"LINKBACK_MAIL_SECURITY": "starttls"},
        "no TLS": {"LINKBACK_MAIL_SECURITY": "tls"},
        "password": {"LINKBACK_MAIL_USER": "ana", "LINKBACK_MAIL_PASSWORD": "open sesame"},
        "away": {"LINKBACK_MAIL_SERVER": "127.0.0.1:9"},
        "no server": {"LINKBACK_MAIL_SERVER": ""},
    }
    for name, value in said.get(case, {}).items():
        monkeypatch.setenv(name, value)
    done = linkback("mail", "test", "nonsense" if case == "no address" else "ana@me.example")
    assert (done.status, done.out) == (1, "")
    assert words in done.err
    assert "sesame" not in done.err
    assert post.letters == []


def test_a_certificate_that_nobody_vouches_for_is_said(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(password="secret", starttls=certified().server) as server:
        monkeypatch.setenv("LINKBACK_MAIL_SERVER", server.address)
        monkeypatch.setenv("LINKBACK_MAIL_SENDER", "links@links.example")
        done = linkback("mail", "test", "ana@me.example")
    assert done.status == 1
    assert "The certificate of the mail server 127.0.0.1 is not one to be trusted" in done.err


def test_letters_that_wait_or_failed_are_listed(linkback: Desk) -> None:
    assert "no such letters" in linkback("mail", "list").err
    asyncio.run(_put(linkback.url))
    lines = linkback("mail", "list").out.splitlines()
    assert [line.split()[1:3] for line in lines[1:]] == [
        ["failed", "failed@me.example"],
        ["waiting", "waits@me.example"],
    ]
    assert "550 nobody" in lines[1]
    told = linkback("mail", "list", "--all", "--json").json
    assert [(one["state"], one["to"], one["tries"]) for one in told] == [
        ("sent", "sent@me.example", 1),
        ("failed", "failed@me.example", 2),
        ("waiting", "waits@me.example", 1),
    ]


@pytest.mark.parametrize(
    ("user", "wants"),
    [
        (User(1, "ana", "ana@me.example"), True),
        (User(1, "ana"), False),
        (User(1, "ana", "ana@me.example", pace=Pace.NEVER), False),
    ],
)
def test_who_has_an_address_and_a_pace_wants_mail(user: User, wants: bool) -> None:
    assert wants_mail(user) is wants
