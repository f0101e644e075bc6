"""Which IP addresses count as public, and which private ones the operator opened.

An explicit allow set: what is not known to be public is refused. Never a name, never
a look-up; fetch asks here about the very address it is about to connect to.
Spec: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890, RFC 8190)
"""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from linkback.core.errors import SettingsError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC_IPV4 = (
    "0.0.0.0/8",  # this network; Linux connects 0.0.0.0 to itself
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # carrier-grade NAT, and Alibaba's metadata at 100.100.100.200
    "127.0.0.0/8",  # loopback
    "168.63.129.16/32",  # Azure's metadata, although globally routable
    "169.254.0.0/16",  # link-local, and the metadata of most clouds
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments, and Oracle's metadata at 192.0.0.192
    "192.0.2.0/24",  # documentation
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # automatic multicast tunnels
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",  # private
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)
GLOBAL_IPV6 = "2000::/3"  # all that IANA gave out; mapped, compatible, SIIT, NAT64 and local forms lie outside
NOT_PUBLIC_IPV6 = (
    "2001::/23",  # Teredo, ORCHID, benchmarks, anycast
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4: an IPv4 address inside
    "2620:4f:8000::/48",  # AS112
    "3fff::/20",  # documentation
)
MAPPED = IPv6Network("::ffff:0:0/96")
LONGEST_ADDRESS = 45  # characters: IPv6 with an IPv4 tail
REMEMBERED = 4096  # addresses; an entry is about 200 bytes

_ISATAP = 0x5EFE  # RFC 5214 section 6.1: 0000:5efe or 0200:5efe before the IPv4 address
_ISATAP_MASK = 0xFCFF_FFFF


def _spans(texts: Iterable[str]) -> tuple[list[int], list[int]]:
    """Return the first and the last addresses of networks as numbers, in order."""
    networks = sorted((int(n.network_address), int(n.broadcast_address)) for n in map(ip_network, texts))
    return [first for first, _ in networks], [last for _, last in networks]


_FIRST_4, _LAST_4 = _spans(NOT_PUBLIC_IPV4)
_FIRST_6, _LAST_6 = _spans(NOT_PUBLIC_IPV6)
_GLOBAL_6 = IPv6Network(GLOBAL_IPV6)
_FIRST_GLOBAL_6, _LAST_GLOBAL_6 = int(_GLOBAL_6.network_address), int(_GLOBAL_6.broadcast_address)


@lru_cache(REMEMBERED)
def is_public(address: str | Address) -> bool:
    """Tell whether an address is one of the public internet.

    Forms that carry an IPv4 address inside (mapped, compatible, SIIT, NAT64, 6to4, Teredo,
    ISATAP) are refused whatever they carry, and so are zone ids and text that is no address.
    """
    parsed = _parsed(address)
    if parsed is None:
        return False
    if isinstance(parsed, IPv4Address):
        return not _inside(int(parsed), _FIRST_4, _LAST_4)
    return _is_public_ipv6(int(parsed))


def allows(networks: tuple[Network, ...], address: str | Address) -> bool:
    """Tell whether an address lies inside one of the networks that the operator opened.

    An IPv4-mapped address is in none of them: it would reach the IPv4 host by another way
    than the one that was opened.
    """
    parsed = _parsed(address)
    if parsed is None or (isinstance(parsed, IPv6Address) and parsed in MAPPED):
        return False
    return any(parsed in network for network in networks)


def may_connect(address: str | Address, allowed: tuple[Network, ...] = ()) -> bool:
    """Tell whether a connection to an address is allowed: it is public, or the operator opened its network."""
    return is_public(address) or (bool(allowed) and allows(allowed, address))


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read the networks of the setting network.allow, such as "10.0.0.0/8" or "fd00::/8".

    Raises SettingsError with the value and what would be right.
    """
    return tuple(_network(text) for text in texts)


@lru_cache(REMEMBERED)
def sender_group(address: str) -> str:
    """Return whom a sender's budget belongs to: an IPv4 address, or the /64 of an IPv6 one.

    A host has a whole /64 to choose from. A mapped address, as a dual-stack listener sees it,
    counts as its IPv4 address; text that is no address stands for itself.
    """
    parsed = _parsed(address.partition("%")[0])
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


def _parsed(address: str | Address) -> Address | None:
    """Return an address as a value; None where it is none, or has a zone id."""
    if isinstance(address, IPv4Address):
        return address
    if isinstance(address, IPv6Address):
        return None if address.scope_id is not None else address
    if len(address) > LONGEST_ADDRESS or "%" in address:
        return None
    try:
        return IPv6Address(address) if ":" in address else IPv4Address(address)
    except ValueError:
        return None


def _inside(number: int, firsts: list[int], lasts: list[int]) -> bool:
    position = bisect_right(firsts, number) - 1
    return position >= 0 and number <= lasts[position]


def _is_public_ipv6(number: int) -> bool:
    if not _FIRST_GLOBAL_6 <= number <= _LAST_GLOBAL_6:
        return False
    if (number >> 32) & _ISATAP_MASK == _ISATAP:
        return False
    return not _inside(number, _FIRST_6, _LAST_6)


def _network(text: str) -> Network:
    if "%" in text:  # ipaddress would take a zone and forget it
        raise _wrong(text, "has a zone; leave out the % and what follows it")
    try:
        network = ip_network(text)
    except ValueError:
        raise _wrong(text, _why_no_network(text)) from None
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        raise _wrong(text, "is IPv4 in disguise; write the IPv4 network itself")
    return network


def _wrong(text: str, why: str) -> SettingsError:
    return SettingsError("network.allow", f"{text!r} {why}.")


def _why_no_network(text: str) -> str:
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        return 'is no network; write one like "10.0.0.0/8", "127.0.0.1" or "fd00::/8"'
    return f'names a host inside of a network; write "{meant}" for the network'
