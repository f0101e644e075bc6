"""Accounts in a browser: the first one, signing in and out, a lost password, a token; by mouse and by keys."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from linkback.accounts import Accounts
from linkback.core.model import User
from linkback.desk import open_database, utc_now
from linkback.settings import Settings
from tests.browser.conftest import Desk, NewPage
from tests.browser.people import OWNER, PASSWORD, reset_key, setup_key

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
NEWER = "a rather different battery"


async def people(settings: Settings) -> list[User]:
    """Return who has an account."""
    async with open_database(settings) as database:
        return await Accounts(database, utc_now).every()


async def sign_in(page: Page, name: str, password: str) -> None:
    """Fill in the form for signing in, and send it."""
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()


@BOTH
async def test_the_first_account_is_made_once_and_its_owner_is_signed_in(
    new_page: NewPage, bare_desk: Desk, scripts: bool
) -> None:
    page = await new_page(bare_desk, scripts=scripts, signed_in=False)
    await page.goto("/dashboard/inbox")
    await expect(page.get_by_text("Nobody has an account here yet.")).to_be_visible()
    link = f"/setup?key={await setup_key(bare_desk.linkback.settings)}"
    await page.goto(link)
    await page.get_by_label("Name", exact=True).fill(OWNER)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await expect(page.get_by_text("Welcome.")).to_be_visible()
    assert [user.admin for user in await people(bare_desk.linkback.settings)] == [True]
    await page.goto("/dashboard/inbox")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Inbox")
    await page.goto(link)
    await expect(page.get_by_label("Password", exact=True)).to_have_count(0)


@BOTH
async def test_who_signs_in_is_led_to_the_page_that_was_asked_for_and_signs_out_again(
    new_page: NewPage, own_desk: Desk, scripts: bool
) -> None:
    page = await new_page(own_desk, scripts=scripts, signed_in=False)
    await page.goto("/dashboard/sites")
    await sign_in(page, OWNER, "not the password")
    await expect(page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    assert await page.get_by_label("Name", exact=True).input_value() == OWNER
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/dashboard/sites")
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/dashboard/sites")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_keys_alone_are_enough_to_sign_in(new_page: NewPage, own_desk: Desk) -> None:
    page = await new_page(own_desk, signed_in=False)
    await page.goto("/login")
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type(OWNER)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/dashboard")


@BOTH
async def test_a_lost_password_is_replaced_by_a_link_that_works_once(
    new_page: NewPage, own_desk: Desk, scripts: bool
) -> None:
    link = f"/reset/{await reset_key(own_desk.linkback.settings, OWNER)}"
    page = await new_page(own_desk, scripts=scripts, signed_in=False)
    await page.goto(link)
    await page.locator("input[type=password]").fill(NEWER)
    await page.locator("main").get_by_role("button").click()
    await expect(page.get_by_text("Your password is kept, and you are signed in.")).to_be_visible()
    await page.goto(link)
    await expect(page.locator("input[type=password]")).to_have_count(0)


@BOTH
async def test_a_token_is_shown_once_and_given_up(new_page: NewPage, own_desk: Desk, scripts: bool) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto("/dashboard/account")
    form = page.locator("form[action='/dashboard/account/tokens']")
    await form.get_by_label("For which program").fill("my script")
    await form.locator("input[type=checkbox]").first.check()
    await form.get_by_role("button").click()
    await expect(page.locator("main")).to_contain_text("lb_")
    await page.goto("/dashboard/account")
    await expect(page.locator("main")).to_contain_text("my script")
    await expect(page.locator("main")).not_to_contain_text("lb_")


async def test_a_password_that_is_too_short_is_told_beside_its_field(new_page: NewPage, bare_desk: Desk) -> None:
    page = await new_page(bare_desk, signed_in=False)
    await page.goto(f"/setup?key={await setup_key(bare_desk.linkback.settings)}")
    await page.get_by_label("Name", exact=True).fill(OWNER)
    password = page.get_by_label("Password", exact=True)
    await password.fill("short")
    await page.evaluate("() => { document.querySelector('main form').noValidate = true; }")
    await page.get_by_role("button", name="Make the account").click()
    await expect(password).to_have_attribute("aria-invalid", "true")
    assert await asyncio.gather(people(bare_desk.linkback.settings)) == [[]]
