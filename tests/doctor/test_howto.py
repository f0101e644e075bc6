"""The page that shows what a check looks like shows what it looks like."""

import re
from pathlib import Path

from linkback.cli.checking import told
from linkback.core.model import Answer, Page, Request
from linkback.core.protocols import pingback
from linkback.doctor import Advice, Doctor

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "check-your-site.md"
URL = "https://you.example/post"
HEAD = """<link rel="stylesheet" href="/style.css">
<link href='/xmlrpc' rel=pingback>
<link rel="webmentions" href="https://links.example/webmention">"""
METHODS = pingback.build_response(Answer(["system.listMethods", "pingback.ping"]))


async def fetch(request: Request) -> Page:
    """Bring the page of the example, and the answer of its endpoint."""
    if request.method == "POST":
        return Page(200, METHODS.headers, METHODS.body, request.url)
    return Page(200, (("content-type", "text/html"),), f"<head>\n{HEAD}\n</head>".encode(), URL)


async def is_public(url: str) -> bool:
    """Say yes."""
    return True


async def test_the_page_shows_what_a_check_prints() -> None:
    found = await Doctor(fetch, is_public, Advice("https://links.example/")).check(URL)
    printed = "\n".join(line.plain.rstrip() for line in told(found, 80))
    (shown,) = re.findall(rf"```\n\$ linkback check {URL}\n(.*?)\n```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    assert shown == printed


def test_the_page_shows_the_page_that_was_checked() -> None:
    assert HEAD.replace("\n", "\n    ") in HOWTO.read_text(encoding="utf-8")
