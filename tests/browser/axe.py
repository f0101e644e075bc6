"""Accessibility by axe-core: WCAG 2.2 AA and its best practices. It runs in the page, whose policy stays in force."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
HOW_TO_HAVE_IT = "axe-core is not here: npm ci --ignore-scripts in tests/browser, or ./dev test tests/browser"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async rules => (await axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]}))
.violations.map(({id, help, nodes}) => [id, help, nodes.map(({html, failureSummary}) => [html, failureSummary])])"""


@cache
def _source() -> str:
    assert AXE.exists(), HOW_TO_HAVE_IT
    return AXE.read_text(encoding="utf-8")


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page, as it is now: the rule, what it asks for, and where."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_source())
    found: list[Any] = await page.evaluate(RUN, RULES)
    return [_told(*one) for one in found]


def _told(rule: str, asks: str, nodes: list[tuple[str, str]]) -> str:
    places = [f"  {html[:300]}\n    {' '.join(summary.split())}" for html, summary in nodes]
    return "\n".join([f"{rule}: {asks}", *places])


async def assert_accessible(page: Page) -> None:
    """Fail with all that axe-core finds wrong with a page, in light as in dark."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # the two it knows
        found = await violations(page)
        assert not found, f"{page.url}, {scheme}:\n" + "\n".join(found)
