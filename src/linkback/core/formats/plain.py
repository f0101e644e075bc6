"""What leaves in every format of ours: texts with nothing unseen in them, addresses in ASCII, JSON that HTML can hold.

Pure. What strangers wrote is cleaned when it is read; here it is once more, since what leaves is read by programs
that nobody here knows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit

import msgspec

from linkback.core.formats.jf2 import property_of, web_address
from linkback.core.model import Mention
from linkback.core.text import clean, is_plain
from linkback.core.urls import host_of

# wm-property -> what the source did to the target
VERBS = {
    "mention-of": "mentioned",
    "in-reply-to": "replied to",
    "like-of": "liked",
    "repost-of": "reposted",
    "bookmark-of": "bookmarked",
}
ANSWERS = {"yes": "will come to", "no": "will not come to", "maybe": "may come to", "interested": "is interested in"}
IN_HTML = {b"<": b"\\u003c", b">": b"\\u003e", b"&": b"\\u0026"}
KEPT = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>')  # of an address: RFC 3986


def headline(mention: Mention) -> str:
    """Return in a line who did what to which page of the own site."""
    target = urlsplit(mention.target)
    return f"{author_of(mention)} {verb_of(mention)} {clean(target.path or '/')}"


def author_of(mention: Mention) -> str:
    """Return who wrote the source, as far as it says; else its host."""
    return clean(mention.citation.author.name) or host_of(mention.source)


def verb_of(mention: Mention) -> str:
    """Return what the source did to the target, in words."""
    verb = VERBS.get(property_of(mention.citation))
    return verb or ANSWERS.get(mention.citation.rsvp, "answered")


def text_of(mention: Mention) -> str:
    """Return what the source says: the whole of an answer, else the sentence around the link, else its title."""
    citation = mention.citation
    return clean(citation.content or citation.excerpt or citation.title)


def page_of(mention: Mention) -> str:
    """Return the address of the page that links, where it finally was; nothing where that is none of the web."""
    return address(mention.source_page or mention.source)


def address(url: str) -> str:
    """Return an address of the web with nothing in it but ASCII, and nothing for any other."""
    return in_ascii(web_address(url))


def in_ascii(url: str) -> str:
    """Return an address with all that does not belong in one written with escapes: it turns no reader around."""
    return quote(url, safe=KEPT, errors="replace")


def moment(time: datetime) -> str:
    """Return a time as RFC 3339 has it, in whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def inert(value: object) -> object:
    """Return a document with every text in it clean, however deep it stands."""
    if isinstance(value, str):
        if value.startswith(("http://", "https://")):
            return in_ascii(value)
        return value if is_plain(value) else clean(value)
    if isinstance(value, Mapping):
        return {name: inert(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [inert(part) for part in value]
    return value


def encoded(document: object) -> bytes:
    """Return a document as JSON that stays what it is wherever it is pasted: no byte that HTML knows is bare."""
    plain = msgspec.to_builtins(document, enc_hook=str)
    body = msgspec.json.encode(inert(plain))
    for character, escape in IN_HTML.items():  # in JSON these stand in strings only
        body = body.replace(character, escape)
    return body
