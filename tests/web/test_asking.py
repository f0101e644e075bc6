"""What an Accept header wants."""

import pytest

from linkback.web.asking import prefers_html
from tests.web.running import BROWSER


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("application/xhtml+xml", True),
        ("text/html;q=0.9, application/json;q=0.8", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/plain", False),
        ("text/html, application/json", False),
        ("text/html, */*", False),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0", False),
        ("text/html;q=nonsense", False),
        ("text/html;q=", False),
        ("text/htmlx", False),
        (",;,;q=1,/," + "a/b," * 10_000 + "text/html", False),
    ],
)
def test_a_page_is_for_who_names_it_and_likes_it_best(accept: str, html: bool) -> None:
    assert prefers_html(accept) is html
