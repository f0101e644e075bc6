"""Folding: a text as bytes in lower case, its words parted by blanks, for comparing.

Of bytes a table can strip the punctuation, many times faster than letter by letter.
"""

from linkback.core.likeness.scripts import LATIN, SPACELESS

_GONE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # between the letters of a word, unseen
_MARKS = "“”„«»‹›‘’‚–—…·•¡¿\u00a0\u202f→|،؛؟।"
_WIDE_MARKS = "、。・「」『』（），！？：；《》〈〉【】［］～\u3000…—“”·｜"
_ASCII = bytes(code if chr(code).isalnum() or code > 127 else 32 for code in range(256))

# In UTF-8 a letter with an accent is a first byte, which is the same for é and É, and a second one, which is left out.
# First bytes that stand for marks part words as a blank does: “ and – have E2, « has C2, most pictures have F0.
_SECOND = bytes(range(0x80, 0xC0))
_OF_MARKS = frozenset({0xC2, 0xE2, 0xEF, 0xF0})
_LATIN = bytes(
    32
    if code in _OF_MARKS or (code < 128 and not chr(code).isalnum())
    else ord(chr(code).lower())
    if code < 128
    else code
    for code in range(256)
)


def folded(text: str, script: str) -> bytes:
    """Return a text in lower case, with blanks for punctuation; of Latin letters all with accents are much alike."""
    if script == LATIN:
        return _latin(text)
    small = text.casefold()
    for letter in _GONE:
        small = small.replace(letter, "")
    for mark in _WIDE_MARKS if script in SPACELESS else _MARKS:
        small = small.replace(mark, " ")
    return small.encode("utf-8", "replace").translate(_ASCII)


def _latin(text: str) -> bytes:
    if text.isascii():
        return text.encode().translate(_LATIN)
    for letter in _GONE:
        text = text.replace(letter, "")
    return text.encode("utf-8", "replace").translate(_LATIN, _SECOND)
