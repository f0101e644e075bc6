"""The text that flows through and around an element, as a reader sees it.

Inline elements join without blanks; blocks and `<br>` break, written as BREAK.
Scripts, styles, templates and form fields are not read. Every walk is bounded, since only
a few hundred characters are ever shown.
"""

from collections.abc import Iterable, Iterator

from turbohtml import Element, Node, Text

BREAK = "\x1e"  # the record separator: white space to Python, and in no honest page
MAX_SIDE = 1500  # characters read on each side of a link: five times what is shown, to see long sentences whole
MAX_INSIDE = 1500  # characters read of an element's own text
MAX_NODES = 500  # nodes walked for one text; in honest prose there is at most one a word

_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p plaintext pre "
    "search section summary table tbody td tfoot th thead tr ul xmp"
)
_UNREAD_TAGS = (
    "script style template textarea select button iframe noembed noframes title head rp rt rtc audio video object svg "
    "math datalist progress meter input"
)
_BLOCKS, UNREAD = frozenset(_BLOCK_TAGS.split()), frozenset(_UNREAD_TAGS.split())
_PICTURED = frozenset({"emoji", "wp-smiley"})  # images that stand for a character


def text_inside(element: Element, limit: int = MAX_INSIDE, *, nodes: int = MAX_NODES, pictures: bool = False) -> str:
    """Return the text of an element, at most limit characters; an image counts as its alt text.

    Images inside of it are not read, but for those that stand for a character; with `pictures` all are.
    """
    if element.tag in ("img", "area"):
        return (element.attr("alt") or "")[:limit]
    if len(element) == 1 and isinstance(only := element[0], Text):
        return only.data[:limit]
    return "".join(_at_most(limit, nodes, _inside(element, pictures)))[:limit]


def text_before(element: Element, limit: int = MAX_SIDE) -> str:
    """Return the text before an element in its block, at most limit characters, those next to it."""
    return "".join(reversed(_beside(element, limit, back=True)))[-limit:]


def text_after(element: Element, limit: int = MAX_SIDE) -> str:
    """Return the text after an element in its block, at most limit characters."""
    return "".join(_beside(element, limit, back=False))[:limit]


def _at_most(limit: int, nodes: int, pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces until they hold limit characters, or until too many nodes were walked."""
    size = 0
    for count, piece in enumerate(pieces):
        yield piece
        size += len(piece)
        if size >= limit or count >= nodes:
            return


def _inside(element: Element, pictures: bool) -> Iterator[str]:
    """Yield the text of each node inside an element; nodes without any yield ""."""
    ways: list[tuple[Iterator[Node], str]] = [(iter(element), "")]
    while ways:
        nodes, end = ways[-1]
        node = next(nodes, None)
        if node is None:
            ways.pop()
            yield end
        elif isinstance(node, Element) and node.tag not in UNREAD:
            edge = BREAK if node.tag in _BLOCKS else ""
            yield edge or (_pictured(node) if pictures else _own(node))
            ways.append((iter(node), edge))
        else:
            yield _own(node)


def _beside(element: Element, limit: int, *, back: bool) -> list[str]:
    """Return the text of each node after (or before) an element, until its block ends or another begins."""
    pieces: list[str] = []
    room = limit
    at = _step(element, back)
    while at is not None and room > 0 and len(pieces) <= MAX_NODES:
        if isinstance(at, Text):
            piece, at = at.data, _step(at, back)
        elif isinstance(at, Element):
            if at.tag in _BLOCKS:
                break
            piece = _own(at)
            at = at[-1 if back else 0] if len(at) and at.tag not in UNREAD else _step(at, back)
        else:
            piece, at = "", _step(at, back)
        pieces.append(piece)
        room -= len(piece)
    return pieces


def _step(node: Node, back: bool) -> Node | None:
    """Return the node beside another or beside what it is inside of; None where the block ends."""
    while (beside := node.previous_sibling if back else node.next_sibling) is None:
        parent = node.parent
        if not isinstance(parent, Element) or parent.tag in _BLOCKS:
            return None
        node = parent
    return beside


def _pictured(element: Element) -> str:
    """Return what an element stands for by itself where every image is read, apart from the words beside it."""
    return f" {element.attr('alt') or ''} " if element.tag == "img" else _own(element)


def _own(node: Node) -> str:
    """Return the text that a node stands for by itself."""
    if isinstance(node, Text):
        return node.data
    if isinstance(node, Element):
        if node.tag == "br":
            return BREAK
        if node.tag == "img" and not _PICTURED.isdisjoint((node.attr("class") or "").split()):
            return node.attr("alt") or ""
    return ""
