"""What tests of people do beside a running Linkback, as another process does: accounts, keys, a mail server."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from linkback.accounts import Accounts
from linkback.accounts.passwords import Passwords
from linkback.core.model import Purpose, User
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from tests.accounts.people import PASSWORD, QUICK
from tests.mail.servers import MailServer, mail_server, text_of
from tests.web.desk import Browser, Shown
from tests.web.running import Running, running, until

NUMBERS = count()
KNOWN_PEERS = ("127.0.0.1/32",)
T = TypeVar("T")


def accounts_at(linkback: Running, work: Callable[[Accounts], Awaitable[T]], *, ago: timedelta = timedelta(0)) -> T:
    """Do something with the accounts of a running Linkback, as it was some time ago; hashes take no time."""

    async def run() -> T:
        async with open_database(linkback.settings) as database:
            return await work(Accounts(database, lambda: utc_now() - ago, Passwords(QUICK)))

    return asyncio.run(run())


def person(linkback: Running, name: str = "ana", *, email: str = "", admin: bool = False) -> User:
    """Add a person with a name like this, who has the usual password; another one for each test."""
    called = f"{name}-{next(NUMBERS)}"

    async def add(accounts: Accounts) -> User:
        _user, key = await accounts.add(called, email.format(called), admin=admin)
        return await accounts.redeem(key, Purpose.INVITE, PASSWORD)

    return accounts_at(linkback, add)


def signing_in(browser: Browser, name: str, password: str = PASSWORD, back: str = "") -> Shown:
    """Write a name and a password into the sign-in page, and send it."""
    browser.get(f"/login?next={back}" if back else "/login")
    return browser.post("/login", {"name": name, "password": password, "next": back})


@contextmanager
def mailing(settings: Settings, folder: Path) -> Iterator[tuple[Running, MailServer]]:
    """Run a Linkback that sends mail, behind a proxy that is known."""
    with mail_server() as post:
        mails = replace(
            settings,
            database=f"sqlite:///{folder}/mailing.db",
            mail_server=post.address,
            mail_security="none",
            mail_sender="links@links.example",
            server_trusted_proxies=KNOWN_PEERS,
        )
        with running(mails) as linkback:
            yield linkback, post


def letter_to(post: MailServer, address: str, subject: str) -> str:
    """Wait for a letter, and return its text."""

    def found() -> list[str]:
        return [text_of(each) for each in post.messages() if each["to"] == address and subject in each["subject"]]

    until(lambda: bool(found()))
    return found()[-1]


def link_in(text: str, linkback: Running, room: str) -> str:
    """Return the path of the one link to a room of this server that is in a text."""
    [path] = set(re.findall(re.escape(linkback.url.rstrip("/")) + rf"(/{room}/[\w-]+)", text))
    return str(path)
