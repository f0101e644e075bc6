"""The fault codes that every XML-RPC server shares (note of 2001-05-16)."""

import pytest

from linkback.core.errors import BadPing, Problem
from linkback.core.model import Request
from linkback.core.protocols import pingback

CALL = b"<methodCall><methodName>%s</methodName>%s</methodCall>"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"<methodCall>", -32700, id="not-well-formed"),
        pytest.param(b"", -32700, id="empty"),
        pytest.param(b"<?xml version='1.0' encoding='utf-7'?><a/>", -32701, id="unsupported-encoding"),
        pytest.param(CALL % (b"m", b"<!-- \xff -->"), -32702, id="invalid-character"),
        pytest.param(b"<methodResponse/>", -32600, id="not-XML-RPC"),
        pytest.param(CALL % (b"no.such", b""), -32601, id="method-not-found"),
        pytest.param(CALL % (b"system.multicall", b""), -32601, id="no-multicall"),
        pytest.param(CALL % (b"pingback.ping", b""), -32602, id="invalid-parameters"),
    ],
)
def test_a_call_that_fails_early_has_the_shared_code(body: bytes, code: int) -> None:
    with pytest.raises(BadPing) as caught:
        pingback.parse_request(Request("POST", "/", (), body))
    assert pingback.FAULT_CODES[caught.value.problem] == code


def test_an_internal_error_has_the_shared_code() -> None:
    assert pingback.FAULT_CODES[Problem.INTERNAL] == -32603
