"""Forms as browsers send them: application/x-www-form-urlencoded, read with bounds and written.

Shared by Webmention and TrackBack. Pure: bytes in, values out. Only charsets of a list are
taken: a label of a stranger's never names a codec of ours, and never UTF-7.
Spec: https://url.spec.whatwg.org/#application/x-www-form-urlencoded
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlencode

from linkback.core.errors import BadPing, Problem

MEDIA_TYPE = "application/x-www-form-urlencoded"
MAX_FIELDS = 100  # a TrackBack has four, a webmention two; extensions add a handful

# What a charset is called, in lower case, and the codec that reads it. iso-8859-1 is read as
# windows-1252, as browsers do (WHATWG Encoding): whoever writes “ in it means that.
CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
}
WHAT_IS_TAKEN = "Use UTF-8; iso-8859-1, windows-1252, iso-8859-15, Shift_JIS, EUC-JP and ISO-2022-JP are taken too."

_CHARSET = re.compile(r""";\s*+charset\s*+=\s*+("?)([^";\s]*+)\1\s*+(?=;|$)""", re.IGNORECASE)
_NAMES_CHARSET = re.compile(r";\s*+charset\s*+=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in their order, repeated ones too."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of a field, or the default where there is none."""
        return next((value for key, value in self.fields if key == name), default)

    def values(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, in their order."""
        return tuple(value for key, value in self.fields if key == name)


def charset_of(content_type: str | None) -> str | None:
    """Return the charset that a Content-Type names, in lower case, known or not; None where it names none.

    One that cannot be read, such as a list, is "" and hence not known.
    """
    if content_type is None or not _NAMES_CHARSET.search(content_type):
        return None
    found = _CHARSET.search(content_type)
    return found[2].lower() if found else ""


def read_form(body: bytes, content_type: str | None, *, charset: str = "utf-8") -> Form:
    """Return the fields of a form; charset is the one to take where the Content-Type names none.

    A missing Content-Type is taken as that of a form. Raises BadPing: NOT_CONFORMING for another
    type or more than MAX_FIELDS, UNSUPPORTED_ENCODING for a charset that is not of the list,
    BAD_CHARACTER for bytes that the charset does not have.
    """
    if content_type and content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise BadPing(Problem.NOT_CONFORMING, f"The request is no form. Send it as {MEDIA_TYPE}.")
    named = charset_of(content_type)
    codec = CODECS.get((charset if named is None else named).lower())
    if codec is None:
        raise BadPing(Problem.UNSUPPORTED_ENCODING, f"The form's charset is not taken. {WHAT_IS_TAKEN}")
    pieces = body.split(b"&", MAX_FIELDS)
    if len(pieces) > MAX_FIELDS:
        raise BadPing(Problem.NOT_CONFORMING, f"The form has too many fields; at most {MAX_FIELDS} are taken.")
    return Form(tuple(_field(piece, codec) for piece in pieces if piece))


def write_form(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return the body of a form in UTF-8; half a character (a lone surrogate) becomes a question mark."""
    return urlencode(tuple(fields), encoding="utf-8", errors="replace").encode("ascii")


def _field(piece: bytes, codec: str) -> tuple[str, str]:
    name, _, value = piece.partition(b"=")
    return _text(name, codec), _text(value, codec)


def _text(written: bytes, codec: str) -> str:
    try:
        return unquote_to_bytes(written.replace(b"+", b" ")).decode(codec)
    except UnicodeDecodeError:
        raise BadPing(Problem.BAD_CHARACTER, "The form holds bytes that its charset does not have.") from None
