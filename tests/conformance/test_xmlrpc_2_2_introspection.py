"""XML-RPC introspection, and the multicall that is not there (SYS, MC)."""

from xmlrpc.client import dumps, loads

import pytest

from linkback.core.errors import BadPing, Problem
from linkback.core.model import Answer, Request
from linkback.core.protocols import pingback

METHODS = [
    "pingback.ping",
    "pingback.extensions.getPingbacks",
    "system.listMethods",
    "system.methodSignature",
    "system.methodHelp",
    "system.getCapabilities",
]


def asked(method: str, *params: object) -> object:
    """What a client of the standard library gets."""
    body = dumps(params, method).encode()  # type: ignore[arg-type]  # dumps is typed narrower
    answer = pingback.parse_request(Request("POST", "/", (), body))
    assert isinstance(answer, Answer)
    ((value,), _) = loads(pingback.build_response(answer).body)
    return value


def test_sys_1_all_methods_are_listed() -> None:
    assert asked("system.listMethods") == METHODS


@pytest.mark.parametrize("method", METHODS)
def test_sys_2_a_signature_is_an_array_of_arrays_of_types(method: str) -> None:
    signatures = asked("system.methodSignature", method)
    assert isinstance(signatures, list)
    assert all(kind in {"string", "array", "struct"} for signature in signatures for kind in signature)


def test_sys_2_the_results_type_comes_first() -> None:
    assert asked("system.methodSignature", "pingback.ping") == [["string", "string", "string"]]
    assert asked("system.methodSignature", "pingback.extensions.getPingbacks") == [["array", "string"]]


@pytest.mark.parametrize("method", METHODS)
def test_sys_3_each_method_has_help(method: str) -> None:
    purpose = asked("system.methodHelp", method)
    assert isinstance(purpose, str)
    assert purpose.endswith(".")


@pytest.mark.parametrize("method", ["system.methodSignature", "system.methodHelp"])
def test_sys_2_sys_3_an_unknown_method_is_a_fault(method: str) -> None:
    with pytest.raises(BadPing) as caught:
        asked(method, "no.such")
    assert caught.value.problem is Problem.METHOD_NOT_FOUND


def test_sys_4_capabilities_name_documents_and_versions() -> None:
    capabilities = asked("system.getCapabilities")
    assert isinstance(capabilities, dict)
    assert set(capabilities) == {"xmlrpc", "introspect", "faults_interop", "pingback"}
    assert all(set(one) == {"specUrl", "specVersion"} for one in capabilities.values())
    assert capabilities["faults_interop"]["specVersion"] == 20010516


def test_mc_1_mc_2_mc_3_mc_4_mc_5_mc_6_mc_7_many_calls_in_one_are_not_taken() -> None:
    with pytest.raises(BadPing) as caught:
        asked("system.multicall", [{"methodName": "pingback.ping", "params": ["a", "b"]}] * 100)
    assert caught.value.problem is Problem.METHOD_NOT_FOUND
