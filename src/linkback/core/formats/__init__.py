"""The formats in which mentions leave: values to bytes, one module each, all of one shape.

A module has MEDIA_TYPE and write(mentions, paging). Pure; only published mentions come here, and
which those are is for others to say.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """Where in a list its reader is: which page, counted from 0, how many at most on each, how many in all."""

    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are; none of an empty list."""
        return -(-self.total // self.per_page)
