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
MAX_NAME = 100  # characters of an author's name; the longest honest ones have half of that

_SPACED = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(?=\d)")
_SITE = re.compile(r"https?://[^/?#\\\s]+", re.IGNORECASE)
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?")


class Facts(NamedTuple):
    """What was read of a page; empty and None mean that it does not say."""

    title: str = ""
    author: Author = NOBODY
    published: datetime | None = None
    kind: str = ""


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
    """Read a date as mail has it, or the day and clock that an odd ISO date begins with."""
    if clock := _CLOCK.match(written):
        return _iso_date(clock[0].upper())
    try:
        return parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
