"""Matching: which of many references lead to one target, without resolving each of them.

Addresses are compared whole, as core.urls compares them; what a browser would mend is mended first.
Spec: https://url.spec.whatwg.org/
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from linkback.core.errors import BadURL
from linkback.core.urls import REMEMBERED, comparable, parse, resolve

MAX_COMPARED = 10_000  # different addresses compared in full: 0.3 s; no honest page has that many so alike

# What a browser takes letter by letter; anything else it may escape, mend or leave out.
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&()*+,;=:@/?#"
_DOTS = ("/.", "\n.", ":.")  # how "." and ".." begin; "http:." is one as well
_ROOT = re.compile(r"(?:https?:/*|/+)[^/?#]*/?\??(?:#|\Z)", re.ASCII | re.IGNORECASE)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|$)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Target:
    """A target, taken apart for comparing.

    `key` is its comparable form, `page` that without a query. `tail` is how any plain reference to it ends:
    from the last name of its path on, "" for a root; `name` is that without a query. `host` is "" for an IP address.
    """

    href: str
    key: str
    page: str
    tail: str
    name: str
    host: str


@lru_cache(REMEMBERED)
def _target(text: str) -> _Target:
    url, key = parse(text), comparable(text)
    tail = _tail(key.removeprefix(url.origin))
    host = "" if ":" in url.host or url.host[-1].isdigit() else url.host
    return _Target(url.href, key, key.partition("?")[0], tail, tail.partition("?")[0], host)


class Matcher:
    """Tells which of a page's references lead to one target, most of them at a glance.

    A reference is compared in full only if it could be the target. It cannot be when it is
    plain, that is, a browser takes it letter by letter, and does not end as the target ends.
    """

    def __init__(self, base: str, target: str) -> None:
        wanted = _target(target)
        self.base, self.wanted, self.target, self.key = base, wanted, wanted.href, wanted.key
        self.stays_on_page = _is_page_of(base, wanted)
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
        tail, lines = self.wanted.tail, "\n".join(references)
        if self.is_odd(lines, len(references)):
            likely = [i for i, one in enumerate(references) if tail in one or self.is_odd(one, 1)]
        elif tail:
            likely = _lines_with(tail, lines)
        else:
            likely = [i for i, one in enumerate(references) if _ROOT.match(one)]
        return [i for i in likely if self.matches(references[i])]

    def is_odd(self, lines: str, count: int) -> bool:
        """Tell whether any of some references, a line each, could lead to the target without having its tail in it."""
        return (
            not lines.isascii()
            or len(lines.encode().translate(None, _PLAIN)) != count - 1  # more than the line feeds between them
            or self.stays_on_page
            # Dots at the end of a path fold into a folder; anywhere else the last name stays as it is written.
            or (self.wanted.page.endswith("/") and any(dots in f"\n{lines}" for dots in _DOTS))
        )

    def could_be(self, reference: str) -> bool:
        """Tell whether a reference without its fragment has to be compared in full."""
        tail, host = self.wanted.tail, self.wanted.host
        if self.is_odd(reference, 1):
            named = host and _PLAIN_HOST.match(reference)
            return not named or named[1].lower().rstrip(".") == host
        if tail:
            return reference.endswith(tail) or reference.endswith(f"{tail}?")
        return _ROOT.match(reference) is not None

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
        return url is not None and key_of(url) == self.key

    def address_of(self, reference: str) -> str:
        """Return where a reference that leads to the target leads: the target, with a fragment of its own."""
        return self.target if reference == self.target else resolve(self.base, reference) or self.target


def _lines_with(part: str, lines: str) -> list[int]:
    """Return the numbers of the lines that hold a part."""
    found: list[int] = []
    number = start = 0
    while (at := lines.find(part, start)) >= 0:
        number += lines.count("\n", start, at)
        found.append(number)
        end = lines.find("\n", at)
        if end < 0:
            break
        number, start = number + 1, end + 1
    return found


def _is_page_of(base: str, wanted: _Target) -> bool:
    """Tell whether a reference without a path ("", "?x", "#y") could lead to the target."""
    page = base.partition("#")[0].partition("?")[0]
    plain = page.isascii() and not page.encode().translate(None, _PLAIN) and "/." not in page
    if plain and not (page.endswith(wanted.name) if wanted.name else _ROOT.match(page)):
        return False
    url = resolve(base, "")
    return url is not None and key_of(url).partition("?")[0] == wanted.page


def _tail(path: str) -> str:
    """Return how any plain reference to a path and query ends: from its last name on; "" for a root."""
    name, mark, query = path.partition("?")
    if name == "/":
        return mark + query
    return path[name.rfind("/", 0, len(name) - 1) + 1 :]


def key_of(url: str) -> str:
    """Return the form in which an address is compared, or itself if it is none of a web page."""
    try:
        return comparable(url)
    except BadURL:
        return url
