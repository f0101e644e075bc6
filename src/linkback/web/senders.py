"""Who sent a request: the peer, or the one that a trusted proxy names."""

from ipaddress import ip_address

from litestar.types import HTTPScope

from linkback.core.addresses import Network, is_public
from linkback.core.model import Headers

LONGEST_CHAIN = 10  # proxies; a real chain has one or two


def sender_of(scope: HTTPScope, headers: Headers, trusted: tuple[Network, ...]) -> str | None:
    """Return the sender's address, or None when it cannot be told.

    X-Forwarded-For is believed only as far as trusted proxies wrote it, from the right. A loopback or
    private peer that is no trusted proxy is most likely a proxy nobody told us of: all senders
    would share its budget, so it is no sender.
    """
    client = scope.get("client")
    peer = client[0] if client else ""
    if _within(peer, trusted):
        return _forwarded(headers, trusted)
    return peer if is_public(peer) else None


def _forwarded(headers: Headers, trusted: tuple[Network, ...]) -> str | None:
    values = [value for name, value in headers if name == "x-forwarded-for"]
    chain = [part.strip() for part in ",".join(values).rsplit(",", LONGEST_CHAIN)]
    for address in reversed(chain):
        if not _within(address, trusted):
            return address if _is_address(address) else None
    return None


def _within(address: str, networks: tuple[Network, ...]) -> bool:
    if not networks or not _is_address(address):
        return False
    parsed = ip_address(address)
    return any(parsed.version == network.version and parsed in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
