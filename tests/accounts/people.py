"""What the tests of accounts share: a clock that they move, hashes that take no time, and people."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from linkback.accounts import Accounts
from linkback.core.model import Purpose, User

PASSWORD = "four words in a row"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Let time go by."""
        self.moment += timedelta(**by)


async def person(accounts: Accounts, name: str = "Ana", email: str = "", *, admin: bool = False) -> User:
    """Add a person who has chosen a password."""
    _, key = await accounts.add(name, email, admin=admin)
    return await accounts.redeem(key, Purpose.INVITE, PASSWORD)
