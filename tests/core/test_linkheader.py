"""Link headers: read as RFC 8288 has them, whatever else they hold, and written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.linkheader import MAX_LINE, MAX_LINKS, HeaderLink, is_of, read_links, write_link

CALM = settings(deadline=None, max_examples=150)


def read(*lines: str) -> list[HeaderLink]:
    return list(read_links(tuple(("link", line) for line in lines)))


@pytest.mark.parametrize(
    ("line", "links"),
    [
        pytest.param('</a>; rel="x"', [("/a", ("x",))], id="quoted"),
        pytest.param("</a>; rel=x", [("/a", ("x",))], id="bare"),
        pytest.param("</a>;rel=x", [("/a", ("x",))], id="no blank"),
        pytest.param('  </a>  ;\trel  =  "x"  ', [("/a", ("x",))], id="blanks everywhere"),
        pytest.param('</a>; REL="X"', [("/a", ("x",))], id="capitals"),
        pytest.param('</a>; rel="x y  z"', [("/a", ("x", "y", "z"))], id="several tokens"),
        pytest.param('</a>; rel="x\xa0y\tz"', [("/a", ("x\xa0y", "z"))], id="blanks of HTTP only"),
        pytest.param("<>; rel=x", [("", ("x",))], id="empty address"),
        pytest.param("< /a >; rel=x", [("/a", ("x",))], id="blanks around the address"),
        pytest.param("</a>", [("/a", ())], id="no parameter"),
        pytest.param("</a>; rel", [("/a", ())], id="rel without value"),
        pytest.param('</a>; rel=""', [("/a", ())], id="empty rel"),
        pytest.param("</a>; crossorigin; rel=x", [("/a", ("x",))], id="parameter without value"),
        pytest.param("</a>;; ;rel=x;", [("/a", ("x",))], id="empty parameters"),
        pytest.param("</a>; rel=x; rel=y", [("/a", ("x",))], id="only the first rel counts"),
        pytest.param("</a>; rev=x", [("/a", ())], id="rev is no rel"),
        pytest.param("</a>; rel*=UTF-8''x", [("/a", ())], id="rel has no second form"),
        pytest.param("</a>; rel=x, </b>; rel=y", [("/a", ("x",)), ("/b", ("y",))], id="two in a line"),
        pytest.param(",, </a>; rel=x,,</b>;rel=y ,", [("/a", ("x",)), ("/b", ("y",))], id="empty values"),
        pytest.param("</a,b;c>; rel=x", [("/a,b;c", ("x",))], id="comma and semicolon in an address"),
        pytest.param('</a>; title="b, <c>; rel=y"; rel=x', [("/a", ("x",))], id="comma and semicolon in a string"),
        pytest.param(r'</a>; title="\", <c>; rel=y"; rel="\x"', [("/a", ("x",))], id="escapes in a string"),
        pytest.param('</a>; rel="http://rel.example/X"', [("/a", ("http://rel.example/x",))], id="rel is an address"),
        pytest.param("/a; rel=x, </b>; rel=y", [("/b", ("y",))], id="no brackets"),
        pytest.param('"</a>; rel=x", </b>; rel=y', [("/b", ("y",))], id="a string where an address should be"),
        pytest.param('</a>; rel=x "quoted" </b>', [("/a", ("x",)), ("/b", ())], id="comma forgotten"),
        pytest.param("</a>, rel=x", [("/a", ())], id="a parameter of nothing"),
        pytest.param('</a>; rel="x', [("/a", ("x",))], id="string not closed"),
        pytest.param('</a>; rel="x\\', [("/a", ("x",))], id="string ends in an escape"),
        pytest.param("</a; rel=x", [], id="address not closed"),
        pytest.param("", [], id="empty"),
        pytest.param("rel=x", [], id="no address"),
    ],
)
def test_a_line_is_read(line: str, links: list[tuple[str, tuple[str, ...]]]) -> None:
    assert read(line) == [HeaderLink(target, rels) for target, rels in links]


def test_several_lines_are_read_in_their_order_and_other_headers_are_not() -> None:
    headers = (("link", "</a>; rel=x"), ("content-type", "</b>; rel=x"), ("link", "</c>; rel=x"))
    assert [link.target for link in read_links(headers)] == ["/a", "/c"]


def test_a_string_that_is_not_closed_ends_with_its_line() -> None:
    assert [link.target for link in read('</a>; title="', "</b>; rel=x")] == ["/a", "/b"]


@pytest.mark.parametrize(
    ("line", "anchor"),
    [
        ("</a>; rel=x", None),
        ('</a>; rel=x; anchor="#part"', "#part"),
        ('</a>; rel=x; anchor=""', ""),
        ("</a>; ANCHOR=/other; rel=x", "/other"),
    ],
)
def test_a_link_of_another_page_says_so(line: str, anchor: str | None) -> None:
    assert read(line) == [HeaderLink("/a", ("x",), anchor)]


def test_what_is_read_is_bounded() -> None:
    assert len(read(*["</a>; rel=x, </b>; rel=x"] * MAX_LINKS)) == MAX_LINKS
    assert read(" " * MAX_LINE + "</a>; rel=x") == []


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("https://links.example/webmention?a=1&b=2#x", '<https://links.example/webmention?a=1&b=2#x>; rel="x"'),
        ("http://[2001:db8::1]:8080/%E2%9C%93", '<http://[2001:db8::1]:8080/%E2%9C%93>; rel="x"'),
        (
            'http://x.example/>; rel="y"\r\nSet-Cookie: é',
            '<http://x.example/%3E;%20rel=%22y%22%0D%0ASet-Cookie:%20%C3%A9>; rel="x"',
        ),
    ],
)
def test_a_written_address_breaks_out_of_neither_brackets_nor_line(url: str, line: str) -> None:
    assert write_link(url, "x") == line


@pytest.mark.parametrize(
    ("anchor", "is_ours"),
    [(None, True), ("", True), ("/a", True), ("https://me.example/a", True), ("#part", False), ("/b", False)],
)
def test_a_link_is_one_of_the_page_unless_its_anchor_is_another_or_a_part(anchor: str | None, is_ours: bool) -> None:
    assert is_of(HeaderLink("/x", ("x",), anchor), "https://me.example/a") is is_ours


@CALM
@given(st.lists(st.tuples(st.text("az/?#&=,;:[]@!~()+*'%", max_size=20), st.sampled_from(["x", "x y"])), max_size=5))
def test_links_survive_the_wire(links: list[tuple[str, str]]) -> None:
    written = ", ".join(write_link(url, rel) for url, rel in links)
    assert read(written) == [HeaderLink(url, tuple(rel.split())) for url, rel in links]


@CALM
@given(st.lists(st.text(max_size=80) | st.text('<>;,="\\ relx', max_size=80), max_size=4))
def test_nothing_is_ever_raised_and_a_later_line_is_always_found(lines: list[str]) -> None:
    links = read(*lines, "</last>; rel=x")
    assert links[-1] == HeaderLink("/last", ("x",))
    assert all(rel == rel.lower() and rel for link in links for rel in link.rels)
