"""Pingback 1.0, sections 2.3 and 3: what a client must do (PB-C)."""

from pathlib import Path

import pytest

from linkback.core.model import Citation, Endpoint, Page, Ping, first_header
from linkback.core.protocols import pingback, xmlrpc

PAGE = Path(__file__).parent.parent / "vectors" / "pingback" / "page-of-the-specification.html"
RPC = "http://bob.example.net/xmlrpcserver"


def found(body: str, *headers: tuple[str, str], strict: bool = True) -> Endpoint | None:
    page = Page(200, (("content-type", "text/html"), *headers), body.encode(), url="http://bob.example.net/")
    return pingback.discover(page, strict=strict)


def test_pb_c2_the_first_header_counts() -> None:
    both = [("x-pingback", RPC), ("x-pingback", "http://other.example/")]
    assert found("", *both) == Endpoint(RPC, "pingback", "header")


def test_pb_c3_the_header_overrides_the_element() -> None:
    element = '<link rel="pingback" href="http://other.example/">'
    assert found(element, ("x-pingback", RPC)) == Endpoint(RPC, "pingback", "header")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f'<link rel="pingback" href="{RPC}">', id="PB-C4-plain"),
        pytest.param(f'<link rel="pingback" href="{RPC}" >', id="PB-C4-blank"),
        pytest.param(f'<link rel="pingback" href="{RPC}"/>', id="PB-C4-slash"),
        pytest.param(f'<link rel="pingback" href="{RPC}" />', id="PB-C4-blank-and-slash"),
        pytest.param(f'<!-- <link rel="pingback" href="{RPC}"> -->', id="PB-C4-comment"),
        pytest.param(f'</html>\n<link rel="pingback" href="{RPC}">', id="PB-C4-anywhere"),
        pytest.param(
            f'<link rel="pingback" href="{RPC}"><link rel="pingback" href="http://other.example/">', id="PB-C4-first"
        ),
        pytest.param(
            f'<link rel="pingback" href=""><link rel="pingback" href="{RPC}">', id="PB-C4-empty-href-is-no-match"
        ),
        pytest.param(PAGE.read_text(), id="PB-C4-example-of-the-specification"),
    ],
)
def test_the_first_match_of_the_expression_is_the_endpoint(body: str) -> None:
    assert found(body) == Endpoint(RPC, "pingback", "link")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<link rel='pingback' href='{RPC}'>", id="PB-C4-single-quotes"),
        pytest.param(f'<link href="{RPC}" rel="pingback">', id="PB-C4-other-order"),
        pytest.param(f'<LINK REL="pingback" HREF="{RPC}">', id="PB-C4-capitals"),
        pytest.param(f'<link rel="Pingback" href="{RPC}">', id="PB-C4-capital-value"),
        pytest.param(f'<link rel="pingback"  href="{RPC}">', id="PB-C4-two-blanks"),
        pytest.param(f'<link rel="pingback"\nhref="{RPC}">', id="PB-C4-line-break"),
        pytest.param(f'<link rel="pingback" href="{RPC}"  />', id="PB-C4-two-blanks-at-the-end"),
        pytest.param(f'<link rel="pingback" href="{RPC}" title="x">', id="PB-C4-further-attribute"),
        pytest.param(f'<link rel="pingback x" href="{RPC}">', id="PB-C4-second-token"),
        pytest.param('<link rel="pingback" href="">', id="PB-C4-empty-href"),
        pytest.param(f'<a rel="pingback" href="{RPC}">', id="PB-C4-anchor"),
    ],
)
def test_nothing_else_is_a_match_for_a_strict_client(body: str) -> None:
    assert found(body) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("a=1&amp;b=2", "a=1&b=2", id="PB-C5-amp"),
        pytest.param("a=&amp;lt;", "a=&lt;", id="PB-C5-one-pass"),
        pytest.param("a=&amp;amp;", "a=&amp;", id="PB-C5-one-pass-for-amp"),
        pytest.param("a=&#38;&eacute;&apos;", "a=&#38;&eacute;&apos;", id="PB-C5-no-other-entities"),
        pytest.param("a=&lt;&gt;&quot;", "a=%3C%3E%22", id="PB-C5-lt-gt-quot"),
    ],
)
def test_the_four_entities_are_expanded_once(written: str, meant: str) -> None:
    endpoint = found(f'<link rel="pingback" href="http://bob.example.net/x?{written}">')
    assert endpoint is not None
    assert endpoint.url == f"http://bob.example.net/x?{meant}"


def test_pb_c5_the_header_is_not_expanded() -> None:
    assert found("", ("x-pingback", f"{RPC}?a&amp;b")) == Endpoint(f"{RPC}?a&amp;b", "pingback", "header")


def test_pb_c6_more_is_found_only_when_leniency_is_allowed() -> None:
    body = f'<link href="{RPC}" rel="pingback">'
    assert found(body, strict=True) is None
    assert found(body, strict=False) == Endpoint(RPC, "pingback", "lenient")


@pytest.mark.parametrize("strict", [True, False])
def test_pb_c7_the_link_header_is_not_looked_at(strict: bool) -> None:
    assert found("", ("link", f'<{RPC}>; rel="pingback"'), strict=strict) is None


def test_pb_c8_c14_one_call_with_source_and_target_as_given_goes_to_the_endpoint() -> None:
    ping = Ping("http://alice.example.org/#p123", "http://bob.example.net/#foo", "pingback")
    request = pingback.build_request(RPC, ping, Citation())
    assert (request.method, request.url) == ("POST", RPC)
    assert xmlrpc.read_call(request.body, first_header(request.headers, "content-type")) == xmlrpc.Call(
        "pingback.ping", ("http://alice.example.org/#p123", "http://bob.example.net/#foo")
    )
