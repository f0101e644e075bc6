"""Which addresses may be connected to: an explicit allow set, and what the operator opened."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import pytest

from linkback.core import addresses
from linkback.core.addresses import allows, is_public, may_connect, parse_networks, sender_group
from linkback.core.errors import SettingsError

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "168.63.129.15",
    "168.63.129.17",
    "223.255.255.255",
    "2000::",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2400:cb00::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
    "3fff:1000::",
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2a00::1:5efe:7f00:1",
    "2a00::5eff:7f00:1",
]

# What lies just outside of a block: True where it is public, False where the next block begins.
BLOCKS = {
    "0.0.0.0/8": (None, True),
    "10.0.0.0/8": (True, True),
    "100.64.0.0/10": (True, True),
    "127.0.0.0/8": (True, True),
    "168.63.129.16/32": (True, True),
    "169.254.0.0/16": (True, True),
    "172.16.0.0/12": (True, True),
    "192.0.0.0/24": (True, True),
    "192.0.2.0/24": (True, True),
    "192.31.196.0/24": (True, True),
    "192.52.193.0/24": (True, True),
    "192.88.99.0/24": (True, True),
    "192.168.0.0/16": (True, True),
    "192.175.48.0/24": (True, True),
    "198.18.0.0/15": (True, True),
    "198.51.100.0/24": (True, True),
    "203.0.113.0/24": (True, True),
    "224.0.0.0/4": (True, False),
    "240.0.0.0/4": (False, None),
    "255.255.255.255/32": (False, None),
    "::/3": (None, True),
    "::/8": (None, False),
    "::ffff:0:0/96": (False, False),
    "::ffff:0:0:0/96": (False, False),
    "64:ff9b::/96": (False, False),
    "64:ff9b:1::/48": (False, False),
    "100::/64": (False, False),
    "100:0:0:1::/64": (False, False),
    "2001::/23": (True, True),
    "2001::/32": (True, False),
    "2001:2::/48": (False, False),
    "2001:10::/28": (False, False),
    "2001:20::/28": (False, False),
    "2001:db8::/32": (True, True),
    "2002::/16": (True, True),
    "2620:4f:8000::/48": (True, True),
    "3fff::/20": (True, True),
    "4000::/2": (True, False),
    "5f00::/16": (False, False),
    "8000::/1": (False, None),
    "fc00::/7": (False, False),
    "fd00:ec2::/32": (False, False),
    "fe80::/10": (False, False),
    "fec0::/10": (False, False),
    "ff00::/8": (False, None),
}


def edges(block: str) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    network = ip_network(block)
    return network[0], network[-1]


def neighbours() -> Iterator[tuple[IPv4Address | IPv6Address, bool]]:
    for block, (before, after) in BLOCKS.items():
        first, last = edges(block)
        if before is not None:
            yield first - 1, before
        if after is not None:
            yield last + 1, after


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)
    assert is_public(ip_address(address))


@pytest.mark.parametrize("block", BLOCKS)
def test_a_special_block_is_refused_from_first_to_last(block: str) -> None:
    first, last = edges(block)
    middle = first + (int(last) - int(first)) // 2
    for address in (first, middle, last):
        assert not is_public(address)
        assert not is_public(str(address))


@pytest.mark.parametrize(("address", "expected"), list(neighbours()), ids=str)
def test_a_block_ends_where_it_ends(address: IPv4Address | IPv6Address, expected: bool) -> None:
    assert is_public(address) is expected


def test_every_refused_block_stands_in_the_table_of_this_test() -> None:
    tested = [ip_network(block) for block in BLOCKS]
    for text in addresses.NOT_PUBLIC_IPV4 + addresses.NOT_PUBLIC_IPV6:
        assert ip_network(text) in tested


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",  # most clouds
        "169.254.170.2",  # AWS tasks
        "169.254.0.23",  # Tencent
        "168.63.129.16",  # Azure
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # Google
        "fe80::a9fe:a9fe",
    ],
)
def test_no_cloud_tells_its_secrets(address: str) -> None:
    assert not is_public(address)


CARRIED = [
    IPv4Address(text) for text in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8", "0.0.0.0", "93.184.216.34")
]
CARRIERS = {
    "mapped": lambda v4: 0xFFFF << 32 | v4,
    "compatible": lambda v4: v4,
    "SIIT": lambda v4: 0xFFFF << 48 | v4,
    "NAT64": lambda v4: 0x0064FF9B << 96 | v4,
    "local NAT64": lambda v4: 0x0064FF9B0001 << 80 | v4,
    "6to4": lambda v4: 0x2002 << 112 | v4 << 80 | 1,
    "Teredo": lambda v4: 0x20010000 << 96 | 0x41D0 << 80 | v4 ^ 0xFFFFFFFF,
    "Teredo server": lambda v4: 0x20010000 << 96 | v4 << 64,
    "ISATAP": lambda v4: 0x2A00145040010000 << 64 | 0x00005EFE << 32 | v4,
    "global ISATAP": lambda v4: 0x2A00145040010000 << 64 | 0x02005EFE << 32 | v4,
    "group ISATAP": lambda v4: 0x2A00145040010000 << 64 | 0x03005EFE << 32 | v4,
    "local ISATAP": lambda v4: 0xFE80 << 112 | 0x00005EFE << 32 | v4,
}


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("carried", CARRIED, ids=str)
def test_an_address_inside_of_another_is_refused_whatever_it_is(carrier: str, carried: IPv4Address) -> None:
    address = IPv6Address(CARRIERS[carrier](int(carried)))
    assert not is_public(address)
    assert not is_public(str(address))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "example.org",
        "8.8.8",
        "8.8.8.8.8",
        "8.8.8.256",
        "08.8.8.8",
        "0x8.8.8.8",
        "134744072",
        "8.8.8.8 ",
        " 8.8.8.8",
        "8.8.8.8\n",
        "8.8.8.8/32",
        "8.8.8.8:80",
        "８.８.８.８",
        "٨.٨.٨.٨",
        "-8.8.8.8",
        "2a00::1%eth0",
        "2a00::1%",
        "2a00::1%0",
        "[2a00::1]",
        "2a00::1/128",
        "2a00:::1",
        "2a00::1::1",
        ":",
        "\x00",
        "\ud800",
        "2a00::" + "0" * 10_000 + "1",
        "9" * 10_000,
    ],
)
def test_text_that_is_no_plain_address_is_not_public(text: str) -> None:
    assert not is_public(text)
    assert not allows(parse_networks(["0.0.0.0/0", "::/0"]), text)


def test_an_address_with_a_zone_is_refused_as_a_value_too() -> None:
    assert not is_public(IPv6Address("2a00::1%eth0"))
    assert not may_connect(IPv6Address("fe80::1%eth0"), parse_networks(["fe80::/10"]))


# Each would be reached if `is_global` were the guard of some Python. Which ones it really passes
# depends on the version, so it is asked, not remembered.
DOUBTFUL = [
    "168.63.129.16",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.175.48.1",
    "224.0.0.1",
    "239.255.255.250",
    "::ffff:100.64.0.1",
    "::ffff:168.63.129.16",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2a00::5efe:7f00:1",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "fec0::1",
    "ff0e::1",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_python_may_call_global_is_refused(text: str) -> None:
    assert not is_public(text)


def test_asking_python_alone_would_not_be_enough() -> None:
    passed = [text for text in DOUBTFUL if ip_address(text).is_global]
    assert {"168.63.129.16", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2a00::5efe:7f00:1"} <= set(passed)


OPENED = parse_networks(["127.0.4.0/24", "10.1.2.3", "fd00:1::/32"])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.4.0", True),
        ("127.0.4.255", True),
        ("127.0.3.255", False),
        ("127.0.5.0", False),
        ("127.0.0.1", False),
        ("10.1.2.3", True),
        ("10.1.2.4", False),
        ("fd00:1::1", True),
        ("fd00:2::1", False),
        ("::1", False),
        ("169.254.169.254", False),
        ("::ffff:127.0.4.1", False),
        ("::127.0.4.1", False),
        ("64:ff9b::127.0.4.1", False),
        ("2002:7f00:401::", False),
        ("fd00:1::1%eth0", False),
        ("nonsense", False),
        ("8.8.8.8", True),
        ("2a00::1", True),
    ],
)
def test_an_opened_network_opens_nothing_else(address: str, expected: bool) -> None:
    assert may_connect(address, OPENED) is expected


def test_nothing_private_is_open_by_itself() -> None:
    assert not may_connect("127.0.0.1")
    assert not may_connect("fd00::1", ())
    assert may_connect("8.8.8.8")


def test_an_open_network_is_about_addresses_not_about_being_public() -> None:
    assert allows(OPENED, "127.0.4.1")
    assert allows(OPENED, IPv4Address("127.0.4.1"))
    assert not allows(OPENED, "8.8.8.8")


def test_a_mapped_address_matches_no_opened_network() -> None:
    assert not allows(parse_networks(["0.0.0.0/0", "::/0", "::/64"]), "::ffff:127.0.0.1")
    assert not allows((IPv6Network("::ffff:7f00:0/104"),), "::ffff:127.0.0.1")


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("127.0.0.0/8", IPv4Network("127.0.0.0/8")),
        ("10.1.2.3", IPv4Network("10.1.2.3/32")),
        ("10.0.0.0/255.0.0.0", IPv4Network("10.0.0.0/8")),
        ("::1", IPv6Network("::1/128")),
        ("fd00::/8", IPv6Network("fd00::/8")),
        ("0.0.0.0/0", IPv4Network("0.0.0.0/0")),
    ],
)
def test_a_network_is_read(text: str, network: IPv4Network | IPv6Network) -> None:
    assert parse_networks([text]) == (network,)


def test_networks_keep_their_order_and_may_be_none() -> None:
    assert parse_networks([]) == ()
    assert parse_networks(["::1", "127.0.0.1"]) == (IPv6Network("::1"), IPv4Network("127.0.0.1"))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("127.0.0.1/8", '"127.0.0.0/8"'),
        ("10.1.2.3/255.0.0.0", '"10.0.0.0/8"'),
        ("fd00::1/64", '"fd00::/64"'),
        ("::ffff:127.0.0.1", "write the IPv4 network"),
        ("::ffff:7f00:0/104", "write the IPv4 network"),
        ("localhost", '"10.0.0.0/8"'),
        ("", '"10.0.0.0/8"'),
        ("10.0.0.0/33", '"10.0.0.0/8"'),
        ("10.0.0", '"10.0.0.0/8"'),
        ("10.0.0.0/8 ", '"10.0.0.0/8"'),
        ("10.0.0.0-10.0.0.9", '"10.0.0.0/8"'),
        ("fe80::%eth0/64", "leave out the %"),
        ("fe80::1%eth0", "leave out the %"),
        ("\ud800", '"10.0.0.0/8"'),
    ],
)
def test_a_wrong_network_is_named_with_what_would_be_right(text: str, right: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_networks(["192.168.0.0/16", text])
    assert caught.value.name == "network.allow"
    assert repr(text) in str(caught.value)
    assert right in str(caught.value)


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"),
        ("", ""),
        ("unix:", "unix:"),
        ("testclient", "testclient"),
        ("1.2.3", "1.2.3"),
        ("2001:db8::1::", "2001:db8::1::"),
    ],
)
def test_a_sender_is_counted_by_what_one_machine_can_have(address: str, group: str) -> None:
    assert sender_group(address) == group
