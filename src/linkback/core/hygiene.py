"""With which rel the link of a mention is shown: search engines are told whose link it is, and who vouches for it.

Pure. Every place that shows a link to a source or to its author asks here.
What the words mean: https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links
"""

from collections.abc import Mapping, Sequence

from linkback.core.model import Listed, ListedAction, ListedKind, Mention
from linkback.core.urls import host_of

UNVOUCHED = "ugc nofollow"  # somebody else wrote it, and the owner does not vouch for it
FOLLOWED = "ugc"  # somebody else wrote it, on a host that the owner vouches for
SPONSORED = "sponsored nofollow ugc"  # it was paid for, whoever vouches

# The lists of several sites, by the id of the site.
Lists = Mapping[int, Sequence[Listed]]
NOTHING_LISTED: Lists = {}


def rel_of(mention: Mention, lists: Sequence[Listed] = ()) -> str:
    """Return the rel of a link to the page that a mention shows; `lists` are those of its site."""
    return _rel(mention, mention.source_page or mention.source, lists)


def author_rel_of(mention: Mention, lists: Sequence[Listed] = ()) -> str:
    """Return the rel of a link to the author of a mention.

    A page may name anybody as its author, so a host that is followed does not vouch for another one.
    """
    return _rel(mention, mention.citation.author.url, lists)


def is_followed(host: str, lists: Sequence[Listed]) -> bool:
    """Tell whether an owner's lists say that links to a host, or to one above it, are shown without nofollow."""
    return any(
        one.action is ListedAction.FOLLOW and one.kind is ListedKind.HOST and names(one.pattern, host) for one in lists
    )


def names(pattern: str, host: str) -> bool:
    """Tell whether an entry of an owner's lists for a host names this one, or one above it."""
    name = pattern.lower().strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _rel(mention: Mention, url: str, lists: Sequence[Listed]) -> str:
    if mention.sponsored:
        return SPONSORED
    return FOLLOWED if lists and is_followed(host_of(url), lists) else UNVOUCHED
