import socket

import pytest

from linkback.core.addresses import parse_networks
from linkback.fetch import DoorSettings
from linkback.fetch.guard import Guard, NotPublicError

CLOSED = Guard(DoorSettings())
OPENED = Guard(DoorSettings(allow=parse_networks(["127.0.4.0/24", "fd00::/8"])))


@pytest.mark.parametrize(
    ("guard", "address", "port", "expected"),
    [
        (CLOSED, "93.184.215.14", 80, True),
        (CLOSED, "93.184.215.14", 8443, True),
        (CLOSED, "93.184.215.14", 22, False),
        (CLOSED, "2606:2800:21f::1", 443, True),
        (CLOSED, "127.0.4.1", 80, False),
        (CLOSED, "169.254.169.254", 80, False),
        (OPENED, "127.0.4.1", 80, True),
        (OPENED, "127.0.4.1", 5432, True),
        (OPENED, "127.0.5.1", 80, False),
        (OPENED, "fd12::1", 9000, True),
        (OPENED, "::ffff:127.0.4.1", 80, False),
        (OPENED, "93.184.215.14", 5432, False),
        (OPENED, "10.0.0.1", 80, False),
    ],
)
def test_public_means_web_ports_and_opened_means_any_port(
    guard: Guard, address: str, port: int, expected: bool
) -> None:
    assert guard.may_connect(address, port) is expected


@pytest.mark.parametrize("addresses", [["127.0.0.1", "93.184.215.14"], ["93.184.215.14", "127.0.0.1"]])
def test_one_private_address_among_public_ones_refuses_the_name(addresses: list[str]) -> None:
    with pytest.raises(NotPublicError):
        CLOSED.check(addresses, 80)


def test_no_socket_is_made_for_a_private_address() -> None:
    with pytest.raises(NotPublicError):
        CLOSED.socket_for((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)))


def test_a_socket_is_made_for_an_opened_one() -> None:
    with OPENED.socket_for((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.4.1", 80))) as made:
        assert made.family == socket.AF_INET
