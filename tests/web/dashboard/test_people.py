"""The people of a server and of a site: who may see them, invitations, roles, and who cannot be removed."""

import re
from collections.abc import Iterator

import pytest

from linkback.accounts import Accounts
from linkback.accounts.accounts import MOST_INVITATIONS
from linkback.core.errors import NotFound
from linkback.core.model import Role, User
from linkback.settings import Settings
from tests.mail.servers import MailServer, html_of
from tests.web.dashboard.beside import accounts_at, letter_to, link_in, mailing, person, signing_in
from tests.web.desk import Browser, Shown, signed_in
from tests.web.running import Running, Site

PEOPLE = "/dashboard/people"
TEAM = "/dashboard/sites/1/people"
NEW = "seven words that nobody would ever guess"
HOSTILE = "<b>Eve</b> \" ' &"


@pytest.fixture
def root(linkback: Running) -> Browser:
    """The browser of an admin; another one for each test."""
    return signed_in(linkback, person(linkback, "root", admin=True).name)


@pytest.fixture
def ana(linkback: Running) -> User:
    """Somebody without a seat; another one for each test."""
    return person(linkback)


@pytest.fixture
def owner(linkback: Running) -> Browser:
    """The browser of an owner of the site; another one for each test."""
    otto = person(linkback, "otto")
    accounts_at(linkback, lambda accounts: accounts.seat(otto.id, 1, Role.OWNER))
    browser = signed_in(linkback, otto.name)
    browser.get(TEAM)
    return browser


@pytest.fixture(scope="module")
def mails(
    settings: Settings, own: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, MailServer]]:
    """A Linkback that sends mail and has a site, and who gets it."""
    with mailing(settings, tmp_path_factory.mktemp("mailing")) as (linkback, post):
        linkback.add_site(own.url)
        yield linkback, post


def role_of(linkback: Running, user: User) -> Role | None:
    """Return what somebody is at the site."""
    return {who.id: role for who, role in accounts_at(linkback, lambda accounts: accounts.team(1))}.get(user.id)


def link_on(shown: Shown) -> str:
    """Return the path of the invitation that a page shows."""
    [path] = re.findall(r"<code>http://[\w.:]+(/invite/[\w-]+)</code>", shown.text)
    return str(path)


def accept(linkback: Running, path: str) -> Browser:
    """Choose a password by an invitation."""
    browser = Browser(linkback)
    browser.get(path)
    assert browser.post(path, {"password": NEW}).status == 303
    return browser


def test_an_admin_adds_somebody_whose_link_is_shown_once(linkback: Running, root: Browser) -> None:
    root.get(PEOPLE)
    shown = root.post(PEOPLE, {"name": "Ida", "email": "ida@me.example"})
    assert (shown.status, "Hand it over yourself" in shown.text) == (200, True)
    path = link_on(shown)
    assert path.rpartition("/")[2] not in root.get(PEOPLE).text
    ida = accept(linkback, path)
    assert ida.get("/dashboard/account").status == 200
    assert ida.get(PEOPLE).status == 404
    assert Browser(linkback).get(path).status == 410


def test_an_admin_who_is_added_is_one(linkback: Running, root: Browser) -> None:
    root.get(PEOPLE)
    shown = root.post(PEOPLE, {"name": "Adele", "admin": "on"})
    assert accept(linkback, link_on(shown)).get(PEOPLE).status == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "A name has 1 to 64 characters"),
        ({"name": "Ida 2", "email": "nowhere"}, "This is no address for mail."),
        ({"name": HOSTILE, "email": "x"}, "This is no address for mail."),
    ],
)
def test_somebody_who_will_not_do_is_shown_again(root: Browser, fields: dict[str, str], words: str) -> None:
    root.get(PEOPLE)
    shown = root.post(PEOPLE, fields)
    assert (shown.status, words in shown.text) == (422, True)
    assert "<b>Eve" not in shown.text


def test_names_are_text_wherever_they_stand(linkback: Running, root: Browser) -> None:
    eve = person(linkback, HOSTILE)
    for path in (f"{PEOPLE}?after={eve.name[0]}", PEOPLE, f"{PEOPLE}/{eve.id}"):
        assert "<b>Eve" not in root.get(path).text
    assert "&lt;b&gt;Eve" in root.get(f"{PEOPLE}/{eve.id}").text


def test_the_list_goes_on_by_name(linkback: Running, root: Browser) -> None:
    async def add(accounts: Accounts) -> None:
        for number in range(101):
            await accounts.add(f"zz {number:03}")

    accounts_at(linkback, add)
    first = root.get(PEOPLE)
    [more] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = root.get(more)
    names = re.findall(r'<a href="/dashboard/people/\d+"><bdi>([^<]+)', first.text + second.text)
    assert len(names) == len(set(names)) > 101
    assert "zz 100" in names
    assert 'rel="next"' not in second.text
    assert root.get(f"{PEOPLE}?after=zzzz").status == 200


def test_an_admin_says_what_somebody_may_do(linkback: Running, own: Site, root: Browser, ana: User) -> None:
    path, browser = f"{PEOPLE}/{ana.id}", signed_in(linkback, ana.name)
    root.get(path)
    for role in (Role.MODERATOR, Role.OWNER):
        assert "Saved." in root.post(f"{path}/seat", {"site": own.url, "role": role.value}, follow=True).text
        assert role_of(linkback, ana) is role
        assert (browser.get(TEAM).status == 200) is (role is Role.OWNER)
    root.post(f"{path}/seat", {"site": own.url, "role": "none"})
    assert role_of(linkback, ana) is None
    assert root.post(f"{path}/seat", {"site": "https://other.example/", "role": "owner"}).status == 422
    root.post(f"{path}/admin", {"admin": "on"})
    assert browser.get(PEOPLE).status == 200
    root.post(f"{path}/admin")
    assert browser.get(PEOPLE).status == 404


def test_an_admin_makes_another_link_and_the_one_before_is_worth_nothing(
    linkback: Running, root: Browser, ana: User
) -> None:
    path = f"{PEOPLE}/{ana.id}"
    root.get(path)
    first, second = (link_on(root.post(f"{path}/link")) for _ in range(2))
    assert (Browser(linkback).get(first).status, Browser(linkback).get(second).status) == (410, 200)
    accept(linkback, second)
    assert signing_in(Browser(linkback), ana.name, NEW).status == 303


def test_somebody_who_is_removed_is_signed_out_and_gone(linkback: Running, root: Browser, ana: User) -> None:
    path, browser = f"{PEOPLE}/{ana.id}", signed_in(linkback, ana.name)
    root.get(path)
    unsure = root.post(f"{path}/remove")
    assert (unsure.status, "Tick the box" in unsure.text) == (422, True)
    assert browser.get("/dashboard/account").status == 200
    assert "That person is forgotten." in root.post(f"{path}/remove", {"sure": "on"}, follow=True).text
    assert browser.get("/dashboard/account").status == 303
    assert root.get(path).status == 404
    with pytest.raises(NotFound):
        accounts_at(linkback, lambda accounts: accounts.get(ana.name))


@pytest.mark.parametrize(("deed", "fields"), [("remove", {"sure": "on"}), ("admin", {})])
def test_nobody_locks_themselves_out(linkback: Running, deed: str, fields: dict[str, str]) -> None:
    admin = person(linkback, "root", admin=True)
    browser = signed_in(linkback, admin.name)
    browser.get("/dashboard/account")
    shown = browser.post(f"{PEOPLE}/{admin.id}/{deed}", fields)
    assert (shown.status, "You cannot do this to yourself" in shown.text) == (422, True)
    assert browser.get(PEOPLE).status == 200
    assert "Remove this person" not in browser.get(f"{PEOPLE}/{admin.id}").text


def test_a_moderator_sees_no_page_for_owners_or_admins(linkback: Running, ana: User) -> None:
    accounts_at(linkback, lambda accounts: accounts.seat(ana.id, 1, Role.MODERATOR))
    browser = signed_in(linkback, ana.name)
    for path in (PEOPLE, f"{PEOPLE}/{ana.id}", TEAM, "/dashboard/sites/1/webhooks"):
        assert browser.get(path).status == 404
    assert "/dashboard/people" not in browser.get("/dashboard").text


def test_an_owner_gives_changes_and_takes_seats(linkback: Running, owner: Browser, ana: User) -> None:
    added = owner.post(TEAM, {"name": ana.name.upper(), "role": "moderator"}, follow=True)
    assert (added.status, ana.name in added.text, role_of(linkback, ana)) == (200, True, Role.MODERATOR)
    owner.post(f"{TEAM}/{ana.id}", {"role": "owner"})
    assert role_of(linkback, ana) is Role.OWNER
    taken = owner.post(f"{TEAM}/{ana.id}", {"role": "none"}, follow=True)
    assert ("no longer looks after this site" in taken.text, role_of(linkback, ana)) == (True, None)
    assert owner.post(f"{TEAM}/{ana.id}", {"role": "owner"}).status == 404


def test_a_seat_without_a_role_is_that_of_a_moderator(linkback: Running, owner: Browser, ana: User) -> None:
    owner.post(TEAM, {"name": ana.name, "role": "king"})
    assert role_of(linkback, ana) is Role.MODERATOR


def test_an_owner_cannot_give_away_their_own_seat(linkback: Running) -> None:
    otto = person(linkback, "otto")
    accounts_at(linkback, lambda accounts: accounts.seat(otto.id, 1, Role.OWNER))
    browser = signed_in(linkback, otto.name)
    browser.get(TEAM)
    for path, fields in ((f"{TEAM}/{otto.id}", {"role": "none"}), (TEAM, {"name": otto.name, "role": "moderator"})):
        shown = browser.post(path, fields)
        assert (shown.status, "You cannot change your own seat" in shown.text) == (422, True)
    assert role_of(linkback, otto) is Role.OWNER


def test_a_name_that_nobody_has_is_not_added(owner: Browser) -> None:
    shown = owner.post(TEAM, {"name": HOSTILE})
    assert (shown.status, "Nobody has an account of this name" in shown.text) == (422, True)
    assert "<b>Eve" not in shown.text


def test_an_owner_invites_somebody_new_to_the_own_site_alone(linkback: Running, owner: Browser) -> None:
    shown = owner.post(f"{TEAM}/invite", {"name": "Uma", "email": "", "role": "owner", "admin": "on"})
    assert shown.status == 200
    uma = accept(linkback, link_on(shown))
    assert (uma.get(TEAM).status, uma.get(PEOPLE).status) == (200, 404)
    again = owner.post(f"{TEAM}/invite", {"name": "uma"})
    assert (again.status, "Somebody has this name already" in again.text) == (422, True)


def test_an_owner_writes_to_so_many_strangers_and_no_more(linkback: Running) -> None:
    otto = person(linkback, "otto")
    accounts_at(linkback, lambda accounts: accounts.seat(otto.id, 1, Role.OWNER))
    browser = signed_in(linkback, otto.name)
    browser.get(TEAM)

    async def invite(accounts: Accounts) -> None:
        for _ in range(MOST_INVITATIONS - 1):
            await accounts.allow_invitation(otto)

    accounts_at(linkback, invite)
    assert browser.post(f"{TEAM}/invite", {"name": f"last of {otto.name}"}).status == 200
    shown = browser.post(f"{TEAM}/invite", {"name": f"next of {otto.name}"})
    assert (shown.status, "Those are many invitations at once." in shown.text) == (422, True)
    with pytest.raises(NotFound):
        accounts_at(linkback, lambda accounts: accounts.get(f"next of {otto.name}"))


def test_who_had_a_password_hears_of_another_one_by_an_invitation(mails: tuple[Running, MailServer]) -> None:
    linkback, post = mails
    root, ana = signed_in(linkback, person(linkback, "root", admin=True).name), person(linkback, email="{}@me.example")
    path = f"{PEOPLE}/{ana.id}"
    root.get(path)
    accept(linkback, link_on(root.post(f"{path}/link")))
    assert f"The password of {ana.name} at 127.0.0.1 was changed" in letter_to(post, ana.email, "password was changed")


def test_an_invitation_is_mailed_as_text_and_html(mails: tuple[Running, MailServer]) -> None:
    linkback, post = mails
    root = signed_in(linkback, person(linkback, "root", admin=True).name)
    root.get(TEAM)
    shown = root.post(f"{TEAM}/invite", {"name": "Ida <i>&", "email": "ida@me.example"})
    assert "It is on its way to <bdi>ida@me.example</bdi>" in shown.text
    text = letter_to(post, "ida@me.example", "invites you to Linkback")
    assert "Your name there is Ida <i>&." in text
    [message] = [each for each in post.messages() if each["to"] == "ida@me.example"]
    html = html_of(message)
    assert "Your name there is Ida &lt;i&gt;&amp;." in html
    path = link_in(text, linkback, "invite")
    assert path == link_on(shown) == link_in(html, linkback, "invite")
    assert accept(linkback, path).get("/dashboard/account").status == 200
