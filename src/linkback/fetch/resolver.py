"""From a name to its addresses: c-ares, all addresses checked, with a deadline of its own.

The hosts file counts, search domains do not. No pool of threads: a hundred names on a
silent server wait side by side and hold up nobody.
"""

import asyncio
import socket
from itertools import chain, islice

import pycares
from aiodns import DNSResolver
from aiodns.error import DNSError
from aiohttp.abc import AbstractResolver, ResolveResult

from linkback.fetch.guard import Guard, to_result

LOOKUP_DEADLINE = 5.0  # seconds; half of what a fetch may take
ASK_AGAIN_AFTER = 1.5  # seconds; c-ares doubles it, so that two tries end within the deadline
TRIES = 2
MAX_EACH = 2  # addresses of a family that are tried; sixty dead ones must not become sixty connections


class NoSuchNameError(OSError):
    """The name has no address, or nobody who knows it answers."""


class Resolver(AbstractResolver):
    """Looks names up for aiohttp, and refuses a name unless all its addresses may be connected to."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._channel: DNSResolver | None = None

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return some of the name's addresses, IPv6 first; raise NotPublicError or NoSuchNameError."""
        addresses = await self._addresses(host)
        if host == "localhost" or host.endswith(".localhost"):
            # It is this machine in both families; who opens 127.0.0.0/8 need not think of ::1.
            addresses = [address for address in addresses if self._guard.may_connect(address, port)] or addresses
        self._guard.check(addresses, port)
        six = (address for address in addresses if ":" in address)
        four = (address for address in addresses if ":" not in address)
        chosen = chain(islice(six, MAX_EACH), islice(four, MAX_EACH))
        return [to_result(host, address, port) for address in chosen]

    async def close(self) -> None:
        """Stop all look-ups."""
        if self._channel is not None:
            await self._channel.close()
            self._channel = None

    async def _addresses(self, host: str) -> list[str]:
        try:
            async with asyncio.timeout(LOOKUP_DEADLINE):
                found = await self._ask().getaddrinfo(host, type=socket.SOCK_STREAM)
        except (DNSError, TimeoutError) as error:
            raise NoSuchNameError("no such name") from error
        addresses = [node.addr[0].decode("ascii") for node in found.nodes]
        if not addresses:
            raise NoSuchNameError("no address")
        return addresses

    def _ask(self) -> DNSResolver:
        if self._channel is None:
            self._channel = DNSResolver(
                nameservers=self._guard.settings.name_servers or None,
                timeout=ASK_AGAIN_AFTER,
                tries=TRIES,
                flags=pycares.ARES_FLAG_NOSEARCH,
            )
        return self._channel
