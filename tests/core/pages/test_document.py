import pytest

from linkback.core.model import Headers, Page
from linkback.core.pages.document import MAX_TITLE, Document, is_text, read, tokens

URL = "http://src.example/blog/entry"


def page(body: bytes | str, media: str | None = "text/html", extra: Headers = (), url: str = URL) -> Page:
    headers = (("content-type", media), *extra) if media is not None else extra
    return Page(200, headers, body.encode() if isinstance(body, str) else body, url=url)


def document(body: bytes | str, media: str | None = "text/html", extra: Headers = (), url: str = URL) -> Document:
    return read(page(body, media, extra, url))


@pytest.mark.parametrize(
    ("body", "media", "title"),
    [
        ("\ufeff<title>é</title>".encode(), "text/html; charset=latin1", "é"),
        ("\ufeff<title>é</title>".encode("utf-16-le"), "text/html; charset=utf-8", "é"),
        ("<title>é</title>".encode("latin1"), "text/html; charset=iso-8859-1", "é"),
        ("<title>é</title>".encode("latin1"), 'text/html; Charset = "ISO-8859-1"', "é"),
        ("<meta charset=utf-8><title>é</title>".encode("latin1"), "text/html; charset=latin1", "é"),
        ("<meta charset=koi8-r><title>жук</title>".encode("koi8-r"), "text/html", "жук"),
        ("<meta charset=koi8-r><title>жук</title>".encode("koi8-r"), "text/html; charset=klingon", "жук"),
        ('<?xml version="1.0" encoding="windows-1251"?><title>жук</title>'.encode("cp1251"), "text/xml", "жук"),
        ("<title>日本</title>".encode("shift_jis"), "text/html;charset=Shift_JIS", "日本"),
        ("<title>é</title>".encode(), "text/html", "é"),
        ("<title>é – x</title>".encode("cp1252"), "text/html", "é – x"),
        (b"<title>+ADw-b+AD4-</title>", "text/html; charset=utf-7", "+ADw-b+AD4-"),
        (b"<title>plain</title>", "text/html; charset=zlib_codec", "plain"),
        (b"<title>plain</title>", "text/html; charset=", "plain"),
    ],
)
def test_the_encoding_comes_from_mark_header_markup_and_content_in_this_order(
    body: bytes, media: str, title: str
) -> None:
    assert document(body, media).title == title


@pytest.mark.parametrize(
    ("body", "media", "text"),
    [
        ("é".encode(), "text/plain", "é"),
        ("é".encode("latin1"), "text/plain", "é"),
        ("\ufeffé".encode(), "text/plain", "é"),
        ("\ufeffé".encode("utf-16-be"), "text/plain", "é"),
        (
            '<?xml version="1.0" encoding="latin1"?>é'.encode("latin1"),
            "text/plain",
            '<?xml version="1.0" encoding="latin1"?>é',
        ),
        ('<?xml version="1.0" encoding="utf-16"?>é'.encode(), "text/plain", '<?xml version="1.0" encoding="utf-16"?>é'),
        ("日本".encode("euc-jp"), "text/plain; charset=euc-jp", "日本"),
        (b"abc", "text/plain; charset=zlib_codec", "abc"),
        (b"+ADw-", "text/plain; charset=utf-7", "+ADw-"),
        (b"\xff", "text/plain; charset=utf-8", "\ufffd"),
    ],
)
def test_plain_text_is_decoded_by_the_same_order_of_trust(body: bytes, media: str, text: str) -> None:
    assert document(body, media).text == text


@pytest.mark.parametrize(
    ("body", "media", "read_as", "text"),
    [
        (b"x", "text/html", "html", True),
        (b"x", "TEXT/HTML;charset=x", "html", True),
        (b"x", "application/xhtml+xml", "html", True),
        (b"x", "application/atom+xml", "html", True),
        (b"x", "image/svg+xml", "html", True),
        (b"x", "application/json", "json", True),
        (b"x", "application/activity+json; profile=y", "json", True),
        (b"x", "text/plain", "text", True),
        (b"x", "text/markdown", "text", True),
        (b"x", "text/css", "other", True),
        (b"x", "application/javascript", "other", True),
        (b"x", "image/png", "other", False),
        (b"x", "application/pdf", "other", False),
        (b"x", "application/octet-stream", "other", False),
        (b"<!DOCTYPE html><p>x", None, "html", True),
        (b"\xef\xbb\xbf  <p>x", "", "html", True),
        (b"<p>x", "nonsense", "html", True),
        (b' {"a": 1}', None, "json", True),
        (b"some words", None, "text", True),
        (b"", None, "text", True),
        (b"GIF89a\0\1", None, "other", False),
        ("\ufeff<p>x".encode("utf-16-le"), None, "html", True),
    ],
)
def test_the_content_type_says_how_a_page_is_read_and_without_one_its_bytes_do(
    body: bytes, media: str | None, read_as: str, text: bool
) -> None:
    assert document(body, media).media == read_as
    assert is_text(page(body, media)) is text


@pytest.mark.parametrize(
    ("markup", "base"),
    [
        ("", URL),
        ("<base href=/x/>", "http://src.example/x/"),
        ("<base target=_top><base href=/x/><base href=/y/>", "http://src.example/x/"),
        ("<base href=javascript:x><base href=/y/>", URL),
        ("<base href=''>", URL),
        ("<template><base href=/x/></template>", URL),
        ("<p>x<base href=//other.example/>", "http://other.example/"),
    ],
)
def test_relative_links_start_from_the_first_base(markup: str, base: str) -> None:
    assert document(markup).base == base


@pytest.mark.parametrize(
    ("markup", "headers", "language"),
    [
        ("<html lang=de>", (), "de"),
        ("<html lang=' pt-BR '>", (), "pt-BR"),
        ("<html xml:lang=fr>", (), "fr"),
        ("<html lang='<script>'>", (("content-language", "it"),), "it"),
        ("<html>", (("content-language", "es, en"),), "es"),
        ("<meta http-equiv=Content-Language content=nl>", (), "nl"),
        ("<p lang=de>", (), ""),
    ],
)
def test_the_language_is_the_one_the_page_names(markup: str, headers: Headers, language: str) -> None:
    assert document(markup, extra=headers).language == language


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title> A &amp; B\n <b>C</b> </title>", "A & B <b>C</b>"),
        ("<svg><title>icon</title></svg><title>page</title>", "page"),
        ("<title>one</title><title>two</title>", "one"),
        ("<title>ab\u202ec\u200bd\x07</title>", "abcd"),
        ("<p>x", ""),
    ],
)
def test_the_title_is_plain_text(markup: str, title: str) -> None:
    assert document(markup).title == title


def test_a_title_is_bounded() -> None:
    assert len(document(f"<title>{'word ' * 10_000}</title>").title) <= MAX_TITLE


@pytest.mark.parametrize(
    ("markup", "offered"),
    [
        ("<link rel=webmention href=/wm>", ["http://src.example/wm"]),
        ("<a rel='x WebMention' href=wm>", ["http://src.example/blog/wm"]),
        ("<link rel=webmention href>", [URL]),
        ("<link rel=webmention><a rel=webmention href=/b>", ["http://src.example/b"]),
        (
            "<a rel=webmention href=/a></a><link rel=webmention href=/b>",
            ["http://src.example/a", "http://src.example/b"],
        ),
        ("<link rel=not-webmention href=/a><link rel=webmention.org href=/b>", []),
        ("<!-- <link rel=webmention href=/a> -->&lt;link rel=webmention href=/b>", []),
        ("<template><link rel=webmention href=/a></template>", []),
        ("<base href=//cdn.example/><link rel=webmention href=/wm?a=1&amp;b>", ["http://src.example/wm?a=1&b"]),
        ("<link rel=webmention href=javascript:x><area rel=webmention href=/a>", []),
    ],
)
def test_offers_are_links_with_the_rel_token_in_document_order(markup: str, offered: list[str]) -> None:
    assert list(document(markup).offers("webmention")) == offered


@pytest.mark.parametrize(
    ("rel", "written"),
    [
        ("WebMention other", ("webmention", "other")),
        ("\tx\ny\fz\r webmention ", ("x", "y", "z", "webmention")),
        ("x\u00a0webmention", ("x\u00a0webmention",)),
        ("x\u3000webmention", ("x\u3000webmention",)),
        ("x\x0bwebmention", ("x\x0bwebmention",)),
        ("x\x1cwebmention\x85y", ("x\x1cwebmention\x85y",)),
        ("pingbac\u212a \u00c9", ("pingbac\u212a", "\u00c9")),
        (" ", ()),
    ],
)
def test_tokens_part_at_ascii_white_space_and_fold_ascii_letters(rel: str, written: tuple[str, ...]) -> None:
    read = document(f'<link rel="{rel}" href=/wm>'.encode(), "text/html; charset=utf-8")
    assert tokens(read.tree.select("link")[0], "rel") == written
    assert bool(read.offers("webmention")) == ("webmention" in written)


X = "http://src.example/x"


@pytest.mark.parametrize(
    ("markup", "canonical"),
    [
        ("<link rel=canonical href=/x>", X),
        ("<base href=/y/><link rel=Canonical href=x>", "http://src.example/y/x"),
        ("<link rel=canonical href=''>", URL),
        ("<a rel=canonical href=/x>", None),
        ("<link rel=canonical>", None),
        ("<link rel=canonical href=javascript:x>", None),
        ("<link rel=canonical href=javascript:x><link rel=canonical href=/x>", X),
        ("<link rel=canonical href=/x><link rel=canonical href=/x#top>", X),
        ("<link rel=canonical href=/x><link rel=canonical href=/y>", None),
    ],
)
def test_the_canonical_address_is_absolute(markup: str, canonical: str | None) -> None:
    assert document(markup).canonical == canonical


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("</x>; rel=canonical", X),
        ('<http://src.example/x>; title="a, b"; rel="shortlink Canonical"', X),
        ("<x>; rel=canonical", "http://src.example/blog/x"),
        ("<>; rel=canonical", URL),
        ("</a>; rel=shortlink, </x>; rel=canonical", X),
        ("</x>; rel=canonical; anchor=''", None),
        ('</x>; rel=canonical; anchor=""', X),
        ('</x>; rel=canonical; anchor="/other"', None),
        ('</x>; rel=canonical; anchor="#part"', None),
        ("<javascript:x>; rel=canonical", None),
        ("<ftp://src.example/x>; rel=canonical", None),
        ("</x>; rel=canonical-not", None),
        ("</x>; rel=canonical, </y>; rel=canonical", None),
        ("/x; rel=canonical", None),
    ],
)
@pytest.mark.parametrize("media", ["text/html", "text/plain", "application/pdf"])
def test_a_link_header_names_the_canonical_address_of_any_page(line: str, canonical: str | None, media: str) -> None:
    assert document("<base href=/y/>", media, (("link", line),)).canonical == canonical


@pytest.mark.parametrize(
    ("line", "markup", "canonical"),
    [
        ("</x>; rel=canonical", "<link rel=canonical href=/x>", X),
        ("</x>; rel=canonical", "<link rel=canonical href=https://src.example/x/>", X),
        ("</x>; rel=canonical", "<link rel=canonical href=/y>", None),
        ("</x>; rel=canonical", "<link rel=canonical href='/x?p=1'>", None),
        ("</x>; rel=canonical", "<link rel=canonical href=javascript:x>", X),
        ("</x>; rel=next", "<link rel=canonical href=/y>", "http://src.example/y"),
    ],
)
def test_a_page_that_calls_itself_by_two_names_has_none(line: str, markup: str, canonical: str | None) -> None:
    assert document(markup, extra=(("link", line),)).canonical == canonical


@pytest.mark.parametrize(
    ("markup", "headers", "hidden"),
    [
        ("<meta name=robots content='NOINDEX, follow'>", (), True),
        ("<meta name=Robots content=none>", (), True),
        ("<meta name=robots content='index, noimageindex'>", (), False),
        ("<meta name=robots content=index><meta name=robots content=noindex>", (), True),
        ("<template><meta name=robots content=noindex></template>", (), False),
        ("", (("x-robots-tag", "nofollow, noindex"),), True),
        ("", (("x-robots-tag", "nofollow"), ("x-robots-tag", "noindex")), True),
        ("", (("x-robots-tag", "otherbot: noindex"),), False),
        ("noindex", (), False),
    ],
)
def test_a_page_may_ask_to_be_kept_out_of_indexes(markup: str, headers: Headers, hidden: bool) -> None:
    assert document(markup, extra=headers).noindex is hidden


def test_what_is_no_markup_has_no_title_and_offers_nothing() -> None:
    image = document("<title>x</title><link rel=webmention href=/wm>", "image/png")
    assert (image.title, image.offers("webmention"), image.text, image.base) == ("", (), "", URL)
