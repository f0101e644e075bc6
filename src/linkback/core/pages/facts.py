"""What a page says of itself: a title, an author, a date, a kind.

Here is what the ways of saying it (microformats, JSON-LD, OpenGraph, plain HTML) have in
common: how a title, an author and a date are made plain, and who is one person.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from linkback.core.model import Author
from linkback.core.pages.document import MAX_TITLE
from linkback.core.text import bounded, clean
from linkback.core.urls import REMEMBERED, resolve

NOBODY = Author()
MAX_CONTENT = 2000  # characters of a reply; a comment form takes about as many, and longer ones are read where they are
MAX_NAME = 100  # characters of an author's name; the longest honest ones have half of that

_SPACED = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(?=\d)")
_SITE = re.compile(r"https?://[^/?#\\\s]+", re.IGNORECASE)
# A day and a clock as people say them: "2026-326 1:30 pm +1". What is missing is left out.
_SAID = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{4}-\d{3})"
    r"(?:[Tt ]\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?"
    r"\s?(?P<half>[ap]\.?m\.?)?\s?(?P<zone>Z|[+-]\d{1,2}(?::?\d{2})?)?)?",
    re.ASCII | re.IGNORECASE,
)
_DAYS = {10: "%Y-%m-%d", 8: "%Y-%j"}
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?")


class Facts(NamedTuple):
    """What was read of a page; empty and None mean that it does not say."""

    title: str = ""
    author: Author = NOBODY
    published: datetime | None = None
    kind: str = ""
    rsvp: str = ""
    photo: str = ""
    content: str = ""


def filled(tellings: Iterable[Author]) -> Author:
    """Return the first of some authors, with what it lacks taken from those that may be the same person."""
    authors = [author for author in tellings if author.name or author.url or author.photo]
    if len(authors) < 2:
        return authors[0] if authors else NOBODY
    first = authors[0]
    name = first.name or next((one.name for one in authors if one.name), "")
    alike = [one for one in authors if one.name.casefold() in ("", name.casefold())]
    url = first.url or next((one.url for one in alike if one.url), "")
    photo = first.photo or next((one.photo for one in alike if one.photo), "")
    return Author(name, url, photo)


def title_of(text: str | None) -> str:
    """Return a title as plain text, bounded."""
    return bounded(clean((text or "")[: 20 * MAX_TITLE]), MAX_TITLE)


def content_of(text: str) -> str:
    """Return the text of an answer as plain text, bounded."""
    return bounded(clean(text), MAX_CONTENT)


def author_of(base: str, name: str | None, url: str | None = None, photo: str | None = None) -> Author:
    """Return an author of raw parts: a plain, bounded name, and addresses that are http(s) or nothing."""
    return Author(
        name=bounded(clean((name or "")[: 20 * MAX_NAME]), MAX_NAME),
        url=(url and _address(base, url)) or "",
        photo=(photo and _address(base, photo)) or "",
    )


def _address(base: str, reference: str) -> str | None:
    """Resolve a reference. One that begins with a slash is the same on all pages of a site, and so remembered."""
    site = _SITE.match(base) if reference.startswith("/") else None
    return _address_in(site[0], reference) if site else resolve(base, reference)


@lru_cache(REMEMBERED)
def _address_in(site: str, reference: str) -> str | None:
    return resolve(site, reference)


def date_of(text: str | None) -> datetime | None:
    """Return a date as pages write it (ISO 8601 mostly, else as in mail) in UTC; None if it is none.

    A time without a zone is taken as UTC, a day as its first moment.
    """
    written = (text or "").strip()[:64]
    if not written:
        return None
    found = _iso_date(written) or _iso_date(_SPACED.sub(r"\1T", written).replace(" ", "")) or _other_date(written)
    try:
        return None if found is None else found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def _iso_date(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _other_date(written: str) -> datetime | None:
    """Read a date as people say it or as mail has it, or the day and clock that an odd ISO date begins with."""
    if (said := _SAID.fullmatch(written)) and (date := _said_date(said)):
        return date
    if clock := _CLOCK.match(written):
        return _iso_date(clock[0].upper())
    try:
        return parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _said_date(said: re.Match[str]) -> datetime | None:
    """Read a day, counted in its month or its year, and a clock of twelve or twenty-four hours."""
    hour = int(said["hour"] or 0)
    if said["half"]:
        hour = hour % 12 + (12 if said["half"][0] in "pP" else 0)
    sign, digits = (said["zone"] or "Z")[0].replace("z", "Z"), (said["zone"] or "Z")[1:].replace(":", "")
    zone = "+0000" if sign == "Z" else f"{sign}{digits[:-2] or digits:0>2}{digits[2:] if len(digits) > 2 else '00':0>2}"
    clock = f"{hour:02}:{said['minute'] or '00'}:{said['second'] or '00'}{zone}"
    try:
        return datetime.strptime(f"{said['day']} {clock}", f"{_DAYS[len(said['day'])]} %H:%M:%S%z")
    except ValueError:
        return None
