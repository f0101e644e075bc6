"""The overview and the neighbourhood as a browser has them: pictures with names, figures behind them, no scripts."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import chromium
from tests.browser.conftest import Desk, NewPage
from tests.browser.scene import GARDEN

MENTIONS = "Mentions by where they stand now"


async def test_a_picture_is_told_by_its_name_and_what_there_is_to_see(browser_page: Page) -> None:
    await browser_page.goto("/dashboard")
    picture = browser_page.get_by_role("img", name=MENTIONS)
    await expect(picture).to_be_visible()
    await expect(picture).to_have_accessible_name(f"{MENTIONS} {await picture.locator('desc').text_content()}")


async def test_columns_are_drawn_within_their_picture_and_in_more_than_one_colour(browser_page: Page) -> None:
    await browser_page.goto("/dashboard?days=7")
    picture = browser_page.get_by_role("img", name=MENTIONS)
    frame = await picture.bounding_box()
    assert frame is not None
    for part in await picture.locator("g rect").all():
        box = await part.bounding_box()
        assert box is not None
        assert box["height"] > 0
        assert box["width"] > 0
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
    fills = await picture.locator("pattern > rect").evaluate_all("all => all.map(one => getComputedStyle(one).fill)")
    assert len(set(fills)) == len(fills) > 1


async def test_the_figures_open_without_scripts_and_by_the_keyboard(plain_page: Page) -> None:
    await plain_page.goto("/dashboard")
    table = plain_page.get_by_role("region", name=MENTIONS)
    await expect(table).to_be_hidden()
    await plain_page.locator("summary", has_text=f"The figures: {MENTIONS}").focus()
    await plain_page.keyboard.press("Enter")
    await expect(table.get_by_role("columnheader", name="approved")).to_be_visible()
    assert await table.get_by_role("row").count() > 1


async def test_span_and_site_are_chosen_without_scripts(plain_page: Page, desk: Desk) -> None:
    await plain_page.goto("/dashboard")
    await plain_page.get_by_role("link", name="90 days").click()
    await plain_page.get_by_label("Site").select_option(label=GARDEN)
    await plain_page.get_by_role("button", name="Show").click()
    assert plain_page.url == f"{desk.url}/dashboard?days=90&site={desk.scene.sites[GARDEN]}"
    await expect(plain_page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize("path", ["/dashboard?days=365", "/dashboard/sites/1/neighbourhood"])
async def test_a_page_fits_a_narrow_window_with_all_its_figures_open(new_page: NewPage, desk: Desk, path: str) -> None:
    page = await new_page(desk, width=chromium.NARROW)
    await page.goto(path)
    for summary in await page.locator("summary").all():
        await summary.click()
    assert not await chromium.is_too_wide(page)


async def test_a_list_is_sent_as_a_file_without_scripts(new_page: NewPage, own_desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "links.csv"
    await asyncio.to_thread(export.write_text, "Linking page\nhttps://a.example/1\nhttps://b.example/2\n")
    page = await new_page(own_desk, scripts=False)
    await page.goto(f"/dashboard/sites/{own_desk.scene.sites[GARDEN]}/neighbourhood")
    await page.get_by_label("A file").set_input_files(export)
    await page.get_by_role("button", name="Take the list").click()
    await expect(page.get_by_text("2 links were read, 2 not known before.")).to_be_visible()
    await expect(page.get_by_label("0 of 2 listed pages are done")).to_be_visible()


async def test_the_draft_of_a_disavow_file_is_a_download(browser_page: Page, desk: Desk) -> None:
    await browser_page.goto(f"/dashboard/sites/{desk.scene.sites[GARDEN]}/neighbourhood")
    async with browser_page.expect_download() as downloading:
        await browser_page.get_by_role("link", name="Download the draft").click()
    download = await downloading.value
    assert download.suggested_filename.startswith("disavow-garden.example-")
    await download.delete()
