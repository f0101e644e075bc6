"""Signing in: sessions that begin anew and end, and guessing that is slowed down."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher

from linkback.accounts import Accounts
from linkback.accounts.admission import MOST_TRIES, SEEN_EVERY, SESSION, WINDOW
from linkback.accounts.passwords import Passwords
from linkback.app import open_app
from linkback.core.errors import PassRefused, SignInRefused, TooManyTries, Unfit
from linkback.core.model import Purpose, Role
from linkback.settings import Settings
from linkback.storage import sites, users
from tests.accounts.people import PASSWORD, QUICK, Clock, person

HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
OTHER = "five words in a row, too"


async def fail(accounts: Accounts, name: str, address: str | None, times: int, browser: str = "") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            await accounts.sign_in(name, "not this one", address, browser)


async def test_a_person_signs_in_and_is_known_by_the_session(accounts: Accounts, clock: Clock) -> None:
    ana = await person(accounts)
    clock.move(hours=1)
    secret = await accounts.sign_in("ANA", PASSWORD, HOME)
    visit = await accounts.visit(secret)
    assert visit is not None
    assert visit.user == replace(ana, signed_in_at=clock())
    assert visit.session.ends_at == clock() + SESSION


async def test_every_session_has_a_secret_and_a_form_key_of_its_own(accounts: Accounts) -> None:
    await person(accounts)
    secrets = [await accounts.sign_in("Ana", PASSWORD, HOME) for _ in range(3)]
    visits = [await accounts.visit(secret) for secret in secrets]
    assert len(set(secrets)) == 3
    assert len({visit.session.form_key for visit in visits if visit}) == 3


@pytest.mark.parametrize("secret", ["", "x", "x" * 10_000, "ä\0"])
async def test_who_holds_no_secret_is_nobody(accounts: Accounts, secret: str) -> None:
    await person(accounts)
    assert await accounts.visit(secret) is None


async def test_who_signs_out_is_nobody_from_then_on(accounts: Accounts) -> None:
    await person(accounts)
    one, other = [await accounts.sign_in("Ana", PASSWORD, HOME) for _ in range(2)]
    await accounts.sign_out(one)
    assert await accounts.visit(one) is None
    assert await accounts.visit(other) is not None


async def test_a_session_goes_on_for_as_long_as_it_is_used(accounts: Accounts, clock: Clock) -> None:
    await person(accounts)
    secret = await accounts.sign_in("Ana", PASSWORD, HOME)
    for _ in range(3):
        clock.move(seconds=(SESSION - timedelta(days=1)).total_seconds())
        assert await accounts.visit(secret) is not None
    clock.move(seconds=SESSION.total_seconds())
    assert await accounts.visit(secret) is None


async def test_a_session_in_use_is_written_at_most_once_in_ten_minutes(accounts: Accounts, clock: Clock) -> None:
    await person(accounts)
    secret = await accounts.sign_in("Ana", PASSWORD, HOME)
    began = clock()
    seen = []
    for _ in range(3):
        clock.move(seconds=SEEN_EVERY.total_seconds() / 2)
        await accounts.visit(secret)
        visit = await accounts.visit(secret)
        seen.append(visit and visit.session.seen_at - began)
    assert seen == [timedelta(), SEEN_EVERY, SEEN_EVERY]


async def test_a_visit_tells_the_sites_and_what_the_person_is_there(accounts: Accounts, clock: Clock) -> None:
    ana, ben = await person(accounts, admin=True), await person(accounts, "Ben")
    one = await accounts.database.write(sites.add, "https://a.example/", clock())
    two = await accounts.database.write(sites.add, "https://b.example/", clock())
    await accounts.seat(ben.id, two.id, Role.MODERATOR)
    secrets = [await accounts.start_session(user) for user in (ana, ben)]
    ana_sees, ben_sees = [await accounts.visit(secret) for secret in secrets]
    assert ana_sees and ana_sees.seats == ((one, Role.OWNER), (two, Role.OWNER))
    assert ben_sees and ben_sees.seats == ((two, Role.MODERATOR),)


@pytest.mark.parametrize("name", ["Ana", "nobody", "", "\0", "x" * 5000])
async def test_a_wrong_name_and_a_wrong_password_are_refused_alike(accounts: Accounts, name: str) -> None:
    await person(accounts)
    with pytest.raises(SignInRefused) as refused:
        await accounts.sign_in(name, OTHER, HOME)
    assert str(refused.value) == "The name or the password is not right."


async def test_who_has_not_chosen_a_password_cannot_sign_in(accounts: Accounts) -> None:
    await accounts.add("Ben")
    for password in ("", "nobody has this password"):
        with pytest.raises(SignInRefused):
            await accounts.sign_in("Ben", password, HOME)


async def test_a_name_that_nobody_has_costs_a_hash_too(accounts: Accounts) -> None:
    """No time is measured: what is counted is how often a password was compared with a hash."""
    compared: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # named so by its parent
            compared.append(str(hash))
            return super().verify(hash, password)

    counting = Accounts(accounts.database, accounts.now, Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1)))
    await person(counting)
    await accounts.add("Ben")
    await fail(counting, "Ana", HOME, 1)
    await fail(counting, "Ben", HOME, 1)
    await fail(counting, "nobody", HOME, 1)
    assert len(compared) == 3
    assert all(kept.startswith("$argon2id$") for kept in compared)


async def test_an_eleventh_try_within_a_quarter_of_an_hour_is_refused_even_if_right(
    accounts: Accounts, clock: Clock
) -> None:
    await person(accounts)
    await fail(accounts, "Ana", None, MOST_TRIES - 1)
    clock.move(minutes=5)
    await fail(accounts, "aNA", None, 1)
    with pytest.raises(TooManyTries) as told:
        await accounts.sign_in("Ana", PASSWORD, None)
    assert told.value.retry_after == 10 * 60
    clock.move(minutes=10)
    assert await accounts.sign_in("Ana", PASSWORD, None)


async def test_tries_count_against_the_account_from_wherever_they_come(accounts: Accounts) -> None:
    await person(accounts)
    for number in range(MOST_TRIES):
        await fail(accounts, "Ana", f"198.51.100.{number}", 1)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("Ana", PASSWORD, HOME)


async def test_tries_count_against_the_address_whomever_they_mean(accounts: Accounts) -> None:
    await person(accounts)
    for number in range(MOST_TRIES):
        await fail(accounts, f"nobody {number}", HOME, 1)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("Ana", PASSWORD, HOME)
    assert await accounts.sign_in("Ana", PASSWORD, ELSEWHERE)


async def test_ipv6_addresses_of_one_network_count_as_one(accounts: Accounts) -> None:
    await person(accounts)
    for number in range(MOST_TRIES):
        await fail(accounts, f"nobody {number}", f"2001:db8:1:2::{number}", 1)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("Ana", PASSWORD, "2001:db8:1:2:ffff::1")
    assert await accounts.sign_in("Ana", PASSWORD, "2001:db8:1:3::1")


async def test_addresses_that_cannot_be_told_share_no_budget(accounts: Accounts) -> None:
    await person(accounts)
    for number in range(MOST_TRIES + 1):
        await fail(accounts, f"nobody {number}", None, 1)
    assert await accounts.sign_in("Ana", PASSWORD, None)


async def test_what_went_well_is_not_counted(accounts: Accounts) -> None:
    await person(accounts)
    for _ in range(MOST_TRIES + 2):
        assert await accounts.sign_in("Ana", PASSWORD, HOME)


async def test_who_is_refused_for_too_many_tries_is_not_kept_waiting_longer_for_trying_on(
    accounts: Accounts, clock: Clock
) -> None:
    await person(accounts)
    await fail(accounts, "Ana", HOME, MOST_TRIES)
    for _ in range(3):
        clock.move(minutes=4)
        with pytest.raises(TooManyTries):
            await accounts.sign_in("Ana", PASSWORD, HOME)
    clock.move(seconds=WINDOW.total_seconds() - 12 * 60)
    assert await accounts.sign_in("Ana", PASSWORD, HOME)


async def test_of_many_tries_at_once_no_more_than_ten_are_looked_at(accounts: Accounts) -> None:
    await person(accounts)
    tries = (accounts.sign_in("Ana", "not this one", HOME) for _ in range(3 * MOST_TRIES))
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, SignInRefused) for each in told) == MOST_TRIES
    assert sum(isinstance(each, TooManyTries) for each in told) == 2 * MOST_TRIES


async def test_what_others_try_does_not_lock_a_browser_out_that_the_person_used_before(accounts: Accounts) -> None:
    ana = await person(accounts)
    browser = await accounts.know_browser(ana)
    await fail(accounts, "Ana", HOME, MOST_TRIES)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("Ana", PASSWORD, HOME)
    assert await accounts.sign_in("Ana", PASSWORD, HOME, browser)


async def test_a_known_browser_has_ten_tries_too(accounts: Accounts) -> None:
    ana = await person(accounts)
    browser = await accounts.know_browser(ana)
    await fail(accounts, "Ana", HOME, MOST_TRIES, browser)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("Ana", PASSWORD, HOME, browser)
    assert await accounts.sign_in("Ana", PASSWORD, HOME)


async def test_a_browser_is_known_to_its_own_person_alone(accounts: Accounts) -> None:
    await person(accounts)
    ben = await person(accounts, "Ben")
    await fail(accounts, "Ana", HOME, MOST_TRIES)
    for browser in (await accounts.know_browser(ben), f"{ben.id}:x", "nonsense"):
        with pytest.raises(TooManyTries):
            await accounts.sign_in("Ana", PASSWORD, HOME, browser)


async def test_a_new_password_ends_all_sessions_and_begins_another(accounts: Accounts) -> None:
    ana = await person(accounts)
    ben = await person(accounts, "Ben")
    before = [await accounts.start_session(ana) for _ in range(2)]
    other = await accounts.start_session(ben)
    secret = await accounts.change_password(ana, PASSWORD, OTHER)
    assert [await accounts.visit(each) for each in before] == [None, None]
    assert await accounts.visit(secret) is not None
    assert await accounts.visit(other) is not None
    with pytest.raises(SignInRefused):
        await accounts.sign_in("Ana", PASSWORD, HOME)
    assert await accounts.sign_in("Ana", OTHER, HOME)


async def test_a_new_password_needs_the_old_one_which_cannot_be_guessed_faster_there(accounts: Accounts) -> None:
    ana = await person(accounts)
    for _ in range(MOST_TRIES):
        with pytest.raises(Unfit) as told:
            await accounts.change_password(ana, "not this one", OTHER)
        assert told.value.field == "old"
    with pytest.raises(TooManyTries):
        await accounts.change_password(ana, PASSWORD, OTHER)


async def test_who_stays_alone_ends_all_other_sessions(accounts: Accounts, clock: Clock) -> None:
    ana = await person(accounts)
    other = await accounts.start_session(await person(accounts, "Ben"))
    before = await accounts.start_session(ana)
    clock.move(minutes=11)
    used = await accounts.start_session(ana)
    assert [each.seen_at for each in await accounts.sessions(ana)] == [clock(), clock() - timedelta(minutes=11)]
    alone = await accounts.stay_alone(ana)
    assert [await accounts.visit(each) for each in (before, used)] == [None, None]
    assert await accounts.visit(alone) and await accounts.visit(other)
    clock.move(days=30)
    assert await accounts.sessions(ana) == []


async def test_who_proves_a_password_is_counted_like_who_signs_in(accounts: Accounts) -> None:
    ana = await person(accounts)
    for _ in range(MOST_TRIES + 1):
        await accounts.prove(ana, PASSWORD)
    for _ in range(MOST_TRIES):
        with pytest.raises(Unfit):
            await accounts.prove(ana, "not this one")
    with pytest.raises(TooManyTries):
        await accounts.prove(ana, PASSWORD)


async def test_a_password_given_by_the_operator_ends_all_sessions(accounts: Accounts) -> None:
    ana = await person(accounts)
    secret = await accounts.start_session(ana)
    await accounts.give_password("ana", OTHER)
    assert await accounts.visit(secret) is None
    assert await accounts.sign_in("Ana", OTHER, HOME)


async def test_a_hash_of_weaker_parameters_is_made_anew_when_the_password_is_known(accounts: Accounts) -> None:
    await person(accounts)
    before = await accounts.database.read(users.secured, "Ana")
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await Accounts(accounts.database, accounts.now, stronger).sign_in("Ana", PASSWORD, HOME)
    after = await accounts.database.read(users.secured, "Ana")
    assert before and after
    assert "m=8,t=1" in before.password
    assert "m=16,t=2" in after.password
    assert await accounts.sign_in("Ana", PASSWORD, HOME)


async def test_hashes_are_made_as_the_library_recommends() -> None:
    kept = await Passwords().hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await Passwords().matches(kept, PASSWORD)
    assert not Passwords().is_dated(kept)


async def test_a_password_is_the_same_however_its_letters_are_put_together(accounts: Accounts) -> None:
    _, key = await accounts.add("Ana")
    await accounts.redeem(key, Purpose.INVITE, "caf\u00e9 caf\u00e9 caf\u00e9")
    assert await accounts.sign_in("Ana", "cafe\u0301 cafe\u0301 cafe\u0301", HOME)


async def test_the_worker_tidies_what_has_ended(database_url: str, accounts: Accounts, clock: Clock) -> None:
    secret = await accounts.start_session(await person(accounts))
    clock.move(days=31)
    async with open_app(Settings(database=database_url), now=clock) as app:
        await app.worker.tidy()
    clock.move(days=-31)
    assert await accounts.visit(secret) is None


async def test_what_has_ended_is_tidied_away(accounts: Accounts, clock: Clock) -> None:
    ana = await person(accounts)
    await accounts.start_session(ana)
    await accounts.invite_again(ana)
    await fail(accounts, "Ana", HOME, 1)
    assert await accounts.tidy() == 0
    clock.move(days=31)
    assert await accounts.tidy() == 1 + 1 + 2
    assert await accounts.tidy() == 0


@pytest.mark.parametrize("renames", [False, True], ids=["with other browsers", "with other names"])
async def test_who_took_a_session_over_guesses_no_faster_by_what_a_session_may_do(
    accounts: Accounts, renames: bool
) -> None:
    ana = await person(accounts)
    for number in range(MOST_TRIES):
        browser = "" if renames else await accounts.know_browser(ana)
        with pytest.raises(Unfit):
            await accounts.prove(ana, "not this one", f"198.51.100.{number}", browser)
        ana = await accounts.rename(ana, f"Ana {number}") if renames else ana
    with pytest.raises(TooManyTries):
        await accounts.prove(ana, PASSWORD, ELSEWHERE, await accounts.know_browser(ana))


async def test_what_strangers_try_keeps_nobody_from_changing_the_password_in_a_known_browser(
    accounts: Accounts,
) -> None:
    ana = await person(accounts)
    browser = await accounts.know_browser(ana)
    await fail(accounts, "Ana", HOME, MOST_TRIES)
    assert await accounts.change_password(ana, PASSWORD, OTHER, HOME, browser)


@dataclass(frozen=True)
class Meanwhile(Passwords):
    """Passwords that take long to compare: something happens before it is told that one is right."""

    happens: Callable[[], Awaitable[object]] = field(kw_only=True)

    async def matches(self, kept: str, password: str) -> bool:
        """Tell whether a password is the one, after what happens meanwhile."""
        told = await super().matches(kept, password)
        await self.happens()
        return told


@pytest.mark.parametrize("stronger", [False, True])
async def test_who_signs_in_while_the_password_changes_is_not_let_in(accounts: Accounts, stronger: bool) -> None:
    await person(accounts)
    hasher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1) if stronger else QUICK
    slow = replace(accounts, passwords=Meanwhile(hasher, happens=lambda: accounts.give_password("Ana", OTHER)))
    with pytest.raises(SignInRefused):
        await slow.sign_in("Ana", PASSWORD, HOME)
    assert await accounts.sign_in("Ana", OTHER, HOME)


async def test_who_changes_the_password_while_another_does_is_refused(accounts: Accounts) -> None:
    ana = await person(accounts)
    slow = replace(accounts, passwords=Meanwhile(QUICK, happens=lambda: accounts.give_password("Ana", OTHER)))
    with pytest.raises(Unfit) as told:
        await slow.change_password(ana, PASSWORD, "six words in a row, at last")
    assert told.value.field == "old"
    assert await accounts.sign_in("Ana", OTHER, HOME)


async def test_who_is_removed_while_they_sign_in_is_not_let_in(accounts: Accounts) -> None:
    ana = await person(accounts)
    slow = replace(accounts, passwords=Meanwhile(QUICK, happens=lambda: accounts.remove(ana)))
    with pytest.raises(SignInRefused):
        await slow.sign_in("Ana", PASSWORD, HOME)


async def test_a_new_password_makes_links_for_another_one_worthless(accounts: Accounts) -> None:
    ana = await person(accounts, email="ana@example.org")
    [(_, reset)] = await accounts.start_reset("ana")
    links = [(reset, Purpose.RESET), (await accounts.invite_again(ana), Purpose.INVITE)]
    await accounts.change_password(ana, PASSWORD, OTHER)
    for key, purpose in links:
        with pytest.raises(PassRefused):
            await accounts.look_at(key, purpose)
