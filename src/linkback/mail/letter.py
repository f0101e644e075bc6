"""How a letter is composed: text and HTML, and headers that are made of constants and of cleaned values alone.

Pure but for the date it is told. What strangers wrote reaches one header, the subject, and there without anything that
ends a line. Formats: RFC 5322, RFC 2046; List-Unsubscribe RFC 2369 and RFC 8058, List-Id RFC 2919, Auto-Submitted
RFC 3834, Expires RFC 4021 2.1.50.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from linkback.core.mailboxes import can_be_written_to, in_ascii
from linkback.core.text import bounded, clean

SUBJECT, EXPIRES = "Subject", "Expires"
LONGEST_SUBJECT = 120  # characters; lists of mails show half of them
_ADDRESS_OF_IPV4 = re.compile(r"[0-9.]+", re.ASCII)
# Ours, all ASCII, with nothing to fold them at: folded or encoded they would mean nothing to who reads them.
KEPT_WHOLE = frozenset(
    {"message-id", "in-reply-to", "references", "list-id", "list-unsubscribe", "list-unsubscribe-post"}
)


class _OurPolicy(EmailPolicy):
    """The policy of SMTP, which leaves headers whole that cannot be folded, and takes a subject for nothing but text.

    Python reads a text that is given to it as a subject: what looks like an encoded word is decoded, and the line
    ends that it hid go out as line ends.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Return a header as it is kept until the letter is written."""
        return (name, str(value)) if name == SUBJECT else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as it goes over the wire."""
        if name.lower() in KEPT_WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        if name == SUBJECT:
            return f"{name}: {_encoded(value, self.linesep)}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _OurPolicy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Stationery:
    """What all letters of a server have in common: the address they come from, and the server's own name."""

    sender: str
    host: str

    @property
    def domain(self) -> str:
        """Return what stands after the at sign of our Message-IDs."""
        if ":" in self.host:
            return f"[IPv6:{self.host.strip('[]')}]"
        return f"[{self.host}]" if _ADDRESS_OF_IPV4.fullmatch(self.host) else self.host


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before it is bytes. `key` makes its Message-ID, and `thread` (or "") names the one it belongs to.

    `stop` is the address where one click ends such letters; empty for those that somebody asked for.
    `ends_at` is when the letter is of no use any more.
    """

    recipient: str
    subject: str
    text: str
    html: str
    key: str
    thread: str = ""
    stop: str = ""
    ends_at: datetime | None = None


def compose(draft: Draft, stationery: Stationery, now: datetime) -> bytes:
    """Return a letter as it goes over the wire; raises ValueError for an address that none can be written to."""
    if not can_be_written_to(draft.recipient):
        raise ValueError("This is no address that mail can be sent to.")
    message = EmailMessage(POLICY)
    message["From"] = Address("Linkback", addr_spec=stationery.sender)
    message["To"] = Address(addr_spec=in_ascii(draft.recipient))
    message[SUBJECT] = bounded(clean(draft.subject), LONGEST_SUBJECT)
    message["Date"] = now
    message["Message-ID"] = f"<{draft.key}@{stationery.domain}>"
    if draft.thread:
        message["In-Reply-To"] = message["References"] = f"<{draft.thread}@{stationery.domain}>"
    if draft.ends_at:
        message[EXPIRES] = format_datetime(draft.ends_at)
    message["Auto-Submitted"] = "auto-generated"
    if draft.stop:
        message["List-Id"] = f"Linkback <news.{stationery.host.strip('[]').replace(':', '.')}>"
        message["List-Unsubscribe"] = f"<{draft.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(draft.text, cte="quoted-printable")
    message.add_alternative(draft.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def ends_at(message: bytes) -> datetime | None:
    """Return when a letter that `compose` wrote is of no use any more; None for never."""
    said = BytesHeaderParser().parsebytes(message).get(EXPIRES)
    return parsedate_to_datetime(said) if said else None


def _encoded(text: str, linesep: str) -> str:
    """Return a text as a header holds it: as it is, or all of it in encoded words (RFC 2047)."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=SUBJECT).encode(linesep=linesep)
