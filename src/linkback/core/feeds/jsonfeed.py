"""JSON Feed 1.0 and 1.1: an object with a version and items.

Spec: https://www.jsonfeed.org/version/1.1/
"""

from collections.abc import Iterator, Mapping

import msgspec

from linkback.core.errors import BadFeed
from linkback.core.feeds.listing import Listing, entry_of, listing_of
from linkback.core.model import Entry, Page

VERSIONS = "https://jsonfeed.org/version/1"
NOT_JSON = "This begins like JSON Feed, but is no JSON."
TOO_LONG = "This JSON Feed is longer than 1 MiB, which is as much as is read of it."
OTHER_JSON = 'This is JSON, but no JSON Feed: its "version" is none, or it has no list of "items".'
_SAID = ("content_html", "content_text", "summary", "external_url")


def read(page: Page, text: str) -> Listing:
    """Return what a JSON Feed lists; raises BadFeed."""
    try:
        document: object = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadFeed(TOO_LONG if page.truncated else NOT_JSON) from error
    if not isinstance(document, Mapping) or not str(document.get("version")).startswith(VERSIONS):
        raise BadFeed(OTHER_JSON)
    items = document.get("items")
    if not isinstance(items, list):
        raise BadFeed(OTHER_JSON)
    return listing_of("json", _entries(page.url, items))


def _entries(base: str, items: list[object]) -> Iterator[Entry | None]:
    for item in items:
        if isinstance(item, Mapping):
            yield _entry(base, item)


def _entry(base: str, item: Mapping[object, object]) -> Entry | None:
    """Return an item as an entry; where it names no address, its id is one if it looks like one."""
    return entry_of(
        base,
        _address(item),
        title=item.get("title"),
        published=item.get("date_published"),
        updated=item.get("date_modified"),
        said=map(item.get, _SAID),
    )


def _address(item: Mapping[object, object]) -> str | None:
    url, name = item.get("url"), item.get("id")
    if isinstance(url, str) and url.strip():
        return url
    return name if isinstance(name, str) and name.startswith(("http://", "https://")) else None
