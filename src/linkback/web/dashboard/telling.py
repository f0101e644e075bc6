"""What the inbox says of a mention: the texts and addresses that templates put in their places, and no markup."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from linkback.core.formats.jf2 import web_address
from linkback.core.formats.plain import in_ascii
from linkback.core.hygiene import author_rel_of, rel_of
from linkback.core.model import Change, Event, Evidence, Mention, Moderation, Reason, Site, Status
from linkback.core.text import clean
from linkback.core.urls import host_of
from linkback.desk import Loudness, Shown, borders, first_told, loudness
from linkback.words import _, later, n_

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)  # RFC 5646, as far as it matters

Marked = tuple[tuple[str, bool], ...]

KIND_WORDS: Mapping[str, str] = {
    "mention": later("Mention"),
    "reply": later("Reply"),
    "like": later("Like"),
    "repost": later("Repost"),
    "bookmark": later("Bookmark"),
    "rsvp": later("Answer to an invitation"),
}
PROTOCOL_WORDS: Mapping[str, str] = {"webmention": "Webmention", "pingback": "Pingback", "trackback": "TrackBack"}
PLACE_WORDS: Mapping[str, str] = {
    "content": later("in the text"),
    "sidebar": later("in a sidebar"),
    "navigation": later("in the navigation"),
    "header": later("in the header"),
    "footer": later("in the footer"),
    "comments": later("in the comments"),
    "hidden": later("where nobody sees it"),
}
CHANGE_WORDS: Mapping[Change, str] = {
    Change.STATUS: later("Status"),
    Change.KIND: later("Kind"),
    Change.TITLE: later("Title"),
    Change.TEXT: later("Sentence"),
    Change.CONTENT: later("Text"),
    Change.AUTHOR: later("Author"),
    Change.REL: later("Link's rel"),
    Change.PLACE: later("Link's place"),
    Change.NOINDEX: later("Search engines"),
    Change.SOURCE: later("Address of the page"),
    Change.TARGET: later("Your page"),
    Change.MERGED: later("United with"),
    Change.SPONSORED: later("Paid for"),
}
TROUBLE_WORDS: Mapping[str, str] = {
    "no_link": later("The page did not show the link when it was looked at last."),
    "source_not_found": later("The page was not there when it was looked at last."),
    "unreachable": later("The page could not be reached when it was looked at last."),
}
# By how loudly a reason speaks, and whether it speaks for junk.
REASON_WORDS: Mapping[tuple[Loudness, bool], str] = {
    (Loudness.STRONG, True): later("strongly like junk"),
    (Loudness.PLAIN, True): later("like junk"),
    (Loudness.FAINT, True): later("a little like junk"),
    (Loudness.STRONG, False): later("strongly like an honest one"),
    (Loudness.PLAIN, False): later("like an honest one"),
    (Loudness.FAINT, False): later("a little like an honest one"),
}
WAYS: Mapping[Moderation, str] = {
    Moderation.HOLD: later("This site holds every mention."),
    Moderation.FIRST_TIME: later("This site holds the first mention of each host."),
    Moderation.JUDGE: later("This site publishes what the judge finds good."),
}
GOOD, UNSURE, JUNK = later("Looks honest"), later("Not sure"), later("Looks like junk")


@dataclass(frozen=True, slots=True)
class Row:
    """A mention in a list. Addresses are of the web, or empty; what strangers wrote is text."""

    mention: Mention
    site: Site
    url: str
    rel: str
    author: str
    author_url: str
    author_rel: str
    host: str
    sentence: Marked
    verdict: str
    reasons: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...]

    @property
    def title(self) -> str:
        """Return what the page calls itself, or its address."""
        return self.mention.citation.title or self.mention.source_page or self.mention.source

    @property
    def target(self) -> str:
        """Return the own page that is linked to."""
        return self.mention.target_page or self.mention.target

    @property
    def path(self) -> str:
        """Return the own page as its owner knows it: without the address of the site."""
        return "/" + self.target.removeprefix(self.site.url) if self.target.startswith(self.site.url) else self.target

    @property
    def language(self) -> str:
        """Return the language of what the page says, where it is the name of one."""
        told = self.mention.citation.language
        return told if LANGUAGE.fullmatch(told) else ""

    @property
    def kind(self) -> str:
        """Return what kind of a mention it is."""
        words = _(KIND_WORDS.get(self.mention.citation.kind, KIND_WORDS["mention"]))
        return f"{words}: {self.mention.citation.rsvp}" if self.mention.citation.rsvp else words

    @property
    def protocols(self) -> str:
        """Return how it was reported."""
        return ", ".join(PROTOCOL_WORDS.get(name, name) for name in self.mention.protocols)

    @property
    def place(self) -> str:
        """Return where on its page the link is; empty where nobody looked yet."""
        if self.mention.verified_at is None:
            return ""
        return _(PLACE_WORDS.get(self.mention.citation.place, PLACE_WORDS["content"]))

    @property
    def link_rel(self) -> str:
        """Return what the link says of itself."""
        return " ".join(self.mention.citation.rel)

    @property
    def trouble(self) -> str:
        """Return what the last look in vain found."""
        words = TROUBLE_WORDS.get(self.mention.trouble)
        return _(words) if words else self.mention.trouble

    @property
    def host_url(self) -> str:
        """Return the page of its host."""
        return host_url(self.host)

    @property
    def page_url(self) -> str:
        """Return the page of the own page."""
        return page_url(self.target)

    @property
    def offers(self) -> tuple[str, ...]:
        """Return what can be done with it that would make a difference, in the order of the buttons."""
        return OFFERS[self.mention.status]


_PUBLIC = ("remove", "spam", "hold")
OFFERS: Mapping[Status, tuple[str, ...]] = {
    Status.RECEIVED: ("approve", "remove", "spam"),
    Status.HELD: ("approve", "remove", "spam"),
    Status.APPROVED: _PUBLIC,
    Status.SPAM: ("approve", "remove", "hold"),
    Status.REMOVED: ("approve", "spam", "hold"),
    Status.GONE: ("approve", "remove", "spam"),
    Status.INVALID: ("approve", "remove", "spam"),
}


def row_of(shown: Shown, site: Site) -> Row:
    """Return a mention as a list shows it: with nothing in it that is not seen, or that turns a reader around."""
    mention = plainly(shown.mention)
    url = web_address(mention.source_page or mention.source)
    host = host_of(mention.source_page or mention.source)
    author = mention.citation.author
    return Row(
        mention=mention,
        site=site,
        url=url,
        rel=rel_of(mention, site.lists),
        author=author.name,
        author_url=web_address(author.url),
        author_rel=author_rel_of(mention, site.lists),
        host=host,
        sentence=marked(mention.citation.excerpt, mention.citation.anchor),
        verdict=verdict_words(mention, site),
        reasons=tuple(map(reason_words, first_told(mention.verdict.reasons))) if mention.verdict else (),
        changes=tuple(map(change_words, shown.changes)),
    )


def plainly(mention: Mention) -> Mention:
    """Return a mention with its texts clean and its addresses in ASCII; they were when it was read, by this version."""
    told = mention.citation
    citation = replace(
        told,
        title=clean(told.title),
        author=replace(told.author, name=clean(told.author.name)),
        kind=clean(told.kind),
        anchor=clean(told.anchor),
        excerpt=clean(told.excerpt),
        rel=tuple(map(clean, told.rel)),
        place=clean(told.place),
        language=clean(told.language),
        rsvp=clean(told.rsvp),
        content=clean(told.content),
    )
    return replace(
        mention,
        citation=citation,
        source=in_ascii(mention.source),
        target=in_ascii(mention.target),
        source_page=in_ascii(mention.source_page),
        target_page=in_ascii(mention.target_page),
    )


def marked(text: str, anchor: str) -> Marked:
    """Return a text in pieces, with the words of the link marked where they stand in it."""
    at = text.find(anchor) if anchor else -1
    if at < 0 and anchor:
        at = text.lower().find(anchor.lower()) if len(text.lower()) == len(text) else -1
    if at < 0:
        return ((text, False),) if text else ()
    end = at + len(anchor)
    return tuple(
        (piece, is_link) for piece, is_link in ((text[:at], False), (text[at:end], True), (text[end:], False)) if piece
    )


def verdict_words(mention: Mention, site: Site) -> str:
    """Return in a few words what the judge thinks; empty where it was not asked."""
    if mention.verdict is None:
        return ""
    good, junk = borders(site)
    score = mention.verdict.score
    return _(GOOD) if score <= good else _(JUNK) if score >= junk else _(UNSURE)


def score_words(mention: Mention, site: Site) -> str:
    """Return the score with what it means at a site."""
    assert mention.verdict is not None
    good, junk = borders(site)
    words = _("%(score)s, from 0 (honest) to 1 (junk). Up to %(good)s is taken for good, from %(junk)s on for junk.")
    told = words % {"score": f"{mention.verdict.score:.2f}", "good": f"{good:g}", "junk": f"{junk:g}"}
    return f"{told} {_(WAYS[site.moderation])}"


def reason_words(reason: Reason) -> tuple[str, str]:
    """Return a reason, and how loudly it speaks for what; nothing where it decided alone."""
    return clean(reason.sentence), _(REASON_WORDS[loudness(reason), reason.weight > 0]) if reason.weight else ""


def change_words(event: Event) -> tuple[str, str, str]:
    """Return what changed, from what and to what."""
    return _(CHANGE_WORDS[event.change]), clean(event.before), clean(event.after)


def evidence_words(known: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what was counted, compared and remembered of a source."""
    makeup, likeness, company = known.makeup, known.likeness, known.company
    if makeup.words:
        yield _("Words on the page"), str(makeup.words)
        yield _("Links to other sites"), f"{makeup.links} ({_hosts(makeup.hosts)})"
        yield _("Share of its text in links"), f"{makeup.linked:.0%}"
    shares = (
        (_("About the same as your page"), likeness.relevance),
        (_("Text around the link about the same"), likeness.nearness),
        (_("Copied of your page"), likeness.copied),
    )
    yield from ((words, f"{share:.0%}") for words, share in shares if share is not None)
    counts = (
        (_("Other domains with its template"), company.template_hosts),
        (_("Other domains with its text"), company.wording_hosts),
        (_("Mentions from its domain in that hour"), company.of_domain),
        (_("Mentions of your page in that hour"), company.at_target),
    )
    yield from ((words, str(count)) for words, count in counts if count)
    if known.via:
        yield _("By way of"), ", ".join(map(clean, known.via))


def _hosts(count: int) -> str:
    return n_("%(number)s site", "%(number)s sites", count) % {"number": count}


def host_url(host: str) -> str:
    """Return the address of the page of a host."""
    return f"/dashboard/hosts/{quote(host, safe='')}"


def page_url(target: str) -> str:
    """Return the address of the page of an own page."""
    return f"/dashboard/pages?{urlencode({'url': target})}"


def site_of(sites: Sequence[Site], site_id: int) -> Site:
    """Return a site by its id; one that was removed meanwhile is nameless."""
    return next((site for site in sites if site.id == site_id), Site(site_id, ""))
