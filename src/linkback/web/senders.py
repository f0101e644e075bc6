"""Who sent a request: the peer, or the one that a trusted proxy names."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from litestar.types import HTTPScope

from linkback.core.addresses import Network, parse_networks
from linkback.core.model import Headers

Address = IPv4Address | IPv6Address

LONGEST_CHAIN = 10  # proxies; a real chain has one or two
REMEMBERED = 1000  # addresses; a proxy is one, and a busy sender comes often
PRIVATE_IPV4 = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16")
PRIVATE_IPV6 = ("::1", "fc00::/7", "fe80::/10")
PRIVATE = parse_networks(PRIVATE_IPV4 + PRIVATE_IPV6)


def sender_of(scope: HTTPScope, headers: Headers, trusted: tuple[Network, ...]) -> str | None:
    """Return the sender's address, or None when it cannot be told.

    X-Forwarded-For is believed only as far as trusted proxies wrote it, from the right. A loopback or
    private address that is no trusted proxy is most likely a proxy nobody told us of: all senders
    would share its budget, so it is no sender.
    """
    client = scope.get("client")
    peer = client[0] if client else ""
    if not _is_trusted(peer, trusted):
        return _as_sender(peer)
    address = _forwarded(headers, trusted)
    return _as_sender(str(address)) if address else None


@lru_cache(REMEMBERED)
def _is_trusted(peer: str, trusted: tuple[Network, ...]) -> bool:
    address = _address(peer)
    return address is not None and _within(address, trusted)


@lru_cache(REMEMBERED)
def _as_sender(text: str) -> str | None:
    address = _address(text)
    return str(address) if address and not _within(address, PRIVATE) else None


def _forwarded(headers: Headers, trusted: tuple[Network, ...]) -> Address | None:
    values = [value for name, value in headers if name == "x-forwarded-for"]
    chain = ",".join(values).rsplit(",", LONGEST_CHAIN)
    for text in reversed(chain):
        address = _address(text.strip())
        if address is None or not _within(address, trusted):
            return address
    return None


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _address(text: str) -> Address | None:
    """Read an address; what a dual-stack listener sees as ::ffff:192.0.2.1 is 192.0.2.1."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
