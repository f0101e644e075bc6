"""What the documents say of HTTP, held over real sockets (XR, PB-S, TB-R, WM-R, WM-SEC)."""

import re
from html import unescape
from urllib.parse import quote, urlsplit
from xmlrpc.client import Fault, ServerProxy

import pytest

from linkback.core.model import Author, Citation
from linkback.core.protocols import trackback
from tests.web.conftest import Pair
from tests.web.running import Running, Site, ask, call, exchange, ping, post, send_form

XML = "Content-Type: text/xml"


@pytest.mark.parametrize("path", ["/pingback", "/xmlrpc"])
@pytest.mark.parametrize(
    "body", [call("system.listMethods"), call("no.such"), call("pingback.ping"), b"nonsense", ping("x", "y")]
)
def test_xr_1_xr_11_answers_and_faults_have_200_their_type_and_their_length(
    linkback: Running, path: str, body: bytes
) -> None:
    (answer,) = exchange(linkback.port, post(path, body, XML))
    assert answer.status == 200
    assert (answer.header("content-type") or "").startswith("text/xml")
    assert answer.header("content-length") == str(len(answer.body))
    assert answer.body.endswith(b"</methodResponse>\n")


@pytest.mark.parametrize("path", ["/pingback", "/xmlrpc"])
def test_xr_16_get_is_told_to_post(linkback: Running, path: str) -> None:
    answer = ask(linkback, path)
    assert (answer.status, answer.header("allow")) == (405, "POST")


def test_pb_s1_pb_s2_pb_s11_a_real_link_is_answered_by_a_string(rpc: ServerProxy, pair: Pair) -> None:
    assert isinstance(rpc.pingback.ping(pair.source, pair.target), str)


def test_pb_s3_pb_s11_a_page_without_the_link_is_answered_by_fault_17(
    rpc: ServerProxy, blog: Site, advertised: str
) -> None:
    with pytest.raises(Fault) as caught:
        rpc.pingback.ping(blog.page("about-nothing", "<p>nothing</p>"), advertised)
    assert caught.value.faultCode == 17


def test_pb_r9_pb_r11_the_first_page_shows_the_element_and_is_not_taken_for_a_page_that_has_it(
    linkback: Running,
) -> None:
    body = ask(linkback, "/about", accept="text/html").body.decode()
    exact = r'<link rel="pingback" href="([^"]+)" ?/?>'
    assert re.findall(exact, body) == []
    assert re.findall(exact, unescape(body)) == [linkback.url + "pingback"]


def test_tb_r1_tb_r2_tb_r5_a_trackback_is_answered_in_xml(linkback: Running, blog: Site, pair: Pair) -> None:
    path = f"/trackback?for={quote(pair.target, safe='')}"
    taken = send_form(linkback, path, {"url": pair.source, "title": "A post"})
    refused = send_form(linkback, path, {"url": blog.page("no-link", "<p>nothing</p>")})
    assert (taken.status, refused.status) == (200, 200)
    assert taken.body == b'<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>'
    assert b"<error>1</error>\n<message>" in refused.body
    assert taken.header("content-type") == refused.header("content-type") == trackback.CONTENT_TYPE


def test_tb_r6_a_browser_is_led_to_the_entry(linkback: Running, advertised: str) -> None:
    answer = ask(linkback, f"/trackback?for={quote(advertised, safe='')}", accept="text/html")
    assert (answer.status, answer.header("location")) == (302, advertised)


@pytest.mark.parametrize("target", ["http://evil.example/", "//evil.example/", "javascript:alert(1)", "x"])
def test_tb_r6_a_browser_is_led_nowhere_else(linkback: Running, target: str) -> None:
    answer = ask(linkback, f"/trackback?for={quote(target, safe='')}", accept="text/html")
    assert (answer.status, answer.header("location")) == (404, None)


def test_wm_r1_wm_r2_a_webmention_gets_201_and_a_page_that_tells_its_state(linkback: Running, pair: Pair) -> None:
    answer = send_form(linkback, "/webmention", {"source": pair.source, "target": pair.target})
    page = urlsplit(answer.header("location") or "").path
    assert answer.status == 201
    assert page.startswith("/webmention/")
    assert ask(linkback, page).status == 200


@pytest.mark.parametrize(
    ("source", "target"), [("garbage", None), (None, "garbage"), ("garbage", "garbage"), ("ftp://a.example/", None)]
)
def test_wm_r3_wm_r10_garbage_gets_400(linkback: Running, pair: Pair, source: str | None, target: str | None) -> None:
    answer = send_form(linkback, "/webmention", {"source": source or pair.source, "target": target or pair.target})
    assert answer.status == 400


def test_wm_sec4_cookies_make_no_difference_and_none_are_set(linkback: Running, pair: Pair) -> None:
    fields = {"source": pair.source, "target": pair.target}
    plain = send_form(linkback, "/webmention", fields)
    known = send_form(linkback, "/webmention", fields, "Cookie: session=admin", "Authorization: Basic YTpi")
    assert (plain.status, plain.header("location")) == (known.status, known.header("location"))
    assert plain.header("set-cookie") is known.header("set-cookie") is None


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"


def test_wm_sec1_what_is_shown_of_a_mention_is_harmless(linkback: Running, blog: Site, advertised: str) -> None:
    citation = Citation(title=HOSTILE, excerpt=HOSTILE, author=Author(HOSTILE, "javascript:alert(3)"))
    linkback.mention(f"{blog.url}hostile", advertised, citation)
    shown = ask(linkback, f"/api/mentions.html?fragment=1&target={quote(advertised, safe='')}").body.decode()
    assert f'{blog.url}hostile"' in shown
    assert "alert(1)" in shown
    assert not re.search(r"<(?:script|img)|javascript:", shown)
    assert 'rel="ugc nofollow"' in shown
