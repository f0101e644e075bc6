"""The citation: what a document says of itself and of a link in it, as plain text.

Who is trusted, in this order: microformats2 (the entry that holds the link, else the page's
first), JSON-LD, OpenGraph, plain HTML. All text is plain, on one line and bounded, whatever
the page holds; all addresses are http(s). Nothing raises.
"""

from linkback.core.model import Author, Citation, Link
from linkback.core.pages import document as documents
from linkback.core.pages import metadata, microformats
from linkback.core.pages.document import Document, Found, language_of
from linkback.core.pages.excerpt import excerpt
from linkback.core.pages.facts import Facts, author_of, date_of, title_of
from linkback.core.pages.links import locate
from linkback.core.pages.place import CONTENT, RESPONSES
from linkback.core.pages.plain import json_of

MENTION = "mention"

_JSON_TITLES = ("title", "name", "headline", "summary")
_JSON_DATES = ("published", "date_published", "datePublished", "created_at")


def cite(document: Document, link: Link, target: str) -> Citation:
    """Return the citation of a link that find() found in a document."""
    siblings = locate(document, target)
    found = _found(siblings, link)
    facts = _facts(document, found, siblings)
    language = _language(document, found)
    return Citation(
        title=facts.title,
        author=facts.author,
        kind=facts.kind or MENTION,
        published=facts.published,
        anchor=link.text,
        excerpt=excerpt(document, found, language),
        rel=link.rel,
        place=link.place,
        language=language,
        rsvp=facts.rsvp,
        photo=facts.photo,
        content=facts.content,
        noindex=document.noindex,
    )


def _found(siblings: tuple[Found, ...], link: Link) -> Found:
    for one in siblings:
        if one.link is link or one.link == link:
            return one
    return Found(link)


def best(links: tuple[Link, ...]) -> Link | None:
    """Return the link to cite of several to one target: the first in the content, else the first; None of none."""
    for link in links:
        if link.place == CONTENT:
            return link
    return links[0] if links else None


def _facts(document: Document, found: Found, siblings: tuple[Found, ...]) -> Facts:
    if document.media == documents.HTML:
        return metadata.completed(document, microformats.facts_of(document, found, siblings))
    if document.media == documents.JSON:
        return _facts_of_json(document, found)
    return Facts()


def _facts_of_json(document: Document, found: Found) -> Facts:
    """Return what a JSON document (a feed, an activity, jf2) says at its top; the link's key tells the kind."""
    top = json_of(document.text)
    if not isinstance(top, dict):
        return Facts()
    texts = {str(key): value for key, value in top.items() if isinstance(value, str)}
    author = top.get("author")
    named: dict[object, object] = author if isinstance(author, dict) else {"name": author}
    name, url, photo = (_string(named.get(key)) for key in ("name", "url", "photo"))
    return Facts(
        title=title_of(next((texts[key] for key in _JSON_TITLES if texts.get(key)), "")),
        author=author_of(document.url, name, url, photo) if author else Author(),
        published=date_of(next((texts[key] for key in _JSON_DATES if texts.get(key)), "")),
        kind=RESPONSES.get(f"u-{found.key}", "") or ("reply" if found.key == "inReplyTo" else ""),
    )


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _language(document: Document, found: Found) -> str:
    """Return the language of the text around a link, where it is marked, else that of the page."""
    marked = found.element.closest("[lang]") if found.element is not None else None
    return (language_of(marked) if marked is not None else "") or document.language
