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
_SAID = frozenset({"p-name", "entry-title", "p-summary", "p-rsvp"})  # what an entry says outside of its text


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
        """Yield the words of the post, piece by piece, in order."""
        yield self.document.text  # there is one of what is no markup only
        top = (self.root,) if self.root is not None else ()
        ways: list[tuple[Iterator[Node], Standing, bool]] = [(iter(top), self._around(), False)]
        while ways:
            nodes, standing, said = ways[-1]
            node = next(nodes, None)
            if node is None:
                ways.pop()
            elif isinstance(node, Text):
                yield node.data if said else ""
            elif isinstance(node, Element) and node.tag not in UNREAD:
                within = inside(standing, node)
                told = self._is_said(within) or (said and within.place == standing.place) or _is_telling(node, within)
                yield from _marks(node) if told else ()
                ways.append((iter(node), within, told))

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


def _is_telling(element: Element, standing: Standing) -> bool:
    """Tell whether an element is what an entry says of itself outside of its text, such as its name."""
    return standing.place != COMMENTS and not _SAID.isdisjoint(tokens(element, "class"))


def _marks(element: Element) -> Iterator[str]:
    """Yield what an element says by its attributes: what it answers, and as what, or whether its author will come."""
    for name in tokens(element, "class"):
        if name in RESPONSES or name == "p-rsvp":
            yield f"{name} {element.attr('value') or ''}"
