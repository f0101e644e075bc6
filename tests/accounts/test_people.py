"""People: the first account, invitations, new passwords, names that will do, and roles."""

import asyncio
from dataclasses import replace

import pytest

from linkback.accounts import Accounts, people
from linkback.core.errors import LastAdmin, NotFound, PassRefused, SignInRefused, TooManyTries, Unfit
from linkback.core.model import Pace, Purpose, Role, Seat
from linkback.storage import sites
from linkback.storage.database import Database
from tests.accounts.people import PASSWORD, Clock, person

OTHER = "five words in a row, too"


def shortened(text: str) -> str:
    """Return what stands for a text in the name of a test."""
    return f"{text[:9]!a}, {len(text)}"


async def test_the_first_account_is_an_admins_and_made_once(accounts: Accounts) -> None:
    assert await accounts.needs_setup()
    key, spare = await accounts.open_setup(), await accounts.open_setup()
    assert key and spare and key != spare
    assert await accounts.look_at(key, Purpose.SETUP) is None
    ana = await accounts.set_up(key, " Ana ", PASSWORD, "ana@example.org")
    assert (ana.name, ana.email, ana.admin) == ("Ana", "ana@example.org", True)
    assert not await accounts.needs_setup()
    assert await accounts.open_setup() is None
    for used in (key, spare):
        with pytest.raises(PassRefused):
            await accounts.look_at(used, Purpose.SETUP)
        with pytest.raises(PassRefused):
            await accounts.set_up(used, "Eve", PASSWORD)
    assert [user.name for user in await accounts.every()] == ["Ana"]
    assert await accounts.sign_in("ana", PASSWORD, None)


async def test_of_two_who_make_the_first_account_at_once_one_does(accounts: Accounts) -> None:
    keys = [await accounts.open_setup() or "" for _ in range(4)]
    made = (accounts.set_up(key, f"Ana {number}", PASSWORD) for number, key in enumerate(keys))
    told = await asyncio.gather(*made, return_exceptions=True)
    assert sum(isinstance(each, PassRefused) for each in told) == 3
    assert len(await accounts.every()) == 1


async def test_a_link_for_the_first_account_is_good_for_a_day(accounts: Accounts, clock: Clock) -> None:
    key = await accounts.open_setup() or ""
    clock.move(hours=24)
    with pytest.raises(PassRefused):
        await accounts.set_up(key, "Ana", PASSWORD)
    assert await accounts.needs_setup()


async def test_what_will_not_do_does_not_use_a_link_up(accounts: Accounts) -> None:
    key = await accounts.open_setup() or ""
    for name, password, email in (("", PASSWORD, ""), ("Ana", "short", ""), ("Ana", PASSWORD, "no")):
        with pytest.raises(Unfit):
            await accounts.set_up(key, name, password, email)
    assert (await accounts.set_up(key, "Ana", PASSWORD)).name == "Ana"


async def test_who_is_invited_chooses_a_password_once(accounts: Accounts, clock: Clock) -> None:
    ben, key = await accounts.add("Ben", "ben@example.org")
    assert await accounts.look_at(key, Purpose.INVITE) == ben
    for purpose in (Purpose.RESET, Purpose.SETUP):
        with pytest.raises(PassRefused):
            await accounts.redeem(key, purpose, PASSWORD)
    clock.move(days=6)
    assert await accounts.redeem(key, Purpose.INVITE, PASSWORD) == ben
    with pytest.raises(PassRefused):
        await accounts.redeem(key, Purpose.INVITE, OTHER)
    assert await accounts.sign_in("Ben", PASSWORD, None)


async def test_another_invitation_makes_the_one_before_worthless(accounts: Accounts) -> None:
    ben, key = await accounts.add("Ben")
    again = await accounts.invite_again(ben)
    with pytest.raises(PassRefused):
        await accounts.redeem(key, Purpose.INVITE, PASSWORD)
    assert await accounts.redeem(again, Purpose.INVITE, PASSWORD) == ben


async def test_a_new_password_by_mail_ends_all_sessions_and_all_other_links(accounts: Accounts, clock: Clock) -> None:
    ana = await person(accounts, email="ana@example.org")
    session, invitation = await accounts.start_session(ana), await accounts.invite_again(ana)
    [(user, key)] = await accounts.start_reset("ANA@example.org")
    clock.move(minutes=59)
    assert (await accounts.redeem(key, Purpose.RESET, OTHER)).name == user.name == "Ana"
    assert await accounts.visit(session) is None
    with pytest.raises(PassRefused):
        await accounts.redeem(invitation, Purpose.INVITE, PASSWORD)
    with pytest.raises(SignInRefused):
        await accounts.sign_in("Ana", PASSWORD, None)
    assert await accounts.sign_in("Ana", OTHER, None)


async def test_people_who_share_an_address_get_a_letter_each(accounts: Accounts) -> None:
    for name in ("Ana", "Ida"):
        await person(accounts, name, email="both@example.org")
    (ana, _), (ida, key) = await accounts.start_reset("both@example.org")
    assert (ana.name, ida.name) == ("Ana", "Ida")
    assert (await accounts.redeem(key, Purpose.RESET, OTHER)).name == "Ida"
    [(named, _)] = await accounts.start_reset("ana")
    assert named == ana


async def test_a_link_for_a_new_password_is_good_for_an_hour(accounts: Accounts, clock: Clock) -> None:
    await person(accounts, email="ana@example.org")
    [(_, key)] = await accounts.start_reset(" ana ")
    clock.move(hours=1)
    with pytest.raises(PassRefused):
        await accounts.redeem(key, Purpose.RESET, OTHER)


@pytest.mark.parametrize("who", ["nobody", "nobody@example.org", "", "Ben", "\0"])
async def test_nobody_is_written_to_who_is_not_known_or_has_no_address(accounts: Accounts, who: str) -> None:
    await person(accounts, email="ana@example.org")
    await person(accounts, "Ben")
    assert await accounts.start_reset(who) == []


async def test_a_person_gets_three_letters_in_a_quarter_of_an_hour_and_nobody_learns_of_it(
    accounts: Accounts, clock: Clock
) -> None:
    await person(accounts, email="ana@example.org")
    got = [bool(await accounts.start_reset("ana")) for _ in range(5)]
    assert got == [True, True, True, False, False]
    clock.move(minutes=15)
    assert await accounts.start_reset("ana")


async def test_an_address_from_which_too_many_ask_for_letters_has_to_wait(accounts: Accounts) -> None:
    for number in range(10):
        assert await accounts.start_reset(f"nobody {number}", "198.51.100.7") == []
    with pytest.raises(TooManyTries):
        await accounts.start_reset("nobody", "198.51.100.7")
    assert await accounts.start_reset("nobody", "203.0.113.9") == []


@pytest.mark.parametrize(
    "name", ["a", "Ana María", "张三", "x" * 64, "ana@example.org", "O'Neill <b>", " Ana "], ids=shortened
)
async def test_a_name_is_whatever_people_can_see(accounts: Accounts, name: str) -> None:
    user, _ = await accounts.add(name)
    assert user.name == name.strip()


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 65, "a\nb", "a\0b", "a\u202eb", "a\u200bb", "\ufeff", "a\u2028b", "\ue000"]
)
async def test_a_name_has_nothing_that_cannot_be_seen(accounts: Accounts, name: str) -> None:
    with pytest.raises(Unfit) as told:
        await accounts.add(name)
    assert told.value.field == "name"


@pytest.mark.parametrize("password", ["", "nine char", "x" * 1025, "ä" * 513, "Anastasia the First"], ids=shortened)
async def test_a_password_has_ten_characters_to_a_kilobyte_and_is_not_the_name(
    accounts: Accounts, password: str
) -> None:
    _, key = await accounts.add("anastasia the first")
    with pytest.raises(Unfit) as told:
        await accounts.redeem(key, Purpose.INVITE, password)
    assert told.value.field == "password"


@pytest.mark.parametrize(
    "password", ["ten chars.", "x" * 1024, "ä" * 512, " spaces \0 \n and more", "密码密码密码密码密码"]
)
async def test_a_password_may_have_anything_in_it(accounts: Accounts, password: str) -> None:
    _, key = await accounts.add("Ana")
    await accounts.redeem(key, Purpose.INVITE, password)
    assert await accounts.sign_in("Ana", password, None)


@pytest.mark.parametrize(
    "email",
    [
        *("ana", "a@b@c", "a b@c.example", "a@b\r\nBcc: c@d", "<a@b>", "a" * 250 + "@b.example", "a@b\u200b.example"),
        *("jürgen@example.org", "a@b_c.example", ".a@example.org", "a@.example"),  # no letter could go there
    ],
)
async def test_an_address_for_mail_is_one(accounts: Accounts, email: str) -> None:
    with pytest.raises(Unfit) as told:
        await accounts.add("Ana", email)
    assert told.value.field == "email"


async def test_a_person_says_where_and_how_often_mail_comes(accounts: Accounts) -> None:
    ana = await person(accounts)
    await accounts.set_mail(ana, Pace.WEEKLY, 23)
    await accounts.set_address(ana, " ana@example.org ")
    now = await accounts.get("ana")
    assert (now.pace, now.mail_at, now.email) == (Pace.WEEKLY, 23, "ana@example.org")
    for hour in (24, -1):
        with pytest.raises(Unfit):
            await accounts.set_mail(ana, Pace.EACH, hour)
    with pytest.raises(Unfit):
        await accounts.set_address(ana, "no")
    assert await accounts.get("ana") == now


async def test_a_link_for_a_new_password_ends_when_mail_goes_elsewhere(accounts: Accounts) -> None:
    ana = await person(accounts, email="ana@example.org")
    [(_, key)] = await accounts.start_reset("ana")
    await accounts.set_address(ana, "ana@example.org")
    await accounts.set_mail(ana, Pace.WEEKLY, 23)
    assert await accounts.look_at(key, Purpose.RESET)
    await accounts.set_address(ana, "ana@example.net")
    with pytest.raises(PassRefused):
        await accounts.look_at(key, Purpose.RESET)


async def test_what_is_changed_of_a_person_at_once_is_all_kept(accounts: Accounts, database_url: str) -> None:
    ana, other = await person(accounts, admin=True), Database.open(database_url)
    elsewhere = replace(accounts, database=other)
    for hour in range(12):
        name, email = f"Ana {hour}", f"ana-{hour}@example.org"
        await asyncio.gather(
            accounts.rename(ana, name), elsewhere.set_mail(ana, Pace.EACH, hour), accounts.set_address(ana, email)
        )
        now = await accounts.by_id(ana.id)
        assert (now.name, now.mail_at, now.email) == (name, hour, email)
    other.close()


async def test_a_person_is_renamed_to_a_name_that_is_free(accounts: Accounts) -> None:
    ana = await person(accounts)
    await person(accounts, "Ben")
    assert (await accounts.rename(ana, "ANA")).name == "ANA"
    for name in ("ben", "", "a\0b"):
        with pytest.raises(Unfit):
            await accounts.rename(ana, name)
    assert await accounts.sign_in("ana", PASSWORD, None)


async def test_there_is_always_an_admin(accounts: Accounts) -> None:
    ana, ben = await person(accounts, admin=True), await person(accounts, "Ben")
    with pytest.raises(LastAdmin):
        await accounts.remove(ana)
    with pytest.raises(LastAdmin):
        await accounts.set_admin(ana, False)
    await accounts.set_admin(ben, True)
    await accounts.remove(ana)
    with pytest.raises(LastAdmin):
        await accounts.remove(ben)
    with pytest.raises(NotFound):
        await accounts.set_admin(ana, True)


async def test_of_two_admins_who_are_removed_at_once_one_stays(accounts: Accounts) -> None:
    both = [await person(accounts, name, admin=True) for name in ("Ana", "Ben")]
    told = await asyncio.gather(*map(accounts.remove, both), return_exceptions=True)
    assert sum(isinstance(each, LastAdmin) for each in told) == 1
    assert len(await accounts.every()) == 1


async def test_a_person_who_is_removed_is_signed_out(accounts: Accounts) -> None:
    ben = await person(accounts, "Ben")
    session = await accounts.start_session(ben)
    await accounts.remove(ben)
    assert await accounts.visit(session) is None
    with pytest.raises(NotFound):
        await accounts.by_id(ben.id)


async def test_seats_are_given_and_taken(accounts: Accounts, clock: Clock) -> None:
    ben = await person(accounts, "Ben")
    site = await accounts.database.write(sites.add, "https://a.example/", clock())
    await accounts.seat(ben.id, site.id, Role.OWNER)
    assert await accounts.seats(site.id) == [Seat(ben.id, site.id, Role.OWNER)]
    assert await accounts.sites_of(ben) == [(site, Role.OWNER)]
    await accounts.seat(ben.id, site.id, None)
    assert await accounts.seats(site.id) == []
    with pytest.raises(NotFound):
        await accounts.seat(99, site.id, Role.OWNER)


async def test_people_are_listed_by_name_in_portions_with_their_seats(accounts: Accounts) -> None:
    site = await accounts.database.write(sites.add, "https://me.example/", accounts.now())
    for name in ("carl", "Ana", "Ben"):
        await person(accounts, name)
    ben = await accounts.get("ben")
    await accounts.seat(ben.id, site.id, Role.MODERATOR)
    listed, rest = await accounts.portion()
    assert rest == ""
    assert [(user.name, seated) for user, seated in listed] == [
        ("Ana", []),
        ("Ben", [(Seat(ben.id, site.id, Role.MODERATOR), site.url)]),
        ("carl", []),
    ]
    assert [user.name for user, _ in (await accounts.portion("ANA"))[0]] == ["Ben", "carl"]
    assert await accounts.team(site.id) == [(ben, Role.MODERATOR)]
    for number in range(people.PEOPLE_AT_ONCE):
        await accounts.add(f"zoe {number}")
    listed, rest = await accounts.portion()
    assert (len(listed), listed[-1][0].name) == (people.PEOPLE_AT_ONCE, rest)
    assert len((await accounts.portion(rest))[0]) == 3
