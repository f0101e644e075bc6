"""From an address to a connection: find the addresses of the name, ask the guard, connect, and encrypt.

A socket is made by the guard, for the very address that connect() gets next. Nothing of
the environment has a say: no proxy, no other way round.
"""

import asyncio
import socket
import ssl

from aiohappyeyeballs import AddrInfoType, start_connection

from linkback.core.urls import Url
from linkback.fetch.connection import Line
from linkback.fetch.guard import Guard
from linkback.fetch.resolver import Resolver

HAPPY_EYEBALLS = 0.25  # seconds; RFC 8305 section 5


class NotTakenError(OSError):
    """The host does not take the connection."""


class NotEncryptedError(OSError):
    """No encrypted connection came about."""


class Dialer:
    """Opens lines to where the guard lets it; how many is the gate's business."""

    def __init__(self, guard: Guard, resolver: Resolver) -> None:
        self._guard = guard
        self._resolver = resolver
        self._trust: ssl.SSLContext | None = None

    async def dial(self, url: Url) -> Line:
        """Connect to the host of an address.

        Raises NotPublicError, NoSuchNameError, NotTakenError or NotEncryptedError.
        """
        addresses = await self._resolver.resolve(url.host, url.port)
        connected = await self._connect(addresses, url.port)
        try:
            return await self._begin(url, connected)
        except OSError as error:
            connected.close()
            if url.scheme == "http":
                raise NotTakenError("not taken") from error
            raise NotEncryptedError("not encrypted") from error

    async def _connect(self, addresses: list[str], port: int) -> socket.socket:
        try:
            return await start_connection(
                [_where(address, port) for address in addresses],
                happy_eyeballs_delay=HAPPY_EYEBALLS,
                socket_factory=self._guard.socket_for,
            )
        except (OSError, RuntimeError) as error:  # uvloop raises the second where a socket breaks while it connects
            raise NotTakenError("not taken") from error

    async def _begin(self, url: Url, connected: socket.socket) -> Line:
        loop = asyncio.get_running_loop()
        if url.scheme == "http":
            _, line = await loop.create_connection(Line, sock=connected)
        else:
            trust = self._trusted()
            _, line = await loop.create_connection(Line, sock=connected, ssl=trust, server_hostname=url.host)
        return line

    def _trusted(self) -> ssl.SSLContext:
        """Return whom to trust, read once: the system's authorities, and those in the operator's file."""
        if self._trust is None:
            self._trust = ssl.create_default_context()
            self._trust.set_alpn_protocols(["http/1.1"])
            if self._guard.settings.authorities:
                self._trust.load_verify_locations(self._guard.settings.authorities)
        return self._trust


def _where(address: str, port: int) -> AddrInfoType:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)
