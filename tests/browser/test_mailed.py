"""Links of letters in a browser that nobody is signed in with: by keys alone, and without scripts too."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Desk, NewPage
from tests.browser.routes import PARAMETERS

Accessible = Callable[[Page], Awaitable[None]]


async def link_to(desk: Desk, route: str) -> str:
    """Return the address of a link that works."""
    return route.replace("{token:str}", await PARAMETERS[route](desk))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_a_link_is_pressed_and_taken_back_by_keys_alone(
    new_page: NewPage, own_desk: Desk, assert_accessible: Accessible, scripts: bool
) -> None:
    path = await link_to(own_desk, "/mail/{token:str}")
    page = await new_page(own_desk, scripts=scripts, signed_in=False)
    await page.goto(path)
    await expect(page.get_by_text("Nothing was done yet.")).to_be_visible()
    await page.get_by_role("button", name="Mark as spam").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Marked as spam.")).to_be_visible()
    if scripts:
        await assert_accessible(page)
    await page.get_by_role("button", name="Undo").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Undone")).to_be_visible()
    assert not await chromium.is_too_wide(page)
    await page.goto(path)
    await expect(page.get_by_text("used already")).to_be_visible()
    if scripts:
        await assert_accessible(page)


async def test_mail_is_stopped_and_comes_again(
    new_page: NewPage, own_desk: Desk, assert_accessible: Accessible
) -> None:
    page = await new_page(own_desk, signed_in=False)
    await page.goto(await link_to(own_desk, "/mail/stop/{token:str}"))
    await page.get_by_role("button", name="Stop all mail").click()
    await expect(page.get_by_role("heading", name="No more mail comes")).to_be_visible()
    await assert_accessible(page)
    await page.get_by_role("button", name="Have mail come again").click()
    await expect(page.get_by_role("heading", name="Mail comes again")).to_be_visible()
