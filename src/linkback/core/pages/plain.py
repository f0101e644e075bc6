"""Links in what is no markup: in JSON a value that is the address, in plain text the address as a whole word.

Anything else that holds the address is no link: a longer text, the key of an object, a longer address.
Spec: Webmention 3.2.2
"""

import re
from collections.abc import Iterator

import msgspec

from linkback.core.model import Link
from linkback.core.pages.document import Document, Found
from linkback.core.pages.matching import Matcher

MAX_FOUND = 100  # links to one target that are described; what a page says with more is the same

_URL_IN_TEXT = re.compile(r"https?://[^\s<>\"'`\x00-\x1f]{1,2000}", re.IGNORECASE)
_AFTER_A_URL = ".,;:!?)]}*_'…。、，！？）」』】»”’"


def in_json(document: Document, matcher: Matcher) -> tuple[Found, ...]:
    """Find values of a JSON document that are the target; any other string is no link (Webmention 3.2.2)."""
    found = []
    for key, value in json_strings(document.text):
        if value.startswith(("http://", "https://")) and matcher.matches(value):
            found.append(Found(Link(matcher.address_of(value), "json"), key=key))
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


def in_text(document: Document, matcher: Matcher) -> tuple[Found, ...]:
    """Find the target in plain text, as a whole word; full stops and brackets after it are not part of it."""
    found = []
    for word in _URL_IN_TEXT.finditer(document.text):
        written = next((one for one in _shortened(word[0]) if matcher.matches(one)), None)
        if written is not None:
            found.append(Found(Link(matcher.address_of(written), "text", text=written)))
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
