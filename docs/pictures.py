"""Takes the pictures of the desk in docs/screenshots: a running Linkback with a lively month behind it, and Chromium.

    ./dev pictures [NAME...]

Hosts and people in them are made up. The pictures are as light as they can be, since everybody clones them.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.async_api import Browser

from linkback.core.model import Status
from tests.browser import chromium, scene
from tests.browser.conftest import Desk, open_desk, settings_at

FOLDER = Path(__file__).parent / "screenshots"
LARGEST = 150_000  # bytes
# name -> width, height and colours
WAYS = {"light": (1280, 860, "light"), "dark": (1280, 860, "dark"), "narrow": (360, 780, "light")}
DAYS = 30
HOSTS = (
    "ines",
    "marta",
    "bikes",
    "ana",
    "weblog",
    "tom",
    "lena",
    "slowpress",
    "patchwork",
    "orchard",
    "inkwell",
    "fern",
)
PAGES = (f"{scene.GARDEN}compost", f"{scene.GARDEN}tomatoes", f"{scene.GARDEN}moss", f"{scene.NOTES}slow-web")
PROTOCOLS = ("webmention", "webmention", "webmention", "pingback", "pingback", "trackback")
TITLES = ("Notes from a small garden", "What I read this week", "On slowness", "Winter plans", "A reply, of sorts")
NEEDS_FONTS = {"niwa.example"}  # whose script few machines have letters for

# What system-ui is on a machine that has nobody sitting before it.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include>{}</fontconfig>"""
MEANT = """<match target="pattern"><test name="family"><string>{}</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>"""


def month() -> Iterator[scene.Told]:
    """Yield what came in a month: the same every time, and no day like another."""
    for day in range(DAYS):
        for number in range(2 + (day * day * 7 + day * 3) % 6):
            at = day * 31 + number * 7
            host, page = HOSTS[at % len(HOSTS)], PAGES[(at // 3) % len(PAGES)]
            is_junk = at % 5 == 0
            yield scene.Told(
                f"https://{'deals-' + str(at % 9) if is_junk else host}.example/{at}",
                page,
                Status.SPAM if is_junk else Status.APPROVED,
                scene.says(TITLES[at % len(TITLES)], host.title(), "I keep coming back to this page.", "this page"),
                24 * day + 3 + number,
                PROTOCOLS[at % len(PROTOCOLS)],
                0.97 if is_junk else 0.08,
                (scene.SELLING, scene.CROWDED) if is_junk else (scene.KNOWN, scene.RELEVANT),
            )


def scenery() -> scene.Scenery:
    """Return what the pictures show."""
    shown = [one for one in scene.HONEST if not any(host in one.source for host in NEEDS_FONTS)]
    return scene.Scenery((*shown, *month()), scene.SENT, scene.FULL.feed)


def addresses(desk: Desk) -> dict[str, str]:
    """Return which page each picture is of."""
    return {
        "inbox": "/dashboard/inbox",
        "mention": f"/dashboard/mentions/{desk.scene.one(Status.HELD)}",
        "host": "/dashboard/hosts/ana.example",
        "overview": "/dashboard",
        "settings": f"/dashboard/sites/{desk.scene.sites[scene.GARDEN]}",
        "login": "/login",
    }


async def take(browser: Browser, desk: Desk, wanted: list[str]) -> None:
    """Take all pictures, or those that are wanted."""
    async with chromium.Contexts(browser) as contexts:
        for way, (width, height, colours) in WAYS.items():
            for name, path in addresses(desk).items():
                if wanted and name not in wanted:
                    continue
                page = await contexts.page(desk, signed_in=name != "login", width=width)
                await page.set_viewport_size({"width": width, "height": height})
                await page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]  # light or dark
                await page.goto(path)
                keep(await page.screenshot(animations="disabled"), FOLDER / f"{name}-{way}.png")


def keep(picture: bytes, path: Path) -> None:
    """Keep one picture; fails when it is too heavy."""
    assert len(picture) <= LARGEST, f"{path.name} has {len(picture)} bytes"
    path.write_bytes(picture)
    print(f"{path.name}: {len(picture) // 1000} kB", file=sys.stderr)


async def photograph(desk: Desk, wanted: list[str]) -> None:
    async with chromium.started() as browser:
        await take(browser, desk, wanted)


def main(wanted: list[str]) -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS.format("".join(map(MEANT.format, ("system-ui", "sans", "sans-serif")))))
        os.environ["FONTCONFIG_FILE"] = str(fonts)
        with open_desk(settings_at(f"sqlite:///{folder}/linkback.db"), scenery()) as desk:
            asyncio.run(photograph(desk, wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
