"""Webmention, section 3.2: what a receiver takes, what it answers, what counts as a mention (WM-R, WM-V)."""

import json

import pytest

from linkback.core.errors import BadPing, Problem
from linkback.core.model import Page, Ping, Reply, Request, first_header
from linkback.core.pages import document, links
from linkback.core.protocols import webmention

SOURCE, TARGET = "https://a.example/reply", "https://b.example/post"
FORM = (("content-type", "application/x-www-form-urlencoded"),)
BODY = b"source=https%3A%2F%2Fa.example%2Freply&target=https%3A%2F%2Fb.example%2Fpost"
STATUS_PAGE = "https://links.example/webmention/0a1b"
SENDERS_FAULT = [
    problem for problem in Problem if problem not in {Problem.TOO_MANY, Problem.INTERNAL, Problem.ALREADY_REGISTERED}
]
TAKEN = [Reply(), Reply(Problem.ALREADY_REGISTERED)]


def asked(body: bytes) -> object:
    return webmention.parse_request(Request("POST", "/webmention", FORM, body))


def mentions(body: str, content_type: str, target: str = TARGET) -> bool:
    page = Page(200, (("content-type", content_type),), body.encode(), url=SOURCE)
    return links.links_to(document.read(page), target)


def test_wm_r1_r6_the_caller_does_not_wait_for_the_source_to_be_looked_at() -> None:
    assert asked(BODY) == Ping(SOURCE, TARGET, "webmention", waits=False)


@pytest.mark.parametrize("reply", TAKEN)
def test_wm_r2_with_a_status_page_the_answer_is_201_and_its_location(reply: Reply) -> None:
    response = webmention.build_response(Reply(reply.problem, location=STATUS_PAGE))
    assert (response.status, first_header(response.headers, "location")) == (201, STATUS_PAGE)


@pytest.mark.parametrize("reply", TAKEN)
def test_wm_r2_without_one_it_is_202_and_no_location(reply: Reply) -> None:
    response = webmention.build_response(reply)
    assert (response.status, first_header(response.headers, "location")) == (202, None)


@pytest.mark.parametrize("body", [b"", b"source=" + SOURCE.encode(), b"target=" + TARGET.encode(), b"source=&target="])
def test_wm_r3_a_missing_address_is_refused(body: bytes) -> None:
    with pytest.raises(BadPing) as caught:
        asked(body)
    assert webmention.build_response(Reply(caught.value.problem, caught.value.sentence)).status == 400


@pytest.mark.parametrize(
    ("body", "target"),
    [
        pytest.param(f'<a href="{TARGET}">x</a>', TARGET, id="a"),
        pytest.param('<img src="https://b.example/photo.jpg">', "https://b.example/photo.jpg", id="img"),
        pytest.param('<video src="https://b.example/film.webm"></video>', "https://b.example/film.webm", id="video"),
        pytest.param(f'<blockquote cite="{TARGET}">x</blockquote>', TARGET, id="blockquote"),
    ],
)
def test_wm_r8_in_html_an_attribute_that_links_is_a_mention(body: str, target: str) -> None:
    assert mentions(body, "text/html", target)


@pytest.mark.parametrize("body", [TARGET, f"<!-- <a href='{TARGET}'> -->", f"<script>'{TARGET}'</script>"])
def test_wm_r8_in_html_text_comments_and_scripts_are_none(body: str) -> None:
    assert not mentions(body, "text/html")


def test_wm_r8_in_json_a_value_that_equals_the_address_is_a_mention() -> None:
    assert mentions(json.dumps({"in-reply-to": [TARGET]}), "application/json")
    assert not mentions(json.dumps({"content": f"see {TARGET}"}), "application/json")
    assert not mentions(json.dumps({TARGET: "a key"}), "application/json")


def test_wm_r8_in_plain_text_the_address_itself_is_a_mention() -> None:
    assert mentions(f"Read {TARGET}, it is good.", "text/plain")
    assert not mentions("Read b.example/post, it is good.", "text/plain")


@pytest.mark.parametrize(
    "other", [f"{TARGET}-2", f"{TARGET}/", "http://b.example/post", f"https://c.example/?u={TARGET}"]
)
@pytest.mark.parametrize(
    ("written", "content_type"),
    [('<a href="{}">x</a>', "text/html"), ('["{}"]', "application/json"), ("see {} there", "text/plain")],
)
def test_wm_r9_another_address_is_no_mention(other: str, written: str, content_type: str) -> None:
    assert mentions(written.format(TARGET), content_type)
    assert not mentions(written.format(other), content_type)


@pytest.mark.parametrize("problem", SENDERS_FAULT)
def test_wm_r4_r10_the_senders_fault_is_400_and_says_which(problem: Problem) -> None:
    response = webmention.build_response(Reply(problem))
    said = json.loads(response.body)
    assert response.status == 400
    assert first_header(response.headers, "location") is None
    assert set(said) == {"error", "error_description"}
    assert said["error_description"] == webmention.SENTENCES[problem]


def test_wm_r11_our_own_fault_is_500() -> None:
    assert webmention.build_response(Reply(Problem.INTERNAL)).status == 500


def test_wm_r12_r14_the_same_once_more_is_answered_like_the_first() -> None:
    first, again = (webmention.build_response(Reply(reply.problem, location=STATUS_PAGE)) for reply in TAKEN)
    assert first == again


def test_wm_v4_fields_that_are_not_known_are_passed_over() -> None:
    extended = BODY + b"&vouch=https%3A%2F%2Fc.example%2F&code=1&realm=x&anything"
    assert asked(extended) == asked(BODY)
