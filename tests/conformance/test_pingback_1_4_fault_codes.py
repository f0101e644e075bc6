"""Pingback 1.0, section 3: the table of fault codes, outwards and inwards."""

from xmlrpc.client import Fault, loads

import pytest

from linkback.core.errors import Problem
from linkback.core.model import Reply, Response
from linkback.core.protocols import pingback, xmlrpc

TABLE = [
    (16, Problem.SOURCE_NOT_FOUND),
    (17, Problem.NO_LINK),
    (32, Problem.TARGET_NOT_FOUND),
    (33, Problem.TARGET_NOT_ACCEPTED),
    (48, Problem.ALREADY_REGISTERED),
    (49, Problem.ACCESS_DENIED),
    (50, Problem.SOURCE_TROUBLE),
]


@pytest.mark.parametrize(("code", "problem"), TABLE)
def test_a_problem_is_told_by_its_code(code: int, problem: Problem) -> None:
    with pytest.raises(Fault) as caught:
        loads(pingback.build_response(Reply(problem)).body)
    assert caught.value.faultCode == code


@pytest.mark.parametrize("problem", [Problem.SAME_PAGE, Problem.SELF_PING, Problem.TOO_MANY])
def test_what_the_table_has_no_word_for_is_access_denied(problem: Problem) -> None:
    assert pingback.FAULT_CODES[problem] == 49


@pytest.mark.parametrize(("code", "problem"), [*TABLE, (0, Problem.ACCESS_DENIED)])
def test_a_code_that_comes_in_is_understood(code: int, problem: Problem) -> None:
    reply = pingback.parse_response(Response(200, (), xmlrpc.write_fault(code, "because")))
    assert reply == Reply(problem, "because", code=code)
