"""Addresses under arbitrary text: only our own error comes out, and forms are stable."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkback.core import addresses, urls
from linkback.core.errors import BadURL

# A busy machine is no finding, and most scraps are meant to be refused.
CALM = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

PIECES = [
    "http://",
    "https://",
    "http:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "?",
    "#",
    "%",
    "%%",
    "%2",
    "%41",
    "%2e",
    "%2F",
    "%7e",
    "%00",
    "%25",
    "[",
    "]",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "|",
    "^",
    "`",
    "{",
    "}",
    "<",
    ">",
    '"',
    "'",
    ".",
    "..",
    "../",
    "./",
    "。",
    "．",
    "127.0.0.1",
    "0x7f",
    "017",
    "1",
    "①",
    "xn--",
    "xn--a",
    "-",
    "_",
    "~",
    "a",
    "b",
    "A",
    "Example.org",
    "www.",
    "blog",
    "post",
    ":80",
    ":443",
    ":0",
    ":8080",
    ":65536",
    "é",
    "ß",
    "ſ",
    "ı",
    "字",
]
INVISIBLE = [
    "\t",
    "\r",
    "\n",
    "\x00",
    " ",
    "\u00a0",
    "\u00ad",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\ufe0f",
    "\u0301",
    "\ud800",
    "\x7f",
]
ANY_TEXT = st.text(st.characters(), max_size=80)  # lone surrogates among them
SCRAPS = st.lists(st.sampled_from(PIECES + INVISIBLE) | st.text(st.characters(), max_size=3), max_size=12).map("".join)
PLAIN_SCRAPS = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
SCHEMES = st.sampled_from(["http://", "https://", "HTTP://", "//", ""])
WEBLIKE = st.builds(str.__add__, SCHEMES, st.builds(str.__add__, st.sampled_from(["a.example", "[::1]", ""]), SCRAPS))
TEXTS = ANY_TEXT | SCRAPS | WEBLIKE
LONG = st.builds(
    lambda start, piece, times: start + piece * times, WEBLIKE, st.sampled_from(PIECES), st.integers(0, 700)
)


def taken(text: str) -> bool:
    try:
        urls.parse(text)
    except BadURL:
        return False
    return True


ADDRESSES = st.builds(
    lambda host, port, rest: f"http://{host}{port}/{rest}",
    st.sampled_from(["a.example", "A.Example.", "münchen.example", "[2001:DB8::1]", "0x7f.1"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    PLAIN_SCRAPS | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
).filter(taken)


@CALM
@given(TEXTS | LONG)
def test_only_our_own_error_comes_out_of_parse(text: str) -> None:
    try:
        url = urls.parse(text)
    except BadURL as error:
        assert str(error).endswith(".")
    else:
        assert url.scheme in {"http", "https"}
        assert url.host
        assert 0 < url.port < 65536
        assert url.href.isascii()
        assert len(url.href) <= urls.MAX_URL_LENGTH


@pytest.mark.parametrize(
    "use",
    [
        urls.normalize,
        urls.comparable,
        urls.host_of,
        urls.registrable_domain,
        lambda text: urls.same_page(text, "http://a/"),
        lambda text: urls.same_page("http://a/", text),
        lambda text: urls.same_site(text, "http://a/"),
        lambda text: urls.same_site("http://a/", text),
    ],
    ids=["normalize", "comparable", "host_of", "registrable_domain", "page", "page of", "site", "site of"],
)
@CALM
@given(text=TEXTS)
def test_only_our_own_error_comes_out_of_the_others(use: Callable[[str], object], text: str) -> None:
    try:
        use(text)
    except BadURL as error:
        assert error.url == text


@CALM
@given(ADDRESSES | WEBLIKE.filter(taken))
def test_the_stored_form_is_its_own(text: str) -> None:
    stored = urls.normalize(text)
    assert urls.parse(stored) == urls.parse(text)
    assert urls.normalize(stored) == stored
    assert urls.host_of(stored) == urls.parse(text).host


@CALM
@given(ADDRESSES | LONG.filter(taken))
def test_the_compared_form_is_its_own(text: str) -> None:
    compared = urls.comparable(text)
    assert urls.comparable(compared) == compared
    assert urls.comparable(urls.normalize(text)) == compared
    assert urls.normalize(compared) == compared


@CALM
@given(ADDRESSES, PLAIN_SCRAPS)
def test_a_fragment_makes_no_other_page(text: str, fragment: str) -> None:
    page = text.partition("#")[0]
    if taken(f"{page}#{fragment}"):
        assert urls.same_page(page, f"{page}#{fragment}")


@CALM
@given(ADDRESSES, ADDRESSES)
def test_same_page_does_not_care_for_the_order(a: str, b: str) -> None:
    assert urls.same_page(a, b) is urls.same_page(b, a)


@CALM
@given(ADDRESSES, st.text("abcxyz0-._~!$&'()*+,;=:@", min_size=1, max_size=5))
def test_prefix_never_counts_as_the_same_page(text: str, more: str) -> None:
    page = urls.comparable(text)
    longer = page + more
    if taken(longer) and not page.endswith("/"):  # "/." and "/.." are no longer paths
        assert not urls.same_page(page, longer)


@CALM
@given(ADDRESSES)
def test_a_page_is_inside_of_the_site_of_its_host(text: str) -> None:
    origin = urls.parse(text).origin
    assert urls.same_site(text, origin)
    assert urls.same_site(text, f"{origin}/")
    assert urls.same_site(text, text)
    assert not urls.same_site(text, "http://elsewhere.example/")


@CALM
@given(ADDRESSES)
def test_an_origin_is_an_address_of_its_own(text: str) -> None:
    url = urls.parse(text)
    front = urls.parse(url.origin)
    assert (front.scheme, front.host, front.port, front.path) == (url.scheme, url.host, url.port, "/")


@CALM
@given(st.sampled_from(["https://blog.example/a/b?c", "http://[::1]:81/"]) | TEXTS, TEXTS | LONG)
def test_where_a_reference_leads_can_be_parsed(base: str, reference: str) -> None:
    found = urls.resolve(base, reference)
    if found is not None:
        assert urls.normalize(found) == found


@CALM
@given(ADDRESSES)
def test_a_whole_address_leads_to_itself_from_anywhere(text: str) -> None:
    assert urls.resolve("https://blog.example/a", text) == urls.normalize(text)


@CALM
@given(ADDRESSES)
def test_a_registrable_domain_is_the_tail_of_its_host(text: str) -> None:
    host = urls.parse(text).host
    domain = urls.registrable_domain(host)
    assert host == domain or host.endswith(f".{domain}")
    assert urls.registrable_domain(domain) == domain


NUMBERS_6 = st.integers(0, 2**128 - 1) | st.integers(2**125, 2**126 - 1)
VALUES = st.integers(0, 2**32 - 1).map(IPv4Address) | NUMBERS_6.map(IPv6Address)


@CALM
@given(ANY_TEXT | SCRAPS | st.text("0123456789abcdef:.%/", max_size=45))
def test_no_text_breaks_the_judge_of_addresses(text: str) -> None:
    opened = addresses.parse_networks(["127.0.0.0/8", "::/0"])
    assert isinstance(addresses.may_connect(text, opened), bool)
    assert isinstance(addresses.sender_group(text), str)
    if addresses.is_public(text):
        assert str(ip_address(text))


@CALM
@given(VALUES)
def test_no_public_address_is_special_to_python(address: IPv4Address | IPv6Address) -> None:
    assert addresses.is_public(str(address)) is addresses.is_public(address)
    if addresses.is_public(address):
        special = (address.is_loopback, address.is_link_local, address.is_multicast, address.is_unspecified)
        assert not any(special)
        assert not address.is_private
        assert not address.is_reserved


@CALM
@given(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**32 - 1).map(IPv4Address))
def test_senders_on_ipv4_are_counted_one_by_one(a: IPv4Address, b: IPv4Address) -> None:
    assert (addresses.sender_group(str(a)) == addresses.sender_group(str(b))) is (a == b)


@CALM
@given(NUMBERS_6, st.integers(0, 2**64 - 1))
def test_senders_on_ipv6_are_counted_by_their_network(number: int, other: int) -> None:
    neighbour = IPv6Address(number >> 64 << 64 | other)
    groups = {addresses.sender_group(str(a)) for a in (IPv6Address(number), neighbour) if a.ipv4_mapped is None}
    assert len(groups) <= 1
