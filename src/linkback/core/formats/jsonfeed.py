"""JSON Feed, for feed readers that like JSON better: the same as atom.py says, in the same order.

Pure: values to bytes. Texts are plain, and addresses of the web only.
Spec: https://www.jsonfeed.org/version/1.1/
"""

from collections.abc import Iterable

from linkback.core.formats.atom import WEIGHTLESS, Frame, entry_id, tags_of
from linkback.core.formats.plain import address, author_of, encoded, headline, moment, page_of, text_of
from linkback.core.model import Mention

MEDIA_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def write(mentions: Iterable[Mention], frame: Frame) -> bytes:
    """Return a feed of mentions, in their order."""
    about = {"version": VERSION, "title": frame.title, "home_page_url": frame.home, "feed_url": frame.url}
    return encoded({**about, "items": [_item(mention, frame) for mention in mentions]})


def _item(mention: Mention, frame: Frame) -> dict[str, object]:
    page = page_of(mention)
    return {
        "id": entry_id(mention, frame),
        **({"url": page} if page else {}),
        "title": headline(mention),
        "content_text": text_of(mention) or WEIGHTLESS,
        "date_published": moment(mention.received_at),
        "authors": [_author(mention)],
        "tags": tags_of(mention),
        "_linkback": {
            "id": mention.id,
            "status": mention.status,
            "target": mention.target,
            "rsvp": mention.citation.rsvp,
        },
    }


def _author(mention: Mention) -> dict[str, str]:
    url = address(mention.citation.author.url)
    return {"name": author_of(mention), **({"url": url} if url else {})}
