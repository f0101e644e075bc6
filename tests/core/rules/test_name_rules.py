"""What hosts are called, and by way of which others a page was reached."""

import pytest

from linkback.core import urls
from linkback.core.model import Author, Candidate, Citation, Evidence, HostHistory
from linkback.core.rules import homograph, keyword_host, odd_host, redirects, shorteners

NEW = HostHistory("blog.example")


def at(host: str, citation: Citation | None = None, via: tuple[str, ...] = ()) -> Candidate:
    source = urls.normalize(f"https://{host}/a")
    return Candidate(source, "https://me.example/post", citation or Citation(), Evidence(via=via))


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("blog.example", None),
        ("bücher.example", None),
        ("ελληνικά.example", None),
        ("блог.example", None),
        ("日本語ブログ.example", None),
        ("pаypal.example", "pаypal"),
        ("blog.gοοgle.example", "gοοgle"),
        ("аррӏе.com", "аррӏе"),
        ("сухо.ru", None),
        ("сухо.com", "сухо"),
        ("xn--99999999.example", None),
    ],
)
def test_a_name_that_looks_like_another_is_told(host: str, shown: str | None) -> None:
    candidate = Candidate(f"https://{host}/a", "", Citation()) if host.startswith("xn--") else at(host)
    signal = homograph.check(candidate, NEW)
    assert (signal and signal.level) == ("host" if shown else None)
    assert signal is None or f"“{shown}”" in signal.sentence


@pytest.mark.parametrize(
    ("citation", "level"),
    [
        (Citation(title="The cаsino of the year"), "text"),  # the second letter is Cyrillic
        (Citation(anchor="саsino"), "text"),
        (Citation(author=Author("Аnаbоlics")), "text"),
        (Citation(title="Как я настроил Linkback на своём сервере"), None),
        (Citation(title="Dust of 5 µm and 3 Ωcm"), None),
        (Citation(title="π and naïveté"), None),
    ],
)
def test_a_word_that_looks_like_another_is_told(citation: Citation, level: str | None) -> None:
    signal = homograph.check(at("blog.example", citation), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("host", "level"),
    [
        ("blog.example", None),
        ("best-cheap-casino-bonus.example", "words"),
        ("casino.example", "word"),
        ("bestcasino.example", "word"),
        ("viagra-shop.example", "word"),
        ("buy-cheap-pills.example", "words"),
        ("best-free.example", "soft"),
        ("loans245537.example", "soft"),
        ("vuitton80579.example", "word"),
        ("specialist.example", None),
        ("essex-sexton.example", None),
        ("blog.casino", None),
    ],
)
def test_a_name_that_sells_is_doubted(host: str, level: str | None) -> None:
    signal = keyword_host.check(at(host), NEW)
    assert (signal and signal.level) == level
    assert signal is None or host in signal.sentence


@pytest.mark.parametrize(
    ("host", "level"),
    [
        ("blog.example", None),
        ("my-own-blog.example", None),
        ("a-very-long-name.example", "hyphens"),
        ("bücher-und-mehr.example", None),
        ("agency2024.example", None),
        ("x19283.example", "digits"),
        ("93.184.216.34", "address"),
        ("[2001:4860::1]", "address"),
        ("xkqzvbtrwplm.example", "random"),
        ("bcdfgaqwrtzx.example", "random"),
        ("a7k2m9q4x1.example", "random"),
        ("rhythms.example", None),
        ("nearlyeverythingaboutbread.example", "long"),
        ("angstschweiss.example", None),
        ("rechtsschutz-versicherung.example", None),
        ("a.b.c.d.blog.example", "deep"),
        ("www.blog.example.co.uk", None),
    ],
)
def test_a_name_that_nobody_would_choose_is_doubted(host: str, level: str | None) -> None:
    signal = odd_host.check(at(host), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("via", "level"),
    [
        ((), None),
        (("www.blog.example", "blog.example"), None),
        (("old.example",), "other"),
        (("old.example", "www.old.example"), "other"),
        (("old.example", "track.example"), "chain"),
    ],
)
def test_a_page_reached_by_way_of_other_domains_is_told(via: tuple[str, ...], level: str | None) -> None:
    signal = redirects.check(at("blog.example", via=via), NEW)
    assert (signal and signal.level) == level


@pytest.mark.parametrize(
    ("host", "via", "level"),
    [
        ("blog.example", (), None),
        ("blog.example", ("old.example",), None),
        ("blog.example", ("bit.ly",), "via"),
        ("blog.example", ("old.example", "www.tinyurl.com"), "via"),
        ("notbit.ly", (), None),
        ("bit.ly", (), "source"),
    ],
)
def test_a_shortener_on_the_way_is_told(host: str, via: tuple[str, ...], level: str | None) -> None:
    signal = shorteners.check(at(host, via=via), NEW)
    assert (signal and signal.level) == level
