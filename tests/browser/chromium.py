"""Debian's Chromium for tests, and a watch over what its pages do: code that the policy forbids, errors, strangers."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, async_playwright

PROGRAM = "chromium"
PATIENCE = 20_000  # milliseconds until a test gives up on a condition; never how long it takes
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip
NARROW, WIDE = 320, 1440  # pixels
# A page that a test asks for may well answer 404: that is told as an error like a missing part of it, which is one.
ANSWERED_IN_VAIN = "Failed to load resource"
TELL_OF_VIOLATIONS = """
addEventListener("securitypolicyviolation", event => tellOfViolation(
  `${event.violatedDirective} forbids ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""


@dataclass
class Watch:
    """What went wrong in the pages of a context; `faults` are sentences."""

    own: str
    faults: list[str] = field(default_factory=list)

    async def over(self, context: BrowserContext) -> None:
        """Begin to watch."""
        await context.expose_function("tellOfViolation", lambda told: self.faults.append(f"policy: {told}"))
        await context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("request", self._see_request)
        context.on("response", self._see_response)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWERED_IN_VAIN):
            self.faults.append(f"console: {message.text}")

    def _see_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.own and parts.scheme not in ("data", "blob"):
            self.faults.append(f"stranger: {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.status}: {response.url}")


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """Run the browser."""
    program = shutil.which(PROGRAM)
    assert program, f"{PROGRAM} is not here: apt-get install --no-install-recommends chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=OPTIONS, chromium_sandbox=False)
        try:
            yield browser
        finally:
            await browser.close()


class Desk(Protocol):
    """A running Linkback with somebody signed in: its address, and the cookie of the session."""

    @property
    def url(self) -> str: ...

    @property
    def cookie(self) -> tuple[str, str]: ...


@dataclass
class Contexts:
    """Opens pages, each in a context of its own; when it ends well, so must have all that these pages did."""

    browser: Browser
    watches: list[Watch] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, failed: type[BaseException] | None, *_: object) -> None:
        for context in self.opened:
            await context.close()
        faults = [fault for watch in self.watches for fault in watch.faults]
        assert failed or not faults, "\n".join(faults)

    async def page(self, desk: Desk, *, scripts: bool = True, signed_in: bool = True, width: int = 1280) -> Page:
        """Open a page; `width` is that of its window in pixels."""
        context = await self.browser.new_context(
            base_url=desk.url,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
        )
        self.opened.append(context)
        context.set_default_timeout(PATIENCE)
        watch = Watch(desk.url)
        self.watches.append(watch)
        await watch.over(context)
        if signed_in:
            name, value = desk.cookie
            await context.add_cookies([{"name": name, "value": value, "url": desk.url, "httpOnly": True}])
        return await context.new_page()


async def is_too_wide(page: Page) -> list[str]:
    """Return the elements that make a page scroll sideways, if it does."""
    found: list[str] = await page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
        .map(one => `${one.tagName.toLowerCase()}.${one.className}: ${one.textContent.trim().slice(0, 60)}`)"""
    )
    return found
