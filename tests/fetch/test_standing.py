from dataclasses import replace

import pytest

from linkback.core.addresses import parse_networks
from linkback.fetch.standing import is_public
from tests.fetch.conftest import LOOPBACK, NameServer


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://127.0.6.1/", False),
        ("http://10.1.2.3:9000/", False),
        ("http://[::1]/", False),
        ("http://localhost/", False),
        ("http://8.8.8.8/", True),
        ("http://8.8.8.8:9000/", True),
        ("no address", None),
    ],
)
async def test_an_address_is_public_or_not_whatever_is_allowed(url: str, public: bool | None) -> None:
    assert await is_public(url, replace(LOOPBACK, allow=parse_networks(["0.0.0.0/0", "::/0"]))) is public


@pytest.mark.parametrize(
    ("addresses", "public"),
    [(["8.8.8.8"], True), (["8.8.8.8", "10.0.0.1"], False), (["127.0.6.1"], False), ([], None)],
)
async def test_a_name_is_public_when_all_its_addresses_are(
    names: NameServer, addresses: list[str], public: bool | None
) -> None:
    names.zone["blog.example"] = [addresses]
    assert await is_public("https://blog.example/a", replace(LOOPBACK, name_servers=(names.where,))) is public
