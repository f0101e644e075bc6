"""XML-RPC, as much as Pingback needs: calls and answers, from bytes to values and back.

Pure. Never does the input choose what is loaded or expanded: a DOCTYPE is refused before
anything is parsed, encodings come from a list, and depth and size are bounded.
Spec: xmlrpc.com (2003-06-30); fault codes of the interoperability note of 2001-05-16.
"""

import re
from pyexpat import ExpatError, ParserCreate
from xmlrpc.client import Fault as WrittenFault
from xmlrpc.client import dumps

from linkback.core.errors import BadPing, BadReply, Problem
from linkback.core.protocols.xmlrpc.grammar import WHITE, Call, Fault, build

__all__ = ["WHITE", "Call", "Fault", "read_call", "read_response", "write_call", "write_fault", "write_response"]

MAX_BODY = 1 << 16  # a ping is 300 bytes; the longest two URLs anyone accepts are 16 KiB
LOOK = 512  # bytes in which the XML declaration is looked for; a usual one has 40

UTF_16 = "utf-16"  # for Python: as the byte order mark says
# Every name we decode by. pyexpat would load any codec that Python has, zlib among them.
CODECS = {
    **dict.fromkeys(["utf-8", "utf8"], "utf-8"),
    **dict.fromkeys(["utf-16", "utf-16be", "utf-16le"], UTF_16),
    **dict.fromkeys(["us-ascii", "ascii"], "ascii"),
    **dict.fromkeys(["iso-8859-1", "iso8859-1", "latin-1", "latin1"], "iso-8859-1"),
    **dict.fromkeys(["windows-1252", "cp1252"], "cp1252"),
}
# How a body begins: with a byte order mark, or with "<" in UTF-16 (XML 1.0, appendix F).
MARKS = {
    b"\xef\xbb": "utf-8-sig",
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
DECLARED = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[ \t\r\n]*<\?xml[ \t\r\n][^>]*?\bencoding[ \t\r\n]*=[ \t\r\n]*[\"']([^\"'>]*)"
)
CHARSET = re.compile(r";[ \t]*charset[ \t]*=[ \t]*\"?([^\s;\",]+)", re.IGNORECASE)
GAP, ASCII = r"[ \t\r\n]*", r"[ -%'-;=?-~]*"
PLAIN_PARAM = f"<param>{GAP}<value>(?:<string>({ASCII})</string>|({ASCII}))</value>{GAP}</param>{GAP}"
# What nearly every peer sends, two strings of ASCII without escapes: read here six times faster than by expat.
PLAIN = re.compile(
    rf"(?:{GAP}<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:utf|UTF)-8[\"'])?\?>)?{GAP}"
    rf"<methodCall>{GAP}<methodName>([A-Za-z0-9_.:/]+)</methodName>{GAP}"
    rf"<params>{GAP}{PLAIN_PARAM}{PLAIN_PARAM}</params>{GAP}</methodCall>{GAP}".encode()
)
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2

TOO_LARGE = "The body is larger than 64 KiB."
UNKNOWN_ENCODING = "The XML declares an encoding that is not taken: use UTF-8."
WRONG_BYTES = "The body holds bytes that its encoding does not have."
DOCTYPE = "The XML holds a DOCTYPE, which no XML-RPC message has."
NOT_XML = "The body is not well-formed XML."


def read_call(body: bytes, content_type: str | None = None) -> Call:
    """Read a methodCall.

    The encoding is, as RFC 7303 has it, that of the byte order mark, then of the Content-Type's
    charset, then of the XML declaration, then UTF-8. A charset that is not taken, or that cannot be
    true, is passed over; a declared encoding that is not taken is refused. White space before the
    declaration is tolerated, and so is any Content-Type. Raises BadPing, its message a sentence
    for the caller; what is not well-formed is that before anything else.
    """
    plain = PLAIN.fullmatch(body) if len(body) <= MAX_BODY else None
    if plain:
        method, first, bare_first, second, bare_second = plain.groups(b"")
        return Call(method.decode(), ((first or bare_first).decode(), (second or bare_second).decode()))
    call = _read(body, content_type, "methodCall")
    assert isinstance(call, Call)
    return call


def read_response(body: bytes, content_type: str | None = None) -> object:
    """Read a methodResponse: its one value, or a Fault.

    As tolerant as read_call. Raises BadReply, which says what came instead.
    """
    try:
        return _read(body, content_type, "methodResponse")
    except BadPing as error:
        raise BadReply(f"The answer is no XML-RPC response: {_kind(body, content_type)}") from error


def write_call(method: str, params: tuple[object, ...]) -> bytes:
    """Write a methodCall in UTF-8, without the characters that XML cannot hold."""
    return _bytes(dumps(params, method, allow_none=True))  # type: ignore[arg-type]  # it takes what Call holds


def write_response(value: object) -> bytes:
    """Write a methodResponse with one value in UTF-8, without the characters that XML cannot hold."""
    return _bytes(dumps((value,), methodresponse=True, allow_none=True))  # type: ignore[arg-type]  # as above


def write_fault(code: int, sentence: str) -> bytes:
    """Write a methodResponse with a fault in UTF-8: faultCode and faultString, nothing else."""
    return _bytes(dumps(WrittenFault(code, sentence)))


def _bytes(xml: str) -> bytes:
    return UNWRITABLE.sub("", xml).encode()


def _kind(body: bytes, content_type: str | None) -> str:
    head = body[:LOOK].lstrip().lower()
    if not head:
        return "it is empty."
    if b"<html" in head or head.startswith(b"<!doctype html") or "html" in (content_type or "").lower():
        return "an HTML page came instead."
    if len(body) > MAX_BODY:
        return "it is larger than 64 KiB."
    if head.startswith(b"<"):
        return "XML of another kind came instead."
    return "text that is no XML came instead."


def _read(body: bytes, content_type: str | None, root: str) -> object:
    if len(body) > MAX_BODY:
        raise BadPing(Problem.NOT_CONFORMING, TOO_LARGE)
    text = _decode(body, content_type)
    # Looked for here since pyexpat, when a handler raises, still expands entities to the end of the text.
    if "<!DOCTYPE" in text:
        raise BadPing(Problem.NOT_CONFORMING, DOCTYPE)
    try:
        return build(text, root)
    except ExpatError as error:
        raise BadPing(Problem.NOT_WELL_FORMED, NOT_XML) from error
    except BadPing:
        _check_well_formed(text)
        raise


def _decode(body: bytes, content_type: str | None) -> str:
    body = body.lstrip(b" \t\r\n")
    try:
        return body.decode(_codec(body, content_type)).lstrip(WHITE + "\ufeff")
    except UnicodeDecodeError as error:
        raise BadPing(Problem.BAD_CHARACTER, WRONG_BYTES) from error


def _codec(body: bytes, content_type: str | None) -> str:
    """Return the Python codec of a body, always one of our own tables."""
    match = DECLARED.match(body[:LOOK].replace(b"\0", b""))
    declared = match[1].decode("ascii", "replace").lower() if match else "utf-8"
    if declared not in CODECS:
        raise BadPing(Problem.UNSUPPORTED_ENCODING, UNKNOWN_ENCODING)
    marked = MARKS.get(body[:2])
    if marked:
        return marked
    charset = CHARSET.search(content_type) if content_type else None
    codec = CODECS.get(charset[1].lower(), UTF_16) if charset else UTF_16
    if codec == UTF_16:  # which it is not, having no mark
        codec = CODECS[declared]
    if codec == UTF_16:
        raise BadPing(Problem.BAD_CHARACTER, WRONG_BYTES)
    return codec


def _check_well_formed(text: str) -> None:
    """Raise BadPing when text is not even XML, which counts before anything else that is wrong with it."""
    try:
        ParserCreate().Parse(text, True)
    except ExpatError as error:
        raise BadPing(Problem.NOT_WELL_FORMED, NOT_XML) from error
