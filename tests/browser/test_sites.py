"""Sites in a browser: one is added and proven, its switches are set, a rule is tried and kept, one is removed."""

import pytest
from playwright.async_api import Page, expect

from linkback.core.model import Site
from linkback.desk import open_desk
from linkback.settings import Settings
from tests.browser.conftest import Desk, NewPage
from tests.browser.people import session_of
from tests.browser.scene import GARDEN, LISTS
from tests.web.running import web_server

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
TEXT = (("Content-Type", "text/plain"),)


async def sites(settings: Settings) -> dict[str, Site]:
    """Return the registered sites by their addresses."""
    async with open_desk(settings) as desk:
        return {site.url: site for site in await desk.registrar.every()}


async def as_newcomer(new_page: NewPage, desk: Desk, *, scripts: bool) -> Page:
    """Open a page for somebody who has an account and no site."""
    name, value = await session_of(desk.linkback.settings, "carl")
    page = await new_page(desk, scripts=scripts, signed_in=False)
    await page.context.add_cookies([{"name": name, "value": value, "url": desk.url, "httpOnly": True}])
    return page


@BOTH
async def test_a_site_is_added_once_a_file_says_the_word(new_page: NewPage, own_desk: Desk, scripts: bool) -> None:
    page = await as_newcomer(new_page, own_desk, scripts=scripts)
    with web_server("127.0.7.2") as theirs:
        theirs.page("", "<title>Mine</title>")
        await page.goto("/dashboard/sites/add")
        await page.get_by_label("Address of the site").fill(theirs.url)
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_role("button", name="Look now").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        assert theirs.url not in await sites(own_desk.linkback.settings)
        file, word = await page.locator("section", has_text="In a file").locator("pre").all_inner_texts()
        theirs.page(file.strip().removeprefix(theirs.url), word.strip(), headers=TEXT)
        await page.get_by_role("button", name="Look now").click()
        await expect(page.get_by_text("The site is yours.")).to_be_visible()
        assert theirs.url in await sites(own_desk.linkback.settings)


@BOTH
async def test_switches_are_set_and_say_what_is_wrong_beside_the_field(
    new_page: NewPage, own_desk: Desk, scripts: bool
) -> None:
    page = await new_page(own_desk, scripts=scripts)
    address = f"/dashboard/sites/{own_desk.scene.sites[GARDEN]}"
    await page.goto(address)
    await page.get_by_label("TrackBack", exact=True).uncheck()
    await page.get_by_label("Take pings of the site's own pages").check()
    await page.get_by_label("Name of the site").fill("no such / name")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_label("Name of the site")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Name of the site").fill("garden")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#told")).to_contain_text("Saved.")
    site = (await sites(own_desk.linkback.settings))[GARDEN]
    assert (site.name, site.self_pings, "trackback" in site.protocols) == ("garden", True, False)


@BOTH
async def test_a_rule_says_what_it_would_do_before_it_is_kept(new_page: NewPage, own_desk: Desk, scripts: bool) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto(f"/dashboard/sites/{own_desk.scene.sites[GARDEN]}/rules")
    await page.get_by_label("With what").select_option("host")
    await page.get_by_label("What to do").select_option("block")
    await page.get_by_label("Which", exact=True).fill("ana.example")
    await page.get_by_role("button", name="See what it would do").first.click()
    await expect(page.locator("#effect")).to_be_visible()
    assert (await sites(own_desk.linkback.settings))[GARDEN].lists == LISTS
    await page.locator("#effect").get_by_role("button").first.click()
    await expect(page.locator("#told")).to_contain_text("The rule is kept")
    kept = (await sites(own_desk.linkback.settings))[GARDEN].lists
    assert {one.pattern for one in kept} == {*(one.pattern for one in LISTS), "ana.example"}


@BOTH
async def test_a_rule_is_removed(new_page: NewPage, own_desk: Desk, scripts: bool) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto(f"/dashboard/sites/{own_desk.scene.sites[GARDEN]}/rules")
    await page.get_by_role("button", name="Remove ines.example").click()
    await expect(page.locator("#told")).not_to_be_empty()
    assert set((await sites(own_desk.linkback.settings))[GARDEN].lists) == set(LISTS[1:])


async def test_a_site_is_removed_only_by_who_types_its_address(new_page: NewPage, own_desk: Desk) -> None:
    page = await new_page(own_desk)
    await page.goto(f"/dashboard/sites/{own_desk.scene.sites[GARDEN]}")
    await page.get_by_role("link", name="Remove this site…").click()
    field = page.locator("main form input:not([type=hidden])")
    await field.fill("https://another.example/")
    await page.locator("main form").get_by_role("button").click()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill(GARDEN)
    await page.locator("main form").get_by_role("button").click()
    await expect(page.get_by_text("are forgotten.")).to_be_visible()
    assert GARDEN not in await sites(own_desk.linkback.settings)
