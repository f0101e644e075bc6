"""The post of a page: which part of it is what its author says, and what that says.

It is the first of these that there is: the text of the h-entry (e-content) with whatever the
entry replies to, likes, reposts or bookmarks; the whole h-entry; the first article; the main
element; the body. Menus, sidebars, page headers and footers, and comments are left out; what is
hidden in the text stays, as it is put there on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from turbohtml import Element, Node, Text

from linkback.core.pages.document import Document, in_template, tokens
from linkback.core.pages.flow import UNREAD
from linkback.core.pages.place import COMMENTS, CONTENT, HIDDEN, RESPONSES, Places, Standing, inside

_MUTING = "[class]:is(.no-webmention, .nomention)"
_WRITTEN = ".e-content, .entry-content"
_MARKS = frozenset({"p-name", "entry-title", "p-rsvp", *RESPONSES})
_MARKED = f"[class]:is({', '.join(f'.{name}' for name in sorted(_MARKS))})"
_PASSED_OVER = UNREAD | {"time", "form"}
# A response that a post shows is an update of the post (Webmention 3.1.4).
_RESPONDING = frozenset({"u-comment", "p-comment"})

MAX_MARK = 1000  # characters of one; names end far below


@dataclass(frozen=True, slots=True)
class Post:
    """The part of a document that its author wrote. `root` is None for what is no markup.

    `strict` says that only what is marked as the entry's text or answer is part of it.
    """

    document: Document
    places: Places
    root: Element | None
    strict: bool
    muting: frozenset[Element]

    @classmethod
    def of(cls, document: Document) -> Self:
        """Find the post of a document."""
        places = Places()
        entry = next((one for one in _outside_templates(document, ".h-entry, .hentry") if _is_own(places, one)), None)
        root = entry or _main_part(document, places)
        strict = entry is not None and entry.select_one(_WRITTEN) is not None
        return cls(document, places, root, strict, _muting(root))

    def says(self, element: Element) -> bool:
        """Tell whether an element inside of the root is part of the post."""
        return self._is_said(self.places.of(element)) if self.strict else _is_own(self.places, element)

    def mutes(self, element: Element) -> bool:
        """Tell whether the author asked not to tell of a link: by a class on it, or around it, up to the whole post."""
        return bool(self.muting) and element.closest(_MUTING) in self.muting

    def words(self) -> Iterator[str]:
        """Yield the words of the post, piece by piece, in order, and those of the responses that it shows.

        Not the words of clocks ("three minutes ago") and forms, which change by themselves.
        """
        top = (self.root,) if self.root is not None else ()
        ways: list[tuple[Iterator[Node], Standing, bool]] = [(iter(top), self._around(), False)]
        while ways:
            nodes, standing, responds = ways[-1]
            node = next(nodes, None)
            if node is None:
                ways.pop()
            elif isinstance(node, Text):
                yield node.data if responds or self._is_said(standing) else ""
            elif isinstance(node, Element) and node.tag not in _PASSED_OVER:
                responding = responds or not _RESPONDING.isdisjoint(tokens(node, "class"))
                ways.append((iter(node), inside(standing, node), responding))

    def marks(self) -> Iterator[str]:
        """Yield what the post says by classes: its name, what it answers and as what, whether its author will come."""
        for element in self.root.select(_MARKED) if self.root is not None else ():
            if self.places.of(element).place != COMMENTS and not in_template(element):
                names = " ".join(name for name in tokens(element, "class") if name in _MARKS)
                yield f"{names} {element.attr('value') or element.text[:MAX_MARK]}"

    def _is_said(self, standing: Standing) -> bool:
        if self.strict:
            return standing.place != COMMENTS and (standing.written or standing.response)
        return standing.place in (CONTENT, HIDDEN)

    def _around(self) -> Standing:
        parent = self.root.parent if self.root is not None else None
        return self.places.of(parent) if isinstance(parent, Element) else Standing()


def _main_part(document: Document, places: Places) -> Element | None:
    article = next((one for one in _outside_templates(document, "article") if _is_own(places, one)), None)
    main = next(_outside_templates(document, "main, [role=main]"), None)
    return article or main or document.tree.root


def _muting(root: Element | None) -> frozenset[Element]:
    """Return the elements of a post by which its author asks not to tell of the links in them."""
    if root is None:
        return frozenset()
    return frozenset([root] if root.matches(_MUTING) else ()).union(root.select(_MUTING))


def _outside_templates(document: Document, selector: str) -> Iterator[Element]:
    return (one for one in document.tree.select(selector) if not in_template(one))


def _is_own(places: Places, element: Element) -> bool:
    return places.place_of(element) in (CONTENT, HIDDEN)
