"""Who signs in at the desks of the browser tests."""

from linkback.accounts import Accounts
from linkback.core.model import User
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from linkback.web.dashboard.cookies import SESSION

OWNER = "ana"
PASSWORD = "correct horse battery staple"


async def session_of(settings: Settings, name: str, password: str = PASSWORD) -> tuple[str, str]:
    """Return name and value of the cookie of a session; whoever has no account gets one, the first an admin's."""
    async with open_database(settings) as database:
        accounts = Accounts(database, utc_now)
        user = await _person(accounts, name, password)
        return SESSION, await accounts.start_session(user)


async def setup_key(settings: Settings) -> str:
    """Return the key of a link that makes the first account."""
    async with open_database(settings) as database:
        key = await Accounts(database, utc_now).open_setup()
    assert key
    return key


async def reset_key(settings: Settings, name: str = OWNER) -> str:
    """Return the key of a link to a new password."""
    async with open_database(settings) as database:
        [(_, key)] = await Accounts(database, utc_now).start_reset(name)
    return key


async def invitation_key(settings: Settings) -> str:
    """Return the key of a link for somebody new."""
    async with open_database(settings) as database:
        accounts = Accounts(database, utc_now)
        _user, key = await accounts.add(f"guest-{len(await accounts.every())}", "")
        return key


async def _person(accounts: Accounts, name: str, password: str) -> User:
    if key := await accounts.open_setup():
        return await accounts.set_up(key, name, password, f"{name}@example.com")
    if name in {user.name for user in await accounts.every()}:
        return await accounts.get(name)
    await accounts.add(name, f"{name}@example.com")
    return await accounts.give_password(name, password)
