"""How pages look: themes that many blogs share, and one-offs of every shape, good markup and bad."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from bench.judge.tuning.speech import name

CONTENT_NAMES = ("entry-content", "post-body", "content", "article__text", "text", "e-content", "main-text", "post")
PLAIN_NAMES = ("wrap", "container", "page", "outer", "site", "layout", "grid", "shell", "box", "inner", "col", "row")
SIDEBAR_NAMES = ("sidebar", "widget-area", "aside", "right-col", "secondary", "rail", "links-box")
COMMENT_NAMES = ("comments", "comment-list", "comments-area", "replies", "guestbook", "disqus_thread")
FOOTER_NAMES = ("footer", "site-footer", "colophon", "bottom", "site-info")


@dataclass(slots=True)
class Parts:
    """What a page is made of, before a theme puts it together; all but title and author are pieces of markup."""

    title: str
    language: str
    body: list[str] = field(default_factory=list)
    author: str = ""
    date: str = ""
    entry: bool = False  # marked up as an h-entry
    metadata: bool = False  # OpenGraph or JSON-LD
    noindex: bool = False
    menu: list[str] = field(default_factory=list)
    sidebar: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A way to build pages; the same for all pages of a blog, and of every blog that uses it."""

    number: int
    semantic: bool
    wrappers: tuple[str, ...]
    content: str
    sidebar: str
    comments: str
    footer: str
    sidebar_first: bool
    date_first: bool
    heading: str
    metadata: str
    sloppy: bool
    labelled: bool  # says its language


def theme(chance: random.Random, *, sloppy: bool = False) -> Theme:
    """Return a theme like no other."""
    names = [f"{chance.choice(PLAIN_NAMES)}{chance.choice(('', '-1', '_a', '-main', '-x', '2'))}" for _ in range(4)]
    return Theme(
        number=chance.randint(1, 999),
        semantic=not sloppy and chance.random() < 0.6,
        wrappers=tuple(names[: chance.randint(0, 4)]),
        content=chance.choice(CONTENT_NAMES),
        sidebar=chance.choice(SIDEBAR_NAMES),
        comments=chance.choice(COMMENT_NAMES),
        footer=chance.choice(FOOTER_NAMES),
        sidebar_first=chance.random() < 0.25,
        date_first=chance.random() < 0.5,
        heading=chance.choice(("h1", "h1", "h2", "h3 class=title")),
        metadata=chance.choice(("og", "ld", "meta", "")),
        sloppy=sloppy,
        labelled=chance.random() < (0.4 if sloppy else 0.85),
    )


def build(look: Theme, parts: Parts) -> str:
    """Return a page."""
    return _sloppy(look, parts) if look.sloppy else _tidy(look, parts)


def _head(look: Theme, parts: Parts) -> str:
    title, author, date = escape(parts.title), escape(parts.author), parts.date
    lines = ['<meta charset="utf-8">', f"<title>{title}</title>", f'<link rel="stylesheet" href="/s{look.number}.css">']
    if parts.noindex:
        lines.append('<meta name="robots" content="noindex,follow">')
    if parts.metadata and look.metadata == "og":
        lines += [f'<meta property="og:title" content="{title}">', '<meta property="og:type" content="article">']
        lines += [f'<meta property="article:published_time" content="{date}">'] if date else []
    if parts.metadata and look.metadata == "ld" and author:
        facts = f'"headline": "{title}", "author": {{"@type": "Person", "name": "{author}"}}, "datePublished": "{date}"'
        lines.append(f'<script type="application/ld+json">{{"@type": "BlogPosting", {facts}}}</script>')
    if parts.metadata and look.metadata == "meta" and author:
        lines.append(f'<meta name="author" content="{author}">')
    return "\n".join(lines)


def _byline(parts: Parts) -> str:
    bits = []
    if parts.author:
        person = escape(parts.author)
        bits.append(f'<a class="p-author h-card" href="/">{person}</a>' if parts.entry else f"<span>{person}</span>")
    if parts.date:
        marked = ' class="dt-published"' if parts.entry else ""
        bits.append(f'<time{marked} datetime="{parts.date}">{parts.date[:10]}</time>')
    return f"<p class=meta>{' · '.join(bits)}</p>" if bits else ""


def _section(tag: str, named: str, pieces: list[str]) -> str:
    return f'<{tag} class="{named}">\n' + "\n".join(pieces) + f"\n</{tag}>" if pieces else ""


def _tidy(look: Theme, parts: Parts) -> str:
    article, aside, foot = ("article", "aside", "footer") if look.semantic else ("div", "div", "div")
    lang = f' lang="{parts.language}"' if look.labelled and parts.language else ""
    entry, named = ("h-entry ", "p-name") if parts.entry else ("", "t")
    heading = look.heading.split(" ")[0]
    title = f'<{look.heading.split(" ")[0]} class="{named}">{escape(parts.title)}</{heading}>' if parts.title else ""
    byline = _byline(parts)
    content = f"{look.content} e-content" if parts.entry else look.content
    inner = [title, byline] if look.date_first else [title]
    inner += [f'<div class="{content}">', *parts.body, "</div>"]
    inner += [] if look.date_first else [byline]
    menu = [f'<nav class="menu">{" ".join(parts.menu)}</nav>'] if parts.menu else []
    main = [_section(article, f"{entry}item", inner), _section("section", look.comments, parts.comments)]
    side = [_section(aside, look.sidebar, parts.sidebar)]
    blocks = [*menu, *side, *main] if look.sidebar_first else [*menu, *main, *side]
    blocks += [parts.hidden, _section(foot, look.footer, parts.footer)]
    opening = "".join(f'<div class="{one}">' for one in look.wrappers)
    body = "\n".join([opening, *filter(None, blocks), "</div>" * len(look.wrappers)])
    return f"<!doctype html>\n<html{lang}><head>\n{_head(look, parts)}\n</head><body>\n{body}\n</body></html>"


def _sloppy(look: Theme, parts: Parts) -> str:
    """Return a page as people wrote them by hand: unclosed, in capitals, in tables, without a doctype."""
    lang = f" lang={parts.language}" if look.labelled and parts.language else ""
    cells = (
        [f"<td width=160 valign=top>{'<br>'.join(parts.menu + parts.sidebar)}"] if parts.menu + parts.sidebar else []
    )
    written = "\n".join(parts.body).replace("<p>", "<P>").replace("</p>", "")
    cells.append(f"<td><center><h2>{escape(parts.title)}</h2></center>\n{written}")
    if parts.author:
        cells[-1] += f"<p><i>{escape(parts.author)} {parts.date[:10]}</i>"
    rest = "\n<hr>\n".join([*parts.comments, *parts.footer])
    top = f"<HTML{lang}><HEAD><TITLE>{escape(parts.title)}</TITLE></HEAD><BODY>"
    return f"{top}\n<table><tr>{''.join(cells)}</table>\n<hr>{rest}\n{parts.hidden}"


def paragraphs(texts: list[str]) -> list[str]:
    return [f"<p>{one}</p>" for one in texts]


def link(url: str, text: str, rel: str = "") -> str:
    """Return a link."""
    stated = f' rel="{rel}"' if rel else ""
    return f'<a href="{escape(url)}"{stated}>{text}</a>'


def items(chance: random.Random, entries: list[str]) -> str:
    """Return a list of entries, in one of the ways that lists are written."""
    shapes: list[Callable[[list[str]], str]] = [
        lambda found: "<ul>" + "".join(f"<li>{one}</li>" for one in found) + "</ul>",
        lambda found: "<ol>" + "".join(f"<li>{one}" for one in found) + "</ol>",
        lambda found: "<br>\n".join(found),
        lambda found: "".join(f"<p>{one}</p>" for one in found),
        lambda found: "<dl>" + "".join(f"<dt>{one}</dt>" for one in found) + "</dl>",
    ]
    return chance.choice(shapes)(entries)


def menu(chance: random.Random) -> list[str]:
    """Return the menu of a site."""
    return [link(f"/{name(chance).lower()}", name(chance)) for _ in range(chance.randint(3, 8))]
