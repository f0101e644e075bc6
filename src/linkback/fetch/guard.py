"""Which addresses the door may connect to, asked of the very address it is about to connect to.

A public address is open on web ports, one in a network that the operator opened on any.
The rule for addresses is core/addresses.py; here it meets ports and sockets.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass

from aiohappyeyeballs import AddrInfoType

from linkback.core.addresses import allows, may_connect
from linkback.fetch.terms import DoorSettings


class NotPublicError(OSError):
    """The address is not one that may be connected to."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Says which addresses may be connected to, and makes the sockets for those."""

    settings: DoorSettings

    def may_connect(self, address: str, port: int) -> bool:
        """Tell whether a connection to address and port is allowed."""
        if allows(self.settings.allow, address):
            return True
        return port in self.settings.ports and may_connect(address)

    def check(self, addresses: Iterable[str], port: int) -> None:
        """Raise NotPublicError unless every address of a name may be connected to.

        A name with a private address among its public ones is an attack or a mistake, and
        which of them is tried first must not decide.
        """
        for address in addresses:
            if not self.may_connect(address, port):
                raise NotPublicError("not a public address")

    def socket_for(self, address: AddrInfoType) -> socket.socket:
        """Make the socket for an address, or raise NotPublicError; nothing lies between this and connect()."""
        family, kind, protocol, _, sockaddr = address
        self.check([str(sockaddr[0])], sockaddr[1])
        return socket.socket(family, kind, protocol)
