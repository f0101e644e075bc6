"""Every page of the router is accessible, fits a narrow window, and keeps its policy: empty, full, hostile, in error.

axe-core looks at each with the policy in force, in light and in dark.
"""

import asyncio

import pytest
from playwright.async_api import Page, expect

from linkback.core.model import Status
from tests.browser import axe, chromium, routes
from tests.browser.conftest import SCENERIES, Desk, DeskIn, NewPage

PAGES = routes.addresses("GET")
FORMS = [address for address in routes.addresses("POST") if not address.startswith("/api/")]


async def assert_good(page: Page, *, thoroughly: bool = False) -> None:
    """Fail with all that is wrong with a page: narrow and light; thoroughly, wide and dark too."""
    await page.set_viewport_size({"width": chromium.NARROW, "height": 800})
    too_wide = await chromium.is_too_wide(page)
    assert not too_wide, f"{page.url} scrolls sideways at {chromium.NARROW} pixels:\n" + "\n".join(too_wide)
    found = await axe.violations(page)
    if thoroughly:
        await page.set_viewport_size({"width": chromium.WIDE, "height": 900})
        await page.emulate_media(color_scheme="dark")
        found += await axe.violations(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)


@pytest.fixture(scope="module")
def seen() -> set[bytes]:
    """What was looked at already, so that the same page under many addresses is looked at once."""
    return set()


async def assert_all_good(new_page: NewPage, desk: Desk, path: str, seen: set[bytes], *, thoroughly: bool) -> None:
    """Open an address if it is a page not seen before, and fail with what is wrong with it."""
    markup = await asyncio.to_thread(routes.page_at, desk, path)
    if not markup or markup in seen:
        return
    seen.add(markup)
    page = await new_page(desk)
    await page.goto(path)
    await assert_good(page, thoroughly=thoroughly)


@pytest.mark.parametrize("state", SCENERIES)
@pytest.mark.parametrize("address", PAGES)
async def test_a_page_is_accessible_and_fits(
    new_page: NewPage, desk_in: DeskIn, seen: set[bytes], address: str, state: str
) -> None:
    desk = await asyncio.to_thread(desk_in, state)
    path = await routes.filled(address, desk)
    await assert_all_good(new_page, desk, path, seen, thoroughly=state == "full")


@pytest.mark.parametrize("status", [Status.APPROVED, Status.GONE, Status.SPAM, Status.REMOVED, Status.INVALID])
async def test_a_mention_is_accessible_wherever_it_stands(
    new_page: NewPage, desk: Desk, seen: set[bytes], status: Status
) -> None:
    await assert_all_good(new_page, desk, f"/dashboard/mentions/{desk.scene.one(status)}", seen, thoroughly=True)


async def test_a_mention_shows_its_evidence_and_what_its_page_says_otherwise_now(plain_page: Page, desk: Desk) -> None:
    await plain_page.goto(f"/dashboard/mentions/{desk.scene.one(Status.APPROVED)}")
    for heading in ("Evidence", "What the judge thinks", "History"):
        await expect(plain_page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    await expect(plain_page.locator("ins").first).to_be_visible()
    await expect(plain_page.get_by_text("Changed since").first).to_be_visible()


@pytest.mark.parametrize("address", PAGES)
async def test_what_is_said_of_nonsense_is_accessible(
    new_page: NewPage, desk: Desk, seen: set[bytes], address: str
) -> None:
    await assert_all_good(new_page, desk, routes.nonsense(address), seen, thoroughly=False)


SEND = """path => {
  const form = document.createElement("form");
  const key = document.querySelector("input[name=form_key]").cloneNode();
  Object.assign(form, {method: "post", action: path});
  form.append(key);
  document.body.append(form);
  form.submit();
}"""


@pytest.mark.parametrize("address", FORMS)
async def test_what_is_said_of_an_empty_form_is_accessible(new_page: NewPage, own_desk: Desk, address: str) -> None:
    page = await new_page(own_desk)
    await page.goto("/dashboard")
    async with page.expect_navigation():
        await page.evaluate(SEND, await routes.filled(address, own_desk))
    await assert_good(page)
