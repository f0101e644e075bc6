"""Webmention: where a page takes mentions, what a form says, how a reply is worded and read."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.model import Answer, Citation, Endpoint, Headers, Page, Ping, Reply, Request, Response, first_header
from linkback.core.protocols import Protocol, discover, forms, webmention

VECTORS = Path(__file__).parents[2] / "vectors" / "webmention" / "discovery"
CASES = [line.split("\t") for line in (VECTORS / "expected.tsv").read_text().splitlines()[1:]]
CALM = settings(deadline=None, max_examples=150)
SOURCE, TARGET = "https://a.example/reply", "https://b.example/post"
FORM: Headers = (("content-type", forms.MEDIA_TYPE),)
HTML = ("content-type", "text/html; charset=utf-8")
JSON: Headers = (("content-type", "application/json"),)
TEXT: Headers = (("content-type", "text/plain; charset=utf-8"),)
ENDPOINT = "https://b.example/inbox"


def answer_of(name: str) -> Response:
    head, _, body = (VECTORS / f"{name}.http").read_bytes().partition(b"\r\n\r\n")
    status, *fields = head.decode().split("\r\n")
    headers = tuple((field.partition(":")[0].lower(), field.partition(":")[2].strip()) for field in fields)
    return Response(int(status.split()[1]), headers, body)


def vector(name: str, url: str, redirects: tuple[str, ...] = ()) -> Page:
    response = answer_of(name)
    return Page(response.status, response.headers, response.body, url=url, redirects=redirects)


def page(body: str | bytes = "", *headers: tuple[str, str], url: str = TARGET) -> Page:
    raw = body if isinstance(body, bytes) else body.encode()
    return Page(200, headers or (HTML,), raw, url=url)


def posted(body: bytes, headers: Headers = FORM, sender: str | None = None) -> Request:
    return Request("POST", "/webmention", headers, body, sender)


def refused(request: Request) -> Problem:
    with pytest.raises(BadPing) as caught:
        webmention.parse_request(request)
    assert str(caught.value).endswith(".")
    return caught.value.problem


def said(response: Response) -> dict[str, str]:
    assert first_header(response.headers, "content-type") == "application/json"
    value = json.loads(response.body)
    assert isinstance(value, dict)
    return value


def test_the_module_has_the_shape_of_a_protocol() -> None:
    protocol: Protocol = webmention
    assert protocol.NAME == "webmention"


# --- where a page takes webmentions


@pytest.mark.parametrize(("name", "url", "endpoint", "found_in"), CASES, ids=[case[0] for case in CASES])
def test_each_case_of_discovery_leads_to_its_endpoint(name: str, url: str, endpoint: str, found_in: str) -> None:
    assert webmention.discover(vector(name, url)) == Endpoint(endpoint, "webmention", found_in)


def test_there_is_a_page_for_each_of_the_23_cases() -> None:
    assert [int(case[0][:2]) for case in CASES] == list(range(1, 24))


def test_a_page_that_moved_is_asked_where_it_is_now() -> None:
    moved = answer_of("23-where-it-was-asked")
    _, ends_at, endpoint, _ = CASES[22]
    assert moved.status == 302
    assert ends_at.endswith(first_header(moved.headers, "location") or "?")
    there = vector(CASES[22][0], ends_at, ("https://garden.example/notes/soil",))
    assert webmention.discover(there) == Endpoint(endpoint, "webmention", "link")


@pytest.mark.parametrize(
    ("body", "headers", "found_in"),
    [
        pytest.param("", [("content-type", "image/png"), ("link", "</inbox>; rel=webmention")], "header", id="picture"),
        pytest.param("", [("link", '</inbox>; rel="webmention"')], "header", id="no content type"),
        pytest.param(
            "",
            [HTML, ("link", '<>; anchor="/x"; rel=webmention, </inbox>; rel=webmention')],
            "header",
            id="not of this page",
        ),
        pytest.param(
            "", [HTML, ("link", '<#>; anchor="#x"; rel=webmention, </inbox>; rel=webmention')], "header", id="of a part"
        ),
        pytest.param(
            "", [HTML, ("link", f'</inbox>; anchor="{TARGET}"; rel=webmention')], "header", id="of this very page"
        ),
        pytest.param(
            "",
            [HTML, ("link", "<mailto:a@b.example>; rel=webmention, </inbox>; rel=webmention")],
            "header",
            id="no web address",
        ),
        pytest.param(
            "<link rel=webmention href=/inbox>",
            [HTML, ("link", "<ftp://x.example/>; rel=webmention")],
            "link",
            id="header without sense",
        ),
        pytest.param(
            "<!doctype html><link rel=webmention href=/inbox>",
            [("server", "x")],
            "link",
            id="HTML that does not say so",
        ),
        pytest.param(
            '<link rel="webmention" href="/inbox"/>', [("content-type", "application/xhtml+xml")], "link", id="XHTML"
        ),
        pytest.param("<link rel='web&#109;ention' href=/inbox>", [HTML], "link", id="token by number"),
        pytest.param('<LINK HREF="/inbox" REL="WebMention">', [HTML], "link", id="capitals"),
        pytest.param(
            "<link rel=webmention href='javascript:x'><a rel=webmention href=/inbox>",
            [HTML],
            "anchor",
            id="no http in the first",
        ),
        pytest.param(
            '<base href="https://else.example/"><a rel=webmention href="/inbox">',
            [HTML],
            "anchor",
            id="base is of no account",
        ),
        pytest.param(
            "<template><link rel=webmention href=/false></template><a rel=webmention href=/inbox>",
            [HTML],
            "anchor",
            id="template",
        ),
    ],
)
def test_a_page_that_takes_webmentions_is_found_out(body: str, headers: list[tuple[str, str]], found_in: str) -> None:
    assert webmention.discover(page(body, *headers)) == Endpoint(ENDPOINT, "webmention", found_in)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param("", [HTML], id="nothing"),
        pytest.param("<a rel='x\xa0webmention' href=/x>", [HTML], id="a blank that parts no tokens"),
        pytest.param("<a rel=webmention href=mailto:a@b.example>" * 1000, [HTML], id="nothing but false ones"),
        pytest.param("<script>'<link rel=webmention href=/x>'</script>", [HTML], id="script"),
        pytest.param("<area rel=webmention href=/x>", [HTML], id="area"),
        pytest.param("<link rel=http://webmention.org/ href=/x>", [HTML], id="rel of the drafts"),
        pytest.param("<link rel=pingback href=/x>", [HTML, ("x-pingback", ENDPOINT)], id="another protocol"),
        pytest.param("<link rel=webmention href=/x>", [("content-type", "text/plain")], id="plain text"),
        pytest.param(
            '<feed><link rel="webmention" href="/x"/></feed>', [("content-type", "application/atom+xml")], id="feed"
        ),
        pytest.param("<link rel=webmention href=/x>", [("content-type", "application/pdf")], id="PDF"),
        pytest.param("", [HTML, ("link", "</x>; rel=not-webmention")], id="longer token"),
        pytest.param("", [HTML, ("link", "</x>; rel=prev; title=webmention")], id="title"),
    ],
)
def test_a_page_that_takes_none_is_left_alone(body: str, headers: list[tuple[str, str]]) -> None:
    assert webmention.discover(page(body, *headers)) is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso2022_jp", "shift_jis"])
def test_a_page_in_another_encoding_is_searched_like_any_other(encoding: str) -> None:
    body = "<!doctype html><title>日本</title><link rel=webmention href=/inbox>".encode(encoding)
    label = encoding.replace("iso2022_jp", "iso-2022-jp").removesuffix("-sig")
    found = webmention.discover(page(body, ("content-type", f"text/html; charset={label}")))
    assert found == Endpoint(ENDPOINT, "webmention", "link")


@pytest.mark.parametrize("strict", [True, False])
def test_there_is_no_lenient_form(strict: bool) -> None:
    found = webmention.discover(page("<a href=/inbox rel='x WEBMENTION'>"), strict=strict)
    assert found == Endpoint(ENDPOINT, "webmention", "anchor")


def test_webmention_is_preferred_to_pingback() -> None:
    both = page(f'<link rel="pingback" href="{ENDPOINT}/rpc"><a rel=webmention href=/inbox>', HTML)
    assert discover(both) == Endpoint(ENDPOINT, "webmention", "anchor")


@pytest.mark.parametrize(
    "endpoint",
    [
        ENDPOINT,
        "https://links.example/webmention?a=1&b=2&lt;=3",
        "https://links.example/webmention?q=%22%3C",
        "http://[2001:db8::1]:8080/webmention",
        "https://links.example/%E2%9C%93/~x'(y),;",
    ],
)
def test_what_is_advertised_is_found_by_header_and_by_element(endpoint: str) -> None:
    (name, text), element = webmention.advertise(endpoint, TARGET)
    assert webmention.discover(page("", (name.lower(), text))) == Endpoint(endpoint, "webmention", "header")
    assert webmention.discover(page(element)) == Endpoint(endpoint, "webmention", "link")


def test_an_awkward_endpoint_breaks_out_of_neither_header_nor_element() -> None:
    (_, text), element = webmention.advertise("http://x.example/\"><script>\r\nSet-Cookie: a é&'", TARGET)
    written = "http://x.example/%22%3E%3Cscript%3E%0D%0ASet-Cookie:%20a%20%C3%A9&'"
    assert text == f'<{written}>; rel="webmention"'
    assert element == f'<link rel="webmention" href="{written.replace("&", "&amp;").replace(chr(39), "&#x27;")}">'


# --- what a form says

ADDRESSES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip(webmention.WHITE) == text
)


@CALM
@given(ADDRESSES, ADDRESSES)
def test_a_request_survives_the_wire(source: str, target: str) -> None:
    ping = Ping(source, target, "webmention", waits=False)
    request = webmention.build_request(ENDPOINT, ping, Citation(title="not sent"))
    assert (request.method, request.url) == ("POST", ENDPOINT)
    assert webmention.parse_request(request) == ping


def test_the_query_of_an_endpoint_is_kept_and_its_parameters_are_not_sent_in_the_body() -> None:
    found = webmention.discover(vector(CASES[20][0], CASES[20][1]))
    assert found
    request = webmention.build_request(found.url, Ping(SOURCE, TARGET, "webmention"), Citation())
    assert request.url == "https://garden.example/inbox?token=9f2c&source=none"
    assert forms.read_form(request.body, None).fields == (("source", SOURCE), ("target", TARGET))


def test_an_answer_in_words_is_asked_for() -> None:
    request = webmention.build_request(ENDPOINT, Ping(SOURCE, TARGET, "webmention"), Citation())
    assert (first_header(request.headers, "accept") or "").startswith("application/json")


def test_the_caller_does_not_wait_and_its_address_goes_with_the_ping() -> None:
    request = posted(forms.write_form((("source", SOURCE), ("target", TARGET))), sender="192.0.2.1")
    assert webmention.parse_request(request) == Ping(SOURCE, TARGET, "webmention", "192.0.2.1", waits=False)


@pytest.mark.parametrize(
    "body",
    [
        f"source=+{SOURCE}%0D%0A&target=%09{TARGET}+",
        f"target={TARGET}&source={SOURCE}",
        f"source={SOURCE}&target={TARGET}&vouch=https://c.example/&debug=1&x",
        f"source={SOURCE}&source={SOURCE}+&target={TARGET}&target=",
    ],
    ids=["white space", "other order", "further fields", "the same twice"],
)
def test_white_space_order_and_further_fields_are_tolerated(body: str) -> None:
    assert webmention.parse_request(posted(body.encode())) == Ping(SOURCE, TARGET, "webmention", waits=False)


@pytest.mark.parametrize(
    ("body", "headers", "problem"),
    [
        pytest.param(b"", FORM, Problem.BAD_PARAMETERS, id="empty"),
        pytest.param(b"source=https://a.example/", FORM, Problem.BAD_PARAMETERS, id="no target"),
        pytest.param(b"target=https://a.example/", FORM, Problem.BAD_PARAMETERS, id="no source"),
        pytest.param(b"source=+&target=x", FORM, Problem.BAD_PARAMETERS, id="blank source"),
        pytest.param(b"SOURCE=x&TARGET=y", FORM, Problem.BAD_PARAMETERS, id="names in capitals"),
        pytest.param(b"source=x&source=y&target=z", FORM, Problem.BAD_PARAMETERS, id="two sources"),
        pytest.param(b"source=x&target=y&target=z", FORM, Problem.BAD_PARAMETERS, id="two targets"),
        pytest.param(b'{"source":"x","target":"y"}', JSON, Problem.NOT_CONFORMING, id="JSON"),
        pytest.param(b"source=x&target=y", TEXT, Problem.NOT_CONFORMING, id="text"),
        pytest.param(b"source=%FF&target=y", FORM, Problem.BAD_CHARACTER, id="bad UTF-8"),
        pytest.param(b"x&" * 100, FORM, Problem.NOT_CONFORMING, id="too many fields"),
        pytest.param(
            b"source=x&target=y",
            (("content-type", f"{forms.MEDIA_TYPE}; charset=utf-7"),),
            Problem.UNSUPPORTED_ENCODING,
            id="UTF-7",
        ),
    ],
)
def test_forms_that_make_no_sense_are_refused_by_name(body: bytes, headers: Headers, problem: Problem) -> None:
    assert refused(posted(body, headers)) is problem


def test_the_query_of_the_request_says_nothing() -> None:
    request = Request("POST", f"/webmention?source={SOURCE}&target={TARGET}", FORM)
    assert refused(request) is Problem.BAD_PARAMETERS


@CALM
@given(st.binary(max_size=200), st.sampled_from([FORM, JSON, ()]))
def test_whatever_is_posted_is_a_ping_or_our_own_refusal(body: bytes, headers: Headers) -> None:
    try:
        ping = webmention.parse_request(posted(body, headers))
    except BadPing as error:
        assert webmention.build_response(Reply(error.problem, error.sentence)).status == 400
    else:
        assert isinstance(ping, Ping)


# --- how a reply is worded, and read


@pytest.mark.parametrize("reply", [Reply(), Reply(Problem.ALREADY_REGISTERED), Reply(message="Kept.")])
def test_what_is_taken_is_202_or_201_with_its_status_page(reply: Reply) -> None:
    without = webmention.build_response(reply)
    assert (without.status, first_header(without.headers, "location")) == (202, None)
    assert said(without) == {"status": "queued", "summary": reply.message or webmention.SUCCESS}
    page = "https://links.example/webmention/0a1b"
    placed = webmention.build_response(Reply(reply.problem, reply.message, location=page))
    assert (placed.status, first_header(placed.headers, "location")) == (201, page)
    assert said(placed) == {**said(without), "location": page}


def test_a_status_page_breaks_out_of_no_header() -> None:
    response = webmention.build_response(Reply(location="/webmention/1\r\nSet-Cookie: a"))
    assert first_header(response.headers, "location") == "/webmention/1%0D%0ASet-Cookie:%20a"


SHARED = {problem: Problem.BAD_PARAMETERS for problem, word in webmention.WORDS.items() if word == "invalid_request"}


@pytest.mark.parametrize("problem", list(Problem))
def test_a_refusal_survives_the_wire(problem: Problem) -> None:
    reply = webmention.parse_response(webmention.build_response(Reply(problem)))
    if problem is Problem.ALREADY_REGISTERED:
        assert reply == Reply(message=webmention.SUCCESS)
        return
    assert reply.problem is SHARED.get(problem, problem)
    assert reply.message == webmention.SENTENCES[problem]
    assert reply.code == {Problem.TOO_MANY: 429, Problem.INTERNAL: 500}.get(problem, 400)


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_word_and_a_sentence(problem: Problem) -> None:
    assert webmention.WORDS[problem].replace("_", "").isalpha()
    assert webmention.SENTENCES[problem].endswith(".")
    assert len(webmention.SENTENCES[problem]) <= webmention.MAX_MESSAGE


def test_a_replys_own_message_overrides_the_table() -> None:
    response = webmention.build_response(Reply(Problem.BAD_PARAMETERS, "Two fields are wanted."))
    assert said(response) == {"error": "invalid_request", "error_description": "Two fields are wanted."}


@pytest.mark.parametrize(("seconds", "header"), [(None, "60"), (0.0, "1"), (0.2, "1"), (12.1, "13"), (3600.0, "3600")])
def test_over_a_budget_is_429_with_whole_seconds(seconds: float | None, header: str) -> None:
    response = webmention.build_response(Reply(Problem.TOO_MANY, retry_after=seconds))
    assert (response.status, first_header(response.headers, "retry-after")) == (429, header)
    assert webmention.parse_response(response).retry_after == float(header)


def test_a_value_to_hand_back_is_json() -> None:
    assert webmention.build_response(Answer(["a"])) == Response(200, JSON, b'["a"]')


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
@pytest.mark.parametrize("body", [b"", b'{"error": "no_link_found"}', b"\xff{", b"<html>error"])
def test_any_2xx_is_success_whatever_it_holds(status: int, body: bytes) -> None:
    for headers in ((), JSON, TEXT, (HTML,)):
        assert webmention.parse_response(Response(status, headers, body)).ok


@pytest.mark.parametrize(
    ("status", "location", "page"),
    [
        (201, "https://b.example/webmention/1", "https://b.example/webmention/1"),
        (201, " http://b.example/1#x ", "http://b.example/1#x"),
        (202, "https://b.example/webmention/1", ""),
        (200, "https://b.example/webmention/1", ""),
        (201, "/webmention/1", ""),
        (201, "javascript:alert(1)", ""),
        (201, "", ""),
    ],
)
def test_the_status_page_of_a_201_is_told_when_it_is_a_web_address(status: int, location: str, page: str) -> None:
    assert webmention.parse_response(Response(status, (("location", location),))).location == page


@pytest.mark.parametrize(
    ("headers", "body", "message"),
    [
        (JSON, b'{"status":"queued","summary":"Webmention was queued"}', "Webmention was queued"),
        (JSON, b'{"message":"ok","code":7}', "ok"),
        (JSON, b'"thanks"', "thanks"),
        (JSON, b'["thanks"]', ""),
        (JSON, b'{"summary":{"a":1}}', ""),
        (JSON, b"[" * 60000, ""),
        (TEXT, "Übernommen.\r\n".encode(), "Übernommen."),
        ((HTML,), b"Accepted", "Accepted"),
        ((HTML,), b"<!doctype html><title>Thanks</title>", ""),
        ((), b"Accepted", "Accepted"),
        ((("content-type", "image/png"),), b"Accepted", ""),
    ],
)
def test_what_they_say_to_a_success_is_kept_in_plain_words(headers: Headers, body: bytes, message: str) -> None:
    assert webmention.parse_response(Response(202, headers, body)).message == message


@pytest.mark.parametrize(
    ("status", "headers", "body", "problem", "message"),
    [
        (400, JSON, b'{"error":"no_link_found"}', Problem.NO_LINK, webmention.SENTENCES[Problem.NO_LINK]),
        (400, JSON, b'{"error":"no_link_found","error_description":"No link."}', Problem.NO_LINK, "No link."),
        (400, JSON, b'{"error":"invalid_target"}', Problem.TARGET_NOT_ACCEPTED, None),
        (400, JSON, b'{"error":"target_not_supported"}', Problem.TARGET_NOT_ACCEPTED, None),
        (400, JSON, b'{"error":"already_registered"}', Problem.ALREADY_REGISTERED, None),
        (400, JSON, b'{"code":"source_not_found","message":"Where?"}', Problem.SOURCE_NOT_FOUND, "Where?"),
        (400, JSON, b'{"error":"The target is closed"}', Problem.ACCESS_DENIED, "The target is closed"),
        (400, JSON, b'{"error":"oddly"}', Problem.ACCESS_DENIED, "HTTP 400: refused."),
        (
            422,
            (("content-type", "application/problem+json"),),
            b'{"detail":"Not so."}',
            Problem.ACCESS_DENIED,
            "Not so.",
        ),
        (400, JSON, b"{", Problem.ACCESS_DENIED, "HTTP 400: refused."),
        (400, TEXT, b"source is no URL", Problem.ACCESS_DENIED, "source is no URL"),
        (403, (HTML,), b"<h1>Forbidden</h1>", Problem.ACCESS_DENIED, "HTTP 403: the endpoint lets nobody in."),
        (404, (), b"", Problem.ACCESS_DENIED, "HTTP 404: the endpoint does not exist."),
        (449, (), b"", Problem.ACCESS_DENIED, "HTTP 449: the endpoint wants somebody to vouch for the source."),
        (500, (), b"", Problem.INTERNAL, "HTTP 500: the endpoint has trouble."),
        (502, TEXT, b"upstream", Problem.INTERNAL, "upstream"),
        (500, JSON, b'{"error":"no_link_found"}', Problem.INTERNAL, None),
        (502, JSON, b'{"error":"source_trouble"}', Problem.SOURCE_TROUBLE, None),
    ],
)
def test_others_refusals_are_understood(
    status: int, headers: Headers, body: bytes, problem: Problem, message: str | None
) -> None:
    reply = webmention.parse_response(Response(status, headers, body))
    assert (reply.problem, reply.code, reply.retry_after) == (problem, status, None)
    assert reply.message == message or (message is None and reply.message in webmention.SENTENCES.values())


@pytest.mark.parametrize("status", [408, 425, 429, 503])
@pytest.mark.parametrize(("header", "seconds"), [("120", 120.0), ("soon", None)])
def test_a_busy_endpoint_means_later(status: int, header: str, seconds: float | None) -> None:
    reply = webmention.parse_response(Response(status, (("retry-after", header),), b""))
    assert (reply.problem, reply.retry_after) == (Problem.TOO_MANY, seconds)
    assert reply.message.startswith(f"HTTP {status}: ")


@pytest.mark.parametrize("status", [100, 301, 302, 303, 304, 600])
def test_what_neither_takes_nor_refuses_is_no_answer(status: int) -> None:
    with pytest.raises(BadReply, match=f"HTTP {status}"):
        webmention.parse_response(Response(status, (("location", ENDPOINT),)))


def test_a_strangers_message_is_one_short_line_of_plain_text() -> None:
    told = "first\r\n<b onclick=x>second</b>\u202e\u200b\u2028 third<script " + "long " * 1000
    for body, headers in ((told.encode(), TEXT), (json.dumps({"error_description": told}).encode(), JSON)):
        message = webmention.parse_response(Response(400, headers, body)).message
        assert message == "first second third"


@CALM
@given(
    st.integers(100, 700),
    st.sampled_from([(), JSON, TEXT, (HTML,)]),
    st.binary(max_size=200) | st.text().map(str.encode),
)
def test_whatever_is_answered_is_a_reply_or_our_own_error(status: int, headers: Headers, body: bytes) -> None:
    try:
        reply = webmention.parse_response(Response(status, headers, body))
    except BadReply:
        assert not (200 <= status < 300 or 400 <= status < 600)
    else:
        assert reply.ok == (200 <= status < 300)
        assert len(reply.message) <= webmention.MAX_MESSAGE
        assert not any(character < " " for character in reply.message)


@CALM
@given(st.binary(max_size=200), st.text(max_size=60) | st.text('</x>; rel=webmntio,"', max_size=60))
def test_discovery_never_raises_and_finds_web_addresses_only(body: bytes, link: str) -> None:
    found = webmention.discover(page(b"<a rel=webmention href=" + body, HTML, ("link", link)))
    assert found is None or found.url.startswith(("http://", "https://"))
