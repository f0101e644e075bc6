"""Sites that used webmention.io: their pings go on coming under the name they had there."""

import json
import re
from collections.abc import Iterator
from itertools import count

import pytest

from linkback.settings import Settings
from tests.web.conftest import Pair
from tests.web.running import BROWSER, HTML, Answer, Running, Site, ask, exchange, ping, post, running, send_form

NUMBERS = count()
OTHERS = "http://127.0.5.1/"


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    """A Linkback with a named site, and another one."""
    with running(settings) as started:
        started.add_site(own.url, "ben")
        started.add_site(OTHERS, "ana.notes")
        yield started


def webmention(linkback: Running, name: str, source: str, target: str, *headers: str) -> Answer:
    return send_form(linkback, f"/{name}/webmention", {"source": source, "target": target}, *headers)


def pingback(linkback: Running, name: str, source: str, target: str) -> Answer:
    (answer,) = exchange(linkback.port, post(f"/{name}/xmlrpc", ping(source, target)))
    return answer


def sources(linkback: Running) -> set[str]:
    return {mention.source for mention in linkback.mentions()}


@pytest.mark.parametrize("name", ["ben", "Ben", "127.0.4.1"])
def test_a_webmention_comes_by_the_name_or_the_host_of_a_site(linkback: Running, pair: Pair, name: str) -> None:
    answer = webmention(linkback, name, pair.source, pair.target)
    assert answer.status == 201
    assert (answer.header("location") or "").startswith(f"{linkback.url}webmention/")
    assert pair.source in sources(linkback)


@pytest.mark.parametrize("name", ["ben", "127.0.4.1"])
def test_a_pingback_comes_by_the_name_or_the_host_of_a_site(linkback: Running, pair: Pair, name: str) -> None:
    answer = pingback(linkback, name, pair.source, pair.target)
    assert (answer.status, b"link was found" in answer.body) == (200, True)
    assert pair.source in sources(linkback)


@pytest.mark.parametrize("name", ["nobody", "api", "webmention", "%00", "x" * 300, "b%65n-not", "%2e%2e"])
def test_a_name_that_no_site_has_is_not_found_in_the_protocols_own_form(
    linkback: Running, pair: Pair, name: str
) -> None:
    in_json = webmention(linkback, name, pair.source, pair.target)
    in_xml = pingback(linkback, name, pair.source, pair.target)
    assert (in_json.status, json.loads(in_json.body)["error"]) == (404, "not_found")
    assert (in_xml.status, in_xml.header("content-type")) == (404, "text/xml; charset=utf-8")
    assert re.search(rb"<int>33</int>", in_xml.body)
    assert pair.source not in sources(linkback)


def test_a_target_of_another_site_is_refused_before_anything_is_looked_at(linkback: Running, pair: Pair) -> None:
    answer = webmention(linkback, "ana.notes", pair.source, pair.target)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_target")
    assert b"<int>33</int>" in pingback(linkback, "ana.notes", pair.source, pair.target).body
    assert pair.source not in sources(linkback)


def test_the_sources_of_another_sites_page_are_not_told(linkback: Running, pair: Pair) -> None:
    body = (
        b"<methodCall><methodName>pingback.extensions.getPingbacks</methodName><params><param><value>"
        + pair.target.encode()
        + b"</value></param></params></methodCall>"
    )
    (other,) = exchange(linkback.port, post("/ana.notes/xmlrpc", body))
    (same,) = exchange(linkback.port, post("/ben/xmlrpc", body))
    assert (b"<int>33</int>" in other.body, b"<array>" in same.body) == (True, True)


def test_garbage_is_refused_by_a_name_as_without_one(linkback: Running, pair: Pair) -> None:
    assert webmention(linkback, "ben", "hello", pair.target).status == 400
    assert webmention(linkback, "ben", pair.source, "hello").status == 400


def test_people_get_the_form_of_a_name_and_are_led_on_from_it(linkback: Running, pair: Pair) -> None:
    page = ask(linkback, "/ben/webmention", accept=BROWSER)
    assert (page.status, b"a page of ben" in page.body, b"<form" in page.body) == (200, True, True)
    assert "form-action 'self'" in (page.header("content-security-policy") or "")
    sent = webmention(linkback, "ben", pair.source, pair.target, f"Accept: {BROWSER}")
    assert sent.status == 303
    assert re.fullmatch(r"\.\./webmention/[0-9a-f]{40}", sent.header("location") or "")


def test_there_is_no_form_of_a_name_that_no_site_has(linkback: Running) -> None:
    assert ask(linkback, "/nobody/webmention", accept=BROWSER).status == 404


@pytest.mark.parametrize("path", ["/ben/xmlrpc", "/nobody/xmlrpc"])
def test_a_browser_hears_what_an_endpoint_is_for(linkback: Running, path: str) -> None:
    answer = ask(linkback, path)
    assert (answer.status, answer.header("allow")) == (405, "POST")


def test_a_page_that_advertises_the_named_endpoint_takes_pings(linkback: Running, blog: Site, own: Site) -> None:
    number = next(NUMBERS)
    target = own.page(f"named-{number}", headers=(*HTML, ("Link", f'<{linkback.url}ben/webmention>; rel="webmention"')))
    assert webmention(linkback, "ben", blog.post(f"to-named-{number}", target), target).status == 201


@pytest.mark.parametrize("path", ["//webmention", "//xmlrpc"])
def test_no_name_is_no_name(linkback: Running, pair: Pair, path: str) -> None:
    assert send_form(linkback, path, {"source": pair.source, "target": pair.target}).status in (404, 405)
    assert pair.source not in sources(linkback)
