"""Webmention, section 3.1: how a sender finds the endpoint, tells it, and takes its answer (WM-S)."""

from pathlib import Path

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Citation, Endpoint, Page, Ping, Request, Response, first_header
from linkback.core.protocols import forms, webmention

DISCOVERY = Path(__file__).parents[1] / "vectors" / "webmention" / "discovery"
CASES = {
    int(line[:2]): line.split("\t")
    for line in (DISCOVERY / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]
}
TARGET = "https://b.example/2026/post?p=7"
INBOX = "https://b.example/inbox"
HTML = ("content-type", "text/html; charset=utf-8")
LINK = ("link", '</inbox>; rel="webmention"')
ELEMENTS = '<link rel="webmention" href="{0}">', '<a rel="webmention" href="{0}">here</a>'


def found(body: str, *headers: tuple[str, str], url: str = TARGET) -> Endpoint | None:
    return webmention.discover(Page(200, headers, body.encode(), url=url))


def endpoint_of(case: int) -> tuple[str, str]:
    """Where the page of a case leads, and where it must lead."""
    name, url, wanted, _ = CASES[case]
    head, _, body = (DISCOVERY / f"{name}.http").read_bytes().partition(b"\r\n\r\n")
    fields = (line.partition(":") for line in head.decode().split("\r\n")[1:])
    headers = tuple((key.lower(), value.strip()) for key, _, value in fields)
    offer = webmention.discover(Page(200, headers, body, url=url))
    assert offer
    return offer.url, wanted


def told(endpoint: str = INBOX, source: str = "https://a.example/reply", target: str = TARGET) -> Request:
    return webmention.build_request(endpoint, Ping(source, target, "webmention"), Citation(title="Not part of it"))


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/jpeg", "application/pdf", "text/plain", "application/json"]
)
def test_wm_s3_a_link_header_counts_for_any_content_type(content_type: str) -> None:
    assert found("", ("content-type", content_type), LINK) == Endpoint(INBOX, "webmention", "header")


def test_wm_s3_a_link_header_counts_without_any_content_type() -> None:
    assert found("", LINK) == Endpoint(INBOX, "webmention", "header")


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("content_type", ["text/html", "Text/HTML;charset=utf-8", "application/xhtml+xml"])
def test_wm_s4_elements_count_in_html(element: str, content_type: str) -> None:
    offer = found(element.format("/inbox"), ("content-type", content_type))
    assert offer
    assert offer.url == INBOX


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/atom+xml", "image/svg+xml"])
def test_wm_s4_elements_do_not_count_in_anything_else(element: str, content_type: str) -> None:
    assert found(element.format("/inbox"), ("content-type", content_type)) is None


@pytest.mark.parametrize("case", range(1, 7))
def test_wm_s5_all_three_ways_are_supported(case: int) -> None:
    offered, wanted = endpoint_of(case)
    assert offered == wanted


@pytest.mark.parametrize("case", [11, 18, 19])
def test_wm_s5_the_first_header_goes_before_any_element(case: int) -> None:
    offered, wanted = endpoint_of(case)
    assert offered == wanted


def test_wm_s5_the_first_of_two_headers_counts() -> None:
    offer = found("", HTML, LINK, ("link", "</other>; rel=webmention"))
    assert offer == Endpoint(INBOX, "webmention", "header")


@pytest.mark.parametrize("case", [16, 17])
def test_wm_s5_the_first_element_in_the_document_counts_whichever_it_is(case: int) -> None:
    offered, wanted = endpoint_of(case)
    assert offered == wanted


@pytest.mark.parametrize("case", [7, 8, 9, 10, 12, 13, 14, 20])
def test_wm_s5_rel_is_a_list_of_tokens_and_only_true_links_count(case: int) -> None:
    offered, wanted = endpoint_of(case)
    assert offered == wanted


@pytest.mark.parametrize("case", [1, 3, 5, 15, 22, 23])
def test_wm_s6_a_relative_endpoint_starts_from_the_address_of_the_target(case: int) -> None:
    offered, wanted = endpoint_of(case)
    assert offered == wanted


@pytest.mark.parametrize(
    ("written", "endpoint"),
    [
        ("inbox", "https://b.example/2026/inbox"),
        ("../inbox", "https://b.example/inbox"),
        ("//c.example/inbox", "https://c.example/inbox"),
        ("?wm=1", "https://b.example/2026/post?wm=1"),
        ("", TARGET),
        ("HTTP://C.example/inbox", "http://c.example/inbox"),
    ],
)
def test_wm_s6_header_and_elements_are_resolved_alike(written: str, endpoint: str) -> None:
    offers = [found("", HTML, ("link", f"<{written}>; rel=webmention"))]
    offers += [found(element.format(written), HTML) for element in ELEMENTS]
    assert [offer and offer.url for offer in offers] == [endpoint] * 3


def test_wm_s7_the_query_of_the_endpoint_is_kept_and_not_sent_in_the_body() -> None:
    offered, wanted = endpoint_of(21)
    assert offered == wanted
    request = told(offered)
    assert request.url == wanted
    assert [name for name, _ in forms.read_form(request.body, None).fields] == ["source", "target"]


def test_wm_s8_source_and_target_are_posted_as_a_form() -> None:
    request = told()
    assert (request.method, request.url) == ("POST", INBOX)
    assert first_header(request.headers, "content-type") == "application/x-www-form-urlencoded"
    assert request.body == (
        b"source=https%3A%2F%2Fa.example%2Freply&target=https%3A%2F%2Fb.example%2F2026%2Fpost%3Fp%3D7"
    )


@pytest.mark.parametrize(
    "target", ["https://b.example/post#part", "http://B.example:80/a/../post", "https://b.example"]
)
def test_wm_s8_the_target_is_sent_as_it_was_linked(target: str) -> None:
    assert forms.read_form(told(target=target).body, None).get("target") == target


@pytest.mark.parametrize("status", range(200, 300))
def test_wm_s8_any_2xx_is_success(status: int) -> None:
    assert webmention.parse_response(Response(status)).ok


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        *((400, Problem.ACCESS_DENIED), (404, Problem.ACCESS_DENIED), (429, Problem.TOO_MANY)),
        *((500, Problem.INTERNAL), (503, Problem.TOO_MANY)),
    ],
)
def test_wm_s8_nothing_else_is(status: int, problem: Problem) -> None:
    assert webmention.parse_response(Response(status)).problem is problem


def test_wm_s8_the_location_of_a_201_is_the_status_page() -> None:
    headers = (("location", "https://b.example/webmention/1"),)
    assert webmention.parse_response(Response(201, headers)).location == "https://b.example/webmention/1"
    assert webmention.parse_response(Response(202, headers)).location == ""


def test_wm_s9_the_answer_to_head_is_enough_where_there_is_a_header() -> None:
    assert found("", HTML, LINK) == Endpoint(INBOX, "webmention", "header")
    assert found("", HTML) is None


def test_wm_s12_what_a_page_said_before_is_of_no_account() -> None:
    assert found("", HTML, LINK)
    assert found("", HTML) is None
    moved = found("", HTML, ("link", "</moved>; rel=webmention"))
    assert moved
    assert moved.url == "https://b.example/moved"


def test_wm_v1_nobody_is_asked_to_vouch_unless_the_endpoint_asks_for_it() -> None:
    assert b"vouch" not in told().body


def test_wm_v2_an_endpoint_that_wants_a_vouch_refuses_in_plain_words() -> None:
    reply = webmention.parse_response(Response(449))
    assert (reply.problem, reply.code) == (Problem.ACCESS_DENIED, 449)
    assert "vouch" in reply.message
