"""Webhooks and feeds in a browser: named, tried and read, by keys alone and without scripts too."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Desk, NewPage

LIST = "/dashboard/sites/1/webhooks"
FEEDS = "/dashboard/sites/1/feeds"
Accessible = Callable[[Page], Awaitable[None]]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_a_webhook_is_named_and_tried_by_keys_alone(
    new_page: NewPage, own_desk: Desk, assert_accessible: Accessible, scripts: bool
) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto(LIST)
    await page.get_by_label("Address", exact=True).focus()
    await page.keyboard.type("http://10.0.0.1/in")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This is not a public address.")).to_be_visible()
    if scripts:
        await assert_accessible(page)
    await page.get_by_label("Address", exact=True).fill("http://127.0.5.9:9/in")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="A webhook", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Send a test").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("rowheader", name="A test")).to_be_visible()
    if scripts:
        await assert_accessible(page)
    assert not await chromium.is_too_wide(page)


async def test_the_address_of_a_feed_is_shown_once(
    new_page: NewPage, own_desk: Desk, assert_accessible: Accessible
) -> None:
    page = await new_page(own_desk, width=chromium.NARROW)
    await page.goto(FEEDS)
    await page.get_by_label("For which reader").fill("My reader")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(".atom")).to_be_visible()
    await assert_accessible(page)
    assert not await chromium.is_too_wide(page)
    await page.goto(FEEDS)
    await expect(page.get_by_text(".atom")).to_have_count(0)
    await expect(page.get_by_text("My reader")).to_be_visible()
