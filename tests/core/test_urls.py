"""Addresses: what is taken, what is refused and why, and when two of them are one page."""

import pytest

from linkback.core import urls
from linkback.core.addresses import is_public
from linkback.core.errors import BadURL

LONGEST = "http://example.org/" + "x" * (urls.MAX_URL_LENGTH - len("http://example.org/"))
LONG_NAME = ".".join(["a" * 49] * 5) + ".tld"  # 253 characters


def refusal(text: str) -> str:
    with pytest.raises(BadURL) as caught:
        urls.parse(text)
    assert caught.value.url == text
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.org", ("http", "example.org", 80, "/", "", "")),
        ("https://example.org/a/b?c=d&e#f", ("https", "example.org", 443, "/a/b", "c=d&e", "f")),
        ("HTTP://EXAMPLE.Org:8080/A", ("http", "example.org", 8080, "/A", "", "")),
        ("https://example.org:443/", ("https", "example.org", 443, "/", "", "")),
        ("http://example.org:443/", ("http", "example.org", 443, "/", "", "")),
        ("http://example.org:/", ("http", "example.org", 80, "/", "", "")),
        ("http://example.org:65535/", ("http", "example.org", 65535, "/", "", "")),
        ("http://example.org:0080/", ("http", "example.org", 80, "/", "", "")),
        ("http://example.org?q", ("http", "example.org", 80, "/", "q", "")),
        ("http://example.org#f", ("http", "example.org", 80, "/", "", "f")),
        ("http://example.org/?a?b#c#d?e", ("http", "example.org", 80, "/", "a?b", "c#d?e")),
        ("http://example.org/a/./b/../c", ("http", "example.org", 80, "/a/c", "", "")),
        ("http://example.org/@ana/1", ("http", "example.org", 80, "/@ana/1", "", "")),
        (
            "http://example.org/?u=http://other.example/",
            ("http", "example.org", 80, "/", "u=http://other.example/", ""),
        ),
        ("http://example.org./", ("http", "example.org", 80, "/", "", "")),
        ("http://münchen.example/straße", ("http", "xn--mnchen-3ya.example", 80, "/stra%C3%9Fe", "", "")),
        ("http://例え.example/", ("http", "xn--r8jz45g.example", 80, "/", "", "")),
        ("http://ex_ample.example/", ("http", "ex_ample.example", 80, "/", "", "")),
        ("http://localhost:8000/", ("http", "localhost", 8000, "/", "", "")),
        ("http://[2001:DB8:0::1]:81/", ("http", "2001:db8::1", 81, "/", "", "")),
        ("http://[2001:db8::1]", ("http", "2001:db8::1", 80, "/", "", "")),
        (f"http://{LONG_NAME}/", ("http", LONG_NAME, 80, "/", "", "")),
    ],
)
def test_an_address_is_taken_apart(text: str, expected: tuple[str, str, int, str, str, str]) -> None:
    url = urls.parse(text)
    assert (url.scheme, url.host, url.port, url.path, url.query, url.fragment) == expected


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("HTTP://Example.org:80/x", "http://example.org"),
        ("https://example.org./x", "https://example.org"),
        ("https://example.org:80/x", "https://example.org:80"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080"),
    ],
)
def test_an_origin_leaves_out_the_default_port(text: str, origin: str) -> None:
    assert urls.parse(text).origin == origin


REFUSED = {
    urls.EMPTY: [""],
    urls.TOO_LONG: [LONGEST + "x", "http://example.org/" + "é" * 400, "http://example.org/" + "%" * 700],
    urls.WHITE_SPACE: [
        " http://example.org/",
        "http://example.org/ ",
        "http://example.org/a b",
        "http://exa mple.org/",
        "http://example.org/\n",
        "http://exam\tple.org/",
        "ht\rtp://example.org/",
        "\thttp://example.org/",
        "http://example.org/\x0b",
        "http://example.org/\x0c",
        "http://example.org/a\u00a0b",
        "http://example.org/a\u2003b",
        "http://example.org/a\u2028b",
        "http://example.org/a\u3000b",
        " ",
    ],
    urls.CONTROL: [
        "http://example.org/\x00",
        "http://exam\x00ple.org/",
        "\x00http://example.org/",
        "\x1fhttp://example.org/",
        "http://example.org/\x1c",
        "http://example.org/\x7f",
        "http://example.org/\x85",
        "http://example.org/\x9f",
    ],
    urls.BACKSLASH: [
        "http:\\\\example.org\\",
        "http://example.org\\@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org/?a\\b",
        "\\\\example.org\\a",
    ],
    urls.SURROGATE: ["http://example.org/\ud800", "http://\udfff.example/", "http://example.org/#\udc80"],
    urls.NOT_ABSOLUTE: [
        "example.org/a",
        "/a",
        "//example.org/a",
        "a?b",
        "#a",
        "http:example.org",
        "http:/example.org",
        "https:",
        "http//example.org",
        "httpſ://example.org/",
        "\ufeffhttp://example.org/",
        "://example.org/",
    ],
    urls.OTHER_SCHEME: [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "mailto:ana@example.org",
        "javascript:alert(1)",
        "data:text/html,a",
        "ws://example.org/",
        "blob:http://example.org/a",
        "view-source:http://example.org/",
        "localhost:8000/a",
    ],
    urls.CREDENTIALS: [
        "http://ana@example.org/",
        "http://ana:secret@example.org/",
        "http://@example.org/",
        "http://:@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org:80@127.0.0.1/",
        "http://ana@/",
    ],
    urls.NO_HOST: [
        "http://",
        "http:///",
        "http:///example.org/",
        "https://?a",
        "http://#a",
        "http://:80/",
        "http:////a",
    ],
    urls.BAD_PORT: [
        "http://example.org:65536/",
        "http://example.org:0/",
        "http://example.org:000/",
        "http://example.org:4294967376/",
        "http://example.org:99999999999999999999/",
        "http://example.org:-1/",
        "http://example.org:http/",
        "http://example.org:８０/",
        "http://[::1]:70000/",
    ],
    urls.BAD_HOST: [
        "http://example..org/",
        "http://.example.org/",
        "http://./",
        "http://../",
        "http://example.org../",
        "http://" + "a" * 64 + ".example/",
        f"http://a{LONG_NAME}/",
        "http://" + "字" * 300 + "/",
        "http://exa<mple.org/",
        "http://exa^mple.org/",
        "http://exa|mple.org/",
        "http://a%00b/",
        "http://a%20b/",
        "http://a%2fb/",
        "http://a%40b/",
        "http://a％４０b/",
        "http://example.org＠127.0.0.1/",
        "http://example.org／a/",
        "http://a：80/",
        "http://256.256.256.256/",
        "http://1.2.3.4.5/",
        "http://1.2.3.08/",
        "http://4294967296/",
        "http://[::1/",
        "http://::1/",
        "http://example.org:80:80/",
        "http://[1.2.3.4]/",
        "http://[:::1]/",
        "http://[example.org]/",
    ],
}


@pytest.mark.parametrize(("text", "why"), [(text, why) for why, texts in REFUSED.items() for text in texts])
def test_a_refusal_says_what_is_wrong(text: str, why: str) -> None:
    assert refusal(text) == why


def test_every_refusal_is_a_sentence_that_says_what_would_be_right() -> None:
    for why in REFUSED:
        assert why.endswith(".")
        assert "; " in why


def test_the_longest_address_is_taken_and_no_longer_one() -> None:
    assert urls.parse(LONGEST).href == LONGEST
    assert refusal(LONGEST + "x") == urls.TOO_LONG


def test_length_counts_after_escaping_too() -> None:
    assert refusal("http://example.org/" + "字" * 300) == urls.TOO_LONG


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("http://example.org:80/#Top", "http://example.org/#Top"),
        ("http://example.org/a%7eb", "http://example.org/a%7eb"),
        ("http://example.org/é?é#é", "http://example.org/%C3%A9?%C3%A9#%C3%A9"),
        ("http://example.org/?", "http://example.org/?"),
        ("http://example.org/%2e%2E/a", "http://example.org/a"),
    ],
)
def test_the_stored_form_keeps_the_fragment(text: str, stored: str) -> None:
    assert urls.normalize(text) == stored


PUBLISHED = "https://blog.example/2024/post"
SAME = [
    (PUBLISHED, PUBLISHED),
    ("https://blog.example", "https://blog.example/"),
    (PUBLISHED, "HTTPS://BLOG.EXAMPLE/2024/post"),
    (PUBLISHED, "https://blog.example:443/2024/post"),
    (PUBLISHED, "https://blog.example./2024/post"),
    (PUBLISHED, f"{PUBLISHED}#comments"),
    (PUBLISHED, f"{PUBLISHED}?"),
    (PUBLISHED, f"{PUBLISHED}?#comments"),
    (PUBLISHED, "https://blog.example/2023/../2024/./post"),
    (PUBLISHED, "https://blog.example/2024/%70ost"),
    ("https://blog.example/~ana", "https://blog.example/%7Eana"),
    ("https://blog.example/~ana", "https://blog.example/%7eana"),
    ("https://blog.example/caf%c3%a9", "https://blog.example/café"),
    ("https://blog.example/?a[]=1", "https://blog.example/?a%5B%5D=1"),
    ("https://blog.example/a|b", "https://blog.example/a%7cb"),
    ("https://blog.example/100%", "https://blog.example/100%25"),
    ("https://blog.example/?it's", "https://blog.example/?it%27s"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://[2001:DB8::0:1]/", "http://[2001:db8::1]/"),
]
DIFFERENT = [
    (PUBLISHED, f"{PUBLISHED}-2"),
    (PUBLISHED, f"{PUBLISHED}s"),
    (PUBLISHED, f"{PUBLISHED}/"),
    (PUBLISHED, f"{PUBLISHED}/more"),
    (PUBLISHED, f"{PUBLISHED}.html"),
    (PUBLISHED, f"{PUBLISHED}?p=1"),
    (PUBLISHED, f"{PUBLISHED}?u={PUBLISHED}"),
    (PUBLISHED, "https://blog.example/2024/Post"),
    (PUBLISHED, "http://blog.example/2024/post"),
    (PUBLISHED, "https://www.blog.example/2024/post"),
    (PUBLISHED, "https://blog.example.evil.example/2024/post"),
    (PUBLISHED, "https://blog.example:8443/2024/post"),
    (PUBLISHED, "https://blog.example/2024%2Fpost"),
    (PUBLISHED, "https://blog.example//2024/post"),
    ("https://blog.example/?a=1&b=2", "https://blog.example/?b=2&a=1"),
    ("https://blog.example/?a+b", "https://blog.example/?a%20b"),
    ("https://blog.example/?a%26b", "https://blog.example/?a&b"),
    ("https://blog.example/a;b", "https://blog.example/a%3Bb"),
    ("https://blog.example/%2541", "https://blog.example/A"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_two_ways_to_write_an_address_are_one_page(a: str, b: str) -> None:
    assert urls.same_page(a, b)
    assert urls.same_page(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_addresses_are_two_pages(a: str, b: str) -> None:
    assert not urls.same_page(a, b)
    assert not urls.same_page(b, a)


def test_prefix_never_counts_as_the_same_page() -> None:
    target = "https://blog.example/post"
    longer = [target + rest for rest in ("-2", "s", "/", "/2", ".html", "?x", "%20", "@evil.example", "%2F", ";a")]
    assert not any(urls.same_page(target, url) or urls.same_page(url, target) for url in longer)


def test_a_target_named_in_a_query_is_not_the_same_page() -> None:
    target = "https://blog.example/post"
    for url in (f"https://evil.example/?u={target}", f"https://evil.example/#{target}", f"{target}?u={target}"):
        assert not urls.same_page(url, target)


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("HTTP://Example.org:80", "http://example.org/"),
        ("http://example.org./a?#b", "http://example.org/a"),
        ("http://example.org:8080/%7e%2f", "http://example.org:8080/~%2F"),
        ("http://[::1]:8080/a[1]", "http://[::1]:8080/a%5B1%5D"),
        ("http://example.org/%%34%31", "http://example.org/%2541"),
        ("http://example.org/?a=%zz", "http://example.org/?a=%25zz"),
    ],
)
def test_the_compared_form_is_the_plainest_one(text: str, compared: str) -> None:
    assert urls.comparable(text) == compared


INSIDE = [
    ("https://blog.example", "https://blog.example/any/thing?at=all"),
    ("https://blog.example/", "https://blog.example"),
    ("https://blog.example/", "http://blog.example/post"),
    ("http://blog.example/", "https://blog.example/post"),
    ("https://blog.example./", "https://blog.example/post"),
    ("https://blog.example/blog", "https://blog.example/blog"),
    ("https://blog.example/blog", "https://blog.example/blog/"),
    ("https://blog.example/blog/", "https://blog.example/blog"),
    ("https://blog.example/blog/", "https://blog.example/blog?x"),
    ("https://blog.example/blog", "https://blog.example/blog#x"),
    ("https://blog.example/blog", "https://blog.example/blog/x/y"),
    ("https://blog.example/blog", "https://blog.example/%62log/x"),
    ("https://blog.example/%7Eana/", "https://blog.example/~ana/x"),
    ("https://blog.example/blog", "https://blog.example/other/../blog/x"),
    ("http://blog.example:8000/", "http://blog.example:8000/x"),
    ("http://127.0.0.1:8000/", "http://127.1:8000/x"),
]
OUTSIDE = [
    ("https://blog.example/blog", "https://blog.example/blog-2"),
    ("https://blog.example/blog", "https://blog.example/blogs/x"),
    ("https://blog.example/blog/", "https://blog.example/blog.html"),
    ("https://blog.example/blog", "https://blog.example/"),
    ("https://blog.example/blog", "https://blog.example/Blog/x"),
    ("https://blog.example/blog", "https://blog.example/blog/../x"),
    ("https://blog.example/blog", "https://blog.example/blog/%2e%2e/x"),
    ("https://blog.example/blog", "https://blog.example/blog%2Fx"),
    ("https://blog.example/", "https://www.blog.example/"),
    ("https://blog.example/", "https://example/"),
    ("https://blog.example/", "https://blog.example.evil.example/"),
    ("https://blog.example/", "https://evilblog.example/"),
    ("https://blog.example/", "https://evil.example/blog.example/"),
    ("https://blog.example/", "https://evil.example/?https://blog.example/"),
    ("https://blog.example/", "https://blog.example:8443/"),
    ("http://blog.example/", "http://blog.example:443/"),
    ("http://blog.example:8000/", "http://blog.example/"),
    ("http://blog.example:8000/", "http://blog.example:8001/"),
]


@pytest.mark.parametrize(("base", "url"), INSIDE)
def test_a_page_below_the_base_is_inside_of_the_site(base: str, url: str) -> None:
    assert urls.same_site(url, base)


@pytest.mark.parametrize(("base", "url"), OUTSIDE)
def test_a_page_elsewhere_is_outside_of_the_site(base: str, url: str) -> None:
    assert not urls.same_site(url, base)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("", "https://blog.example/2024/post?p=1"),
        ("#top", "https://blog.example/2024/post?p=1#top"),
        ("?q", "https://blog.example/2024/post?q"),
        ("other", "https://blog.example/2024/other"),
        ("../a", "https://blog.example/a"),
        ("../../../a", "https://blog.example/a"),
        ("/a", "https://blog.example/a"),
        ("//other.example/a", "https://other.example/a"),
        ("http://other.example/a#b", "http://other.example/a#b"),
        ("https:a", "https://blog.example/2024/a"),
        ("https:/a", "https://blog.example/a"),
        ("http:other.example", "http://other.example/"),
        ("  http://other.example/a \n", "http://other.example/a"),
        ("ht\ntp://other.\texample/\ra", "http://other.example/a"),
        ("\\\\other.example\\a", "https://other.example/a"),
        ("a b", "https://blog.example/2024/a%20b"),
        ("?a\\b", "https://blog.example/2024/post?a%5Cb"),
        ("é", "https://blog.example/2024/%C3%A9"),
        ("/" + "字" * 200, "https://blog.example/" + "%E5%AD%97" * 200),
        ("http://127。1/", "http://127.0.0.1/"),
        ("../" * 900, "https://blog.example/"),
    ],
)
def test_a_reference_leads_where_a_browser_would_go(reference: str, expected: str) -> None:
    assert urls.resolve("https://blog.example/2024/post?p=1", reference) == expected


@pytest.mark.parametrize(
    "reference",
    [
        "mailto:ana@example.org",
        "javascript:void(0)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "tel:1",
        "http://",
        "http://exa mple.org/",
        "http://[::1/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://ana@example.org/",
        "http://ana:secret@example.org:80/",
        "http://a..b/",
        "http://" + "a" * 64 + "/",
        "/" + "x" * urls.MAX_URL_LENGTH,
        "x" * (urls.MAX_REFERENCE_LENGTH + 1),
        "/\ud800",
    ],
)
def test_a_reference_to_no_web_page_leads_nowhere(reference: str) -> None:
    assert urls.resolve("https://blog.example/post", reference) is None


@pytest.mark.parametrize("base", ["", "a", "mailto:a@b", "\ud800", "http://"])
def test_a_reference_on_an_unknown_page_leads_nowhere(base: str) -> None:
    assert urls.resolve(base, "a") is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.org", "example.org"),
        ("www.example.org", "example.org"),
        ("a.b.c.example.org", "example.org"),
        ("WWW.Example.ORG.", "example.org"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("org", "org"),
        ("localhost", "localhost"),
        ("ana.github.io", "ana.github.io"),
        ("www.ana.github.io", "ana.github.io"),
        ("github.io", "github.io"),
        ("www.city.kawasaki.jp", "city.kawasaki.jp"),
        ("a.b.unknowntld", "b.unknowntld"),
        ("www.xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1.", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
        (".", ""),
        ("a..b", "a..b"),
    ],
)
def test_a_host_belongs_to_who_registered_its_domain(host: str, domain: str) -> None:
    assert urls.registrable_domain(host) == domain


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org",
        "https://example.org:8443/a:b/@c",
        "http://example.org?a:b",
        "http://example.org.#a",
        "http://[2001:db8::1]:8080/",
        "http://[2001:db8::1]/",
        "http://127.1:80/",
    ],
)
def test_the_quick_look_at_a_host_agrees_with_the_thorough_one(text: str) -> None:
    assert urls.host_of(urls.normalize(text)) == urls.parse(text).host


LOOPBACK_IN_DISGUISE = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.127.127.127",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "017700000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.0.0.01",
    "00000177.0.0.1",
    "127.0.0.0x1",
    "0x7f.0x0.0x0.0x1",
    "127.000.000.001",
    "0x0000007f.1",
    "%31%32%37.0.0.1",
    "%31%32%37%2e%30%2e%30%2e%31",
    "%30x7f.1",
    "1%32%37.1",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "１２７．０．０．１",
    "𝟭𝟮𝟳.𝟬.𝟬.𝟭",
    "¹²⁷.⁰.⁰.¹",
    "127。0。0。1",
    "127｡0｡0｡1",
    "127．0．0．1",
    "%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1",
    "1\u00ad27.0.0.1",
    "127.0.0.1\u00ad",
    "1\u200b27.0.0.1",
    "12\u20607.0.0.1",
    "12\ufe0f7.0.0.1",
    "\ufeff127.0.0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "0.0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:7F00:0001]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::127.0.0.1]",
    "[64:ff9b:1:ffff::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:1::1]",
    "[2001:0:7f00:1::]",
    "[2001::80ff:fffe]",
    "[fe80::5efe:127.0.0.1]",
    "[2a00:1450::5efe:127.0.0.1]",
    "[2a00:1450::200:5efe:7f00:1]",
]
OTHER_INSIDES = [
    "10.0.0.1",
    "0xa.1",
    "012.1",
    "167772161",
    "192.168.1.1",
    "192.168.257",
    "0xc0a80101",
    "172.16.0.1",
    "172.31.255.255",
    "0254.16.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169。254。169。254",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "100.100.100.200",
    "168.63.129.16",
    "0xa83f8110",
    "192.0.0.192",
    "100.64.0.1",
    "198.18.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "0xffffffff",
    "224.0.0.1",
    "203.0.113.7",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[fc00::1]",
    "[fec0::1]",
    "[fe80::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[100::1]",
    "[4000::1]",
]
NEVER_AN_ADDRESS = [
    "١٢٧.٠.٠.١",
    "[::1%25lo]",
    "[::1%lo]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "127.0.0.1%00",
    "127.0.0.1%09",
    "127.0.0.1%2f",
    "127.0.0.1:80@example.org",
    "example.org@127.0.0.1",
    "example.org%40127.0.0.1",
    "example.org\\@127.0.0.1",
    "example.org\t@127.0.0.1",
    "127.0.0.1\t",
    "127.0.\n0.1",
    "127.0.\r0.1",
    "127.0.0.1\x00",
    "127.0.0.1 ",
    "127.0.0.256",
    "127.0.0.0.1",
    "127.0.0.1..",
    "0x1007f000001",
    "127.0.0.1:65616",
    "[::ffff:127.0.0.1.]",
    "[::ffff:0x7f.1]",
    "[①::1]",
]


@pytest.mark.parametrize("host", LOOPBACK_IN_DISGUISE + OTHER_INSIDES)
def test_a_disguised_address_is_seen_through(host: str) -> None:
    seen = urls.parse(f"http://{host}/").host
    assert ":" in seen or seen.replace(".", "").isdigit()
    assert not is_public(seen)


@pytest.mark.parametrize("host", NEVER_AN_ADDRESS)
def test_a_host_that_only_looks_like_one_is_refused(host: str) -> None:
    refusal(f"http://{host}/")


@pytest.mark.parametrize("host", LOOPBACK_IN_DISGUISE + OTHER_INSIDES)
def test_a_link_on_a_page_hides_an_address_no_better(host: str) -> None:
    found = urls.resolve("https://blog.example/", f"//{host}/")
    assert found is not None
    assert not is_public(urls.host_of(found))


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org#@127.0.0.1/",
        "http://example.org/?@127.0.0.1/",
        "http://example.org?@127.0.0.1/",
        "http://example.org/@127.0.0.1/",
        "http://example.org/#//127.0.0.1/",
    ],
)
def test_an_at_sign_behind_the_host_does_not_move_it(text: str) -> None:
    assert urls.parse(text).host == "example.org"


# Punycode is quadratic: without the guard this takes half a minute.
@pytest.mark.timeout(15)
def test_a_page_full_of_endless_hosts_does_not_hang() -> None:
    links = [f"//{chr(0x4E00 + n)}{'字典' * 900}/" for n in range(4000)]
    assert all(urls.resolve("https://blog.example/", link) is None for link in links)
