"""Pingback 1.0, section 3: what a server answers (PB-S)."""

from xmlrpc.client import Fault, loads

import pytest

from linkback.core.errors import BadPing, Problem
from linkback.core.model import Reply, Request
from linkback.core.protocols import pingback, xmlrpc


@pytest.mark.parametrize("message", ["", "Kept. Thank you."])
def test_pb_s1_s2_success_is_exactly_one_string(message: str) -> None:
    values, _ = loads(pingback.build_response(Reply(message=message)).body)
    assert len(values) == 1
    assert isinstance(values[0], str)
    assert values[0]


@pytest.mark.parametrize("problem", list(Problem))
def test_pb_s1_s3_failure_is_a_fault_from_the_table(problem: Problem) -> None:
    with pytest.raises(Fault) as caught:
        loads(pingback.build_response(Reply(problem)).body)
    assert caught.value.faultCode in {16, 17, 32, 33, 48, 49, 50} | set(range(-32768, -31999))
    assert caught.value.faultString


def test_pb_s4_no_refusal_is_a_bare_zero() -> None:
    assert 0 not in pingback.FAULT_CODES.values()


def test_pb_s5_definitely_missing_and_merely_unusable_targets_differ() -> None:
    assert pingback.FAULT_CODES[Problem.TARGET_NOT_FOUND] == 32
    assert pingback.FAULT_CODES[Problem.TARGET_NOT_ACCEPTED] == 33


def test_pb_s6_trouble_of_the_sources_server_is_50_both_ways() -> None:
    response = pingback.build_response(Reply(Problem.SOURCE_TROUBLE))
    with pytest.raises(Fault) as caught:
        loads(response.body)
    assert caught.value.faultCode == 50
    assert pingback.parse_response(response).problem is Problem.SOURCE_TROUBLE


@pytest.mark.parametrize(
    ("body", "code"), [(b"<methodCall>", -32700), (xmlrpc.write_call("no.such", ()), -32601), (b"<a/>", -32600)]
)
def test_pb_s7_what_is_wrong_with_the_call_itself_has_a_code_of_xml_rpc(body: bytes, code: int) -> None:
    assert fault_of(body) == code


CALLS = [
    xmlrpc.write_call("pingback.ping", ()),
    xmlrpc.write_call("pingback.ping", ("http://a.example/", 7)),
    xmlrpc.write_call("no.such", ("http://a.example/", "http://b.example/")),
    b"<?xml version='1.0' encoding='utf-7'?><methodCall/>",
    b"<!DOCTYPE a><methodCall/>",
    b"nonsense",
    b"",
]


@pytest.mark.parametrize("body", CALLS)
def test_pb_s11_whatever_comes_is_answered_by_an_allowed_value(body: bytes) -> None:
    assert -32768 <= fault_of(body) <= -32000


def fault_of(body: bytes) -> int:
    """The code in the answer to what is no ping."""
    with pytest.raises(BadPing) as caught:
        pingback.parse_request(Request("POST", "/", (), body))
    response = pingback.build_response(Reply(caught.value.problem, caught.value.sentence))
    fault = xmlrpc.read_response(response.body)
    assert isinstance(fault, xmlrpc.Fault)
    assert fault.sentence
    return fault.code
