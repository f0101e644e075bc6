"""What people and monitors look at."""

import re
import sqlite3
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from linkback import __version__, words
from linkback.core.protocols import PROTOCOLS
from linkback.settings import Settings
from linkback.web.pages import A_PAGE
from tests.web.desk import Browser
from tests.web.running import BROWSER, Running, ask, running

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


class Elements(HTMLParser):
    """Collects what a page refers to, and whether it holds code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [value or "" for name, value in attrs if name in ("href", "src")]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag in ("script", "style") else []


def test_the_front_door_leads_to_the_desk(linkback: Running) -> None:
    answer = ask(linkback, "/", accept=BROWSER)
    assert (answer.status, answer.header("location")) == (303, "/dashboard")


def test_a_page_is_in_the_language_that_the_browser_asks_for(
    linkback: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "languages", lambda: ("en", "de"))
    for asked, spoken in (("de-AT, en;q=0.5", "de"), ("fr", "en")):
        browser = Browser(linkback, headers={"Accept-Language": asked})
        assert f'<html lang="{spoken}"' in browser.get("/about").text
        assert f'<html lang="{spoken}"' in browser.get("/login").text


def test_the_page_about_it_shows_header_and_element_of_each_endpoint(linkback: Running) -> None:
    page = ask(linkback, "/about", accept=BROWSER)
    text = unescape(page.body.decode())
    assert page.status == 200
    for protocol in PROTOCOLS:
        (name, value), html = protocol.advertise(f"{linkback.url}{protocol.NAME}", A_PAGE)
        assert f"{name}: {value}" in text
        assert html in text
    assert f"Linkback {__version__}" in text


def test_the_page_about_it_shows_how_a_page_shows_its_mentions(linkback: Running) -> None:
    text = unescape(ask(linkback, "/about", accept=BROWSER).body.decode())
    assert f'<a href="{linkback.url}api/mentions.html?target={A_PAGE}">' in text
    assert f"{linkback.url}api/mentions.html?fragment=1" in text
    assert """document.querySelector('link[rel="canonical"]')?.href ?? location.href""" in text
    assert f"{linkback.url}api/mentions.jf2?target={A_PAGE}" in text


@pytest.mark.parametrize(
    "url",
    ["https://links.example/", "https://links.example", "https://a.example/a/path/", "http://[::1]:8000/"],
)
def test_the_page_about_it_names_the_public_address(settings: Settings, tmp_path: Path, url: str) -> None:
    with running(replace(settings, database=f"sqlite:///{tmp_path}/p.db", public_url=url)) as started:
        text = unescape(ask(started, "/about").body.decode())
    assert f"X-Pingback: {url.rstrip('/')}/pingback" in text


@pytest.mark.parametrize("path", ["/about", "/nowhere", f"/api/mentions.html?target={A_PAGE}"])
def test_pages_hold_no_code_and_refer_to_nothing_outside(linkback: Running, path: str) -> None:
    page = ask(linkback, path, accept=BROWSER)
    elements = Elements(page.body.decode())
    assert (page.header("content-security-policy") or "").startswith(POLICY)
    assert "unsafe" not in (page.header("content-security-policy") or "")
    assert not elements.inline
    assert all(reference.startswith("/") for reference in elements.references)


def test_whatever_a_page_refers_to_is_there(linkback: Running) -> None:
    for reference in Elements(ask(linkback, "/about").body.decode()).references:
        assert ask(linkback, reference).status == (303 if reference == "/dashboard" else 200)


@pytest.mark.parametrize(
    ("path", "kind"), [("/static/linkback.css", "text/css"), ("/static/mark.svg", "image/svg+xml")]
)
def test_files_say_what_they_are(linkback: Running, path: str, kind: str) -> None:
    answer = ask(linkback, path)
    assert (answer.header("content-type") or "").startswith(kind)
    assert "max-age" in (answer.header("cache-control") or "")
    assert answer.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("path", ["/about", "/health", "/ready", "/static/linkback.css"])
def test_head_is_answered_like_get_without_a_body(linkback: Running, path: str) -> None:
    seen, head = ask(linkback, path), ask(linkback, path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.header("content-length") == str(len(seen.body))
    assert head.header("content-type") == seen.header("content-type")


@pytest.mark.parametrize("path", ["/nowhere", "/static/", "/static/none.css", "/static/a/b", "/pingback/x", "/%00"])
def test_what_is_not_there_is_told_in_a_sentence(linkback: Running, path: str) -> None:
    answer = ask(linkback, path)
    assert (answer.status, answer.body) == (404, b"There is nothing at this address.\n")


def test_a_browser_is_told_on_a_page_that_leads_back(linkback: Running) -> None:
    answer = ask(linkback, "/nowhere", accept=BROWSER)
    assert answer.status == 404
    assert "text/html" in (answer.header("content-type") or "")
    assert b"There is nothing at this address." in answer.body
    assert b"<h1>Not found</h1>" in answer.body
    assert b'href="/dashboard"' in answer.body


def test_who_misses_a_page_of_the_desk_is_led_to_its_rooms(linkback: Running) -> None:
    missed = {path: ask(linkback, path, accept=BROWSER).body for path in ("/dashboard/nowhere", "/nowhere")}
    assert b'href="/dashboard/inbox"' in missed["/dashboard/nowhere"]
    assert b'href="/dashboard/inbox"' not in missed["/nowhere"]


def test_a_program_that_wants_json_is_told_in_json(linkback: Running) -> None:
    answer = ask(linkback, "/nowhere", accept="application/json")
    assert answer.header("content-type") == "application/problem+json"
    assert b'"status":404' in answer.body
    assert b'"title":"Not Found"' in answer.body


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/about"), ("DELETE", "/health"), ("PUT", "/static/linkback.css")]
)
def test_what_can_only_be_read_says_so(linkback: Running, method: str, path: str) -> None:
    answer = ask(linkback, path, method=method)
    assert (answer.status, answer.body) == (405, b"This address can only be read.\n")
    assert "GET" in (answer.header("allow") or "")


def test_the_host_of_a_request_is_never_repeated(linkback: Running) -> None:
    for path in ("/", "/about", "/nowhere", "/pingback", "/health"):
        answer = ask(linkback, path, host="evil.example", accept=BROWSER)
        assert b"evil" not in answer.body
        assert not any("evil" in value for _, value in answer.headers)


def test_health_and_readiness_are_one_word(linkback: Running) -> None:
    assert ask(linkback, "/health").body == b"ok\n"
    assert ask(linkback, "/ready").body == b"ready\n"


@pytest.mark.parametrize("fate", ["gone", "garbage", "of another version"])
def test_without_its_database_it_lives_but_is_not_ready(settings: Settings, tmp_path: Path, fate: str) -> None:
    file = tmp_path / "ready.db"
    with running(replace(settings, database=f"sqlite:///{file}")) as started:
        assert ask(started, "/ready").status == 200
        _spoil(file, fate)
        assert (ask(started, "/health").status, ask(started, "/ready").status) == (200, 503)
        assert re.fullmatch(rb"The .*\.\n", ask(started, "/ready").body)


def _spoil(file: Path, fate: str) -> None:
    if fate == "of another version":
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'other'")
        connection.close()
        return
    for part in file.parent.glob("ready.db*"):
        part.unlink()
    if fate == "garbage":
        file.write_bytes(b"no database at all" * 100)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_text_has_enough_contrast_in_light_and_in_dark(linkback: Running) -> None:
    css = ask(linkback, "/static/linkback.css").body.decode()
    palettes = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", css, re.S)
    ]
    assert len(palettes) == 2
    for palette in palettes:
        for text in ("ink", "soft", "accent", "good", "warn", "bad", "calm"):
            for ground in ("paper", "card"):
                assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
        assert contrast(palette["ink"], palette["glow"]) >= 4.5


DESK_POLICY = {
    "default-src 'none'", "style-src 'self'", "img-src 'self'", "script-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/dashboard", "/dashboard/nowhere", "/login", "/setup", "/reset/x", "/invite/x", "/mail/x"]
)
def test_the_desk_runs_its_own_scripts_and_says_where_its_forms_come_from(linkback: Running, path: str) -> None:
    answer = ask(linkback, path, accept=BROWSER)
    assert set((answer.header("content-security-policy") or "").split("; ")) == DESK_POLICY
    assert answer.header("referrer-policy") in (
        "same-origin",
        "no-referrer" if path.startswith("/mail") else "same-origin",
    )
    assert answer.header("cross-origin-opener-policy") == "same-origin"


@pytest.mark.parametrize("path", ["/dashboards", "/loginx", "/mailbox", "/webmention", "/health"])
def test_no_other_page_runs_any_script(linkback: Running, path: str) -> None:
    assert "script-src" not in (ask(linkback, path, accept=BROWSER).header("content-security-policy") or "")
