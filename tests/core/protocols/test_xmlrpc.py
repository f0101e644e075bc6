"""XML-RPC: what is read, what is refused and under which name, and what is written."""

from pathlib import Path
from xmlrpc.client import DateTime, dumps, loads

import pytest

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.protocols import xmlrpc
from linkback.core.protocols.xmlrpc import Call, Fault

VECTORS = Path(__file__).parents[2] / "vectors"
PLAIN = Call("pingback.ping", ("http://a.example/é", "http://b.example/"))


def vector(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def call(inner: str = "", *, name: str = "m") -> bytes:
    return f"<methodCall><methodName>{name}</methodName>{inner}</methodCall>".encode()


def value(inner: str) -> bytes:
    return call(f"<params><param><value>{inner}</value></param></params>")


def nested(levels: int) -> bytes:
    """A call whose one parameter is so many values inside each other."""
    return value("<array><data><value>" * (levels - 1) + "</value></data></array>" * (levels - 1))


def problem_of(body: bytes, content_type: str | None = "text/xml") -> Problem:
    with pytest.raises(BadPing) as caught:
        xmlrpc.read_call(body, content_type)
    return caught.value.problem


def test_every_type_comes_out_as_the_value_it_means() -> None:
    assert xmlrpc.read_call(vector("xmlrpc/all-types.xml")) == Call(
        "all.types",
        (
            *(-7, 2147483647, 9223372036854775807, -128, 32767, -1),
            *(True, False, -12.214),
            *(" kept as it is ", " kept too ", "<a> & b", ""),
            DateTime("19980717T14:08:55"),
            b"you can't read this!",
            *(None, None),
            {"lower": 18, "order": "first"},
            ["a", []],
        ),
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("call-utf-8-bom.xml", PLAIN),
        ("call-utf-8-undeclared.xml", PLAIN),
        ("call-utf-16-le-bom.xml", PLAIN),
        ("call-utf-16-be-bom.xml", PLAIN),
        ("call-utf-16-le-no-mark.xml", PLAIN),
        ("call-iso-8859-1.xml", PLAIN),
        ("call-windows-1252.xml", Call("pingback.ping", ("http://a.example/€", "http://b.example/"))),
        ("call-us-ascii.xml", PLAIN),
        ("call-space-and-bom-before.xml", PLAIN),
    ],
)
def test_each_encoding_that_is_taken_is_read(name: str, expected: Call) -> None:
    assert xmlrpc.read_call(vector(f"xmlrpc/{name}"), "text/xml") == expected


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/xml",
        "application/xml",
        "application/x-www-form-urlencoded",
        "nonsense",
        "text/xml; charset=",
        "; ;",
    ],
)
def test_any_content_type_is_tolerated(content_type: str | None) -> None:
    assert xmlrpc.read_call(vector("xmlrpc/call-utf-8-undeclared.xml"), content_type) == PLAIN


LATIN = b"<methodCall><methodName>m</methodName><params><param><value>\xe9</value></param></params></methodCall>"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param(LATIN, "text/xml; charset=ISO-8859-1", "é", id="charset where nothing is declared"),
        pytest.param(LATIN, 'text/xml;charset="latin1"; x=y', "é", id="quoted charset"),
        pytest.param(
            b'<?xml version="1.0" encoding="utf-8"?>' + LATIN, "text/xml; charset=iso-8859-1", "é", id="charset first"
        ),
        pytest.param(
            b"\xef\xbb\xbf" + LATIN.replace(b"\xe9", b"\xc3\xa9"), "text/xml; charset=iso-8859-1", "é", id="mark first"
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="iso-8859-1"?>' + LATIN, "text/xml; charset=utf-7", "é", id="unknown charset"
        ),
        pytest.param(
            b'<?xml version="1.0" encoding="iso-8859-1"?>' + LATIN, "text/xml; charset=utf-16", "é", id="untrue charset"
        ),
    ],
)
def test_the_mark_counts_before_the_charset_and_that_before_the_declaration(
    body: bytes, content_type: str, expected: str
) -> None:
    assert xmlrpc.read_call(body, content_type).params == (expected,)


def test_of_a_list_of_charsets_the_first_is_meant() -> None:
    assert problem_of(LATIN, "text/xml; charset=UTF-8,ISO-8859-1") is Problem.BAD_CHARACTER


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(call(), (), id="no params"),
        pytest.param(call("<params/>"), (), id="empty params"),
        pytest.param(call("<params>\n</params>"), (), id="white params"),
        pytest.param(value(" <string>a</string>\n"), ("a",), id="white space around a type"),
        pytest.param(value("<string>a\r\nb</string>"), ("a\nb",), id="line ends as XML has them"),
        pytest.param(value("&lt;&amp;&gt;&quot;&apos;&#233;"), ("<&>\"'é",), id="references"),
        pytest.param(value("<int> 1 </int>"), (1,), id="white space around a number"),
        pytest.param(value("<double>1e-05</double>"), (1e-05,), id="the exponent that CPython writes"),
        pytest.param(value("<struct/>"), ({},), id="empty struct"),
        pytest.param(value("<string note='x'>a</string>"), ("a",), id="attributes are passed over"),
        pytest.param(call("<!-- no text --><params/>"), (), id="comment"),
    ],
)
def test_forms_seen_in_the_wild_are_read(body: bytes, expected: tuple[object, ...]) -> None:
    assert xmlrpc.read_call(body).params == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(value("<i4>2147483648</i4>"), id="more than 32 bits"),
        pytest.param(value("<i8>9223372036854775808</i8>"), id="more than 64 bits"),
        pytest.param(value("<i1>128</i1>"), id="more than 8 bits"),
        pytest.param(value("<i2>-32769</i2>"), id="more than 16 bits"),
        pytest.param(value("<int>1 2</int>"), id="blank inside"),
        pytest.param(value("<int>１</int>"), id="digit of another script"),
        pytest.param(value("<int>1_0</int>"), id="underscore"),
        pytest.param(value("<int/>"), id="no digit"),
        pytest.param(value(f"<int>{'9' * 5000}</int>"), id="five thousand digits"),
        pytest.param(value("<boolean>true</boolean>"), id="boolean in words"),
        pytest.param(value("<double>nan</double>"), id="nan"),
        pytest.param(value("<double>1e999</double>"), id="infinite"),
        pytest.param(value("<double>.</double>"), id="a mere point"),
        pytest.param(value("<dateTime.iso8601>yesterday</dateTime.iso8601>"), id="no date"),
        pytest.param(value("<base64>a</base64>"), id="half a base64"),
        pytest.param(value("<base64>a-b_</base64>"), id="base64 of another alphabet"),
        pytest.param(value("<nil>x</nil>"), id="nil with text"),
        pytest.param(value("<string>a</string>b"), id="text beside a type"),
        pytest.param(value("a<string>b</string>"), id="text before a type"),
        pytest.param(value("<string>a</string><string>b</string>"), id="two types"),
        pytest.param(value("<string><b>a</b></string>"), id="markup in a string"),
        pytest.param(value("<url>a</url>"), id="no such type"),
        pytest.param(value("<array/>"), id="array without data"),
        pytest.param(value("<array><data/><data/></array>"), id="two data"),
        pytest.param(value("<struct><member><name>a</name></member></struct>"), id="member without value"),
        pytest.param(value("<struct><member><value/><value/></member></struct>"), id="member without name"),
        pytest.param(value("<struct><value/></struct>"), id="struct of values"),
        pytest.param(call("<params><param/></params>"), id="param without value"),
        pytest.param(call("<params><param><value/><value/></param></params>"), id="param of two values"),
        pytest.param(call("<params>x</params>"), id="text in params"),
        pytest.param(call("<params/><params/>"), id="params twice"),
        pytest.param(call("<fault><value/></fault>"), id="fault in a call"),
        pytest.param(call(name=""), id="no name"),
        pytest.param(call(name="a b"), id="name with a blank"),
        pytest.param(call(name="é"), id="name with another letter"),
        pytest.param(b"<methodCall/>", id="empty call"),
        pytest.param(b"<methodCall><params/></methodCall>", id="call without name"),
        pytest.param(b"<methodCall><params/><methodName>m</methodName></methodCall>", id="params before the name"),
        pytest.param(b"<methodResponse><params/></methodResponse>", id="response"),
        pytest.param(b"<html/>", id="other XML"),
        pytest.param(b"<methodCall><methodCall/></methodCall>", id="call in a call"),
    ],
)
def test_xml_that_is_no_call_does_not_conform(body: bytes) -> None:
    assert problem_of(body) is Problem.NOT_CONFORMING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"hello",
        b'{"method": "pingback.ping"}',
        b"<methodCall>",
        b"<methodCall><methodName>m</methodName></methodcall>",
        call() + b"x",
        call() + call(),
        value("a & b"),
        value("&eacute;"),
        value("<a b=c/>"),
        b"<html><p>a</html>",
        call("<bogus>"),
        value("]]>"),
        b"<!doctype html><html></html>",
        b"x" + call(),
    ],
)
def test_what_is_not_well_formed_is_that_before_anything_else(body: bytes) -> None:
    assert problem_of(body) is Problem.NOT_WELL_FORMED


BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "ha">%s]><methodCall><methodName>&z;</methodName></methodCall>"""
)
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(25))
EXTERNAL = b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DECLARED = '<?xml version="1.0" encoding="%s"?>'

ATTACKS = [
    pytest.param(BOMB % LAUGHS, Problem.NOT_CONFORMING, id="billion laughs"),
    pytest.param(
        b'<!DOCTYPE m [<!ENTITY a "%s">]><methodCall><methodName>%s</methodName></methodCall>'
        % (b"a" * 30000, b"&a;" * 10000),
        Problem.NOT_CONFORMING,
        id="quadratic blow-up",
    ),
    pytest.param(EXTERNAL + value("&x;"), Problem.NOT_CONFORMING, id="external entity"),
    pytest.param(
        b'<!DOCTYPE m [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>' + call(),
        Problem.NOT_CONFORMING,
        id="parameter entity",
    ),
    pytest.param(b'<!DOCTYPE m SYSTEM "http://127.0.0.1/x.dtd">' + call(), Problem.NOT_CONFORMING, id="external DTD"),
    pytest.param(b"<!DOCTYPE methodCall>" + call(), Problem.NOT_CONFORMING, id="mere doctype"),
    pytest.param(
        b"\xff\xfe" + (EXTERNAL + value("&x;")).decode().encode("utf-16-le"),
        Problem.NOT_CONFORMING,
        id="doctype in UTF-16 LE",
    ),
    pytest.param(
        (EXTERNAL + value("&x;")).decode().encode("utf-16-be"),
        Problem.NOT_CONFORMING,
        id="doctype in UTF-16 BE unmarked",
    ),
    pytest.param(b"<?php echo 1 ?>" + call(), Problem.NOT_CONFORMING, id="instruction before"),
    pytest.param(call("<?xml-stylesheet href='x'?>"), Problem.NOT_CONFORMING, id="instruction inside"),
    pytest.param(call() + b"<?x y?>", Problem.NOT_CONFORMING, id="instruction after"),
    pytest.param((DECLARED % "utf-7").encode() + call(), Problem.UNSUPPORTED_ENCODING, id="UTF-7"),
    pytest.param((DECLARED % "zlib_codec").encode() + call(), Problem.UNSUPPORTED_ENCODING, id="zlib"),
    pytest.param((DECLARED % "punycode").encode() + call(), Problem.UNSUPPORTED_ENCODING, id="punycode"),
    pytest.param((DECLARED % "EBCDIC-CP-US").encode() + call(), Problem.UNSUPPORTED_ENCODING, id="EBCDIC"),
    pytest.param((DECLARED % "").encode() + call(), Problem.UNSUPPORTED_ENCODING, id="no name of an encoding"),
    pytest.param(b"\n" * 9000 + (DECLARED % "utf-7").encode() + call(), Problem.UNSUPPORTED_ENCODING, id="far UTF-7"),
    pytest.param(
        b"\xef\xbb\xbf" + (DECLARED % "utf-7").encode() + call(),
        Problem.UNSUPPORTED_ENCODING,
        id="UTF-7 with UTF-8's mark",
    ),
    pytest.param((DECLARED % "utf-16").encode() + call(), Problem.BAD_CHARACTER, id="UTF-16 declared but UTF-8"),
    pytest.param(value("@@").replace(b"@@", b"\xc0\xbc"), Problem.BAD_CHARACTER, id="overlong UTF-8"),
    pytest.param(value("@@").replace(b"@@", b"\xed\xa0\x80"), Problem.BAD_CHARACTER, id="surrogate in UTF-8"),
    pytest.param(value("@@").replace(b"@@", b"\xe9"), Problem.BAD_CHARACTER, id="latin-1 as UTF-8"),
    pytest.param(b"\xff\xfe" + b"<\0a", Problem.BAD_CHARACTER, id="half a UTF-16 character"),
    pytest.param(value("\0"), Problem.NOT_WELL_FORMED, id="NUL"),
    pytest.param(value("\x1b[2J"), Problem.NOT_WELL_FORMED, id="control character"),
    pytest.param(value("&#0;"), Problem.NOT_WELL_FORMED, id="reference to NUL"),
    pytest.param(value("&#xD800;"), Problem.NOT_WELL_FORMED, id="reference to a surrogate"),
    pytest.param(value("\ufffe"), Problem.NOT_WELL_FORMED, id="non-character"),
    pytest.param(b"<a>" * 10000, Problem.NOT_WELL_FORMED, id="ten thousand open elements"),
    pytest.param(b"<a>" * 8000 + b"</a>" * 8000, Problem.NOT_CONFORMING, id="eight thousand nested elements"),
    pytest.param(nested(1200), Problem.NOT_CONFORMING, id="twelve hundred nested arrays"),
    pytest.param(b"<" * (1 << 16), Problem.NOT_WELL_FORMED, id="nothing but <"),
    pytest.param(b" " * (1 << 16), Problem.NOT_WELL_FORMED, id="nothing but blanks"),
    pytest.param(b"\n" * 65000 + b"<methodCal>", Problem.NOT_WELL_FORMED, id="blanks and nearly a call"),
    pytest.param(
        b"<m " + b" ".join(b"a%x=''" % n for n in range(6000)) + b"/>", Problem.NOT_CONFORMING, id="attributes"
    ),
    pytest.param(b"<m " + b"a='' " * 1_000_000 + b"/>", Problem.NOT_CONFORMING, id="a million attributes"),
    pytest.param(value("a" * (1 << 16)), Problem.NOT_CONFORMING, id="too large"),
]


@pytest.mark.parametrize(("body", "problem"), ATTACKS)
def test_attacks_are_refused_by_name(body: bytes, problem: Problem) -> None:
    assert problem_of(body) is problem


@pytest.mark.parametrize(("body", "problem"), ATTACKS)
def test_an_answer_that_attacks_is_no_answer(body: bytes, problem: Problem) -> None:
    with pytest.raises(BadReply):
        xmlrpc.read_response(body.replace(b"methodCall", b"methodResponse"), "text/xml")


def test_twelve_values_may_be_nested_and_thirteen_may_not() -> None:
    assert len(xmlrpc.read_call(nested(12)).params) == 1
    assert problem_of(nested(13)) is Problem.NOT_CONFORMING


def test_a_body_may_be_64_kib_and_no_more() -> None:
    body = value("")
    assert xmlrpc.read_call(body.ljust(1 << 16)).params == ("",)
    assert problem_of(body.ljust((1 << 16) + 1)) is Problem.NOT_CONFORMING


@pytest.mark.parametrize("body", [value("<int>x</int>"), b"<a", (DECLARED % "utf-7").encode() + call()])
def test_a_refusal_is_a_sentence_without_anything_of_the_input(body: bytes) -> None:
    with pytest.raises(BadPing, match=r"^The [^\n]+\.$") as caught:
        xmlrpc.read_call(body)
    assert "utf-7" not in str(caught.value)


HARD = [
    "plain",
    "<b> & ]]> \"'",
    " white ",
    "line\nbreak\ttab",
    "é ✓ 𝄞",
    "",
]


@pytest.mark.parametrize("text", HARD)
def test_text_survives_the_wire(text: str) -> None:
    assert xmlrpc.read_call(xmlrpc.write_call("m", (text, text))) == Call("m", (text, text))
    assert xmlrpc.read_response(xmlrpc.write_response(text)) == text
    assert xmlrpc.read_response(xmlrpc.write_fault(33, text)) == Fault(33, text)


def test_what_xml_cannot_hold_is_left_out() -> None:
    written = xmlrpc.write_response("a\0b\x0bc\ud800d\ufffee\x1b")
    assert xmlrpc.read_response(written) == "abcde"


@pytest.mark.parametrize(
    "written", [xmlrpc.write_response("é"), xmlrpc.write_fault(0, "é"), xmlrpc.write_call("m", ("é",))]
)
def test_what_is_written_is_utf_8_with_a_declaration(written: bytes) -> None:
    assert written.startswith(b"<?xml version='1.0'?>\n")
    assert "é" in written.decode("utf-8")


def test_structures_survive_the_wire() -> None:
    answer = {"list": [1, True, 2.5, None, b"\0"], "struct": {"": {}}}
    assert xmlrpc.read_response(xmlrpc.write_response(answer)) == answer


def test_our_answers_are_read_by_the_standard_library() -> None:
    assert loads(xmlrpc.write_response(["a", {"b": 1}])) == ((["a", {"b": 1}],), None)


def test_the_standard_librarys_calls_are_read() -> None:
    assert xmlrpc.read_call(dumps(("a", "b"), "pingback.ping").encode()) == Call("pingback.ping", ("a", "b"))


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b"", None, "it is empty"),
        (b" \n", "text/xml", "it is empty"),
        (vector("pingback/wordpress-error-page.html"), "text/html; charset=UTF-8", "an HTML page"),
        (b"<p>Oops", "text/html", "an HTML page"),
        (b"<head/><html>", "text/xml", "an HTML page"),
        (b"XML-RPC server accepts POST requests only.", "text/plain", "text that is no XML"),
        (b"<rss/>", "text/xml", "XML of another kind"),
        (call(), "text/xml", "XML of another kind"),
        (b"<" + b"a" * (1 << 16), "text/xml", "larger than 64 KiB"),
        (b"<methodResponse/>", "text/xml", "XML of another kind"),
        (b"<methodResponse><params/></methodResponse>", "text/xml", "XML of another kind"),
        (
            b"<methodResponse><params><param><value/></param><param><value/></param></params></methodResponse>",
            "text/xml",
            "XML of another kind",
        ),
    ],
)
def test_what_is_no_answer_says_what_came_instead(body: bytes, content_type: str | None, said: str) -> None:
    with pytest.raises(BadReply, match=said):
        xmlrpc.read_response(body, content_type)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<string>no struct</string>", Fault(0)),
        ("<struct/>", Fault(0)),
        ("<struct><member><name>faultCode</name><value><i4>33</i4></value></member></struct>", Fault(33)),
        ("<struct><member><name>faultString</name><value>x</value></member></struct>", Fault(0, "x")),
    ],
)
def test_a_badly_worded_fault_is_a_fault_all_the_same(value: str, expected: Fault) -> None:
    body = f"<methodResponse><fault><value>{value}</value></fault></methodResponse>"
    assert xmlrpc.read_response(body.encode()) == expected
