"""Signing in and out, the first account, and passwords chosen by links that work once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from linkback.accounts import Accounts
from linkback.core.model import Purpose, User
from linkback.settings import Settings
from tests.accounts.people import PASSWORD
from tests.mail.servers import MailServer
from tests.web.dashboard.beside import accounts_at, letter_to, link_in, mailing, person, signing_in
from tests.web.desk import Browser, signed_in
from tests.web.running import Running, running

OTHER = "five words in a row, too"
TRIES = 10  # in a quarter of an hour
ASKED = "If somebody here has this name or address, a letter is on its way."


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> Iterator[Running]:
    """A Linkback where nobody has an account yet."""
    with running(replace(settings, database=f"sqlite:///{tmp_path}/fresh.db")) as started:
        yield started


@pytest.fixture(scope="module")
def mails(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, MailServer]]:
    """A Linkback that sends mail, and who gets it."""
    with mailing(settings, tmp_path_factory.mktemp("mailing")) as started:
        yield started


def cookies_of(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return what is said of each cookie that is set, by its name."""
    return {value.partition("=")[0]: value for name, value in headers if name == "set-cookie"}


def test_who_signs_in_is_led_to_the_page_that_was_asked_for(linkback: Running) -> None:
    user, browser = person(linkback), Browser(linkback)
    asked = browser.get("/dashboard/inbox?status=spam&status=held")
    page = browser.get(asked.location)
    assert (page.status, 'autocomplete="username"' in page.text) == (200, True)
    assert 'autocomplete="current-password"' in page.text
    led = browser.post("/login", {"name": user.name, "password": PASSWORD, "next": "/dashboard/inbox?status=spam"})
    assert (led.status, led.location) == (303, "/dashboard/inbox?status=spam")
    assert browser.get(led.location).status == 200


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example", "/\\evil.example", "https://evil.example/", "http:evil.example", "javascript:alert(1)",
        "\\\\evil.example", "/\t/evil.example",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere_after_signing_in(linkback: Running, back: str) -> None:
    browser, name = Browser(linkback), person(linkback).name
    shown = browser.get("/login?" + "next=" + back.replace("\t", "%09").replace("\\", "%5C"))
    assert '<input type="hidden" name="next" value="/dashboard">' in shown.text
    led = browser.post("/login", {"name": name, "password": PASSWORD, "next": back})
    assert led.location == "/dashboard"
    again = browser.get("/login?" + "next=" + back.replace("\t", "%09").replace("\\", "%5C"))
    assert again.location == "/dashboard"


def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(linkback: Running) -> None:
    name = person(linkback).name
    told = []
    for tried in (name, "nobody-here"):
        browser = Browser(linkback)
        shown = signing_in(browser, tried, "not this one")
        told.append((shown.status, shown.text.replace(tried, "").replace(shown.form_key, "")))
        assert "The name or the password is not right." in shown.text
        assert f'value="{tried}"' in shown.text
        assert "not this one" not in shown.text
        assert "linkback" not in browser.cookies
    assert told[0] == told[1]
    assert told[0][0] == 422


def test_a_session_begins_anew_with_each_sign_in_and_no_script_reads_its_cookie(linkback: Running) -> None:
    user = person(linkback)
    earlier, browser = signed_in(linkback, user.name), Browser(linkback)
    before = earlier.cookies["linkback"]
    browser.get("/login")
    browser.cookies["linkback"] = before  # signed in meanwhile, in another window
    shown = browser.post("/login", {"name": user.name, "password": PASSWORD})
    said = cookies_of(shown.headers)["linkback"].lower()
    assert all(word in said for word in ("httponly", "samesite=lax", "path=/"))
    assert browser.cookies["linkback"] != before
    assert browser.get("/dashboard/account").form_key != earlier.key
    assert earlier.get("/dashboard").status == 303


def test_a_cookie_that_somebody_planted_is_no_session_after_signing_in(linkback: Running) -> None:
    browser = Browser(linkback, {"linkback": "planted"})
    assert signing_in(browser, person(linkback).name).status == 303
    assert browser.cookies["linkback"] != "planted"


def test_who_is_signed_in_needs_not_sign_in(linkback: Running) -> None:
    shown = signed_in(linkback, person(linkback).name).get("/login?next=/dashboard/account")
    assert (shown.status, shown.location) == (303, "/dashboard/account")


def test_who_signs_out_is_a_stranger_and_the_page_says_so(linkback: Running) -> None:
    browser = signed_in(linkback, person(linkback).name)
    browser.get("/dashboard/account")
    shown = browser.post("/logout", follow=True)
    assert "You are signed out." in shown.text
    assert browser.get("/dashboard/account").location.startswith("/login")


def test_signing_out_by_a_link_does_nothing(linkback: Running) -> None:
    browser = signed_in(linkback, person(linkback).name)
    assert browser.get("/logout").status == 405
    assert browser.get("/dashboard/account").status == 200


def test_after_ten_wrong_tries_not_even_the_right_password_is_looked_at(linkback: Running) -> None:
    user, browser = person(linkback), Browser(linkback)
    known = Browser(linkback, {"linkback-known": accounts_at(linkback, lambda accounts: accounts.know_browser(user))})
    for _ in range(TRIES):
        assert signing_in(browser, user.name, "not this one").status == 422
    shown = signing_in(browser, user.name)
    assert shown.status == 429
    assert 0 < int(shown.header("retry-after")) <= 900
    assert "Too many tries went wrong. Try again in 15 minutes." in shown.text
    assert signing_in(known, user.name).status == 303  # a browser that they used before is not locked out


def test_a_sign_in_that_another_site_sends_is_refused(linkback: Running) -> None:
    browser, name = Browser(linkback), person(linkback).name
    browser.get("/login")
    fields = {"name": name, "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert browser.post("/login", fields, headers=headers).status == 403
    assert browser.post("/login", fields, form_key="x").status == 403
    assert "linkback" not in browser.cookies


def test_the_first_account_is_made_once_by_the_link_that_the_server_printed(fresh: Running) -> None:
    key, spare = (accounts_at(fresh, Accounts.open_setup) for _ in range(2))
    browser = Browser(fresh)
    page = browser.get(f"/setup?key={key}")
    assert (page.status, 'autocomplete="new-password"' in page.text) == (200, True)
    wrong = browser.post("/setup", {"key": f"{key}", "name": "ana", "email": "no", "password": PASSWORD})
    assert (wrong.status, "no address for mail" in wrong.text, 'value="ana"' in wrong.text) == (422, True, True)
    short = browser.post("/setup", {"key": f"{key}", "name": "ana", "password": "short"})
    assert (short.status, "at least 10 characters" in short.text) == (422, True)
    made = browser.post("/setup", {"key": f"{key}", "name": "ana", "password": PASSWORD}, follow=True)
    assert (made.status, "Welcome." in made.text, "/dashboard/people" in made.text) == (200, True, True)
    for used in (key, spare):
        other = Browser(fresh)
        shown = other.get(f"/setup?key={used}")
        assert (shown.status, "Somebody has the first account already" in shown.text) == (410, True)
        other.get("/login")
        assert other.post("/setup", {"key": f"{used}", "name": "eve", "password": PASSWORD}).status == 410
    assert [user.name for user in accounts_at(fresh, Accounts.every)] == ["ana"]


@pytest.mark.parametrize("query", ["", "?key=", "?key=nonsense", "?key=%00", "?key=" + "x" * 3000])
def test_without_its_key_there_is_no_first_account(fresh: Running, query: str) -> None:
    browser = Browser(fresh)
    shown = browser.get(f"/setup{query}")
    assert (shown.status, "linkback serve" in shown.text, "<input" in shown.text) == (410, True, False)
    sign_in = browser.get("/login")
    assert (sign_in.status, "linkback serve" in sign_in.text, "<input" in sign_in.text) == (200, True, False)


def test_a_link_for_the_first_account_that_is_too_old_does_nothing(fresh: Running) -> None:
    key = accounts_at(fresh, Accounts.open_setup, ago=timedelta(hours=25))
    shown = Browser(fresh).get(f"/setup?key={key}")
    assert (shown.status, "is too old" in shown.text) == (410, True)


def key_for(linkback: Running, user: User, purpose: Purpose, *, ago: timedelta = timedelta(0)) -> str:
    """Return a key that was issued some time ago."""

    async def issue(accounts: Accounts) -> str:
        if purpose is Purpose.INVITE:
            return await accounts.invite_again(user)
        [(_, key)] = await accounts.start_reset(user.name)
        return key

    return accounts_at(linkback, issue, ago=ago)


BY_LINK = pytest.mark.parametrize("purpose", [Purpose.RESET, Purpose.INVITE])


@BY_LINK
def test_a_link_lets_somebody_choose_a_password_once_and_ends_all_sessions(linkback: Running, purpose: Purpose) -> None:
    user = person(linkback, email="{}@me.example")
    before, browser = signed_in(linkback, user.name), Browser(linkback)
    path = f"/{purpose.value}/{key_for(linkback, user, purpose)}"
    page = browser.get(path)
    assert (page.status, user.name in page.text, 'autocomplete="new-password"' in page.text) == (200, True, True)
    short = browser.post(path, {"password": "short"})
    assert (short.status, "at least 10 characters" in short.text) == (422, True)
    chosen = browser.post(path, {"password": OTHER}, follow=True)
    assert (chosen.status, "Your password is kept" in chosen.text) == (200, True)
    assert before.get("/dashboard").status == 303
    for shown in (Browser(linkback).get(path), browser.get(path)):
        assert (shown.status, "This link does nothing" in shown.text) == (410, True)
    assert browser.post(path, {"password": PASSWORD}, form_key=browser.cookies["linkback-form"]).status == 410
    assert signing_in(Browser(linkback), user.name, OTHER).status == 303


@BY_LINK
def test_a_link_for_a_password_ends(linkback: Running, purpose: Purpose) -> None:
    user = person(linkback, email="{}@me.example")
    age = {Purpose.RESET: timedelta(hours=1), Purpose.INVITE: timedelta(days=7)}[purpose]
    path, browser = f"/{purpose.value}/{key_for(linkback, user, purpose, ago=age)}", Browser(linkback)
    assert browser.get(path).status == 410
    assert browser.post(path, {"password": OTHER}, form_key=browser.cookies["linkback-form"]).status == 410
    assert signing_in(Browser(linkback), user.name).status == 303


def test_a_link_is_good_for_its_own_purpose_alone(linkback: Running) -> None:
    user = person(linkback, email="{}@me.example")
    for purpose, other in ((Purpose.RESET, "invite"), (Purpose.INVITE, "reset")):
        assert Browser(linkback).get(f"/{other}/{key_for(linkback, user, purpose)}").status == 410


def test_where_no_mail_is_sent_the_operator_helps(linkback: Running) -> None:
    browser = Browser(linkback)
    shown = browser.get("/reset")
    assert ("linkback user password NAME" in shown.text, "<input" in shown.text) == (True, False)
    browser.get("/login")
    assert browser.post("/reset", {"who": "ana"}).status == 200


def test_a_lost_password_is_chosen_anew_by_a_link_that_comes_by_mail(mails: tuple[Running, MailServer]) -> None:
    linkback, post = mails
    user = person(linkback, email="{}@me.example")
    for who in (user.name, user.email.upper()):
        browser = Browser(linkback)
        browser.get("/reset")
        assert ASKED in browser.post("/reset", {"who": who}, follow=True).text
        text = letter_to(post, user.email, "Choose a new password")
        assert f"a new password for {user.name} at 127.0.0.1" in text
        path = link_in(text, linkback, "reset")
        browser.get(path)
        assert browser.post(path, {"password": OTHER}).status == 303
        post.letters.clear()
    assert "was changed" in letter_to(post, user.email, "Your password was changed")


def test_who_asks_for_a_new_password_learns_nothing(mails: tuple[Running, MailServer]) -> None:
    linkback, post = mails
    silent, told = person(linkback), person(linkback, email="{}@me.example")
    answers = set()
    for who in (silent.name, "nobody at all", "", "<b>", told.name):
        browser = Browser(linkback)
        browser.get("/reset")
        answer = browser.post("/reset", {"who": who})
        named = {name for name, _value in answer.headers}
        answers.add((answer.status, answer.location, answer.text, tuple(sorted(named))))
    assert len(answers) == 1
    letter_to(post, told.email, "Choose a new password")
    assert [each["to"] for each in post.messages()].count(told.email) == 1


def test_an_address_from_which_too_many_ask_for_passwords_has_to_wait(mails: tuple[Running, MailServer]) -> None:
    linkback, _post = mails
    browser = Browser(linkback, headers={"X-Forwarded-For": "203.0.113.9"})
    browser.get("/reset")
    key = browser.cookies["linkback-form"]
    asked = [browser.post("/reset", {"who": f"nobody-{number}"}, form_key=key).status for number in range(TRIES + 1)]
    assert asked == [303] * TRIES + [429]
    assert browser.last is not None and "Too many tries" in browser.last.text
    elsewhere = Browser(linkback, headers={"X-Forwarded-For": "203.0.113.10"})
    elsewhere.get("/reset")
    assert elsewhere.post("/reset", {"who": "nobody"}).status == 303
