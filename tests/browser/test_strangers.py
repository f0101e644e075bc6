"""What people see who are not signed in is accessible and fits, in light and in dark: also what is said of mistakes."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Desk, NewPage
from tests.browser.people import OWNER, invitation_key, reset_key, setup_key
from tests.browser.test_accessible import assert_good

SHORT = "short"


async def stranger(new_page: NewPage, desk: Desk, path: str, status: int = 200) -> Page:
    """Open a page without a session, and assert that it is there."""
    page = await new_page(desk, signed_in=False, width=chromium.WIDE)
    answer = await page.goto(path)
    assert answer is not None
    assert answer.status == status
    assert page.url.endswith(path), "led elsewhere"
    return page


async def send(page: Page, button: str, **fields: str) -> None:
    """Send the form of a page with what its fields say, past what the browser would refuse; it is shown again."""
    await page.locator("main form").evaluate("form => { form.noValidate = true; }")
    for name, value in fields.items():
        await page.locator(f"main [name={name}]").fill(value)
    async with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        await page.get_by_role("button", name=button).click()
    assert (await answer.value).status == 422
    await expect(page.locator("main .error").first).to_be_visible()


async def test_pages_are_accessible_while_nobody_has_an_account(new_page: NewPage, bare_desk: Desk) -> None:
    page = await stranger(new_page, bare_desk, "/login")
    await expect(page.get_by_text("Nobody has an account here yet.")).to_be_visible()
    await assert_good(page, thoroughly=True)
    page = await stranger(new_page, bare_desk, f"/setup?key={await setup_key(bare_desk.linkback.settings)}")
    await assert_good(page, thoroughly=True)
    await send(page, "Make the account", name="a b", email="nowhere", password=SHORT)
    await assert_good(page, thoroughly=True)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/login", 200), ("/reset", 200), ("/about", 200), ("/webmention", 200), ("/nowhere", 404), ("/setup?key=x", 410)],
)
async def test_a_page_for_strangers_is_accessible(new_page: NewPage, desk: Desk, path: str, status: int) -> None:
    await assert_good(await stranger(new_page, desk, path, status), thoroughly=True)


async def test_a_wrong_password_is_told_accessibly(new_page: NewPage, own_desk: Desk) -> None:
    page = await stranger(new_page, own_desk, "/login")
    await send(page, "Sign in", name=OWNER, password="not the password")
    await assert_good(page, thoroughly=True)


@pytest.mark.parametrize("purpose", ["reset", "invite"])
async def test_choosing_a_password_is_accessible_before_and_after_a_mistake(
    new_page: NewPage, own_desk: Desk, purpose: str
) -> None:
    keys = {"reset": reset_key, "invite": invitation_key}
    page = await stranger(new_page, own_desk, f"/{purpose}/{await keys[purpose](own_desk.linkback.settings)}")
    await assert_good(page, thoroughly=True)
    await send(page, await page.locator("main form button").inner_text(), password=SHORT)
    await assert_good(page, thoroughly=True)
