"""jf2, as webmention.io writes it: what widgets and site generators have read for ten years.

Pure: values to bytes. Text leaves as text, addresses only as http(s), and no byte that HTML knows
leaves unescaped, since site generators put this file into their pages as it is.
Spec: https://jf2.spec.indieweb.org/ and the public interface of webmention.io
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from linkback.core.formats import ALL, Kinds, Paging
from linkback.core.hygiene import NOTHING_LISTED, UNVOUCHED, Lists, rel_of
from linkback.core.model import Author, Citation, Listed, Mention

MEDIA_TYPE = "application/json;charset=UTF-8"  # and not application/jf2+json: clients compare

MENTION_OF = "mention-of"
# kind of a citation -> wm-property
PROPERTIES = {
    "reply": "in-reply-to",
    "like": "like-of",
    "repost": "repost-of",
    "bookmark": "bookmark-of",
    "rsvp": "rsvp",
}
KINDS = {name: kind for kind, name in PROPERTIES.items()}
IN_HTML = {b"<": b"\\u003c", b">": b"\\u003e", b"&": b"\\u0026"}


def write(mentions: Iterable[Mention], paging: Paging, lists: Lists = NOTHING_LISTED) -> bytes:
    """Return a page of mentions as a feed; `lists` are those of their sites."""
    pages = {"per-page": paging.per_page, "page": paging.page, "total": paging.total, "total-pages": paging.pages}
    children = [entry(mention, lists.get(mention.site_id, ())) for mention in mentions]
    return _encoded({"type": "feed", "name": "Webmentions", "children": children, "paging": pages})


def entry(mention: Mention, lists: Sequence[Listed] = ()) -> dict[str, object]:
    """Return a mention as an entry; of what a page may or may not say, only what it does say is there.

    `wm-rel` is the rel with which its link is to be shown, where that is not the usual "ugc nofollow".
    """
    citation = mention.citation
    said: dict[str, object] = {
        "name": citation.title,
        "photo": [citation.photo] if web_address(citation.photo) else None,
        "content": _content(citation),
        "wm-rel": _unusual_rel(mention, lists),
    }
    return {
        "type": "entry",
        "author": _card(citation.author),
        "url": web_address(mention.source_page or mention.source),
        "published": _time(citation.published),
        "wm-received": _time(mention.received_at),
        "wm-id": mention.id,
        "wm-source": mention.source,
        "wm-target": mention.target,
        "wm-protocol": next(iter(mention.protocols), None),
        **{name: value for name, value in said.items() if value},
        **_answers(citation, mention.target),
        "wm-property": property_of(citation),
        "wm-private": False,
    }


def property_of(citation: Citation) -> str:
    """Return the wm-property of a citation; an rsvp that does not say whether anybody comes is a mention."""
    if citation.kind == "rsvp" and not citation.rsvp:
        return MENTION_OF
    return PROPERTIES.get(citation.kind, MENTION_OF)


def kinds_of(properties: Collection[str]) -> Kinds:
    """Return the kinds of these properties, all when none is named.

    mention-of is whatever has no property of its own.
    """
    if not properties:
        return ALL
    wanted = frozenset(KINDS[name] for name in properties if name in KINDS)
    return Kinds(frozenset(PROPERTIES) - wanted) if MENTION_OF in properties else Kinds(wanted, but=False)


def web_address(url: str) -> str:
    """Return an address of the web as it is, and nothing for any other."""
    return url if url.startswith(("http://", "https://")) else ""


def _answers(citation: Citation, target: str) -> dict[str, object]:
    name = property_of(citation)
    return {"rsvp": citation.rsvp, "in-reply-to": target} if name == "rsvp" else {name: target}


def _card(author: Author) -> dict[str, object]:
    """Return the author's card: always there, since every client reads it unasked."""
    return {"type": "card", "name": author.name, "photo": web_address(author.photo), "url": web_address(author.url)}


def _content(citation: Citation) -> dict[str, object] | None:
    text = citation.content or citation.excerpt
    return {"text": text} if text else None


def _unusual_rel(mention: Mention, lists: Sequence[Listed]) -> str:
    rel = rel_of(mention, lists)
    return "" if rel == UNVOUCHED else rel


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _encoded(feed: dict[str, object]) -> bytes:
    encoded = msgspec.json.encode(feed)
    for character, escape in IN_HTML.items():  # in JSON these stand in strings only
        encoded = encoded.replace(character, escape)
    return encoded
