"""How a mention reads for people: the texts and addresses that a template puts in their places, and no markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from linkback.core.formats.jf2 import property_of, web_address
from linkback.core.formats.plain import ANSWERS, VERBS
from linkback.core.hygiene import NOTHING_LISTED, Lists, author_rel_of, rel_of
from linkback.core.model import Listed, Mention
from linkback.core.urls import host_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A mention in words. `relation` is a property of microformats2; addresses are of the web, or empty.

    `rel` and `author_rel` go with every link to `url` and to `author_url`.
    """

    url: str
    rel: str
    target: str
    author: str
    author_url: str
    author_rel: str
    verb: str
    relation: str
    rsvp: str
    title: str
    text: str
    moment: datetime
    dated: bool

    @property
    def iso(self) -> str:
        """Return the day and time as a program reads it."""
        return self.moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def day(self) -> str:
        """Return the day as people write it."""
        return f"{self.moment.day} {self.moment:%B %Y}"


def entries(mentions: Iterable[Mention], lists: Lists = NOTHING_LISTED) -> list[Entry]:
    """Return mentions in words, in the same order; `lists` are those of their sites."""
    return [_entry(mention, lists.get(mention.site_id, ())) for mention in mentions]


def _entry(mention: Mention, lists: Sequence[Listed]) -> Entry:
    citation = mention.citation
    url = web_address(mention.source_page or mention.source)
    answers = property_of(citation)
    return Entry(
        url=url,
        rel=rel_of(mention, lists),
        target=web_address(mention.target),
        author=citation.author.name or host_of(url),
        author_url=web_address(citation.author.url),
        author_rel=author_rel_of(mention, lists),
        verb=VERBS.get(answers) or ANSWERS.get(citation.rsvp, "answered"),
        relation="in-reply-to" if answers == "rsvp" else answers,
        rsvp=citation.rsvp if answers == "rsvp" else "",
        title=citation.title,
        text=citation.content or citation.excerpt,
        moment=citation.published or mention.received_at,
        dated=citation.published is not None,
    )
