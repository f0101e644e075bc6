"""What a page says of itself for machines and in plain HTML: JSON-LD, OpenGraph, `<meta>`, rel=author, `<time>`.

Spec: https://schema.org/Article, https://ogp.me/, https://html.spec.whatwg.org/
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from linkback.core.model import Author
from linkback.core.pages.document import Document
from linkback.core.pages.facts import Facts, author_of, date_of, filled, title_of
from linkback.core.pages.flow import text_inside

MAX_THINGS = 200  # JSON-LD objects of a page looked at; shops describe some dozens of products

Thing = Mapping[str, object]

_ARTICLES = frozenset({
    "Article", "BlogPosting", "NewsArticle", "SocialMediaPosting", "TechArticle", "ScholarlyArticle", "Report",
    "LiveBlogPosting", "OpinionNewsArticle", "AnalysisNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle",
    "DiscussionForumPosting", "Review", "HowTo", "Recipe", "VideoObject",
})  # fmt: skip
_PAGES = frozenset({"WebPage", "ItemPage", "AboutPage", "CollectionPage"})
_AUTHOR_METAS = ("author", "dcterms.creator", "dc.creator", "parsely-author", "citation_author")
_JSON_LD = 'script[type*="ld+json" i]'
_SILENT = Facts()
_DATE_METAS = ("date", "dcterms.created", "dcterms.date", "dc.date", "citation_publication_date", "pubdate")


def completed(document: Document, told: Facts) -> Facts:
    """Return facts with what they lack taken from JSON-LD, else OpenGraph, else plain HTML; only that is looked for."""
    article = _article(document)
    return Facts(
        title=told.title or article.title or title_of(document.metas.get("og:title")) or _title(document),
        author=_author(document, told.author, article.author),
        published=told.published or article.published or _date(document),
        kind=told.kind,
        rsvp=told.rsvp,
        photo=told.photo,
        content=told.content,
    )


def _article(document: Document) -> Facts:
    """Return what the JSON-LD of a page says of its article, else of the page itself."""
    if document.tree.select_one(_JSON_LD) is None:
        return _SILENT
    things = list(_things(document))
    thing = _first(things, _ARTICLES) or _first(things, _PAGES)
    if thing is None:
        return _SILENT
    return Facts(
        title=title_of(_text(thing, "headline") or _text(thing, "name")),
        author=_person(document.base, thing.get("author") or thing.get("creator"), things),
        published=date_of(_text(thing, "datePublished") or _text(thing, "dateCreated")),
    )


def _author(document: Document, *told: Author) -> Author:
    """Return the author that was told of, filled up; OpenGraph and plain HTML have names and addresses only."""
    first = filled(told)
    if first.name and first.url:
        return first
    return filled((*told, _opengraph_author(document), _plain_author(document)))


def _opengraph_author(document: Document) -> Author:
    """Return the author that OpenGraph names; one that is an address is taken as one."""
    author = document.metas.get("article:author", "").strip()
    is_address = author.startswith(("http://", "https://"))
    return author_of(document.base, "" if is_address else author, author if is_address else None)


def _title(document: Document) -> str:
    """Return the title of a page, else its first heading."""
    return document.title or _heading(document)


def _date(document: Document) -> datetime | None:
    """Return the date that OpenGraph tells, else that of a `<meta>`, else that of a `<time>`."""
    metas = document.metas
    told = date_of(metas.get("article:published_time") or metas.get("og:article:published_time"))
    return told or next(filter(None, (date_of(metas.get(name)) for name in _DATE_METAS)), None) or _time(document)


def _things(document: Document) -> Iterator[Thing]:
    """Yield the objects of a page's JSON-LD: those at the top of each script, and those in its @graph."""
    waiting: list[object] = list(reversed(document.tree.json_ld()[:MAX_THINGS]))
    for _ in range(MAX_THINGS):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one[:MAX_THINGS]))
        elif isinstance(one, dict):
            yield one
            waiting.append(one.get("@graph"))


def _first(things: list[Thing], types: frozenset[str]) -> Thing | None:
    return next((thing for thing in things if not types.isdisjoint(_types(thing))), None)


def _types(thing: Thing) -> list[str]:
    named = thing.get("@type")
    return [one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)]


def _text(thing: Thing, key: str) -> str:
    """Return a value that is text, or the first text of a list."""
    value = thing.get(key)
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else ""


def _person(base: str, value: object, things: list[Thing]) -> Author:
    """Return the author that a JSON-LD value names: a text, an object, the first of a list, or another's @id."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, str):
        return author_of(base, first)
    if not isinstance(first, dict):
        return Author()
    known = next((thing for thing in things if thing.get("@id") == first.get("@id")), first)
    person: Thing = first if first.get("name") or not first.get("@id") else known
    image = person.get("image")
    photo = _text(image, "url") if isinstance(image, dict) else _text(person, "image")
    return author_of(base, _text(person, "name"), _text(person, "url"), photo)


def _heading(document: Document) -> str:
    heading = document.tree.select_one("h1")
    return title_of(text_inside(heading)) if heading is not None else ""


def _plain_author(document: Document) -> Author:
    named = next((document.metas[name] for name in _AUTHOR_METAS if document.metas.get(name)), "")
    link = document.tree.select_one("a[rel~=author i][href]")
    if link is not None:
        return author_of(document.base, named or text_inside(link), link.attr("href"))
    head = document.tree.select_one("link[rel~=author i][href]")
    return author_of(document.base, named, head.attr("href") if head is not None else None)


def _time(document: Document) -> datetime | None:
    """Return the date of the article's first `<time>`; outside of one, only if the page has no other."""
    first = document.tree.select_one("article time[datetime], main time[datetime]")
    times = [first] if first is not None else document.tree.select("time[datetime]")
    return date_of(times[0].attr("datetime")) if len(times) == 1 else None
