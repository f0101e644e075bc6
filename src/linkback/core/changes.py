"""What changed of a mention between two moments, in words for its owner.

Pure: two mentions in, changes out. What a first look finds out is no change: nothing was known before.
"""

from collections.abc import Callable
from itertools import chain

from linkback.core.model import Change, Citation, Mention, Verdict
from linkback.core.text import bounded

Difference = tuple[Change, str, str]

LONGEST = 300  # characters of a text in a history: as much as a sentence around a link has
LONGEST_ADDRESS = 2000  # characters, what core.urls takes: an address that is cut leads nowhere
# What a link can say of itself that makes it worth less to its target.
WORTH = frozenset({"nofollow", "ugc", "sponsored"})
# What a page says, and how it links: changes of these are changes of what an owner approved.
OF_THE_PAGE = frozenset(Change) - {Change.STATUS, Change.MERGED, Change.SPONSORED, Change.TARGET}
NOTHING = "nothing"
INDEXED = "may be found by search engines"
HIDDEN = "keeps search engines out"


def between(former: Mention, after: Mention) -> tuple[Difference, ...]:
    """Return what changed of a mention, each with the words for before and after; nothing for what stayed.

    Of a mention that nobody had read yet, only the status can have changed.
    """
    if former.verified_at is None:
        return tuple(_status(former, after))
    return tuple(chain(_status(former, after), _read(former.citation, after.citation), _pages(former, after)))


def _status(former: Mention, after: Mention) -> list[Difference]:
    if former.status is after.status:
        return []
    return [(Change.STATUS, former.status.value, after.status.value + _why(former.verdict, after))]


def _why(before: Verdict | None, after: Mention) -> str:
    """Return the first reason of a verdict that is new; a person gives none."""
    verdict = after.verdict
    if after.decided_by is not None or verdict is None or not verdict.reasons or verdict == before:
        return ""
    return f": {bounded(verdict.reasons[0].sentence, LONGEST)}"


def _read(before: Citation, after: Citation) -> list[Difference]:
    if before == after:
        return []
    told = ((change, words(before), words(after)) for change, words in WORDS.items())
    found = [(change, was, now) for change, was, now in told if was != now]
    if WORTH.intersection(before.rel) != WORTH.intersection(after.rel):
        found.append((Change.REL, _rel(before), _rel(after)))
    return found


def _pages(former: Mention, after: Mention) -> list[Difference]:
    places = (
        (Change.SOURCE, former.source_page or former.source, after.source_page or after.source),
        (Change.TARGET, former.target_page or former.target, after.target_page or after.target),
    )
    return [
        (change, bounded(was, LONGEST_ADDRESS), bounded(now, LONGEST_ADDRESS))
        for change, was, now in places
        if was != now
    ]


def _kind(citation: Citation) -> str:
    return f"{citation.kind}: {citation.rsvp}" if citation.rsvp else citation.kind


def _author(citation: Citation) -> str:
    author = citation.author
    return bounded(" ".join(filter(None, (author.name, author.url))), LONGEST)


def _rel(citation: Citation) -> str:
    return bounded(" ".join(citation.rel), LONGEST) or NOTHING


WORDS: dict[Change, Callable[[Citation], str]] = {
    Change.KIND: _kind,
    Change.TITLE: lambda citation: bounded(citation.title, LONGEST),
    Change.TEXT: lambda citation: bounded(citation.excerpt, LONGEST),
    Change.CONTENT: lambda citation: bounded(citation.content, LONGEST),
    Change.AUTHOR: _author,
    Change.PLACE: lambda citation: citation.place,
    Change.NOINDEX: lambda citation: HIDDEN if citation.noindex else INDEXED,
}
