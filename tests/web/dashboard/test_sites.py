"""The pages on which people add their sites, copy the lines for them, and have them checked."""

import re
from collections.abc import Iterator

import pytest

from linkback.core.model import Citation, Ping, Role
from linkback.core.protocols import pingback, trackback, webmention
from linkback.settings import Settings
from linkback.web.dashboard.snippets import lines_for, snippets
from tests.web.conftest import NUMBERS, Pair
from tests.web.dashboard.reading import blocks_of, errors_of, text_of
from tests.web.desk import Browser, signed_in
from tests.web.running import HTML, Answer, Running, Site, call, exchange, post, running, send_form, web_server

SITES, ADD = "/dashboard/sites", "/dashboard/sites/add"
TEXT = (("Content-Type", "text/plain"),)


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    with running(settings) as started:
        started.add_site(own.url)
        yield started


@pytest.fixture
def ana(linkback: Running, own: Site) -> Browser:
    """The browser of the owner of the site."""
    return signed_in(linkback, "ana", admin=False, roles={own.url: Role.OWNER})


@pytest.fixture
def bob(linkback: Running, own: Site) -> Browser:
    """The browser of a moderator of the site."""
    return signed_in(linkback, "bob", admin=False, roles={own.url: Role.MODERATOR})


@pytest.fixture
def carl(linkback: Running) -> Browser:
    """The browser of somebody new, another one for each test."""
    return signed_in(linkback, f"carl-{next(NUMBERS)}", admin=False)


@pytest.fixture
def root(linkback: Running) -> Browser:
    """The browser of an admin."""
    return signed_in(linkback, "root")


@pytest.fixture
def theirs() -> Iterator[Site]:
    """The web server of somebody new."""
    with web_server("127.0.7.1") as site:
        yield site


def begun(browser: Browser, url: str) -> str:
    """Begin to add a site, and return the address of the page that says how it is proven."""
    browser.get(ADD)
    shown = browser.post(ADD, {"url": url})
    assert shown.status == 303, errors_of(shown)
    return shown.location


def test_a_site_is_proven_by_a_file_and_is_its_persons_then(carl: Browser, theirs: Site) -> None:
    page = begun(carl, theirs.url)
    file, word = blocks_of(carl.get(page))[2:4]
    failed = carl.post(page)
    assert failed.status == 422
    assert "status 404" in " ".join(errors_of(failed))
    assert theirs.url in carl.get(SITES).text
    theirs.page(file.removeprefix(theirs.url), word, headers=TEXT)
    proven = carl.post(page, follow=True)
    assert "The site is yours" in text_of(proven)
    assert f"{theirs.url}" in text_of(carl.get(SITES))
    assert carl.get(page).status == 404
    assert carl.get(proven.path.partition("/paste")[0]).status == 200


@pytest.mark.parametrize("number", range(3), ids=["element", "Link header", "X-Pingback header"])
def test_what_the_page_shows_to_be_copied_proves_the_site(carl: Browser, theirs: Site, number: int) -> None:
    page = begun(carl, theirs.url)
    element, headers, *_rest = blocks_of(carl.get(page))
    name, _, value = headers.split("\n")[max(0, number - 1)].partition(": ")
    theirs.page("", element if number == 0 else "", headers=HTML if number == 0 else (*HTML, (name, value)))
    assert carl.post(page).location.endswith("/paste?said=site-proven")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "The address is empty"),
        ("javascript:alert(1)", "."),
        ("https://a.example/?q=1", "without query and fragment"),
        ("<script>alert(1)</script>", "."),
    ],
)
def test_an_address_that_will_not_do_is_shown_again_with_a_sentence(carl: Browser, url: str, sentence: str) -> None:
    carl.get(ADD)
    shown = carl.post(ADD, {"url": url})
    assert shown.status == 422
    assert sentence in errors_of(shown)[0]
    assert "<script>alert" not in shown.text


def test_a_site_of_somebody_else_is_refused(carl: Browser, own: Site) -> None:
    carl.get(ADD)
    for url in (own.url, f"{own.url}blog/"):
        shown = carl.post(ADD, {"url": url})
        assert shown.status == 422
        assert f'value="{url}"' in shown.text


def test_a_site_that_is_not_proven_yet_is_seen_by_nobody_else(carl: Browser, ana: Browser, root: Browser) -> None:
    page = begun(carl, f"https://new-{next(NUMBERS)}.example/")
    for browser in (ana, root):
        browser.get(SITES)
        assert browser.get(page).status == 404
        for path in (page, f"{page}/delete"):
            assert browser.post(path).status == 404
    assert carl.get(page).status == 200
    assert carl.post(f"{page}/delete").location == "/dashboard/sites?said=site-given-up"
    assert carl.get(page).status == 404


def test_only_an_admin_may_add_a_site_without_a_proof(carl: Browser, root: Browser) -> None:
    url = f"https://unproven-{next(NUMBERS)}.example/"
    assert "without proof" not in text_of(carl.get(ADD))
    assert carl.post(ADD, {"url": url, "unproven": "1"}).status == 422
    assert "without proof" in text_of(root.get(ADD))
    assert root.post(ADD, {"url": url, "unproven": "1"}).location.endswith("said=site-added")


def test_the_list_shows_each_person_their_own_sites(ana: Browser, bob: Browser, carl: Browser, own: Site) -> None:
    assert own.url in ana.get(SITES).text
    assert "as moderator" in text_of(bob.get(SITES))
    assert own.url not in carl.get(SITES).text
    assert "No site yet" in text_of(carl.get(SITES))


def test_a_moderator_sees_the_lines_and_the_check_but_no_settings(bob: Browser, carl: Browser) -> None:
    for page in ("paste", "check"):
        assert bob.get(f"{SITES}/1/{page}").status == 200
        assert carl.get(f"{SITES}/1/{page}").status == 404
    assert f'href="{SITES}/1/rules"' not in bob.get(f"{SITES}/1/paste").text
    assert bob.get(f"{SITES}/1").status == 404


def test_the_lines_are_those_of_this_server(ana: Browser, linkback: Running) -> None:
    html, *others = blocks_of(ana.get(f"{SITES}/1/paste"))
    assert f'<link rel="webmention" href="{linkback.url}webmention">' in html
    assert f'<link rel="pingback" href="{linkback.url}pingback">' in html
    assert len(others) == 7
    assert all(f"{linkback.url}webmention" in text and f"{linkback.url}pingback" in text for text in others)


def test_a_page_with_the_lines_for_html_is_found_by_all_protocols(
    theirs: Site, linkback: Running, root: Browser
) -> None:
    lines = lines_for(linkback.url, theirs.url, {"webmention", "pingback", "trackback"})
    theirs.page("YOUR-PAGE", next(one.text for one in snippets(lines) if one.key == "html"))
    root.get(ADD)
    site = root.post(ADD, {"url": theirs.url, "unproven": "1"}).location.partition("/paste")[0]
    shown = root.post(f"{site}/check", {"url": theirs.url + "YOUR-PAGE"})
    assert "is wrong" not in text_of(shown)
    assert "are wrong" not in text_of(shown)
    assert text_of(shown).count("The endpoint is ours") == 1


def test_only_what_the_site_takes_is_offered() -> None:
    lines = lines_for("https://links.example/", "https://blog.example/", {"pingback"})
    for snippet in snippets(lines):
        assert "https://links.example/pingback" in snippet.text
        assert "webmention" not in snippet.text
        assert "trackback" not in snippet.text


HEADERS = {  # as the server makes them, where its own words for the address of the page are filled in
    "nginx": (r"$scheme://$host$request_uri", "add_header Link '"),
    "caddy": ("{scheme}://{hostport}{uri}", "+Link `"),
}


@pytest.mark.parametrize("key", HEADERS)
@pytest.mark.parametrize("page", ["https://blog.example/post", "https://blog.example/?p=1&q=2"])
def test_an_address_that_a_server_writes_into_its_header_names_the_page(key: str, page: str) -> None:
    lines = lines_for("https://links.example/", "https://blog.example/", {"trackback"})
    text = next(one.text for one in snippets(lines) if one.key == key)
    place, before = HEADERS[key]
    endpoint = text.partition(f"{before}<")[2].partition(">")[0].replace(place, page)
    request = trackback.build_request(endpoint, Ping("https://a.example/", page, "trackback"), Citation())
    assert trackback.parse_request(request).target == page


def test_a_page_of_the_site_is_checked(ana: Browser, own: Site) -> None:
    url = own.page("silent-of-pings", "<title>Hello</title>")
    ana.get(f"{SITES}/1/check")
    shown = ana.post(f"{SITES}/1/check", {"url": url})
    assert shown.status == 200
    assert "1 point is wrong" in text_of(shown)
    assert "nobody can tell it of a link" in text_of(shown)
    assert f'value="{url}"' in shown.text


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/", "http://127.0.4.10/", "nonsense", "file:///etc/passwd", ""]
)
def test_no_other_page_is_checked(ana: Browser, url: str) -> None:
    ana.get(f"{SITES}/1/check")
    shown = ana.post(f"{SITES}/1/check", {"url": url})
    assert shown.status == 422
    assert errors_of(shown)


def test_what_a_page_says_is_inert_in_what_is_found(ana: Browser, own: Site) -> None:
    url = own.page(
        "hostile", '<link rel="webmentions" href="/<script>alert(1)</script>"><link rel="pingback" href="x">'
    )
    ana.get(f"{SITES}/1/check")
    shown = ana.post(f"{SITES}/1/check", {"url": url})
    assert shown.status == 200
    assert "<script>alert" not in shown.text


WORDS = "?site=0123456789abcdef0123456789abcdef"


def test_a_webmention_comes_to_an_endpoint_with_a_word(linkback: Running, pair: Pair) -> None:
    fields = {"source": pair.source, "target": pair.target}
    assert send_form(linkback, f"/webmention{WORDS}", fields).status == 201


def test_a_pingback_comes_to_an_endpoint_with_a_word(linkback: Running, pair: Pair) -> None:
    (answer,) = exchange(linkback.port, post(f"/pingback{WORDS}", call("pingback.ping", pair.source, pair.target)))
    assert b"link was found" in answer.body


def test_a_trackback_comes_to_an_endpoint_with_a_word(linkback: Running, pair: Pair) -> None:
    answer: Answer = send_form(linkback, f"/trackback{WORDS}&for={pair.target}", {"url": pair.source})
    assert b"<error>0</error>" in answer.body


@pytest.mark.parametrize("protocol", [webmention, pingback, trackback], ids=lambda one: str(one.NAME))
def test_an_endpoint_with_a_word_opens_for_people_as_the_plain_one_does(ana: Browser, protocol: object) -> None:
    name = getattr(protocol, "NAME")  # noqa: B009  # a module of a protocol
    assert ana.get(f"/{name}{WORDS}").status == ana.get(f"/{name}").status


@pytest.mark.parametrize("part", ["paste", "check", "neighbourhood", "feeds"])
def test_every_page_of_a_site_leads_to_the_others_that_its_moderators_may_see(bob: Browser, part: str) -> None:
    place = re.search(r"/dashboard/sites/\d+", bob.get(SITES).text)
    assert place
    shown = bob.get(f"{place.group()}/{part}").text
    led = set(re.findall(rf'href="({place.group()}[^"?#]*)', shown))
    assert led >= {f"{place.group()}/{other}" for other in ("paste", "check", "neighbourhood", "feeds")}
    assert {path: bob.get(path).status for path in led} == dict.fromkeys(led, 200)
