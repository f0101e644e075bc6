"""Accounts over each database, with a clock that tests move and hashes that take no time."""

import pytest

from linkback.accounts import Accounts
from linkback.accounts.passwords import Passwords
from linkback.storage.database import Database
from tests.accounts.people import QUICK, Clock


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    """Accounts of nobody."""
    return Accounts(database, clock, Passwords(QUICK))
