"""The gate of the desk: who comes in, which forms are believed, and where people are led."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from linkback.core.model import Role
from linkback.desk import open_database
from linkback.settings import Settings
from linkback.storage import sessions, users
from linkback.web.asking import Asked
from linkback.web.dashboard import visiting
from linkback.web.dashboard.outcome import CODES
from linkback.web.dashboard.said import SAID
from tests.web.desk import Browser, signed_in
from tests.web.running import FORM, Running, Site, running

SEEN: list[str] = []
TRY = "/dashboard/try"


@get(TRY)
async def a_page(request: Asked) -> Template:
    visitor = await visiting.visitor_of(request)
    here = visiting.page(request, "refused.html", visitor, title="A page", sentence="")
    names = ("here", "said", "done", "form_key")
    told = " ".join(f"[{name}={here.context[name]}]" for name in names)
    return visiting.page(request, "refused.html", visitor, title=visitor.user.name, sentence=told)


@post(TRY, status_code=HTTPStatus.SEE_OTHER)
async def a_form(request: Asked) -> Redirect:
    visitor = await visiting.visitor_of(request)
    form = await visiting.sent_form(request, visitor)
    SEEN.append(form.first("word"))
    return visiting.moved(form.first("back"), said=form.first("said") or "saved", done=form.number("action"))


@get("/dashboard/try/{site_id:int}")
async def a_site(request: Asked, site_id: FromPath[int]) -> Template:
    visitor = await visiting.visitor_of(request)
    site = visiting.site_for(visitor, site_id, owner="own" in request.query_params)
    return visiting.page(request, "refused.html", visitor, title=site.url, sentence="")


@get("/enter")
async def an_entrance(request: Asked) -> Template:
    return await visiting.stranger_page(request, "refused.html", status=429, retry_after=60, title="", sentence="")


@post("/enter", status_code=HTTPStatus.SEE_OTHER)
async def entering(request: Asked) -> Redirect:
    form = await visiting.stranger_form(request)
    SEEN.append(form.first("word"))
    return await visiting.signed_in(request, form.first("secret"), form.first("next"))


@post("/leave", status_code=HTTPStatus.SEE_OTHER)
async def leaving(request: Asked) -> Redirect:
    await visiting.sent_form(request, await visiting.visitor_of(request))
    return await visiting.signed_out(request, said="signed-out")


PAGES = (a_page, a_form, a_site, an_entrance, entering, leaving)


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    """A Linkback with pages that do nothing but pass the gate."""
    with running(settings, pages=PAGES) as started:
        started.add_site(own.url)
        yield started


@pytest.fixture
def ana(linkback: Running) -> Browser:
    """The browser of an admin."""
    return signed_in(linkback)


def saw(word: str) -> bool:
    """Tell whether a form was believed."""
    return word in SEEN


def test_who_is_signed_in_sees_the_page_which_nobody_keeps(ana: Browser) -> None:
    shown = ana.get(TRY)
    assert (shown.status, shown.header("cache-control")) == (200, "no-store")
    assert "<h1>ana</h1>" in shown.text
    assert f"[form_key={ana.key}]" in shown.text


def test_a_stranger_is_led_to_sign_in_and_back(linkback: Running) -> None:
    shown = Browser(linkback).get(f"{TRY}?q=a%20b%26c&said=saved")
    assert (shown.status, shown.location) == (303, f"/login?next={TRY}%3Fq%3Da%2Bb%2526c")


@pytest.mark.parametrize("secret", ["", "nonsense", "ä", "x" * 5000])
def test_a_cookie_of_no_session_opens_nothing(linkback: Running, secret: str) -> None:
    browser = Browser(linkback, {"linkback": secret.encode().decode("latin-1")})
    assert browser.get(TRY).status == 303
    assert browser.post(TRY, {"word": "no session"}).status == 401
    assert not saw("no session")


def test_a_form_of_our_page_is_believed_and_answered_by_leading_on(ana: Browser) -> None:
    shown = ana.post(
        TRY, {"word": "believed", "said": "approved", "back": f"{TRY}?q=1&said=old&done=3#top", "action": 7}
    )
    assert (shown.status, shown.location) == (303, f"{TRY}?q=1&said=approved&done=7#top")
    assert saw("believed")
    then = ana.get(shown.location)
    assert f"[here={TRY}?q=1]" in then.text
    assert "[said=Approved.]" in then.text
    assert "[done=Undoable(id=7)]" in then.text


@pytest.mark.parametrize(
    "query", ["said=%3Cb%3E&done=x", "said=nothing&done=-1", "done=99999999999999999999", "done=%C2%B2"]
)
def test_an_address_makes_a_page_say_nothing_of_its_own(ana: Browser, query: str) -> None:
    shown = ana.get(f"{TRY}?{query}")
    assert "[said=]" in shown.text
    assert "[done=None]" in shown.text


def test_an_address_offers_to_undo_nothing_but_decisions(ana: Browser) -> None:
    assert "[done=None]" in ana.get(f"{TRY}?said=saved&done=17").text
    assert set(CODES.values()) < visiting.UNDOABLE < set(SAID)


@pytest.mark.parametrize("key", ["", "x", "ä", "x" * 5000])
def test_a_form_without_the_key_is_refused(ana: Browser, key: str) -> None:
    shown = ana.post(TRY, {"word": "without key"}, form_key=key)
    assert shown.status == 403
    assert "too old, or it did not come from a page of this server" in shown.text
    assert not saw("without key")


def test_the_key_of_another_session_is_refused(ana: Browser, linkback: Running) -> None:
    other = signed_in(linkback)
    assert ana.post(TRY, {"word": "other key"}, form_key=other.key).status == 403
    assert not saw("other key")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_a_form_that_says_it_comes_from_elsewhere_is_refused(ana: Browser, headers: dict[str, str]) -> None:
    assert ana.post(TRY, {"word": "elsewhere"}, headers=headers).status == 403
    assert not saw("elsewhere")


@pytest.mark.parametrize("site", ["same-origin", "none", ""])
def test_a_form_that_says_it_comes_from_here_is_believed(ana: Browser, site: str) -> None:
    says = {"Sec-Fetch-Site": site} if site else {}
    for origin in (ana.linkback.url.rstrip("/"), *(["null"] if site else [])):
        assert ana.post(TRY, headers={"Origin": origin, **says}).status == 303
    assert ana.post(TRY, headers=says).status == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": f"{FORM}; charset=UTF-8"}, 303),
    ],
)
def test_only_plain_forms_are_read(ana: Browser, headers: dict[str, str], status: int) -> None:
    assert ana.post(TRY, headers=headers).status == status


def test_forms_are_read_within_bounds(ana: Browser) -> None:
    assert ana.post(TRY, {"word": "x" * 65_536}).status == 413
    assert ana.post(TRY, {"id": list(range(501))}).status == 413
    assert ana.post(TRY, {"id": list(range(490))}).status == 303


@pytest.mark.parametrize(
    "back",
    [
        "", "https://evil.example/", "//evil.example/", "/\\evil.example", "\\/evil.example", "javascript:alert(1)",
        "/dash\r\nboard", "/a\tb", " //evil.example", "/\x00", "dashboard", "/ä",
    ],
)  # fmt: skip
def test_nobody_is_led_anywhere_but_to_a_page_of_ours(ana: Browser, back: str) -> None:
    assert ana.post(TRY, {"back": back}).location == "/dashboard?said=saved"


def test_what_a_person_may_not_see_does_not_exist_for_them(linkback: Running, ana: Browser, own: Site) -> None:
    moderator = signed_in(linkback, "mo", admin=False, roles={own.url: Role.MODERATOR})
    owner = signed_in(linkback, "otto", admin=False, roles={own.url: Role.OWNER})
    nobody = signed_in(linkback, "nemo", admin=False)
    at_site = [(who.get(f"{TRY}/1").status, who.get(f"{TRY}/1?own").status) for who in (ana, owner, moderator, nobody)]
    assert at_site == [(200, 200), (200, 200), (200, 404), (404, 404)]
    assert ana.get(f"{TRY}/99").status == 404


def test_a_session_that_ended_on_the_server_is_over(linkback: Running) -> None:
    ben = signed_in(linkback, "ben")
    assert ben.get(TRY).status == 200
    asyncio.run(_end_all(linkback.settings, "ben"))
    assert ben.get(TRY).status == 303


async def _end_all(settings: Settings, name: str) -> None:
    async with open_database(settings) as database:
        user = await database.read(users.get, name)
        await database.write(sessions.end_all, user.id)


def test_a_form_of_a_stranger_needs_the_key_that_our_page_gave_them(linkback: Running) -> None:
    stranger = Browser(linkback)
    shown = stranger.get("/enter")
    assert (shown.status, shown.header("retry-after"), shown.header("cache-control")) == (429, "60", "no-store")
    key = stranger.cookies["linkback-form"]
    stranger.get("/enter")  # a second page must not make the first one worthless
    assert stranger.post("/enter", {"word": "stranger"}, form_key=key).status == 303
    assert saw("stranger")


@pytest.mark.parametrize("key", ["", "x", "A" * 70])
def test_a_stranger_cannot_make_a_key_of_their_own(linkback: Running, key: str) -> None:
    stranger = Browser(linkback, {"linkback-form": key} if key else {})
    assert stranger.post("/enter", {"word": "forged"}, form_key=key).status == 403
    assert stranger.post("/enter", {"word": "forged"}, form_key=Browser(linkback).get("/enter").text[:20]).status == 403
    assert not saw("forged")


def test_a_form_of_a_stranger_from_elsewhere_is_refused(linkback: Running) -> None:
    stranger = Browser(linkback)
    stranger.get("/enter")
    key = stranger.cookies["linkback-form"]
    assert (
        stranger.post("/enter", {"word": "far"}, form_key=key, headers={"Origin": "https://evil.example"}).status == 403
    )
    assert not saw("far")


def enter(browser: Browser, secret: str) -> dict[str, str]:
    """Sign a browser in with the secret of a session; return its cookies as they were sent, by name."""
    browser.get("/enter")
    form = next(value for name, value in browser.cookies.items() if name.endswith("linkback-form"))
    shown = browser.post("/enter", {"secret": secret, "next": f"{TRY}?q=1"}, form_key=form)
    assert shown.location == f"{TRY}?q=1"
    sent = [value for name, value in shown.headers if name == "set-cookie"]
    return {line.partition("=")[0]: line.partition(";")[2] for line in sent}


def test_who_signs_in_gets_a_session_of_their_own_and_the_one_before_ends(linkback: Running) -> None:
    before, fresh = signed_in(linkback), signed_in(linkback, "eve")
    secret = before.cookies["linkback"]
    enter(before, fresh.cookies["linkback"])
    assert before.cookies["linkback"] == fresh.cookies["linkback"] != secret
    assert "<h1>eve</h1>" in before.get(TRY).text
    assert "linkback-form" not in before.cookies
    assert Browser(linkback, {"linkback": secret}).get(TRY).status == 303


def test_no_script_reads_a_cookie_and_no_other_site_sends_it(linkback: Running) -> None:
    sent = enter(Browser(linkback), signed_in(linkback).cookies["linkback"])
    for name in ("linkback", "linkback-known"):
        assert {part.strip().lower() for part in sent[name].split(";")} >= {"httponly", "samesite=lax", "path=/"}
        assert "secure" not in sent[name].lower()


def test_where_the_world_comes_over_https_cookies_are_sent_over_nothing_else(
    settings: Settings, tmp_path: Path
) -> None:
    secured = replace(settings, database=f"sqlite:///{tmp_path}/https.db", public_url="https://links.example/")
    with running(secured, pages=PAGES) as linkback:
        ana = signed_in(linkback)
        sent = enter(Browser(linkback), ana.cookies["__Host-linkback"])
        for name in ("__Host-linkback", "__Host-linkback-known"):
            parts = {part.strip().lower() for part in sent[name].split(";")}
            assert parts >= {"secure", "httponly", "samesite=lax", "path=/"}
            assert not any(part.startswith("domain") for part in parts)
        assert ana.post(TRY, headers={"Origin": "https://links.example"}).status == 303
        assert ana.post(TRY, headers={"Origin": "http://links.example"}).status == 403
        assert Browser(linkback, {"linkback": ana.cookies["__Host-linkback"]}).get(TRY).status == 303


def test_who_signs_out_has_no_session_and_no_cookie(linkback: Running) -> None:
    ben = signed_in(linkback, "ben")
    secret = ben.cookies["linkback"]
    shown = ben.post("/leave")
    assert (shown.status, shown.location, ben.cookies) == (303, "/login?said=signed-out", {})
    assert Browser(linkback, {"linkback": secret}).get(TRY).status == 303
