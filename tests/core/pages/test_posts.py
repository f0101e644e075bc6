"""What a post is of a page: whom it tells, whom it asks not to tell, and when it says something new."""

import pytest

from linkback.core.model import Page
from linkback.core.pages.document import Document, read
from linkback.core.pages.links import outgoing, version_of
from linkback.core.pages.wording import wording

SOURCE = "http://src.example/entry"


def page(body: str, media: str = "text/html; charset=utf-8") -> Document:
    return read(Page(200, (("content-type", media),), body.encode(), url=SOURCE))


LINK = '<a href="http://x.example/1">one</a>'


@pytest.mark.parametrize(
    ("markup", "muted"),
    [
        (f"<article>{LINK}</article>", False),
        ('<article><a class="no-webmention" href="http://x.example/1">one</a></article>', True),
        ('<article><a class="u-url nomention" href="http://x.example/1">one</a></article>', True),
        (f'<article><p class="nomention"><b>{LINK}</b></p></article>', True),
        (f'<article class="no-webmention"><p class="x">{LINK}</p></article>', True),
        (f'<div class="h-entry nomention"><div class="e-content">{LINK}</div></div>', True),
        (f'<body class="nomention">{LINK}', True),
        (f'<body class="nomention"><article>{LINK}</article>', False),
        (f'<article><p class="nomention">x</p>{LINK}</article>', False),
        (f'<article><p class="nomentions no-webmentions" id="nomention">{LINK}</p></article>', False),
    ],
)
def test_a_link_is_muted_by_a_class_on_it_or_around_it_within_the_post(markup: str, muted: bool) -> None:
    assert [link.muted for link in outgoing(page(markup))] == [muted]


ENTRY = """<body><nav><a href=/menu>Menu</a></nav><article class="h-entry"><h1 class="p-name">Bread</h1>
<p class="views">17 views</p>
<div class="u-in-reply-to h-cite"><a class="u-url" href="http://x.example/0">That</a></div>
<data class="p-rsvp" value="yes"></data>
<div class="e-content"><p>I bake <b>bread</b> with <a href="http://x.example/1">flour</a>
<time>three minutes ago</time>.</p></div>
<div class="u-comment h-cite"><p class="e-content p-name">Nice!</p></div></article><footer>2026</footer>"""
PLAIN = """<body><nav>Menu</nav><main><h1>Bread</h1><p>I bake <a href=//x.example/1>bread</a>.</p>
<div id=comments>Nice!</div></main><footer>2026"""

SAME = {
    "white space": (ENTRY, "I bake <b>", "I\n  bake\t<b>"),
    "markup": (ENTRY, "<b>bread</b>", "<i>b</i><em class=x>read</em>"),
    "attributes": (ENTRY, "<p>I", "<p id=p7 class=first>I"),
    "menu": (ENTRY, ">Menu<", ">Other<"),
    "menu link": (ENTRY, "/menu", "/other"),
    "footer": (ENTRY, "2026", "2027"),
    "clock": (ENTRY, "three minutes", "four minutes"),
    "counter": (ENTRY, "17 views", "18 views"),
    "script": (ENTRY, "<p>I", "<script>1</script><p>I"),
    "comment": (PLAIN, "Nice!", "Spam!"),
    "plain menu": (PLAIN, "Menu", "Other"),
    "plain footer": (PLAIN, "2026", "2027"),
}
CHANGED = {
    "words": (ENTRY, "I bake", "I buy"),
    "title": (ENTRY, ">Bread<", ">Cake<"),
    "link": (ENTRY, "example/1", "example/2"),
    "rel": (ENTRY, '<a href="http://x.example/1"', '<a rel="nofollow" href="http://x.example/1"'),
    "muted": (ENTRY, '<a href="http://x.example/1"', '<a class="nomention" href="http://x.example/1"'),
    "answered": (ENTRY, "example/0", "example/9"),
    "kind": (ENTRY, "u-in-reply-to", "u-like-of"),
    "response that is shown": (ENTRY, "Nice!", "Thanks!"),
    "rsvp": (ENTRY, 'value="yes"', 'value="no"'),
    "plain words": (PLAIN, "I bake", "I buy"),
    "plain link": (PLAIN, "example/1", "example/2"),
    "plain heading": (PLAIN, "Bread", "Cake"),
}


@pytest.mark.parametrize(("markup", "old", "new"), SAME.values(), ids=SAME)
def test_the_version_stays_while_the_post_says_the_same(markup: str, old: str, new: str) -> None:
    assert old in markup
    assert version_of(page(markup)) == version_of(page(markup.replace(old, new)))


@pytest.mark.parametrize(("markup", "old", "new"), CHANGED.values(), ids=CHANGED)
def test_the_version_changes_with_what_the_post_says(markup: str, old: str, new: str) -> None:
    assert old in markup
    assert version_of(page(markup)) != version_of(page(markup.replace(old, new)))


def test_the_wording_of_a_post_is_its_text_and_the_responses_that_it_shows() -> None:
    assert wording(page(ENTRY)) == "That I bake bread with flour . Nice!"
    assert wording(page("a\n b", "text/plain")) == "a b"


def test_a_version_is_the_same_on_every_machine() -> None:
    assert version_of(page(PLAIN)) == version_of(page(PLAIN))
    assert len(version_of(page(ENTRY))) == 32
    assert set(version_of(page(""))) <= set("0123456789abcdef")


@pytest.mark.parametrize("media", ["text/plain", "application/json"])
def test_the_version_of_what_is_no_markup_is_that_of_its_text(media: str) -> None:
    assert version_of(page('["a  b"]', media)) == version_of(page('["a b"]\n', media))
    assert version_of(page('["a b"]', media)) != version_of(page('["a c"]', media))


@pytest.mark.parametrize(
    ("markup", "gone"),
    [
        ('<head><meta http-equiv="Status" content="410 Gone">', True),
        ('<meta http-equiv="status" content="410">', True),
        ('<meta http-equiv=" STATUS " content=" 410\nGONE ">', True),
        ('<head><noscript><meta http-equiv="Status" content="410 Gone"></noscript>', True),
        ('<meta http-equiv="Status" content="404 Not Found">', False),
        ('<meta http-equiv="Status" content="4100">', False),
        ('<meta http-equiv="Status" content="Gone 410">', False),
        ('<meta http-equiv="Status" content="">', False),
        ('<meta http-equiv="Status">', False),
        ('<meta name="Status" content="410 Gone">', False),
        ('<meta property="status" content="410 Gone">', False),
        ('<meta http-equiv="refresh" content="410">', False),
        ('<meta http-equiv="Status" content="200 OK"><meta http-equiv="Status" content="410 Gone">', False),
        ('<!-- <meta http-equiv="Status" content="410 Gone"> -->', False),
        ('<head><template><meta http-equiv="Status" content="410 Gone"></template>', False),
        ('<p>text <meta http-equiv="Status" content="410 Gone">', False),
        ('<script>"<meta http-equiv=Status content=410>"</script>', False),
    ],
)
def test_a_page_is_gone_only_when_its_head_says_410(markup: str, gone: bool) -> None:
    assert page(markup).gone_by_meta is gone


def test_what_is_no_markup_is_never_gone_by_meta() -> None:
    assert not page('<meta http-equiv="Status" content="410">', "text/plain").gone_by_meta
