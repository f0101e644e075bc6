"""Our reading of microformats against mf2py: pages of our own writing, and pages that are made up.

The oracle makes of mf2py's items what a citation should be. Where we read otherwise on purpose it
does so too; each such difference has its reason in docs/decisions/microformats.md.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import mf2py  # type: ignore[import-untyped] # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkback.core.model import Author, Citation, Page
from linkback.core.pages.citation import best, cite
from linkback.core.pages.document import read
from linkback.core.pages.facts import date_of
from linkback.core.pages.links import find
from linkback.core.urls import resolve, same_page

SOURCE, TARGET = "http://src.example/blog/entry", "http://me.example/post"
LINK = f'<a href="{TARGET}">here</a>'
MARK = "<!--end of the entry-->"
NOTHING_IMPLIED = '<data class="p-x u-x" value="x"></data>'  # an entry's own name and picture are never implied by us
SOON = "<!DOCTYPE html><article><time datetime=soon></time></article>"  # so that no plain <time> dates the page
KINDS = {
    "repost-of": "repost", "repost": "repost", "like-of": "like", "like": "like", "bookmark-of": "bookmark",
    "in-reply-to": "reply",
}  # fmt: skip
RSVPS = ("yes", "no", "maybe", "interested")

Item = dict[str, Any]  # mf2py's own shape


class Said(NamedTuple):
    """What a citation should say, without white space: mf2py runs blocks together that a reader sees apart."""

    title: str
    names: tuple[str, ...]
    url: str
    photo: str
    published: datetime | None
    kind: str
    rsvp: str
    picture: str
    content: str


def said_by_us(markup: str) -> Said:
    document = read(Page(200, (("content-type", "text/html; charset=utf-8"),), markup.encode(), url=SOURCE))
    link = best(find(document, TARGET))
    assert link is not None
    one: Citation = cite(document, link, TARGET)
    author = one.author
    texts = squeezed(one.title), (squeezed(author.name),), author.url, author.photo
    return Said(*texts, one.published, one.kind, one.rsvp, one.photo, squeezed(one.content))


def said_by_the_oracle(markup: str) -> Said:
    items: list[Item] = mf2py.parse(doc=markup.replace(MARK, NOTHING_IMPLIED), url=SOURCE, filter_roots=True)["items"]
    everything = list(walked(items))
    entry = next(one for one in everything if "h-entry" in one["type"])
    feed = next((one for one in items if "h-feed" in one["type"]), None)
    kind = kind_of(entry)
    cards = [one for one in items if "h-card" in one["type"]]
    tellings = [values(entry, "author"), values(feed, "author") if feed else [], cards if len(cards) == 1 else []]
    names, url, photo = author_among(tellings, everything)
    contents = values(entry, "content") or values(entry, "summary")
    return Said(
        title_of(entry),
        names,
        url,
        photo,
        next((date for one in values(entry, "published") if (date := date_of(one))), None),
        kind,
        rsvp_of(entry) if kind == "rsvp" else "",
        next((url for one in values(entry, "photo") + values(entry, "featured") if (url := address(one))), ""),
        squeezed(text(contents[0])) if contents and kind != "mention" else "",
    )


def walked(items: list[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        nested = [one for found in item["properties"].values() for one in found if is_item(one)]
        yield from walked(nested + item.get("children", []))


def is_item(value: object) -> bool:
    return isinstance(value, dict) and "type" in value


def values(item: Item, name: str) -> list[Any]:
    found: list[Any] = item["properties"].get(name, [])
    return found


def text(value: object) -> str:
    return str(value.get("value", "")) if isinstance(value, dict) else str(value)


def squeezed(written: str) -> str:
    """Return a text without white space, and without the addresses of images that mf2py takes for words."""
    return "".join(re.sub(r"http://\S+", "", written).split())


def address(value: Any) -> str:
    """Return an address of the web, as a browser writes it; any other is none."""
    return resolve(SOURCE, text(value)) or ""


def addresses(value: Any) -> list[str]:
    return [address(one) for one in values(value, "url")] if is_item(value) else [address(value)]


def title_of(entry: Item) -> str:
    """Return the name of an entry: a note whose text is its name has no title."""
    names = values(entry, "name")
    texts = {text(one) for one in values(entry, "content") + values(entry, "summary")}
    return squeezed(text(names[0])) if names and text(names[0]) not in texts else ""


def kind_of(entry: Item) -> str:
    answered = [
        kind
        for name, kind in KINDS.items()
        for value in values(entry, name)
        # A citation of a like (not of what is liked) tells of somebody who liked the entry.
        if not (name in ("like", "repost") and is_item(value) and "h-cite" in value["type"])
        and any(url and same_page(url, TARGET) for url in addresses(value))
    ]
    kind = answered[0] if answered else "mention"
    return "rsvp" if kind == "reply" and rsvp_of(entry) else kind


def rsvp_of(entry: Item) -> str:
    said = (text(one).strip().lower() for one in values(entry, "rsvp"))
    return next((word for word in said if word in RSVPS), "")


def author_among(tellings: list[list[Any]], everything: list[Item]) -> tuple[tuple[str, ...], str, str]:
    """Return the first author that says anything: of the entry, of the feed, or the only card of the page."""
    authors = (author_of(value, everything) for values_told in tellings for value in values_told)
    return next((author for author in authors if any(author[0]) or author[1] or author[2]), (("",), "", ""))


def author_of(value: Any, everything: list[Item]) -> tuple[tuple[str, ...], str, str]:
    """Return the names that will do, the address and the picture of an author; one without a name is looked up."""
    if not is_item(value):
        told = str(value)
        return known(address(told), "", everything) if told.startswith("http") else ((squeezed(told),), "", "")
    names, url, photo = said_of(value)
    return (names, url, photo) if any(names) or not url else known(url, photo, everything)


def said_of(card: Item) -> tuple[tuple[str, ...], str, str]:
    urls = [url for one in values(card, "url") if (url := address(one))]
    photos = [url for one in values(card, "photo") if (url := address(one))]
    names = values(card, "name") or [card.get("value", "")]
    name = squeezed(text(names[0]))
    half = name[: len(name) // 2]
    return (name, half) if half * 2 == name else (name,), urls[0] if urls else "", photos[0] if photos else ""


def known(url: str, photo: str, everything: list[Item]) -> tuple[tuple[str, ...], str, str]:
    """Return an author of whom the address is known, as the first card with a name tells that has it as well."""
    cards = [one for one in everything if "h-card" in one["type"] and url in addresses(one)]
    told = next((said for one in cards if any((said := said_of(one))[0])), (("",), "", ""))
    return told[0], url, photo or told[2]


def compare(markup: str) -> None:
    ours, oracle = said_by_us(markup), said_by_the_oracle(markup)
    if ours.names[0] in oracle.names:
        oracle = oracle._replace(names=ours.names)
    assert ours == oracle


ENTRY = f"<article class=h-entry>{{}}<div class=e-content>c {LINK}</div>{MARK}</article>"
CARD = "<div class='p-author h-card'>{}</div>"
REPLY = f"<article class=h-entry>{{}}<div class=e-content>ctext</div>{MARK}</article>"

NAMES = {
    "h2": "<h2 class=p-name>n <i>m</i></h2>",
    "abbr": "<abbr class=p-name title='n long'>n</abbr>",
    "abbr without title": "<abbr class=p-name>n</abbr>",
    "data": "<data class=p-name value=n></data>",
    "data without value": "<data class=p-name>n</data>",
    "input": "<input class=p-name value=n>",
    "img": "<img class=p-name alt=n src=/n.png>",
    "img without alt": "<img class=p-name src=/n.png>",
    "area": "<map><area class=p-name alt=n></map>",
    "link": "<link class=p-name title=n href=/x>",
    "time": "<time class=p-name datetime=soon>n</time>",
    "picture in it": "<b class=p-name>n <img alt=pic src=/n.png> m</b>",
    "picture without alt in it": "<b class=p-name>n <img src=/n.png> m</b>",
    "line break": "<b class=p-name>n<br>m</b>",
    "white space": "<b class=p-name>\n\t n   m \u00a0 </b>",
    "entities": "<b class=p-name>n &amp; m &lt;x&gt;</b>",
    "script": "<b class=p-name>n<script>x</script><style>y</style><!-- z --></b>",
    "template in it": "<b class=p-name>n<template>x</template></b>",
    "value": "<b class=p-name>x <i class=value>n</i> y <b class=value>m</b></b>",
    "value-title": "<b class=p-name>x <i class=value-title title=n>y</i></b>",
    "value deeper": "<b class=p-name>x <i><u class=value>n</u></i></b>",
    "several classes": "<b class='x p-name\ty\np-nick'>n</b>",
    "two names": "<b class=p-name>n</b><b class=p-name>m</b>",
    "in a wrapper": "<div><header><b class=p-name>n</b></header></div>",
    "in a nested item": "<div class='h-recipe'><b class=p-name>x</b></div>",
    "in a nested citation": "<div class='u-comment h-cite'><b class=p-name>x</b></div>",
    "of a vendor": "<div class='h-x-thing'><b class=p-name>x</b></div>",
    "size is no property": "<div class='h-2 p-4'><b class=p-name>n</b></div>",
    "in a template": "<template><b class=p-name>x</b></template>",
    "none": "<p>x</p>",
    "almost": "<b class='p-names P-NAME xp-name p-name-x'>x</b>",
}
AUTHORS = {
    "name, address, picture": CARD.format(
        "<a class='p-name u-url' href=/ana>a</a><img class=u-photo src=/a.png alt=x>"
    ),
    "link": "<a class='p-author h-card' href=/ana>a</a>",
    "link by u-author": "<a class='u-author h-card' href=/ana>a</a>",
    "both": "<a class='p-author u-author h-card' href=/ana>a</a>",
    "image": "<img class='p-author h-card' src=/a.png alt=a>",
    "abbr": "<abbr class='p-author h-card' title='a long'>a</abbr>",
    "abbr without title": "<abbr class='p-author h-card'>a</abbr>",
    "area": "<map><area class='p-author h-card' href=/ana alt=a></map>",
    "object": "<object class='p-author h-card' data=/a.png>a</object>",
    "link and picture": "<a class='p-author h-card' href=/ana><img src=/a.png alt=''>a</a>",
    "link and named picture": "<a class='p-author h-card' href=/ana><img src=/a.png alt=a></a>",
    "picture and the same words": CARD.format("<a href=/ana><img src=/a.png alt=a><b>a</b></a>"),
    "picture and other words": CARD.format("<img src=/a.png alt=pic><b>a</b>"),
    "only child": CARD.format("<a href=/ana>a</a>"),
    "only child with text": CARD.format("by <a href=/ana>a</a>"),
    "only grandchild": CARD.format("<p><a href=/ana>a</a></p>"),
    "grandchild picture": CARD.format("<p><img src=/a.png alt=a></p>"),
    "grandchild abbr": CARD.format("<p><abbr title=along>a</abbr></p>"),
    "great-grandchild": CARD.format("<p><b><a href=/ana>a</a></b></p>"),
    "two links": CARD.format("<a href=/ana>a</a><a href=/bob>b</a>"),
    "two pictures": CARD.format("<img src=/a.png alt=''><img src=/b.png alt=''>a"),
    "link and area": CARD.format("<a href=/ana>a</a><map><area href=/bob></map>"),
    "child is an item": CARD.format("<a class=h-card href=/ana>a</a>"),
    "picture is an item": CARD.format("<img class=h-photo src=/a.png alt=x>a"),
    "object child": CARD.format("<object data=/a.png></object>a"),
    "marked picture, link not marked": CARD.format("<img class=u-photo src=/a.png alt=''><a href=/ana>a</a>"),
    "marked address, picture not marked": CARD.format("<a class=u-url href=/ana>a</a><img src=/a.png alt=''>"),
    "name marked, rest implied": CARD.format("<a href=/ana><b class=p-name>a</b></a><img src=/a.png>"),
    "nickname only": CARD.format("<a class=p-nickname>a</a>"),
    "note": CARD.format("<b class=p-name>a</b><p class='p-note e-x'>x</p>"),
    "address in it": CARD.format("<a href=/ana>a</a><p class='p-adr h-adr'><b class=p-name>x</b></p>"),
    "first address of the web": CARD.format(
        "<b class=p-name>a</b><a class=u-url href=mailto:a@src.example>m</a><a class=u-url href=/ana>a</a>"
    ),
    "empty address": CARD.format("<a class='p-name u-url' href=''>a</a>"),
    "script address": CARD.format("<a class='p-name u-url' href='javascript:x'>a</a>"),
    "template": CARD.format("<template><b class=p-name>x</b></template>a"),
    "text": "<b class=p-author>a</b>",
    "data": "<data class=p-author value=a></data>",
    "address": "<link class=u-author href=http://ana.example/>",
    "address with a card elsewhere": "<link class=u-author href=http://ana.example/><footer>"
    "<div class='p-x h-card'><a class='p-name u-url' href=http://ana.example/>a</a></div></footer>",
    "two": "<b class='p-author h-card'>a</b><b class='p-author h-card'>b</b>",
    "of a comment": "<div class='u-comment h-cite'><b class='p-author h-card'>x</b></div>",
    "none": "",
}
ADDRESSES = {
    "a": "<a class=u-url href=/u>x</a>",
    "area": "<map><area class=u-url href=/u></map>",
    "link": "<link class=u-url href=/u>",
    "img": "<img class=u-url src=/u>",
    "img with alt": "<img class=u-url src=/u alt=x>",
    "audio": "<audio class=u-url src=/u></audio>",
    "video": "<video class=u-url src=/u poster=/x></video>",
    "poster": "<video class=u-url poster=/u></video>",
    "source": "<video><source class=u-url src=/u></video>",
    "iframe": "<iframe class=u-url src=/u></iframe>",
    "object": "<object class=u-url data=/u></object>",
    "abbr": "<abbr class=u-url title=/u>x</abbr>",
    "data": "<data class=u-url value=/u>x</data>",
    "input": "<input class=u-url value=/u>",
    "text": "<b class=u-url> /u </b>",
    "value": "<b class=u-url>x <i class=value>/u</i></b>",
    "value-title": "<b class=u-url>x <i class=value-title title=/u></i></b>",
    "link without address": "<a class=u-url>/u</a>",
    "relative": "<a class=u-url href=../u?x#y>x</a>",
    "no scheme": "<a class=u-url href=//src.example/u>x</a>",
}
DATES = {
    "time": "<time class=dt-published datetime=2026-11-22T12:00:00Z>x</time>",
    "time without datetime": "<time class=dt-published>2026-11-22T12:00:00Z</time>",
    "ins": "<ins class=dt-published datetime=2026-11-22>x</ins>",
    "del": "<del class=dt-published datetime=2026-11-22>x</del>",
    "abbr": "<abbr class=dt-published title='2026-11-22 12:00'>x</abbr>",
    "data": "<data class=dt-published value=2026-11-22T12:00+01:00></data>",
    "input": "<input class=dt-published value=2026-11-22T12:00+0100>",
    "text": "<b class=dt-published> 2026-11-22 </b>",
    "day of the year": "<b class=dt-published>2026-326 12:00</b>",
    "half of the day": "<b class=dt-published>2026-11-22 1:30pm</b>",
    "midnight": "<b class=dt-published>2026-11-22 12:30 a.m.</b>",
    "parts": "<b class=dt-published><i class=value>2026-11-22</i> <u class=value>13:05</u></b>",
    "parts the other way": "<b class=dt-published><i class=value>1:05pm</i> <u class=value>2026-11-22</u></b>",
    "three parts": "<b class=dt-published><i class=value>2026-11-22</i> <u class=value>13:05</u>"
    "<u class=value>-0800</u></b>",
    "parts by attribute": "<b class=dt-published><time class=value datetime=2026-11-22>x</time>"
    "<abbr class=value title=13:05>x</abbr></b>",
    "whole part": "<b class=dt-published>x <time class=value datetime=2026-11-22T13:05Z>y</time></b>",
    "second can be read": "<b class=dt-published>soon</b><b class=dt-published>2026-11-22</b>",
    "none can": "<b class=dt-published>soon</b>",
    "updated is another": "<b class=dt-updated>2026-11-22</b>",
}
PICTURES = {
    "photo": "<img class=u-photo src=/p.png alt=x>",
    "featured": "<img class=u-featured src=/p.png>",
    "photo first": "<img class=u-featured src=/x.png><img class=u-photo src=/p.png>",
    "in a link": "<a class=u-photo href=/p.png>x</a>",
    "of a card": CARD.format("<img class=u-photo src=/x.png alt=a>"),
    "not marked": "<img src=/x.png alt=x>",
    "data address": "<img class=u-photo src='data:image/png,x'><img class=u-photo src=/p.png>",
}
ANSWERS = {
    "reply": f"<a class=u-in-reply-to href={TARGET}>x</a>",
    "like": f"<a class=u-like-of href={TARGET}>x</a>",
    "repost": f"<a class=u-repost-of href={TARGET}>x</a>",
    "bookmark": f"<a class=u-bookmark-of href={TARGET}>x</a>",
    "old like": f"<a class=u-like href={TARGET}>x</a>",
    "old repost": f"<a class=u-repost href={TARGET}>x</a>",
    "fragment": f"<a class=u-like-of href={TARGET}#x>x</a>",
    "citation": f"<div class='u-in-reply-to h-cite'><a class='p-name u-url' href={TARGET}>x</a></div>",
    "citation that is a link": f"<a class='u-in-reply-to h-cite' href={TARGET}>x</a>",
    "citation with implied address": f"<div class='u-in-reply-to h-cite'>see <a href={TARGET}>x</a></div>",
    "citation of two addresses": f"<div class='u-like-of h-cite'><a class=u-url href=http://x.example/>x</a>"
    f"<a class=u-url href={TARGET}>x</a></div>",
    "link in the text of a citation": f"<div class='u-like-of h-cite'><a class=u-url href=http://x.example/>x</a>"
    f"<p class=e-content>x <a href={TARGET}>x</a></p></div>",
    "author of a citation": f"<div class='u-like-of h-cite'><a class=u-url href=http://x.example/>x</a>"
    f"<a class='p-author h-card' href={TARGET}>x</a></div>",
    "other page": f"<a class=u-in-reply-to href=http://x.example/>x</a>{LINK}",
    "longer address": f"<a class=u-like-of href={TARGET}-2>x</a>{LINK}",
    "two kinds": f"<a class='u-like-of u-repost-of' href={TARGET}>x</a>",
    "data": f"<data class=u-like-of value={TARGET}></data>{LINK}",
    "link element": f"<link class=u-like-of href={TARGET}>{LINK}",
    "image": f"<img class=u-like-of src={TARGET}>",
    "rsvp": f"<a class=u-in-reply-to href={TARGET}>x</a><data class=p-rsvp value=yes>x</data>",
    "rsvp in words": f"<a class=u-in-reply-to href={TARGET}>x</a><b class=p-rsvp> Maybe </b>",
    "rsvp of two": f"<a class=u-in-reply-to href={TARGET}>x</a><b class=p-rsvp>hm</b><b class=p-rsvp>no</b>",
    "rsvp that is none": f"<a class=u-in-reply-to href={TARGET}>x</a><b class=p-rsvp>perhaps</b>",
    "rsvp to another": f"<a class=u-in-reply-to href=http://x.example/>x</a><b class=p-rsvp>yes</b>{LINK}",
    "liked by": f"<div class='u-like h-cite'><a class=u-url href={TARGET}>x</a></div>",
    "of a comment": f"<div class='u-comment h-cite'><a class=u-in-reply-to href=http://x.example/>x</a></div>{LINK}",
    "event": f"<div class='h-event'><a class=u-in-reply-to href=http://x.example/>x</a></div>{LINK}",
    "invitation": f"<a class=u-invitee href={TARGET}>x</a>",
    "in a wrapper": f"<p><span><a class=u-like-of href={TARGET}>x</a></span></p>",
}
CONTENTS = {
    "content": "<div class=e-content>c <b>d</b></div>",
    "plain content": "<p class=p-content>c</p>",
    "summary": "<p class=p-summary>s</p>",
    "summary beside it": "<p class=p-summary>s</p><div class=e-content>c</div>",
    "two": "<p class=e-content>c</p><p class=e-content>d</p>",
    "lines and blocks": "<div class=e-content><p>c</p><p>d<br>e</p><ul><li>f<li>g</ul></div>",
    "script": "<div class=e-content>c<script>x</script><style>x</style><template>x</template></div>",
    "name as well": "<p class='p-name e-content'>c</p>",
    "of the citation": "<div class='p-x h-cite'><p class=e-content>x</p></div>",
    "none": "",
}
WHOLE = {
    "note": f"<div class=h-entry><p class='e-content p-name'>note {LINK}</p>{MARK}</div>",
    "author of the feed": "<div class=h-feed><h2 class=p-name>F</h2><a class='p-author h-card' href=/ana>a</a>"
    f"<div class=h-entry><p class=e-content>{LINK}</p>{MARK}</div></div>",
    "only card": f"<a class=h-card href=/ana>a</a><div class=h-entry><p class=e-content>{LINK}</p>{MARK}</div>",
    "two cards": "<a class=h-card href=/ana>a</a><a class=h-card href=/bob>b</a>"
    f"<div class=h-entry><p class=e-content>{LINK}</p>{MARK}</div>",
    "base": "<base href=http://other.example/x/><div class=h-entry><a class='p-author h-card' href=ana>a</a>"
    f"<img class=u-photo src=p.png><p class=e-content>{LINK}</p>{MARK}</div>",
    "relative base": "<base href=/x/><div class=h-entry><a class='p-author h-card' href=ana>a</a>"
    f"<img class=u-photo src=p.png><p class=e-content>{LINK}</p>{MARK}</div>",
    "hentry": "<div class=hentry><h2 class=entry-title>n</h2><span class='author vcard'><a class='url fn' href=/ana>"
    f"a</a><img class=photo src=/a.png></span><time class=published datetime=2026-11-22>x</time>"
    f"<div class=entry-content>c {LINK}</div></div>",
    "hentry with a summary": f"<div class=hentry><h2 class=entry-title>n</h2><p class=entry-summary>{LINK}</p></div>",
    "vcard in an entry": "<div class=h-entry><p class='p-author vcard'><b class=fn>a</b>"
    f"<a class=url href=/ana>x</a></p><p class=e-content>{LINK}</p>{MARK}</div>",
    "entry in quirks": f"<table class=h-entry><tr><td class=p-name>n<td class=e-content>c {LINK}{MARK}</table>",
}

PAGES = {
    **{f"name: {name}": ENTRY.format(one) for name, one in NAMES.items()},
    **{f"author: {name}": ENTRY.format(one) for name, one in AUTHORS.items()},
    **{f"author's name: {name}": ENTRY.format(CARD.format(one)) for name, one in NAMES.items()},
    **{f"url: {name}": ENTRY.format(CARD.format(f"<b class=p-name>a</b>{one}")) for name, one in ADDRESSES.items()},
    **{
        f"photo: {name}": ENTRY.format(one.replace("u-url", "u-photo")) for name, one in ADDRESSES.items()
    },
    **{f"published: {name}": ENTRY.format(one) for name, one in DATES.items()},
    **{f"picture: {name}": ENTRY.format(one) for name, one in PICTURES.items()},
    **{f"answer: {name}": REPLY.format(one) for name, one in ANSWERS.items()},
    **{
        f"content: {name}": f"<div class=h-entry><a class=u-like-of href={TARGET}>x</a>{one}{MARK}</div>"
        for name, one in CONTENTS.items()
    },
    **WHOLE,
}  # fmt: skip


@pytest.mark.parametrize("markup", PAGES.values(), ids=PAGES)
def test_a_page_is_read_as_the_oracle_reads_it(markup: str) -> None:
    compare(SOON + markup)


WRAPPERS = ["{}", "{}", "<div>{}</div>", "<section class='x h-2'><div>{}</div></section>", "<div class=p-x>{}</div>"]
NESTED = ["<div class='h-review'>{}</div>", "<section class='p-x h-x-thing'>{}</section>", "<div class='geo'>{}</div>"]
ENTRIES = [
    "<article class=h-entry>{}</article>",
    "<main><div class='x h-entry y'>{}</div></main>",
    "<base href=/x/><div class='h-feed'><a class='p-author h-card' href=fred>f</a><div class=h-entry>{}</div></div>",
    "<base href=http://other.example/x/><a class=h-card href=/fred>f</a><div class=h-entry>{}</div>",
]


def any_of(table: dict[str, str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(table.values()))


def wrapped(pieces: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(str.format, st.sampled_from(WRAPPERS), pieces)


def joined(pieces: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(wrapped(pieces), max_size=most).map("".join)


URLS = any_of(ADDRESSES)
PHOTOS = URLS.map(lambda one: one.replace("u-url", "u-photo"))
PLAIN = st.sampled_from(
    ["a", " b ", "<img src=/a.png alt=pic>", "<a href=/ana>a</a>", "<abbr title=along>a</abbr>", ""]
)
CARDS = st.builds(str.format, st.just(CARD), joined(any_of(NAMES) | URLS | PHOTOS | PLAIN, 4))
SHOWN = {name: one for name, one in PICTURES.items() if "p-author" not in one}  # two authors fill each other up
LEAVES = any_of(NAMES) | any_of(DATES) | any_of(SHOWN) | URLS
NESTS = st.builds(str.format, st.sampled_from(NESTED), joined(LEAVES | CARDS, 3))
PIECES = LEAVES | any_of(ANSWERS) | any_of(CONTENTS) | NESTS


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Return a page with one entry that has properties in any order, one author at most, and a link to the target."""
    pieces = [*draw(st.lists(wrapped(PIECES), max_size=7)), f"<p>{LINK}</p>"]
    pieces += draw(st.lists(any_of(AUTHORS) | CARDS, max_size=1))
    return SOON + draw(st.sampled_from(ENTRIES)).format("".join(draw(st.permutations(pieces))) + MARK)


@settings(deadline=None)
@given(pages())
def test_a_page_that_is_made_up_is_read_as_the_oracle_reads_it(markup: str) -> None:
    compare(markup)


DECISIONS = (Path(__file__).parents[3] / "docs" / "decisions" / "microformats.md").read_text()
H_ENTRY = f"<div class=h-entry>{{}}<p class=x>{LINK}</p></div>"
LONG = "word " * 600
# What we read and mf2py does not, or otherwise: the heading of its reason, the page, and what we say.
OURS = [
    ("Texts are bounded", H_ENTRY.format(f"<b class=p-name>{LONG}</b>"), "title", LONG[:299] + "…"),
    ("Addresses lead to the web", H_ENTRY.format("<img class=u-photo src=data:x,y>"), "photo", ""),
    ("A note has no title", H_ENTRY.format("<p class='p-name e-content'>n</p>"), "title", ""),
    ("Nothing is implied of an entry", f"<div class=h-entry><img src=/p.png alt=n>{LINK}</div>", "title", ""),
    ("Nothing is implied of an entry", f"<div class=h-entry><img src=/p.png alt=n>{LINK}</div>", "photo", ""),
    ("The address of a picture is no word", H_ENTRY.format("<b class=p-name>n<img src=/p.png></b>"), "title", "n"),
    (
        "Pictures in a text are no words",
        f"<div class=h-entry><a class=u-like-of href={TARGET}>x</a><p class=e-content>c <img alt=p src=/p.png></div>",
        "content",
        "c",
    ),
    ("Blocks are apart", H_ENTRY.format("<div class=p-name><div>n</div><div>m</div></div>"), "title", "n m"),
    (
        "What is said twice is said once",
        H_ENTRY.format(CARD.format("<a href=/><img src=/a.png alt='Ana B'><b>Ana B</b></a>")),
        "author",
        Author("Ana B", "http://src.example/", "http://src.example/a.png"),
    ),
    ("The formats help each other out", H_ENTRY.format("<h2 class=entry-title>n</h2>"), "title", "n"),
    ("The formats help each other out", f"<div class=hentry><b class=p-name>n</b>{LINK}</div>", "title", "n"),
    (
        "A classic card is read as one",
        "<div class=hentry><p class='author vcard'><abbr class=fn title=along>a</abbr> <a class=url href=/ana>x</a></p>"
        f"{LINK}</div>",
        "author",
        Author("along", "http://src.example/ana"),
    ),
    (
        "A classic card may imply",
        f"<div class=hentry><span class='author vcard'><a href=/ana>a</a></span>{LINK}</div>",
        "author",
        Author("a", "http://src.example/ana"),
    ),
    ("Heights are no items", H_ENTRY.format("<div class=h-full><b class=p-name>n</b></div>"), "title", "n"),
    (
        "An author's link is theirs",
        H_ENTRY.format("<a class=p-author href=/ana>a</a>"),
        "author",
        Author("a", "http://src.example/ana"),
    ),
    (
        "An author's link is theirs",
        H_ENTRY.format("<a class=u-author href=/ana>a</a>"),
        "author",
        Author("a", "http://src.example/ana"),
    ),
    (
        "A card in an author is the author's",
        H_ENTRY.format("<div class=p-author>by <a class=h-card href=/ana>a</a></div>"),
        "author",
        Author("a", "http://src.example/ana"),
    ),
    (
        "Who is only an address is looked up on the page",
        H_ENTRY.format("<a class=u-author href=/ana></a>")
        + "<b class=h-card><a class=u-url href=/ana></a></b><b class=h-card><a class=u-url href=/ana>x</a>a</b>",
        "author",
        Author("xa", "http://src.example/ana"),
    ),
    (
        "An answer may be named by its link",
        f"<div class=h-entry><p class=u-in-reply-to>to <a href={TARGET}>x</a></p></div>",
        "kind",
        "reply",
    ),
    (
        "An answer may be named by its link",
        f"<div class=h-entry><div class='u-in-reply-to h-cite'><b class=u-x>y</b><a href={TARGET}>x</a></div></div>",
        "kind",
        "reply",
    ),
    (
        "rel=in-reply-to answers",
        f"<div class=h-entry><p>to <a rel='in-reply-to external' href={TARGET}>x</a></p></div>",
        "kind",
        "reply",
    ),
    (
        "rel=in-reply-to answers",
        f"<div class=h-entry><p class=h-cite>to <a rel=in-reply-to href={TARGET}>x</a></p></div>",
        "kind",
        "mention",
    ),
    (
        "Who liked is not liked",
        f"<div class=h-entry><div class='u-like h-cite'><a class=u-url href={TARGET}>x</a></div></div>",
        "kind",
        "mention",
    ),
    (
        "The title of value-title is its own",
        H_ENTRY.format("<b class=dt-published><i class=value-title title=2026-11-22></i>x</b>"),
        "published",
        datetime(2026, 11, 22, tzinfo=UTC),
    ),
    (
        "The only card of a page is its owner's",
        f"<footer><a class=h-card href=/ana>a</a></footer><div class=h-entry>{LINK}</div>",
        "author",
        Author("a", "http://src.example/ana"),
    ),
    ("Form fields are not read", H_ENTRY.format("<p class=p-name>n<button>x</button></p>"), "title", "n"),
]


@pytest.mark.parametrize(("reason", "markup", "part", "expected"), OURS)
def test_what_we_read_otherwise_has_its_reason(reason: str, markup: str, part: str, expected: object) -> None:
    document = read(Page(200, (("content-type", "text/html"),), (SOON + markup).encode(), url=SOURCE))
    link = best(find(document, TARGET))
    assert link is not None
    assert getattr(cite(document, link, TARGET), part) == expected
    assert f"**{reason}.**" in DECISIONS
