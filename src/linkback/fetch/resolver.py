"""From a name to its addresses: c-ares, all addresses checked, with a deadline of its own.

The hosts file counts, search domains do not. No pool of threads: a hundred names on a
silent server wait side by side and hold up nobody.
"""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address
from itertools import chain, islice

import pycares
from aiodns import DNSResolver
from aiodns.error import DNSError

from linkback.fetch.guard import Guard

LOOKUP_DEADLINE = 5.0  # seconds; half of what a fetch may take
ASK_AGAIN_AFTER = 1.5  # seconds; c-ares doubles it, so that two tries end within the deadline
TRIES = 2
MAX_EACH = 2  # addresses of a family that are tried; sixty dead ones must not become sixty connections
REMEMBER = 10.0  # seconds; a burst of pings from one site asks once
MAX_REMEMBERED = 1000  # names; past that the oldest is forgotten
NOTHING_THERE = frozenset({pycares.errno.ARES_ENOTFOUND, pycares.errno.ARES_ENODATA})


class NoSuchNameError(OSError):
    """The name has no address, or nobody who knows it answers."""


class Resolver:
    """Looks names up, and refuses a name unless all its addresses may be connected to."""

    def __init__(self, guard: Guard, clock: Callable[[], float]) -> None:
        self._guard = guard
        self._clock = clock
        self._channel: DNSResolver | None = None
        self._known: OrderedDict[str, tuple[float, list[str]]] = OrderedDict()

    async def resolve(self, host: str, port: int) -> list[str]:
        """Return some addresses of a host, IPv6 first; raise NotPublicError or NoSuchNameError.

        They are checked at each call, remembered or not. A host that is an address stands for itself.
        """
        addresses = [host] if _is_address(host) else await self._addresses(host)
        if host == "localhost" or host.endswith(".localhost"):
            # It is this machine in both families; who opens 127.0.0.0/8 need not think of ::1.
            addresses = [address for address in addresses if self._guard.may_connect(address, port)] or addresses
        self._guard.check(addresses, port)
        six = (address for address in addresses if ":" in address)
        four = (address for address in addresses if ":" not in address)
        return list(chain(islice(six, MAX_EACH), islice(four, MAX_EACH)))

    async def texts(self, name: str) -> list[str]:
        """Return what the TXT records of a name say; raise NoSuchNameError when nobody answers in time."""
        try:
            async with asyncio.timeout(LOOKUP_DEADLINE):
                found = await self._ask().query_dns(name, "TXT")
        except DNSError as error:
            if error.args[0] in NOTHING_THERE:
                return []
            raise NoSuchNameError("no answer") from error
        except TimeoutError as error:
            raise NoSuchNameError("no answer in time") from error
        said = (record.data for record in found.answer if isinstance(record.data, pycares.TXTRecordData))
        return [text.data.decode("utf-8", "replace") for text in said]

    async def close(self) -> None:
        """Stop all look-ups."""
        if self._channel is not None:
            await self._channel.close()
            self._channel = None

    async def _addresses(self, host: str) -> list[str]:
        until, addresses = self._known.get(host, (0.0, []))
        if self._clock() >= until:
            addresses = await self._look_up(host)
            self._remember(host, addresses)
        return addresses

    def _remember(self, host: str, addresses: list[str]) -> None:
        self._known[host] = (self._clock() + REMEMBER, addresses)
        self._known.move_to_end(host)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)

    async def _look_up(self, host: str) -> list[str]:
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


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
