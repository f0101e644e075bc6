"""The Link header: where a response says what it is related to.

Shared by the readers of pages and of protocols. Bounded, linear, and nothing raises: what makes no sense
is passed over, up to the next comma. Quoted strings and <addresses> may hold commas and semicolons.
Spec: https://www.rfc-editor.org/rfc/rfc8288
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from linkback.core.model import Headers
from linkback.core.urls import resolve

MAX_LINE = 1 << 14  # characters of one header line; servers and proxies mostly refuse more than 8 KiB
MAX_LINKS = 200  # links of one response; pages that preload a lot have some dozens

# Possessive, so that no text costs a second pass. What is not closed goes on to the end.
_TOKEN = re.compile(
    r"""
      < (?P<target> [^>]*+ ) (?P<closed> >? )
    | (?P<comma> , )
    | (?P<name> [^\s;,=<>"]++ ) \s*+
      (?: = \s*+ (?: " (?P<quoted> (?: [^"\\]++ | \\. )*+ ) (?: " | \\?\Z ) | (?P<bare> [^\s;,]*+ ) ) )?
    | " (?: [^"\\]++ | \\. )*+ "?
    """,
    re.ASCII | re.DOTALL | re.VERBOSE,
)
_REL = re.compile(r"[^ \t\r\n\f]+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"  # what a written address keeps besides letters, digits and _.-


@dataclass(frozen=True, slots=True)
class HeaderLink:
    """A link of a header: an address as written, what it is in lower case, and whose it is.

    `target` and `anchor` are relative to the response's address; an anchor says that the link is
    not of this page but of another one (RFC 8288 section 3.2), None that nothing is said.
    """

    target: str
    rels: tuple[str, ...]
    anchor: str | None = None


def is_of(link: HeaderLink, url: str) -> bool:
    """Tell whether a link is one of the page at an address itself, and not of another page or of a part of it."""
    return link.anchor is None or resolve(url, link.anchor) == resolve(url, "")


def read_links(headers: Headers) -> tuple[HeaderLink, ...]:
    """Return the links of all Link lines in their order, at most MAX_LINKS."""
    lines = (value[:MAX_LINE] for name, value in headers if name == "link")
    return tuple(islice(_read(lines), MAX_LINKS))


def write_link(url: str, rel: str) -> str:
    """Return the value of a Link header; what would end address or line is escaped."""
    return f'<{header_safe(url)}>; rel="{rel}"'


def header_safe(url: str) -> str:
    """Return an address of which no character ends a header's line, <brackets> or a quoted attribute."""
    return quote(url, safe=_URL_CHARACTERS, errors="replace")


def _read(lines: Iterable[str]) -> Iterator[HeaderLink]:
    for line in lines:
        target: str | None = None
        params: dict[str, str] = {}
        for token in _TOKEN.finditer(line):
            if token["name"] is not None:
                params.setdefault(token["name"].lower(), _value(token))
                continue
            # An address begins a link and a comma ends one; a string by itself can only be a mistake.
            if target is not None:
                yield _link(target, params)
            target, params = (token["target"] if token["closed"] else None), {}
        if target is not None:
            yield _link(target, params)


def _link(target: str, params: dict[str, str]) -> HeaderLink:
    rels = tuple(_REL.findall(params.get("rel", "").lower()))
    return HeaderLink(target.strip(), rels, params.get("anchor"))


def _value(token: re.Match[str]) -> str:
    if token["quoted"] is not None:
        return _ESCAPED.sub(r"\1", token["quoted"])
    return token["bare"] or ""
