"""What a generator makes and what an evaluation reads: labelled pages that link to pages of a site."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Own:
    """A page of the owner's site."""

    url: str
    html: str


@dataclass(frozen=True, slots=True)
class Case:
    """A page that links to a page of the site, and what it is.

    `junk` is the label, `family` the template family that made it ("scraper", "link list", ...). `minute` is when
    its ping comes, in minutes since the site began; cases are judged in this order. `via` are hosts that redirected
    to the source.
    """

    junk: bool
    family: str
    source: str
    html: str
    own: Own
    minute: float
    language: str = ""
    via: tuple[str, ...] = ()
