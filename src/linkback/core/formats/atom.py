"""Atom, for feed readers: the newest mentions of a site, with texts as texts and no markup of strangers.

Pure: values to bytes. Nothing in it that XML forbids or that cannot be seen.
Spec: RFC 4287
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from linkback.core.formats.plain import address, author_of, headline, moment, page_of, text_of
from linkback.core.model import Mention, Status

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
WEIGHTLESS = "A page links to you."  # where the source says nothing of itself


@dataclass(frozen=True, slots=True)
class Frame:
    """What a feed says of itself. `base` is where its server is, `updated` when it last changed."""

    title: str
    base: str
    url: str
    home: str
    updated: datetime


def write(mentions: Iterable[Mention], frame: Frame) -> bytes:
    """Return a feed of mentions, in their order."""
    feed = Element("feed", {"xmlns": NAMESPACE})
    _texts(feed, title=frame.title, id=feed_id(frame), updated=moment(frame.updated))
    SubElement(feed, "link", rel="self", href=address(frame.url), type="application/atom+xml")
    SubElement(feed, "link", rel="alternate", href=address(frame.home))
    _texts(feed, generator="Linkback")
    for mention in mentions:
        _add_entry(feed, mention, frame)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def feed_id(frame: Frame) -> str:
    """Return what names a feed for ever; not its address, which ends with a token that may be replaced."""
    return f"{frame.base}feeds/#{address(frame.home)}"


def entry_id(mention: Mention, frame: Frame) -> str:
    """Return what names a mention for ever: where its owner sees it."""
    return f"{frame.base}dashboard/mentions/{mention.id}"


def tags_of(mention: Mention) -> tuple[str, ...]:
    """Return the words by which readers sort: the kind, and that a mention waits."""
    waits = () if mention.status is Status.APPROVED else (mention.status.value,)
    return (mention.citation.kind, *waits)


def _add_entry(feed: Element, mention: Mention, frame: Frame) -> None:
    entry, at = SubElement(feed, "entry"), moment(mention.received_at)
    _texts(entry, title=headline(mention), id=entry_id(mention, frame), published=at, updated=at)
    author = SubElement(entry, "author")
    _texts(author, name=author_of(mention))
    if uri := address(mention.citation.author.url):
        _texts(author, uri=uri)
    if page := page_of(mention):
        SubElement(entry, "link", rel="alternate", href=page)
    SubElement(entry, "link", rel="related", href=address(mention.target))
    for tag in tags_of(mention):
        SubElement(entry, "category", term=tag)
    SubElement(entry, "content", type="text").text = text_of(mention) or WEIGHTLESS


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
