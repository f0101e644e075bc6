"""Passwords: hashed by Argon2id with the parameters that argon2-cffi recommends, in threads.

A hash takes 64 MiB for as long as it runs, so a few at most run at once, however many ask.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linkback.accounts.wording import LONGEST_PASSWORD, composed

AT_ONCE = 2
HASHERS = 8  # a program has one
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Passwords:
    """Hashes passwords, and compares them."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def hash(self, password: str) -> str:
        """Return the hash of a password, with a salt of its own."""
        return await self._in_turn(lambda: self.hasher.hash(composed(password)))

    async def matches(self, kept: str, password: str) -> bool:
        """Tell whether a password is that of the hash; where nothing is kept, no is said after the same time."""
        return await self._in_turn(lambda: self._matches(kept, composed(password)))

    def is_dated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than those of today."""
        return self.hasher.check_needs_rehash(kept)

    def _matches(self, kept: str, password: bytes) -> bool:
        if len(password) > LONGEST_PASSWORD:
            return False
        nobody = _nobody(self.hasher)
        try:
            self.hasher.verify(kept or nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        async with self._turns:
            return await asyncio.to_thread(work)


@lru_cache(HASHERS)
def _nobody(hasher: PasswordHasher) -> str:
    """Return a hash that takes as long as any other, for names that nobody has."""
    return hasher.hash("nobody has this password")
