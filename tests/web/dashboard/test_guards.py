"""Every page of the desk, taken from the router: who may open it, and which forms it believes.

A new page is held to all of this by itself. Only what moderators may see of a site is listed here, since that is a
choice: whatever else has a site in its address is for owners.
"""

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from litestar import Litestar

from linkback.core.model import Role
from linkback.web.site import build_site
from tests.web.desk import Browser, Shown, signed_in
from tests.web.running import Running, Site

MODERATORS_MAY = {
    "/dashboard/sites/{site_id}/neighbourhood",
    "/dashboard/sites/{site_id}/paste",  # what every visitor of the site may read in its pages
    "/dashboard/sites/{site_id}/check",
    "/dashboard/sites/{site_id}/feeds",  # they see all mentions, so their programs may as well
    "/dashboard/sites/{site_id}/feeds/{token_id}/delete",
}
ADMINS = "/dashboard/people"
ENDLESS = {"/dashboard/live"}  # a stream, which has no end to be read to
OTHER_GATES = ("/mail/", "/api/owner/")  # whose key is in the address or in a header
# What people change; what the worker writes by itself may change at any moment.
TABLES = (
    "users", "seats", "passes", "tokens", "sites", "proposals", "webhooks", "feeds", "actions", "decisions", "lessons",
    "letters", "deliveries", "spent",
)  # fmt: skip


class Route(NamedTuple):
    """What may be asked: a method, and an address with names in braces."""

    method: str
    path: str

    def address(self, site_id: int = 1) -> str:
        """Return an address of this form; but for the site, what it names does not exist."""
        return re.sub(r"\{(\w+)\}", lambda name: str(site_id) if name[1] == "site_id" else "987654", self.path)


@asynccontextmanager
async def _nothing(_site: Litestar) -> AsyncIterator[None]:
    yield


def routes() -> list[Route]:
    """Return every route of the router."""
    found = {Route(method, route.path_format) for route in build_site(_nothing).routes for method in route.methods}
    return sorted(route for route in found if route.method not in ("OPTIONS", "HEAD"))


EVERY = routes()
READ = [route for route in EVERY if route.method == "GET" and route.path.startswith("/dashboard")]
WRITTEN = [route for route in EVERY if route.method != "GET" and not route.path.startswith(OTHER_GATES)]
OF_A_SITE = [route for route in (*READ, *WRITTEN) if "{site_id}" in route.path]
OF_ADMINS = [route for route in (*READ, *WRITTEN) if route.path.startswith(ADMINS)]
OF_PROGRAMS = [route for route in EVERY if route.path.startswith("/api/owner/")]
NAMED = " ".join


@pytest.fixture(scope="module")
def ana(linkback: Running) -> Browser:
    """The browser of an admin."""
    return signed_in(linkback)


@pytest.fixture(scope="module")
def moderator(linkback: Running, own: Site) -> Browser:
    """The browser of a moderator of the site."""
    return signed_in(linkback, "mo", admin=False, roles={own.url: Role.MODERATOR})


@pytest.fixture(scope="module")
def nobody(linkback: Running) -> Browser:
    """The browser of somebody without a seat anywhere."""
    return signed_in(linkback, "nemo", admin=False)


@pytest.fixture
def unchanged(linkback: Running) -> Iterator[None]:
    """Fail when anything that people change was changed."""
    before = kept(linkback)
    yield
    assert kept(linkback) == before


def kept(linkback: Running) -> dict[str, list[object]]:
    """Return all rows that people change, by table."""
    with sqlite3.connect(linkback.settings.database.removeprefix("sqlite:///")) as connection:
        found = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    connection.close()
    return found


def ask(browser: Browser, route: Route, **headers: str) -> Shown:
    """Ask as the page of ours would, with the key of the session's forms."""
    if route.method == "GET":
        return browser.get(route.address(), headers=headers)
    assert route.method == "POST", "nothing but forms changes anything"
    return browser.post(route.address(), form_key=browser.key, headers=headers)


@pytest.mark.parametrize("route", READ, ids=NAMED)
def test_a_stranger_is_led_to_sign_in(linkback: Running, route: Route) -> None:
    shown = Browser(linkback).get(route.address())
    assert (shown.status, shown.location.partition("=")[0]) == (303, "/login?next")


@pytest.mark.parametrize("route", WRITTEN, ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_a_stranger_changes_nothing(linkback: Running, route: Route) -> None:
    expected = {401} if route.path.startswith("/dashboard") else {401, 403}
    assert Browser(linkback).post(route.address(), form_key="x").status in expected


@pytest.mark.parametrize("route", WRITTEN, ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_a_form_without_the_key_of_the_session_changes_nothing(ana: Browser, nobody: Browser, route: Route) -> None:
    for key in ("", "x", nobody.key):
        assert ana.post(route.address(), form_key=key).status == 403


@pytest.mark.parametrize("route", WRITTEN, ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_a_form_from_elsewhere_changes_nothing(ana: Browser, route: Route) -> None:
    assert ask(ana, route, Origin="https://evil.example").status == 403
    assert ask(ana, route, **{"Sec-Fetch-Site": "cross-site"}).status == 403


@pytest.mark.parametrize("route", OF_A_SITE, ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_a_site_does_not_exist_for_who_has_no_seat_there(nobody: Browser, route: Route) -> None:
    assert ask(nobody, route).status == 404


@pytest.mark.parametrize("route", [route for route in OF_A_SITE if route.path not in MODERATORS_MAY], ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_what_is_an_owners_does_not_exist_for_a_moderator(moderator: Browser, route: Route) -> None:
    assert ask(moderator, route).status == 404


@pytest.mark.parametrize("route", [route for route in READ if route.path in MODERATORS_MAY], ids=NAMED)
def test_what_moderators_may_see_is_shown_to_them(moderator: Browser, route: Route) -> None:
    assert ask(moderator, route).status == 200


@pytest.mark.parametrize("route", OF_ADMINS, ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_people_are_looked_after_by_admins_alone(moderator: Browser, route: Route) -> None:
    assert ask(moderator, route).status in (403, 404)


@pytest.mark.parametrize("route", OF_PROGRAMS, ids=NAMED)
@pytest.mark.usefixtures("unchanged")
def test_programs_need_a_token_and_no_cookie_will_do(ana: Browser, route: Route) -> None:
    assert ask(ana, route).status == 401
    assert ask(ana, route, Authorization="Bearer lb_nonsense").status == 401


@pytest.mark.parametrize("route", [route for route in READ if route.path not in ENDLESS], ids=NAMED)
def test_no_page_of_the_desk_is_kept_or_framed_or_runs_code_of_others(ana: Browser, route: Route) -> None:
    shown = ask(ana, route)
    policy = shown.header("content-security-policy")
    assert shown.status in (200, 303, 404)
    assert "no-store" in shown.header("cache-control") or shown.status == 404
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
