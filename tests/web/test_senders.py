"""Who sent a request, and what one sender may ask for."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from linkback.core.addresses import parse_networks
from linkback.settings import Settings
from linkback.web.senders import sender_of
from tests.web.running import Answer, Running, Site, exchange, ping, post, running

PROXIES = ("127.0.0.0/8", "192.0.2.0/24", "fd00::/8")


def sender(peer: str | None, *forwarded: str, trusted: tuple[str, ...] = PROXIES) -> str | None:
    scope: Any = {"client": (peer, 1234) if peer else None}
    headers = tuple(("x-forwarded-for", value) for value in forwarded)
    return sender_of(scope, headers, parse_networks(trusted))


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("2001:db8::1", [], "2001:db8::1"),
        ("2002:c000:204::1", [], "2002:c000:204::1"),
        ("::ffff:203.0.113.9", [], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.9, 192.0.2.7"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 192.0.2.7", "127.0.0.2"], "203.0.113.9"),
        ("fd00::7", ["2001:db8::1"], "2001:db8::1"),
        ("127.0.0.1", [], None),
        ("127.0.0.1", [""], None),
        ("127.0.0.1", ["unknown"], None),
        ("127.0.0.1", ["203.0.113.9, <script>"], None),
        ("127.0.0.1", ["203.0.113.9, 10.0.0.5"], None),
        ("127.0.0.1", [", ".join(["192.0.2.7"] * 50)], None),
        (None, ["203.0.113.9"], None),
        ("10.0.0.5", ["203.0.113.9"], None),
        ("::1", ["203.0.113.9"], None),
        ("fe80::1", [], None),
    ],
)
def test_the_sender_is_who_the_outermost_trusted_proxy_saw(peer: str, forwarded: list[str], who: str | None) -> None:
    assert sender(peer, *forwarded) == who


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert sender("127.0.0.1", "203.0.113.9", trusted=()) is None
    assert sender("203.0.113.9", "198.51.100.1", trusted=()) == "203.0.113.9"


@pytest.fixture(scope="module")
def behind_proxy(settings: Settings, own: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Linkback that takes one ping a minute from each sender, behind a proxy."""
    folder = tmp_path_factory.mktemp("behind")
    narrow = replace(settings, database=f"sqlite:///{folder}/web.db", limits_sender_per_minute=1)
    with running(replace(narrow, server_trusted_proxies=("127.0.0.1",))) as started:
        started.add_site(own.url)
        yield started


def told(to: Running, own: Site, blog: Site, *headers: str) -> Answer:
    (answer,) = exchange(to.port, post("/pingback", ping(blog.url + "nowhere", own.url + "nowhere"), *headers))
    return answer


def test_over_the_budget_of_a_sender_the_answer_is_429_with_a_time_and_a_fault(
    behind_proxy: Running, own: Site, blog: Site
) -> None:
    first = told(behind_proxy, own, blog, "X-Forwarded-For: 203.0.113.1")
    again = told(behind_proxy, own, blog, "X-Forwarded-For: 198.51.100.77, 203.0.113.1")
    other = told(behind_proxy, own, blog, "X-Forwarded-For: 203.0.113.1, 203.0.113.2")
    assert [first.status, again.status, other.status] == [200, 429, 200]
    assert 1 <= int(again.header("retry-after") or 0) <= 120
    assert b"<int>49</int>" in again.body
    assert b"Send this one again later." in again.body


def test_a_trailer_names_no_sender(behind_proxy: Running, own: Site, blog: Site) -> None:
    body = ping(blog.url + "nowhere", own.url + "nowhere")
    head = "POST /pingback HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    head += "X-Forwarded-For: 203.0.113.3\r\n\r\n"

    def with_trailer(number: int) -> int:
        trailer = f"0\r\nX-Forwarded-For: 203.0.113.{number}\r\n\r\n"
        whole = head.encode() + b"%x\r\n%s\r\n" % (len(body), body) + trailer.encode()
        return exchange(behind_proxy.port, whole)[0].status

    assert [with_trailer(number) for number in (100, 101)] == [200, 429]


def test_an_ipv6_network_shares_one_budget(behind_proxy: Running, own: Site, blog: Site) -> None:
    first = told(behind_proxy, own, blog, "X-Forwarded-For: 2001:db8:1:2::1")
    again = told(behind_proxy, own, blog, "X-Forwarded-For: 2001:db8:1:2:ffff::9")
    assert [first.status, again.status] == [200, 429]


def test_a_loopback_peer_that_is_no_trusted_proxy_has_no_budget(
    settings: Settings, own: Site, blog: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("alone")
    narrow = replace(settings, database=f"sqlite:///{folder}/web.db", limits_sender_per_minute=1)
    with running(narrow) as alone:
        alone.add_site(own.url)
        assert [told(alone, own, blog, "X-Forwarded-For: 203.0.113.1").status for _ in range(3)] == [200] * 3
