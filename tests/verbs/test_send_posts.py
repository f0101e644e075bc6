"""What a post says, and when two readings of it count as the same."""

import pytest

from linkback.core.model import Author, Page
from linkback.core.pages.links import MAX_OUTGOING
from linkback.send.posts import GONE, MAX_BEGINNING, Post, read_post

URL = "https://me.example/post"
BODY = '<main><article><h1>On bread</h1><p>It takes <a href="https://a.example/">time</a>.</p></article></main>'
LONG = "word " * 200


def post(html: str, media: str = "text/html; charset=utf-8") -> Post:
    return read_post(Page(200, (("content-type", media),), html.encode(), url=URL))


@pytest.mark.parametrize(
    "html",
    [
        BODY.replace("<main>", "<main>\n\n"),
        BODY + "<footer>1234 visitors, the last 3 minutes ago</footer>",
        "<nav><a href=/>Home</a></nav>" + BODY,
        BODY + '<aside>Popular now: <a href="/x">x</a></aside>',
        BODY.replace("</article>", '<ol class="comments"><li>First!</li></ol></article>'),
        BODY.replace("<p>", '<p class="lead">'),
    ],
    ids=["blanks", "counter", "menu", "sidebar", "comments", "markup"],
)
def test_what_surrounds_a_post_makes_no_new_version(html: str) -> None:
    assert post(html).version == post(BODY).version


@pytest.mark.parametrize(
    "html",
    [
        BODY.replace("takes", "needs"),
        BODY.replace("On bread", "On dough"),
        BODY.replace("a.example", "b.example"),
        BODY.replace("<a ", "<a rel=nofollow "),
        BODY.replace("</article>", '<div class="u-comment h-cite"><p class="p-content">Well said.</p></div></article>'),
    ],
    ids=["text", "heading", "link", "rel", "response"],
)
def test_what_a_post_says_makes_a_new_version(html: str) -> None:
    assert post(html).version != post(BODY).version


def test_a_post_says_of_itself_what_it_is_called_how_it_begins_and_whose_it_is() -> None:
    head = '<title>On bread - A diary</title><meta property="og:site_name" content="A diary">'
    said = post(head + BODY.replace("</article>", f"<p>{LONG}</p></article>")).citation
    assert said.author == Author("A diary")
    assert said.title == "On bread - A diary"
    assert said.excerpt.startswith("On bread It takes time. word")
    assert len(said.excerpt) <= MAX_BEGINNING
    assert said.excerpt.endswith("…")


def test_how_a_post_describes_itself_is_told_before_how_it_begins() -> None:
    assert post('<meta name=description content="Bread &amp; time">' + BODY).citation.excerpt == "Bread & time"


def test_a_post_that_says_it_is_gone_links_to_nothing() -> None:
    gone = post('<meta http-equiv="Status" content="410 Gone">' + BODY)
    assert gone == Post(URL, (), GONE, gone=True)


def test_a_post_of_plain_text_has_a_version_and_no_links() -> None:
    read = post("Bread takes time: https://a.example/", "text/plain")
    assert read.links == ()
    assert read.version != post("Bread needs time.", "text/plain").version


@pytest.mark.parametrize(
    ("links", "truncated", "whole"),
    [(1, False, True), (1, True, False), (MAX_OUTGOING - 1, False, True), (MAX_OUTGOING, False, False)],
)
def test_a_post_is_whole_when_all_its_links_were_read(links: int, truncated: bool, whole: bool) -> None:
    html = "".join(f'<a href="https://a.example/{number}">x</a>' for number in range(links))
    assert (
        read_post(Page(200, (("content-type", "text/html"),), html.encode(), url=URL, truncated=truncated)).whole
        is whole
    )
