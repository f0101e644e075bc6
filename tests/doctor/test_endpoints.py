"""What the doctor makes of the answers of endpoints: tables, without any network."""

import pytest

from linkback.core.errors import BadPing, FetchError, Forbidden, Problem, TimedOut, TooBusy, Unreachable
from linkback.core.model import Answer, Headers, Page, Ping, Reply
from linkback.core.protocols import pingback, trackback, webmention
from linkback.core.urls import parse
from linkback.doctor import Advice, Finding, Level, OwnServer, endpoint, own, subject
from linkback.doctor.endpoint import Probed
from linkback.doctor.protocol import EXAMINERS, place_of, used
from linkback.fetch.trouble import BAD_CERTIFICATE
from tests.doctor.sick_pages import DOUBTFUL, GOOD, OURS, SOUND, URL, WRONG, at, examined, page_of, pasted

BY_NAME = {examiner.NAME: examiner for examiner in EXAMINERS}
XML = (("content-type", "text/xml"),)
METHODS = pingback.build_response(Answer(["system.listMethods", "pingback.ping"])).body
OTHER_METHODS = pingback.build_response(Answer(["demo.sayHello"])).body
FAULT = pingback.build_response(Reply(Problem.METHOD_NOT_FOUND)).body
REFUSED = trackback.build_response(Reply(Problem.BAD_PARAMETERS)).body
TAKEN = trackback.build_response(Reply()).body
BETTER = Advice("https://better.example/")
HTML = b"<!doctype html><html><body>Welcome</body></html>"


def asked(
    name: str, answer: Page | FetchError, *, is_public: bool | None = True, head: str = SOUND, headers: Headers = ()
) -> list[Finding]:
    """Return what is said of the endpoint of one protocol that answered so."""
    read = subject.read(page_of(head, headers), BETTER)
    (url,) = (found.url for examiner, found in used(read.page) if name == examiner.NAME)
    probed = Probed(place_of(BY_NAME[name], read, url), answer, is_public)
    return list(endpoint.findings(BY_NAME[name], read, probed))


def answer(status: int, body: bytes = b"", headers: Headers = XML, url: str = "https://links.example/x") -> Page:
    return Page(status, headers, body, url)


@pytest.mark.parametrize(
    ("name", "status", "body", "level", "words"),
    [
        ("pingback", 200, METHODS, GOOD, "knows pingback.ping"),
        ("pingback", 200, OTHER_METHODS, WRONG, "does not know pingback.ping"),
        ("pingback", 200, FAULT, DOUBTFUL, "fault -32601"),
        ("pingback", 403, FAULT, DOUBTFUL, "fault -32601"),
        ("pingback", 200, HTML, WRONG, "does not answer a call"),
        ("pingback", 200, b"", WRONG, "does not answer a call"),
        ("webmention", 400, b"", GOOD, "refuses"),
        ("webmention", 201, b"", DOUBTFUL, "take anything"),
        ("webmention", 202, b"", DOUBTFUL, "take anything"),
        ("webmention", 200, HTML, DOUBTFUL, "take anything"),
        ("webmention", 403, b"", DOUBTFUL, "status 403"),
        ("webmention", 422, b"", DOUBTFUL, "status 422"),
        ("trackback", 200, REFUSED, GOOD, "refuses"),
        ("trackback", 200, TAKEN, DOUBTFUL, "take anything"),
        ("trackback", 200, HTML, WRONG, "HTML page"),
        ("trackback", 200, b"", WRONG, "empty"),
    ],
)
def test_an_answer_is_judged_by_its_protocol(name: str, status: int, body: bytes, level: Level, words: str) -> None:
    (found,) = at(f"{name} endpoint", asked(name, answer(status, body)))
    assert found.level is level
    assert words in found.sentence
    assert bool(found.mend) is (level is not GOOD)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize(
    ("status", "level", "words"),
    [
        (404, WRONG, "nothing there"),
        (405, WRONG, "takes no POST"),
        (410, WRONG, "gone"),
        (429, DOUBTFUL, "enough requests"),
        (500, WRONG, "trouble"),
        (503, WRONG, "trouble"),
    ],
)
def test_some_answers_say_the_same_in_every_protocol(name: str, status: int, level: Level, words: str) -> None:
    (found,) = at(f"{name} endpoint", asked(name, answer(status)))
    assert found.level is level
    assert words in found.sentence
    assert "https://better.example/" in found.mend


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize(
    ("error", "is_public", "point", "level", "words"),
    [
        (Forbidden("u", "The address is not public, or not a web port."), False, "address", WRONG, "The world cannot"),
        (Forbidden("u", "The address is not public, or not a web port."), None, "address", WRONG, "The world cannot"),
        (Forbidden("u", "This is not the port of a web server."), True, "address", DOUBTFUL, "usual ports"),
        (Unreachable("u", BAD_CERTIFICATE), True, "TLS", WRONG, "certificate"),
        (Unreachable("u", "There is no host of this name."), None, "endpoint", WRONG, "no host of this name"),
        (TimedOut("u"), True, "endpoint", WRONG, "in time"),
        (TooBusy("u", retry_after=5), True, "endpoint", DOUBTFUL, "in a minute"),
    ],
)
def test_silence_is_told_with_its_reason(
    name: str, error: FetchError, is_public: bool | None, point: str, level: Level, words: str
) -> None:
    found = [one for one in asked(name, error, is_public=is_public) if one.level is not GOOD]
    assert [(one.point, one.level) for one in found] == [(f"{name} {point}", level)]
    assert words in found[0].sentence
    assert found[0].mend


@pytest.mark.parametrize("is_public", [True, False, None])
def test_an_endpoint_that_only_network_allow_opens_is_doubtful(is_public: bool | None) -> None:
    found = at("webmention address", asked("webmention", answer(400), is_public=is_public))
    assert [one.level for one in found] == {True: [GOOD], False: [DOUBTFUL], None: []}[is_public]
    assert is_public is not False or "network.allow" in found[0].sentence


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_endpoint_that_leads_elsewhere_is_wrong_and_its_mend_names_where(name: str, status: int) -> None:
    moved = answer(status, headers=(("location", "https://new.example/rpc"),))
    (found,) = at(f"{name} redirect", asked(name, moved))
    assert found.level is WRONG
    mended = pasted(page_of(SOUND), found)
    assert at(name, examined(mended))[0].sentence.startswith(f"{name.title()}s go to https://new.example/rpc,")


@pytest.mark.parametrize("name", BY_NAME)
def test_a_redirect_that_was_followed_is_doubtful(name: str) -> None:
    page = Page(400, XML, METHODS, "https://links.example/new", ("https://links.example/old",))
    (found,) = at(f"{name} redirect", asked(name, page))
    assert found.level is DOUBTFUL
    assert "https://links.example/new" in found.mend


def test_a_redirect_without_an_address_leads_to_ours() -> None:
    (found,) = at("webmention redirect", asked("webmention", answer(302)))
    assert "https://better.example/webmention" in found.mend


def test_tb_r6_a_trackback_endpoint_may_lead_people_to_the_page() -> None:
    found = asked("trackback", answer(302, headers=(("location", URL),)))
    assert {one.level for one in found} == {GOOD}


def test_nothing_is_to_be_pasted_where_it_would_change_nothing() -> None:
    line = '<link rel="webmention" href="https://better.example/webmention">'
    (found,) = at("webmention endpoint", asked("webmention", answer(404), head=line))
    assert (found.level, found.mend, found.instead) == (WRONG, "", "")


def test_a_link_that_people_click_stays_one() -> None:
    head = '<a class="u" rel="webmention" href="https://gone.example/">tell me</a>'
    (found,) = at("webmention endpoint", asked("webmention", answer(404), head=head))
    assert found.mend == '<a rel="webmention" href="https://better.example/webmention">'
    assert found.instead == head.removesuffix("tell me</a>")


def test_an_endpoint_in_a_header_is_mended_in_the_header() -> None:
    headers = (("x-pingback", "https://gone.example/"),)
    (found,) = at("pingback endpoint", asked("pingback", answer(404), head="", headers=headers))
    assert (found.mend, found.instead) == (
        "X-Pingback: https://better.example/pingback",
        "X-Pingback: https://gone.example/",
    )


def test_pingback_is_asked_for_its_methods_only() -> None:
    asked_for = pingback.parse_request(BY_NAME["pingback"].probe("https://links.example/x", URL))
    assert isinstance(asked_for, Answer)


def test_wm_r4_webmention_is_asked_to_take_what_must_be_refused() -> None:
    asked_for = webmention.parse_request(BY_NAME["webmention"].probe("https://links.example/x", URL))
    assert isinstance(asked_for, Ping)
    assert asked_for.source == asked_for.target == URL


def test_tb_s5_trackback_is_asked_to_take_a_form_without_an_address() -> None:
    request = BY_NAME["trackback"].probe("/trackback?for=https%3A%2F%2Fblog.example%2F", URL)
    with pytest.raises(BadPing) as refused:
        trackback.parse_request(request)
    assert refused.value.problem is Problem.BAD_PARAMETERS


def server(**changes: object) -> OwnServer:
    site = {"site": "https://blog.example/"} | changes
    return OwnServer(lambda url: parse(url).host == "links.example", **site)  # type: ignore[arg-type] # made of keywords


@pytest.mark.parametrize(
    ("changes", "point", "level", "words", "mend"),
    [
        ({}, "own server", GOOD, "takes webmention, pingback, trackback", ""),
        ({"site": ""}, "own server", WRONG, "registered", "linkback sites add https://blog.example/"),
        (
            {"protocols": frozenset({"webmention", "trackback"})},
            "own server",
            WRONG,
            "switched off",
            "linkback sites set https://blog.example/ --protocols webmention,pingback,trackback",
        ),
        ({"is_closed": True}, "own server", WRONG, "closed", "linkback sites set https://blog.example/ --open PATTERN"),
        ({"names_proxies": False}, "proxies", DOUBTFUL, "budget", '[server]\ntrusted_proxies = ["127.0.0.1"]'),
    ],
)
def test_our_own_set_up_is_told(changes: dict[str, object], point: str, level: Level, words: str, mend: str) -> None:
    found = at(point, own.findings(subject.read(page_of(SOUND), OURS), server(**changes)))[-1]
    assert (found.level, found.mend) == (level, mend)
    assert words in found.sentence


def test_the_endpoint_of_others_tells_nothing_of_our_set_up() -> None:
    elsewhere = page_of('<link rel="webmention" href="https://other.example/w">')
    assert not list(own.findings(subject.read(elsewhere, OURS), server(site="")))
