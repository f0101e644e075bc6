"""A person's own page: what is changed there, what that asks for, and tokens that are shown once."""

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from linkback.core.model import Pace, Role, Scope, User
from linkback.settings import Settings
from tests.accounts.people import PASSWORD
from tests.mail.servers import MailServer
from tests.web.dashboard.beside import accounts_at, letter_to, mailing, person, signing_in
from tests.web.desk import Browser, Fields, signed_in
from tests.web.running import PATIENCE, Running, Site

ACCOUNT = "/dashboard/account"
OTHER = "five words in a row, too"
TRIES = 10


@pytest.fixture
def ana(linkback: Running) -> User:
    """Somebody; another one for each test."""
    added = person(linkback, email="{}@me.example")
    accounts_at(linkback, lambda accounts: accounts.seat(added.id, 1, Role.MODERATOR))
    return added


@pytest.fixture
def browser(linkback: Running, ana: User) -> Browser:
    """Their browser, which shows their page."""
    browser = signed_in(linkback, ana.name)
    browser.get(ACCOUNT)
    return browser


@pytest.fixture(scope="module")
def mails(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, MailServer]]:
    """A Linkback that sends mail, and who gets it."""
    with mailing(settings, tmp_path_factory.mktemp("mailing")) as started:
        yield started


def now_of(linkback: Running, user: User) -> User:
    """Return somebody as they are kept now."""
    return accounts_at(linkback, lambda accounts: accounts.by_id(user.id))


def test_the_page_shows_what_is_kept(browser: Browser, ana: User) -> None:
    shown = browser.get(ACCOUNT)
    assert shown.status == 200
    for words in (f'value="{ana.name}"', f'value="{ana.email}"', "This one", "07:00 UTC", "This server sends no mail"):
        assert words in shown.text
    assert '<option value="daily" selected>' in shown.text


@pytest.mark.parametrize(
    ("form", "fields", "kept"),
    [
        ("name", {"name": "  Zoë {} "}, {"name": "Zoë {}"}),
        ("mail", {"pace": "weekly", "mail_at": 22}, {"pace": Pace.WEEKLY, "mail_at": 22}),
        ("mail", {"pace": "never", "mail_at": 0}, {"pace": Pace.NEVER, "mail_at": 0}),
        ("mail", {"pace": "nonsense", "mail_at": 3}, {"pace": Pace.DAILY, "mail_at": 3}),
        ("address", {"email": "zoe@me.example", "old": PASSWORD}, {"email": "zoe@me.example"}),
        ("address", {"email": "", "old": PASSWORD}, {"email": ""}),
    ],
)
def test_what_is_saved_is_kept_and_said(
    linkback: Running, browser: Browser, ana: User, form: str, fields: Fields, kept: dict[str, object]
) -> None:
    def filled(value: object) -> object:
        return value.replace("{}", ana.name[-3:]) if isinstance(value, str) and not isinstance(value, Pace) else value

    sent: Fields = {key: str(filled(value)) for key, value in fields.items()}
    shown = browser.post(f"{ACCOUNT}/{form}", sent, follow=True)
    assert (shown.status, "Saved." in shown.text) == (200, True)
    now = now_of(linkback, ana)
    assert {name: getattr(now, name) for name in kept} == {name: filled(value) for name, value in kept.items()}


@pytest.mark.parametrize(
    ("form", "fields", "words"),
    [
        ("name", {"name": ""}, "A name has 1 to 64 characters"),
        ("name", {"name": "a\u202eb"}, "A name has 1 to 64 characters"),
        ("mail", {"pace": "daily", "mail_at": "24"}, "An hour is a number from 0 to 23."),
        ("mail", {"pace": "daily"}, "An hour is a number from 0 to 23."),
        ("address", {"email": "nowhere", "old": PASSWORD}, "This is no address for mail."),
        ("address", {"email": "eve@evil.example", "old": "guessed"}, "This is not your password."),
        ("address", {"email": "eve@evil.example"}, "This is not your password."),
        ("password", {"old": "guessed", "password": OTHER}, "This is not your password."),
        ("password", {"old": PASSWORD, "password": "short"}, "A password has at least 10 characters."),
        ("tokens", {"name": "", "scope": "read"}, "A name has 1 to 64 characters"),
        ("tokens", {"name": "A reader"}, "Say what the token is for"),
        ("tokens", {"name": "A reader", "scope": "everything"}, "Say what the token is for"),
        ("tokens", {"name": "A reader", "scope": "read", "site": "https://other.example/"}, "no site of this address"),
    ],
)
def test_what_will_not_do_is_shown_again_with_a_sentence(
    linkback: Running, browser: Browser, ana: User, form: str, fields: Fields, words: str
) -> None:
    shown = browser.post(f"{ACCOUNT}/{form}", fields)
    assert (shown.status, words in shown.text) == (422, True)
    assert 'aria-invalid="true"' in shown.text or "scopes-error" in shown.text
    assert PASSWORD not in shown.text and "guessed" not in shown.text
    assert shown.text.count('class="error"') == 1
    assert now_of(linkback, ana) == ana or now_of(linkback, ana).email == ana.email
    assert signing_in(Browser(linkback), ana.name).status == 303


def test_a_name_that_somebody_has_is_not_given_twice(linkback: Running, browser: Browser) -> None:
    other = person(linkback, "ben")
    shown = browser.post(f"{ACCOUNT}/name", {"name": other.name.upper()})
    assert (shown.status, "Somebody has this name already" in shown.text) == (422, True)
    assert f'value="{other.name.upper()}"' in shown.text


def test_a_new_password_signs_out_all_other_browsers(linkback: Running, browser: Browser, ana: User) -> None:
    other, before = signed_in(linkback, ana.name), browser.cookies["linkback"]
    shown = browser.post(f"{ACCOUNT}/password", {"old": PASSWORD, "password": OTHER}, follow=True)
    assert "Your password is changed" in shown.text
    assert browser.cookies["linkback"] != before
    assert browser.cookies["linkback-known"]
    assert other.get(ACCOUNT).status == 303
    assert signing_in(Browser(linkback), ana.name).status == 422
    assert signing_in(Browser(linkback), ana.name, OTHER).status == 303


def test_the_password_cannot_be_guessed_faster_here_than_at_the_door(browser: Browser) -> None:
    for _ in range(TRIES):
        assert browser.post(f"{ACCOUNT}/address", {"email": "eve@evil.example", "old": "guessed"}).status == 422
    for form in ("address", "password"):
        shown = browser.post(f"{ACCOUNT}/{form}", {"email": "eve@evil.example", "old": PASSWORD, "password": OTHER})
        assert (shown.status, "Too many tries went wrong." in shown.text) == (429, True)
        assert int(shown.header("retry-after")) > 0


def test_somebody_signs_out_everywhere_else(linkback: Running, browser: Browser, ana: User) -> None:
    other = signed_in(linkback, ana.name)
    assert "Another one" in browser.get(ACCOUNT).text
    shown = browser.post(f"{ACCOUNT}/sessions", follow=True)
    assert "All other browsers are signed out." in shown.text
    assert ("This one" in shown.text, "Another one" in shown.text) == (True, False)
    assert other.get(ACCOUNT).status == 303
    assert "linkback-known" not in browser.cookies


def status_of(linkback: Running, path: str, secret: str, method: str = "GET") -> int:
    """Ask as a program does, and return the status of the answer."""
    connection = HTTPConnection("127.0.0.1", linkback.port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {secret}"})
        answer = connection.getresponse()
        if answer.status == 200:
            assert json.loads(answer.read()) is not None
        return answer.status
    finally:
        connection.close()


def test_a_token_is_shown_once_does_what_was_ticked_and_can_be_taken_back(
    linkback: Running, own: Site, ana: User, browser: Browser
) -> None:
    shown = browser.post(f"{ACCOUNT}/tokens", {"name": "<b>A reader", "scope": "read", "site": own.url})
    [secret] = re.findall(r"<code>(lb_[\w-]{40,})</code>", shown.text)
    assert (shown.status, shown.header("cache-control")) == (200, "no-store")
    assert "&lt;b&gt;A reader" in shown.text and "<b>A reader" not in shown.text
    [token] = accounts_at(linkback, lambda accounts: accounts.tokens(ana))
    assert (token.scopes, token.site_id) == ({Scope.READ}, 1)
    assert secret not in browser.get(ACCOUNT).text
    assert status_of(linkback, "/api/owner/mentions", secret) == 200
    assert status_of(linkback, "/api/owner/mentions/1/approve", secret, "POST") == 403
    assert status_of(linkback, ACCOUNT, secret) == 303
    used = browser.get(ACCOUNT).text
    assert used.count("just now") >= 2
    gone = browser.post(f"{ACCOUNT}/tokens/{token.id}/delete", follow=True)
    assert "That token is good for nothing any more." in gone.text
    assert status_of(linkback, "/api/owner/mentions", secret) == 401


def test_the_tokens_of_others_do_not_exist(linkback: Running, browser: Browser) -> None:
    ben = person(linkback, "ben")
    token, _secret = accounts_at(linkback, lambda accounts: accounts.add_token(ben, "Ben's", [Scope.READ]))
    assert browser.post(f"{ACCOUNT}/tokens/{token.id}/delete").status == 404
    assert browser.post(f"{ACCOUNT}/tokens/{10**20}/delete").status == 404
    assert len(accounts_at(linkback, lambda accounts: accounts.tokens(ben))) == 1


def test_the_old_address_hears_that_there_is_another_one(mails: tuple[Running, MailServer]) -> None:
    linkback, post = mails
    ana = person(linkback, email="{}@me.example")
    browser = signed_in(linkback, ana.name)
    browser.get(ACCOUNT)
    browser.post(f"{ACCOUNT}/address", {"email": "new@me.example", "old": PASSWORD})
    assert f"Mail for {ana.name} at 127.0.0.1 goes to another address" in letter_to(post, ana.email, "address")
    browser.post(f"{ACCOUNT}/password", {"old": PASSWORD, "password": OTHER})
    assert f"The password of {ana.name} at 127.0.0.1 was changed" in letter_to(post, "new@me.example", "password")
