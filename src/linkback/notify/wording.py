"""How a letter is worded: a digest in, subject and values for the templates out.

What strangers wrote is cleaned and cut here, once, so that a template puts nothing but plain texts of one line in
their places; addresses are of the web, in ASCII.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from linkback.core.formats import plain
from linkback.core.model import Alert, Change, Event, Mention, Pace, User
from linkback.core.text import bounded, clean
from linkback.core.urls import host_of
from linkback.notify.digest import Digest, Section
from linkback.notify.links import Deed
from linkback.storage.told import MOST_COUNTED
from linkback.words import _, later, n_

LONGEST_TITLE = 150
LONGEST_SENTENCE = 400
LONGEST_ADDRESS = 500  # longer ones are shown on the desk only
MOST_REASONS = 2

CHANGED = {
    Change.TITLE: later("Title"),
    Change.TEXT: later("Text around the link"),
    Change.CONTENT: later("Text"),
    Change.AUTHOR: later("Author"),
}
DEEDS = {
    Deed.APPROVE: later("Approve"),
    Deed.REMOVE: later("Remove"),
    Deed.SPAM: later("Spam"),
    Deed.TRUST: later("Approve, and trust the host"),
}

LinkTo = Callable[[Mention, Deed], str]


@dataclass(frozen=True, slots=True)
class Card:
    """A mention as a letter shows it: plain texts of one line, and addresses that may be empty."""

    title: str
    author: str
    host: str
    url: str
    page: str
    before: str
    anchor: str
    after: str
    reasons: tuple[str, ...]
    desk: str
    deeds: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]

    @property
    def sentence(self) -> str:
        """Return the sentence around the link."""
        return f"{self.before}{self.anchor}{self.after}"


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of a letter: its heading, its cards, and how many more there are in words, if any."""

    words: str
    cards: tuple[Card, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Worded:
    """A letter in words; `addresses` that end it are those of the desk."""

    subject: str
    headings: tuple[Heading, ...]
    warnings: tuple[str, ...]
    junk: str
    inbox: str


def subject_of(digest: Digest, user: User) -> str:
    """Return the subject: of one page's news it is always the same, so that readers of mail put them together."""
    pages = {mention.target_page or mention.target for mention in digest.mentions}
    if user.pace is Pace.EACH and len(pages) == 1 and not digest.warnings:
        return _("Mentions of %(page)s") % {"page": _page(pages.pop())}
    counts = (
        n_("%(number)s new one waits", "%(number)s new ones wait", digest.new) % {"number": digest.new},
        _("%(number)s published") % {"number": digest.published.count},
        _("%(number)s changed") % {"number": digest.changed.count},
        _("%(number)s gone") % {"number": digest.vanished.count},
        n_("%(number)s warning", "%(number)s warnings", len(digest.warnings)) % {"number": len(digest.warnings)},
    )
    numbers = (digest.new, digest.published.count, digest.changed.count, digest.vanished.count, len(digest.warnings))
    told = ", ".join(words for words, number in zip(counts, numbers, strict=True) if number)
    return _("Mentions: %(counts)s") % {"counts": told}


def worded(digest: Digest, user: User, base: str, link_to: LinkTo) -> Worded:
    """Return a letter in words; `base` is where the world reaches this server, with a slash at its end."""
    waiting = _("%(number)s more mentions wait; see all of them at your desk.")
    more = _("And %(number)s more; see them at your desk.")
    sections = (
        (_("Waiting for you"), digest.waiting, waiting if user.pace is Pace.EACH else more, link_to),
        (_("Published"), digest.published, more, None),
        (_("Published, and changed since"), digest.changed, more, None),
        (_("No longer there"), digest.vanished, more, None),
    )
    headings = tuple(
        Heading(words, _cards(section, digest, base, link), _more(section, words_of_more))
        for words, section, words_of_more, link in sections
        if section.mentions
    )
    warnings = tuple(_warning(alert, digest) for alert in digest.warnings)
    return Worded(subject_of(digest, user), headings, warnings, _junk(digest.junk), f"{base}dashboard/inbox")


def card(mention: Mention, base: str, link_to: LinkTo | None, changes: Sequence[Event] = ()) -> Card:
    """Return a mention as a letter shows it."""
    citation = mention.citation
    source = mention.source_page or mention.source
    before, anchor, after = _around(clean(citation.excerpt), clean(citation.anchor))
    reasons = sorted(mention.verdict.reasons if mention.verdict else (), key=lambda one: -abs(one.weight))
    return Card(
        title=bounded(clean(citation.title), LONGEST_TITLE) or host_of(source),
        author=bounded(clean(citation.author.name), LONGEST_TITLE),
        host=plain.in_ascii(host_of(source)),
        url=_address(source),
        page=_page(mention.target_page or mention.target),
        before=before,
        anchor=anchor,
        after=after,
        reasons=tuple(bounded(clean(one.sentence), LONGEST_SENTENCE) for one in reasons[:MOST_REASONS]),
        desk=f"{base}dashboard/mentions/{mention.id}",
        deeds=tuple((_(words), link_to(mention, deed)) for deed, words in DEEDS.items()) if link_to else (),
        changes=tuple(_change(event) for event in changes),
    )


def _cards(section: Section, digest: Digest, base: str, link_to: LinkTo | None) -> tuple[Card, ...]:
    return tuple(card(one, base, link_to, digest.changes.get(one.id, ())) for one in section.mentions)


def _more(section: Section, words: str) -> str:
    return words % {"number": section.more} if section.more else ""


def _warning(alert: Alert, digest: Digest) -> str:
    site = host_of(digest.sites.get(alert.site_id, ""))
    return f"{site}: {bounded(clean(alert.message), LONGEST_SENTENCE)}"


def _junk(count: int) -> str:
    if not count:
        return ""
    number = f"{count}+" if count == MOST_COUNTED else str(count)
    words = n_(
        "%(number)s junk mention was kept away since the last mail.",
        "%(number)s junk mentions were kept away since the last mail.",
        count,
    )
    return words % {"number": number}


def _change(event: Event) -> tuple[str, str, str]:
    return _(CHANGED[event.change]), clean(event.before), clean(event.after)


def _page(url: str) -> str:
    """Return what people call a page of their own site: host and path."""
    parts = urlsplit(plain.in_ascii(url))
    return bounded(f"{parts.hostname or ''}{parts.path}{'?' if parts.query else ''}{parts.query}", LONGEST_TITLE)


def _address(url: str) -> str:
    address = plain.address(url)
    return address if len(address) <= LONGEST_ADDRESS else ""


def _around(sentence: str, anchor: str) -> tuple[str, str, str]:
    """Return a sentence in three parts, the middle one what is linked; all of it is the first where that is unknown."""
    cut = bounded(sentence, LONGEST_SENTENCE)
    return cut.partition(anchor) if anchor and anchor in cut else (cut, "", "")
