"""TrackBack 1.2, autodiscovery of ping addresses (TB-C), and what a page of ours says."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from linkback.core.model import Endpoint, Page
from linkback.core.protocols import trackback

PAGES = Path(__file__).parent.parent / "vectors" / "trackback"
MONTH = (PAGES / "archive-of-a-month.html").read_text()
ENTRY = "http://bob.example/entry"
TB = "http://bob.example/tb/5"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
TRACKBACK = "{http://madskills.com/public/xml/rss/module/trackback/}"


def found(body: str, url: str = ENTRY, *headers: tuple[str, str]) -> Endpoint | None:
    return trackback.discover(Page(200, (("content-type", "text/html"), *headers), body.encode(), url=url))


def block(*attributes: str) -> str:
    return f"<!--\n<rdf:RDF>\n<rdf:Description {' '.join(attributes)} />\n</rdf:RDF>\n-->"


IDENTIFIER, PING = f'dc:identifier="{ENTRY}"', f'trackback:ping="{TB}"'


def test_tb_c1_the_block_is_looked_for_in_comments() -> None:
    assert found(block(IDENTIFIER, PING)) == Endpoint(TB, "trackback", "rdf")


def test_tb_c1_the_block_is_found_outside_of_comments_too() -> None:
    assert found(block(IDENTIFIER, PING)[5:-4]) == Endpoint(TB, "trackback", "rdf")


@pytest.mark.parametrize("target", [ENTRY, "http://bob.example/a--b?c=1&d=%22"])
def test_tb_c1_a_page_of_ours_has_the_whole_block_in_a_comment(target: str) -> None:
    _, html = trackback.advertise("https://links.example/trackback", target)
    assert html.startswith("<!--\n")
    comment = html[4:].partition("-->")[0]
    assert "--" not in comment
    (description,) = ElementTree.fromstring(comment)
    assert description.tag == f"{RDF}Description"
    assert set(description.attrib) == {f"{RDF}about", f"{DC}identifier", f"{DC}title", f"{TRACKBACK}ping"}
    assert description.get(f"{RDF}about") == description.get(f"{DC}identifier") == target


@pytest.mark.parametrize(
    ("fragment", "endpoint"),
    [
        ("000041", "http://garden.example/cgi-bin/mt-tb.cgi/33"),
        ("000042", "http://garden.example/cgi-bin/mt-tb.cgi?id=34&from=archive"),
    ],
)
def test_tb_c2_the_block_whose_identifier_is_the_entry_is_taken(fragment: str, endpoint: str) -> None:
    url = f"http://garden.example/archives/2004_05.html#{fragment}"
    assert found(MONTH, url) == Endpoint(endpoint, "trackback", "rdf")


@pytest.mark.parametrize("url", ["http://garden.example/archives/2004_05.htm", "http://other.example/"])
def test_tb_c2_a_block_of_another_page_is_not_taken(url: str) -> None:
    assert found(MONTH, url) is None


def test_tb_c2_the_only_block_of_a_page_is_not_taken_for_another_page() -> None:
    assert found(block(IDENTIFIER, PING), "http://bob.example/other") is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(block(PING, 'dc:title="x"', IDENTIFIER), id="order"),
        pytest.param(block(IDENTIFIER.replace("=", "\n =\t"), PING), id="white-space"),
        pytest.param(block(IDENTIFIER.replace('"', "'"), PING), id="either-quote"),
        pytest.param(block(IDENTIFIER, PING, 'dc:title="a > b"'), id="angle-bracket-in-a-value"),
        pytest.param(block('dc:title="a > b"', IDENTIFIER, PING), id="angle-bracket-before"),
    ],
)
def test_tb_c3_order_and_white_space_are_free(body: str) -> None:
    assert found(body) == Endpoint(TB, "trackback", "rdf")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("?a&amp;b", "?a&b"), ("?a=&#38;b", "?a=&b"), ("?a=&amp;amp;", "?a=&amp;"), ("?a=&#x2D;-", "?a=--")],
)
def test_tb_c3_values_are_decoded(written: str, meant: str) -> None:
    assert found(block(IDENTIFIER, f'trackback:ping="{TB}{written}"')) == Endpoint(TB + meant, "trackback", "rdf")


@pytest.mark.parametrize(
    ("body", "found_in"),
    [('<link rel="trackback" href="/tb/5">', "link"), ('<p><a href="/tb/5" rel="trackback">TB</a>', "anchor")],
)
def test_tb_c4_link_and_anchor_say_it_too(body: str, found_in: str) -> None:
    assert found(body) == Endpoint(TB, "trackback", found_in)


def test_tb_c4_a_page_of_ours_has_a_link_element_and_a_header() -> None:
    (name, value), html = trackback.advertise("https://links.example/trackback", ENTRY)
    by_element, by_header = found(html.rpartition("\n")[2]), found("", ENTRY, (name.lower(), value))
    assert by_element is not None
    assert by_element.url == "https://links.example/trackback?for=http%3A%2F%2Fbob.example%2Fentry"
    assert by_header == Endpoint(by_element.url, "trackback", "header")


def test_tb_c5_what_we_send_is_utf_8_and_says_so() -> None:
    assert trackback.REQUEST_TYPE.endswith("charset=utf-8")
