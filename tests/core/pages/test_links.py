import re

import pytest

from linkback.core.model import Page
from linkback.core.pages.document import Document, read
from linkback.core.pages.links import MAX_GLANCED, MAX_OUTGOING, find, links_to, outgoing
from linkback.core.pages.matching import MAX_COMPARED
from linkback.core.pages.plain import MAX_FOUND

SOURCE = "http://src.example/blog/entry"
TARGET = "http://me.example/~ana/post?a=1&b=2"


def page(body: str | bytes, media: str = "text/html; charset=utf-8", url: str = SOURCE) -> Document:
    return read(Page(200, (("content-type", media),), body.encode() if isinstance(body, str) else body, url=url))


REAL = {
    "plain": '<a href="http://me.example/~ana/post?a=1&b=2">x</a>',
    "upper case": '<A HREF="HTTP://ME.EXAMPLE/~ana/post?a=1&b=2">x</A>',
    "single quotes": "<a href='http://me.example/~ana/post?a=1&b=2'>x</a>",
    "no quotes": "<a href=http://me.example/~ana/post?a=1&b=2>x</a>",
    "entities": '<a href="http://me.example/~ana/post?a=1&amp;b=2">x</a>',
    "numeric entities": '<a href="http:&#47;&#x2f;me.example/~ana/post?a=1&#38;b=2">x</a>',
    "scheme-relative": '<a href="//me.example/~ana/post?a=1&b=2">x</a>',
    "escaped tilde": '<a href="http://me.example/%7Eana/post?a=1&b=2">x</a>',
    "lower-case escape": '<a href="http://me.example/%7eana/p%6fst?a=1&b=2">x</a>',
    "default port": '<a href="http://me.example:80/~ana/post?a=1&b=2">x</a>',
    "trailing dot": '<a href="http://me.example./~ana/post?a=1&b=2">x</a>',
    "fragment": '<a href="http://me.example/~ana/post?a=1&b=2#top">x</a>',
    "tab and line feed inside": '<a href="http://me.ex\tample/~ana/po\nst?a=1&b=2">x</a>',
    "blanks around": '<a href="  http://me.example/~ana/post?a=1&b=2\n ">x</a>',
    "dot segments": '<a href="http://me.example/x/../~ana/./post?a=1&b=2">x</a>',
    "escaped dot segments": '<a href="http://me.example/x/%2e%2E/~ana/post?a=1&b=2">x</a>',
    "backslashes": '<a href="http:\\\\me.example\\~ana\\post?a=1&b=2">x</a>',
    "many slashes": '<a href="http:////me.example/~ana/post?a=1&b=2">x</a>',
    "base": '<base href="http://me.example/~ana/"><a href="post?a=1&b=2">x</a>',
    "base and dots": '<base href="http://me.example/x/y/"><a href="../../~ana/post?a=1&b=2">x</a>',
    "base and query": '<base href="http://me.example/~ana/post"><a href="?a=1&b=2">x</a>',
    "base and fragment": '<base href="http://me.example/~ana/post?a=1&b=2"><a href="#top">x</a>',
    "first base counts": '<base href="http://me.example/"><base href="http://x.example/"><a href="~ana/post?a=1&b=2">',
    "unclosed tags": "<p><b><a href=//me.example/~ana/post?a=1&b=2>x<p>y",
    "area": '<map><area href="//me.example/~ana/post?a=1&b=2"></map>',
    "img": '<img src="//me.example/~ana/post?a=1&b=2">',
    "iframe": '<iframe src="//me.example/~ana/post?a=1&b=2"></iframe>',
    "video": '<video src="//me.example/~ana/post?a=1&b=2"></video>',
    "audio": '<audio src="//me.example/~ana/post?a=1&b=2"></audio>',
    "source": '<video><source src="//me.example/~ana/post?a=1&b=2"></video>',
    "blockquote": '<blockquote cite="//me.example/~ana/post?a=1&b=2">x</blockquote>',
    "q": '<q cite="//me.example/~ana/post?a=1&b=2">x</q>',
    "ins": '<ins cite="//me.example/~ana/post?a=1&b=2">x</ins>',
    "del": '<del cite="//me.example/~ana/post?a=1&b=2">x</del>',
    "noscript": '<noscript><a href="//me.example/~ana/post?a=1&b=2">x</a></noscript>',
    "link of SVG": '<svg><a href="//me.example/~ana/post?a=1&b=2"><text>x</text></a></svg>',
    "after a NUL": '\0<a href="//me.example/~ana/post?a=1&b=2">x</a>',
}

U = "http://me.example/~ana/post?a=1&b=2"
FAKE = {
    "comment": f'<!-- <a href="{U}">x</a> -->',
    "conditional comment": f'<!--[if IE]><a href="{U}">x</a><![endif]-->',
    "script string": f"<script>var s = '<a href=\"{U}\">x</a>'</script>",
    "style": f'<style>a {{ background: url({U}) }} /* <a href="{U}"> */</style>',
    "template": f'<template><a href="{U}">x</a></template>',
    "noscript text": f"<noscript>{U}</noscript>",
    "textarea": f'<textarea><a href="{U}">x</a></textarea>',
    "title": f'<title><a href="{U}">x</a></title>',
    "title attribute": f'<a href="/other" title="{U}">x</a>',
    "data-href": f'<a data-href="{U}">x</a>',
    "alt": f'<img src="/i.png" alt="{U}">',
    "plain text": f"<p>{U}</p>",
    "escaped markup": f"<p>&lt;a href=&quot;{U}&quot;&gt;x&lt;/a&gt;</p>",
    "code": f"<pre>&lt;a href='{U}'></pre>",
    "longer path": '<a href="http://me.example/~ana/post-2?a=1&b=2">x</a>',
    "below it": '<a href="http://me.example/~ana/post/feed?a=1&b=2">x</a>',
    "longer query": f'<a href="{U}2">x</a>',
    "more query": f'<a href="{U}&c=3">x</a>',
    "less query": '<a href="http://me.example/~ana/post?a=1">x</a>',
    "trailing slash": '<a href="http://me.example/~ana/post/?a=1&b=2">x</a>',
    "case of the path": '<a href="http://me.example/~Ana/post?a=1&b=2">x</a>',
    "in a query": '<a href="http://x.example/?u=http://me.example/~ana/post?a=1&b=2">x</a>',
    "in a path": '<a href="http://x.example/http://me.example/~ana/post?a=1&b=2">x</a>',
    "in a fragment": f'<a href="http://x.example/#{U}">x</a>',
    "other scheme": '<a href="https://me.example/~ana/post?a=1&b=2">x</a>',
    "other port": '<a href="http://me.example:8080/~ana/post?a=1&b=2">x</a>',
    "other host": '<a href="http://www.me.example/~ana/post?a=1&b=2">x</a>',
    "host as a prefix": '<a href="http://me.example.evil.example/~ana/post?a=1&b=2">x</a>',
    "user": '<a href="http://me.example@evil.example/~ana/post?a=1&b=2">x</a>',
    "user of the host": '<a href="http://ana@me.example/~ana/post?a=1&b=2">x</a>',
    "javascript": f"<a href=\"javascript:location='{U}'\">x</a>",
    "mailto": f'<a href="mailto:ana@me.example?body={U}">x</a>',
    "data": f'<a href="data:text/html,{U}">x</a>',
    "view-source": f'<a href="view-source:{U}">x</a>',
    "xmp": f'<xmp><a href="{U}">x</a></xmp>',
    "plaintext": f'<plaintext><a href="{U}">x</a>',
    "noframes": f'<noframes><a href="{U}">x</a></noframes>',
    "noembed": f'<noembed><a href="{U}">x</a></noembed>',
    "srcdoc": f"<iframe srcdoc='<a href=\"{U}\">x</a>'></iframe>",
    "inside of an iframe": f'<iframe><a href="{U}">x</a></iframe>',
    "meta refresh": f'<meta http-equiv="refresh" content="0;url={U}">',
    "link": f'<link rel="related" href="{U}">',
    "form": f'<form action="{U}"><button formaction="{U}">x</button></form>',
    "object": f'<object data="{U}"></object>',
    "script source": f'<script src="{U}"></script>',
    "onclick": f"<a onclick=\"go('{U}')\">x</a>",
    "srcset": f'<img src="/i.png" srcset="{U} 2x">',
    "poster": f'<video poster="{U}"></video>',
    "ping": f'<a href="/x" ping="{U}">x</a>',
    "span": f'<span href="{U}">x</span>',
    "image of SVG": f'<svg><image href="{U}"/><use xlink:href="{U}"/></svg>',
    "relative, other base": '<base href="http://x.example/"><a href="/~ana/post?a=1&b=2">x</a>',
    "base in a template": '<template><base href="http://me.example/"></template><a href="/~ana/post?a=1&b=2">x</a>',
    "second base": '<base href="http://x.example/"><base href="http://me.example/"><a href="/~ana/post?a=1&b=2">x</a>',
    "base of another scheme": '<base href="data:http://me.example/"><a href="/~ana/post?a=1&b=2">x</a>',
    "base itself": f'<base href="{U}">',
    "unfinished tag": f'<a href="{U}"',
    "end tag": f'</a href="{U}">',
    "declaration": f'<!DOCTYPE a href="{U}"><!a href="{U}"><?a href="{U}"?>',
    "second href": f'<a href="/x" href="{U}">x</a>',
}


@pytest.mark.parametrize("markup", REAL.values(), ids=REAL)
def test_a_real_link_is_found_however_it_is_written(markup: str) -> None:
    assert links_to(page(markup), TARGET)


@pytest.mark.parametrize("markup", FAKE.values(), ids=FAKE)
def test_what_is_no_link_to_the_target_does_not_count(markup: str) -> None:
    assert find(page(markup), TARGET) == ()


def test_a_prefix_does_not_count_as_link() -> None:
    assert not links_to(
        page('<a href="http://me.example/post-2">x</a><a href="http://me.example/post/">'), "http://me.example/post"
    )


def test_comments_and_scripts_do_not_count() -> None:
    assert not links_to(page(FAKE["comment"] + FAKE["script string"] + FAKE["style"] + FAKE["template"]), TARGET)


@pytest.mark.parametrize(
    "reference", ["", "#x", "?", ".", "./", "post/..", "http:", "/a/post/..", "//me.example/a/", "%2e"]
)
def test_references_without_a_name_are_compared_too(reference: str) -> None:
    assert links_to(page(f'<a href="{reference}">x</a>', url="http://me.example/a/"), "http://me.example/a/")


@pytest.mark.parametrize(
    "href", ["http://me.example", "http://me.example/", "HTTP://ME.EXAMPLE?", "//me.example#x", "http://me.example:80"]
)
def test_a_front_page_is_linked_to_with_and_without_its_slash(href: str) -> None:
    assert links_to(page(f'<a href="{href}">x</a>'), "http://me.example/")


@pytest.mark.parametrize("href", ["http://0x7f.1/p", "http://2130706433/p", "http://127.1/p"])
def test_an_address_in_disguise_is_the_same_address(href: str) -> None:
    assert links_to(page(f'<a href="{href}">x</a>'), "http://127.0.0.1/p")


def test_a_host_in_its_own_letters_is_the_same_host() -> None:
    assert links_to(page("<a href='http://BÜCHER.example/straße'>x</a>"), "http://xn--bcher-kva.example/stra%C3%9Fe")


@pytest.mark.parametrize("target", ["", "nonsense", "mailto:a@b.example", "http://", "javascript:alert(1)"])
def test_nobody_links_to_what_is_no_address(target: str) -> None:
    assert find(page(f'<a href="{target}">x</a>'), target) == ()


def test_links_to_the_very_fragment_come_first() -> None:
    found = find(
        page("<a href=//me.example/p>a</a><a href=//me.example/p#y>b</a><a href=//me.example/p#x>c</a>"),
        "http://me.example/p#x",
    )
    assert [link.text for link in found] == ["c", "a", "b"]


def test_links_are_in_document_order_whatever_their_element() -> None:
    found = find(page("<q cite=/p>x</q><a href=/p>x</a><img src=/p><area href=/p>"), "http://src.example/p")
    assert [link.tag for link in found] == ["q", "a", "img", "area"]


def test_a_link_tells_its_address_tag_rel_and_text() -> None:
    (link,) = find(page('<a rel="NoFollow  ugc" href="/p#x"> A <b>good</b>\n<i>word</i> </a>'), "http://src.example/p")
    assert (link.url, link.tag, link.rel, link.text) == (
        "http://src.example/p#x",
        "a",
        ("nofollow", "ugc"),
        "A good word",
    )


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<a href=/p><img src=/i alt='A picture'></a>", "A picture"),
        ("<img src=/p alt=' A  picture '>", "A picture"),
        ("<a href=/p aria-label='A label'><svg></svg></a>", "A label"),
        ("<a href=/p title='A title'></a>", "A title"),
        ("<a href=/p><img src=/i alt=no>Words</a>", "Words"),
        ("<blockquote cite=/p>What was said</blockquote>", ""),
        ("<a href=/p>a<script>b</script><style>c</style><template>d</template>e</a>", "ae"),
        ("<a href=/p>one<br>two<div>three</div></a>", "one two three"),
    ],
)
def test_the_text_of_a_link_is_what_it_shows_or_is_named_by(markup: str, text: str) -> None:
    assert find(page(markup), "http://src.example/p")[0].text == text


def test_json_links_by_a_value_that_is_the_address() -> None:
    text = '{"a": [{"like-of": "http://me.example:80/p#x"}], "b": "see http://me.example/p", "http://me.example/p": 1}'
    assert [link.url for link in find(page(text, "application/json"), "http://me.example/p")] == [
        "http://me.example/p#x"
    ]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '"\\ud800"', "\0", "", "1e999999", "9" * 10_000])
def test_json_that_is_none_links_to_nothing(text: str) -> None:
    assert find(page(text, "application/feed+json"), "http://me.example/p") == ()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see http://me.example/p for more", True),
        ("see (http://me.example/p).", True),
        ("<http://me.example/p>", True),
        ("[p](http://me.example/p), and", True),
        ("**http://me.example/p**", True),
        ("http://me.example/p#x", True),
        ("http://me.example/p?x", False),
        ("http://me.example/p-2", False),
        ("http://me.example/p/more", False),
        ("http://x.example/?u=http://me.example/p", False),
        ("me.example/p", False),
    ],
)
def test_plain_text_links_by_a_whole_address(text: str, links: bool) -> None:
    assert links_to(page(text, "text/plain"), "http://me.example/p") is links


@pytest.mark.parametrize("media", ["image/png", "application/pdf", "video/mp4", "text/css", "application/octet-stream"])
def test_other_media_link_to_nothing(media: str) -> None:
    assert not links_to(page(REAL["plain"], media), TARGET)


@pytest.mark.parametrize(
    "media",
    ["application/xhtml+xml", "text/xml", "application/rss+xml", "APPLICATION/XML; charset=utf-8", "image/svg+xml"],
)
def test_xml_is_read_as_markup(media: str) -> None:
    assert links_to(page('<?xml version="1.0"?><a href="http://me.example/p">x</a>', media), "http://me.example/p")


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize(
    "beside",
    [
        "",
        f"<style>a {{ background: url({U}) }}</style>",
        f'<form action="{U}"></form>',
        "".join(f"<a href=/{n}>x</a>" for n in range(MAX_GLANCED + 1)),
        "<img srcset='/a%20b.png 1x, /a%20c.png 2x'>",
    ],
    ids=["nothing", "style", "form", "many links", "escapes"],
)
def test_each_way_to_write_a_link_is_found_beside_any_other(name: str, beside: str) -> None:
    document = page(f"<p><a href='{U}#one'>x</a><a href='{U}#two'>x</a><a href='{U}'>x</a></p>{beside}{REAL[name]}")
    markup = document.tree.html
    assert len(find(document, TARGET)) == 3 + len(find(page(REAL[name]), TARGET))
    assert document.tree.html == markup


def test_no_more_links_are_described_than_anybody_reads() -> None:
    assert len(find(page("<a href=/p>x</a>" * 5000), "http://src.example/p")) == MAX_FOUND


def test_a_link_written_in_full_is_found_behind_more_look_alikes_than_are_compared() -> None:
    alike = "".join(f"<a href=/{n}/p></a>" for n in range(MAX_COMPARED + 5))
    assert links_to(page(f"{alike}<a href=http://src.example/p>x</a>"), "http://src.example/p")


POST = """<body><nav><a href=//x.example/nav>n</a></nav><a href=//x.example/top>t</a>
<article class=h-entry><header><a href=//x.example/header>h</a></header>
<div class="u-in-reply-to h-cite"><a class=u-url href=//x.example/reply>r</a></div>
<a class=u-like-of href=//x.example/like></a><div class=e-content>
<a href=//x.example/one rel=nofollow>1</a><a href=//x.example/one>again</a><a href=//x.example/one#two>2</a>
<a href=#here>h</a><a href=entry>self</a><a href=mailto:a@x.example>m</a><img src=//x.example/img>
<a hidden href=//x.example/hidden></a><aside><a href=//x.example/aside>a</a></aside>
<template><a href=//x.example/template>t</a></template></div><a href=//x.example/tag>tag</a>
<div class="u-comment h-cite"><a href=//x.example/comment>c</a></div></article>
<footer><a href=//x.example/footer>f</a></footer>"""


def paths(document: Document) -> list[str]:
    return [link.url.removeprefix("http://x.example/") for link in outgoing(document)]


def test_a_post_pings_what_its_text_links_to_and_what_it_answers() -> None:
    assert paths(page(POST)) == ["reply", "like", "one", "one#two", "hidden", "aside"]
    assert outgoing(page(POST))[2].rel == ("nofollow",)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div class=h-entry><nav>[n]</nav>[1]</div>[2]", ["1"]),
        ("<article>[1]<footer>[f]</footer></article>[2]", ["1", "f"]),
        ("<main><aside>[a]</aside>[1]</main>[2]", ["1"]),
        ("<header>[h]</header><p>[1]<div class=sidebar>[s]</div>", ["1"]),
        ("<div class=hentry><div class=entry-content>[1]</div>[2]</div>", ["1"]),
        ("<div id=comments><article class=h-entry>[c]</article></div><p>[1]", ["1"]),
        ("<template><article>[t]</article></template><p>[1]", ["1"]),
        ("<template><div class=h-entry>[t]</div><main></main></template><p>[1]", ["1"]),
        ("<base href=//x.example/b/><p><a href=b1>1</a><a href=../2>2</a>", ["b/b1", "2"]),
        ("", []),
    ],
)  # fmt: skip
def test_without_marked_text_the_links_are_those_of_the_main_part(markup: str, expected: list[str]) -> None:
    assert paths(page(re.sub(r"\[(\w+)\]", r"<a href=//x.example/\1>x</a>", markup))) == expected


def test_a_post_does_not_ping_its_own_canonical_address() -> None:
    assert paths(
        page("<link rel=canonical href=//x.example/me><p><a href=//x.example/me>m</a><a href=//x.example/1>1</a>")
    ) == ["1"]


def test_a_list_of_thousands_is_no_flood_of_pings() -> None:
    assert len(outgoing(page("".join(f"<a href=//x.example/{n}>x</a>" for n in range(3000))))) == MAX_OUTGOING


@pytest.mark.parametrize(
    ("markup", "place"),
    [
        ("<p>{}</p>", "content"),
        ("<body class='has-sidebar sidebar comments'><p>{}</p>", "content"),
        ("<aside>{}</aside>", "sidebar"),
        ("<div id=secondary class=widget-area>{}</div>", "sidebar"),
        ("<ul class=blogroll><li>{}</ul>", "sidebar"),
        ("<nav>{}</nav>", "navigation"),
        ("<div role=navigation>{}</div>", "navigation"),
        ("<ul class='menu x'><li>{}</ul>", "navigation"),
        ("<header>{}</header>", "header"),
        ("<header><nav>{}</nav></header>", "navigation"),
        ("<div role=banner>{}</div>", "header"),
        ("<footer>{}</footer>", "footer"),
        ("<div id=colophon>{}</div>", "footer"),
        ("<article><header>{}</header></article>", "content"),
        ("<div class=h-entry><footer>{}</footer></div>", "content"),
        ("<div class=e-content><aside>{}</aside></div>", "content"),
        ("<article><aside>{}</aside></article>", "sidebar"),
        ("<footer><article><footer>{}</footer></article></footer>", "footer"),
        ("<ol class=commentlist><li class=comment><article>{}</article></ol>", "comments"),
        ("<article><div id=comments><header>{}</header></div></article>", "comments"),
        ("<div class='h-entry'><div class='h-cite u-comment'>{}</div></div>", "comments"),
        ("<div hidden>{}</div>", "hidden"),
        ("<div style='color:red; DISPLAY : none'>{}</div>", "hidden"),
        ("<div style='visibility:hidden'>{}</div>", "hidden"),
        ("<div style='position:absolute;left:-9999px'>{}</div>", "hidden"),
        ("<div style='font-size:0'>{}</div>", "hidden"),
        ("<div style='font-size:0.9em;height:0.5em'>{}</div>", "content"),
        ("<nav><div aria-hidden=true>{}</div></nav>", "hidden"),
        ("<div aria-hidden=false>{}</div>", "content"),
        ("<div id=comments><p hidden>{}</p></div>", "hidden"),
        ("<div class=navy-blue>{}</div>", "content"),
    ],
)
def test_a_link_has_a_place_in_the_page(markup: str, place: str) -> None:
    (link,) = find(page(markup.format("<a href=/p>x</a>")), "http://src.example/p")
    assert link.place == place
