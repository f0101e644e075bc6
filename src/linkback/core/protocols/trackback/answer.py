"""The answer to a trackback, from XML to what it says.

Pure, and safe for any bytes: bounded, no DOCTYPE, no entities of the text's own, and encodings from
a list. Two forms are known: TrackBack's own, and the one in which WordPress refuses what is too
fast or sent twice. White space and a byte order mark before the declaration are passed over.
Spec: TrackBack Technical Specification 1.2, "Sending a TrackBack Ping"
"""

import re
from dataclasses import dataclass
from pyexpat import ExpatError, ParserCreate

from linkback.core.errors import BadReply

MAX_BODY = 1 << 16  # bytes; an answer is one sentence
MAX_DEPTH = 12  # elements inside each other; the deepest answer known has three
LOOK = 512  # bytes in which the declaration and the beginning of a page are looked for
WHITE = " \t\r\n"
WORDPRESS = "wp_die"  # stands for the text of <error> where WordPress sends its other form

_DECLARED = re.compile(rb"[ \t\r\n]*+<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]*)[\"']")
_LATIN = frozenset({"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252"})
_FORMS = {("response", "error"), ("response", "message"), ("error", "message"), ("error", "status")}


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer holds: the text of `<error>`, the sentence, and an HTTP status inside; empty where there is none.

    `error` is None where there is no such element.
    """

    error: str | None
    message: str = ""
    status: str = ""


class _TooDeep(Exception):
    """The elements are nested deeper than any answer's."""


class _Reader:
    """Collects the text of the few elements that an answer may have, the first of each."""

    __slots__ = ("found", "open", "parts", "root")

    def __init__(self) -> None:
        self.root = ""
        self.open: list[str] = []
        self.parts: list[str] = []
        self.found: dict[tuple[str, str], str] = {}

    def parse(self, text: str) -> None:
        """Read a whole text; raises ExpatError or _TooDeep."""
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.parts.append
        # As a str, for which expat ignores the declared encoding, and in one piece: it is quadratic in many.
        parser.Parse(text, True)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        self.open.append(tag)
        self.parts.clear()
        if len(self.open) > MAX_DEPTH:
            raise _TooDeep

    def end(self, tag: str) -> None:
        self.open.pop()
        place = (self.root, tag)
        if self.open and place in _FORMS:
            self.found.setdefault(place, "".join(self.parts).strip())
        self.parts.clear()


def read(body: bytes, content_type: str) -> Said:
    """Read an answer; raises BadReply with a sentence for what is none."""
    text = _text(body) if len(body) <= MAX_BODY else ""
    reader = _Reader()
    if not text or "<!DOCTYPE" in text:
        raise BadReply(_what_came(body, content_type))
    try:
        reader.parse(text)
    except (ExpatError, _TooDeep):
        raise BadReply(_what_came(body, content_type)) from None
    return _said(reader, body, content_type)


def _said(reader: _Reader, body: bytes, content_type: str) -> Said:
    found = reader.found
    if reader.root == "response":
        return Said(found.get(("response", "error")), found.get(("response", "message"), ""))
    if reader.root == "error":  # WordPress: an error of its own, without any <response>
        return Said(WORDPRESS, found.get(("error", "message"), ""), found.get(("error", "status"), ""))
    raise BadReply(_what_came(body, content_type))


def _text(body: bytes) -> str:
    """Return the characters of an answer: UTF-8 or UTF-16 by mark, else as declared, else whichever fits."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace").strip(WHITE + "\ufeff")
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    declared = _DECLARED.match(body[:LOOK])
    if declared and declared[1].decode().lower() in _LATIN:
        return body.decode("cp1252", "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _what_came(body: bytes, content_type: str) -> str:
    head = body[:LOOK].lstrip().lower()
    if not head:
        kind = "it is empty"
    elif b"<html" in head or head.startswith(b"<!doctype html") or "html" in content_type.lower():
        kind = "an HTML page came instead"
    elif len(body) > MAX_BODY:
        kind = "it is larger than 64 KiB"
    elif head.startswith(b"<"):
        kind = "XML of another kind came instead"
    else:
        kind = "text that is no XML came instead"
    return f"The answer is no TrackBack response: {kind}."
