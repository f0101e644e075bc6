"""How a reply to a webmention is worded for programs and for people."""

from typing import Any

import msgspec
import pytest

from linkback.core.errors import Problem
from linkback.core.model import Ping, Reply, Request, Response
from linkback.web.site import render
from linkback.web.wording import WebmentionWords
from tests.web.running import BROWSER

PING = Ping("https://ana.example/1", "https://me.example/", "webmention", waits=False)
TAKEN = Reply(message="It is kept.", location="https://links.example/webmention/abc")


def word(reply: Reply, *, path: str = "/webmention", accept: str = BROWSER) -> Response:
    return WebmentionWords(render)(Request("POST", path, (("accept", accept),)), PING, reply)


def header(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)


def test_a_program_is_told_what_it_claimed() -> None:
    response = word(TAKEN, accept="*/*")
    told: dict[str, Any] = msgspec.json.decode(response.body)
    assert (response.status, told["source"], told["target"]) == (201, PING.source, PING.target)
    assert told["location"] == header(response, "location") == TAKEN.location


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/webmention", "webmention/abc"),
        ("/webmention?a=b/c/d", "webmention/abc"),
        ("/ben/webmention", "../webmention/abc"),
    ],
)
def test_people_are_led_by_a_way_that_needs_no_host(path: str, location: str) -> None:
    response = word(TAKEN, path=path)
    assert (response.status, header(response, "location"), response.body) == (303, location, b"")


def test_people_are_thanked_where_no_page_tells_more() -> None:
    response = word(Reply(message="It is kept."))
    assert (response.status, b"Thank you" in response.body, b"It is kept." in response.body) == (202, True, True)


def test_people_too_are_told_when_to_come_again() -> None:
    response = word(Reply(Problem.TOO_MANY, retry_after=7.5))
    assert (response.status, header(response, "retry-after")) == (429, "8")
    assert header(response, "content-type") == "text/html; charset=utf-8"


@pytest.mark.parametrize("problem", Problem)
def test_each_problem_is_a_sentence_on_a_page_with_the_status_it_has_for_programs(problem: Problem) -> None:
    page, told = word(Reply(problem)), word(Reply(problem), accept="*/*")
    assert page.status == told.status
    assert page.body.startswith(b"<!doctype html>")
