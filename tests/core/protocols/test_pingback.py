"""Pingback: where a page takes pings, what a call says, how a reply is worded and read."""

from pathlib import Path

import pytest

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.model import (
    Answer,
    Citation,
    Endpoint,
    Headers,
    Page,
    Ping,
    Question,
    Reply,
    Request,
    Response,
    first_header,
)
from linkback.core.protocols import Protocol, pingback, xmlrpc

VECTORS = Path(__file__).parents[2] / "vectors" / "pingback"
SOURCE, TARGET = "http://blog-a.test/2026/11/22/source-one/", "http://blog-b.test/2026/11/22/target-one/"
XML: Headers = (("content-type", "text/xml; charset=UTF-8"),)
HTML = ("content-type", "text/html; charset=utf-8")
ENDPOINT = "http://blog.example/xmlrpc.php"


def vector(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


def page(body: str | bytes = "", *headers: tuple[str, str]) -> Page:
    raw = body if isinstance(body, bytes) else body.encode()
    return Page(200, headers or (HTML,), raw, url="http://blog.example/2026/post")


def called(method: str, *params: object, sender: str | None = None) -> Request:
    body = xmlrpc.write_call(method, params)
    return Request("POST", "http://me.example/pingback", (("content-type", "text/xml"),), body, sender)


def refused(request: Request) -> Problem:
    with pytest.raises(BadPing) as caught:
        pingback.parse_request(request)
    assert str(caught.value).endswith(".")
    return caught.value.problem


def test_the_module_has_the_shape_of_a_protocol() -> None:
    protocol: Protocol = pingback
    assert protocol.NAME == "pingback"


# --- where a page takes pings


@pytest.mark.parametrize(
    ("body", "headers", "found_in"),
    [
        pytest.param("", [("x-pingback", ENDPOINT)], "header", id="header"),
        pytest.param("", [("x-pingback", f"  {ENDPOINT} ")], "header", id="header with blanks"),
        pytest.param("", [("content-type", "image/png"), ("x-pingback", ENDPOINT)], "header", id="header of a picture"),
        pytest.param(
            '<link rel="pingback" href="http://x.example/">',
            [HTML, ("x-pingback", ENDPOINT)],
            "header",
            id="header first",
        ),
        pytest.param(f'<link rel="pingback" href="{ENDPOINT}">', [HTML], "link", id="exact"),
        pytest.param(
            f'<link rel="pingback" href="{ENDPOINT}">',
            [HTML, ("x-pingback", "/rpc")],
            "link",
            id="header without sense",
        ),
        pytest.param(f'<link rel="pingback" href="{ENDPOINT}">', [("server", "x")], "link", id="no content type"),
        pytest.param(
            f'<link rel="pingback" href="{ENDPOINT}" />',
            [("content-type", "application/xhtml+xml")],
            "link",
            id="XHTML",
        ),
        pytest.param(f'<link rel="pingback" href="{ENDPOINT}"/>', [("content-type", "TEXT/XML")], "link", id="XML"),
        pytest.param(f"<link rel='pingback' href='{ENDPOINT}'>", [HTML], "lenient", id="single quotes"),
        pytest.param(f"<link rel=pingback href={ENDPOINT}>", [HTML], "lenient", id="no quotes"),
        pytest.param(f'<LINK HREF="{ENDPOINT}" REL="PingBack">', [HTML], "lenient", id="other order, capitals"),
        pytest.param(f'<link rel="pingback alternate" href="{ENDPOINT}">', [HTML], "lenient", id="one token of two"),
        pytest.param(f'<link rel="pingback" type="x" href="{ENDPOINT}">', [HTML], "lenient", id="further attribute"),
        pytest.param('<link rel="pingback" href="/xmlrpc.php">', [HTML], "lenient", id="relative"),
        pytest.param(f'<p><a href="{ENDPOINT}" rel="pingback">ping</a>', [HTML], "lenient", id="anchor"),
        pytest.param(f'<link rel="pingback"><link href="{ENDPOINT}" rel="pingback">', [HTML], "lenient", id="no href"),
    ],
)
def test_a_page_that_takes_pings_is_found_out(body: str, headers: list[tuple[str, str]], found_in: str) -> None:
    found = pingback.discover(page(body, *headers))
    assert found == Endpoint(ENDPOINT, "pingback", found_in)


@pytest.mark.parametrize(
    "body",
    [
        f"<link rel='pingback' href='{ENDPOINT}'>",
        f'<link href="{ENDPOINT}" rel="pingback">',
        '<link rel="pingback" href="/xmlrpc.php">',
    ],
)
def test_a_strict_look_takes_the_exact_expression_only(body: str) -> None:
    assert pingback.discover(page(body), strict=True) is None


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param("", [HTML], id="nothing"),
        pytest.param(f"<!-- <link rel='pingback' href='{ENDPOINT}'> -->", [HTML], id="comment"),
        pytest.param(f"<script>'<link rel=pingback href={ENDPOINT}>'</script>", [HTML], id="script"),
        pytest.param(f"<template><link rel=pingback href={ENDPOINT}></template>", [HTML], id="template"),
        pytest.param(f"&lt;link rel='pingback' href='{ENDPOINT}'&gt;", [HTML], id="text"),
        pytest.param(f"<link rel='pingbacks' href='{ENDPOINT}'>", [HTML], id="longer token"),
        pytest.param(f"<link rel='webmention' href='{ENDPOINT}'>", [HTML], id="another protocol"),
        pytest.param(f'<link rel="pingback" href="{ENDPOINT}">', [("content-type", "application/pdf")], id="PDF"),
        pytest.param(f'<link rel="pingback" href="{ENDPOINT}">', [("content-type", "image/png")], id="picture"),
        pytest.param("", [HTML, ("link", f'<{ENDPOINT}>; rel="pingback"')], id="Link header"),
        pytest.param("", [HTML, ("x-pingback", "ftp://blog.example/")], id="no web address"),
        pytest.param("", [HTML, ("x-pingback", "")], id="empty header"),
        pytest.param('<link rel="pingback" href="javascript:x">', [HTML], id="no http in the element"),
        pytest.param(f'<link rel="pingback" href="http://a.example/{"&amp;" * 99999}">', [HTML], id="endless address"),
    ],
)
def test_a_page_that_takes_none_is_left_alone(body: str, headers: list[tuple[str, str]]) -> None:
    assert pingback.discover(page(body, *headers)) is None


def test_a_page_in_utf_16_is_searched_like_any_other() -> None:
    raw = f'<link rel="pingback" href="{ENDPOINT}">'.encode("utf-16")
    assert pingback.discover(page(raw), strict=True) == Endpoint(ENDPOINT, "pingback", "link")


@pytest.mark.parametrize(
    "endpoint",
    [
        ENDPOINT,
        "https://links.example/pingback?a=1&b=2&lt;=3",
        "https://links.example/pingback?q=%22%3C#x",
        "http://[2001:db8::1]:8080/rpc",
        "https://links.example/%E2%9C%93/~x'(y)",
    ],
)
def test_what_is_advertised_is_found_by_header_and_by_element(endpoint: str) -> None:
    (name, text), element = pingback.advertise(endpoint, "http://blog.example/2026/post")
    assert pingback.discover(page("", (name.lower(), text)), strict=True) == Endpoint(endpoint, "pingback", "header")
    assert pingback.discover(page(element), strict=True) == Endpoint(endpoint, "pingback", "link")


def test_an_awkward_endpoint_breaks_out_of_neither_header_nor_element() -> None:
    (_, text), element = pingback.advertise('http://x.example/"><script>\r\nSet-Cookie: a é', "http://x.example/")
    assert text == 'http://x.example/"><script>%0D%0ASet-Cookie:%20a%20%C3%A9'
    assert element == (
        '<link rel="pingback" href="http://x.example/&quot;&gt;&lt;script&gt;%0D%0ASet-Cookie:%20a%20%C3%A9">'
    )


# --- what a call says


def test_wordpress_own_call_is_a_ping() -> None:
    request = Request(
        "POST", "http://blog-b.test/xmlrpc.php", (("content-type", "text/xml"),), vector("wordpress-call.xml")
    )
    assert pingback.parse_request(request) == Ping(SOURCE, TARGET, "pingback")


def test_a_request_survives_the_wire() -> None:
    ping = Ping("http://a.example/?x=1&y=é#s", "http://b.example/post#comment", "pingback")
    request = pingback.build_request("http://b.example/rpc", ping, Citation(title="not sent"))
    assert (request.method, request.url) == ("POST", "http://b.example/rpc")
    assert first_header(request.headers, "content-type") == "text/xml"
    assert pingback.parse_request(request) == ping


def test_the_senders_address_goes_with_the_ping() -> None:
    assert pingback.parse_request(called("pingback.ping", SOURCE, TARGET, sender="192.0.2.1")) == Ping(
        SOURCE, TARGET, "pingback", "192.0.2.1"
    )


@pytest.mark.parametrize(
    "params", [(f" {SOURCE}\n", f"\t{TARGET} "), (SOURCE, TARGET, "more"), (SOURCE, TARGET, 1, {})]
)
def test_white_space_and_further_parameters_are_tolerated(params: tuple[object, ...]) -> None:
    assert pingback.parse_request(called("pingback.ping", *params)) == Ping(SOURCE, TARGET, "pingback")


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (called("pingback.ping"), Problem.BAD_PARAMETERS),
        (called("pingback.ping", SOURCE), Problem.BAD_PARAMETERS),
        (called("pingback.ping", SOURCE, 1), Problem.BAD_PARAMETERS),
        (called("pingback.ping", [SOURCE], TARGET), Problem.BAD_PARAMETERS),
        (called("pingback.ping", {"source": SOURCE, "target": TARGET}), Problem.BAD_PARAMETERS),
        (called("pingback.ping", 1, SOURCE, TARGET), Problem.BAD_PARAMETERS),
        (called("pingback.extensions.getPingbacks"), Problem.BAD_PARAMETERS),
        (called("pingback.extensions.getPingbacks", None), Problem.BAD_PARAMETERS),
        (
            called("system.multicall", [{"methodName": "pingback.ping", "params": [SOURCE, TARGET]}]),
            Problem.METHOD_NOT_FOUND,
        ),
        (called("wp.getUsersBlogs", "admin", "secret"), Problem.METHOD_NOT_FOUND),
        (called("Pingback.Ping", SOURCE, TARGET), Problem.METHOD_NOT_FOUND),
        (called("system.methodHelp"), Problem.BAD_PARAMETERS),
        (called("system.methodHelp", "system.multicall"), Problem.METHOD_NOT_FOUND),
        (called("system.methodSignature", "no.such"), Problem.METHOD_NOT_FOUND),
        (Request("POST", "/", (), b"hello"), Problem.NOT_WELL_FORMED),
    ],
)
def test_calls_that_make_no_sense_are_refused_by_name(request_: Request, problem: Problem) -> None:
    assert refused(request_) is problem


def test_get_pingbacks_is_a_question() -> None:
    assert pingback.parse_request(called("pingback.extensions.getPingbacks", f" {TARGET} ")) == Question(TARGET)


# --- how a reply is worded, and read

SHARED = {Problem.SAME_PAGE: Problem.ACCESS_DENIED, Problem.SELF_PING: Problem.ACCESS_DENIED}


@pytest.mark.parametrize("problem", list(Problem))
def test_a_refusal_survives_the_wire(problem: Problem) -> None:
    response = pingback.build_response(Reply(problem))
    reply = pingback.parse_response(response)
    assert reply.problem is SHARED.get(problem, problem)
    assert reply.code == pingback.FAULT_CODES[problem]
    assert reply.message == pingback.SENTENCES[problem]


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_code_and_a_sentence(problem: Problem) -> None:
    assert isinstance(pingback.FAULT_CODES[problem], int)
    assert pingback.SENTENCES[problem].endswith(".")
    assert len(pingback.SENTENCES[problem]) <= pingback.MAX_MESSAGE


def test_success_survives_the_wire() -> None:
    assert pingback.parse_response(pingback.build_response(Reply())) == Reply(message=pingback.SUCCESS)
    assert pingback.parse_response(pingback.build_response(Reply(message="Kept."))) == Reply(message="Kept.")


def test_a_replys_own_message_overrides_the_table() -> None:
    response = pingback.build_response(Reply(Problem.BAD_PARAMETERS, "One string is wanted."))
    assert pingback.parse_response(response).message == "One string is wanted."


@pytest.mark.parametrize(("seconds", "header"), [(None, "60"), (0.0, "1"), (0.2, "1"), (12.1, "13"), (3600.0, "3600")])
def test_over_a_budget_is_429_with_whole_seconds(seconds: float | None, header: str) -> None:
    response = pingback.build_response(Reply(Problem.TOO_MANY, retry_after=seconds))
    assert (response.status, first_header(response.headers, "retry-after")) == (429, header)
    assert pingback.parse_response(response).retry_after == float(header)


@pytest.mark.parametrize(
    ("name", "problem", "message", "code", "retry_after"),
    [
        (
            "wordpress-success.xml",
            None,
            f"Pingback from {SOURCE} to {TARGET} registered. Keep the web talking! :-)",
            None,
            None,
        ),
        ("wordpress-fault-0.xml", Problem.ACCESS_DENIED, "Refused without a reason (fault 0).", 0, None),
        (
            "wordpress-fault-48.xml",
            Problem.ALREADY_REGISTERED,
            "The pingback has already been registered.",
            48,
            None,
        ),
        (
            "wordpress-fault-409.xml",
            Problem.ALREADY_REGISTERED,
            "Duplicate comment detected; it looks as though you&#8217;ve already said that!",
            409,
            None,
        ),
        (
            "wordpress-fault-429.xml",
            Problem.TOO_MANY,
            "You are posting comments too quickly. Slow down.",
            429,
            60.0,
        ),
    ],
)
def test_wordpress_own_answers_are_understood(
    name: str, problem: Problem | None, message: str, code: int | None, retry_after: float | None
) -> None:
    reply = pingback.parse_response(Response(200, XML, vector(name)))
    assert reply == Reply(problem, message, retry_after, code)


def test_wordpress_slow_down_waits_as_long_as_retry_after_says() -> None:
    headers = (*XML, ("retry-after", "15"))
    assert pingback.parse_response(Response(200, headers, vector("wordpress-fault-429.xml"))).retry_after == 15.0


@pytest.mark.parametrize(
    ("code", "said", "problem", "message"),
    [
        (17, "", Problem.NO_LINK, pingback.SENTENCES[Problem.NO_LINK]),
        (0, "Is there no link to us?", Problem.ACCESS_DENIED, "Is there no link to us?"),
        (49, "no", Problem.ACCESS_DENIED, "no"),
        (50, "", Problem.SOURCE_TROUBLE, pingback.SENTENCES[Problem.SOURCE_TROUBLE]),
        (1234, "Boo", Problem.ACCESS_DENIED, "Refused with fault 1234: Boo"),
        (-1, "", Problem.ACCESS_DENIED, "Refused with fault -1, which no document names."),
    ],
)
def test_each_fault_is_put_in_words(code: int, said: str, problem: Problem, message: str) -> None:
    reply = pingback.parse_response(Response(200, XML, xmlrpc.write_fault(code, said)))
    assert reply == Reply(problem, message, None, code)


def test_a_strangers_message_is_one_short_line_of_plain_text() -> None:
    said = "first\r\nsecond\u202e\u200b\u2028\x85third " + "long " * 1000
    message = pingback.parse_response(Response(200, XML, xmlrpc.write_fault(33, said))).message
    assert message.startswith("first second third long")
    assert len(message) <= 300


@pytest.mark.parametrize("value", [True, 0, 1.5, [], {}, None])
def test_a_value_of_another_type_is_success_without_words(value: object) -> None:
    assert pingback.parse_response(Response(200, XML, xmlrpc.write_response(value))) == Reply()


@pytest.mark.parametrize("status", [200, 201, 400, 404, 500])
def test_an_answer_in_xml_counts_whatever_the_status(status: int) -> None:
    fault = Response(status, XML, vector("wordpress-fault-48.xml"))
    assert pingback.parse_response(fault).problem is Problem.ALREADY_REGISTERED
    assert pingback.parse_response(Response(status, XML, vector("wordpress-success.xml"))).ok


DATE = ("date", "Sun, 22 Nov 2026 06:12:31 +0000")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("retry-after", "120")], 120.0),
        ([("retry-after", " 5 ")], 5.0),
        ([], None),
        ([("retry-after", "soon")], None),
        ([("retry-after", "-1")], None),
        ([("retry-after", "Sun, 22 Nov 2026 06:13:31 GMT"), DATE], 60.0),
        ([("retry-after", "Sun, 22 Nov 2026 06:00:00 GMT"), DATE], 0.0),
        ([("retry-after", "Sun, 22 Nov 2026 06:13:31 GMT")], None),
        ([("retry-after", "Sun, 22 Nov 2026 06:13:31 GMT"), ("date", "today")], None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_endpoint_names_its_time(status: int, headers: list[tuple[str, str]], seconds: float | None) -> None:
    reply = pingback.parse_response(Response(status, tuple(headers), b"<html>Too busy</html>"))
    assert (reply.problem, reply.retry_after) == (Problem.TOO_MANY, seconds)
    assert reply.message


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"", "no XML-RPC response: it is empty"),
        (200, vector("wordpress-error-page.html"), "^The answer is no XML-RPC response: an HTML page came instead"),
        (404, b"<html>", "HTTP 404: the endpoint does not exist"),
        (405, b"XML-RPC server accepts POST requests only.", "HTTP 405: the endpoint takes no POST"),
        (410, b"", "HTTP 410: the endpoint is gone"),
        (403, b"", "HTTP 403: the endpoint lets nobody in"),
        (500, b"", "HTTP 500: the endpoint failed"),
        (302, b"", "HTTP 302"),
    ],
)
def test_what_is_no_answer_is_told_in_plain_words(status: int, body: bytes, said: str) -> None:
    with pytest.raises(BadReply, match=said):
        pingback.parse_response(Response(status, (HTML,), body))


# --- system.*


def test_answers_survive_the_wire() -> None:
    answer = pingback.parse_request(called("system.getCapabilities"))
    assert isinstance(answer, Answer)
    response = pingback.build_response(answer)
    assert (response.status, first_header(response.headers, "content-type")) == (200, "text/xml; charset=utf-8")
    assert xmlrpc.read_response(response.body) == answer.value
