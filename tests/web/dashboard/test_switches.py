"""How a site takes pings, changed on a page: all that the command line can, and a sentence where it will not do."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from linkback.cli.sites import set_
from linkback.core.model import Listed, ListedAction, ListedKind, Role
from linkback.core.model import Site as Registered
from linkback.desk import open_desk
from linkback.receive.admission import is_closed
from linkback.settings import Settings
from tests.web.conftest import NUMBERS
from tests.web.dashboard.reading import errors_of, text_of
from tests.web.desk import Browser, Fields, signed_in
from tests.web.running import Running, Site, running

PAGE = "/dashboard/sites/1"
# The option of `linkback sites set`, and the field of the form that does the same.
SWITCHES = {
    "self_pings": "self_pings",
    "protocols": "protocols",
    "closed": "closed",
    "opened": "closed",
    "unverified": "unverified",
    "name": "name",
    "moderation": "moderation",
}
NOT_SWITCHES = {"config", "database", "url"}
AS_IT_WAS: Mapping[str, str | list[str]] = {
    "protocols": ["webmention", "pingback", "trackback"],
    "moderation": "first-time",
    "closed": "",
    "name": "",
}


@pytest.fixture(scope="module")
def linkback(settings: Settings, own: Site) -> Iterator[Running]:
    with running(settings) as started:
        started.add_site(own.url)
        yield started


@pytest.fixture
def ana(linkback: Running, own: Site) -> Browser:
    browser = signed_in(linkback, "ana", admin=False, roles={own.url: Role.OWNER})
    browser.get(PAGE)
    return browser


def site_at(linkback: Running, url: str) -> Registered:
    return asyncio.run(_site_at(linkback.settings, url))


async def _site_at(settings: Settings, url: str) -> Registered:
    async with open_desk(settings) as desk:
        return next(site for site in await desk.registrar.every() if site.url == url)


def form(**changes: str | list[str]) -> Fields:
    return {**AS_IT_WAS, **changes}


def test_the_page_has_all_the_switches_that_the_command_line_has(ana: Browser) -> None:
    options = {str(option.name) for option in set_.params} - NOT_SWITCHES
    assert options == set(SWITCHES)
    fields = set(re.findall(r'name="([\w.]+)"', ana.get(PAGE).text))
    assert set(SWITCHES.values()) <= fields


def test_what_is_saved_is_how_the_site_takes_pings(ana: Browser, linkback: Running, own: Site) -> None:
    before = site_at(linkback, own.url)
    told = form(
        protocols=["pingback"],
        moderation="judge",
        closed="/about*\r\n\r\n /drafts/* \r\n/about*",
        name="Ana",
        self_pings="on",
        unverified="on",
    )
    assert ana.post(PAGE, told).location == f"{PAGE}?said=saved"
    expected = replace(
        before,
        protocols=frozenset({"pingback"}),
        moderation=before.moderation.JUDGE,
        closed=("/about*", "/drafts/*"),
        name="ana",
        self_pings=True,
        unverified=True,
    )
    assert site_at(linkback, own.url) == expected
    shown = ana.get(PAGE).text
    assert "/about*\n/drafts/*</textarea>" in shown
    assert re.search(r'name="protocols"[^>]*value="pingback" checked', shown)
    assert not re.search(r'name="protocols"[^>]*value="webmention" checked', shown)
    assert ana.post(PAGE, form()).status == 303
    assert site_at(linkback, own.url) == before


def test_a_form_that_chooses_nothing_leaves_the_mode_and_switches_the_rest_off(
    ana: Browser, linkback: Running, own: Site
) -> None:
    mode = site_at(linkback, own.url).moderation
    assert ana.post(PAGE, {"moderation": "nonsense"}).status == 303
    found = site_at(linkback, own.url)
    assert (found.protocols, found.moderation, found.closed, found.name) == (frozenset(), mode, (), "")
    assert "by any protocol" in text_of(ana.get(f"{PAGE}/paste"))
    ana.get(PAGE)
    assert ana.post(PAGE, form()).status == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "dashboard"}, "an address of this server's own"),
        ({"name": "a b"}, "is no name"),
        ({"name": "x" * 51}, "is no name"),
        ({"name": "<b>"}, "is no name"),
        ({"closed": "about"}, "is no path"),
        ({"closed": "/" + "x" * 500}, "at most 500 characters"),
        ({"closed": "\n".join(f"/{number}" for number in range(201))}, "may close 200"),
    ],
)
def test_what_will_not_do_is_shown_again_with_a_sentence(
    ana: Browser, linkback: Running, own: Site, changes: dict[str, str], sentence: str
) -> None:
    before = site_at(linkback, own.url)
    shown = ana.post(PAGE, form(**changes, protocols=["trackback"]))
    assert shown.status == 422
    assert sentence in errors_of(shown)[0]
    assert re.search(r'name="protocols"[^>]*value="trackback" checked', shown.text)
    assert not re.search(r'name="protocols"[^>]*value="pingback" checked', shown.text)
    assert 'value="<b>"' not in shown.text
    assert site_at(linkback, own.url) == before


def test_a_name_that_is_the_host_of_another_site_is_refused(ana: Browser, linkback: Running) -> None:
    linkback.add_site("https://taken.example/")
    assert "the host of https://taken.example/" in errors_of(ana.post(PAGE, form(name="taken.example")))[0]


@pytest.mark.parametrize(
    ("page", "closed", "open_"),
    [
        ("/one", ["one", "one?a=1"], ["one/", "one-two", "on"]),
        ("{site}two?p=1", ["two?p=1"], ["two", "two?p=12"]),
        ("/three[1]*", ["three[1]*"], ["three1", "three[1]x"]),
        ("", [""], ["x"]),
    ],
)
def test_one_page_is_closed_and_no_other(
    ana: Browser, linkback: Running, own: Site, page: str, closed: list[str], open_: list[str]
) -> None:
    named = page.format(site=own.url) or own.url
    assert ana.post(f"{PAGE}/close", {"page": named}).location == f"{PAGE}?said=page-closed"
    site = site_at(linkback, own.url)
    assert all(is_closed(own.url + path, site) for path in closed)
    assert not any(is_closed(own.url + path, site) for path in open_)
    ana.get(PAGE)
    assert ana.post(PAGE, form()).status == 303


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ("/one", "/one Open it again"),
        ("/three[[]1][*]", "/three[1]* Open it again"),
        ("/drafts/*", "/drafts/* all that match Open it again"),
        ("/a[bc]", "/a[bc] all that match Open it again"),
    ],
)
def test_what_is_closed_is_opened_by_a_button(
    ana: Browser, linkback: Running, own: Site, closed: str, words: str
) -> None:
    assert ana.post(PAGE, form(closed=f"{closed}\n/other")).status == 303
    assert words in text_of(ana.get(PAGE))
    assert ana.post(f"{PAGE}/open", {"pattern": closed}).location == f"{PAGE}?said=page-opened"
    assert site_at(linkback, own.url).closed == ("/other",)
    ana.get(PAGE)
    assert ana.post(f"{PAGE}/open", {"pattern": "/other"}).status == 303
    assert site_at(linkback, own.url).closed == ()


@pytest.mark.parametrize("page", ["https://elsewhere.example/one", "nonsense", "", "ftp://a.example/"])
def test_no_page_of_another_site_is_closed(ana: Browser, linkback: Running, own: Site, page: str) -> None:
    before = site_at(linkback, own.url)
    shown = ana.post(f"{PAGE}/close", {"page": page})
    assert shown.status == 422
    assert errors_of(shown)
    assert f'value="{page}"' in shown.text
    assert site_at(linkback, own.url) == before


def test_who_is_blocked_and_trusted_is_told(ana: Browser, linkback: Running, own: Site) -> None:
    hostile = Listed(ListedAction.BLOCK, ListedKind.NETWORK, "203.0.113.0/24", "<script>alert(1)</script>")
    asyncio.run(_list(linkback.settings, own.url, hostile))
    shown = ana.get(PAGE)
    assert "Blocked: 203.0.113.0/24" in text_of(shown)
    assert "<script>alert" not in shown.text


async def _list(settings: Settings, url: str, listed: Listed) -> None:
    async with open_desk(settings) as desk:
        await desk.registrar.change(url, lambda site: replace(site, lists=(listed,)))


def test_a_site_is_removed_only_when_its_address_is_typed(linkback: Running) -> None:
    url = f"https://gone-{next(NUMBERS)}.example/"
    linkback.add_site(url)
    page = f"/dashboard/sites/{site_at(linkback, url).id}/remove"
    browser = signed_in(linkback, "root")
    browser.get(page)
    shown = browser.post(page, {"url": "https://other.example/"})
    assert (shown.status, len(errors_of(shown))) == (422, 1)
    assert url in browser.get("/dashboard/sites").text
    browser.get(page)
    assert browser.post(page, {"url": url.rstrip("/")}).location == "/dashboard/sites?said=site-removed"
    assert url not in browser.get("/dashboard/sites").text


@pytest.mark.parametrize("path", ["", "/close", "/open", "/remove"])
def test_a_moderator_changes_nothing(linkback: Running, own: Site, path: str) -> None:
    bob = signed_in(linkback, "bob", admin=False, roles={own.url: Role.MODERATOR})
    before = site_at(linkback, own.url)
    assert bob.post(PAGE + path, {**form(), "url": own.url, "page": "/x", "pattern": "/x"}).status == 404
    assert site_at(linkback, own.url) == before
