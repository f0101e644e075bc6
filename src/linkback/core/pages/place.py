"""Where in a page an element stands: in what was written, or in what surrounds it.

A page says so by elements (`<nav>`), roles, and class names and ids; what an element says
holds for all inside of it. Each element is judged once a document, so that a page of a
hundred thousand links costs no more than its size.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from turbohtml import Element

from linkback.core.pages.document import tokens

CONTENT, SIDEBAR, NAVIGATION, HEADER, FOOTER = "content", "sidebar", "navigation", "header", "footer"
COMMENTS, HIDDEN = "comments", "hidden"

_BY_TAG = {"nav": NAVIGATION, "menu": NAVIGATION, "aside": SIDEBAR, "header": HEADER, "footer": FOOTER}
_BY_ROLE = {
    "navigation": NAVIGATION, "menu": NAVIGATION, "menubar": NAVIGATION, "complementary": SIDEBAR,
    "banner": HEADER, "contentinfo": FOOTER, "search": NAVIGATION,
}  # fmt: skip
_NAMES = {
    SIDEBAR: "sidebar side-bar sidebar-primary sidebar-secondary left-sidebar right-sidebar widget widgets widget-area "
    "widgetarea widget_text blogroll aside secondary related related-posts relatedposts jp-relatedposts",
    NAVIGATION: "nav navbar navigation site-navigation main-navigation post-navigation nav-links menu main-menu "
    "mainmenu submenu sub-menu breadcrumb breadcrumbs pagination pager page-numbers sitemap toolbar skip-link",
    HEADER: "site-header page-header header masthead site-branding topbar top-bar",
    FOOTER: "site-footer page-footer footer colophon site-info credits copyright bottombar",
    COMMENTS: "comments comment comments-area comment-list commentlist comment-body comment-content comment-respond "
    "comment-form respond disqus_thread pingbacks pinglist trackbacks webmentions guestbook u-comment p-comment",
}
_BY_NAME = {name: place for place, names in _NAMES.items() for name in names.split()}
_WRITTEN = frozenset({"e-content", "entry-content"})
_HIDING = frozenset({"hidden", "style", "aria-hidden"})
_NAMING = frozenset({"class", "id"})
_TELLING = _HIDING | _NAMING | {"role"}
_CALLED = "[class], [id]"
_PLACING = ", ".join((*_BY_TAG, "[role]", *(f"[{name}]" for name in sorted(_HIDING))))
_SAYING = f"article, {_PLACING}, {_CALLED}"
_ENTRY = frozenset({"h-entry", "hentry"})
RESPONSES = {
    "u-in-reply-to": "reply", "u-like-of": "like", "u-like": "like", "u-repost-of": "repost", "u-repost": "repost",
    "u-bookmark-of": "bookmark",
}  # fmt: skip
_RECEIVED = frozenset({"u-like", "u-repost"})  # of a citation (h-cite): what others did, not what the entry answers
_NAMED = frozenset(_BY_NAME) | _WRITTEN | _ENTRY | frozenset(RESPONSES)
# How links are hidden from people and shown to search engines.
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size|height|width)\s*:\s*0(?:px|em|%)?\s*(?:;|!|$)"
    r"|(?:text-indent|left|top)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)


class Standing(NamedTuple):
    """How an element stands: its place, and what it is inside of.

    `article` is any article or entry, `written` its text as marked by e-content, `response` an
    element that names what is replied to, liked, reposted or bookmarked.
    """

    place: str = CONTENT
    article: bool = False
    written: bool = False
    response: bool = False


ROOT = Standing()


@dataclass(slots=True)
class Places:
    """The standing of a document's elements, each found once."""

    known: dict[Element, Standing] = field(default_factory=dict)
    asked: bool = False

    def place_of(self, element: Element) -> str:
        """Return the place that an element is in."""
        if not self.asked:  # one look at all around it is the cheapest for a single link, which is what most pages have
            self.asked = True
            if _is_free(element):
                return CONTENT
        return self.of(element).place

    def of(self, element: Element) -> Standing:
        """Return how an element stands, itself included."""
        chain: list[Element] = []
        standing = ROOT
        at = element.closest(_SAYING)
        while at is not None:
            if (seen := self.known.get(at)) is not None:
                standing = seen
                break
            chain.append(at)
            parent = at.parent
            at = parent.closest(_SAYING) if parent is not None else None
        for inner in reversed(chain):
            standing = self.known[inner] = inside(standing, inner)
        return standing


def answers(names: Collection[str]) -> list[str]:
    """Return as what an element of these class names answers the page that it names: reply, like, repost, bookmark."""
    if RESPONSES.keys().isdisjoint(names):
        return []
    received = _RECEIVED if "h-cite" in names else frozenset()
    return [RESPONSES[name] for name in names if name in RESPONSES and name not in received]


def _is_free(element: Element) -> bool:
    """Tell whether neither an element nor anything around it names a place."""
    if element.closest(_PLACING) is not None:
        return False
    names: list[str] = []
    at = element.closest(_CALLED)
    while at is not None:
        names += at.attr("class") or "", at.attr("id") or ""
        parent = at.parent
        at = parent.closest(_CALLED) if parent is not None else None
    return _BY_NAME.keys().isdisjoint(" ".join(names).lower().split())


def inside(outer: Standing, element: Element) -> Standing:
    """Return the standing of an element, given that of its parent."""
    tag, telling = element.tag, _TELLING.intersection(element.attrs)
    names = _names(element, tag) if telling else frozenset()
    if telling <= _NAMING and names.isdisjoint(_NAMED) and tag not in _BY_TAG and tag != "article":
        return outer
    place = _moved(outer, _place_of(element, names, telling))
    written = not names.isdisjoint(_WRITTEN)
    article = written or tag == "article" or not names.isdisjoint(_ENTRY)
    response = bool(answers(names))
    if place == outer.place and not (article or response):
        return outer
    return Standing(place, article or outer.article, written or outer.written, response or outer.response)


def _names(element: Element, tag: str) -> frozenset[str]:
    """Return class names and id; those of `<html>` and `<body>` speak of the page as a whole."""
    if tag in ("html", "body"):
        return _ENTRY.intersection(tokens(element, "class"))
    return frozenset(tokens(element, "class") + tokens(element, "id"))


def _place_of(element: Element, names: frozenset[str], telling: frozenset[str]) -> str | None:
    """Return the place that an element itself names, if any."""
    if not telling.isdisjoint(_HIDING) and _is_hidden(element, telling):
        return HIDDEN
    if not names.isdisjoint(_BY_NAME):
        named = [_BY_NAME[name] for name in names if name in _BY_NAME]
        return COMMENTS if COMMENTS in named else min(named)
    role = element.attr("role") if "role" in telling else None
    return _BY_ROLE.get(role.strip().lower() if role else "") or _BY_TAG.get(element.tag)


def _is_hidden(element: Element, telling: frozenset[str]) -> bool:
    style = element.attr("style")
    if style and _UNSEEN.search(style[:1000]):
        return True
    return "hidden" in telling or (element.attr("aria-hidden") or "").lower() == "true"


def _moved(outer: Standing, place: str | None) -> str:
    """Return which place holds where one is inside of another.

    Hidden and comments hold for all inside of them. What an author wrote has no sidebars,
    menus or footers of the page: a header in an article heads the article.
    """
    if place is None or outer.place == HIDDEN or (outer.place == COMMENTS and place != HIDDEN):
        return outer.place
    if place in (HEADER, FOOTER) and outer.article and outer.place == CONTENT:
        return CONTENT
    if place in (SIDEBAR, NAVIGATION) and outer.written:
        return outer.place
    return place
