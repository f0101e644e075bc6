"""The frame of every page: seen by a browser that enforces the policy, in both colour schemes and at every width."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from playwright.async_api import Page

from linkback.core.model import Status
from tests.browser import chromium
from tests.browser.conftest import Desk, DeskIn, NewPage
from tests.browser.people import session_of


@pytest.mark.parametrize("width", [chromium.NARROW, chromium.WIDE])
async def test_the_first_page_is_accessible_and_no_wider_than_its_window(
    new_page: NewPage, desk: Desk, assert_accessible: Callable[[Page], Awaitable[None]], width: int
) -> None:
    page = await new_page(desk, signed_in=False, width=width)
    answer = await page.goto("/about")
    assert answer is not None
    await assert_accessible(page)
    assert not await chromium.is_too_wide(page)


async def test_every_page_tells_how_many_mentions_wait(browser_page: Page, desk: Desk) -> None:
    await browser_page.goto("/dashboard/account")
    waiting = browser_page.locator("#waiting .number")
    assert await waiting.inner_text() == str(len(desk.scene.mentions[Status.HELD]))


async def test_an_empty_desk_says_nothing_of_waiting(new_page: NewPage, desk_in: DeskIn) -> None:
    page = await new_page(await asyncio.to_thread(desk_in, "empty"))
    await page.goto("/dashboard")
    assert await page.locator("#waiting").is_hidden()


async def test_the_content_is_one_key_away(browser_page: Page) -> None:
    await browser_page.goto("/dashboard/inbox")
    await browser_page.keyboard.press("Tab")
    skip = browser_page.locator(":focus")
    assert await skip.inner_text() == "Skip to the content"
    assert await browser_page.evaluate("() => document.activeElement.getBoundingClientRect().left >= 0")
    await browser_page.keyboard.press("Enter")
    assert await browser_page.evaluate("() => document.activeElement.id") == "main"


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/dashboard", "Overview"),
        ("/dashboard?days=7", "Overview"),
        ("/dashboard/inbox?status=spam", "Inbox"),
        ("/dashboard/account", "Account"),
        ("/dashboard/sites/add", "Sites"),
    ],
)
async def test_the_navigation_says_where_one_is(plain_page: Page, path: str, room: str) -> None:
    await plain_page.goto(path)
    current = plain_page.locator('.rooms [aria-current="page"]')
    assert (await current.inner_text()).startswith(room)


async def test_who_is_no_admin_is_offered_no_people(new_page: NewPage, own_desk: Desk) -> None:
    guest = replace(own_desk, cookie=await session_of(own_desk.linkback.settings, "guest"))
    page = await new_page(guest)
    await page.goto("/dashboard")
    assert await page.get_by_role("link", name="Inbox").count() == 1
    assert await page.get_by_role("link", name="People").count() == 0


async def test_a_page_is_printed_without_its_navigation(browser_page: Page) -> None:
    await browser_page.goto("/dashboard/inbox")
    await browser_page.emulate_media(media="print")
    assert await browser_page.locator(".rooms").is_hidden()
    assert await browser_page.locator("h1").is_visible()


async def test_nobody_is_signed_out_by_a_link(new_page: NewPage, own_desk: Desk) -> None:
    page = await new_page(own_desk, scripts=False)
    answer = await page.goto("/logout")
    assert answer is not None
    assert answer.status in (404, 405)
    await page.goto("/dashboard")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login**")
    assert await page.locator(".rooms").count() == 0
