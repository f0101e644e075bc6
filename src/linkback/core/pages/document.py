"""A page, read: one parse, and the answers that more than one reader needs.

Encoding is settled in `encoding`; what is linked in `links`; what is said in `citation`.
HTML, XHTML and other XML are parsed as HTML, as a browser would; JSON and plain text keep
their text. Nothing raises, whatever the bytes are.
Spec: https://html.spec.whatwg.org/
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import ascii_uppercase

import turbohtml

from linkback.core.linkheader import is_of, read_links
from linkback.core.model import Link, Page, first_header
from linkback.core.pages import encoding
from linkback.core.text import bounded, clean
from linkback.core.urls import identity, resolve

MAX_TITLE = 300  # characters; headlines end far below, and mail subjects and tables must hold one
SNIFFED = 1024  # bytes looked at to tell text from the rest, as the WHATWG MIME sniffing standard has it

HTML, JSON, TEXT, OTHER = "html", "json", "text", "other"

_MEDIA = (
    (re.compile(r"text/html|application/xhtml\+xml|(?:text|application)/xml|[\w.+-]+/[\w.+-]+\+xml"), HTML),
    (re.compile(r"application/json|text/json|[\w.+-]+/[\w.+-]+\+json"), JSON),
    (re.compile(r"text/(?:plain|markdown|x-markdown|gemini|x-rst|org)"), TEXT),
)
_NOT_TEXT = re.compile(r"image/(?!svg\+xml)")
_SOME_TEXT = re.compile(r"text/[\w.+-]+|application/(?:javascript|ecmascript|x-javascript|ld-json|yaml|toml|rtf)")
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype|!--|\?xml|html|head|body|title|meta|a|p|div|h\d|ul|article)[\s>]", re.I)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,5}")
_TOKEN = re.compile(r"[^ \t\n\f\r]+")
_LOWER = {ord(letter): letter.lower() for letter in ascii_uppercase}  # "K" of kelvin is no k
_ROBOTS = 'meta[name="robots" i][content]'
_NO_INDEX = re.compile(r"(?:^|,)\s*(?:noindex|none)\s*(?:,|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A link and where it was found: its element in HTML, the key it was the value of in JSON."""

    link: Link
    element: turbohtml.Element | None = None
    key: str = ""


class Document:
    """A page, read. `media` is html, json, text or other; `tree` is empty for all but html."""

    base: str
    """What relative links of this document start from: the first `<base href>`, if it leads to http(s)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.url = page.url
        self.media = media_of(page)
        self.tree = encoding.parse(page) if self.media == HTML else turbohtml.parse("")
        self.base = self._base()
        self.found: dict[str, tuple[Found, ...]] = {}  # what links.locate found, by target

    @cached_property
    def text(self) -> str:
        """The body as text, of JSON and plain text; empty for HTML."""
        return encoding.text_of(self.page) if self.media in (JSON, TEXT) else ""

    def _base(self) -> str:
        for element in self.tree.select("base[href]"):
            if not in_template(element):
                return resolve(self.url, element.attr("href") or "") or self.url
        return self.url

    @cached_property
    def metas(self) -> dict[str, str]:
        """The content of `<meta>` elements by name, property or http-equiv in lower case; the first of each."""
        metas: dict[str, str] = {}
        for element in self.tree.select("meta[content]"):
            for attribute in ("name", "property", "http-equiv"):
                key = element.attr(attribute)
                if key:
                    metas.setdefault(key.strip().lower(), element.attr("content") or "")
        return metas

    @cached_property
    def language(self) -> str:
        """The language the page is in, such as "de" or "pt-BR"; "" where it does not say."""
        root = self.tree.root
        if named := language_of(root) if root else "":
            return named
        stated = first_header(self.page.headers, "content-language") or self.metas.get("content-language", "")
        return language_tag(stated.partition(",")[0])

    @cached_property
    def title(self) -> str:
        """The `<title>` as plain text, at most MAX_TITLE characters; "" where there is none."""
        for element in self.tree.select("title"):
            if element.namespace is turbohtml.Namespace.HTML and not in_template(element):
                return bounded(clean(element.text[: 20 * MAX_TITLE]), MAX_TITLE)
        return ""

    @cached_property
    def canonical(self) -> str | None:
        """The address that the page calls its own (rel=canonical), absolute; None where it does not say.

        It may be said by Link headers and `<link>` elements. Where they name different pages none is
        believed (RFC 6596 wants one only): to take another page for this one is worse than not to know.
        """
        named = [url for url in (*self._canonical_by_header(), *self._canonical_by_element()) if url is not None]
        return named[0] if len(set(map(identity, named))) == 1 else None

    def _canonical_by_header(self) -> Iterator[str | None]:
        """Yield what Link headers name; they start from the page's address, whatever its base (RFC 8288 section 3)."""
        for link in read_links(self.page.headers):
            if "canonical" in link.rels and is_of(link, self.url):
                yield resolve(self.url, link.target)

    def _canonical_by_element(self) -> Iterator[str | None]:
        for element in self._related("canonical"):
            if element.tag == "link":
                yield resolve(self.base, element.attr("href") or "")

    @cached_property
    def noindex(self) -> bool:
        """Tell whether the page asks search engines to keep it out, by X-Robots-Tag or any `<meta>` for robots."""
        stated = [value for key, value in self.page.headers if key == "x-robots-tag"]
        stated += [element.attr("content") or "" for element in self.tree.select(_ROBOTS) if not in_template(element)]
        return any(map(_NO_INDEX.search, stated))

    @cached_property
    def gone_by_meta(self) -> bool:
        """Tell whether the page says in its head that it is gone: `<meta http-equiv="Status" content="410 Gone">`.

        So do static sites that cannot answer 410 by HTTP. The first such element counts.
        """
        for element in self.tree.select("head meta[http-equiv][content]"):
            if (element.attr("http-equiv") or "").strip().lower() == "status" and not in_template(element):
                return (element.attr("content") or "").split()[:1] == ["410"]
        return False

    def offers(self, rel: str) -> tuple[str, ...]:
        """Return the addresses that `<link>` and `<a>` elements offer for a rel token, in document order.

        They are resolved against the page's final URL and not its base: Webmention 3.1.2 says so
        ("relative to the target URL"), and a base is often a leftover of a moved site.
        An empty href is the page itself; elements without href and addresses that are not
        http(s) are passed over.
        """
        found = (resolve(self.url, element.attr("href") or "") for element in self._related(rel))
        return tuple(url for url in found if url is not None)

    def _related(self, rel: str) -> Iterator[turbohtml.Element]:
        wanted = rel.lower()
        for element in self.tree.select("link[rel][href], a[rel][href]"):
            if wanted in tokens(element, "rel") and not in_template(element):
                yield element


def read(page: Page) -> Document:
    """Read a page, whatever it is; what cannot be read is an empty document."""
    return Document(page)


def is_text(page: Page) -> bool:
    """Tell whether a page is text of some kind, so that it can hold a link at all.

    The Content-Type decides; without one (or with one that says nothing) the body does: a NUL
    in its first kilobyte is no text, unless a byte order mark says UTF-16.
    """
    return media_of(page) != OTHER or _SOME_TEXT.fullmatch(encoding.content_type(page)) is not None


def media_of(page: Page) -> str:
    """Return how the body of a page is to be read: html, json, text, or other (not at all)."""
    named = encoding.content_type(page)
    return _media_named(named) if "/" in named else _sniff(page.body)


def in_template(element: turbohtml.Element) -> bool:
    """Tell whether an element is inside a `<template>`, where nothing is part of the page."""
    return element.closest("template") is not None


def tokens(element: turbohtml.Element, attribute: str) -> tuple[str, ...]:
    """Return the tokens of an attribute, its ASCII letters in lower case."""
    value = element.attr(attribute)
    return tuple(parted(value.lower() if value.isascii() else value.translate(_LOWER))) if value else ()


def parted(value: str) -> list[str]:
    """Return the tokens of a value as they are written: nothing but ASCII white space parts them (WHATWG Infra)."""
    return value.split() if value.isascii() and value.isprintable() else _TOKEN.findall(value)


def language_of(element: turbohtml.Element) -> str:
    """Return the language tag that an element itself carries, or ""."""
    return language_tag(element.attr("lang") or element.attr("xml:lang") or "")


def language_tag(text: str) -> str:
    """Return a text if it is a language tag (BCP 47 in outline), else ""."""
    tag = text.strip()
    return tag if _LANGUAGE.fullmatch(tag) else ""


@lru_cache(encoding.TYPES)
def _media_named(content_type: str) -> str:
    if _NOT_TEXT.match(content_type):
        return OTHER
    return next((media for pattern, media in _MEDIA if pattern.fullmatch(content_type)), OTHER)


def _sniff(body: bytes) -> str:
    start = body[:SNIFFED]
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return OTHER
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return JSON
    return HTML if _LOOKS_LIKE_HTML.search(start) or b"\0" in start else TEXT
