"""pingback.extensions.getPingbacks, as WordPress and Zinnia have it (PB-X)."""

from xmlrpc.client import dumps, loads

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Answer, Question, Reply, Request
from linkback.core.protocols import pingback

TARGET = "http://blog.example/post"


def test_pb_x1_one_string_goes_in() -> None:
    body = dumps((TARGET,), "pingback.extensions.getPingbacks").encode()
    assert pingback.parse_request(Request("POST", "/", (), body)) == Question(TARGET)


@pytest.mark.parametrize(
    "sources",
    [pytest.param([], id="PB-X2-none"), pytest.param(["http://a.example/", "http://b.example/?x&y"], id="PB-X1-two")],
)
def test_an_array_of_addresses_comes_out_in_order(sources: list[str]) -> None:
    assert loads(pingback.build_response(Answer(sources)).body) == ((sources,), None)


@pytest.mark.parametrize(("problem", "code"), [(Problem.TARGET_NOT_FOUND, b"32"), (Problem.TARGET_NOT_ACCEPTED, b"33")])
def test_pb_x2_an_unknown_target_is_a_fault(problem: Problem, code: bytes) -> None:
    assert b"<int>" + code + b"</int>" in pingback.build_response(Reply(problem)).body
