"""TrackBack 1.2, receiving a ping and answering it (TB-R)."""

from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.model import Ping, Reply, Request, Response, first_header
from linkback.core.protocols import trackback

FORM = "application/x-www-form-urlencoded"
TARGET = "http://bob.example/entry"
SUCCESS = b'<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>'
FAILURE = '<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>1</error>\n<message>{}</message>\n</response>'


def came(body: bytes, content_type: str = FORM) -> Ping:
    url = f"/trackback?for={quote(TARGET, safe='')}"
    return trackback.parse_request(Request("POST", url, (("content-type", content_type),), body))


def title(body: bytes, content_type: str = FORM) -> str:
    told = came(b"url=http://a.example/&title=" + body, content_type).told
    assert told is not None
    return told.title


def test_tb_r1_the_answer_to_a_ping_that_is_taken() -> None:
    response = trackback.build_response(Reply())
    assert response.body == SUCCESS
    assert first_header(response.headers, "content-type") == "text/xml; charset=utf-8"


def test_tb_r1_a_second_report_is_a_success_too() -> None:
    assert trackback.build_response(Reply(Problem.ALREADY_REGISTERED)).body == SUCCESS


def test_tb_r2_the_answer_to_a_ping_that_is_refused() -> None:
    response = trackback.build_response(Reply(Problem.NO_LINK, "No link."))
    assert response.body == FAILURE.format("No link.").encode()
    assert first_header(response.headers, "content-type") == "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    ("said", "written"),
    [("a < b & c > d", "a &lt; b &amp; c &gt; d"), ("]]></message>", "]]&gt;&lt;/message&gt;"), ("é\0\x0b✓", "é ✓")],
)
def test_tb_r2_the_message_is_escaped(said: str, written: str) -> None:
    body = trackback.build_response(Reply(Problem.NO_LINK, said)).body
    assert body == FAILURE.format(written).encode()
    assert ElementTree.fromstring(body).findtext("error") == "1"


def test_tb_r3_fields_are_cropped() -> None:
    assert title(b"word+" * 500).endswith("word…")


def test_tb_r3_unknown_fields_are_ignored() -> None:
    assert came(b"url=http://a.example/&secret=1&author=x") == came(b"url=http://a.example/")


@pytest.mark.parametrize(
    ("body", "content_type", "meant"),
    [
        pytest.param(b"%E9", f"{FORM}; charset=iso-8859-1", "é", id="named"),
        pytest.param(b"%C3%A9", FORM, "é", id="guess-UTF-8"),
        pytest.param(b"%E9", FORM, "é", id="guess-Latin-1"),
        pytest.param(b"%E9&charset=iso-8859-1", FORM, "é", id="field"),
        pytest.param(b"%A5%C6&charset=EUC-JP", FORM, "テ", id="field-EUC-JP"),
    ],
)
def test_tb_r4_the_charset_is_named_or_guessed(body: bytes, content_type: str, meant: str) -> None:
    assert title(body, content_type) == meant


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"%2BADw-", f"{FORM}; charset=UTF-7"), (b"%2BADw-&charset=unicode-1-1-utf-7", FORM)]
)
def test_tb_r4_utf_7_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(BadPing) as caught:
        title(body, content_type)
    assert caught.value.problem is Problem.UNSUPPORTED_ENCODING


REFUSALS = [problem for problem in Problem if problem is not Problem.ALREADY_REGISTERED]


@pytest.mark.parametrize("problem", REFUSALS)
def test_tb_r5_the_status_of_a_refusal_is_200_but_for_one_over_a_budget(problem: Problem) -> None:
    assert trackback.build_response(Reply(problem)).status == (429 if problem is Problem.TOO_MANY else 200)


@pytest.mark.parametrize("error", ["1", "-1", "-32", "2", "x"])
def test_tb_r5_anything_but_0_is_a_failure(error: str) -> None:
    body = f"<response><error>{error}</error><message>no</message></response>".encode()
    assert not trackback.parse_response(Response(200, (), body)).ok


@pytest.mark.parametrize("body", [b"<response><error></error></response>", b"<response></response>"])
def test_tb_r5_no_error_code_is_no_answer(body: bytes) -> None:
    with pytest.raises(BadReply):
        trackback.parse_response(Response(200, (), body))


def test_tb_s5_a_ping_without_url_is_refused() -> None:
    with pytest.raises(BadPing) as caught:
        came(b"title=x&excerpt=y&blog_name=z")
    assert caught.value.problem is Problem.BAD_PARAMETERS


def test_tb_s2_what_is_no_form_is_refused() -> None:
    with pytest.raises(BadPing) as caught:
        came(b'{"url": "http://a.example/"}', "application/json")
    assert caught.value.problem is Problem.NOT_CONFORMING


def test_tb_r7_a_sender_waits_for_the_link_to_be_verified() -> None:
    assert came(b"url=http://a.example/").waits
