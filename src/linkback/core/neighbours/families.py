"""Which domains to show where there is no room for all: a farm is one matter."""

from collections.abc import Iterable

from linkback.core.neighbours.seen import Neighbour


def first_of_each(neighbours: Iterable[Neighbour], most: int) -> list[Neighbour]:
    """Return the first of some domains; of those that show nearly the same text, only one."""
    shown: list[Neighbour] = []
    known: set[str] = set()
    for one in neighbours:
        family = {one.domain, *one.same_text}
        if one.same_text and known & family:
            continue
        shown.append(one)
        known |= family
        if len(shown) == most:
            break
    return shown
