"""The page under examination, as it is written: its tags and comments with their very text and place.

The protocols tell what a page means; here is what it looks like, so that a finding can quote it.
Pure, and linear in the page. Spec: https://html.spec.whatwg.org/multipage/parsing.html#tokenization
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

import turbohtml

from linkback.core.model import Page
from linkback.core.pages import document, encoding
from linkback.core.protocols import discover
from linkback.core.urls import resolve
from linkback.doctor.findings import Finding, doubtful, wrong

PLACEHOLDER = "https://YOUR-LINKBACK.example/"  # nobody can take it for an address that works
LINKS = ("link", "a")
MOST = 10  # findings of one kind; more of them say nothing new, and a page can hold thousands
MAX_QUOTED = 60  # characters of an odd value that a sentence quotes


@dataclass(frozen=True, slots=True)
class Tag:
    """The start of an element: its name, its attributes, its text, and the character where that begins.

    `inert` means inside of a `<template>`; `in_body` that the head was over before.
    """

    name: str
    attributes: Mapping[str, str]
    written: str
    start: int
    inert: bool
    in_body: bool

    @property
    def rels(self) -> tuple[str, ...]:
        """The tokens of rel, in lower case."""
        return tuple(self.attributes.get("rel", "").lower().split())


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its marks, and the character where it begins."""

    written: str
    start: int


@dataclass(frozen=True, slots=True)
class Advice:
    """Where a mended page should point to: the base of our own server, or a placeholder where none is known."""

    base: str = PLACEHOLDER

    def endpoint(self, protocol: str) -> str:
        """Return the endpoint of a protocol."""
        return f"{self.base.rstrip('/')}/{protocol}"


@dataclass(frozen=True, slots=True)
class Subject:
    """A page with its tags and comments in their order. Of what is no HTML there are none."""

    page: Page
    text: str
    tags: tuple[Tag, ...]
    comments: tuple[Comment, ...]
    advice: Advice
    offers_anything: bool

    @property
    def is_html(self) -> bool:
        """Tell whether the page can hold elements at all."""
        return document.media_of(self.page) == document.HTML

    def links(self, rel: str) -> tuple[Tag, ...]:
        """Return the `<link>` and `<a>` tags with a rel token, those in a `<template>` left out."""
        return tuple(tag for tag in self.tags if tag.name in LINKS and rel in tag.rels and not tag.inert)

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the values of a header."""
        return tuple(value for key, value in self.page.headers if key == name)

    def address(self, reference: str) -> str | None:
        """Return where a reference of this page leads to; None for what is no web address."""
        return resolve(self.page.url, reference)

    def comment_at(self, place: int) -> Comment | None:
        """Return the comment that covers a character."""
        covering = (c for c in self.comments if c.start <= place < c.start + len(c.written))
        return next(covering, None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A place where the page names an endpoint: `written` is that place as it stands, a header line or markup."""

    protocol: str
    url: str
    found_in: str
    written: str

    @property
    def in_header(self) -> bool:
        """Tell whether it stands in the HTTP header."""
        return self.found_in == "header"


def read(page: Page, advice: Advice) -> Subject:
    """Read a page for examination."""
    readable = document.media_of(page) == document.HTML
    text = re.sub(r"\r\n?", "\n", encoding.text_of(page)) if readable else ""
    tags, comments = _marks(text)
    return Subject(page, text, tuple(tags), tuple(comments), advice, discover(page) is not None)


def names_in_comment(comment: Comment, rel: str) -> bool:
    """Tell whether a comment hides an element with a rel token."""
    return any(tag.name in LINKS and rel in tag.rels for tag in _marks(comment.written[4:])[0])


def misspelt(
    subject: Subject, name: str, line: Callable[[str], str], advised: str, *, found: bool
) -> Iterator[Finding]:
    """Say which rel tokens look like the protocol's name and are not; `found`: the page has it right elsewhere."""
    for tag in subject.tags:
        for rel in tag.rels:
            if tag.name in LINKS and rel != name and _bare(rel) == name:
                tell = doubtful if found else wrong
                sentence = (
                    f'An element says rel="{quoted(rel)}". Programs look for the very word {name} and pass it over.'
                )
                url = subject.address(tag.attributes.get("href", "")) if tag.attributes.get("href") else None
                yield tell(f"{name} rel", sentence, line(url or advised), tag.written)


def quoted(text: str) -> str:
    """Return what a page says, cut to what a sentence can hold."""
    return text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"


def _bare(rel: str) -> str:
    """Return a token without what people add to it: hyphens, a plural, the address of the protocol's old home."""
    return re.sub(r"^https?://|\.org/?$|[-_]", "", rel).rstrip("s")


def _marks(text: str) -> tuple[list[Tag], list[Comment]]:
    lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    tags: list[Tag] = []
    comments: list[Comment] = []
    templates, in_body = 0, False
    for token in turbohtml.tokenize(text, capture_source=True):
        if token.type is turbohtml.TokenType.COMMENT:
            comments.append(Comment(token.source or "", lines[token.line - 1] + token.col))
        elif token.type is turbohtml.TokenType.START_TAG and token.tag:
            in_body = in_body or token.tag == "body"
            templates += token.tag == "template"
            attributes = {name: value or "" for name, value in token.attrs or ()}
            start = lines[token.line - 1] + token.col
            tags.append(Tag(token.tag, attributes, token.source or "", start, templates > 0, in_body))
        elif token.type is turbohtml.TokenType.END_TAG:
            in_body = in_body or token.tag == "head"
            templates -= token.tag == "template" and templates > 0
    return tags, comments
