"""What a page is made of: its text and that around a link, links to others, template and wording."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.model import Link, Page
from linkback.core.pages import document, links, makeup, outbound
from linkback.core.pages.makeup import Reading, read_of, template_of, text_of

URL = "https://blog.example/2024/post"
TARGET = "https://me.example/post"
LINK = f'<a href="{TARGET}">their post</a>'
SENTENCE = f"<p>As {LINK} says, the dough has to rest for an hour before it is folded.</p>"
FILLER = "".join(
    f"<p>Paragraph number {i} tells of lighthouses, harbours and the weather at sea.</p>" for i in range(9)
)


def page(body: str | bytes, kind: str = "text/html; charset=utf-8", url: str = URL) -> Page:
    content = body if isinstance(body, bytes) else body.encode()
    return Page(200, (("content-type", kind),), content, url)


def reading(body: str | bytes, kind: str = "text/html; charset=utf-8", url: str = URL) -> Reading:
    """Read a page and what it says around its link to the target; a page without one is asked for its first words."""
    read = document.read(page(body, kind, url))
    found = links.find(read, TARGET)
    return read_of(read, found[0] if found else Link(TARGET, "a"))


def test_the_text_is_what_the_author_wrote() -> None:
    text = reading(
        "<title>T</title><style>p { color: red }</style><script>var hidden = 1</script>"
        "<header>Name of the blog</header><nav><a href=/>Start</a> <a href=/about>About</a></nav>"
        f"<div><h1>Bread</h1>{SENTENCE}<template>never shown</template></div>"
        "<aside>Newest comments</aside><footer>All rights reserved</footer>"
    ).text
    assert "Bread" in text
    assert "their post says" in text
    for left_out in ("color", "hidden", "blog", "Start", "About", "never", "Newest", "rights"):
        assert left_out not in text


def test_the_only_article_is_the_text() -> None:
    text = reading(f"<div>Soup of a menu</div><article><h1>Bread</h1>{SENTENCE}</article><div>Soup below</div>").text
    assert text.startswith("Bread")
    assert "Soup" not in text


def test_of_several_articles_each_is_part_of_the_text() -> None:
    text = reading(f"<article>One about bread</article><article>Two {SENTENCE}</article>").text
    assert "One about bread" in text
    assert "their post" in text


@pytest.mark.parametrize("part", ["article", "main"])
def test_what_surrounds_a_part_of_the_text_is_left_out_and_what_is_inside_of_it_is_not(part: str) -> None:
    several = f"<article>One</article><{part}><header>Of the text</header>{SENTENCE}<footer>Of it too</footer></{part}>"
    text = reading(f"<header>Top<nav>Menu</nav></header>{several}<aside>Side</aside><p>Last</p><footer>End").text
    for left_out in ("Top", "Menu", "Side", "End"):
        assert left_out not in text
    for said in ("One", "Of the text", "their post", "Of it too", "Last"):
        assert said in text


def test_words_of_a_long_page_are_counted_well_enough() -> None:
    assert 9000 < reading("<p>word and word</p>" * 3300).makeup.words < 11_000


def test_blocks_are_kept_apart_and_words_with_markup_in_them_whole() -> None:
    assert reading(f"<h1>Bread</h1><p>so<b>ur</b>dough</p>{LINK}").text.split()[:2] == ["Bread", "sourdough"]


@pytest.mark.parametrize(
    ("body", "around"),
    [
        pytest.param(f"{FILLER}<p>{'before ' * 40}{LINK} after.</p>{FILLER}", "before their post after.", id="long"),
        pytest.param(f"{FILLER}{SENTENCE}{FILLER}", "As their post says", id="a short one"),
        pytest.param(f"{FILLER}<ul><li>{LINK}<li>other</ul>", "their post", id="an item of a list"),
        pytest.param(f"{FILLER}<blockquote cite='{TARGET}'>Quoted words</blockquote>", "Quoted words", id="quoted"),
        pytest.param(LINK, "their post", id="nothing but the link"),
    ],
)
def test_around_the_link_is_what_stands_in_its_block(body: str, around: str) -> None:
    found = reading(body).around
    assert around in found
    assert len(found) <= makeup.MAX_AROUND


def test_a_short_block_takes_along_what_is_next_to_it() -> None:
    around = reading(f"{FILLER}<p>{LINK}</p><p>A remark below the link.</p>").around
    assert "lighthouses" in around
    assert "A remark below" in around


@pytest.mark.parametrize(
    ("hrefs", "counted"),
    [
        ((), (0, 0)),
        (("/a", "b", "#c", "mailto:me@other.example", "", "javascript:x"), (0, 0)),
        (("https://blog.example/x", "https://www.blog.example/y", "//blog.example/z"), (0, 0)),
        (("https://one.example/", "http://two.example", "//three.example/a?b"), (3, 3)),
        (("https://a.one.co.uk/", "https://b.one.co.uk/", "https://b.two.co.uk/"), (3, 2)),
        (("https://www.one.example/", "https://one.example/", "https://www.two.co.uk/"), (3, 2)),
        (("https://www.gov.uk/a", "https://www.gov.uk/b", "https://other.gov.uk/"), (3, 2)),
        (("HTTPS://ONE.example:8443/", "https://user@one.example/"), (2, 1)),
        (("https://192.0.2.1/", "https://[2001:db8::1]/"), (1, 1)),
        (("https://", "http:///", "https://?"), (0, 0)),
    ],
)
def test_links_to_other_sites_are_counted_by_registrable_domains(
    hrefs: tuple[str, ...], counted: tuple[int, int]
) -> None:
    found = reading("".join(f'<a href="{href}">x</a>' for href in hrefs), url="https://blog.example/").makeup
    assert (found.links, found.hosts) == counted


@pytest.mark.parametrize(
    ("body", "low", "high"),
    [
        ("<p>no link at all</p>", 0.0, 0.0),
        ("<p>half <a href=x>half</a></p>", 0.4, 0.5),
        ("<ul><li><a href=x>all</a><li><a href=y>links</a></ul>", 0.6, 1.0),
        ("<p>" + "<a href=x>text</a> word " * 1000, 0.4, 0.5),
        ("", 0.0, 0.0),
    ],
)
def test_the_share_of_the_text_in_links_is_told(body: str, low: float, high: float) -> None:
    assert low <= reading(body).makeup.linked <= high


@pytest.mark.parametrize(
    ("body", "words"),
    [("", 0), ("<p>one two three", 3), ("<p>one</p><p>two</p>", 2), ("<pre>a\n        b\n        c</pre>", 3)],
)
def test_words_of_the_whole_page_are_counted(body: str, words: int) -> None:
    assert reading(body).makeup.words == words


@pytest.mark.parametrize("part", ["header", "nav", "aside", "footer"])
def test_words_of_a_long_page_are_counted_even_where_all_of_it_is_surroundings(part: str) -> None:
    assert reading(f"<{part}>{'<p>word and word</p>' * 600}</{part}>").makeup.words == 1800


def test_two_characters_make_a_word_where_no_blanks_do() -> None:
    assert reading("<p>今日は天気がいいので公園まで歩いた。").makeup.words == 9


def blog(title: str, paragraphs: int, number: int, kind: str = "post") -> str:
    """Return a page of one template, with texts of its own."""
    items = "".join(f'<li id="menu-item-{i}" class="menu-item-{i}"><a href="/{i}">{i}</a></li>' for i in range(number))
    return (
        f'<body class="{kind} postid-{number}"><header class="site-header"><h1>{title}</h1></header>'
        f'<nav class="site-nav"><ul>{items}</ul></nav><div class="wrap wrap-{number}"><main class="content">'
        f'<article id="post-{number}" class="post post-{number} hentry">{SENTENCE}'
        f"{'<p>word <b>again</b></p><blockquote>said</blockquote>' * paragraphs}</article></main>"
        f'<div class="sidebar" id="s{number}">Side</div></div><footer class="site-footer">{title}</footer>'
    )


def test_pages_of_one_template_share_its_digest_whatever_they_say() -> None:
    digests = {
        reading(blog(title, paragraphs, number)).makeup.template
        for title, paragraphs, number in [("A", 1, 7), ("Another blog", 40, 12), ("Ω", 0, 99), ("Long " * 50, 300, 3)]
    }
    assert len(digests) == 1
    assert digests != {""}


@pytest.mark.parametrize(
    ("before", "after"),
    [("site-nav", "menu"), ("<footer", "<div"), ('class="sidebar"', 'class="rail"'), ("<main", "<section")],
)
def test_another_template_has_another_digest(before: str, after: str) -> None:
    assert template_of(document.read(page(blog("A", 3, 7)))) != template_of(
        document.read(page(blog("A", 3, 7).replace(before, after)))
    )


@pytest.mark.parametrize("body", ["", "<p>plain", "<div><p>plain</div>", f"<h1>T</h1><div>{SENTENCE}</div>"])
def test_a_plain_page_is_of_no_template(body: str) -> None:
    assert reading(body).makeup.template == ""


def test_the_wording_is_that_of_the_text_and_not_of_what_surrounds_it() -> None:
    one = reading(f"<nav>Start About</nav><article>{FILLER}{LONG}{SENTENCE}</article>")
    other = reading(f"<body><div class=x>{LONG}{FILLER}{SENTENCE}</div><footer>Impressum Datenschutz</footer>")
    assert one.makeup.wording == other.makeup.wording != ""


LONG = (
    "<p>Several distinctive paragraphs describe fermentation, temperature, hydration, laminating, portuguese "
    "grandmothers, enamelled casseroles, unpredictable kitchens, blistered chestnuts and expensive thermometers.</p>"
)


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        pytest.param(f'{{"a": "{TARGET}", "content": "bread is good"}}', "application/json", "is good", id="json"),
        pytest.param(f"bread is good, see {TARGET} .", "text/plain", "bread is good", id="text"),
        pytest.param("\x00\x01", "image/png", "", id="an image"),
        pytest.param("{", "application/json", "", id="broken json"),
    ],
)
def test_what_is_no_markup_is_read_as_what_it_is(body: str, kind: str, said: str) -> None:
    found = reading(body, kind)
    assert said in found.text
    assert said in found.around
    assert found.makeup.template == ""


def test_plain_text_tells_its_links() -> None:
    found = reading(f"see {TARGET} and http://other.example/x and https://blog.example/y", "text/plain").makeup
    assert (found.links, found.hosts) == (2, 2)


def test_script_and_language_are_those_of_the_text() -> None:
    found = reading(f"<html lang=en><p>Das ist ein Text, der nicht auf Englisch ist, auch wenn er es sagt. {LINK}")
    assert (found.makeup.script, found.language) == ("Latin", "de")


def test_the_text_of_an_own_page_is_read_without_a_link() -> None:
    assert text_of(document.read(page(f"<nav>Start</nav><article>{LONG}</article>"))).startswith("Several distinctive")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<table>" + "<tr>" + "<td>x" * 2000 + "<tr><td>y" * 2000 + "</table>", id="a grid of millions"),
        pytest.param("<table><tr><td>x" * 5000, id="tables in tables"),
        pytest.param("<blockquote>x" * 5000, id="quotations in quotations"),
        pytest.param("<ul><li>x" * 5000, id="lists in lists"),
        pytest.param("<a href=//b.example/>y<object>" * 5000, id="links in links"),
        pytest.param("<aside>x" * 5000, id="asides in asides"),
        pytest.param("<div class=a>" * 5000, id="deep"),
        pytest.param("<div class=a>x</div>" * 5000, id="wide"),
        pytest.param("<p>word " * 30_000, id="long"),
        pytest.param(f'<a href="http://{"@" * 20_000}">x</a>', id="an address of marks"),
        pytest.param(f'<div class="{"a b " * 20_000}">', id="classes without end"),
    ],
)
def test_a_page_made_to_grow_is_read_within_bounds(body: str) -> None:
    found = reading(body + SENTENCE)
    assert len(found.text) <= makeup.MAX_TEXT
    assert len(found.around) <= makeup.MAX_AROUND
    assert found.makeup.links <= outbound.MAX_LISTED
    assert 0.0 <= found.makeup.linked <= 1.0


TAGS = ["a", "p", "div", "table", "td", "tr", "article", "nav", "template", "script", "title", "svg", "b", "object"]
TAGS += ["li", "ul", "h1", "body", "html", "noscript"]
TANGLED = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + [LINK, "<a href=//x.example>"]),
        st.text(max_size=5),
    ),
    max_size=40,
).map("".join)


@given(TANGLED, st.sampled_from(["text/html", "application/json", "text/plain", "image/png", ""]))
@settings(max_examples=30, deadline=None)
def test_whatever_the_markup_is_it_is_read(body: str, kind: str) -> None:
    found = reading(body, kind)
    assert 0.0 <= found.makeup.linked <= 1.0
    assert found.makeup.hosts <= found.makeup.links


@given(st.binary(max_size=300), st.sampled_from(["text/html", "application/json", "text/plain; charset=utf-16", ""]))
@settings(max_examples=30, deadline=None)
def test_whatever_the_bytes_are_they_are_read(body: bytes, kind: str) -> None:
    assert isinstance(reading(body, kind).makeup.wording, str)
