"""What all kinds of feeds come to: entries with an address, a digest and dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from linkback.core.model import Entry
from linkback.core.pages.facts import date_of, title_of
from linkback.core.urls import identity, resolve

MAX_ENTRIES = 1000  # of a feed; most list ten to fifty, whole archives some hundreds
DIGEST_BYTES = 16  # that a post changed is no secret, and nobody gains by two texts that look the same


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed lists, first come first, each page once.

    `kind` is rss, atom, json, h-feed or sitemap. `more` are the sitemaps that an index names.
    `whole` says that everything was read: only then does a missing entry mean anything.
    """

    kind: str
    entries: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    whole: bool = True


def listing_of(kind: str, entries: Iterable[Entry | None], *, most: int = MAX_ENTRIES, whole: bool = True) -> Listing:
    """Return a listing of the first so many entries that have an address, each page once."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry is None:
            continue
        if len(found) == most:
            return Listing(kind, tuple(found.values()), whole=False)
        found.setdefault(identity(entry.url), entry)
    return Listing(kind, tuple(found.values()), whole=whole)


def entry_of(
    base: str, address: str | None, *, title: object, published: object, updated: object, said: Iterable[object] = ()
) -> Entry | None:
    """Return an entry of raw parts; None when its address is that of no web page.

    `said` is whatever else the feed says of it. Parts that are no text count as empty.
    """
    url = resolve(base, address.strip()) if address else None
    if url is None:
        return None
    return Entry(
        url=url,
        digest=_digest(title, published, updated, *said),
        title=title_of(_text(title)),
        published=_date(published),
        updated=_date(updated),
    )


def _digest(*parts: object) -> str:
    said = "\0".join(map(_text, parts))
    return blake2b(said.encode("utf-8", "replace"), digest_size=DIGEST_BYTES).hexdigest()


def _text(part: object) -> str:
    if isinstance(part, bytes):
        return part.decode("latin-1")
    return part if isinstance(part, str) else ""


def _date(part: object) -> datetime | None:
    return date_of(_text(part))
