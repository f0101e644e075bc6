"""Texts that leave the house and come back: signed, for one purpose, until a time. They are not secret.

Pure: the key and the time are the caller's. A token is URL-safe, and each has one spelling only, so that a
digest of it is enough to know it again.
Spec: RFC 2104 (HMAC), with SHA-256; RFC 4648 section 5 (base64url)
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from datetime import UTC, datetime

from linkback.core.errors import LinkbackError

MAC_BYTES = 32
TIME_BYTES = 6  # whole seconds since 1970, for some millions of years
LONGEST_TOKEN = 4096  # characters; ours have some hundred, and longer ones are not worth a digest


class Forged(LinkbackError):
    """This is no link of this server's, or not all of one."""


class Expired(LinkbackError):
    """This link is too old."""


def sign(key: bytes, purpose: str, text: str, ends_at: datetime) -> str:
    """Return a token that says text, for this purpose, until ends_at (cut to whole seconds)."""
    said = int(ends_at.timestamp()).to_bytes(TIME_BYTES, "big") + text.encode()
    return urlsafe_b64encode(_mac(key, purpose, said) + said).rstrip(b"=").decode()


def read(key: bytes, purpose: str, token: str, now: datetime) -> str:
    """Return the text of a token; raises Forged for one that was not signed so, Expired for one whose time is over."""
    raw = _bytes(token)
    mac, said = raw[:MAC_BYTES], raw[MAC_BYTES:]
    if len(said) < TIME_BYTES or not hmac.compare_digest(mac, _mac(key, purpose, said)):
        raise Forged
    if now >= datetime.fromtimestamp(int.from_bytes(said[:TIME_BYTES], "big"), UTC):
        raise Expired
    return said[TIME_BYTES:].decode()


def _mac(key: bytes, purpose: str, said: bytes) -> bytes:
    # The purpose has its length before it, so that no part of what is said can pass for a part of it.
    name = purpose.encode()
    return hmac.digest(key, len(name).to_bytes(2, "big") + name + said, "sha256")


def _bytes(token: str) -> bytes:
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise Forged
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except BadBase64:
        raise Forged from None
    # Python skips what is no base64, and the last character has bits to spare: only one spelling counts.
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise Forged
    return raw
