"""TrackBack 1.2, sending a ping (TB-S)."""

from urllib.parse import parse_qsl

import pytest

from linkback.core.model import Author, Citation, Ping, Request, first_header
from linkback.core.protocols import trackback

SOURCE, TARGET = "http://alice.example/2004/05/answer.html#p3", "http://bob.example/entry"
FULL = Citation(title="Réponse ✓", excerpt="Je ne suis pas d’accord.", author=Author(name="Alice & Co"))


def sent(citation: Citation = FULL, endpoint: str = "http://bob.example/cgi-bin/mt-tb.cgi/5?x=%26") -> Request:
    return trackback.build_request(endpoint, Ping(SOURCE, TARGET, "trackback"), citation)


def fields(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.body.decode("ascii"), encoding="utf-8", errors="strict", strict_parsing=True)


@pytest.mark.parametrize("endpoint", ["http://bob.example/tb?id=5&x=%26", "http://bob.example/tb/5"])
def test_tb_s1_a_ping_is_a_post_to_an_address_that_is_not_taken_apart(endpoint: str) -> None:
    request = sent(endpoint=endpoint)
    assert (request.method, request.url) == ("POST", endpoint)


def test_tb_s2_s3_the_content_type_is_that_of_a_form_and_names_the_charset() -> None:
    content_type = first_header(sent().headers, "content-type")
    assert content_type == "application/x-www-form-urlencoded; charset=utf-8"


def test_tb_s4_all_fields_are_in_the_charset_that_is_named() -> None:
    assert fields(sent()) == [
        ("url", SOURCE),
        ("title", "Réponse ✓"),
        ("excerpt", "Je ne suis pas d’accord."),
        ("blog_name", "Alice & Co"),
    ]


def test_tb_s5_url_is_always_sent_and_the_rest_only_where_it_is_known() -> None:
    assert fields(sent(Citation())) == [("url", SOURCE)]
    assert fields(sent(Citation(excerpt="x"))) == [("url", SOURCE), ("excerpt", "x")]


def test_tb_s6_nothing_is_cut_when_it_is_sent() -> None:
    assert dict(fields(sent(Citation(excerpt="x" * 5000))))["excerpt"] == "x" * 5000
