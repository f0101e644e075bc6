"""Pages made to grow: what is left open is opened anew in each block that follows, a hundred times over."""

import pytest

from linkback.core.model import Page
from linkback.core.pages import document, links

LEFT_OPEN = "".join(f"<b id={number}>" for number in range(300))
BLOCKS = "<p>x" * 5000
TARGET = "http://me.example/post"
LINK = f'<p><a href="{TARGET}">x</a>'
HTML = "text/html"
ESCAPED = LEFT_OPEN.encode().replace(b"<b", b"<\x1b(Bb")  # the escape says "ASCII", which it was all along


def page(body: bytes, kind: str = HTML) -> Page:
    return Page(200, (("content-type", kind),), body, "http://blog.example/")


@pytest.mark.parametrize(
    "tangled",
    [
        pytest.param(page((LEFT_OPEN + BLOCKS + LINK).encode()), id="plain"),
        pytest.param(page((LEFT_OPEN.upper() + BLOCKS + LINK).encode()), id="capitals"),
        pytest.param(page((LEFT_OPEN.replace("<b", "<nobr") + BLOCKS + LINK).encode()), id="another element"),
        pytest.param(page((LEFT_OPEN.replace(" ", "/") + BLOCKS + LINK).encode()), id="slashes"),
        pytest.param(page((LEFT_OPEN + BLOCKS + LINK).encode("utf-16")), id="UTF-16 by its mark"),
        pytest.param(page((LEFT_OPEN + BLOCKS + LINK).encode("utf-16-le"), f"{HTML}; charset=utf-16le"), id="UTF-16"),
        pytest.param(page(ESCAPED + (BLOCKS + LINK).encode(), f"{HTML}; charset=iso-2022-jp"), id="escapes"),
        pytest.param(
            page(b"<meta charset=iso-2022-jp>" + ESCAPED + (BLOCKS + LINK).encode()), id="escapes that the page names"
        ),
    ],
)
def test_a_tangled_page_becomes_no_larger_than_what_is_written(tangled: Page) -> None:
    read = document.read(tangled)
    assert len(read.tree.select("*")) < 2 * (300 + 5000)
    assert len(links.find(read, TARGET)) == 1


def test_a_long_honest_page_keeps_what_its_bold_words_say() -> None:
    post = "<p>One <b class=p-author>word</b> and <em>more</em>, " + LINK.removeprefix("<p>")
    read = document.read(page((f"<article>{post}" + BLOCKS).encode()))
    assert "One word and more, x" in (read.tree.text or "")
    assert read.tree.select(".p-author")[0].text == "word"
    assert len(links.find(read, TARGET)) == 1
