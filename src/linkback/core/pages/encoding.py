"""Which characters the bytes of a page stand for.

The order of trust: byte order mark, charset of the Content-Type header, XML declaration or
`<meta>`, then the bytes themselves (UTF-8 where they are well-formed, else windows-1252).
Only labels of the WHATWG Encoding Standard are known; any other one is as good as none, so
no page can name a codec of ours. Spec: https://encoding.spec.whatwg.org/
"""

import codecs
import re
from functools import lru_cache

import turbohtml
import turbohtml.detect  # makes the codecs named whatwg-… known

from linkback.core.model import Page, first_header

_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']""")
TYPES = 64  # Content-Type headers remembered, each as long as a header may be; the web has some dozens
FEW_TAGS = 1000  # at most 250 000 elements can be made of so many: half of them opened, half of them repeating those
# What is left open of these is opened anew in each block that follows, so that 40 KB make millions of elements.
_REOPENED = re.compile(rb"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
SPACE = 256  # bytes in which an XML declaration has to begin; a strict parser wants it first
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def content_type(page: Page) -> str:
    """Return the media type a page names, in lower case without parameters; "" where it names none."""
    return _media_type(first_header(page.headers, "content-type") or "")


def parse(page: Page) -> turbohtml.Document:
    """Parse the body of a page as HTML, in the encoding that it is most likely in."""
    body = page.body if page.body.count(b"<") <= FEW_TAGS else _defused(page)
    label = _header_label(page) or _xml_label(page.body)
    try:
        return _tree(body, label)
    except LookupError:
        return _tree(body, None)


def text_of(page: Page) -> str:
    """Return the body of a page that is not HTML as text; broken bytes become U+FFFD."""
    for mark, codec in _MARKS:
        if page.body.startswith(mark):
            return page.body[len(mark) :].decode(codec, "replace")
    name = _known(_header_label(page)) or _declared(page.body)
    if name is not None:
        return page.body.decode(f"whatwg-{name}", "replace")
    try:
        return page.body.decode()
    except UnicodeDecodeError:
        return page.body.decode("whatwg-windows-1252", "replace")


def _defused(page: Page) -> bytes:
    """Return a body in which bold, italics and the like are spans: they look alike to us, and none is opened anew."""
    body = page.body
    if b"\0" in body or b"\x1b" in body:  # two bytes a character, or escapes between the letters of a name
        body = codecs.BOM_UTF8 + text_of(page).encode("utf-8", "replace")
    return _REOPENED.sub(rb"<\1span", body)


def _tree(body: bytes, label: str | None) -> turbohtml.Document:
    return turbohtml.parse(body, encoding=label, positions=False, allow_declarative_shadow_roots=False)


def _header_label(page: Page) -> str | None:
    return _charset(first_header(page.headers, "content-type") or "")


@lru_cache(TYPES)
def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


@lru_cache(TYPES)
def _charset(header: str) -> str | None:
    found = _CHARSET.search(header)
    return found and found[1]


def _xml_label(body: bytes) -> str | None:
    """Return the encoding of an XML declaration, if the body begins with one."""
    if not body[:SPACE].lstrip().startswith(b"<?xml"):
        return None
    found = _XML.match(body)
    return found and found[1].decode()


def _declared(body: bytes) -> str | None:
    """Return what the XML declaration says; one that could be read is not in UTF-16, whatever it says."""
    name = _known(_xml_label(body))
    return None if name is None or name.startswith("utf-16") else name


def _known(label: str | None) -> str | None:
    """Return the standard's name of an encoding label, or None if it has none."""
    if label is None:
        return None
    try:
        name = turbohtml.parse(b"", encoding=label).encoding
    except LookupError:
        return None
    return name and name.lower()
