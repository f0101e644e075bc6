"""The ping endpoint over real sockets: what is taken, what is refused and how, in which shapes a call may come."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from xmlrpc.client import Fault, ServerProxy

import pytest

from linkback.core.model import Status
from linkback.settings import Settings
from tests.web.conftest import WAIT, Pair
from tests.web.running import Answer, Running, Site, closed_port, exchange, ping, post, resetting_server, until

PNG = (("Content-Type", "image/png"),)
Make = Callable[[Site, Site, str], tuple[str, str]]

REFUSED: list[tuple[str, int, Make]] = [
    ("the source does not exist", 16, lambda blog, own, target: (blog.url + "nowhere", target)),
    ("the source is gone", 16, lambda blog, own, target: (blog.page("gone", status=410), target)),
    ("the source is locked", 16, lambda blog, own, target: (blog.page("locked", status=403), target)),
    ("the source is an image", 16, lambda blog, own, target: (blog.page("a.png", headers=PNG), target)),
    ("the source is no web address", 16, lambda blog, own, target: ("ftp://127.0.3.1/post", target)),
    ("the source is no address", 16, lambda blog, own, target: ("hello", target)),
    ("the source has no link", 17, lambda blog, own, target: (blog.page("plain", f"<p>{target}</p>"), target)),
    ("the link is in a comment", 17, lambda blog, own, target: (blog.page("c", f"<!--<a href='{target}'>-->"), target)),
    ("the target does not exist", 32, lambda blog, own, target: linked(blog, own.url + "nowhere")),
    ("the target is gone", 32, lambda blog, own, target: linked(blog, own.page("was-here", status=410))),
    ("the target is not ours", 33, lambda blog, own, target: linked(blog, "http://other.example/")),
    ("the target is no address", 33, lambda blog, own, target: (blog.url, "hello")),
    ("the target is not pingback-enabled", 33, lambda blog, own, target: linked(blog, own.page("mute", "<p>hi"))),
    ("source and target are one page", 49, lambda blog, own, target: (target, target)),
    ("the site pings itself", 49, lambda blog, own, target: (own.post("other", target), target)),
    ("the source is in trouble", 50, lambda blog, own, target: (blog.page("broken", status=500), target)),
    ("the source is too busy", 50, lambda blog, own, target: (blog.page("busy", status=429), target)),
]


def linked(blog: Site, target: str) -> tuple[str, str]:
    return blog.post("linked-" + re.sub(r"\W", "-", target), target), target


def fault_of(answer: Answer) -> int | None:
    found = re.search(rb"<int>(-?\d+)</int>", answer.body)
    return int(found[1]) if found else None


def test_a_real_link_is_taken_and_kept(linkback: Running, rpc: ServerProxy, pair: Pair) -> None:
    assert "link was found" in str(rpc.pingback.ping(pair.source, pair.target))
    kept = next(mention for mention in linkback.mentions() if mention.source == pair.source)
    assert (kept.target, kept.status, kept.citation.title) == (pair.target, Status.HELD, "A post")


@pytest.mark.parametrize(("code", "make"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_refused_gets_its_fault_and_a_sentence(
    code: int, make: Make, rpc: ServerProxy, blog: Site, own: Site, advertised: str
) -> None:
    source, target = make(blog, own, advertised)
    with pytest.raises(Fault) as refused:
        rpc.pingback.ping(source, target)
    assert refused.value.faultCode == code
    assert re.fullmatch(r"[A-Z].*\.", refused.value.faultString)


def test_a_ping_that_is_known_gets_fault_48(rpc: ServerProxy, pair: Pair) -> None:
    rpc.pingback.ping(pair.source, pair.target)
    with pytest.raises(Fault, match="registered already") as refused:
        rpc.pingback.ping(pair.source, pair.target)
    assert refused.value.faultCode == 48


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<methodCall>", -32700),
        (b"", -32700),
        (b"source=http://a.example/&target=http://b.example/", -32700),
        (b"<?xml version='1.0'?><!DOCTYPE methodCall []><methodCall/>", -32600),
        (b"<?xml version='1.0' encoding='utf-7'?><methodCall/>", -32701),
        (b"<?xml version='1.0' encoding='zlib_codec'?><methodCall/>", -32701),
        (b"<?xml version='1.0'?><methodCall><methodName>\xff</methodName></methodCall>", -32702),
        (b"<html><body>hello</body></html>", -32600),
        (b"<methodResponse><params/></methodResponse>", -32600),
        (b"<methodCall><methodName>blog.delete</methodName></methodCall>", -32601),
        (b"<methodCall><methodName>system.multicall</methodName></methodCall>", -32601),
        (b"<methodCall><methodName>pingback.ping</methodName></methodCall>", -32602),
    ],
)
@pytest.mark.parametrize("path", ["/pingback", "/xmlrpc"])
def test_what_is_no_call_gets_a_fault_of_xmlrpc_and_a_sentence(
    linkback: Running, path: str, body: bytes, code: int
) -> None:
    (answer,) = exchange(linkback.port, post(path, body))
    assert (answer.status, fault_of(answer)) == (200, code)
    assert re.search(rb"<string>[A-Z][^<]*\.</string>", answer.body)


def test_a_source_without_an_answer_tells_nothing_of_why(
    linkback: Running, blog: Site, advertised: str, settings: Settings
) -> None:
    with ExitStack() as stack:
        sources = {
            "forbidden": "http://10.0.0.1/post",
            "forbidden name of this machine": "http://[::1]/post",
            "closed": f"http://127.0.3.1:{closed_port('127.0.3.1')}/post",
            "resetting": stack.enter_context(resetting_server("127.0.3.2")),
            "nameless": "http://nobody.onion/post",  # which no resolver may ask for (RFC 7686)
            "bad TLS": blog.url.replace("http:", "https:") + "post",
        }
        answers: dict[str, Answer] = {}
        for what, source in sources.items():
            began = monotonic()
            (answers[what],) = exchange(linkback.port, post("/pingback", ping(source, advertised)))
            took = monotonic() - began
            # The real bound is 0.5 s above the wait; machines that run tests are busy.
            assert WAIT <= took < WAIT + 5, what
    assert len({(answer.status, answer.body) for answer in answers.values()}) == 1
    assert {fault_of(answer) for answer in answers.values()} == {16}
    assert len({tuple(h for h in answer.headers if h[0] != "date") for answer in answers.values()}) == 1
    assert not set(sources.values()) & {mention.source for mention in linkback.mentions()}


def test_a_silent_source_is_accepted_kept_and_verified_later(
    linkback: Running, rpc: ServerProxy, blog: Site, pair: Pair
) -> None:
    def status() -> Status:
        return next(mention.status for mention in linkback.mentions() if mention.source == pair.source)

    blog.silent.add("/" + pair.source.removeprefix(blog.url))
    assert "checked later" in str(rpc.pingback.ping(pair.source, pair.target))
    assert status() is Status.RECEIVED
    blog.release.set()
    until(lambda: status() is Status.HELD)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/pingback", "/xmlrpc"])
def test_only_post_is_taken_and_others_hear_why(linkback: Running, path: str, method: str) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: links.example\r\nConnection: close\r\n\r\n"
    (answer,) = exchange(linkback.port, head.encode())
    sentence = b"" if method == "HEAD" else b"This is an endpoint for pings:"
    assert (answer.status, answer.header("allow"), answer.body[:30]) == (405, "POST", sentence)


DECLARED = b"<?xml version='1.0' encoding='utf-8'?>"
LATIN_1 = b"<?xml version='1.0' encoding='iso-8859-1'?>"
WAYS: list[tuple[str, Callable[[str], bytes], tuple[str, ...]]] = [
    ("without content type", lambda text: text.encode(), ()),
    ("as plain text", lambda text: text.encode(), ("Content-Type: text/plain",)),
    ("as a form", lambda text: text.encode(), ("Content-Type: application/x-www-form-urlencoded",)),
    ("with a broken content type", lambda text: text.encode(), ("Content-Type: ;;;charset==",)),
    ("with a byte order mark", lambda text: b"\xef\xbb\xbf" + text.encode(), ("Content-Type: text/xml",)),
    ("after white space", lambda text: b"\r\n \t" + DECLARED + text.encode(), ("Content-Type: text/xml",)),
    ("in UTF-16", lambda text: text.encode("utf-16"), ("Content-Type: text/xml",)),
    ("in latin-1", lambda text: LATIN_1 + text.encode("latin-1"), ("Content-Type: text/xml",)),
    ("with Expect", lambda text: text.encode(), ("Content-Type: text/xml", "Expect: 100-continue")),
    ("with Content-Encoding identity", lambda text: text.encode(), ("Content-Encoding: identity",)),
]


@pytest.mark.parametrize(("body", "headers"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_a_call_may_come(linkback: Running, pair: Pair, body: Callable[[str], bytes], headers: tuple[str, ...]) -> None:
    raw = post("/pingback", body(ping(pair.source, pair.target).decode()), *headers)
    *_, answer = exchange(linkback.port, raw)
    assert answer.status == 200
    assert b"link was found" in answer.body


def test_a_call_may_come_in_chunks_of_one_byte(linkback: Running, pair: Pair) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in ping(pair.source, pair.target))
    head = b"POST /pingback HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    (answer,) = exchange(linkback.port, head, chunks, b"0\r\n\r\n")
    assert b"link was found" in answer.body


def test_http_1_0_is_spoken_and_ends_with_the_answer(linkback: Running, pair: Pair) -> None:
    raw = post("/pingback", ping(pair.source, pair.target), version="1.0", close=False)
    (answer,) = exchange(linkback.port, raw)
    assert b"link was found" in answer.body


def test_pings_may_follow_each_other_without_waiting(linkback: Running, blog: Site, advertised: str) -> None:
    sources = [blog.post(f"in-line-{number}", advertised) for number in range(5)]
    raws = [post("/pingback", ping(source, advertised), close=source == sources[-1]) for source in sources]
    answers = exchange(linkback.port, b"".join(raws))
    assert [b"link was found" in answer.body for answer in answers] == [True] * 5


def test_a_connection_may_be_used_again(linkback: Running, rpc: ServerProxy, pair: Pair) -> None:
    names = rpc.system.listMethods()
    assert "pingback.ping" in str(names)
    assert "link was found" in str(rpc.pingback.ping(pair.source, pair.target))


def test_no_reply_holds_anything_of_the_request(linkback: Running, advertised: str) -> None:
    (answer,) = exchange(linkback.port, post("/pingback", ping("http://10.9.8.7/<b>&", advertised)))
    (other,) = exchange(linkback.port, post("/pingback", ping("http://10.9.8.7/secret-word", advertised)))
    assert not re.search(rb"10\.9|secret", answer.body + other.body)
