"""The inbox in a browser: decided by mouse, by keys alone, without scripts and in bulk, and all of it undone."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from linkback.core.model import Citation, Mention, Status
from tests.browser import chromium, scene
from tests.browser.conftest import Desk, DeskIn, NewPage
from tests.browser.scene import GARDEN, Told

NEWEST = "What a winter of compost taught me"
WAITING = 6
Accessible = Callable[[Page], Awaitable[None]]


async def statuses(desk: Desk) -> dict[int, Status]:
    """Return where all mentions stand."""
    found: list[Mention] = await asyncio.to_thread(desk.linkback.mentions)
    return {mention.id: mention.status for mention in found}


async def held(desk: Desk) -> int:
    """Return how many mentions wait."""
    return list((await statuses(desk)).values()).count(Status.HELD)


async def focused(page: Page) -> str:
    """Return the id of what the keys are about."""
    return str(await page.evaluate("() => document.activeElement.id"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(
    ("button", "status"), [("Approve", Status.APPROVED), ("Remove", Status.REMOVED), ("Spam", Status.SPAM)]
)
async def test_a_button_decides_and_undo_takes_it_back(
    new_page: NewPage, own_desk: Desk, button: str, status: Status, scripts: bool
) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto("/dashboard/inbox")
    entry = page.locator("article.entry").filter(has_text=NEWEST)
    mention_id = int(str(await entry.get_attribute("id")).removeprefix("mention-"))
    await entry.get_by_role("button", name=button, exact=True).click()
    await expect(page.locator("#told")).to_contain_text("1 mention")
    await expect(page.locator(f"#mention-{mention_id}")).to_have_count(0)
    assert (await statuses(own_desk))[mention_id] is status
    await page.locator("#told").get_by_role("button", name="Undo").click()
    await expect(page.locator("#told")).to_contain_text("Undone.")
    await expect(page.locator(f"#mention-{mention_id}")).to_be_visible()
    assert (await statuses(own_desk))[mention_id] is Status.HELD


async def test_with_scripts_the_page_is_not_loaded_anew(new_page: NewPage, own_desk: Desk) -> None:
    page = await new_page(own_desk)
    await page.goto("/dashboard/inbox")
    await page.evaluate("() => { document.body.dataset.same = 'yes'; }")
    await page.locator("article.entry").first.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.locator("#told")).to_contain_text("Approved 1 mention.")
    assert await page.evaluate("() => document.body.dataset.same") == "yes"
    await expect(page.locator("#waiting .number")).to_have_text(str(WAITING - 1))
    assert (await focused(page)).startswith("mention-")


async def test_keys_alone_move_decide_undo_and_choose(new_page: NewPage, own_desk: Desk) -> None:
    page = await new_page(own_desk)
    await page.goto("/dashboard/inbox")
    ids = [str(await entry.get_attribute("id")) for entry in await page.locator("article.entry").all()]
    await page.keyboard.press("j")
    assert await focused(page) == ids[0]
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    assert await focused(page) == ids[1]
    for key, words in (("a", "Approved 1 mention."), ("s", "Marked 1 mention as spam."), ("r", "Removed 1 mention.")):
        await page.keyboard.press(key)
        await expect(page.locator("#told")).to_contain_text(words)
    assert await focused(page) == ids[4]  # the next one stands where the last one stood
    assert await held(own_desk) == WAITING - 3
    await page.keyboard.press("u")
    await expect(page.locator("#told")).to_contain_text("Undone.")
    assert await held(own_desk) == WAITING - 2
    await page.keyboard.press("x")
    await expect(page.locator("#chosen")).to_have_text("1 chosen")
    await page.keyboard.press("x")
    await expect(page.locator("#chosen")).to_have_text("Or choose some below.")


async def test_keys_are_letters_where_somebody_writes_and_nothing_with_others(
    new_page: NewPage, own_desk: Desk
) -> None:
    page = await new_page(own_desk)
    await page.goto("/dashboard/inbox")
    await page.keyboard.press("a")  # of no mention
    await page.keyboard.press("j")
    await page.keyboard.press("Control+r")
    await page.keyboard.press("/")
    await page.keyboard.type("ajar?")
    assert await page.input_value("#q") == "ajar?"
    assert await held(own_desk) == WAITING


async def test_a_dialog_tells_what_the_keys_do(browser_page: Page, assert_accessible: Accessible) -> None:
    await browser_page.goto("/dashboard/inbox")
    await browser_page.keyboard.press("?")
    await expect(browser_page.get_by_role("dialog", name="Keys")).to_be_visible()
    await assert_accessible(browser_page)
    await browser_page.keyboard.press("Escape")
    await expect(browser_page.get_by_role("dialog")).to_be_hidden()
    await browser_page.get_by_role("button", name="Keys").click()
    await browser_page.get_by_role("button", name="Close").click()
    await expect(browser_page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_some_are_chosen_and_decided_together(new_page: NewPage, own_desk: Desk, scripts: bool) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto("/dashboard/inbox")
    for at in (0, 2):
        await page.locator("article.entry input[type=checkbox]").nth(at).check()
    await page.locator("#bulk").get_by_role("button", name="Spam", exact=True).click()
    await expect(page.locator("#told")).to_contain_text("Marked 2 mentions as spam.")
    assert await held(own_desk) == WAITING - 2


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_all_that_match_are_decided_together_and_undone_together(
    new_page: NewPage, own_desk: Desk, scripts: bool
) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto(f"/dashboard/inbox?target={GARDEN}moss")
    await page.get_by_label("All 2 that match").check()
    await page.locator("#bulk").get_by_role("button", name="Approve", exact=True).click()
    await expect(page.locator("#told")).to_contain_text("Approved 2 mentions.")
    assert await held(own_desk) == WAITING - 2
    await page.goto("/dashboard/actions")
    await page.get_by_role("button", name="Undo").first.click()
    await expect(page.locator("#told")).to_contain_text("Undone.")
    assert await held(own_desk) == WAITING


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_host_is_trusted_where_one_looks_closer(new_page: NewPage, own_desk: Desk, scripts: bool) -> None:
    page = await new_page(own_desk, scripts=scripts)
    await page.goto("/dashboard/inbox")
    entry = page.locator("article.entry").filter(has_text=NEWEST)
    await entry.locator(".more > summary").click()
    await entry.get_by_role("button", name="Trust host").click()
    await expect(page.locator("#told")).to_contain_text("Trusted ana.example. Approved 1 mention.")
    await page.goto("/dashboard/hosts/ana.example")
    await expect(page.locator("main")).to_contain_text("everything from this host is published")


async def test_what_comes_is_offered_and_does_not_jump(new_page: NewPage, own_desk: Desk) -> None:
    page = await new_page(own_desk)
    await page.goto("/dashboard/inbox")
    late = Told("https://late.example/", f"{GARDEN}moss", Status.HELD, Citation("Come lately"))
    await asyncio.to_thread(scene.put, own_desk.linkback.settings, scene.Scenery((late,)))
    offer = page.get_by_role("link", name="1 new mention, show it")
    await expect(offer).to_be_visible(timeout=chromium.PATIENCE)
    await expect(page.locator("article.entry")).to_have_count(WAITING)
    await expect(page.locator("#waiting .number")).to_have_text(str(WAITING + 1))
    await offer.click()
    await expect(page.locator("article.entry").first).to_contain_text("Come lately")


async def test_a_search_and_a_tab_keep_each_other(plain_page: Page) -> None:
    await plain_page.goto("/dashboard/inbox?status=approved")
    await plain_page.get_by_label("Search", exact=True).fill("slow web")
    await plain_page.get_by_role("button", name="Search").click()
    await expect(plain_page.locator("article.entry")).to_have_count(1)
    await plain_page.locator("main").get_by_role("link", name="Waiting").click()
    await expect(plain_page.locator("article.entry")).to_have_count(0)
    await expect(plain_page.locator("main")).to_contain_text("No mention matches what you look for.")


async def test_the_link_is_marked_in_its_sentence(plain_page: Page) -> None:
    await plain_page.goto("/dashboard/inbox?q=winter")
    await expect(plain_page.locator("article.entry mark")).to_have_text("turning the heap every ten days")


async def test_an_empty_inbox_says_so(new_page: NewPage, desk_in: DeskIn, assert_accessible: Accessible) -> None:
    page = await new_page(await asyncio.to_thread(desk_in, "empty"))
    await page.goto("/dashboard/inbox")
    await expect(page.locator("main")).to_contain_text("Nothing waits for you")
    await assert_accessible(page)


async def test_what_strangers_wrote_does_nothing_and_fits(new_page: NewPage, desk_in: DeskIn) -> None:
    desk = await asyncio.to_thread(desk_in, "hostile")
    page = await new_page(desk, width=chromium.NARROW)
    for path in ("/dashboard/inbox?status=all", "/dashboard/inbox?status=all&group=host"):
        await page.goto(path)
        assert not await chromium.is_too_wide(page)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await expect(page.locator("#told")).not_to_be_empty()
