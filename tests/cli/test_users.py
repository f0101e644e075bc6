"""linkback user: who works with this server, what each may do, and the tokens of their programs."""

import asyncio
import io
import re
from pathlib import Path

import pytest

from linkback.core.errors import PassRefused, SignInRefused
from linkback.core.model import Purpose, Scope
from linkback.desk import open_desk
from linkback.settings import Settings
from tests.cli.conftest import SITE, Desk
from tests.cli.test_processes import started
from tests.web.running import until

PASSWORD = "four words in a row"
LINK = re.compile(r"http://127\.0\.0\.1:8000/invite/(\S+)\n")
SETUP = re.compile(r"http://127\.0\.0\.1:\d+/setup\?key=(\S+)\n")


def people(linkback: Desk) -> object:
    return linkback("user", "list", "--json").json


async def _redeemed(settings: Settings, key: str) -> str:
    async with open_desk(settings) as desk:
        return (await desk.accounts.redeem(key, Purpose.INVITE, PASSWORD)).name


async def _signs_in(settings: Settings, name: str, password: str) -> bool:
    async with open_desk(settings) as desk:
        try:
            return bool(await desk.accounts.sign_in(name, password, None))
        except SignInRefused:
            return False


def test_the_first_person_is_an_admin_and_the_next_may_do_nothing_yet(linkback: Desk) -> None:
    assert "linkback user add NAME" in linkback("user", "list").err
    first = linkback("user", "add", "Ana", "--email", "ana@example.org")
    assert first.status == 0
    assert "as an admin" in first.err
    assert linkback("user", "add", "Ben").status == 0
    nothing: dict[str, object] = {"email": "", "roles": {}, "signed_in_at": None}
    assert people(linkback) == [
        {**nothing, "name": "Ana", "email": "ana@example.org", "admin": True},
        {**nothing, "name": "Ben", "admin": False},
    ]
    assert "ana@example.org" in linkback("user", "list").out


def test_the_link_that_is_printed_lets_a_person_choose_a_password_once(linkback: Desk) -> None:
    added = LINK.fullmatch(linkback("user", "add", "Ana").out)
    assert added
    assert asyncio.run(_redeemed(Settings(database=linkback.url), added[1])) == "Ana"
    with pytest.raises(PassRefused):
        asyncio.run(_redeemed(Settings(database=linkback.url), added[1]))
    again = LINK.fullmatch(linkback("user", "password", "ana", "--link").out)
    assert again and again[1] != added[1]
    assert asyncio.run(_redeemed(Settings(database=linkback.url), again[1])) == "Ana"


def test_a_password_is_read_from_standard_input(linkback: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    linkback("user", "add", "Ana")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nmore\n"))
    done = linkback("user", "password", "ana", "--stdin")
    assert (done.status, done.out) == (0, "")
    assert PASSWORD not in done.err
    assert asyncio.run(_signs_in(Settings(database=linkback.url), "Ana", PASSWORD))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "ana"), "Somebody has this name already"),
        (("add", ""), "A name has 1 to 64 characters"),
        (("add", "a\u202eb"), "all of them visible"),
        (("add", "Cem", "--email", "cem"), "This is no address for mail"),
        (("remove", "Cem", "--yes"), "There is no person called Cem."),
        (("remove", "Ana", "--yes"), "make another person admin first"),
        (("role", "Ana", "none"), "make another person admin first"),
        (("role", "Cem", "owner", SITE), "There is no person called Cem."),
        (("role", "Ana", "owner", "https://other.example/"), "There is no site https://other.example/."),
        (("token", "add", "Ana", "x", "--scope", "read", "--site", "https://other.example/"), "There is no site"),
        (("token", "drop", "Ana", "7"), "There is no token 7."),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_is_told_in_a_sentence(
    linkback: Desk, words: tuple[str, ...], says: str
) -> None:
    linkback("user", "add", "Ana")
    before = people(linkback)
    done = linkback("user", *words)
    assert done.status == 1
    assert says in done.err
    assert people(linkback) == before


@pytest.mark.parametrize("words", [("Ana", "owner"), ("Ana", "admin", SITE), ("Ana", "king", SITE)])
def test_a_role_is_at_a_site_or_at_all(linkback: Desk, words: tuple[str, ...]) -> None:
    linkback("user", "add", "Ana")
    assert linkback("user", "role", *words).status == 2


def test_roles_are_given_and_taken(linkback: Desk) -> None:
    linkback("sites", "add", SITE)
    linkback("user", "add", "Ana")
    linkback("user", "add", "Ben")

    def ben(*words: str) -> tuple[object, object]:
        assert linkback("user", "role", "ben", *words).status == 0
        _, found = linkback("user", "list", "--json").json
        return found["admin"], found["roles"]

    assert ben("moderator", SITE) == (False, {SITE: "moderator"})
    assert ben("owner", SITE.rstrip("/")) == (False, {SITE: "owner"})
    assert f"owner: {SITE}" in linkback("user", "list").out
    assert ben("admin") == (True, {})
    assert ben("none") == (False, {SITE: "owner"})
    assert ben("none", SITE) == (False, {})


def test_a_person_is_forgotten(linkback: Desk) -> None:
    linkback("user", "add", "Ana")
    linkback("user", "add", "Ben")
    assert linkback("user", "remove", "BEN", "--yes").err == "Ben is forgotten.\n"
    assert [each["name"] for each in linkback("user", "list", "--json").json] == ["Ana"]


def test_a_token_is_shown_once_and_ends_when_it_is_dropped(linkback: Desk) -> None:
    linkback("sites", "add", SITE)
    linkback("user", "add", "Ana")
    made = linkback("user", "token", "add", "ana", "My reader", "--scope", "read", "--scope", "feed", "--site", SITE)
    assert made.status == 0
    assert re.fullmatch(r"lb_[\w-]{43}\n", made.out)
    listed = linkback("user", "token", "list", "ana", "--json")
    (token,) = listed.json
    assert (token["name"], token["scopes"], token["site"], token["used_at"]) == (
        "My reader",
        ["feed", "read"],
        SITE,
        None,
    )
    assert made.out.strip() not in listed.out + linkback("user", "token", "list", "ana").out
    assert "My reader" in linkback("user", "token", "list", "ana").out
    assert asyncio.run(_is_good(Settings(database=linkback.url), made.out.strip()))
    assert linkback("user", "token", "drop", "ana", str(token["id"])).status == 0
    assert not asyncio.run(_is_good(Settings(database=linkback.url), made.out.strip()))
    assert "has no token" in linkback("user", "token", "list", "ana").err


async def _is_good(settings: Settings, secret: str) -> bool:
    async with open_desk(settings) as desk:
        return await desk.accounts.token(secret, Scope.READ) is not None


def test_serve_tells_how_the_first_account_is_made_until_there_is_one(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--port", "0", says="/setup?key=") as (_process, err):
        until(lambda: SETUP.search(err.read_text()) is not None)
        (key,) = SETUP.findall(err.read_text())
    settings = Settings(database=f"sqlite:///{tmp_path}/linkback.db")
    assert asyncio.run(_set_up(settings, key)) == "Ana"
    with started(tmp_path, "serve", "--port", "0", says="/about shows elements") as (_process, err):
        assert "/setup" not in err.read_text()


async def _set_up(settings: Settings, key: str) -> str:
    async with open_desk(settings) as desk:
        return (await desk.accounts.set_up(key, "Ana", PASSWORD)).name
