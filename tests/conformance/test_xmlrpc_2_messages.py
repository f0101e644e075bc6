"""XML-RPC: calls and answers as xmlrpc.com has them, and extensions seen (XR)."""

import xml.etree.ElementTree as ET

import pytest

from linkback.core.errors import BadPing, Problem
from linkback.core.model import Answer, Citation, Ping, Reply, Response, first_header
from linkback.core.protocols import pingback, xmlrpc

ARRAY = "<array><data><value>v</value></data></array>"
NESTED = f"<value><struct><member><name>k</name><value>{ARRAY}</value></member></struct></value>"


def call(params: str, name: str = "m") -> bytes:
    return f"<methodCall><methodName>{name}</methodName>{params}</methodCall>".encode()


def one(value: str) -> bytes:
    return call(f"<params><param><value>{value}</value></param></params>")


REPLIES = [Reply(), *(Reply(problem) for problem in Problem), Answer(["a"])]


def test_xr_1_xr_3_a_call_is_a_post_of_text_xml() -> None:
    request = pingback.build_request(
        "http://b.example/rpc", Ping("http://a.example/", "http://b.example/", "x"), Citation()
    )
    assert request.method == "POST"
    assert first_header(request.headers, "content-type") == "text/xml"


@pytest.mark.parametrize("name", ["a", "a.b", "A_1:x/y.z"])
def test_xr_5_a_method_name_has_letters_digits_and_four_marks(name: str) -> None:
    assert xmlrpc.read_call(call("", name)).method == name


@pytest.mark.parametrize("name", ["", "a b", "a-b", "a&amp;b", "ä"])
def test_xr_5_no_other_characters_make_a_method_name(name: str) -> None:
    with pytest.raises(BadPing) as caught:
        xmlrpc.read_call(call("", name))
    assert caught.value.problem is Problem.NOT_CONFORMING


@pytest.mark.parametrize(
    ("body", "params"),
    [
        pytest.param(call(""), (), id="XR-5-params-missing"),
        pytest.param(call("<params/>"), (), id="XR-5-params-empty"),
        pytest.param(one("<i4>12</i4>"), (12,), id="XR-7-i4"),
        pytest.param(one("<int>-0012</int>"), (-12,), id="XR-7-int-with-sign-and-leading-zeros"),
        pytest.param(one("<int>+2147483647</int>"), (2147483647,), id="XR-7-int-largest"),
        pytest.param(one("<int>-2147483648</int>"), (-2147483648,), id="XR-7-int-smallest"),
        pytest.param(one("<boolean>1</boolean>"), (True,), id="XR-7-boolean-true"),
        pytest.param(one("<boolean>0</boolean>"), (False,), id="XR-7-boolean-false"),
        pytest.param(one("<double>-12.53</double>"), (-12.53,), id="XR-7-double"),
        pytest.param(one("<base64>aGk=</base64>"), (b"hi",), id="XR-7-base64"),
        pytest.param(one("a"), ("a",), id="XR-8-no-type-is-a-string"),
        pytest.param(one("&lt;&amp;&gt;"), ("<&>",), id="XR-9-lt-and-amp-escaped"),
        pytest.param(one("<string>  a  </string>"), ("  a  ",), id="XR-9-white-space-is-significant"),
        pytest.param(one("  a  "), ("  a  ",), id="XR-9-white-space-without-type"),
        pytest.param(
            call(f"<params><param>{NESTED}</param></params>"), ({"k": ["v"]},), id="XR-10-struct-and-array-nest"
        ),
        pytest.param(
            "<?xml version='1.0'?>".encode("utf-16") + one("é").decode().encode("utf-16")[2:], ("é",), id="XR-14-UTF-16"
        ),
        pytest.param(one("é✓"), ("é✓",), id="XR-14-UTF-8-is-the-default"),
        pytest.param(one("<nil/>"), (None,), id="XR-15-nil"),
        pytest.param(one("<ex:nil xmlns:ex='x'/>"), (None,), id="XR-15-nil-of-Apache"),
        pytest.param(one("<i8>4294967296</i8>"), (4294967296,), id="XR-15-i8"),
        pytest.param(one("<i1>-1</i1>"), (-1,), id="XR-15-i1"),
        pytest.param(b"\r\n <?xml version='1.0'?>" + one("a"), ("a",), id="XR-16-white-space-before-the-declaration"),
    ],
)
def test_calls_are_read(body: bytes, params: tuple[object, ...]) -> None:
    assert xmlrpc.read_call(body).params == params


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<methodResponse/>", id="XR-5-not-a-call"),
        pytest.param(
            b"<methodCall><methodName>a</methodName><methodName>b</methodName></methodCall>", id="XR-5-two-names"
        ),
        pytest.param(call("<params><param/></params>"), id="XR-6-param-without-value"),
        pytest.param(call("<params><param><value/><value/></param></params>"), id="XR-6-param-with-two-values"),
        pytest.param(call("<params><value/></params>"), id="XR-6-value-without-param"),
        pytest.param(one("<int>1 000</int>"), id="XR-7-int-with-a-blank"),
        pytest.param(one("<int>2147483648</int>"), id="XR-7-int-too-large"),
        pytest.param(one("<boolean>2</boolean>"), id="XR-7-boolean-of-another-number"),
        pytest.param(one("<double>inf</double>"), id="XR-7-double-infinite"),
        pytest.param(one("<array><value/></array>"), id="XR-10-array-without-data"),
        pytest.param(b"<!DOCTYPE methodCall [<!ENTITY a 'b'>]>" + one("&a;"), id="XR-16-DTD"),
    ],
)
def test_other_xml_does_not_conform(body: bytes) -> None:
    with pytest.raises(BadPing) as caught:
        xmlrpc.read_call(body)
    assert caught.value.problem is Problem.NOT_CONFORMING


def shape(response: Response) -> tuple[ET.Element, list[str]]:
    root = ET.fromstring(response.body)
    return root, [child.tag for child in root]


@pytest.mark.parametrize("reply", REPLIES)
def test_xr_11_every_answer_is_200_but_one_over_a_budget(reply: Reply | Answer) -> None:
    response = pingback.build_response(reply)
    over_budget = isinstance(reply, Reply) and reply.problem is Problem.TOO_MANY
    assert response.status == (429 if over_budget else 200)
    assert (first_header(response.headers, "content-type") or "").startswith("text/xml")


@pytest.mark.parametrize("reply", REPLIES)
def test_xr_12_an_answer_has_one_value_or_one_fault(reply: Reply | Answer) -> None:
    root, children = shape(pingback.build_response(reply))
    assert root.tag == "methodResponse"
    if isinstance(reply, Reply) and reply.problem:
        assert children == ["fault"]
    else:
        assert children == ["params"]
        assert len(root.findall("params/param/value")) == 1


@pytest.mark.parametrize("problem", list(Problem))
def test_xr_13_a_fault_is_a_struct_of_exactly_code_and_string(problem: Problem) -> None:
    root, _ = shape(pingback.build_response(Reply(problem)))
    assert [name.text for name in root.findall("fault/value/struct/member/name")] == ["faultCode", "faultString"]
    assert [value.tag for value in root.findall("fault/value/struct/member/value/*")] == ["int", "string"]
