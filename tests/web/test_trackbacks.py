"""TrackBack over real sockets: the two forms of its address, the exact answers, and what a browser gets there."""

import re
from urllib.parse import quote

import pytest

from linkback.core.model import Status
from tests.web.conftest import Pair
from tests.web.running import BROWSER, FORM, Answer, Running, Site, ask, exchange, post, send_form

SUCCESS = b'<?xml version="1.0" encoding="utf-8"?>\n<response>\n<error>0</error>\n</response>'

REFUSAL = SUCCESS.replace(b"<error>0</error>", b"<error>1</error>\n<message>(.*)</message>").replace(b"?", rb"\?")


def forms_of(target: str) -> dict[str, str]:
    """Return the addresses by which a trackback for a target may come."""
    return {
        "query": f"/trackback?for={quote(target, safe='')}",
        "raw query": f"/trackback?for={target}",
        "path": f"/trackback/{target}",
        "escaped path": f"/trackback/{quote(target, safe='')}",
        "path behind a tidy proxy": f"/trackback/{target.replace('://', ':/')}",
    }


FORMS = list(forms_of(""))


def send(linkback: Running, path: str, source: str, **fields: str) -> Answer:
    return send_form(linkback, path, {"url": source, **fields})


def refusal_of(answer: Answer) -> str:
    found = re.fullmatch(REFUSAL, answer.body)
    assert found
    return found[1].decode()


@pytest.mark.parametrize("form", FORMS)
def test_tb_r1_a_trackback_is_taken_at_each_form_of_its_address(linkback: Running, pair: Pair, form: str) -> None:
    answer = send(linkback, forms_of(pair.target)[form], pair.source)
    assert (answer.status, answer.header("content-type"), answer.body) == (200, "text/xml; charset=utf-8", SUCCESS)
    kept = next(mention for mention in linkback.mentions() if mention.source == pair.source)
    assert (kept.target, kept.status, kept.protocols) == (pair.target, Status.HELD, ("trackback",))


def test_tb_r1_a_target_with_a_query_is_taken_whole(linkback: Running, blog: Site, own: Site) -> None:
    element = f'<link rel="pingback" href="{linkback.url}pingback">'
    target = own.page("index.php?p=7&preview=a%2Fb", element)
    source = blog.post("to-a-query", target)
    assert send(linkback, f"/trackback/{target}", source).body == SUCCESS
    assert next(mention.target for mention in linkback.mentions() if mention.source == source) == target


def test_tb_r2_r5_a_refusal_is_a_sentence_with_status_200(linkback: Running, blog: Site, advertised: str) -> None:
    source = blog.page("tb-plain", "<p>no link</p>")
    answer = send(linkback, forms_of(advertised)["query"], source)
    assert answer.status == 200
    assert "no link" in refusal_of(answer)


@pytest.mark.parametrize(
    "path", ["/trackback", "/trackback/", "/trackback?for=", "/trackback?for=hello", "/trackback/x"]
)
def test_tb_r2_an_address_that_names_no_entry_is_refused(linkback: Running, pair: Pair, path: str) -> None:
    answer = send(linkback, path, pair.source)
    assert answer.status == 200
    assert re.fullmatch(r"[A-Z].*\.", refusal_of(answer))


def test_tb_r4_utf_7_is_refused(linkback: Running, pair: Pair) -> None:
    raw = post(forms_of(pair.target)["query"], f"url={pair.source}".encode(), f"Content-Type: {FORM}; charset=utf-7")
    (answer,) = exchange(linkback.port, raw)
    assert "charset" in refusal_of(answer)


def test_tb_r7_what_the_sender_tells_gives_way_to_what_the_page_says(linkback: Running, pair: Pair) -> None:
    told = {"title": "Buy <b>now</b>", "excerpt": "cheap", "blog_name": "Best prices"}
    assert send(linkback, forms_of(pair.target)["query"], pair.source, **told).body == SUCCESS
    kept = next(mention for mention in linkback.mentions() if mention.source == pair.source)
    assert kept.citation.title == "A post"
    assert "cheap" not in kept.citation.excerpt


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", FORMS)
def test_tb_r6_a_browser_is_led_to_the_page(linkback: Running, own: Site, form: str, method: str) -> None:
    target = f"{own.url}a/page"
    answer = ask(linkback, forms_of(target)[form], accept=BROWSER, method=method)
    assert (answer.status, answer.header("location"), answer.body) == (302, target, b"")


FOREIGN = [
    "https://other.example/",
    "//other.example/",
    "javascript:alert(1)",
    "{own}@other.example/",
    "http://other.example/{own}/",
    "{own}%0d%0aset-cookie:a=b",
    "\\\\other.example/",
    "/",
    "",
    "x",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("target", FOREIGN)
def test_nobody_is_led_to_a_page_of_others(linkback: Running, own: Site, target: str, form: str) -> None:
    target = target.format(own=own.url.rstrip("/"))
    answer = ask(linkback, forms_of(target)[form], accept=BROWSER)
    location = answer.header("location") or own.url
    assert location.startswith(own.url)
    assert answer.header("set-cookie") is None
    if answer.status != 302:
        assert (answer.status, b"There is nothing at this address." in answer.body) == (404, True)
