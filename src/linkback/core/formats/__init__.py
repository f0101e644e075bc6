"""The formats in which mentions leave: values to bytes, one module each, all of one shape.

A module has MEDIA_TYPE and write(mentions, paging). Here is also how a list of mentions is asked for
and cut. Pure; only published mentions come here, and which those are is for others to say.
"""

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """By what mentions are put in order: when they came, or the date of their source, where it has one."""

    CREATED = "created"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which kinds of mentions are wanted: these, or all but these."""

    names: frozenset[str] = frozenset()
    but: bool = True


ALL = Kinds()


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
