"""Pingback 1.0, section 3: what a server answers (PB-S)."""

from xmlrpc.client import Fault, loads

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Reply
from linkback.core.protocols import pingback


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
