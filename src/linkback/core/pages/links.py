"""Links: does a document really link to a target, and whom does a post link to?

A link is a URL in an attribute that links, compared as a whole address after it was
resolved. Comments, scripts, styles, templates and plain text of HTML are no links, nor
are longer addresses that begin with the target or carry it in their query. `<noscript>`
is read as markup; `<a>` of SVG is a link, other elements of SVG and MathML are none.
Spec: Webmention 3.2.2, Pingback 1.0 section 3
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec
from turbohtml import Element, Namespace

from linkback.core.errors import BadURL
from linkback.core.model import Link
from linkback.core.pages import document as documents
from linkback.core.pages.document import Document, Found, in_template, tokens
from linkback.core.pages.flow import text_inside
from linkback.core.pages.place import COMMENTS, CONTENT, HIDDEN, Places
from linkback.core.text import bounded, clean
from linkback.core.urls import comparable, parse, resolve

MAX_ANCHOR = 300  # characters; a longer anchor is a paragraph, and an excerpt is no longer
MAX_FOUND = 100  # links to one target that are described; what a page says with more is the same
MAX_COMPARED = 10_000  # different addresses compared in full: 0.3 s; no honest page has that many so alike
MAX_OUTGOING = 1000  # links of a post that are pinged; a post with more is a list, and pings would be a flood

URL_ATTRIBUTES = {
    "a": "href", "area": "href", "img": "src", "video": "src", "audio": "src", "source": "src", "iframe": "src",
    "blockquote": "cite", "q": "cite", "ins": "cite", "del": "cite",
}  # fmt: skip
_LINKING = frozenset(URL_ATTRIBUTES)
_LABELLED = ("aria-label", "title")  # what names a link that has neither text nor image
_PINGED = frozenset({"a", "area"})

# References are looked at in one string, a line each. Plain ones a browser takes letter by letter; these it does not:
# escapes and mended characters, dot segments, queries alone, a "?" with nothing after it, schemes without slashes.
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&()*+,;=:@/?#\n"
_TRICKS = ("\n?", "\n.", "/.", "?\n", "?#")
_NO_SLASH = re.compile(r"\n[hH][tT][tT][pP][sS]?:(?!/)")
_BARE_HOST = re.compile(r"(?:https?:)?/*[^/?]*", re.ASCII | re.IGNORECASE)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|$)", re.ASCII | re.IGNORECASE)
_URL_IN_TEXT = re.compile(r"https?://[^\s<>\"'`\x00-\x1f]{1,2000}", re.IGNORECASE)
_AFTER_A_URL = ".,;:!?)]}*_'…。、，！？）」』】»”’"


def find(document: Document, target: str) -> tuple[Link, ...]:
    """Return the real links of a document to a target, in document order; links to its very fragment first.

    At most MAX_FOUND of them. A target that is no address of a web page is linked to by nobody.
    """
    return tuple(found.link for found in locate(document, target))


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

    They are `<a>` and `<area>` of the first of these that there is: the text of the h-entry
    (e-content) with whatever the entry replies to, likes, reposts or bookmarks; the whole
    h-entry; the first article; the main element; the body. Menus, sidebars, page headers and
    footers, and comments are left out; hidden links in the text stay, as they are put there
    on purpose. Images and other media are not pinged. `rel` is kept for who minds nofollow.
    """
    places = Places()
    root, keeps = _scope(document, places)
    found: dict[str, Link] = {}
    own = {_key(document.url), _key(document.canonical or document.url)}
    for element, url in _addresses(document, root):
        if url in found or _key(url) in own or not keeps(element) or in_template(element):
            continue
        found[url] = _describe(element, url, places)
        if len(found) == MAX_OUTGOING:
            break
    return tuple(found.values())


def _locate(document: Document, target: str) -> tuple[Found, ...]:
    matcher = Matcher.of(document.base, target)
    if matcher is None:
        return ()
    if document.media == documents.HTML:
        return _in_markup(document, matcher)
    if document.media == documents.JSON:
        return _in_json(document, matcher)
    return _in_text(document, matcher)


class Matcher:
    """Tells which of a page's references lead to one target, most of them at a glance.

    A reference is compared in full only if it could be the target. It cannot be when it is
    plain, that is, a browser takes it letter by letter, and does not end as the target ends.
    """

    def __init__(self, base: str, target: str) -> None:
        url = parse(target)
        self.base, self.target, self.key = base, url.href, comparable(target)
        self.base_is_target = _key(base) == self.key
        self.tail = _tail(self.key.removeprefix(url.origin))
        self.host = "" if ":" in url.host or url.host[-1].isdigit() else url.host
        self.answers: dict[str, bool] = {}
        self.compared = 0

    @classmethod
    def of(cls, base: str, target: str) -> "Matcher | None":
        """Return a matcher for a target, or None if the target is no address of a web page."""
        try:
            return cls(base, target)
        except BadURL:
            return None

    def among(self, references: Sequence[str]) -> list[int]:
        """Return the positions of the references that lead to the target, whatever their fragment."""
        tail, odd = self.tail, self.is_odd("\n".join(references), len(references))
        likely = (i for i, one in enumerate(references) if tail in one or (odd and self.is_odd(one, 1)))
        return [i for i in likely if self.matches(references[i])]

    def is_odd(self, lines: str, count: int) -> bool:
        """Tell whether any of some references, a line each, might be read otherwise than it is written."""
        framed = f"\n{lines}\n"
        return (
            self.base_is_target
            or not framed.isascii()
            or framed.encode().translate(None, _PLAIN) != b""
            or framed.count("\n") != count + 1
            or any(trick in framed for trick in _TRICKS)
            or _NO_SLASH.search(framed) is not None
        )

    def could_be(self, reference: str) -> bool:
        """Tell whether a reference without its fragment has to be compared in full."""
        if self.is_odd(reference, 1):
            host = self.host and _PLAIN_HOST.match(reference)
            return not host or host[1].lower().rstrip(".") == self.host
        if self.tail:
            return reference.endswith(self.tail)
        return reference.endswith("/") or _BARE_HOST.fullmatch(reference) is not None

    def matches(self, reference: str) -> bool:
        """Tell whether a reference, as it stands in the page, leads to the target, whatever its fragment."""
        plain = reference.partition("#")[0]
        if plain == self.key:
            return True
        if plain not in self.answers:
            self.answers[plain] = self.could_be(plain) and self.is_target(plain)
        return self.answers[plain]

    def is_target(self, reference: str) -> bool:
        """Compare a reference with the target in full, at most MAX_COMPARED times."""
        self.compared += 1
        if self.compared > MAX_COMPARED:
            return False
        url = resolve(self.base, reference)
        return url is not None and _key(url) == self.key


def _tail(path: str) -> str:
    """Return how any plain reference to a path and query ends: from its last name on; "" for a root."""
    name, mark, query = path.partition("?")
    if name == "/":
        return mark + query
    return path[name.rfind("/", 0, len(name) - 1) + 1 :]


def _key(url: str) -> str:
    try:
        return comparable(url)
    except BadURL:
        return url


def _in_markup(document: Document, matcher: Matcher) -> tuple[Found, ...]:
    elements = document.tree.select("a[href], area[href]")
    references = [element.attr("href") or "" for element in elements]
    for element in document.tree.select("[src], [cite]"):
        reference = element.attr(URL_ATTRIBUTES.get(element.tag, ""))
        if reference is not None and element.tag not in _PINGED:
            elements.append(element)
            references.append(reference)
    matched = {elements[i]: references[i] for i in matcher.among(references) if _is_linking(elements[i])}
    if not matched:
        return ()
    ordered = document.tree.iter_elements(_LINKING) if len(matched) > 1 else matched
    found = ((element, resolve(document.base, matched[element])) for element in ordered if element in matched)
    urls = [(element, url or matcher.target) for element, url in islice(found, MAX_COMPARED)]
    urls.sort(key=lambda pair: pair[1] != matcher.target)
    places = Places()
    return tuple(Found(_describe(element, url, places), element) for element, url in urls[:MAX_FOUND])


def _is_linking(element: Element) -> bool:
    foreign = element.namespace is not Namespace.HTML
    return not (foreign and (element.tag != "a" or element.namespace is not Namespace.SVG)) and not in_template(element)


def _describe(element: Element, url: str, places: Places) -> Link:
    text = bounded(anchor_of(element), MAX_ANCHOR)
    return Link(url, element.tag, tokens(element, "rel"), text, places.of(element).place)


def anchor_of(element: Element) -> str:
    """Return the plain text of a link: its own, else that of an image in it, else its label.

    A quotation or a change that cites the target has no anchor: its text is what is cited.
    """
    if URL_ATTRIBUTES.get(element.tag) == "cite":
        return ""
    image = element.select_one("img[alt]") if element.tag in _PINGED else None
    texts = [text_inside(element), image.attr("alt") if image else "", *(element.attr(name) for name in _LABELLED)]
    return next((plain for text in texts if text and (plain := clean(text[: 5 * MAX_ANCHOR]))), "")


def _in_json(document: Document, matcher: Matcher) -> tuple[Found, ...]:
    """Find values of a JSON document that are the target; any other string is no link (Webmention 3.2.2)."""
    found = []
    for key, value in json_strings(document.text):
        if value.startswith(("http://", "https://")) and matcher.matches(value):
            found.append(Found(Link(resolve(matcher.base, value) or matcher.target, "json"), key=key))
            if len(found) == MAX_FOUND:
                break
    return tuple(sorted(found, key=lambda one: one.link.url != matcher.target))


def json_strings(text: str) -> Iterator[tuple[str, str]]:
    """Yield each string in a JSON text that is a value, with the key of the object it is in; in order."""
    waiting: list[tuple[str, object]] = [("", json_of(text))]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, list):
            waiting.extend((key, one) for one in reversed(value))
        elif isinstance(value, dict):
            waiting.extend((str(name), one) for name, one in reversed(value.items()))


def json_of(text: str) -> object:
    """Return what a JSON text stands for, or None if it is none or nested too deep."""
    try:
        value: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return value


def _in_text(document: Document, matcher: Matcher) -> tuple[Found, ...]:
    """Find the target in plain text, as a whole word; full stops and brackets after it are not part of it."""
    found = []
    for word in _URL_IN_TEXT.finditer(document.text):
        written = next((one for one in _shortened(word[0]) if matcher.matches(one)), None)
        if written is not None:
            found.append(Found(Link(resolve(matcher.base, written) or matcher.target, "text", text=written)))
            if len(found) == MAX_FOUND:
                break
    return tuple(sorted(found, key=lambda one: one.link.url != matcher.target))


def _shortened(word: str) -> Iterator[str]:
    """Yield an address as it stands in a text, then without what may be punctuation after it."""
    yield word
    for _ in range(3):
        if word[-1] not in _AFTER_A_URL:
            return
        word = word[:-1]
        yield word


def _scope(document: Document, places: Places) -> tuple[Element | None, Callable[[Element], bool]]:
    """Return the element whose links are a post's own, and which of the links in it are."""
    entry = next((one for one in document.tree.select(".h-entry, .hentry") if _is_own(places, one)), None)
    if entry is not None:
        if entry.select_one(".e-content, .entry-content") is not None:
            return entry, lambda one: _is_written(places, one)
        return entry, lambda one: _is_own(places, one)
    article = next((one for one in document.tree.select("article") if _is_own(places, one)), None)
    main = document.tree.select_one("main, [role=main]")
    return article or main or document.tree.root, lambda one: _is_own(places, one)


def _is_own(places: Places, element: Element) -> bool:
    return places.of(element).place in (CONTENT, HIDDEN)


def _is_written(places: Places, element: Element) -> bool:
    standing = places.of(element)
    return standing.place != COMMENTS and (standing.written or standing.response)


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
