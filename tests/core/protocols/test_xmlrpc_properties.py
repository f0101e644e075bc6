"""XML-RPC under arbitrary input: only our own errors come out, and what is written is read again."""

import string
from pathlib import Path
from xmlrpc.client import dumps

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.model import Answer, Citation, Page, Ping, Question, Reply, Request, Response
from linkback.core.protocols import pingback, xmlrpc

CALM = settings(deadline=None, max_examples=150)
LIMIT = 1 << 16

VECTORS = Path(__file__).parents[2] / "vectors"
REAL = [path.read_bytes() for folder in ("xmlrpc", "pingback") for path in sorted((VECTORS / folder).iterdir())]
SNIPPETS = [
    *(
        b"<",
        b">",
        b"/",
        b"&",
        b"&amp;",
        b"&#0;",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<!DOCTYPE m [",
        b"<!ENTITY a 'b'>",
    ),
    *(
        b"<?x?>",
        b"<?xml version='1.0' encoding='utf-16'?>",
        b"\0",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xc0\xbc",
    ),
    *(
        b"<value>",
        b"</value>",
        b"<array><data>",
        b"</data></array>",
        b"<struct>",
        b"<ex:nil/>",
        b"<int>",
        b"9" * 400,
        b"\x80",
    ),
]
CONTENT_TYPES = st.sampled_from([None, "text/xml", "text/xml; charset=utf-16", "text/xml; charset=latin1"]) | st.text(
    max_size=40
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real call or answer with pieces cut out, doubled and put in."""
    body = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 40)))
        times = draw(st.sampled_from([1, 1, 2, 500]))
        piece = draw(st.sampled_from([*SNIPPETS, body[start:end]]) | st.binary(max_size=8))
        body = (body[:start] + piece * times + body[end:])[:LIMIT]
    return body


ANYTHING = st.binary(max_size=LIMIT) | st.text(alphabet="<>/&;![]- \n\u00e9abmethodCall", max_size=2000).map(str.encode)
BODIES = ANYTHING | mutated()

WRITABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
SCALARS = (
    WRITABLE
    | st.integers(-(1 << 31), (1 << 31) - 1)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.binary(max_size=60)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WRITABLE, inner, max_size=4), max_leaves=12
)


@CALM
@given(BODIES, CONTENT_TYPES)
def test_a_call_is_read_or_refused(body: bytes, content_type: str | None) -> None:
    try:
        call = xmlrpc.read_call(body, content_type)
    except BadPing as error:
        assert error.problem in {
            Problem.NOT_WELL_FORMED,
            Problem.UNSUPPORTED_ENCODING,
            Problem.BAD_CHARACTER,
            Problem.NOT_CONFORMING,
        }
    else:
        assert call.method


@CALM
@given(BODIES, CONTENT_TYPES)
def test_an_answer_is_read_or_refused(body: bytes, content_type: str | None) -> None:
    try:
        xmlrpc.read_response(body, content_type)
    except BadReply as error:
        assert str(error).startswith("The answer is no XML-RPC response: ")


@CALM
@given(BODIES, CONTENT_TYPES)
def test_a_request_is_understood_or_refused(body: bytes, content_type: str | None) -> None:
    headers = () if content_type is None else (("content-type", content_type),)
    try:
        said = pingback.parse_request(Request("POST", "/pingback", headers, body))
    except BadPing as error:
        assert str(error).endswith(".")
    else:
        assert isinstance(said, Ping | Question | Answer)


@CALM
@given(
    BODIES,
    st.integers(100, 599),
    st.lists(
        st.tuples(st.sampled_from(["content-type", "retry-after", "date", "x"]), st.text(max_size=40)), max_size=4
    ),
)
def test_a_response_is_understood_or_refused(body: bytes, status: int, headers: list[tuple[str, str]]) -> None:
    try:
        reply = pingback.parse_response(Response(status, tuple(headers), body))
    except BadReply as error:
        assert "\n" not in str(error)
    else:
        assert len(reply.message) <= pingback.MAX_MESSAGE + 40
        assert "\n" not in reply.message


@CALM
@given(st.lists(VALUES, max_size=3))
def test_the_calls_of_the_standard_library_are_read_as_they_were_meant(params: list[object]) -> None:
    body = dumps(tuple(params), "any.method", allow_none=True).encode()  # type: ignore[arg-type]  # dumps is typed narrower
    assert xmlrpc.read_call(body) == xmlrpc.Call("any.method", tuple(params))


@CALM
@given(VALUES)
def test_answers_are_read_as_they_were_written(value: object) -> None:
    assert xmlrpc.read_response(xmlrpc.write_response(value)) == value


@CALM
@given(st.text(max_size=200), st.integers(-(1 << 31), (1 << 31) - 1))
def test_any_sentence_makes_a_fault_that_can_be_read(sentence: str, code: int) -> None:
    fault = xmlrpc.read_response(xmlrpc.write_fault(code, sentence))
    assert isinstance(fault, xmlrpc.Fault)
    assert fault.code == code


@CALM
@given(st.text(max_size=100), st.text(max_size=100))
def test_any_two_addresses_make_a_call_that_can_be_read(source: str, target: str) -> None:
    request = pingback.build_request("http://b.example/rpc", Ping(source, target, "pingback"), Citation())
    assert isinstance(pingback.parse_request(request), Ping)


@CALM
@given(
    st.text(string.printable.translate({ord(c): None for c in "<&\x0b\x0c\r"}), max_size=60),
    st.text(string.printable.translate({ord(c): None for c in "<&\x0b\x0c\r"}), max_size=60),
    st.sampled_from(["<string>%s</string>", "%s"]),
    st.sampled_from(["", "<?xml version='1.0'?>\n", ' \n<?xml version="1.0" encoding="UTF-8"?>']),
    st.sampled_from(["text/xml", "text/xml; charset=utf-16", "text/xml; charset=cp1252", "text/xml; charset=x"]),
)
def test_the_short_way_reads_what_the_long_way_reads(
    first: str, second: str, form: str, declaration: str, content_type: str
) -> None:
    params = "".join(f"<param><value>{form % text}</value></param>\n" for text in (first, second))
    call = f"{declaration}<methodCall><methodName>m</methodName><params>{params}</params></methodCall>"
    commented = call.replace("<methodName>m", "<!-- the short way knows no comment --><methodName>m", 1)
    assert reading(call.encode(), content_type) == reading(commented.encode(), content_type)


def reading(body: bytes, content_type: str) -> xmlrpc.Call | Problem:
    try:
        return xmlrpc.read_call(body, content_type)
    except BadPing as error:
        return error.problem


@CALM
@given(ANYTHING | st.lists(st.sampled_from(SNIPPETS), max_size=50).map(b"".join))
def test_any_page_is_searched(body: bytes) -> None:
    page = Page(200, (("content-type", "text/html"),), body, url="http://a.example/")
    found = pingback.discover(page)
    assert found is None or found.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("reply", [Reply(), Reply(Problem.NO_LINK)], ids=["success", "fault"])
@CALM
@given(message=st.text(min_size=1, max_size=100))
def test_any_message_can_be_worded(reply: Reply, message: str) -> None:
    response = pingback.build_response(Reply(reply.problem, message))
    assert pingback.parse_response(response).problem is reply.problem
