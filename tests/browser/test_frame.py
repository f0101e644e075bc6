"""The frame of every page: seen by a browser that enforces the policy, in both colour schemes and at every width."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page

from tests.browser import chromium
from tests.browser.conftest import Desk, NewPage


@pytest.mark.parametrize("width", [chromium.NARROW, chromium.WIDE])
async def test_the_first_page_is_accessible_and_no_wider_than_its_window(
    new_page: NewPage, desk: Desk, assert_accessible: Callable[[Page], Awaitable[None]], width: int
) -> None:
    page = await new_page(desk, signed_in=False, width=width)
    answer = await page.goto("/about")
    assert answer is not None
    await assert_accessible(page)
    assert not await chromium.is_too_wide(page)
