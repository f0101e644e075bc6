"""The RDF block by which a page says where it takes trackbacks, written and found.

Most pages hide it in a comment, since it is no HTML; hence comments are read too. What is only
shown to readers (in `<pre>`, `<code>`, as escaped text) or inert (`<template>`, scripts) is none.
Spec: TrackBack Technical Specification 1.2, "Auto-Discovery of TrackBack Ping URLs"
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import turbohtml

from linkback.core.errors import BadURL
from linkback.core.model import Page
from linkback.core.pages import document
from linkback.core.urls import identity, normalize, resolve

MARK = b"trackback:ping"  # no block is without it; pages without it are most pages
MAX_BLOCKS = 1000  # a month of a busy blog on one page has some hundreds
NOT_MEANT = "template, pre, code"

# In the text of a comment: up to the next "<", which no attribute may hold, so every opening is read once.
_BLOCK = re.compile(r"<rdf:Description(?=\s)([^<]*+)")
_PIECE = re.compile(r"""(?P<end>>)|(?<![\w:.-])(?P<name>[\w:.-]++)\s*+=\s*+(?:"(?P<one>[^"]*+)"|'(?P<other>[^']*+)')""")
_REFERENCE = re.compile(r"&(?:#(?P<decimal>[0-9]{1,7})|#x(?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
# Two hyphens would end the comment around the block, so no two stand side by side.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "--": "-&#45;"}
_ESCAPED = re.compile("|".join(_ESCAPES))

BLOCK = """<!--
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:dc="http://purl.org/dc/elements/1.1/"
         xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/">
<rdf:Description
    rdf:about="{target}"
    dc:identifier="{target}"
    dc:title="{target}"
    trackback:ping="{endpoint}" />
</rdf:RDF>
-->"""


@dataclass(frozen=True, slots=True)
class Block:
    """One entry of a page: its permalink, and where trackbacks to it go; both as written, decoded."""

    identifier: str
    ping: str


def write(endpoint: str, target: str) -> str:
    """Return the block of a target, in a comment that no address can end."""
    return BLOCK.format(target=escaped(target), endpoint=escaped(endpoint))


def escaped(address: str) -> str:
    """Return an address as the value of an attribute, in XML, in HTML and inside of comments."""
    # Of three hyphens the last one stands alone next to a reference, so one pass is enough.
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], address)


def find(page: Page) -> str | None:
    """Return where trackbacks to the page go, by the block of the entry that was asked for.

    A block is of this page when its identifier names the final address or one that was passed on
    the way. The very address wins, its fragment counted. Where only the page is the same, all
    blocks have to agree: none of several entries may be told of a link to their page.
    """
    if MARK not in page.body and b"\0" not in page.body:  # a NUL: UTF-16, where the mark looks otherwise
        return None
    if document.media_of(page) != document.HTML:
        return None
    asked = (page.url, *page.redirects)
    very, names = set(map(normalize, asked)), set(map(identity, asked))
    fitting: dict[str, str] = {}
    for block in islice(_blocks(page), MAX_BLOCKS):
        address, ping = resolve(page.url, block.identifier), resolve(page.url, block.ping)
        if block.identifier and block.ping and address and ping and _identity(address) in names:
            fitting.setdefault(address, ping)
    exact = next((ping for address, ping in fitting.items() if address in very), None)
    return exact or (fitting.popitem()[1] if len(set(fitting.values())) == 1 else None)


def _identity(address: str) -> str | None:
    try:
        return identity(address)
    except BadURL:
        return None


def _blocks(page: Page) -> Iterator[Block]:
    tree = document.read(page).tree
    for comment in tree.xpath_iter("//comment()"):
        if isinstance(comment, turbohtml.Comment) and "trackback:ping" in comment.data and _is_meant(comment):
            yield from _in_comment(comment.data)
    for element in tree.select(r"rdf\:description"):
        if _is_meant(element):
            yield Block((element.attr("dc:identifier") or "").strip(), (element.attr("trackback:ping") or "").strip())


def _is_meant(node: turbohtml.Node) -> bool:
    return node.closest(NOT_MEANT) is None


def _in_comment(text: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(text):
        attributes: dict[str, str] = {}
        for piece in _PIECE.finditer(found[1]):
            if piece["end"]:
                break
            attributes.setdefault(piece["name"], piece["one"] or piece["other"] or "")
        yield Block(_decoded(attributes.get("dc:identifier", "")), _decoded(attributes.get("trackback:ping", "")))


def _decoded(value: str) -> str:
    return _REFERENCE.sub(_character, value).strip()


def _character(reference: re.Match[str]) -> str:
    if reference["name"]:
        return _NAMED[reference["name"]]
    code = int(reference["decimal"] or reference["hex"], 10 if reference["decimal"] else 16)
    return chr(code) if code < 0x110000 else reference[0]
