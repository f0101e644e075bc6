"""Links: does a document really link to a target, and whom does a post link to?

A link is a URL in an attribute that links, compared as a whole address after it was
resolved. Comments, scripts, styles, templates and plain text of HTML are no links, nor
are longer addresses that begin with the target or carry it in their query. `<noscript>`
is read as markup; `<a>` of SVG is a link, other elements of SVG and MathML are none.
Spec: Webmention 3.2.2, Pingback 1.0 section 3
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import islice

from turbohtml import Element, Namespace

from linkback.core.model import Link
from linkback.core.pages import document as documents
from linkback.core.pages.document import Document, Found, in_template, tokens
from linkback.core.pages.flow import text_inside
from linkback.core.pages.matching import MAX_COMPARED, Matcher, key_of
from linkback.core.pages.place import Places
from linkback.core.pages.plain import MAX_FOUND, in_json, in_text
from linkback.core.pages.post import Post
from linkback.core.text import bounded, clean
from linkback.core.urls import resolve

MAX_ANCHOR = 300  # characters; a longer anchor is a paragraph, and an excerpt is no longer
MAX_GLANCED = 2000  # addresses of all kinds in a page; one with more may be made to be slow
MAX_SPELLINGS = 3  # of a target's address in one page; each costs a look at all links
MAX_OUTGOING = 1000  # links of a post that are pinged; a post with more is a list, and pings would be a flood

URL_ATTRIBUTES = {
    "a": "href", "area": "href", "img": "src", "video": "src", "audio": "src", "source": "src", "iframe": "src",
    "blockquote": "cite", "q": "cite", "ins": "cite", "del": "cite",
}  # fmt: skip
_LINKING = frozenset(URL_ATTRIBUTES)
# The parser keeps its elements by name, so that one question for each costs less than one for all of them.
_REFERENCES = tuple((f"{tag}[{attribute}]", attribute) for tag, attribute in URL_ATTRIBUTES.items())
_LABELLED = ("aria-label", "title")  # what names a link that has neither text nor image
_PINGED = frozenset({"a", "area"})

_UNQUOTABLE = re.compile(r"[\x00-\x1f\x7f\"\\]")


def find(document: Document, target: str) -> tuple[Link, ...]:
    """Return the real links of a document to a target, in document order; links to its very fragment first.

    At most MAX_FOUND of them. A target that is no address of a web page is linked to by nobody.
    """
    return tuple([found.link for found in locate(document, target)])


def links_to(document: Document, target: str) -> bool:
    """Tell whether the document really links to target.

    Compares addresses after resolving and dropping the fragment, so /post does not match
    /post-2 and a mention in a comment is no link.
    """
    return bool(locate(document, target))


def locate(document: Document, target: str) -> tuple[Found, ...]:
    """Return what find() returns, each with its element; a document remembers it."""
    if target not in document.found:
        document.found[target] = _locate(document, target)
    return document.found[target]


def outgoing(document: Document) -> tuple[Link, ...]:
    """Return the links that a post sends pings to: http(s), each once, in order, not to itself.

    They are the `<a>` and `<area>` of its post (see post.Post). Images and other media are not
    pinged. `rel` is kept for who minds nofollow, `muted` for the wish of the author.
    """
    post = Post.of(document)
    found: dict[str, Link] = {}
    own = {key_of(document.url), key_of(document.canonical or document.url)}
    for element, url in _addresses(document, post.root):
        if url in found or key_of(url) in own or not post.says(element) or in_template(element):
            continue
        found[url] = replace(_describe(element, url, post.places), muted=post.mutes(element))
        if len(found) == MAX_OUTGOING:
            break
    return tuple(found.values())


def version_of(document: Document) -> str:
    """Return a digest of what a post says: equal as long as neither its words nor its outgoing links change.

    Its name, what it answers, and the responses that it shows are part of what it says. White space,
    markup, and what surrounds the post (menus, footers, clocks) make no difference. It is 32
    hexadecimal digits, the same on any machine.
    """
    links = [f"{link.url} {' '.join(link.rel)} {link.muted}" for link in outgoing(document)]
    said = (document.text, *Post.of(document).words())
    lines = ["".join("".join(one).split()) for one in (said, Post.of(document).marks())]
    return sha256("\n".join((*lines, *links)).encode("utf-8", "replace")).hexdigest()[:32]


def _locate(document: Document, target: str) -> tuple[Found, ...]:
    matcher = Matcher.of(document.base, target)
    if matcher is None:
        return ()
    if document.media == documents.HTML:
        return _in_markup(document, matcher)
    if document.media == documents.JSON:
        return in_json(document, matcher)
    return in_text(document, matcher)


def _in_markup(document: Document, matcher: Matcher) -> tuple[Found, ...]:
    matched = _anchors(document, matcher)
    if matched is None:
        elements, references = _references(document)
        matched = {elements[i]: references[i] for i in matcher.among(references)}
    matched = {element: reference for element, reference in matched.items() if _is_linking(element)}
    if not matched:
        return ()
    places = Places()
    return tuple(
        [Found(_describe(element, url, places), element) for element, url in _in_order(document, matcher, matched)]
    )


def _in_order(document: Document, matcher: Matcher, matched: dict[Element, str]) -> list[tuple[Element, str]]:
    """Return the first of some elements with their addresses: links to the very target, then those to parts of it."""
    if len(matched) == 1:
        return [(element, matcher.address_of(reference)) for element, reference in matched.items()]
    ordered = document.tree.iter_elements(_LINKING)
    found = ((element, matcher.address_of(matched[element])) for element in ordered if element in matched)
    return sorted(islice(found, MAX_COMPARED), key=lambda pair: pair[1] != matcher.target)[:MAX_FOUND]


def _anchors(document: Document, matcher: Matcher) -> dict[Element, str] | None:
    """Return the `<a>` that lead to the target with what they refer to; None if it takes a closer look to say.

    The parser hands out all addresses of a page for a third of what it costs to ask each element for its own.
    It leaves out empty ones, and counts what links nowhere (styles, forms), so both send us to look closer.
    """
    references: list[str] = []
    document.tree.rewrite_links(references.append)  # to append returns None, which leaves an address as it is
    if matcher.stays_on_page or len(references) > MAX_GLANCED:
        return None
    written = [references[i] for i in matcher.among(references)]
    spellings = set(written)
    if len(spellings) > MAX_SPELLINGS or _UNQUOTABLE.search("".join(spellings)):
        return None
    anchors = {element: one for one in spellings for element in document.tree.select(f'a[href="{one}"]')}
    return anchors if len(anchors) == len(written) else None


def _references(document: Document) -> tuple[list[Element], list[str]]:
    """Return all elements that may link, and what each refers to; those of one tag together."""
    elements: list[Element] = []
    references: list[str] = []
    for selector, attribute in _REFERENCES:
        if found := document.tree.select(selector):
            elements += found
            references += [element.attr(attribute) or "" for element in found]
    return elements, references


def _is_linking(element: Element) -> bool:
    foreign = element.namespace is not Namespace.HTML
    return not (foreign and (element.tag != "a" or element.namespace is not Namespace.SVG)) and not in_template(element)


def _describe(element: Element, url: str, places: Places) -> Link:
    text = bounded(anchor_of(element), MAX_ANCHOR)
    return Link(url, element.tag, tokens(element, "rel"), text, places.place_of(element))


def anchor_of(element: Element) -> str:
    """Return the plain text of a link: its own, else that of an image in it, else its label.

    A quotation or a change that cites the target has no anchor: its text is what is cited.
    """
    if URL_ATTRIBUTES.get(element.tag) == "cite":
        return ""
    return clean(text_inside(element)[: 5 * MAX_ANCHOR]) or _label_of(element)


def _label_of(element: Element) -> str:
    image = element.select_one("img[alt]") if element.tag in _PINGED else None
    labels = [image.attr("alt") if image else None, *(element.attr(name) for name in _LABELLED)]
    return next((plain for text in labels if text and (plain := clean(text[: 5 * MAX_ANCHOR]))), "")


def _addresses(document: Document, root: Element | None) -> Iterator[tuple[Element, str]]:
    """Yield the links inside an element with their addresses, as many different ones as are compared."""
    known: dict[str, str | None] = {}
    for element in root.iter_elements(_PINGED) if root is not None else ():
        reference = element.attr("href")
        if not reference or reference.startswith("#"):
            continue
        if reference not in known:
            if len(known) == MAX_COMPARED:
                return
            known[reference] = resolve(document.base, reference)
        url = known[reference]
        if url is not None:
            yield element, url
