"""Links into a site: where a page links to it at all."""

import pytest

from linkback.core.model import Page
from linkback.core.pages import document, inside

SITE = "https://me.example/blog"
HTML = (("content-type", "text/html; charset=utf-8"),)


def into(html: str, site: str = SITE, headers: tuple[tuple[str, str], ...] = HTML) -> tuple[str, str]:
    """Return the text of the link that is found, and the page it leads to."""
    read = document.read(Page(200, headers, html.encode(), "https://ana.example/post"))
    link, target = inside.link_into(read, site)
    return (link.text if link else ""), target


FOUND = [
    ('<p><a href="https://me.example/blog/a">post</a></p>', ("post", "https://me.example/blog/a")),
    ('<p><a href="https://me.example/blog">home</a></p>', ("home", "https://me.example/blog")),
    ('<p><a href="//ME.example/blog/a?x=1#part">post</a></p>', ("post", "https://me.example/blog/a?x=1")),
    (
        '<footer><a href="https://me.example/blog/">foot</a></footer><p><a href="https://me.example/blog/a">post</a></p>',
        ("post", "https://me.example/blog/a"),
    ),
    ('<footer><a href="https://me.example/blog/">foot</a></footer>', ("foot", "https://me.example/blog/")),
    ('<base href="https://me.example/"><a href="blog/a">post</a>', ("post", "https://me.example/blog/a")),
]
MISSED = [
    '<a href="https://me.example/">another site on the host</a>',
    '<a href="https://me.example/blog-2">longer</a>',
    '<a href="https://xme.example/blog/">another host</a>',
    '<a href="https://other.example/?u=https://me.example/blog/">in a query</a>',
    "<!-- <a href='https://me.example/blog/'>x</a> --> https://me.example/blog/",
    '<template><a href="https://me.example/blog/">x</a></template>',
    "",
]


@pytest.mark.parametrize(("html", "found"), FOUND)
def test_a_link_into_the_site_is_found(html: str, found: tuple[str, str]) -> None:
    assert into(html) == found


@pytest.mark.parametrize("html", MISSED)
def test_what_is_no_link_into_the_site_is_none(html: str) -> None:
    assert into(html) == ("", "")


def test_in_plain_text_the_address_of_the_site_itself_counts() -> None:
    assert into(f"See {SITE} for more.", headers=(("content-type", "text/plain"),))[1] == SITE


def test_a_page_with_endless_links_is_read_in_bounds() -> None:
    many = "".join(f'<a href="https://me.example/blog/{n}">x</a>' for n in range(3000))
    assert into(f"<nav>{many}</nav>")[1] == "https://me.example/blog/0"
