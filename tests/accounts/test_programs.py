"""API tokens: what a program may do with one, where, and for how long."""

import pytest

from linkback.accounts import Accounts
from linkback.accounts.programs import MOST_TOKENS
from linkback.core.errors import NotFound, Unfit
from linkback.core.model import Role, Scope, Site, User
from linkback.storage import sites
from tests.accounts.people import Clock, person


async def owner(accounts: Accounts, *urls: str) -> tuple[User, list[Site]]:
    """Add a person who owns new sites."""
    ben = await person(accounts, "Ben")
    owned = [await accounts.database.write(sites.add, url, accounts.now()) for url in urls]
    for site in owned:
        await accounts.seat(ben.id, site.id, Role.OWNER)
    return ben, owned


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("asked", list(Scope))
async def test_a_token_is_good_for_its_scopes_alone(accounts: Accounts, scope: Scope, asked: Scope) -> None:
    ben, owned = await owner(accounts, "https://a.example/")
    made, secret = await accounts.add_token(ben, "A reader", [scope])
    found = await accounts.token(secret, asked)
    assert (found is not None) == (asked is scope)
    assert found is None or (found.token.id, found.user.name, found.sites) == (made.id, "Ben", tuple(owned))


async def test_a_token_is_good_at_the_sites_that_its_person_sees_now(accounts: Accounts) -> None:
    ben, (one, two) = await owner(accounts, "https://a.example/", "https://b.example/")
    _, anywhere = await accounts.add_token(ben, "All", [Scope.READ])
    _, somewhere = await accounts.add_token(ben, "One", [Scope.READ], two.id)

    async def reaches(secret: str) -> tuple[Site, ...]:
        found = await accounts.token(secret, Scope.READ)
        assert found
        return found.sites

    assert (await reaches(anywhere), await reaches(somewhere)) == ((one, two), (two,))
    await accounts.seat(ben.id, two.id, None)
    assert (await reaches(anywhere), await reaches(somewhere)) == ((one,), ())


async def test_a_token_tells_the_role_of_its_person(accounts: Accounts) -> None:
    ben, (site,) = await owner(accounts, "https://a.example/")
    await accounts.seat(ben.id, site.id, Role.MODERATOR)
    _, secret = await accounts.add_token(ben, "A reader", [Scope.DECIDE])
    found = await accounts.token(secret, Scope.DECIDE)
    assert found and found.seats == ((site, Role.MODERATOR),)


async def test_nobody_gets_a_token_for_a_site_that_they_do_not_see(accounts: Accounts) -> None:
    await owner(accounts, "https://a.example/")
    ana = await person(accounts)
    site = await accounts.database.write(sites.add, "https://b.example/", accounts.now())
    for site_id in (site.id, 99):
        with pytest.raises(NotFound):
            await accounts.add_token(ana, "A reader", [Scope.READ], site_id)


async def test_a_secret_is_long_and_never_the_same(accounts: Accounts) -> None:
    ana = await person(accounts)
    secrets = {(await accounts.add_token(ana, "A reader", [Scope.READ]))[1] for _ in range(4)}
    assert len(secrets) == 4
    assert all(secret.startswith("lb_") and len(secret) == 46 for secret in secrets)


@pytest.mark.parametrize("secret", ["", "lb_", "lb_x", "x" * 46, "lb_" + "x" * 5000, "lb_\0ä"])
async def test_what_is_no_token_opens_nothing(accounts: Accounts, secret: str) -> None:
    ana = await person(accounts)
    await accounts.add_token(ana, "A reader", list(Scope))
    assert await accounts.token(secret, Scope.READ) is None


async def test_a_token_that_was_dropped_opens_nothing_and_only_its_person_drops_it(accounts: Accounts) -> None:
    ana, ben = await person(accounts), await person(accounts, "Ben")
    made, secret = await accounts.add_token(ana, "A reader", [Scope.READ])
    with pytest.raises(NotFound):
        await accounts.drop_token(ben, made.id)
    assert await accounts.token(secret, Scope.READ)
    await accounts.drop_token(ana, made.id)
    assert await accounts.token(secret, Scope.READ) is None


async def test_a_token_goes_with_its_person(accounts: Accounts) -> None:
    ben = await person(accounts, "Ben")
    _, secret = await accounts.add_token(ben, "A reader", [Scope.READ])
    await accounts.remove(ben)
    assert await accounts.token(secret, Scope.READ) is None


async def test_when_a_token_was_used_is_noted_at_most_once_a_minute(accounts: Accounts, clock: Clock) -> None:
    ana = await person(accounts)
    _, secret = await accounts.add_token(ana, "A reader", [Scope.READ])
    began, used = clock(), []
    for _ in range(4):
        await accounts.token(secret, Scope.READ)
        (token,) = await accounts.tokens(ana)
        used.append(token.used_at and (token.used_at - began).total_seconds())
        clock.move(seconds=40)
    assert used == [0, 0, 80, 80]


async def test_asking_for_what_a_token_is_not_for_does_not_count_as_use(accounts: Accounts) -> None:
    ana = await person(accounts)
    _, secret = await accounts.add_token(ana, "A reader", [Scope.READ])
    await accounts.token(secret, Scope.DECIDE)
    (token,) = await accounts.tokens(ana)
    assert token.used_at is None


async def test_a_token_has_a_name_and_a_scope_and_a_person_has_so_many(accounts: Accounts) -> None:
    ana = await person(accounts)
    for name, scopes in (("", [Scope.READ]), ("a\u202eb", [Scope.READ]), ("A reader", [])):
        with pytest.raises(Unfit):
            await accounts.add_token(ana, name, scopes)
    for number in range(MOST_TOKENS):
        await accounts.add_token(ana, f"{number}", [Scope.FEED])
    with pytest.raises(Unfit):
        await accounts.add_token(ana, "One more", [Scope.FEED])
